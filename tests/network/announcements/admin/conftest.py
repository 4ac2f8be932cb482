"""Who sits at the desk: one who may do all, and one who writes and may not send."""

import pytest
from django.contrib.auth.models import Permission

from tests.factories import make_staff

PERSONAL = {"codename__in": ["view_announcement", "change_announcement", "add_announcement"]}


@pytest.fixture(autouse=True)
def at_the_desk(without_second_factor):
    """What is shown here is who may do what, once they are in."""


@pytest.fixture
def staff(client, staff):
    client.force_login(staff)
    return staff


@pytest.fixture
def editor(client):
    """Writes announcements, and may not send them."""
    person = make_staff(is_superuser=False)
    person.user_permissions.set(Permission.objects.filter(**PERSONAL))
    client.force_login(person)
    return person
