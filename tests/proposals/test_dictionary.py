"""The dictionary: every column of every model is published, or private with a reason."""

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import override
from pytest_django.asserts import assertContains

from proposals.dictionary import PRIVATE, PUBLIC, RECORDS, UNPUBLISHED
from proposals.ledger import FILE

# A window of the admin on another model has no columns of its own.
MODELS = [each for each in apps.get_app_config("proposals").get_models() if not each._meta.proxy]


def columns(model):
    return {field.name for field in [*model._meta.fields, *model._meta.many_to_many]}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_field_is_published_or_private_with_a_reason(model):
    for name in columns(model):
        field = f"{model.__name__}.{name}"
        assert (field in PUBLIC) != (field in PRIVATE), (
            f"{field} is new: publish it in proposals/dictionary.py, or say there why not."
        )


def test_nothing_is_listed_that_is_no_longer_there():
    there = {f"{model.__name__}.{name}" for model in MODELS for name in columns(model)}

    assert PUBLIC.keys() | PRIVATE.keys() == there


def test_every_reason_and_every_meaning_is_said():
    assert all(PRIVATE.values())
    assert all(str(meaning) for meaning in PUBLIC.values())


def test_a_model_is_published_or_not_and_never_both():
    assert not {record.model.__name__ for record in RECORDS} & UNPUBLISHED.keys()


def test_a_column_told_by_another_name_is_told():
    for record in RECORDS:
        assert set(record.told_as.values()) <= set(record.names)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.django_db
def test_the_data_page_explains_every_field_in_both_languages(client, language):
    with override(language):
        page = client.get(reverse("data"))

        for record in RECORDS:
            assertContains(page, record.title)
            for entry in record.entries():
                assertContains(page, f"<code>{entry.name}</code>")
                assert str(entry.meaning)


def test_every_meaning_is_said_in_french():
    for record in RECORDS:
        for entry in record.drawn:
            with override("en"):
                english = str(entry.meaning)
            with override("fr"):
                assert str(entry.meaning) != english, entry.name


@pytest.mark.django_db
def test_the_data_page_leads_to_the_files(client):
    page = client.get(reverse("data"))

    for name in ("data:proposals_json", "data:proposals_csv"):
        assertContains(page, f'href="{reverse(name)}"')


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.django_db
def test_the_data_page_explains_every_column_of_the_ledger(client, language):
    with override(language):
        page = client.get(reverse("data"))

        for name, meaning in FILE.items():
            assertContains(page, f"<code>{name}</code></th><td>{escape(meaning)}</td>")
    for name in ("data:ledger_json", "data:ledger_csv"):
        assertContains(page, f'<a href="{reverse(name)}" download>')
