"""How allauth works here: nobody signs up by its form; one joins the network."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts begin by joining the network, or by a colleague on staff."""
        return False
