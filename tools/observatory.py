"""Ask the HTTP Observatory's own scanner what it thinks of the portal (SECURITY.md, H1).

    .venv/bin/python tools/observatory.py

Serves the portal over TLS on the loopback interface, from a folder and with a
certificate that are both thrown away, scans some pages, and stops the server.
Fails with a sentence when a page is below its grade. The scanner is installed by
`npm ci --ignore-scripts` in tests/browser.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

from served import ROOT, served

SCANNER = ROOT / "tests/browser/node_modules/@mdn/mdn-http-observatory/src/scan.js"
# The browsers' list of sites known to be https only. The package fetches it from
# another host when it is installed; localhost is not on it, so ours is empty.
PRELOADED = SCANNER.parent.parent / "conf/hsts-preload.json"
# The least each page must score. A page that sets a cookie gains five for how.
LEAST = {
    "/": 135,
    "/fr/": 135,
    "/en/commitments/": 135,
    "/en/plans/2016-2018/19/": 135,
    "/en/account/login/": 140,
}


def scan(address: str, certfile: Path) -> dict[str, object]:
    """What the scanner says of one page."""
    said = subprocess.run(
        [shutil.which("node") or "node", str(SCANNER), address],
        env=os.environ | {"NODE_EXTRA_CA_CERTS": str(certfile)},
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        report: dict[str, object] = json.loads(said.stdout)
    except json.JSONDecodeError:
        raise SystemExit(f"The scanner broke on {address}: {said.stderr}") from None
    return report


def verdict(path: str, report: dict[str, object]) -> str:
    """One line on one page; empty where it is as good as it must be."""
    result = report.get("scan")
    if not isinstance(result, dict):
        return f"{path}: {report.get('error')}"
    line = f"{path}: {result['grade']}, {result['score']} of at least {LEAST[path]}"
    print(line)
    if result["grade"] == "A+" and int(result["score"]) >= LEAST[path]:
        return ""
    tests = report.get("tests")
    failed = (
        [name for name, test in tests.items() if not test["pass"]]
        if isinstance(tests, dict)
        else []
    )
    return f"{line}; not passed: {', '.join(failed) or 'none'}"


def main() -> None:
    if not shutil.which("node") or not SCANNER.exists():
        raise SystemExit(
            "The scanner is not here. It needs Node 20 or newer, then: "
            "cd tests/browser && npm ci --ignore-scripts"
        )
    if not PRELOADED.exists():
        PRELOADED.write_text("{}", encoding="utf-8")
    with served("observatory") as portal:
        host = portal.site.removeprefix("https://")
        wrong = [verdict(path, scan(f"{host}{path}", portal.certfile)) for path in LEAST]
    if any(wrong):
        raise SystemExit("Below the grade it must have:\n" + "\n".join(filter(None, wrong)))


if __name__ == "__main__":
    main()
