"""A real Postfix and a real Dovecot on the loopback interface, and two portals behind them.

One portal is handed its mail by Postfix's pipe, the other reads a mailbox over IMAP.
Both run as they do in production: processes of their own, nobody's rights, SQLite.
"""

import shutil
import tempfile
from pathlib import Path

import pytest

from tests.real_mail.post_office import Portal, PortalWithMailbox, PostOffice, missing


def pytest_collection_modifyitems(items):
    """The lane may be left out, and is run by one process: see tests.lanes."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.mail)


@pytest.fixture(scope="package")
def office():
    if why := missing():
        pytest.skip(why)
    # A short path: Dovecot's sockets have names of a hundred letters at most.
    place = Path(tempfile.mkdtemp(prefix="mail-", dir="/tmp"))
    place.chmod(0o755)
    office = PostOffice(place)
    try:
        office.open()
        yield office
    finally:
        office.close()
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(scope="package")
def piped(office):
    """The portal that Postfix hands its mail to."""
    portal = Portal(office, "pipe", "join@portal.example")
    portal.move_in()
    variables = "".join(f"export {name}='{value}'\n" for name, value in portal.environment.items())
    script = office.place / "receive"
    script.write_text(
        f"#!/bin/sh\n{variables}"
        f"[ -e {office.place}/away ] && export DATABASE_URL=postgres://no@127.0.0.1:9/no\n"
        f'exec $PYTHON {office.place}/house/manage.py receive_mail "$@" 2>>{portal.place}/log\n'
    )
    script.chmod(0o755)
    return portal


@pytest.fixture(scope="package")
def reading(office):
    """The portal that reads its mailbox."""
    portal = PortalWithMailbox(office, "mailbox", "join@mailbox.example")
    portal.move_in()
    return portal


@pytest.fixture(params=["piped", "reading"])
def portal(request):
    """Either portal: whichever way its mail comes, the same must become of it."""
    return request.getfixturevalue(request.param)
