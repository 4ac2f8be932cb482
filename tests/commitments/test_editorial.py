"""The editorial file that is shipped: subjects for all, French for every note."""

import json
import re

import pytest

from commitments.management.commands.load_plans import EDITORIAL
from commitments.models import ActionPlan, Assessment, Commitment, Milestone
from network.models import Subject
from tests.commitments.files import load

NOTES = {
    ActionPlan: ("period_note", "themes_note"),
    Commitment: ("title_note", "lead_note", "other_supporting"),
    Milestone: ("note",),
    Assessment: ("note",),
}


@pytest.mark.django_db
def test_every_note_has_its_french():
    load()

    for model, stems in NOTES.items():
        for stem in stems:
            english = model.objects.exclude(**{f"{stem}_en": [] if "other" in stem else ""})
            assert english.exists(), stem
            for row in english:
                assert getattr(row, f"{stem}_fr"), (row, stem)


@pytest.mark.django_db
def test_every_commitment_has_one_to_four_subjects_and_every_subject_a_commitment():
    load()

    for commitment in Commitment.objects.prefetch_related("subjects"):
        assert 1 <= commitment.subjects.count() <= 4, commitment.code
    for subject in Subject.objects.all():
        assert subject.commitment_tags.exists(), subject.slug


def french():
    content = json.loads(EDITORIAL.read_text())
    return [*content["french"].values(), *(one["name_fr"] for one in content["subjects"])]


def test_the_french_is_typeset_as_french():
    for text in french():
        assert not re.search(r'«(?!\u00a0)|(?<!\u00a0)»|"|\'', text), text
        assert not re.search(r"(?<!\u00a0):(?!//)", text), text
        assert not re.search(r"\s[;?!]", text), text
