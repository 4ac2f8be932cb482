"""Each move: by the right person, the wrong one, nobody, and a second time."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from network.models import Edition
from opengov_portal.lib.errors import Refused
from proposals import moderating
from proposals.models import Appeal, Flag, Merge, Proposal
from tests.factories import make_proposal, make_response, make_staff, make_user
from tests.proposals.moderation.desk import (
    WHY,
    again,
    appealed,
    later,
    letters,
    make_moderator,
    refused,
    waiting,
)

pytestmark = pytest.mark.django_db
State = Proposal.State


def flagged():
    proposal = make_proposal()
    Flag.put(proposal, reason="abuse", words="Look.", network="198.51.100.7")
    return proposal


def hidden():
    proposal = make_proposal()
    moderating.hide(proposal, by=make_moderator(), **WHY)
    return proposal


def merged():
    return moderating.merge(make_proposal(), make_proposal(), by=make_moderator())


# What is decided about, the verb, where it leads, and the letter that tells of it.
MOVES = {
    "publish": (waiting, moderating.publish, {}, State.PUBLISHED, "published"),
    "publish a refused one": (refused, moderating.publish, {}, State.PUBLISHED, "published"),
    "refuse": (waiting, moderating.refuse, WHY, State.REFUSED, "refused"),
    "hide": (make_proposal, moderating.hide, WHY, State.HIDDEN, "hidden"),
    "restore": (hidden, moderating.restore, {}, State.PUBLISHED, "restored"),
    "keep": (flagged, Proposal.keep, {"words": "It is fair."}, State.PUBLISHED, None),
    "undo": (hidden, moderating.undo, {}, State.PUBLISHED, None),
    "grant": (appealed, moderating.grant, {}, State.PUBLISHED, "appeal_granted"),
    "deny": (appealed, moderating.deny, {"words": "Not it."}, State.REFUSED, "appeal_denied"),
    "part": (merged, moderating.part, {}, State.PUBLISHED, None),
}
each_move = pytest.mark.parametrize("name", MOVES)


def of(thing):
    return thing.proposal if isinstance(thing, Appeal | Merge) else thing


@each_move
def test_a_moderator_moves_it_on_record_and_its_letter_is_owed(name):
    make, verb, said, state, letter = MOVES[name]
    thing, person = make(), make_moderator()
    edition = Edition.current()

    verb(thing, by=person, **said)

    proposal = again(of(thing))
    assert proposal.state == of(thing).state == state
    if name != "keep":
        assert Edition.current() > edition
    if name not in {"keep", "undo", "part"}:
        step = proposal.last_step
        assert (step.after, step.by) == (state, person)
        assert [step.reason, step.words][1] == said.get("words", "")
        told = letters(letter).get()
        assert told.to == proposal.email
        assert told.key == f"{letter}-{proposal.pk}-{step.pk}"
        assert told.next_try_at == step.undo_until


@each_move
def test_a_second_time_it_is_refused_and_nothing_is_written(name):
    make, verb, said, _state, letter = MOVES[name]
    thing, person = make(), make_moderator()
    verb(thing, by=person, **said)
    before = again(of(thing)), of(thing).steps.count(), letters(letter).count()

    with pytest.raises(Refused):
        verb(again(thing), by=person, **said)

    assert again(of(thing)).state == before[0].state
    assert (of(thing).steps.count(), letters(letter).count()) == before[1:]


@each_move
@pytest.mark.parametrize("who", ["a member", "staff without the right", "nobody"])
def test_who_may_not_is_told_so(name, who):
    make, verb, said, _state, _letter = MOVES[name]
    thing = make()
    person = {
        "a member": make_user,
        "staff without the right": lambda: make_staff(is_superuser=False),
        "nobody": AnonymousUser,
    }[who]()
    state, steps = again(of(thing)).state, of(thing).steps.count()

    with pytest.raises(PermissionDenied):
        verb(thing, by=person, **said)

    assert (again(of(thing)).state, of(thing).steps.count()) == (state, steps)


@each_move
def test_nobody_decides_about_what_they_put_forward_themselves(name):
    make, verb, said, _state, _letter = MOVES[name]
    thing, author = make(), make_moderator()
    Proposal.objects.filter(pk=of(thing).pk).update(user=author)
    state, steps = again(of(thing)).state, of(thing).steps.count()

    with pytest.raises(PermissionDenied):
        verb(again(thing), by=author, **said)

    assert (again(of(thing)).state, of(thing).steps.count()) == (state, steps)


@each_move
def test_who_saw_an_older_page_is_told_who_was_first(name):
    make, verb, said, _state, _letter = MOVES[name]
    thing = make()
    last = of(thing).last_step

    with pytest.raises(Refused):
        verb(thing, by=make_moderator(), seen=(last.pk if last else 0) + 1, **said)


def test_the_second_of_two_does_not_overturn_what_the_first_decided():
    proposal, first = waiting(), make_moderator(name="Rufus")
    moderating.refuse(proposal, by=first, **WHY)

    with pytest.raises(Refused, match=r"Rufus.*Refused"):
        moderating.publish(again(proposal), by=make_moderator(), seen=0)

    assert again(proposal).state == State.REFUSED


def test_a_refusal_without_reason_or_sentence_cannot_be_made():
    for lacking in ({"reason": ""}, {"words": " "}, {"reason": "because"}):
        for thing, verb in ((waiting(), Proposal.refuse), (make_proposal(), Proposal.hide)):
            with pytest.raises(ValueError, match="reason"):
                verb(thing, by=make_moderator(), **WHY | lacking)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", [name for name in MOVES if MOVES[name][4]])
def test_every_letter_is_in_its_readers_language_and_says_the_sentence(name, language):
    make, verb, said, _state, letter = MOVES[name]
    thing = make()
    Proposal.objects.update(letters_language=language, title="Count <all> the bees")
    thing = again(thing)

    verb(thing, by=make_moderator(), **said)

    told = letters(letter).get()
    assert told.language == language
    assert "Count <all> the bees" in told.text
    assert "Count &lt;all&gt; the bees" in told.html
    assert "Count" not in told.subject
    assert said.get("words", "") in told.text


# --- An hour to undo ------------------------------------------------------------------

UNDONE = {
    "publish": State.WAITING,
    "publish a refused one": State.REFUSED,
    "refuse": State.WAITING,
    "hide": State.PUBLISHED,
    "restore": State.HIDDEN,
    "grant": State.REFUSED,
    "deny": State.REFUSED,
}


@pytest.mark.parametrize("name", UNDONE)
def test_within_an_hour_any_moderator_undoes_it_and_no_letter_goes(name):
    make, verb, said, _state, letter = MOVES[name]
    thing = make()
    published_at = again(of(thing)).published_at
    waiting_since = of(thing).waiting_since
    verb(thing, by=make_moderator(), **said)
    other = make_moderator()

    step = moderating.undo(again(of(thing)), by=other)

    proposal = again(of(thing))
    assert proposal.state == UNDONE[name]
    assert proposal.published_at == published_at
    assert proposal.waiting_since == waiting_since
    assert (step.undone_by, step in proposal.steps.standing()) == (other, False)
    assert not letters(letter).filter(key__endswith=f"-{step.pk}").exists()
    assert not letters("undone").exists()
    if isinstance(thing, Appeal):
        assert again(thing).waits


@pytest.mark.parametrize("name", UNDONE)
def test_after_an_hour_it_is_too_late(name):
    make, verb, said, _state, letter = MOVES[name]
    thing = make()
    verb(thing, by=make_moderator(), **said)
    later(minutes=61)

    with pytest.raises(Refused, match="no longer be undone"):
        moderating.undo(again(of(thing)), by=make_moderator())

    assert letters(letter).filter(next_try_at__lte=timezone.now()).exists()


def test_a_letter_that_has_left_is_followed_by_one_that_takes_it_back():
    proposal = waiting()
    moderating.publish(proposal, by=make_moderator())
    letter = letters("published").get()
    letter.next_try_at = timezone.now()
    letter.save()
    assert letter.claim()

    moderating.undo(again(proposal), by=make_moderator())

    assert "no longer holds" in letters("undone").get().text


def test_what_was_answered_is_not_taken_back_to_the_queue():
    proposal = waiting()
    moderating.publish(proposal, by=make_moderator())
    make_response(proposal)

    with pytest.raises(Refused, match="hangs on it"):
        moderating.undo(again(proposal), by=make_moderator())

    assert again(proposal).state == State.PUBLISHED


def test_what_an_author_did_is_not_undone():
    proposal = make_proposal()
    proposal._move(State.WITHDRAWN)
    proposal.steps.create(before="published", after="withdrawn")

    with pytest.raises(Refused):
        moderating.undo(proposal, by=make_moderator())


def test_bulk_is_all_or_none():
    one, two, three = (waiting() for _n in range(3))
    moderating.publish(two, by=make_moderator())
    both = [(one, 0), (again(two), 0), (three, 0)]

    with pytest.raises(Refused):
        moderating.refuse_all(both, by=make_moderator(), **WHY)

    assert again(one).state == again(three).state == State.WAITING
    assert not letters("refused").exists()
    assert moderating.publish_all([(again(one), 0), (again(three), 0)], by=make_moderator()) == 2
