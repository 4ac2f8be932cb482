"""The walk over every address that other tests lean on."""

import pytest
from django.urls import Resolver404, resolve
from django.utils.translation import override

from tests.addresses import EXAMPLES, examples, names


def test_every_public_address_has_an_example_that_leads_back_to_it():
    for name, address in examples():
        with override(address[1:3]):
            assert resolve(address).view_name == name


def test_the_walk_finds_pages_of_every_room_in_both_languages():
    found = dict.fromkeys(address for _name, address in examples())

    assert {"/en/", "/fr/", "/en/plans/2016-2018/19/", "/fr/plans/2016-2018/19/"} <= found.keys()
    assert not [address for address in found if address.startswith("/admin/")]


def test_no_example_is_kept_for_an_address_that_is_gone():
    assert EXAMPLES.keys() <= set(names())


def test_an_address_with_arguments_and_no_example_is_named(monkeypatch):
    monkeypatch.delitem(EXAMPLES, "commitments:plan")

    with pytest.raises(AssertionError, match="commitments:plan"):
        list(examples())


def test_an_unknown_address_leads_nowhere():
    with pytest.raises(Resolver404):
        resolve("/en/no-such-page/")
