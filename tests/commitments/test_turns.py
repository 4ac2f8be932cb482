"""Who changes what is public waits for another who does: no change is undone, no one is stuck."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commitments.search import indexing
from tests.commitments.files import load, made_up, write
from tests.factories import make_commitment, make_institution, make_milestone, make_staff
from tests.forms import admin_name, form_of

pytestmark = pytest.mark.django_db
WRITTEN = ("INSERT", "UPDATE", "DELETE")


@pytest.fixture
def commitment():
    commitment = make_commitment()
    make_milestone(commitment)
    return commitment


@pytest.fixture
def editor(client, settings):
    settings.REQUIRE_STAFF_MFA = False
    client.force_login(make_staff())
    return client


@pytest.fixture
def in_turn():
    """Sees to it that the edition is asked for, and locked where there are locks, first of all.

    Before it nothing of the plans may be read, let alone written.
    """
    with CaptureQueriesContext(connection) as queries:
        yield
    asked = [query["sql"] for query in queries]
    turn = next((n for n, sql in enumerate(asked) if 'FROM "network_edition"' in sql), None)
    assert turn is not None
    assert ("FOR UPDATE" in asked[turn]) is connection.features.has_select_for_update
    assert not [sql for sql in asked[:turn] if '"commitments_' in sql]
    assert [sql for sql in asked[turn:] if sql.startswith(WRITTEN)]


@pytest.mark.parametrize("make", [make_commitment, make_institution])
def test_staff_save_in_turn(editor, make, request):
    thing = make()
    page = reverse(admin_name(thing, "change"), args=[thing.pk])
    data = form_of(editor.get(page), f"{thing._meta.model_name}_form")
    stem = "summary" if make is make_commitment else "name"
    data |= {f"{stem}_en": ["In new words"], f"{stem}_fr": ["En mots nouveaux"]}
    request.getfixturevalue("in_turn")

    assert editor.post(page, data).status_code == 302


def test_staff_remove_one_in_turn(editor, commitment, in_turn):
    page = reverse("admin:commitments_commitment_delete", args=[commitment.pk])

    sent = {"post": "yes", "_why_en": "A mistake.", "_why_fr": "Une erreur."}
    assert editor.post(page, sent).status_code == 302


def test_a_file_is_loaded_in_turn(tmp_path, in_turn):
    load(write(tmp_path, made_up()))


def test_looking_keeps_nobody_waiting(editor, commitment):
    with CaptureQueriesContext(connection) as queries:
        editor.get(reverse("admin:commitments_commitment_change", args=[commitment.pk]))

    assert not [query for query in queries if "network_edition" in query["sql"]]


def test_the_words_of_the_index_are_written_in_turn(commitment):
    with CaptureQueriesContext(connection) as queries:
        indexing.rebuild()

    asked = [query["sql"] for query in queries]
    turn = next((n for n, sql in enumerate(asked) if 'FROM "network_edition"' in sql), len(asked))
    words = [n for n, sql in enumerate(asked) if sql.startswith(WRITTEN) and "_word" in sql]
    assert words
    assert turn < min(words)
