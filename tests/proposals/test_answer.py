"""Answering: all or none, what was looked at, with a reason, and a letter to each author."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from network.models import Edition, Letter
from opengov_portal.lib.errors import Refused
from proposals import answering
from proposals.answering import Said, answer, fingerprint, rows
from proposals.models import Happening, Lineage, Proposal, Response
from tests.factories import (
    make_call,
    make_commitment,
    make_institution,
    make_plan,
    make_proposal,
    make_response,
    make_staff,
    make_user,
)

pytestmark = pytest.mark.django_db


def said(**facts):
    return Said(
        **{
            "outcome": "not_now",
            "reason_en": "The hives are asleep.",
            "reason_fr": "Les ruches dorment.",
            "institution": facts.pop("institution", None) or make_institution(),
            "office_en": "Bee Office",
            "office_fr": "Bureau des abeilles",
            "answered_on": timezone.localdate(),
        }
        | facts
    )


def answerer():
    user = make_user(is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="add_response"))
    return user


def letters(name):
    return Letter.objects.filter(template=f"proposals/emails/{name}").order_by("pk")


def merge(proposal, into):
    Proposal.objects.filter(pk=proposal.pk).update(state="merged", merged_into=into)


def test_an_answer_stands_on_every_proposal_it_was_given_to_and_the_edition_advances():
    both, by, before = [make_proposal(), make_proposal()], answerer(), Edition.current()

    given = answer(both, said(), by=by)

    assert {one.proposal for one in given} == set(both)
    assert {one.written_by for one in Response.objects.current()} == {by}
    assert Edition.current() == before + 1


def test_only_who_may_write_answers_answers():
    proposal = make_proposal()

    for nobody in (make_user(), make_user(is_staff=True)):
        with pytest.raises(PermissionDenied):
            answer([proposal], said(), by=nobody)

    assert not Response.objects.exists()
    assert not Letter.objects.exists()


@pytest.mark.parametrize("state", ["waiting", "refused", "hidden", "withdrawn", "unconfirmed"])
def test_what_is_not_public_cannot_be_answered_and_nothing_else_of_the_group_is(state):
    good, bad = make_proposal(), make_proposal(state=state)

    with pytest.raises(Refused, match="not public"):
        answer([good, bad], said(), by=answerer())

    assert not Response.objects.exists()
    assert not Letter.objects.exists()


def test_a_merged_one_shares_the_answer_of_the_other_and_its_author_is_told_too():
    target = make_proposal(title="Count all bees", email="ada@example.org")
    merged = make_proposal(title="Count my bees", email="zoe@example.org", letters_language="fr")
    deeper = make_proposal(email="eve@example.org")
    merge(merged, target)
    merge(deeper, merged)

    with pytest.raises(Refused, match="merged into another"):
        answer([merged], said(), by=answerer())
    answer([target], said(), by=answerer())

    assert Response.objects.get().proposal == target
    told = {letter.to: letter for letter in letters("answered")}
    assert told.keys() == {"ada@example.org", "zoe@example.org", "eve@example.org"}
    assert "Count all bees" in told["zoe@example.org"].text
    assert "Les ruches dorment." in told["zoe@example.org"].text
    assert "shares its answer" not in told["ada@example.org"].text


def test_one_that_does_not_exist_any_more_refuses_the_whole_group():
    gone, stays = make_proposal(), make_proposal()
    Proposal.objects.filter(pk=gone.pk).delete()

    with pytest.raises(Refused):
        answer([Proposal(pk=gone.pk), stays], said(), by=answerer())

    assert not Response.objects.exists()


def test_changing_an_answer_keeps_the_old_one_and_tells_the_author_of_the_change():
    proposal, by = make_proposal(), answerer()
    answer([proposal], said(), by=by)

    answer([proposal], said(outcome="adopted"), by=by)

    old, new = proposal.responses.order_by("pk")
    assert (old.outcome, new.outcome) == ("not_now", "adopted")
    assert old.replaced_at
    assert new.replaced_at is None
    letter = letters("answer_changed").get()
    assert "Before: Not now" in letter.text
    assert "Now: Adopted" in letter.text


def test_saying_the_same_again_writes_nothing_and_tells_nobody():
    proposal, by, words = make_proposal(), answerer(), said(commitments=[make_commitment()])
    answer([proposal], words, by=by)
    before = Edition.current()

    assert answer([proposal], words, by=by) == []

    assert Response.objects.count() == Letter.objects.count() == 1
    assert Edition.current() == before


def test_who_looked_before_another_answered_is_told_and_replaces_nothing():
    proposal, by = make_proposal(), answerer()
    seen = fingerprint(rows([proposal.pk]))
    answer([proposal], said(), by=by, seen=seen)

    with pytest.raises(Refused, match="look again"):
        answer([proposal], said(outcome="adopted"), by=by, seen=seen)

    assert proposal.responses.get().outcome == "not_now"


def test_a_preview_is_stale_once_a_row_of_it_was_hidden_or_merged():
    one, other, by = make_proposal(), make_proposal(), answerer()
    for change in (
        lambda: Proposal.objects.filter(pk=one.pk).update(state="hidden"),
        lambda: Proposal.objects.filter(pk=one.pk).update(state="published"),
        lambda: merge(make_proposal(), one),
    ):
        seen = fingerprint(rows([one.pk, other.pk]))
        change()
        with pytest.raises(Refused, match="look again"):
            answer([one, other], said(), by=by, seen=seen)


def test_what_is_adopted_becomes_the_origin_of_its_commitments():
    proposal, promises = make_proposal(), [make_commitment(), make_commitment()]

    [given] = answer([proposal], said(outcome="in_part", commitments=promises), by=answerer())

    assert set(given.commitments.all()) == set(promises)
    assert {(one.commitment, one.response) for one in proposal.lineages.all()} == {
        (promise, given) for promise in promises
    }


def test_what_is_under_way_already_points_to_a_commitment_and_is_not_its_origin():
    answer(
        [make_proposal()],
        said(outcome="under_way", commitments=[make_commitment()]),
        by=answerer(),
    )

    assert not Lineage.objects.exists()


def test_a_changed_answer_takes_its_own_word_back_and_leaves_a_sources_word():
    proposal, by = make_proposal(), answerer()
    mine, theirs = make_commitment(), make_commitment()
    source = Lineage.objects.create(
        proposal=proposal, commitment=theirs, source_url="https://example.org/plan"
    )
    answer([proposal], said(outcome="adopted", commitments=[mine, theirs]), by=by)
    assert proposal.lineages.count() == 2

    answer([proposal], said(outcome="not_now"), by=by)

    assert proposal.lineages.get() == source


def test_followers_hear_of_the_answer_of_its_change_and_once_of_what_it_became():
    proposal, by, promise = make_proposal(), answerer(), make_commitment()

    answer([proposal], said(outcome="adopted", commitments=[promise]), by=by)
    answer([proposal], said(outcome="in_part", commitments=[promise]), by=by)

    assert list(Happening.objects.order_by("pk").values_list("kind", "commitment")) == [
        ("answered", None),
        ("became", promise.pk),
        ("reanswered", None),
    ]


def test_an_answer_older_than_the_proposal_is_refused():
    with pytest.raises(Refused, match="after the date"):
        answer(
            [make_proposal()],
            said(answered_on=timezone.localdate() - timedelta(days=400)),
            by=answerer(),
        )


def test_no_more_than_a_hundred_at_once(monkeypatch):
    monkeypatch.setattr(answering, "MOST", 1)

    with pytest.raises(Refused, match="at most 1"):
        answer([make_proposal(), make_proposal()], said(), by=answerer())


def test_the_letter_is_in_the_authors_language_and_nobody_without_an_address_is_written_to():
    plan = make_plan(title_fr="Le plan", title_en="The plan")
    promise = make_commitment(plan=plan, number=7)
    french = make_proposal(email="zoe@example.org", letters_language="fr", title="<b>Mes abeilles")
    erased = make_proposal(email="")

    answer([french, erased], said(outcome="adopted", commitments=[promise]), by=answerer())

    letter = letters("answered").get()
    assert letter.language == "fr"
    assert "Les ruches dorment." in letter.text
    assert "asleep" not in letter.text
    assert f"/fr/plans/{plan.slug}/7/" in letter.text
    assert "Bureau des abeilles" in letter.text
    assert "&lt;b&gt;Mes abeilles" in letter.html


def test_what_failed_half_way_wrote_no_answer_and_no_letter(monkeypatch):
    monkeypatch.setattr(Edition, "advance", classmethod(lambda cls: 1 / 0))

    with pytest.raises(ZeroDivisionError):
        answer([make_proposal()], said(), by=answerer())

    assert not Response.objects.exists()
    assert not Letter.objects.exists()


def test_a_call_names_the_public_ones_without_an_answer_oldest_first():
    call, now = make_call(), timezone.now()
    late = make_proposal(consultation=call, published_at=now - timedelta(days=1))
    early = make_proposal(consultation=call, published_at=now - timedelta(days=9))
    make_response(make_proposal(consultation=call))
    make_response(early, replaced_at=now)
    make_proposal(consultation=call, state="hidden")
    make_proposal(consultation=call, state="waiting")
    make_proposal()

    assert list(answering.unanswered(call)) == [early, late]


@pytest.mark.parametrize("field", ["reason_en", "reason_fr", "office_en", "office_fr"])
def test_the_database_keeps_no_answer_without_a_reason_and_an_office_in_both_languages(field):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_response(**{field: ""})


def test_the_database_keeps_one_standing_answer_and_no_origin_without_a_witness():
    response = make_response()

    with pytest.raises(IntegrityError), transaction.atomic():
        make_response(response.proposal)
    with pytest.raises(IntegrityError), transaction.atomic():
        Lineage.objects.create(proposal=response.proposal, commitment=make_commitment())


def test_looking_costs_the_same_queries_for_one_or_many():
    one, many = [make_proposal()], [make_proposal() for _ in range(5)]
    for each in (*one, *many):
        make_response(each, [make_commitment()])
        merge(make_proposal(), each)
    counted = []
    for some in (one, many):
        with CaptureQueriesContext(connection) as queries:
            fingerprint(rows([each.pk for each in some]))
        counted.append(len(queries))

    assert counted[0] == counted[1]


def test_staff_with_every_permission_may_answer():
    assert answering.may_answer(make_staff())
