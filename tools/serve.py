"""`make run`: bring the database up to date and serve the portal on this machine.

python tools/serve.py 8000
"""

import errno
import os
import socket
import subprocess
import sys
from pathlib import Path

from environs import Env

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = ("http://127.0.0.1", "http://localhost")


def port_from(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        sys.exit(f"PORT is “{text}”. It must be a number from 1 to 65535.")
    port = int(text)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            sys.exit(f"Port {port} is for the system's own. Choose another: make run PORT=8001")
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            sys.exit(
                f"Port {port} is taken: something is already served there, perhaps the portal "
                f"itself. Choose another: make run PORT={port + 1}"
            )
    return port


def main() -> None:
    port = port_from(sys.argv[1])
    os.chdir(ROOT)
    env = Env()
    env.read_env(str(ROOT / ".env"))
    if env.str("SITE_URL", "").startswith(LOOPBACK):
        os.environ["SITE_URL"] = f"http://127.0.0.1:{port}"
    os.environ["PORT"] = str(port)

    prepared = subprocess.run([sys.executable, "manage.py", "prepare"], check=False)
    if prepared.returncode:
        sys.exit(prepared.returncode)
    print(
        f"""
  The portal     http://127.0.0.1:{port}/
  Staff          http://127.0.0.1:{port}/admin/   (first: make staff, which makes an account)
  Letters        {"sent by EMAIL_URL" if env.str("EMAIL_URL", "") else "written to var/mail/"}
  To stop        Ctrl-C
""",
        flush=True,
    )
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn"])


if __name__ == "__main__":
    main()
