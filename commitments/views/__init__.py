"""The pages of the promises."""

from commitments.views.browse import index
from commitments.views.exports import commitments_csv, commitments_json
from commitments.views.institutions import institution, institutions
from commitments.views.plans import commitment, history, picture, plan, plans

__all__ = [
    "commitment",
    "commitments_csv",
    "commitments_json",
    "history",
    "index",
    "institution",
    "institutions",
    "picture",
    "plan",
    "plans",
]
