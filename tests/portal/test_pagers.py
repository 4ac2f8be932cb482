"""The links from one page of a list to its others (`opengov_portal.lib.pagers`)."""

import re
from html import unescape

import pytest
from django.core.paginator import Paginator
from django.http import QueryDict
from django.template import RequestContext, Template
from django.test import RequestFactory
from django.urls import reverse
from django.utils.translation import override

from opengov_portal.lib.pagers import pager
from tests.factories import make_commitment


def page(number, pages=9):
    return Paginator(range(pages * 10), 10).page(number)


def links(drawn):
    return [unescape(url) for url in re.findall(r'href="([^"]*)"', drawn)]


def test_one_page_alone_has_no_links():
    assert pager(QueryDict("q=bees"), page(1, pages=1)) == ""


def test_the_first_the_last_and_those_around_are_linked():
    drawn = pager(QueryDict(), page(6, pages=12))

    assert links(drawn) == [f"?page={n}" for n in (5, 1, 4, 5, 7, 8, 12, 7)]
    assert drawn.count("…") == 2
    assert '<span aria-current="page"><span class="sr">Page</span> 6</span>' in drawn


def test_there_is_nothing_before_the_first_and_nothing_after_the_last():
    assert 'rel="prev"' not in pager(QueryDict(), page(1))
    assert 'rel="next"' not in pager(QueryDict(), page(9))


@pytest.mark.parametrize(
    "query",
    ["", "q=a+b&tag=x&tag=y", "page=4&q=%3C%22%26%3D", "page=1&page=2&sort=", "q=page-%7B0%7D"],
)
def test_all_else_that_was_asked_for_stays(query):
    request = RequestFactory().get(f"/?{query}")
    django = Template("{% querystring page=3 %}").render(RequestContext(request))

    assert unescape(django) == links(pager(request.GET, page(2)))[-1]


def test_the_words_are_in_the_language_of_the_page():
    with override("fr"):
        assert "Suivant" in pager(QueryDict(), page(1))
    assert "Next" in pager(QueryDict(), page(1))


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ("", ""),
        ("?page=1", ""),
        ("?page=2", "?page=2"),
        ("?page=02", "?page=2"),
        ("?page=99", "?page=2"),
        ("?page=water", ""),
        ("?q=bees", ""),
        ("?sort=title&page=2", ""),
    ],
)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_page_of_a_list_is_to_be_found_by_its_own_address(client, db, language, asked, named):
    """But those of a filtered list, of which there is no end, by that of the list."""
    for _each in range(21):
        make_commitment()
    with override(language):
        address = reverse("commitments:index")

    drawn = client.get(address + asked).text

    canonical = re.search(r'<link rel="canonical" href="([^"]*)">', drawn)[1]
    assert unescape(canonical) == f"https://portal.example{address}{named}"


@pytest.mark.parametrize("name", ["about", "home"])
def test_what_is_no_list_has_no_pages(client, db, name):
    address = reverse(name)

    drawn = client.get(f"{address}?page=2").text

    assert f'<link rel="canonical" href="https://portal.example{address}">' in drawn
