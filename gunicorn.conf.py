"""How gunicorn serves the portal. It reads this file by itself from the project's folder."""

import gc
import os
import sys
from pathlib import Path

from environs import Env

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))  # gunicorn adds it, but only after it has read this file

from opengov_portal.lib.logs import logging_to_stderr  # noqa: E402

Env().read_env(HERE / ".env")

wsgi_app = "opengov_portal.wsgi"

# Loopback only: TLS and the outside world are the front server's (README, Deploy).
bind = f"127.0.0.1:{os.environ.get('PORT') or 8000}"

# Two processes keep one slow page from holding up the rest; one for each core,
# and one more, is the most that pays.
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)

# Threads let a reader on a bad line wait without a whole process waiting along.
# Four a process stays under DATABASE_POOL, so that no thread waits for a connection.
worker_class = "gthread"
threads = 4

# A page takes milliseconds; one that takes half a minute is stuck, and its
# worker is started anew.
timeout = 30
graceful_timeout = 20

# Connections that the front server keeps open are used again.
keepalive = 5

# A worker now and then makes room for a fresh one, so that a slow leak never
# becomes an outage; the jitter keeps them from going together.
max_requests = 50_000
max_requests_jitter = 5_000

# A worker shows that it lives by touching a file; on a disk that could block.
MEMORY = Path("/dev/shm")  # noqa: S108 - gunicorn makes a private file in it
worker_tmp_dir = str(MEMORY) if MEMORY.is_dir() else None

# How long an address may be is the front server's to say (deploy/nginx.conf): what it lets
# through, such as a search of 10,000 letters, gets the portal's own clear answer.
limit_request_line = 0

# The portal stands at the root: by default gunicorn lets whoever the front server
# passes on say otherwise, in a header SCRIPT_NAME, and moves every link with it.
forwarder_headers = ""


def on_starting(server: object) -> None:
    """What processes of before have counted for Prometheus is counted no more."""
    folder = Path(os.environ.get("VAR_DIR") or HERE / "var") / "metrics"
    for file in folder.glob("*_*.db"):
        if not Path("/proc", file.stem.rpartition("_")[2]).exists():
            file.unlink(missing_ok=True)


def post_fork(server: object, worker: object) -> None:
    """Pages make many small objects and few cycles: look for those a tenth as often.

    What is loaded by now lives for good, so it is not looked through at all.
    """
    gc.freeze()
    gc.set_threshold(7_000, 20, 20)


# Nothing manages it from outside but signals: no socket of its own in the home folder.
control_socket_disable = True

# Who read what is nobody's business: only faults are logged, and its own comings and
# goings, in the form of all the portal's lines. (The front server may count visits
# without addresses.)
accesslog = None
loglevel = "info"
logconfig_dict = logging_to_stderr("INFO", os.environ.get("LOG_FORMAT") or "text") | {
    "loggers": {"gunicorn.error": {"handlers": ["stderr"], "propagate": False}}
}
