import pytest
from django.db import IntegrityError

from network.models import User
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_an_address_in_another_case_is_the_same_account():
    make_user(email="Ada@example.org")

    with pytest.raises(IntegrityError):
        make_user(email="ada@EXAMPLE.org")


def test_a_user_is_found_whatever_the_case_of_the_address():
    ada = make_user(email="Ada@example.org")

    assert User.objects.get_by_natural_key("ADA@example.ORG") == ada
