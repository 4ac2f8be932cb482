"""Signing in by another site's account (OpenID Connect), where a setting says so."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

WANTED = ("id", "name", "server_url", "client_id", "secret")
APPS = ["allauth.socialaccount", "allauth.socialaccount.providers.openid_connect"]


@dataclass(frozen=True)
class Provider:
    """One site whose accounts may be used; `origins` are where its own pages are."""

    id: str
    name: str
    server_url: str
    client_id: str
    secret: str
    origins: tuple[str, ...]

    @property
    def app(self) -> dict[str, Any]:
        """As allauth takes it."""
        return {
            "provider_id": self.id,
            "name": self.name,
            "client_id": self.client_id,
            "secret": self.secret,
            "settings": {"server_url": self.server_url},
        }


def providers(text: str) -> list[Provider]:
    """What SOCIAL_PROVIDERS says, a JSON list; none where it is empty.

    Raises ImproperlyConfigured with a sentence that says what is wrong.
    """
    try:
        said = json.loads(text or "[]")
        return [provider(one) for one in said]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ImproperlyConfigured(
            "SOCIAL_PROVIDERS is not a JSON list of providers, each with "
            f"{', '.join(WANTED)}; .env.example shows one."
        ) from error


def provider(said: dict[str, Any]) -> Provider:
    facts = {name: str(said[name]) for name in WANTED}
    origins = said.get("origins") or [
        "{0.scheme}://{0.netloc}".format(urlsplit(said["server_url"]))
    ]
    if not all(urlsplit(origin).netloc for origin in origins):
        raise ValueError(origins)
    return Provider(**facts, origins=tuple(map(str, origins)))
