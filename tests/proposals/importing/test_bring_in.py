"""`manage.py import_proposals`: what a row says is an idea here, all of it or nothing."""

import pytest
from django.db import DatabaseError
from django.urls import reverse
from modelsearch.backends import get_search_backend
from pytest_django.asserts import assertContains, assertNotContains

from commitments.search import indexing
from network.models import Edition, Letter
from proposals.importing import load
from proposals.models import Happening, Proposal
from proposals.models.proposal import WHOLE_LENGTH
from tests.factories import make_subject
from tests.proposals.importing.sheets import SOURCE, bring, make_earlier_call, refused, rows

pytestmark = pytest.mark.django_db


def test_an_idea_says_what_its_row_says(call, write):
    subject = make_subject(name="Open data", name_fr="Données ouvertes", slug="open-data")

    bring(write(rows({"tags": "données ouvertes; Beekeeping"})))

    idea = Proposal.objects.get()
    assert (idea.title, idea.problem) == ("Count the bees", "Nobody knows how many there are.")
    assert (idea.consultation, idea.import_key, idea.language) == (call, "bees-1", "en")
    assert (idea.votes_elsewhere, idea.comments_elsewhere) == (12, 3)
    assert (idea.shown_name, idea.email, idea.user) == ("Ada Example", "", None)
    assert idea.source_url == f"{SOURCE}/bees-1"
    assert str(idea.published_on) == "July 15, 2016"
    assert list(idea.issues.all()) == [subject]
    assert idea.is_public
    assert idea.is_from_elsewhere


def test_its_page_and_the_lists_show_it_as_an_idea_from_elsewhere(client, call, write):
    text = "<p>First.</p><p>" + "Fiat lux. " * 5900 + "</p><script>alert(1)</script>"
    bring(write(rows({"text": text, "votes": "0", "comments": "", "date": "2016-07"})))

    idea = Proposal.objects.get()
    page = client.get(idea.get_absolute_url())
    assertContains(page, "<p>First.</p>")
    assertContains(page, "The idea, as it was put forward")
    assertContains(page, "Votes there")
    assertContains(page, "<dd>0</dd>")
    assertNotContains(page, "Comments there")
    assertNotContains(page, "alert(1)")
    every = reverse("proposals:index", query={"call": call.slug})
    assertContains(client.get(call.get_absolute_url()), f'<a href="{every}">One proposal</a>')
    assertContains(client.get(every), "Count the bees")
    assertContains(client.get(every), "July 2016")
    assertContains(client.get(reverse("proposals:ledger")), "Count the bees")


def test_an_author_who_is_not_named_is_not_said_to_have_withheld_the_name(client, call, write):
    bring(write(rows({"author": ""})))

    for address in (Proposal.objects.get().get_absolute_url(), reverse("proposals:index")):
        page = client.get(address)
        assertContains(page, "Author not named")
        assertNotContains(page, "Name withheld")


def test_it_is_found_by_its_words_at_once(client, call, write):
    bring(write(rows({"title": "Compter les abeilles", "language": "fr", "text": "Ruches"})))

    found = client.get(reverse("proposals:index"), {"q": "ruche"})

    assertContains(found, "Compter les abeilles")


def test_run_again_it_adds_nothing_and_leaves_what_staff_did(call, write, capsys):
    path = write(rows({}, {"title": "Count the wasps"}))
    bring(path)
    Proposal.objects.filter(import_key="bees-1").update(title="As staff struck it")
    before = Edition.current()

    bring(path, verbosity=1)

    assert Proposal.objects.count() == 2
    assert Proposal.objects.filter(title="As staff struck it").exists()
    assert Edition.current() == before
    assert "Ideas: 0 added, 2 there already." in capsys.readouterr().out


def test_what_is_new_in_a_longer_file_is_added(call, write):
    bring(write(rows({})))
    bring(write(rows({}, {"title": "Count the wasps"})))

    assert sorted(Proposal.objects.values_list("import_key", flat=True)) == ["bees-1", "bees-2"]


def test_the_same_key_in_another_call_is_another_idea(call, write):
    make_earlier_call("2014")
    path = write(rows({}))

    bring(path)
    bring(path, "2014")

    assert Proposal.objects.count() == 2


def test_one_row_that_cannot_be_taken_and_nothing_is(call, write):
    message = refused(write(rows({}, {"title": ""}, {})))

    assert "1 of its rows cannot be taken. Nothing was changed." in message


def test_it_is_left_out_if_the_user_says_so(call, write, capsys):
    bring(write(rows({}, {"title": ""}, {})), skip_bad=True, verbosity=1)

    assert Proposal.objects.count() == 2
    out = capsys.readouterr().out
    assert "row 3, title: is missing." in out
    assert "Ideas: 2 added, 0 there already; rows left out: 1." in out


def test_a_dry_run_writes_nothing_and_says_what_would_be(call, write, capsys):
    before = Edition.current()

    bring(write(rows({}, {})), dry_run=True, verbosity=1)

    assert not Proposal.objects.exists()
    assert Edition.current() == before
    assert "Ideas: 2 would be added" in capsys.readouterr().out
    refused(write(rows({"title": ""})), dry_run=True)


def test_what_fails_half_way_leaves_nothing_behind(call, write, monkeypatch):
    monkeypatch.setattr(load, "BATCH", 2)
    add, batches = load._add, []

    def fail(*args):
        batches.append(len(args[1]))
        if len(batches) == 3:
            raise DatabaseError("disk full")
        return add(*args)

    monkeypatch.setattr(load, "_add", fail)

    assert "disk full" in refused(write(rows(*[{}] * 7)))
    assert batches == [2, 2, 2]
    assert not Proposal.issues.through.objects.exists()


def test_a_file_that_changes_while_it_is_read_adds_nothing(call, write, monkeypatch):
    path = write(rows({}, {}))
    monkeypatch.setattr(
        load.Edition, "take_turn", classmethod(lambda cls: write(rows({}, {"title": ""})))
    )

    assert "changed while it was read" in refused(path)


def test_an_index_that_cannot_be_written_loses_no_idea(call, write, monkeypatch, capsys):
    def fail(say):
        raise OSError("the search server is away")

    monkeypatch.setattr(load.indexing, "rebuild", fail)

    bring(write(rows({})), verbosity=1)

    assert Proposal.objects.exists()
    assert "run manage.py rebuild_search_index" in capsys.readouterr().out


def test_old_ideas_are_news_to_nobody(call, write):
    bring(write(rows({})))

    assert not Letter.objects.exists()
    assert not Happening.objects.exists()


def test_a_text_is_as_long_as_it_may_be_and_no_longer(call, write):
    said = [{"text": "é" * WHOLE_LENGTH}, {"text": "é" * (WHOLE_LENGTH + 1)}]

    bring(write(rows(*said)), skip_bad=True)

    assert len(Proposal.objects.get().problem) == WHOLE_LENGTH


def test_without_its_text_an_idea_leads_to_where_it_is(client, call, write):
    bring(write(rows({"text": ""})))

    page = client.get(Proposal.objects.get().get_absolute_url())

    assertContains(page, "Its text was not found in our sources.")
    assert "1 of its rows" in refused(write(rows({"id": "x", "text": "", "url": ""})))


# --- Cut off ------------------------------------------------------------------------------


def killed(*_args, **_more):
    raise KeyboardInterrupt


@pytest.mark.parametrize("part", ["add_items", "settle"])
def test_run_again_after_it_was_cut_off_it_finishes_the_index(
    client, call, write, monkeypatch, capsys, part
):
    path = write(rows(*({"title": f"Count the hives {n} times"} for n in range(5))))
    monkeypatch.setattr(indexing, "CHUNK", 2)
    engine = type(get_search_backend().get_index_for_model(Proposal))
    with monkeypatch.context() as cut:
        if part == "settle":  # all are in the index, and their words not yet counted
            cut.setattr(indexing, "settle", killed)
        else:
            cut.setattr(engine, "add_items", once(engine.add_items))
        with pytest.raises(KeyboardInterrupt):
            bring(path)
    assert Proposal.objects.count() == 5
    left = {"add_items": 3, "settle": 0}[part]
    assert indexing.missing(Proposal) == left

    bring(path, verbosity=1)

    said = capsys.readouterr().out
    assert ("is whole" in said) == bool(left)
    assert (f"lacks {left} of those there" in said) == bool(left)
    assert "0 added, 5 there already" in said
    assert indexing.missing(Proposal) == 0
    for n in range(5):
        assertContains(client.get(reverse("proposals:index"), {"q": f"hives {n}"}), f"{n} times")
    assertContains(client.get(reverse("proposals:index"), {"q": "hivs"}), "hives")


def once(add):
    """Does it the first time, and is killed the second."""
    done = []

    def added(*args):
        if done:
            raise KeyboardInterrupt
        done.append(True)
        return add(*args)

    return added


def test_run_again_where_all_is_well_it_indexes_nothing(call, write, monkeypatch):
    path = write(rows(*[{}] * 3))
    bring(path)
    monkeypatch.setattr(load, "_index", killed)

    bring(path)
    bring(path, dry_run=True)
