"""Where someone is signed in: each session with its device, and its end.

allauth keeps a row for each session when it begins. Its last use is written at most
every EVERY seconds; it is bookkeeping of the session, as the session's own row is.
"""

import time
from datetime import datetime, timedelta
from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from network.models import User

SEEN = "seen"  # in the session: when its last use was written
EVERY = 600  # seconds

# In the place of a network address that was forgotten: allauth's column must hold one.
NOWHERE = "::"
NETWORK_KEPT = timedelta(days=30)

store = import_module(settings.SESSION_ENGINE).SessionStore


def begin(request: HttpRequest) -> None:
    """From now on the use of this session is written down."""
    request.session[SEEN] = int(time.time())


def seen(request: HttpRequest) -> None:
    """Write down that this session is in use, if that was long enough ago."""
    session = getattr(request, "session", None)
    if session is None or not session.accessed or not session.session_key:
        return
    before, now = session.get(SEEN), int(time.time())
    if isinstance(before, int) and now - before >= EVERY:
        mine = UserSession.objects.filter(session_key=session.session_key)
        mine.update(last_seen_at=timezone.now())
        session[SEEN] = now


def is_live(session: UserSession) -> bool:
    """Whether it would still open the account; a changed password ends the others."""
    request = HttpRequest()
    request.session = store(session.session_key)
    owner = get_user(request)
    return isinstance(owner, User) and bool(owner.pk == session.user_id)


def open_sessions(user: User) -> list[UserSession]:
    """Those of an account, the one used last first."""
    mine = UserSession.objects.filter(user=user).order_by("-last_seen_at", "-pk")
    return [session for session in mine if is_live(session)]


def end_others(request: HttpRequest, user: User) -> None:
    """All but this one."""
    others = UserSession.objects.filter(user=user).exclude(session_key=request.session.session_key)
    for session in others:
        session.end()


def forget_sessions() -> int:
    """Delete sessions that ended by themselves, and what was kept of each: returns how many.

    A session ends two weeks after its last use.
    """
    store.clear_expired()
    ended = UserSession.objects.exclude(session_key__in=Session.objects.values("session_key"))
    how_many: int = ended.delete()[0]
    return how_many


def forget_networks(now: datetime) -> int:
    """Of sessions that are used on and on, where they began from: returns how many."""
    old = UserSession.objects.filter(created_at__lte=now - NETWORK_KEPT).exclude(ip=NOWHERE)
    how_many: int = old.update(ip=NOWHERE)
    return how_many
