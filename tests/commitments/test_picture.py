"""The picture of a commitment, which other sites show beside a link to it."""

import re

import pytest
from django.urls import reverse
from django.utils import translation

from commitments import pictures
from commitments.dossier import Dossier
from commitments.pictures import card
from tests.factories import make_commitment, make_plan

pytestmark = pytest.mark.django_db


def test_the_picture_is_a_png_of_the_size_other_sites_ask_for(client):
    commitment = make_commitment(title_en="A promise " * 25)

    response = client.get(
        reverse("commitments:picture", args=[commitment.plan.slug, commitment.number])
    )

    assert response["Content-Type"] == "image/png"
    assert response.content[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(response.content[16:20], "big") == 1200
    assert int.from_bytes(response.content[20:24], "big") == 630


def test_the_picture_draws_its_words():
    assert card("One", "", []) != card("Two", "", []) != card("Two", "", ["Said"])


@pytest.mark.parametrize(
    "odd", ["\x01", "\x7f", "\ufffe", "\uffff", "<&'\"", "\u202e", "x" * 300, ""]
)
def test_any_title_an_editor_can_type_is_drawn(odd):
    assert card(f"Count {odd}bees", "", [f"Said {odd}"]).startswith(b"\x89PNG")


@pytest.mark.parametrize("words", [1, 7, 14, 21, 60])
@pytest.mark.parametrize("lines", [2, 3])
def test_no_line_of_the_picture_touches_another(monkeypatch, words, lines):
    drawn = []
    monkeypatch.setattr(
        pictures, "svg_to_bytes", lambda svg_string, **_facts: drawn.append(svg_string)
    )

    card("Égalité " * words, "Commitment 3", ["Said"] * lines)

    texts = re.findall(r'<text x="\d+" y="([\d.]+)" font-size="(\d+)"', drawn[0])
    assert len(texts) >= 3 + lines
    bottom, before = 0, 0
    for baseline, size in sorted((float(y), int(size)) for y, size in texts):
        apart = 0 if size == before else 10
        assert baseline - 0.82 * size >= bottom + apart  # so high reaches É, and so low g
        bottom, before = baseline + 0.26 * size, size
    assert bottom <= 630


@pytest.mark.parametrize(
    ("language", "head"),
    [
        ("en", ("Commitment 3 · 2030-2032", "Promise 3")),
        ("fr", ("Engagement 3 · 2030-2032 · titre dans nos mots", "Promesse 3")),
    ],
)
def test_the_picture_says_of_a_title_of_ours_that_it_is(client, language, head):
    make_commitment(make_plan(slug="2030-2032"), number=3, label_fr="Promesse 3")

    with translation.override(language):
        dossier = Dossier("2030-2032", 3)

        assert dossier.picture_head == head
        assert dossier.picture_text.startswith(f"{head[1]}. {head[0]}. ")
