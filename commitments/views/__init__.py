"""The pages of the promises."""

from commitments.views.browse import index
from commitments.views.institutions import institution, institutions
from commitments.views.plans import commitment, plan, plans

__all__ = ["commitment", "index", "institution", "institutions", "plan", "plans"]
