"""The environment every test runs in, whatever the shell or .env says.

TEST_DATABASE_URL and TEST_REDIS_URL alone come from outside: without them the
suite runs on SQLite and in-process tasks, with them on PostgreSQL and Redis.
TEST_REDIS_URL ends in the number of a database: redis://127.0.0.1:6379/0.
"""

import atexit
import os
import shutil
import tempfile

SET = {
    "SECRET_KEY": "for-tests-only-and-not-a-secret-at-all-0123456789abcdef",
    "SITE_URL": "https://portal.example",
    "DEBUG": "off",
    "ALLOWED_HOSTS": "testserver,127.0.0.1,localhost",
    "JOIN_ADDRESS": "join@portal.example",
    "SENDER_NAME": "The Example Network",
    "SENDER_NAME_FR": "Le Réseau d’exemple",
    "MAILING_ADDRESS": "1 Example Street, Ottawa ON  K1A 0A1",
    "CONTACT_ADDRESS": "contact@portal.example",
    "EMAIL_URL": "",
    "EMAIL_TIMEOUT": "2",
    "REQUIRE_STAFF_MFA": "on",
    "TRUST_PROXY": "on",
    "PAGE_CACHE_SECONDS": "300",
    "EDITION_MEMO_SECONDS": "0",
    "STATICFILES_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
    "SEARCH_BACKEND": "modelsearch.backends.database",
    "SEARCH_URL": "",
    "DATABASE_REPLICA_URL": "",
    "LOG_LEVEL": "WARNING",
    "LOG_FORMAT": "text",
    "METRICS_TOKEN": "",
    "SENTRY_DSN": "",
}


def own_redis(url: str) -> str:
    """A Redis database for each of several test processes: each clears its own."""
    process = os.environ.get("PYTEST_XDIST_WORKER", "").removeprefix("gw")
    if not url or not process:
        return url
    host, _, number = url.rpartition("/")
    return f"{host}/{(int(number) + 1 + int(process)) % 16}"


os.environ.update(SET)
os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL", "")
os.environ["REDIS_URL"] = own_redis(os.environ.get("TEST_REDIS_URL", ""))
os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="portal-tests-")
os.mkdir(os.path.join(os.environ["VAR_DIR"], "static"))  # WhiteNoise warns where there is none
atexit.register(shutil.rmtree, os.environ["VAR_DIR"], ignore_errors=True)
