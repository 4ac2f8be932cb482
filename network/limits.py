"""How often one may ask by a form (SECURITY.md D3), over all processes together."""

import logging

from network import emails
from network.models import Limit, Tally
from opengov_portal.lib.mail import canonical
from opengov_portal.lib.requests import around

log = logging.getLogger(__name__)

QUARTER, HOUR, DAY = 900, 3600, 86_400  # seconds
MANY, FAR_TOO_MANY = 100, 200  # an hour, from one network or for one mail domain


def asked(network: str, email: str) -> int:
    """Count one who asks to join; 0 within the limits, else how many seconds to wait.

    `network` is as `network_of` gives it. What is refused for its network is not
    counted against a mail domain, so that nobody can use it up for others.
    """
    near = [
        Limit(f"joining from {network}", 60, 1),
        Limit(f"joining from {network}", 300, 5),
        Limit(f"joining around {around(network)}", 300, 20),
    ]
    domain = canonical(email).rpartition("@")[2]
    wide = {
        "network": Limit(f"joining around {around(network)}", HOUR),
        "domain": Limit(f"joining at {domain}", HOUR, 600),
    }
    wait = waiting(near) or waiting(list(wide.values()), watched=list(wide))
    if wait:
        log.warning("Over the limit: joining")
    return wait


# For each network address: how often within how many seconds. A proposal takes its time
# to write; a library or a household, behind one address, supports and follows together.
NEAR = {
    "forwarding": {60: 1, 300: 5, HOUR: 20},
    "supporting": {60: 10, HOUR: 60},
    "following": {60: 10, HOUR: 60},
}
AT_ONE_DOMAIN = {"forwarding": 600, "supporting": 3000, "following": 3000}  # an hour


def asked_for(room: str, network: str, email: str) -> int:
    """Count one who asks a room above for something; 0 within the limits, else seconds to wait.

    `room` is one of NEAR, `network` as `network_of` gives it. The /24 around it may ask
    twenty times as often; one mail domain AT_ONE_DOMAIN, lest its server drown in letters.
    Whose address it is plays no part (A2). At MANY an hour the log says so, at
    FAR_TOO_MANY staff are told, once an hour.
    """
    near = [Limit(f"{room} from {network}", *each) for each in NEAR[room].items()]
    most = max(NEAR[room].items())
    near.append(Limit(f"{room} around {around(network)}", most[0], most[1] * 20))
    domain = canonical(email).rpartition("@")[2]
    wide = {
        "network": Limit(f"{room} wide around {around(network)}", HOUR),
        "domain": Limit(f"{room} at {domain}", HOUR, AT_ONE_DOMAIN[room]),
    }
    wait = waiting(near) or waiting(list(wide.values()), watched=list(wide), what=f"for {room}")
    if wait:
        log.warning("Over the limit: %s", room)
    return wait


def tried_a_code(network: str) -> int:
    """Count one who types a code; 0 within the limit, else how many seconds to wait."""
    wait = waiting([Limit(f"codes from {network}", 300, 20)])
    if wait:
        log.warning("Over the limit: the code of joining")
    return wait


def wrote_of_an_account(email: str, *, known: bool) -> int:
    """Count one more letter of an account to whoever reads an address; 0 if it may go.

    However it is spelled, and by whatever page it is asked for: codes, new passwords,
    addresses to be confirmed. A stranger gets as few as by asking to join (D3).
    """
    reader = canonical(email)
    if known:
        limits = [
            Limit(f"letters to the account of {reader}", QUARTER, 3),
            Limit(f"letters to the account of {reader}", DAY, 30),
        ]
    else:
        limits = [
            Limit(f"letters to a stranger at {reader}", QUARTER, 1),
            Limit(f"letters to a stranger at {reader}", 30 * DAY, 5),
        ]
    wait = waiting(limits)
    if wait:
        log.warning("Over the limit: letters of accounts")
    return wait


def waiting(limits: list[Limit], *, watched: list[str] | None = None, what: str = "to join") -> int:
    """Count one more of each; how long to wait for all of them. `watched` names kinds of many."""
    tallies = Tally.count(limits)
    for kind, tally in zip(watched or [], tallies, strict=False):
        if tally.times == MANY:
            log.warning("%d requests %s in an hour: one %s", MANY, what, kind)
        if tally.times == FAR_TOO_MANY:
            log.error("%d requests %s in an hour: one %s", FAR_TOO_MANY, what, kind)
            if what == "to join":
                emails.many_joining(kind)
            else:
                emails.many_asking(kind, what)
    return max(tally.wait(limit) for tally, limit in zip(tallies, limits, strict=True))
