from django.template import Context, Template
from django.template.loader import get_template
from django.utils import translation

from opengov_portal.lib.moulds import MOST
from opengov_portal.lib.tags import KeepNode


def draw(page, **values):
    return page.render(Context(values))


def test_a_kept_part_is_drawn_once_for_each_language_and_each_value():
    page = Template("{% keep place %}{{ place }}{{ word }}{% endkeep %}")

    assert draw(page, place="a", word=1) == "a1"
    assert draw(page, place="a", word=2) == "a1"
    assert draw(page, place="b", word=3) == "b3"
    with translation.override("fr"):
        assert draw(page, place="a", word=4) == "a4"


def test_what_is_kept_cannot_grow_without_end():
    page = Template("{% keep place %}{{ place }}{% endkeep %}")

    (node,) = page.nodelist
    for place in range(2 * MOST):
        draw(page, place=place)

    assert len(node.mould.kept) <= MOST


def test_what_is_kept_of_a_page_is_escaped_as_ever():
    page = Template("{% keep place %}{{ place }}{% endkeep %}")

    assert draw(page, place="<b>") == "&lt;b&gt;"


def test_the_menu_marks_the_page_and_its_section_for_each_reader(client, db):
    for _ in range(2):
        assert b'<a href="/en/plans/" aria-current="page">' in client.get("/en/plans/").content
        assert b'<a href="/en/about/" aria-current="page">' in client.get("/en/about/").content
        assert b'aria-current="page"' not in client.get("/en/").content


def test_an_address_that_is_none_of_ours_marks_nothing_for_those_who_come_after(client, db):
    base = get_template("base.html").template
    for node in base.nodelist.get_nodes_by_type(KeepNode):
        node.mould.kept = {}

    assert client.get("/zz/plans/").status_code == 404
    assert b'<a href="/en/plans/" aria-current="page">' in client.get("/en/plans/").content
