"""What may be asked of the list of proposals."""

from typing import ClassVar

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from commitments.forms import AnyText, SearchForm
from proposals.catalogue import UNANSWERED, Catalogue


class ProposalSearchForm(SearchForm):
    """A search with filters among proposals. There is no wrong one, as among commitments.

    `unanswered` in an address is short for the outcome of that name.
    """

    FILTERS: ClassVar = {
        "call": _("Call for ideas"),
        "issue": _("Issue"),
        "outcome": _("Answer"),
        "organization": _("Put forward by"),
        "language": _("Written in"),
    }
    SORTS: ClassVar = {
        "best": _("Best match"),
        "newest": _("Newest first"),
        "supported": _("Most supported first"),
        "waiting": _("Longest without an answer first"),
        "random": _("In today’s random order"),
    }

    q = AnyText(label=_("Search the proposals"))

    def __init__(self, asked: QueryDict, *, catalogue: Catalogue) -> None:
        if asked.get("unanswered"):
            asked = asked.copy()
            asked.appendlist("outcome", UNANSWERED)
        super().__init__(asked, catalogue=catalogue)
