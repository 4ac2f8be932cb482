"""Many at once, on either database: each support counts once, each digest is written once."""

import json

import pytest
from django.db import connection

from network.models import Confirmation, Edition, Letter
from proposals import supporting
from proposals.happenings import Kind, record
from proposals.models import Follower, Happening, Proposal, Support
from tests.factories import make_follow, make_organization, make_proposal, make_response
from tests.network.test_joining_at_once import at_once, folder, processes

__all__ = ["at_once", "folder", "processes"]  # fixtures

pytestmark = pytest.mark.django_db(transaction=True)

CONFIRM = """from network.actions import confirm_asked
came = [confirm_asked(Confirmation.objects.get(pk=pk)) for pk in {keys}]"""


def asked(proposal, email):
    """Someone has asked; the key of what waits for their yes."""
    confirmation = Confirmation.unasked(email, language="en")
    confirmation.save()
    supporting.hang(confirmation, proposal, email=email)
    return confirmation.pk


def number(proposal):
    proposal.refresh_from_db()
    assert proposal.supporters == proposal.supports.of_people().count()
    return proposal.supporters


def test_of_many_who_support_at_once_none_is_lost(at_once):
    proposal = make_proposal()
    keys = [asked(proposal, f"ada{n}@example.org") for n in range(40)]

    came = at_once(CONFIRM.format(keys=keys[:20]), CONFIRM.format(keys=keys[20:]))

    assert all("/supports/" in page for each in came for page in each)
    assert number(proposal) == 40


def test_one_address_confirmed_twice_at_once_counts_once(at_once):
    proposal = make_proposal()
    first, second = asked(proposal, "ada@example.org"), asked(proposal, "Ada+x@example.org")

    at_once(CONFIRM.format(keys=[first]), CONFIRM.format(keys=[second]))

    assert number(proposal) == 1
    assert Support.objects.count() == 1


def test_two_who_support_two_ideas_in_either_order_do_not_wait_in_a_ring(at_once):
    one, two = make_proposal(), make_proposal()
    keys = [[], []]
    for n in range(20):
        for who, order in enumerate([(one, two), (two, one)]):
            confirmation = Confirmation.unasked(f"ada{n}-{who}@example.org", language="en")
            confirmation.save()
            for proposal in order:
                supporting.hang(confirmation, proposal, email=confirmation.email)
            keys[who].append(confirmation.pk)

    at_once(*[CONFIRM.format(keys=each) for each in keys])

    assert (number(one), number(two)) == (40, 40)


def test_supporting_and_withdrawing_at_once_leave_the_number_right(at_once):
    proposal = make_proposal()
    work = """from proposals import supporting
from proposals.models import Proposal
from network.models import User
proposal, user = Proposal.objects.get(), User.objects.get(email="{email}")
for _n in range(15):
    supporting.support(proposal, user.email, user=user)
    supporting.withdraw(proposal, user.email)
came = supporting.support(proposal, user.email, user=user).pk"""
    from tests.factories import make_user

    for name in ("ada", "bea"):
        make_user(email=f"{name}@example.org")

    at_once(*[work.format(email=f"{name}@example.org") for name in ("ada", "bea")])

    assert number(proposal) == 2


def test_a_merge_and_a_support_at_once_lose_nobody(at_once):
    Edition.advance()
    proposal, into = make_proposal(), make_proposal()
    keys = [asked(proposal, f"ada{n}@example.org") for n in range(20)]
    from tests.factories import make_staff

    make_staff(email="staff@example.org")
    merge = f"""from proposals.models import Merge, Proposal
one, two = (Proposal.objects.get(pk=pk) for pk in ({proposal.pk}, {into.pk}))
Merge.make(one, two, by=User.objects.get(email="staff@example.org"))
came = True"""
    confirm = f"""from network.actions import confirm_asked
from opengov_portal.lib.errors import Refused
came = []
for pk in {json.dumps(keys)}:
    for _try in range(2):
        try:
            came.append(confirm_asked(Confirmation.objects.get(pk=pk)))
            break
        except Refused:
            pass"""

    at_once(confirm, merge)

    into.refresh_from_db()
    assert number(into) == 20


def test_two_workers_write_each_digest_once(at_once):
    Edition.advance()
    proposal = make_proposal()
    for n in range(20):
        make_follow(proposal, f"reader{n}@example.org")
    make_response(proposal)
    record(Kind.ANSWERED, proposal=proposal)
    Follower.objects.update(told_on="2026-01-01")
    work = "from proposals.digesting import write_due\ncame = write_due()[0]"

    came = at_once(work, work)

    assert sum(came) == 20
    letters = Letter.objects.filter(kind="list")
    assert letters.count() == letters.values("address").distinct().count() == 20


def test_happenings_are_numbered_in_the_order_of_their_commits(at_once):
    """A run that looks between two commits never passes one that comes late."""
    Edition.advance()
    make_proposal()
    slow = """from django.db import transaction
from time import sleep
from proposals.happenings import Kind, record
from proposals.models import Proposal
with transaction.atomic():
    mine = record(Kind.RESTORED, proposal=Proposal.objects.get())
    sleep(1)
came = mine.pk"""
    look = """from time import sleep
from django.db import transaction
from proposals.happenings import Kind, record
from proposals.models import Happening, Proposal
sleep(0.3)
record(Kind.HIDDEN, proposal=Proposal.objects.get())
came = sorted(Happening.objects.values_list("pk", flat=True))"""

    first, seen = at_once(slow, look)

    assert first in seen
    assert first == min(seen)
    assert Happening.objects.count() == 2


def test_an_organization_supports_once_though_two_speak_at_once(at_once):
    Edition.advance()
    proposal, friends = make_proposal(), make_organization()
    from network.models import Affiliation
    from tests.factories import make_member

    for name in ("ada", "bea"):
        Affiliation.objects.create(
            member=make_member(email=f"{name}@example.org"),
            organization=friends,
            state="representative",
            decided_at=proposal.created_at,
        )
    work = """from proposals import supporting
from proposals.models import Proposal
user, group = User.objects.get(email="{email}"), Organization.objects.get()
supporting.support_as(group, Proposal.objects.get(), by=user)
came = True"""

    at_once(*[work.format(email=f"{name}@example.org") for name in ("ada", "bea")])

    assert Support.objects.count() == Happening.objects.count() == 1


def test_writers_of_sqlite_take_turns():
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL's writers wait by themselves")
    assert connection.settings_dict["ENGINE"] == "opengov_portal.lib.sqlite"
    assert Proposal.objects.count() == 0
