"""Bringing in the ideas of an earlier call, held elsewhere, from a spreadsheet.

The whole file is read and checked before anything is written, a row at a time, so that a
file larger than memory can be; then it is read again and written in one transaction.
"""

from proposals.importing.load import Outcome, bring_in
from proposals.importing.mapping import Mapping

__all__ = ["Mapping", "Outcome", "bring_in"]
