"""A Postfix and a Dovecot of the tests' own, portals behind them, and people who write."""

import os
import pwd
import shutil
import signal
import smtplib
import socket
import sqlite3
import subprocess
import sys
import sysconfig
import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from threading import Event

from imap_tools import MailBoxUnencrypted

from tests import migrated
from tests.environment import SET

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = Path(sysconfig.get_path("purelib"))
DAEMONS = Path("/usr/lib/postfix/sbin")
NOBODY = pwd.getpwnam("nobody")
WORD = "a-word-for-this-test"
PATIENCE = 60  # seconds
HOUSE = ["opengov_portal", "network", "commitments", "proposals", "templates", "static", "locale"]
IGNORED = shutil.ignore_patterns("__pycache__")

MAIN = """
compatibility_level = 3.6
queue_directory = {place}/queue
data_directory = {place}/data
command_directory = /usr/sbin
daemon_directory = {daemons}
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.portal.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtp_dns_support_level = disabled
recipient_delimiter = +
relay_domains = portal.example gone.example
transport_maps = inline:{{ {{ portal.example = portal: }}, {{ gone.example = gone: }} }}
alias_maps =
alias_database =
virtual_mailbox_domains = example.org mailbox.example
virtual_mailbox_base = {place}/mail
virtual_mailbox_maps = inline:{{
    {{ ada@example.org = example.org/ada/ }}, {{ bob@example.org = example.org/bob/ }},
    {{ join@mailbox.example = mailbox.example/join/ }},
    {{ bounce@mailbox.example = mailbox.example/join/ }} }}
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
minimal_backoff_time = 1s
maximal_backoff_time = 1s
queue_run_delay = 1s
portal_destination_recipient_limit = 1
maillog_file = {place}/postfix.log
maillog_file_prefixes = {place}
"""
MASTER = """
127.0.0.1:{smtp} inet n - n - - smtpd
pickup    unix n - n 60 1 pickup
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 1 1 qmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
flush     unix n - n 1000? 0 flush
proxymap  unix - - n - - proxymap
smtp      unix - - n - - smtp
relay     unix - - n - - smtp
showq     unix n - n - - showq
error     unix - - n - - error
retry     unix - - n - - error
virtual   unix - n n - - virtual
anvil     unix - - n - 1 anvil
scache    unix - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
portal    unix - n n - 10 pipe
    flags=R user=nobody null_sender=
    argv={place}/receive --sender=${{sender}} --recipient=${{recipient}}
gone      unix - n n - 10 pipe
    user=nobody argv={place}/no-such-user
"""
DOVECOT = """
protocols = imap
listen = 127.0.0.1
base_dir = {place}/run
state_dir = {place}/state
log_path = {place}/dovecot.log
ssl = no
disable_plaintext_auth = no
first_valid_uid = 1
mail_location = maildir:{place}/mail/%d/%n
namespace inbox {{
  inbox = yes
}}
passdb {{
  driver = static
  args = password={word}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={place}/mail/%d/%n
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
"""


def missing():
    """Why the lane cannot run on this machine; empty where it can."""
    if not (shutil.which("postfix") and shutil.which("dovecot")):
        return "there is no Postfix or no Dovecot (Debian: apt-get install postfix dovecot-imapd)"
    if os.geteuid() != 0:
        return "Postfix and Dovecot are started by root alone"
    if not is_open_to_all(PACKAGES):
        return "Postfix runs a pipe with nobody's rights, and nobody may not read Python's packages"
    return ""


def is_open_to_all(place):
    """Whether somebody without any rights may come there."""
    way = place.resolve()
    return way.exists() and all(
        each.stat().st_mode & 0o005 == 0o005 for each in [way, *way.parents]
    )


def python_for_all(place):
    """A Python that nobody may run: this one, or a copy of it where it is somebody's own."""
    if is_open_to_all(Path(sys.executable)):
        return {"PYTHON": sys.executable}
    name, home = f"python3.{sys.version_info.minor}", place / "python"
    (home / "bin").mkdir(parents=True)
    shutil.copy(Path(sys.base_prefix) / "bin" / name, home / "bin")
    shutil.copytree(
        Path(sys.base_prefix) / "lib" / name,
        home / "lib" / name,
        ignore=shutil.ignore_patterns("test", "tests", "site-packages", "*.a"),
    )
    for library in (Path(sys.base_prefix) / "lib").glob("libpython*.so*"):
        shutil.copy(library, home / "lib")
    libraries = str(home / "lib")
    return {
        "PYTHON": str(home / "bin" / name),
        "PYTHONHOME": str(home),
        "LD_LIBRARY_PATH": libraries,
    }


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def soon(question, seconds=PATIENCE):
    """The first true answer to a question within some seconds, or the last one."""
    deadline = time.monotonic() + seconds
    while not (answer := question()) and time.monotonic() < deadline:
        Event().wait(0.1)
    return answer


class PostOffice:
    """Postfix and Dovecot, in a folder of their own."""

    def __init__(self, place):
        self.place = place
        self.smtp, self.imap = free_port(), free_port()
        self.running = []

    def open(self):
        facts = {
            "place": self.place, "daemons": DAEMONS, "smtp": self.smtp, "imap": self.imap,
            "word": WORD, "uid": NOBODY.pw_uid, "gid": NOBODY.pw_gid,
        }  # fmt: skip
        # A copy, since nobody may not read the .env of this folder, and need not.
        for name in HOUSE:
            shutil.copytree(ROOT / name, self.place / "house" / name, ignore=IGNORED)
        shutil.copy(ROOT / "manage.py", self.place / "house")
        self.python = python_for_all(self.place)
        for name in ("mail", "pipe", "mailbox"):
            (self.place / name).mkdir()
            os.chown(self.place / name, NOBODY.pw_uid, NOBODY.pw_gid)
        for name in ("postfix", "queue", "data"):
            (self.place / name).mkdir()
        shutil.chown(self.place / "data", "postfix")
        (self.place / "postfix" / "main.cf").write_text(MAIN.format(**facts))
        (self.place / "postfix" / "master.cf").write_text(MASTER.format(**facts))
        (self.place / "dovecot.conf").write_text(DOVECOT.format(**facts))
        refusing = self.place / "no-such-user"
        refusing.write_text("#!/bin/sh\nexit 67\n")
        refusing.chmod(0o755)
        self.start("postfix", "-c", self.place / "postfix", "start-fg")
        self.start("dovecot", "-F", "-c", self.place / "dovecot.conf")
        for port in (self.smtp, self.imap):
            assert soon(lambda port=port: answers(port)), self.journal()

    def start(self, *command):
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.running.append(
            subprocess.Popen(list(map(str, command)), start_new_session=True, **quiet)
        )

    def close(self):
        subprocess.run(
            ["postfix", "-c", str(self.place / "postfix"), "stop"], capture_output=True, check=False
        )
        for each in self.running:
            each.send_signal(signal.SIGTERM)
        for each in self.running:
            try:
                each.wait(timeout=20)
            except subprocess.TimeoutExpired:  # and all that it has started
                os.killpg(each.pid, signal.SIGKILL)
                each.wait()

    def journal(self):
        """What both wrote of what they did, for a test that fails."""
        logs = [self.place / name for name in ("postfix.log", "dovecot.log")]
        return "\n".join(log.read_text()[-6000:] for log in logs if log.exists())

    def take(self, message, *, sender, to):
        """Hand a message over as a person's own mail server would."""
        with smtplib.SMTP("127.0.0.1", self.smtp, timeout=10) as line:
            line.send_message(message, from_addr=sender, to_addrs=[to])


def answers(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


class Portal:
    """A portal of its own, with a folder and an environment of its own."""

    def __init__(self, office, name, join):
        self.office, self.join = office, join
        self.place = office.place / name
        self.environment = {
            "PATH": os.environ["PATH"],
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": str(PACKAGES),
            **office.python,
            **SET,
            "SITE_URL": f"https://{join.partition('@')[2]}",
            "JOIN_ADDRESS": join,
            "EMAIL_URL": f"smtp://127.0.0.1:{office.smtp}",
            "DATABASE_URL": "",
            "REDIS_URL": "",
            "VAR_DIR": str(self.place),
        }
        (self.place / "static").mkdir()

    def move_in(self):
        """Its database is there and is, with all else, nobody's."""
        migrated.place(self.place)
        for mine in (self.place / "static", self.place / migrated.SQLITE):
            os.chown(mine, NOBODY.pw_uid, NOBODY.pw_gid)
        self.manage("migrate", "--verbosity", "0")

    def manage(self, *command):
        """Run one of the portal's commands, with nobody's rights."""
        house = self.office.place / "house"
        whole = [self.environment["PYTHON"], "manage.py", *command]
        rights = {"user": NOBODY.pw_uid, "group": NOBODY.pw_gid, "extra_groups": []}
        done = subprocess.run(
            whole, cwd=house, env=self.environment, capture_output=True, text=True, check=False,
            **rights,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def ask(self, question):
        """The rows that answer a question to its database."""
        line = sqlite3.connect(f"file:{self.place}/portal.sqlite3?mode=ro", uri=True, timeout=20)
        try:
            return line.execute(question).fetchall()
        finally:
            line.close()

    def turn(self):
        """Let its clock tick once, where it has to look for its mail by itself."""

    def soon(self, question, expected):
        def asked():
            self.turn()
            return self.ask(question) == expected

        assert soon(asked), f"{self.ask(question)}\n{self.office.journal()}"


class PortalWithMailbox(Portal):
    """One that reads its mail over IMAP."""

    def __init__(self, office, name, join):
        super().__init__(office, name, join)
        user = join.replace("@", "%40")
        address = f"imap://{user}:{WORD}@127.0.0.1:{office.imap}/INBOX"
        self.environment["JOIN_IMAP_URL"] = address

    def turn(self):
        self.manage("read_mailbox")


class Person:
    """Somebody with an address, who writes and reads mail."""

    def __init__(self, office, address):
        self.office, self.address = office, address
        self.read = len(self.letters()) if address.endswith("@example.org") else 0

    def write(self, to, body, *, subject="Hello", answering=None):
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.address, to, subject
        message["Message-ID"] = f"<{time.monotonic_ns()}@example.org>"
        if answering:
            message["In-Reply-To"] = message["References"] = answering["message-id"]
            quoted = answering.get_body(("plain",)).get_content().splitlines()
            body += "\n\nOn Monday, the network wrote:\n" + "".join(f"> {q}\n" for q in quoted)
        message.set_content(body)
        self.office.take(message, sender=self.address, to=to)
        return message

    def letter(self):
        """The next letter in their mailbox, read over IMAP."""
        found = soon(self.next_letter)
        assert found, self.office.journal()
        return found

    def letters(self):
        """All that is in their mailbox, in the order it came."""
        box = MailBoxUnencrypted("127.0.0.1", self.office.imap, timeout=10)
        with box.login(self.address, WORD) as mailbox:
            return sorted(mailbox.fetch(mark_seen=False), key=lambda each: int(each.uid))

    def next_letter(self):
        letters = self.letters()
        if len(letters) <= self.read:
            return None
        self.read += 1
        return message_from_bytes(letters[self.read - 1].obj.as_bytes(), policy=policy.default)
