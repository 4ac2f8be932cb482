"""`manage.py person`: all that is held on one person is shown, exported or erased, on record."""

import json
import os
import stat
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from network.models import Block, Consent, Deed, JoinRequest, Letter, Member, Stop, User
from network.models.consent import erased_mark
from proposals import following
from proposals.models import Follow, Follower, Proposal, Support
from tests.factories import (
    make_commitment,
    make_join_request,
    make_member,
    make_proposal,
    make_staff,
    make_support,
)

pytestmark = pytest.mark.django_db
ADA = "ada@example.org"


@pytest.fixture
def ada():
    """A member who has put ideas forward, one of them public, and supports another's."""
    member = make_member(email=ADA, name="Ada Lovelace")
    make_proposal(email=ADA, user=member.user, name="Ada Lovelace", state="waiting")
    make_proposal(email=ADA, name="Ada Lovelace", title="A public idea")
    make_support(make_proposal(), email=ADA)
    return member


@pytest.fixture
def bea():
    """Somebody else, without an account, who follows and supports."""
    commitment = make_commitment()
    Follow.objects.create(
        email="bea@example.org", address="bea@example.org", commitment=commitment,
        follower=Follower.objects.create(
            email="bea@example.org", address="bea@example.org", language="en"
        ),
        language="en", rhythm="weekly", words_language="en", confirmed_at=timezone.now(),
    )  # fmt: skip
    make_support(make_proposal(), email="bea@example.org")


def test_it_shows_all_of_it(ada, capsys):
    call_command("person", "ADA@example.org")

    held = json.loads(capsys.readouterr().out)
    assert held["accounts"][0]["name"] == "Ada Lovelace"
    assert len(held["proposals"]) == 2
    assert held["supports"]
    assert held["consents"]


def test_it_exports_all_of_it_to_a_file_for_one_reader(ada, tmp_path, capsys):
    file = tmp_path / "ada.json"

    call_command("person", ADA, export=str(file))

    assert json.loads(file.read_text())["accounts"][0]["email"] == ADA
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
    assert ADA not in capsys.readouterr().out
    with pytest.raises(CommandError, match="there already"):
        call_command("person", ADA, export=str(file))


def test_it_erases_all_of_it_in_all_rooms(ada, bea):
    call_command("person", ADA, erase=True, yes=True)

    assert not User.objects.filter(email=ADA).exists()
    assert not Member.objects.exists()
    assert not Letter.objects.filter(address=ADA).exists()
    assert not JoinRequest.objects.filter(address=ADA).exists()
    assert not Proposal.objects.filter(address=ADA).exists()
    assert Proposal.objects.get(title="A public idea").name == ""
    assert not Support.objects.filter(address=ADA).exists()
    assert not Stop.objects.of(ADA).exists()
    # Of somebody else nothing is gone, account or no account.
    assert Follower.objects.get().address == "bea@example.org"
    assert Follow.objects.count() == 1
    assert Support.objects.filter(address="bea@example.org").exists()


def test_the_mark_of_decision_13_stays(ada):
    call_command("person", ADA, erase=True, yes=True)

    assert set(Consent.objects.values_list("email", flat=True)) == {erased_mark(ADA)}
    assert Consent.objects.filter(act="given").exists()


def test_where_nothing_is_left_nothing_is_said_to_be(ada, capsys):
    call_command("person", ADA, erase=True, yes=True)

    assert "Still held" not in capsys.readouterr().out


def test_who_is_no_member_is_erased_too(bea, ada):
    make_join_request(email="bea@example.org")

    call_command("person", "BEA@example.org", erase=True, yes=True)

    assert not Follower.objects.exists()
    assert not Support.objects.filter(address="bea@example.org").exists()
    assert not JoinRequest.objects.filter(address="bea@example.org").exists()
    assert Member.objects.get() == ada
    assert Support.objects.filter(address=ADA).exists()


def test_nowhere_is_the_address_found_afterwards(ada):
    from django.apps import apps
    from django.core import serializers

    call_command("person", ADA, erase=True, yes=True)

    for model in apps.get_models(include_auto_created=True):
        if not model._meta.proxy:
            said = serializers.serialize("json", model._base_manager.all())
            assert "ada@" not in said.lower(), model._meta.label
            assert "lovelace" not in said.lower(), model._meta.label


@pytest.mark.parametrize("answer", ["no", "", "y"])
def test_it_asks_before_erasing(ada, monkeypatch, answer):
    monkeypatch.setattr("builtins.input", lambda asked: answer)

    with pytest.raises(CommandError, match="Nothing was erased"):
        call_command("person", ADA, erase=True)

    assert Member.objects.exists()
    assert not Deed.objects.exists()


def test_and_does_it_after_a_yes(ada, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda asked: "yes")

    call_command("person", ADA, erase=True)

    assert not Member.objects.exists()


def test_it_is_on_record_without_the_address(ada, tmp_path):
    colleague = make_staff(email="staff@example.org")

    call_command("person", ADA)
    call_command("person", ADA, export=str(tmp_path / "ada.json"), by="staff@example.org")
    call_command("person", ADA, erase=True, yes=True, by="staff@example.org")

    deeds = list(Deed.objects.oldest())
    assert [(deed.act, deed.by) for deed in deeds] == [
        ("seen", None), ("exported", colleague), ("erased", colleague)
    ]  # fmt: skip
    assert {deed.key for deed in deeds} == {erased_mark(ADA)}
    assert "ada" not in str(list(Deed.objects.values()))


def test_staff_are_named_by_their_address_or_not_at_all(ada):
    with pytest.raises(CommandError, match="nobody on staff"):
        call_command("person", ADA, erase=True, yes=True, by=ADA)
    assert Member.objects.exists()


def test_a_colleagues_account_stays(capsys):
    colleague = make_staff(email="staff@example.org")

    call_command("person", "staff@example.org", erase=True, yes=True)

    assert User.objects.get() == colleague
    assert "Still held, as docs/keeping.md says: accounts: 1." in capsys.readouterr().out


def test_what_stays_for_a_while_is_told(ada, capsys):
    Block.put(
        by=make_staff(), kind="address", value=ADA, reason="-", until=timezone.now() + timedelta(1)
    )

    call_command("person", ADA, erase=True, yes=True)

    assert "Still held, as docs/keeping.md says: blocks: 1." in capsys.readouterr().out
    assert Block.objects.exists()


def test_of_nobody_there_is_nothing(capsys):
    call_command("person", "nobody@example.org", erase=True, yes=True)

    assert "Nothing is held" in capsys.readouterr().out
    assert not Deed.objects.exists()


def test_following_forgets_only_those_it_is_asked_for(bea):
    following.forget({"somebody@example.org"}, None)

    assert Follower.objects.exists()
