"""An editor who is signed in, and a commitment to edit."""

import pytest

from commitments.models import (
    Assessor,
    Theme,
)
from tests.factories import (
    make_assessment,
    make_commitment,
    make_institution,
    make_milestone,
    make_plan,
    make_staff,
    make_subject,
)


@pytest.fixture
def editor(client, without_second_factor):
    person = make_staff(name="Ada Editor")
    client.force_login(person)
    return person


@pytest.fixture
def commitment():
    """One with something of everything, its theme too."""
    plan = make_plan()
    theme = Theme.objects.create(plan=plan, slug="money", name_en="Money", name_fr="Argent")
    commitment = make_commitment(
        plan,
        leads=[make_institution()],
        subjects=[make_subject()],
        theme=theme,
        other_supporting_en=["A union", "A school"],
    )
    milestone = make_milestone(commitment, due="2031-06", status_as_of="")
    make_milestone(commitment, parent=milestone)
    make_assessment(commitment, as_of="2031-03-31", other_source_urls=["https://example.org/a"])
    commitment.sources.create(url="https://example.org/plan", used_for=["title_en"])
    commitment.indicators.create(label_en="Files", label_fr="Fichiers", latest_as_of="2031")
    commitment.value_claims.create(assessor=Assessor.IRM, value="transparency")
    return commitment
