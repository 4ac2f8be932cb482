"""A request whose maker has signed in, as `login_required` and the admin let it through."""

from django.http import HttpRequest

from network.models import User


class SignedIn(HttpRequest):
    user: User
