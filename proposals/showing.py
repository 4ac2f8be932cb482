"""What the public sees of a proposal's words and of who put it forward."""

from opengov_portal.lib.languages import Words
from proposals.models import Proposal


def shown(proposal: Proposal, field: str) -> Words:
    """One of its texts as the public sees it: what was struck out is a mark."""
    return Words(
        str(getattr(proposal, f"shown_{field}", getattr(proposal, field))), proposal.language
    )


def credited(proposal: Proposal) -> str:
    """Who it is credited to: its organization, else a name that may be shown, else nobody."""
    organization = proposal.organization
    if proposal.speaks_for_organization and organization and organization.is_public:
        return organization.name_en or organization.name_fr
    return proposal.shown_name
