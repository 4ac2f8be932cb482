"""Two editors with one page open: neither undoes the other's work unseen."""

import pytest
from django.urls import reverse

from commitments.models import Commitment
from tests.commitments.editing.pages import errors_of, form_on, page_of
from tests.factories import make_institution
from tests.forms import admin_name, form_of

pytestmark = pytest.mark.django_db


def test_the_second_to_save_is_told_and_may_save_again(client, editor, commitment):
    mine = form_on(client, commitment) | {"summary_en": ["Mine"]}
    theirs = form_on(client, commitment) | {"summary_en": ["Theirs"]}
    assert client.post(page_of(commitment), theirs).status_code == 302

    response = client.post(page_of(commitment), mine)

    assert "Changed since you opened this page, by: Ada Editor." in errors_of(response)["__all__"]
    assert Commitment.objects.get().summary_en == "Theirs"
    again = form_of(response, "commitment_form")
    assert again["summary_en"] == ["Mine"]
    assert client.post(page_of(commitment), again).status_code == 302
    assert Commitment.objects.get().summary_en == "Mine"


def test_a_thing_without_a_public_history_is_minded_too(client, editor):
    office = make_institution()
    mine = form_on(client, office) | {"short_en": ["M"]}
    theirs = form_on(client, office) | {"short_en": ["T"]}
    client.post(page_of(office), theirs)
    assert "Changed since" in errors_of(client.post(page_of(office), mine))["__all__"]


def test_saving_twice_oneself_is_no_trouble(client, editor, commitment):
    for words in ("One", "Two"):
        data = form_on(client, commitment) | {"summary_en": [words]}
        assert client.post(page_of(commitment), data).status_code == 302
    assert client.get(reverse(admin_name(commitment, "add"))).status_code == 200
