"""What must be read again but by us alone: locked with a key that is made from SECRET_KEY.

A copy of the database opens none of it: the key is not in there. After a change of
SECRET_KEY, those of SECRET_KEY_FALLBACKS still open what they locked, until it is locked anew.
"""

from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

MARK = "locked:"  # what is locked begins so; what does not was kept before there was a lock


class NoKey(ValueError):
    """No key there is opens it: SECRET_KEY is another than it was, or it was tampered with."""


def locked(text: str, purpose: str) -> str:
    """The text, for one purpose alone, as only SECRET_KEY opens it."""
    return MARK + lock(settings.SECRET_KEY, purpose).encrypt(text.encode()).decode()


def is_locked(text: str) -> bool:
    return text.startswith(MARK)


def unlocked(text: str, purpose: str) -> str:
    """What `locked` was given; what was never locked, as it is. Raises NoKey."""
    if not is_locked(text):
        return text
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    locks = MultiFernet([lock(key, purpose) for key in keys])
    try:
        return locks.decrypt(text.removeprefix(MARK)).decode()
    except InvalidToken as error:
        raise NoKey("No key there is opens it.") from error


def is_of_today(text: str, purpose: str) -> bool:
    """Whether it is locked, and with the SECRET_KEY there is now."""
    try:
        lock(settings.SECRET_KEY, purpose).decrypt(text.removeprefix(MARK))
    except InvalidToken:
        return False
    return is_locked(text)


@lru_cache(maxsize=16)
def lock(key: str, purpose: str) -> Fernet:
    """Each purpose has a key of its own, so that what is made for one opens nothing else."""
    made = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"portal.{purpose}".encode())
    return Fernet(urlsafe_b64encode(made.derive(key.encode())))
