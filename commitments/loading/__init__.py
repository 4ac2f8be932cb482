"""Loading action plans from a file: read it, check all of it, compare, then write.

Nothing is written before the whole file has been checked, and all of it is
written in one transaction.
"""

from commitments.loading.load import load
from commitments.loading.outcome import Outcome
from commitments.loading.problems import BadFile

__all__ = ["BadFile", "Outcome", "load"]
