"""People: who uses the portal, and the edition of it that they read."""

from network.models.edition import Edition
from network.models.subject import Subject
from network.models.user import User

__all__ = ["Edition", "Subject", "User"]
