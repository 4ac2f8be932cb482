"""What others name stays, every field explains itself, and no page grows costly."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains

from commitments.models import (
    ActionPlan,
    Commitment,
    Institution,
    Lead,
    Theme,
)
from network.models import Subject
from tests.commitments.editing.pages import page_of
from tests.factories import (
    make_commitment,
    make_institution,
    make_milestone,
)
from tests.forms import admin_name

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ["lead", "milestone"])
def test_an_institution_in_use_stays(client, editor, role):
    institution, commitment = make_institution(), make_commitment()
    if role == "lead":
        Lead.objects.create(commitment=commitment, institution=institution)
    else:
        make_milestone(commitment).institutions.add(institution)
    url = reverse("admin:commitments_institution_delete", args=[institution.pk])

    asked = client.get(url)
    client.post(url, {"post": "yes", "_why": "A mistake."})
    chosen = {
        "action": "delete_selected",
        "_selected_action": [institution.pk],
        "post": "yes",
        "_why": "A mistake.",
    }
    client.post(reverse("admin:commitments_institution_changelist"), chosen)

    assertContains(asked, commitment.code)
    assert Institution.objects.filter(pk=institution.pk).exists()


def test_an_institution_nobody_names_may_go(client, editor):
    institution = make_institution()

    client.post(
        reverse("admin:commitments_institution_delete", args=[institution.pk]),
        {"post": "yes", "_why": "A mistake."},
    )

    assert not Institution.objects.exists()


@pytest.mark.parametrize("model", [ActionPlan, Theme, Institution, Subject, Commitment])
def test_every_field_says_what_belongs_in_it(client, editor, model):
    url = reverse(admin_name(model, "add"))
    context = client.get(url).context

    forms = [context["adminform"].form]
    forms += [inline.formset.empty_form for inline in context["inline_admin_formsets"]]
    own = {"id", "DELETE", "commitment", "plan"}
    silent = [
        f"{type(form.instance).__name__}.{name}"
        for form in forms
        for name, field in form.fields.items()
        if not (field.help_text or field.widget.is_hidden or (name in own and form.prefix))
    ]
    assert silent == []


def test_the_cost_of_a_page_grows_little_with_what_hangs_on_it(
    client, editor, commitment, django_assert_max_num_queries
):
    for _each in range(20):
        make_milestone(commitment)
    client.get(page_of(commitment))

    with django_assert_max_num_queries(75):
        client.get(page_of(commitment))
