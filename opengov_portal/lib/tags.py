"""Template filters that every page has without `{% load %}`."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache, partial
from hashlib import sha384
from typing import Any

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.paginator import Page
from django.template import TemplateSyntaxError
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.template.context import Context, RequestContext
from django.templatetags.static import static
from django.utils.formats import number_format
from django.utils.html import avoid_wrapping, conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from opengov_portal.lib.dates import written, written_hour
from opengov_portal.lib.languages import Words, active, colon, quoted
from opengov_portal.lib.moulds import Mould, Part
from opengov_portal.lib.pagers import pager as links_to_pages
from opengov_portal.lib.social import Provider

register = template.Library()


@register.filter
def marked(words: Any) -> SafeString | str:
    """Words with `lang=` where they are not in the reader's language.

    `{{ commitment.title|marked }}`; anything else is only escaped.
    """
    return words.__html__() if isinstance(words, Words) else conditional_escape(words)


@register.filter(expects_localtime=True)
def day(moment: date) -> str:
    """The day of a moment, as the reader's language writes it."""
    return written(moment)


@register.filter(expects_localtime=True)
def moment(when: datetime) -> str:
    """The day and the hour of a moment, in the portal's time zone."""
    facts = {"day": written(when), "hour": written_hour(when)}
    return _("%(day)s at %(hour)s") % facts


@register.filter
def file_size(octets: int) -> str:
    """How large a file is, in the units that the forms name: Django's French counts in “Mio”."""
    kilobytes = max(1, round(octets / 1024))
    if kilobytes < 1024:
        return avoid_wrapping(_("%(size)s KB") % {"size": number_format(kilobytes)})
    megabytes = number_format(round(octets / 1024**2, 1), decimal_pos=1)
    return avoid_wrapping(_("%(size)s MB") % {"size": megabytes})


@register.filter
def first_words(text: Any, most: int) -> str:
    """The first words of a text; what says that more follows never stands alone on a line."""
    return Truncator(text).words(most)


register.simple_tag(colon)
register.filter(quoted)


CARD = Part("_partials/card.html")


@register.filter
def as_cards(drawn: Iterable[SafeString]) -> SafeString:
    """Cards, each drawn already, as the items of a list."""
    return SafeString("\n    ".join([CARD.drawn(None, {"card": card}) for card in drawn]))


class KeepNode(template.Node):
    """See `keep`."""

    def __init__(
        self, part: NodeList, given: list[FilterExpression], blanks: dict[str, FilterExpression]
    ) -> None:
        self.part = part
        self.given = given
        self.names = list(blanks)
        self.blanks = list(blanks.values())
        self.mould = Mould()

    def render(self, context: Context) -> SafeString:
        shape = (active(), *[value.resolve(context) for value in self.given])
        values = [value.resolve(context) for value in self.blanks]
        return self.mould.filled(shape, values, partial(self.drawn, context))

    def drawn(self, context: Context, values: Sequence[SafeString]) -> str:
        with context.push(**dict(zip(self.names, values, strict=True))):
            return self.part.render(context)


@register.tag
def keep(parser: Parser, token: Token) -> KeepNode:
    """Draws a part of a page once for each language, and for each set of values given.

    For what is the same on every page: `{% keep section %}…{% endkeep %}` may
    use nothing that changes but the language and `section`. What is different each time
    and only put out is filled in: `{% keep section with title=plan.title|marked %}`; of
    `title` the part may ask whether it is there, and nothing else.
    """
    _name, *given = token.split_contents()
    blanks = {}
    if "with" in given:
        place = given.index("with")
        given, filled_in = given[:place], given[place + 1 :]
        blanks = token_kwargs(filled_in, parser)
        if filled_in or not blanks:
            raise TemplateSyntaxError("After “with”, `keep` takes names with values: name=value.")
    part = parser.parse(("endkeep",))
    parser.delete_first_token()
    return KeepNode(part, [parser.compile_filter(value) for value in given], blanks)


@register.simple_tag(takes_context=True)
def pager(context: RequestContext, page: Page[Any]) -> SafeString:
    """The links to the other pages of a list: `{% pager page %}`."""
    return links_to_pages(context.request.GET, page)


@register.simple_tag(takes_context=True)
def own_url(context: Context) -> str:
    """The one address that a page is to be found by: of a list, that of each of its pages.

    However else a list is asked for, it is the same things over again: that names the list.
    """
    url, page = str(context.get("page_url", "")), context.get("page")
    if not isinstance(page, Page) or page.number == 1:
        return url
    if [*context["request"].GET] == ["page"]:
        return f"{url}?page={page.number}"
    return url


@register.simple_tag
def social_providers() -> list[Provider]:
    """The sites by whose accounts members may sign in; none unless SOCIAL_PROVIDERS is set."""
    found: list[Provider] = settings.SOCIAL_PROVIDERS
    return found


@register.simple_tag
def script(path: str) -> SafeString:
    """One of our own scripts, which the browser runs only if it is whole (SRI).

    `{% script "js/htmx.min.js" %}`. Raises ValueError for a file that is not there.
    """
    return format_html(
        '<script src="{}" integrity="{}" defer></script>', static(path), integrity(path)
    )


@lru_cache
def integrity(path: str) -> str:
    """The digest of a static file as it is served, in the form `integrity=` takes."""
    stored = getattr(staticfiles_storage, "stored_name", None)
    if stored:
        with staticfiles_storage.open(stored(path)) as file:
            content = file.read()
    elif found := finders.find(path):
        with open(found, "rb") as file:
            content = file.read()
    else:
        raise ValueError(f"There is no static file “{path}”.")
    return f"sha384-{b64encode(sha384(content).digest()).decode()}"
