"""The portal over TLS on the loopback interface, from a folder that is thrown away.

For scanners that others wrote: tools/observatory.py and tools/scan.py.
"""

import os
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Served:
    """Where it is, what it was started with, and where its files and its log are."""

    site: str
    environment: dict[str, str]
    folder: Path
    certfile: Path
    log: Path

    def manage(self, *verb: str) -> str:
        """What a command of manage.py prints, in the portal's own environment."""
        said = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *verb],
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            cwd=ROOT,
        )
        return said.stdout


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


@contextmanager
def served(kind: str) -> Iterator[Served]:
    """Serve the real plans until the block ends; its log is printed if it does not start."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix=f"portal-{kind}-") as scratch:
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
        portal = Served(
            f"https://localhost:{port}", environment, folder, certfile, folder / "server.log"
        )
        for verb in (
            ["migrate", "-v0"],
            ["load_plans"],
            ["load_communities"],
            ["collectstatic", "--noinput", "-v0"],
        ):
            portal.manage(*verb)
        serve = ["gunicorn", "--bind", f"127.0.0.1:{port}", "--log-level", "warning"]
        with portal.log.open("wb") as written:
            server = subprocess.Popen(
                [sys.executable, "-m", *serve, "--certfile", certfile, "--keyfile", keyfile],
                env=environment,
                cwd=ROOT,
                stderr=written,
            )
        try:
            try:
                wait_until_it_answers(portal.site, certfile, server)
            except SystemExit:
                print(portal.log.read_text(encoding="utf-8"))
                raise
            yield portal
        finally:
            server.terminate()
            server.wait()
