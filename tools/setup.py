"""Get this machine ready: the virtual environment, what it holds, and .env.

Runs before anything is installed, on whatever Python is found: the standard
library alone, and every fault said in a sentence.

    python tools/setup.py install requirements.txt
    python tools/setup.py env
"""

import secrets
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NEEDED_MEGABYTES = 400

ENV = """\
# Made for this machine by `make setup`. .env.example says what else may be set.
SECRET_KEY={secret}
# `make run PORT=…` changes the port by itself while this is a loopback address.
SITE_URL=http://127.0.0.1:8000
# Staff sign in here without a second factor, because only this machine can
# reach the portal. Leave this out (it is on by default) wherever others can.
REQUIRE_STAFF_MFA=off
"""


def stop(sentence: str) -> None:
    sys.exit(f"\n{sentence}")


def make_venv() -> None:
    """A virtual environment that works; one left half made is made anew."""
    works = (
        PYTHON.exists()
        and not subprocess.run(
            [str(PYTHON), "-m", "pip", "--version"], capture_output=True, check=False
        ).returncode
    )
    if works:
        return
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    print(f"Making a virtual environment in .venv (Python {version})", flush=True)
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        said = (made.stderr or made.stdout).strip()
        if "ensurepip" in said or "No module named venv" in said:
            stop(
                f"Python {version} is here but cannot make virtual environments. On Debian or "
                f"Ubuntu: apt-get install python{version}-venv; then run make again."
            )
        stop(f"The virtual environment could not be made:\n{said}")


def install(requirements: str) -> None:
    """Install what a requirements file lists, and note that it was done."""
    free = shutil.disk_usage(ROOT).free // 1_000_000
    if free < NEEDED_MEGABYTES:
        stop(
            f"The disk is nearly full: {free} MB are free and installing needs about "
            f"{NEEDED_MEGABYTES} MB. Make room, then run make again."
        )
    make_venv()
    print(f"Installing {requirements} (a minute or so the first time)", flush=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--no-input", "-r", str(ROOT / requirements)]
    with subprocess.Popen(
        pip, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as running:
        said = []
        for line in running.stdout or []:
            said.append(line)
            if line.startswith(("Collecting", "Installing collected")):
                print("  " + line.split(" (from")[0].strip()[:80], flush=True)
    if running.returncode:
        print("".join(said[-15:]), file=sys.stderr)
        stop(
            "Not everything could be installed: pip's own words are above. If this machine is "
            "not on the network, connect it and run make again; what is done is kept."
        )
    for done in {requirements, "requirements.txt"}:
        (VENV / done).touch()


def write_env() -> None:
    """A .env for this machine, readable by its owner alone; one that is there stays."""
    path = ROOT / ".env"
    if path.exists():
        return
    print("Writing .env: a secret key of this machine's own", flush=True)
    path.touch(mode=0o600)
    path.write_text(ENV.format(secret=secrets.token_urlsafe(50)), encoding="utf-8")


def main() -> None:
    if sys.version_info < (3, 11):
        stop(f"The portal needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    try:
        if sys.argv[1:2] == ["install"]:
            install(sys.argv[2])
        else:
            write_env()
    except OSError as error:
        stop(f"This machine would not let it be done: {error}.")


if __name__ == "__main__":
    main()
