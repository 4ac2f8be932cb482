"""Ideas that came with a file."""

from proposals.models import Brief
from tests.factories import make_proposal
from tests.proposals.forwarding import a_pdf


def with_brief(content=None, **fields):
    proposal = make_proposal(**fields)
    brief = Brief.keep(content or a_pdf())
    Brief.objects.filter(pk=brief.pk).update(proposal=proposal)
    return proposal
