"""Attack the portal with Wapiti, a scanner that nobody here wrote.

    .venv/bin/python tools/scan.py [seconds [visitor|member|staff …]]

Serves the portal over TLS on the loopback interface, with made-up people, from a folder
that is thrown away, and lets Wapiti at it: as a visitor, as a member and as staff who
have shown their second factor, each for at most that many seconds (300). Fails with
what it found. Wapiti has its own place, apart from the portal's libraries.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from served import Served, served

HOW_TO_GET_IT = (
    "Wapiti is not here. Give it a place of its own, outside this folder, and say where:\n"
    "  python3 -m venv ~/wapiti && ~/wapiti/bin/pip install wapiti3\n"
    "  make scan WAPITI=~/wapiti/bin/wapiti"
)
# All of its own modules but those that ask a host of its makers to be called back by what
# they attack (ssrf, xxe, log4shell), and those that only name what a site is built with.
MODULES = (
    "backup,brute_login_form,cookieflags,crlf,csp,csrf,exec,file,htaccess,http_headers,"
    "https_redirect,ldap,methods,permanentxss,redirect,shellshock,sql,timesql,upload,xss"
)
# What ends the session it scans with, or the membership.
ENDS = [
    "account/logout",
    "compte/logout",
    "member/leave",
    "member/erase",
    "sessions",
    "admin/logout",
]
CAST = """
import json, time
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.test import Client
from network.models import Community, User
from tests import factories
member = factories.make_member(email="member@portal.example", name="Rita")
staff = factories.make_staff(email="staff@portal.example")
EmailAddress.objects.create(user=staff, email=staff.email, primary=True, verified=True)
TOTP.activate(staff, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
organization = factories.make_organization(slug="otters")
organization.claim(by=member, represent=True).confirm(by=staff, represents=True)
factories.make_announcement(words_en="Words", words_fr="Des mots").send(by=staff)
factories.make_proposal()
cookies = {}
for user in (member.user, staff):
    client = Client()
    client.force_login(user)
    session = client.session
    shown = [{"method": "mfa", "type": "totp", "at": time.time()}]
    session["account_authentication_methods"] = shown
    session["_account_authentication_methods_user"] = str(user.pk)
    session.save()
    cookies[user.email.partition("@")[0]] = f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
print(json.dumps(cookies))
"""


def scan(wapiti: str, portal: Served, who: str, path: str, cookie: str, seconds: int) -> list[str]:
    """What it finds as that person, a line each."""
    report = portal.folder / f"{who}.json"
    command = [wapiti, "-u", f"{portal.site}{path}", "--scope", "folder", "-m", MODULES]
    command += ["-f", "json", "-o", str(report), "--store-session", str(portal.folder / who)]
    command += ["--flush-session", "--no-bugreport", "--verify-ssl", "0", "-S", "normal"]
    command += ["--max-scan-time", str(seconds), "--max-attack-time", str(max(seconds // 12, 10))]
    command += ["--max-files-per-dir", "12", "--max-links-per-page", "60", "-d", "4", "-t", "10"]
    command += ["--tasks", "6"]  # more of them at once lock its own database
    for end in ENDS:
        command += ["-x", f"{portal.site}/*{end}*"]
    if cookie:
        command += ["-C", cookie]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    if not report.exists():
        raise SystemExit(f"The scanner broke as {who}:\n{said.stdout[-900:]}{said.stderr[-900:]}")
    found = findings(who, json.loads(report.read_text(encoding="utf-8")))
    print("\n".join(found), flush=True)
    return found


def findings(who: str, report: dict[str, Any]) -> list[str]:
    """Every finding above informational: its vulnerabilities, and what broke on the way."""
    print(f"{who}: {report['infos'].get('crawled_pages_nbr', '?')} pages", flush=True)
    return sorted(
        {
            f"{who}: {kind}: {one['method']} {one['path']} {one.get('parameter')}: {one['info']}"
            for group in ("vulnerabilities", "anomalies")
            for kind, found in report[group].items()
            for one in found
        }
    )


def main() -> None:
    wapiti = os.environ.get("WAPITI") or shutil.which("wapiti") or ""
    if not wapiti or not shutil.which(os.path.expanduser(wapiti)):
        raise SystemExit(HOW_TO_GET_IT)
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    asked = sys.argv[2:] or ["visitor", "member", "staff"]
    with served("scan") as portal:
        cookies = json.loads(portal.manage("shell", "-v0", "-c", CAST).splitlines()[-1])
        found = [
            line
            for who, path, cookie in (
                ("visitor", "/", ""),
                ("member", "/en/", cookies["member"]),
                ("staff", "/admin/", cookies["staff"]),
            )
            if who in asked
            for line in scan(os.path.expanduser(wapiti), portal, who, path, cookie, seconds)
        ]
        kept = os.environ.get("SCAN_REPORTS")
        for report in portal.folder.glob("*.json") if kept else []:
            shutil.copy(report, Path(str(kept)))
    if found:
        raise SystemExit(f"Wapiti found what is listed above: {len(found)}.")
    print("Wapiti found nothing above informational.")


if __name__ == "__main__":
    main()
