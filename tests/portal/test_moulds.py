"""Parts of pages that are drawn once and then filled in (`opengov_portal.lib.moulds`)."""

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils.safestring import mark_safe

from opengov_portal.lib import moulds
from opengov_portal.lib.moulds import Mould


def draw(page, **values):
    return page.render(Context(values))


def test_a_part_is_drawn_once_and_filled_in_each_time():
    page = Template("{% keep kind with name=name %}{{ kind }}: {{ name }}, {{ n }}{% endkeep %}")

    assert draw(page, kind="bee", name="Maja", n=1) == "bee: Maja, 1"
    assert draw(page, kind="bee", name="Willi", n=2) == "bee: Willi, 1"
    assert draw(page, kind="ant", name="Adam", n=3) == "ant: Adam, 3"


def test_what_is_filled_in_is_escaped_unless_it_is_safe():
    page = Template("{% keep with name=name %}<b>{{ name }}</b>{% endkeep %}")

    assert draw(page, name="<i> & 100 %") == "<b>&lt;i&gt; &amp; 100 %</b>"
    assert draw(page, name=mark_safe("<i>")) == "<b><i></b>"


def test_what_is_not_there_is_seen_not_to_be():
    page = Template(
        "{% keep with name=name %}{% if name %}{{ name }}!{% else %}?{% endif %}{% endkeep %}"
    )

    assert [draw(page, name=name) for name in ("a", "", None, "b", 0)] == [
        "a!",
        "?",
        "?",
        "b!",
        "0!",
    ]


def test_a_value_may_stand_in_several_places_and_within_a_sentence():
    page = Template(
        "{% keep with who=who n=n %}{{ n }}% {{ who }}"
        "{% blocktranslate %}{{ who }} and {{ n }}{% endblocktranslate %}{% endkeep %}"
    )

    assert draw(page, who="A", n=1) == "1% AA and 1"
    assert draw(page, who="B", n=2) == "2% BB and 2"


@pytest.mark.parametrize(
    "use", ["{{ name|upper }}", '{% if name == "a" %}x{% endif %}', "{{ name.0 }}"]
)
def test_more_than_to_put_a_value_out_is_refused(use):
    page = Template("{% keep with name=name %}" + use + "{% endkeep %}")

    with pytest.raises(ValueError, match="more with a value"):
        draw(page, name="a")


def test_a_reader_gets_the_page_even_so(monkeypatch, caplog):
    monkeypatch.setattr(moulds, "STRICT", False)
    page = Template("{% keep with name=name %}{{ name|upper }}{% endkeep %}")

    assert [draw(page, name=name) for name in ("a", "b")] == ["A", "B"]
    assert "drawn each time" in caplog.text


def test_with_without_a_name_is_no_template():
    with pytest.raises(TemplateSyntaxError):
        Template("{% keep with name %}{% endkeep %}")


def test_no_text_is_taken_for_a_blank():
    mould = Mould()
    forged = f"\ue000{moulds.TOKEN}-1\ue001"

    for text in ("a", forged):
        assert mould.filled("x", [text, "b"], lambda texts: "".join(texts)) == f"{text}b"


def test_shapes_cannot_grow_without_end():
    mould = Mould()
    for shape in range(2 * moulds.MOST):
        mould.filled(shape, ["a"], lambda texts: texts[0])

    assert len(mould.kept) <= moulds.MOST
