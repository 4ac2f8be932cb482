"""What government has promised, by whom, by when, and how it went, according to whom."""

from commitments.models.assessment import Assessment
from commitments.models.change import Change
from commitments.models.commitment import Commitment
from commitments.models.institution import Institution
from commitments.models.lead import Lead
from commitments.models.loaded import Loaded
from commitments.models.milestone import Indicator, Milestone
from commitments.models.plan import ActionPlan, Report, Theme
from commitments.models.responder import Responder
from commitments.models.scale import Assessor, Scale
from commitments.models.self_assessment import Filing, SelfAssessment
from commitments.models.source import Source
from commitments.models.subject import SubjectTag
from commitments.models.value_claim import ValueClaim
from commitments.models.word import Word

__all__ = [
    "ActionPlan",
    "Assessment",
    "Assessor",
    "Change",
    "Commitment",
    "Filing",
    "Indicator",
    "Institution",
    "Lead",
    "Loaded",
    "Milestone",
    "Report",
    "Responder",
    "Scale",
    "SelfAssessment",
    "Source",
    "SubjectTag",
    "Theme",
    "ValueClaim",
    "Word",
]
