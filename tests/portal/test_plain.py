"""HTML of others is text: its paragraphs and lists are lines, and nothing of it runs."""

import pytest

from opengov_portal.lib.plain import MOST_TAGS, line, plain


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two &amp; <b>three</b></p>", "One\n\nTwo & three"),
        ("<p>one\nline</p>\n\n<p> two </p>", "one line\n\ntwo"),
        ("x<br>y<br/><br>z", "x\ny\n\nz"),
        ("<ul><li>a</li><li>b</ul>after", "- a\n- b\n\nafter"),
        ("<ol><li>a<li>b<ul><li>c</ul></ol>", "1. a\n2. b\n- c"),
        ("<b>bold</b>\nnext\n\npara", "bold\nnext\n\npara"),
        ("<table><tr><td>1</td><td>2</td></tr><tr><td>3</table>", "1  2\n3"),
        ("<a href='https://e.org/?a=1&amp;b=2'>here</a>", "here (https://e.org/?a=1&b=2)"),
        ("<a href='https://e.org'>https://e.org</a>", "https://e.org"),
        ("<a href='javascript:alert(1)'>here</a>", "here"),
        ("<script>alert(1)</script><style>p{}</style><p onclick=x>Hi", "Hi"),
        ("<img src=x onerror=alert(1)>Hi", "Hi"),
        ("a < b, x<y>z and 3 > 2", "a < b, x<y>z and 3 > 2"),
        ("caf&eacute; &lt;b&gt; AT&T ?a=1&copy=2", "café <b> AT&T ?a=1&copy=2"),
        ("&lt;script&gt;", "<script>"),
        ("one\r\ntwo\rthree\n\n\n\nfour  ", "one\ntwo\nthree\n\nfour"),
        ("a\0b\u202ec&#8238;d\ufeffe\x9f", "abcde"),
        ("<p>unclosed <b>and", "unclosed and"),
        ("  ", ""),
    ],
)
def test_html_is_read_as_its_reader_sees_it(html, text):
    assert plain(html) == text


def test_a_line_is_one():
    assert line("<p>One</p>\n<p>two\tthree</p>") == "One two three"


def test_more_html_than_can_be_read_in_good_time_is_refused():
    with pytest.raises(ValueError, match="tags of HTML"):
        plain("<div>" * (MOST_TAGS + 1))

    assert plain("<div>" * MOST_TAGS + "deep") == "deep"
