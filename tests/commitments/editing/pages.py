"""The forms of the admin's pages, and what they say is wrong."""

from django.urls import reverse

from tests.forms import admin_name, form_of

ADD = "admin:commitments_commitment_add"


def page_of(thing):
    return reverse(admin_name(thing, "change"), args=[thing.pk])


def form_on(client, thing):
    return form_of(client.get(page_of(thing)), f"{thing._meta.model_name}_form")


def errors_of(response):
    """Every error on the page that came back, by the name of its field."""
    assert response.status_code == 200, response["Location"]
    found = dict(response.context["adminform"].form.errors)
    for inline in response.context["inline_admin_formsets"]:
        formset = inline.formset
        found |= {formset.prefix: formset.non_form_errors()} if formset.non_form_errors() else {}
        for form in formset.forms:
            found |= {f"{form.prefix}-{name}": why for name, why in form.errors.items()}
    return {name: " ".join(why) for name, why in found.items()}
