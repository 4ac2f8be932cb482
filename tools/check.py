"""`make check`: everything that can be known of the code without running its pages.

Each check is run even when one before it failed, so that one run shows all there
is to mend. Exit code 1 when any failed.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
LONGEST = 400

# As a real deployment would be set: what `check --deploy` is asked about.
PRODUCTION = {
    "SECRET_KEY": "for-this-check-only-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFG",
    "SITE_URL": "https://portal.example",
    "SENDER_NAME": "The Example Network",
    "MAILING_ADDRESS": "1 Example Street, Ottawa",
    "CONTACT_ADDRESS": "contact@portal.example",
    "DEBUG": "off",
    "ALLOWED_HOSTS": "",
    "DATABASE_URL": "",
    "DATABASE_REPLICA_URL": "",
    "SENTRY_DSN": "",
    "REDIS_URL": "",
    "REQUIRE_STAFF_MFA": "on",
}

MANAGE = [sys.executable, "manage.py"]
CHECKS = {
    "Format": [str(BIN / "ruff"), "format", "--check", "."],
    "Lint": [str(BIN / "ruff"), "check", "."],
    "Types": [str(BIN / "mypy"), "."],
    "Rooms": [str(BIN / "lint-imports")],
    "Migrations": [*MANAGE, "makemigrations", "--check", "--dry-run"],
    "Locks": [sys.executable, "tools/migrations.py"],
    "Messages": [*MANAGE, "messages", "check"],
    "States": [sys.executable, "tools/states.py", "--check"],
    "Roles": [sys.executable, "tools/roles.py", "--check"],
    "Keeping": [sys.executable, "tools/keeping.py", "--check"],
    "Deployment": [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"],
}


def passes(name: str, command: list[str], environment: dict[str, str]) -> bool:
    begun = time.monotonic()
    print(f"{name:<12}", end="", flush=True)
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    print(f"{'FAILED' if done.returncode else 'ok':<8}{time.monotonic() - begun:.1f} s", flush=True)
    if done.returncode:
        print("    " + "\n    ".join(done.stdout.strip().splitlines()), flush=True)
    return done.returncode == 0


def no_file_is_too_long() -> bool:
    """Python files of the project longer than LONGEST lines; migrations are not read."""
    skipped = {".venv", "node_modules", "migrations", "var"}
    long = []
    for path in sorted(ROOT.rglob("*.py")):
        place = path.relative_to(ROOT)
        if not skipped & set(place.parts):
            lines = len(path.read_text(encoding="utf-8").splitlines())
            if lines > LONGEST:
                long.append(f"{place} has {lines} lines; make it a package of nouns")
    print(f"{'Length':<12}{'FAILED' if long else 'ok'}")
    for line in long:
        print(f"    {line}")
    return not long


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="portal-check-") as var:
        environment = {**os.environ, **PRODUCTION, "VAR_DIR": var}
        results = [passes(name, command, environment) for name, command in CHECKS.items()]
    results.append(no_file_is_too_long())
    failed = results.count(False)
    if failed:
        sys.exit(f"{failed} of {len(results)} checks failed; what they say is above.")
    print(f"All {len(results)} checks passed.")


if __name__ == "__main__":
    main()
