"""docs/keeping.md tells all that is kept of people, since it is drawn from the code."""

import subprocess
import sys

import pytest
from django.apps import apps
from django.db import models

from network.models import Member
from opengov_portal.lib.keeping import HOLDINGS, NOT_PERSONAL, is_about_people
from proposals.dictionary import PERSONAL, PRIVATE
from tests.personal import looking_personal, looks_personal

KEPT = {f"{label}.{name}" for label, holding in HOLDINGS.items() for name in holding.fields}


@pytest.mark.parametrize("field", list(looking_personal()))
def test_what_looks_personal_is_in_the_table_or_said_not_to_be(field):
    assert field in KEPT or field in NOT_PERSONAL, (
        f"{field} looks as if it told of a person: say in the room's keeping.py why it is kept, "
        "how long, and what removes it; or that it tells of nobody."
    )


@pytest.mark.parametrize("field", sorted(KEPT | set(NOT_PERSONAL)))
def test_the_table_names_what_there_is(field):
    label, _dot, name = field.rpartition(".")

    assert apps.get_model(label)._meta.get_field(name)


def test_nothing_is_said_twice():
    assert not KEPT & set(NOT_PERSONAL)
    for label, holding in HOLDINGS.items():
        names = [name for kept in holding.kept for name in kept.fields]
        assert len(names) == len(set(names)), label


def test_every_row_says_why_how_long_and_what_removes_it():
    rows = [kept for holding in HOLDINGS.values() for kept in holding.kept]

    assert len(rows) > 50
    assert all(kept.why and kept.how_long and kept.removed_by and kept.fields for kept in rows)


def test_what_the_data_keep_back_as_personal_is_in_it():
    private = {f"proposals.{name.lower()}" for name, why in PRIVATE.items() if why == PERSONAL}

    assert private
    assert private <= KEPT


@pytest.mark.parametrize(
    "field",
    [
        models.EmailField(name="contact"),
        models.CharField(name="reply_address"),
        models.TextField(name="words"),
        models.GenericIPAddressField(name="place"),
        Member._meta.get_field("user"),
    ],
)
def test_such_a_field_would_be_noticed(field):
    assert looks_personal(field)


def test_members_are_people_and_plans_are_not():
    assert is_about_people(Member)
    assert not is_about_people(apps.get_model("commitments.ActionPlan"))


def test_the_docs_are_as_the_code_says():
    done = subprocess.run([sys.executable, "tools/keeping.py", "--check"], capture_output=True)

    assert done.returncode == 0, done.stderr.decode()
