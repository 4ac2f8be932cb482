"""The room's windows in the admin: calls, what waits for a moderator, answers."""

from proposals.admin.answers import ResponseAdmin, ToAnswerAdmin
from proposals.admin.calls import CallAdmin
from proposals.admin.desk import ProposalAdmin
from proposals.admin.lineages import LineageAdmin

__all__ = ["CallAdmin", "ProposalAdmin"]
__all__ = ["LineageAdmin", "ProposalAdmin", "ResponseAdmin", "ToAnswerAdmin"]
