"""Tokens in addresses: random ones that find a thing, under a seal that only we can make."""

import secrets
from base64 import b32encode

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

TOKEN_LENGTH = 16  # characters of base 32: 80 random bits that find the thing
SEAL_LENGTH = 26  # characters of base 32: 130 bits that cannot be guessed


def new_token() -> str:
    return base32(secrets.token_bytes(TOKEN_LENGTH * 5 // 8))


def sealed(token: str, purpose: str) -> str:
    """The token with a seal, for one purpose alone."""
    return token + seal(token, purpose, settings.SECRET_KEY)


def unsealed(text: str, purpose: str) -> str | None:
    """The token of what `sealed` made, in whatever case; None where the seal is not ours.

    SECRET_KEY_FALLBACKS counts too, so that links outlive a change of key.
    """
    token, mark = text[:TOKEN_LENGTH].lower(), text[TOKEN_LENGTH:].lower()
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    ours = any(constant_time_compare(mark, seal(token, purpose, key)) for key in keys)
    return token if ours else None


def seal(token: str, purpose: str, key: str) -> str:
    made = salted_hmac(f"portal.{purpose}", token, secret=key, algorithm="sha256")
    return base32(made.digest())[:SEAL_LENGTH]


def base32(data: bytes) -> str:
    """In small letters and digits, since a mail server may change the case."""
    return b32encode(data).decode().rstrip("=").lower()
