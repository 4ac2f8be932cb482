"""Reports of delivery: believed only under the seal of our bounce addresses (SECURITY.md M7)."""

import re

from network.models import InboundMessage, Letter, Stop
from network.receiving.reading import Reading

STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
# That there is no such address (RFC 3463 s. 3.2): once is enough. Anything else that
# is refused for good may be about our letter, or pass: twice, for two letters.
NO_SUCH_ADDRESS = {"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"}


def status_of(reading: Reading) -> str:
    """The worst that a report says became of a letter, such as `5.1.1`; empty if it says nothing.

    A server that reports in words alone is taken by the first status in them.
    """
    said = [
        found[0]
        for fields in reading.reports
        if fields.first("action").lower() in {"failed", "delayed"}
        and (found := STATUS.search(fields.first("status")))
    ]
    if not said and not reading.reports and (found := STATUS.search(reading.text)):
        said = [found[0]]
    return max(said, default="", key=lambda status: (status[0], status in NO_SUCH_ADDRESS))


def suspend(letter: Letter, status: str) -> bool:
    """Write no more to an address that refuses letters for good; whether it came to that.

    Only its owner's confirming anew lifts it (`network.actions.confirm`).
    """
    before = InboundMessage.objects.filter(
        outcome=InboundMessage.Outcome.BOUNCED, about__address=letter.address
    )
    if status not in NO_SUCH_ADDRESS and not before.exclude(about=letter).exists():
        return False
    Stop.put(letter.to, how=Stop.How.BOUNCED, scope=Stop.Scope.ALL)
    return True
