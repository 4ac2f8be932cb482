"""People: who uses the portal, what is written to them, and the edition that they read."""

from network.models.edition import Edition
from network.models.letter import Letter
from network.models.stop import Stop
from network.models.subject import Subject
from network.models.user import User
from opengov_portal.lib.mail import Incomplete

__all__ = ["Edition", "Incomplete", "Letter", "Stop", "Subject", "User"]
