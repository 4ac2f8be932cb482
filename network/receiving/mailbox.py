"""The mailbox of join@, read over IMAP where no mail server hands messages over.

A message leaves the folder that is read only once it is kept; a reading that dies
half way is begun again, and what it had kept is known by its key.
"""

import logging
import re
import ssl
from datetime import timedelta
from imaplib import IMAP4
from io import BytesIO
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone
from imap_tools import AND, ImapToolsError, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.mailbox import BaseMailBox

from network.models import InboundMessage
from network.receiving.delivery import take

log = logging.getLogger(__name__)

AT_ONCE = 200  # messages of one reading; the next takes the rest
SILENCE = 20  # seconds that the server may take for one word
SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
AWAY = (OSError, ImapToolsError, IMAP4.error)


def read_mailbox() -> int:
    """Take what is in the mailbox; how many messages. A server that is away is logged."""
    taken = 0
    try:
        with opened() as mailbox:
            waiting = mailbox.uids("ALL")[:AT_ONCE]
            if waiting and not mailbox.folder.exists(settings.JOIN_IMAP_TAKEN):
                mailbox.folder.create(settings.JOIN_IMAP_TAKEN)
            for uid in waiting:
                taken += take_one(mailbox, uid)
    except AWAY as error:
        log.warning("The mailbox cannot be read: %s", type(error).__name__)
    except DatabaseError as error:
        log.error("Messages stay in the mailbox: %s", type(error).__name__)
    return taken


def forget_taken() -> None:
    """Delete from the mailbox what came as long ago as messages are kept here."""
    before = timezone.now() - timedelta(days=settings.INBOUND_KEPT_DAYS)
    try:
        with opened() as mailbox:
            if mailbox.folder.exists(settings.JOIN_IMAP_TAKEN):
                mailbox.folder.set(settings.JOIN_IMAP_TAKEN)
                mailbox.delete(mailbox.uids(AND(date_lt=before.date())))
    except AWAY as error:
        log.warning("The mailbox cannot be tidied: %s", type(error).__name__)


def opened() -> BaseMailBox:
    """The mailbox of JOIN_IMAP_URL, signed in to, at its folder. Raises one of AWAY."""
    place = urlsplit(settings.JOIN_IMAP_URL)
    host = place.hostname or ""
    mailbox: BaseMailBox
    if place.scheme == "imap+ssl":
        # Python's own choice, without this, is to believe any certificate.
        context = ssl.create_default_context()
        mailbox = MailBox(host, place.port or 993, timeout=SILENCE, ssl_context=context)
    elif place.scheme == "imap+tls":
        context = ssl.create_default_context()
        mailbox = MailBoxStartTls(host, place.port or 143, timeout=SILENCE, ssl_context=context)
    else:
        mailbox = MailBoxUnencrypted(host, place.port or 143, timeout=SILENCE)
    folder = unquote(place.path.strip("/")) or "INBOX"
    user, password = unquote(place.username or ""), unquote(place.password or "")
    return mailbox.login(user, password, initial_folder=folder)


def take_one(mailbox: BaseMailBox, uid: str) -> bool:
    """Take a message, then move it away; False where another reading has done so."""
    most = settings.INBOUND_RAW_BYTES
    _status, found = mailbox.client.uid("fetch", uid, f"(RFC822.SIZE BODY.PEEK[]<0.{most}>)")
    whole = [each for each in found if isinstance(each, tuple)]
    if not whole:
        return False
    said, raw = whole[0][0], whole[0][1]
    size = SIZE.search(said)
    take(BytesIO(raw), way=InboundMessage.Way.IMAP, size=int(size[1]) if size else None)
    mailbox.move(uid, settings.JOIN_IMAP_TAKEN)
    return True
