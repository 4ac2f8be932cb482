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
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ROOT = Path(__file__).resolve().parent.parent
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


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for localhost that lasts a day, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    known_as = x509.SubjectAlternativeName(
        [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    )
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(known_as, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    certfile, keyfile = folder / "certificate.pem", folder / "key.pem"
    certfile.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    keyfile.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certfile, keyfile


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_it_answers(site: str, certfile: Path, server: "subprocess.Popen[bytes]") -> None:
    trusting = ssl.create_default_context(cafile=str(certfile))
    for _attempt in range(150):
        if server.poll() is not None:
            raise SystemExit("The portal did not start; see above.")
        try:
            with urllib.request.urlopen(f"{site}/healthz", context=trusting):  # noqa: S310
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise SystemExit("The portal did not answer within half a minute.")


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
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="portal-observatory-") as scratch:
        folder = Path(scratch)
        certfile, keyfile = certificate(folder)
        environment = os.environ | {
            "SITE_URL": f"https://localhost:{port}",
            "SECRET_KEY": os.urandom(32).hex(),
            "VAR_DIR": scratch,
            "DATABASE_URL": "",
            "REDIS_URL": "",
            "DEBUG": "off",
            "TRUST_PROXY": "off",
            "SENDER_NAME": "The Example Network",
            "MAILING_ADDRESS": "1 Example Street, Ottawa",
            "CONTACT_ADDRESS": "contact@portal.example",
        }
        for verb in (
            ["migrate", "-v0"],
            ["load_plans"],
            ["load_communities"],
            ["collectstatic", "--noinput", "-v0"],
        ):
            subprocess.run(
                [sys.executable, str(ROOT / "manage.py"), *verb],
                env=environment,
                stdout=subprocess.DEVNULL,
                check=True,
            )
        log = folder / "server.log"
        serve = ["gunicorn", "--bind", f"127.0.0.1:{port}", "--log-level", "warning"]
        with log.open("wb") as written:
            server = subprocess.Popen(
                [sys.executable, "-m", *serve, "--certfile", certfile, "--keyfile", keyfile],
                env=environment,
                cwd=ROOT,
                stderr=written,
            )
        try:
            wait_until_it_answers(f"https://localhost:{port}", certfile, server)
            wrong = [verdict(path, scan(f"localhost:{port}{path}", certfile)) for path in LEAST]
        except SystemExit:
            print(log.read_text(encoding="utf-8"))
            raise
        finally:
            server.terminate()
            server.wait()
    if any(wrong):
        raise SystemExit("Below the grade it must have:\n" + "\n".join(filter(None, wrong)))


if __name__ == "__main__":
    main()
