"""The links from one page of a list to its others (`opengov_portal.lib.pagers`)."""

import re
from html import unescape

import pytest
from django.core.paginator import Paginator
from django.http import QueryDict
from django.template import RequestContext, Template
from django.test import RequestFactory
from django.utils.translation import override

from opengov_portal.lib.pagers import pager


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
