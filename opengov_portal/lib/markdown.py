"""What staff write in Markdown, as HTML for a page or a letter, and as plain text for a letter."""

from textwrap import indent

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.tree import SyntaxTreeNode

SCHEMES = ("https", "mailto")
TAGS = {
    "p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "em", "strong", "code", "pre",
    "blockquote", "ul", "ol", "li", "a",
}  # fmt: skip
# Under "*", nh3 would let `title` and `lang` through.
ATTRIBUTES: dict[str, set[str]] = {"*": set(), "a": {"href"}, "ol": {"start"}}


def html(text: str) -> SafeString:
    """Markdown as HTML that is safe in any page.

    The highest heading is an h2: the page has its h1. HTML in it is shown as it was typed,
    pictures are not loaded, and a link leads to https or to a mail address or is
    no link at all.
    """
    clean = nh3.clean(
        MARKDOWN.render(text),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=set(SCHEMES),
        url_relative="deny",
        link_rel="nofollow noopener",
    )
    return mark_safe(clean)  # noqa: S308 - nh3 has just cleaned it


def plain(text: str) -> str:
    """Markdown as plain text: no marks but those of lists and quotations, links spelled out."""
    return _blocks(SyntaxTreeNode(MARKDOWN.parse(text)))


def _lower_headings(state: StateCore) -> None:
    headings = [token for token in state.tokens if token.type.startswith("heading_")]
    highest = min((int(token.tag[1]) for token in headings), default=1)
    for token in headings:
        token.tag = f"h{min(int(token.tag[1]) - highest + 2, 6)}"


def _may_be_linked(url: str) -> bool:
    scheme, colon, _rest = url.strip().partition(":")
    return bool(colon) and scheme.lower() in SCHEMES


def _made() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False}).disable(["image", "html_block", "html_inline"])
    made.core.ruler.push("lower_headings", _lower_headings)
    made.validateLink = _may_be_linked  # type: ignore[method-assign]
    return made


MARKDOWN = _made()


def _blocks(node: SyntaxTreeNode, between: str = "\n\n") -> str:
    return between.join(filter(None, (_block(child) for child in node.children)))


def _block(node: SyntaxTreeNode) -> str:
    match node.type:
        case "hr":
            return "* * *"
        case "fence" | "code_block":
            return node.content.rstrip("\n")
        case "blockquote":
            return indent(_blocks(node), "> ", lambda line: True)
        case "bullet_list":
            return "\n".join(_item(item, "- ") for item in node.children)
        case "ordered_list":
            first = int(node.attrs.get("start", 1))
            items = enumerate(node.children, start=first)
            return "\n".join(_item(item, f"{number}. ") for number, item in items)
        case "inline":
            return "".join(map(_inline, node.children))
    return _blocks(node)


def _item(node: SyntaxTreeNode, mark: str) -> str:
    return mark + indent(_blocks(node, "\n"), " " * len(mark)).lstrip(" ")


def _inline(node: SyntaxTreeNode) -> str:
    match node.type:
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "link":
            words = "".join(map(_inline, node.children))
            address = str(node.attrs["href"]).removeprefix("mailto:")
            named = node.markup == "autolink" or words == address
            return words if named else f"{words} ({address})"
    return "".join(map(_inline, node.children)) if node.children else node.content
