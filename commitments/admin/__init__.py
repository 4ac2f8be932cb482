"""The desk of those who keep the promises up to date: every save is published at once."""

# Importing a module registers the pages it holds.
from commitments.admin import change, commitment, institution, plan, responder, subject

__all__ = ["change", "commitment", "institution", "plan", "responder", "subject"]
