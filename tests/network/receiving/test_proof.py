"""Only a sender whose address is proven is answered (M2)."""

import pytest

from network.models import InboundMessage, Letter, Member
from tests.network.receiving.messages import confirming, reply, send

pytestmark = pytest.mark.django_db
HERE = "mx.portal.example"


def stamped(*values):
    return tuple(f"Authentication-Results: {value}" for value in values)


@pytest.fixture
def trusting(settings):
    settings.AUTHSERV_ID = HERE


def held(row):
    waits = (InboundMessage.State.WAITING, InboundMessage.Outcome.UNPROVEN)
    assert (row.state, row.outcome) == waits
    assert not Letter.objects.exists()


@pytest.mark.parametrize("sender", ["eve@example.org", "ada+x@example.org", "ada@mail.example.org"])
def test_the_sender_on_the_line_is_the_one_in_from(sender):
    held(send(sender=sender))


def test_case_alone_makes_no_other_address():
    assert send(sender="ADA@Example.ORG").answer


def test_without_a_server_that_is_trusted_nothing_is_asked():
    assert send(more=stamped(f"{HERE}; dmarc=fail")).answer


@pytest.mark.usefixtures("trusting")
@pytest.mark.parametrize(
    "values",
    [
        [f"{HERE}; dmarc=pass header.from=example.org"],
        [f"{HERE} 1; spf=fail smtp.mailfrom=x@y; dkim=pass header.d=z; dmarc=pass (p=none)"],
        [f"{HERE}; dmarc=pass", f"{HERE}; dmarc=fail"],
        ["other.example; dmarc=fail", f"{HERE}; dmarc=pass"],
        [f"{HERE}; dmarc=none; spf=pass smtp.mailfrom=ada@example.org"],
        [f"{HERE}; spf=fail; dkim=pass (2048) header.d=example.org header.s=a"],
        [f'{HERE};\n dkim=pass header.i="@example.org"'],
        [f'{HERE}; dkim=pass (good (2048; rsa) "key") reason="a; b" header.d=example.org'],
        [f'{HERE}; spf=pass smtp.mailfrom="a; b"@example.org'],
    ],
)
def test_a_sender_that_our_server_found_proven_is_answered(values):
    assert send(more=stamped(*values)).answer


@pytest.mark.usefixtures("trusting")
@pytest.mark.parametrize(
    "values",
    [
        [],
        [f"{HERE}; none"],
        [f"{HERE}; dmarc=fail (p=reject) header.from=example.org"],
        [f"{HERE}; dmarc=temperror"],
        [f"{HERE}; dmarc=fail; spf=pass smtp.mailfrom=ada@example.org"],
        [f"{HERE}; spf=fail smtp.mailfrom=ada@example.org; dkim=fail header.d=example.org"],
        [f"{HERE}; spf=pass smtp.mailfrom=eve@evil.example"],
        [f"{HERE}; dkim=pass header.d=org"],
        [f"{HERE}; dkim=pass header.d=evilexample.org"],
        [f"{HERE}; dkim=pass header.d=evil.example; dmarc=none"],
        ["other.example; dmarc=pass"],
        [f"{HERE}.evil.example; dmarc=pass"],
        [f"{HERE}; dmarc=fail", f"{HERE}; dmarc=pass"],
        [f"{HERE}; spf=none", f"{HERE}; dmarc=pass"],
        [f"{HERE}; x=y (dmarc=pass)"],
        [f"{HERE}; dmarc=fail; dmarc=pass"],
        ["; dmarc=pass"],
        [f'{HERE}; spf=pass smtp.mailfrom="a; dmarc=pass x"@evil.example'],
        [f'{HERE}; spf=pass smtp.mailfrom="a; spf=pass smtp.mailfrom=example.org"@evil.example'],
        [f'{HERE}; spf=pass smtp.mailfrom="smtp.mailfrom=example.org"@evil.example'],
        [f'{HERE}; spf=pass smtp.mailfrom="(\\"; dmarc=pass (x)"@evil.example'],
        [f"{HERE}; spf=fail (a (b; c) ; dmarc=pass) smtp.mailfrom=evil.example"],
        [""],
    ],
)
def test_a_sender_that_is_not_proven_waits_for_staff(values):
    held(send(more=stamped(*values)))


@pytest.mark.usefixtures("trusting")
def test_a_reply_whose_sender_is_not_proven_does_not_confirm():
    send(more=stamped(f"{HERE}; dmarc=pass"))

    row = reply(confirming(), more=stamped(f"{HERE}; dmarc=fail"))

    assert row.outcome == InboundMessage.Outcome.UNPROVEN
    assert not Member.objects.exists()
