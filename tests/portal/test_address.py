"""Addresses that are put together without asking Django (`opengov_portal.lib.addresses`)."""

import pytest
from django.urls import NoReverseMatch, re_path, reverse
from django.utils.translation import override

from opengov_portal.lib.addresses import address, address_in, pattern

VIEWS = [
    ("commitments:commitment", "2030-2032", 7),
    ("commitments:history", "2030-2032", 70),
    ("commitments:plan", "2030-2032"),
    ("commitments:plans",),
    ("proposals:proposal", 12),
]


@pytest.mark.parametrize("asked", VIEWS)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_it_is_the_address_that_django_gives(asked, language):
    view, *names = asked
    with override(language):
        for _ in range(2):
            assert address(view, *names) == reverse(view, args=names)


def test_the_pattern_is_looked_for_once_in_each_language(monkeypatch):
    pattern.cache_clear()
    asked = []
    monkeypatch.setattr(
        "opengov_portal.lib.addresses.reverse",
        lambda view, **names: asked.append(view) or reverse(view, **names),
    )

    for number in range(1, 4):
        address("commitments:commitment", "2030-2032", number)

    assert asked == ["commitments:commitment"]


@pytest.mark.parametrize("odd", ["", "a/b", "é", "a b", "%s"])
def test_a_name_that_may_not_stand_in_an_address_is_left_to_django(odd):
    with pytest.raises(NoReverseMatch):
        address("commitments:plan", odd)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_names_may_be_given_by_name_and_be_anything(language):
    plain, odd = {"slug": "2030-2032", "number": 7}, {"uidb36": "a1", "key": "c.-d"}

    for view, names in (
        ("commitments:history", plain),
        ("account_reset_password_from_key", odd),
        ("account_reset_password_from_key", {"uidb36": "a1", "key": "cd"}),
        ("home", {}),
    ):
        with override(language):
            said = reverse(view, kwargs=names)
        assert address_in(language, view, names) == said


urlpatterns = [re_path(r"^choosy/(?P<letter>[ab])/$", lambda request, letter: None, name="choosy")]


def test_a_pattern_that_is_choosy_about_its_names_is_left_to_django(settings):
    settings.ROOT_URLCONF = __name__

    assert address_in("fr", "choosy", {"letter": "a"}) == "/choosy/a/"
    with pytest.raises(NoReverseMatch):
        address("choosy", "c")
