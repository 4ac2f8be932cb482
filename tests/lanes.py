"""Which tests are run by one process, one after the other, whatever runs beside them.

What is dear to start is started once: one browser and one site, one Postfix and one
Dovecot, one pair of portals. (The marks of xdist for this, xdist_group, are lost on
pytest 9.2.)
"""

import pytest
from xdist.scheduler import LoadScopeScheduling

LANES = ("tests/browser/", "tests/real_mail/", "tests/network/test_joining_at_once.py")


class InLanes(LoadScopeScheduling):
    """The lanes first, whole; every other test to whichever process is free."""

    def _split_scope(self, nodeid):
        return next((lane for lane in LANES if nodeid.startswith(lane)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return InLanes(config, log) if config.getvalue("dist") == "loadgroup" else None
