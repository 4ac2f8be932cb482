"""What the page of one proposal shows of itself; what hangs on it is told by its owners."""

import json
from collections.abc import Iterator
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commitments.dossier import JSON_IN_HTML
from network.models import Organization
from opengov_portal.lib.addresses import numbered
from opengov_portal.lib.languages import Words
from proposals.catalogue import Entry
from proposals.models import Proposal
from proposals.rows import Told
from proposals.showing import shown

MOST_ALIKE = 4
SUMMARY = 200  # characters of what others show beside a link
# What its author was asked, in the order of the form.
PARTS = {
    "problem": gettext_lazy("The problem"),
    "ask": gettext_lazy("What we call for"),
    "gain": gettext_lazy("Who gains"),
}
WEB = ("http", "https")
# The pages beside its own, and what each is called there.
DOORS = {
    "feed": "proposal_feed",
    "support": "support",
    "withdraw": "withdraw_support",
    "flag": "flag",
}


class Dossier:
    """One proposal with what surrounds it."""

    def __init__(self, told: Told) -> None:
        self.proposal: Proposal = told.proposal
        self.catalogue = told.catalogue
        self.issues = told.issues
        self.related = told.related  # the commitments it relates to, as its author said
        self.brief_size: int | None = told.proposal.brief_size
        # What took its file off, where moderators did.
        off: int | None = told.proposal.brief_off
        self.brief_off = next((one for one in told.steps if one.pk == off), None)

    def page(self) -> dict[str, object]:
        """All of it, by name, as its page is drawn from."""
        named = [name for name, fact in vars(Dossier).items() if isinstance(fact, cached_property)]
        return vars(self) | {name: getattr(self, name) for name in named}

    # Its words, and whose they are

    @cached_property
    def heading(self) -> Words:
        return shown(self.proposal, "title")

    @cached_property
    def texts(self) -> list[tuple[str, Any, str]]:
        """Each part that was written: its name, its heading, and the words as they were written."""
        said = [(name, label, shown(self.proposal, name).text) for name, label in PARTS.items()]
        said = [part for part in said if part[2].strip()]
        if self.proposal.is_from_elsewhere and [name for name, *_rest in said] == ["problem"]:
            # Who put it forward there was not asked as ours are.
            return [("problem", _("The idea, as it was put forward"), said[0][2])]
        return said

    @cached_property
    def organization(self) -> Organization | None:
        """Whose it is, where that was confirmed and is public."""
        whose = self.proposal.organization if self.proposal.speaks_for_organization else None
        return whose if whose and whose.is_public else None

    @cached_property
    def name(self) -> str:
        """The author's name; empty where it is withheld."""
        return self.proposal.shown_name

    @cached_property
    def links(self) -> list[tuple[str, str]]:
        """The addresses its author gave, each with its host; only those of the web."""
        return list(self._links())

    def _links(self) -> Iterator[tuple[str, str]]:
        for link in self.proposal.links if isinstance(self.proposal.links, list) else []:
            try:
                parts = urlsplit(str(link))
                host = parts.hostname
            except ValueError:  # no address at all
                continue
            if parts.scheme in WEB and host:
                yield str(link), host

    # What surrounds it

    @cached_property
    def alike(self) -> list[Entry]:
        """Other public proposals that say something like it."""
        words = f"{self.heading.text}\n{shown(self.proposal, 'ask').text[:600]}"
        return self.catalogue.alike(
            self.proposal.pk, words, self.proposal.language, most=MOST_ALIKE
        )

    # How it is told elsewhere

    @cached_property
    def url(self) -> str:
        return settings.SITE_URL + self.proposal.get_absolute_url()

    @cached_property
    def addresses(self) -> dict[str, str]:
        """Where one goes from here, by what one does there."""
        return {
            name: numbered(f"proposals:{view}", self.proposal.pk) for name, view in DOORS.items()
        }

    @cached_property
    def summary(self) -> str:
        """The beginning of what it says."""
        said = " ".join((self.texts[0][2] if self.texts else str(self.heading)).split())
        return said if len(said) <= SUMMARY else said[:SUMMARY].rsplit(" ", 1)[0] + "…"

    @cached_property
    def author(self) -> str:
        """Who it is credited to, in words."""
        if self.organization:
            return str(self.organization.name)
        unnamed = (
            _("Author not named in the sources")
            if self.proposal.is_from_elsewhere
            else _("Name withheld")
        )
        return self.name or unnamed

    @cached_property
    def citation(self) -> str:
        """A ready-made citation in the reader's language."""
        return _(
            "%(author)s, “%(title)s”, proposal %(number)s, %(day)s. OpenGov Portal. %(url)s"
        ) % {
            "author": self.author,
            "title": self.heading,
            "number": self.proposal.pk,
            "day": self.proposal.put_forward_on,
            "url": self.url,
        }

    @cached_property
    def structured_data(self) -> SafeString:
        """The page in schema.org's words, as JSON that cannot close its element."""
        proposal = self.proposal
        author: dict[str, str] | None = None
        if self.organization:
            author = {"@type": "Organization", "name": str(self.organization.name)}
        elif self.name:
            author = {"@type": "Person", "name": self.name}
        facts = {
            "@context": "https://schema.org",
            "@type": "CreativeWork",
            "url": self.url,
            "name": str(self.heading),
            "description": self.summary,
            "inLanguage": proposal.language,
            "identifier": str(proposal.pk),
            "datePublished": str(proposal.published_on.value) if proposal.published_on else None,
            "author": author,
            "keywords": [str(issue.label) for issue in self.issues],
            "isPartOf": {"@type": "CreativeWork", "name": str(proposal.consultation.title)},
        }
        said = {name: fact for name, fact in facts.items() if fact}
        return mark_safe(json.dumps(said, ensure_ascii=False).translate(JSON_IN_HTML))  # noqa: S308

    @cached_property
    def mail_link(self) -> str:
        """A `mailto:` address that shares the page by the reader's own mail program."""
        return f"mailto:?subject={quote(str(self.heading))}&body={quote(self.url)}"
