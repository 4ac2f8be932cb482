"""Whether what the portal leans on answers."""

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from redis import Redis, RedisError


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError):
        return False
    return True


def broker_answers() -> bool:
    """Whether Redis answers within a second. Ask only where REDIS_URL is set."""
    try:
        with Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1
        ) as broker:
            return bool(broker.ping())
    except (RedisError, OSError, ValueError):
        return False
