"""What posting a letter asks of PostgreSQL, in one statement each.

`Letter.claim` and `Letter.mark_posted` say the same through the ORM, on every database,
and the same tests hold both. Here the statements are ready made: building them costs the
ORM more time than all the rest of posting.
"""

import json
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from network.models.letter import Letter
from opengov_portal.lib.queries import distrust, prepare

# Claims the letter that is next, passing over those that other workers are at just now,
# and those of an announcement that is paused, or withholds it where its reader wants no
# such letter. It locks that one row alone, so workers and those who change many letters
# at once cannot lock each other out. It does not wait for the disk: a claim that a crash
# of the database forgets was of a letter on its way, which goes again as if the worker
# had been killed.
CLAIM_NEXT = """
(timestamptz, timestamptz) AS
UPDATE network_letter SET next_try_at = NULL, (state, claimed_until, attempts) = (
    SELECT
        CASE WHEN stopped THEN 'withheld' ELSE 'claimed' END,
        CASE WHEN stopped THEN NULL ELSE $2 END,
        CASE WHEN stopped THEN attempts ELSE attempts + 1 END
    FROM (
        SELECT EXISTS (
            SELECT FROM network_stop AS stop
            WHERE stop.address = network_letter.address
            AND (
                (stop.scope = 'all' AND (kind <> 'confirm' OR stop.how <> 'bounced'))
                OR (stop.scope = 'lists' AND kind = 'list')
            )
        ) OR announcement_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM network_announcement AS told, network_member AS member
            JOIN network_user AS account ON account.id = member.user_id AND account.is_active
            WHERE told.id = network_letter.announcement_id
            AND member.user_id = network_letter.user_id
            AND CASE told.purpose
                WHEN 'announcements' THEN member.announcements
                WHEN 'calls' THEN member.calls
                WHEN 'digests' THEN member.digests
            END
        ) AS stopped OFFSET 0
    ) AS asked
)
WHERE id = (
    SELECT id FROM network_letter
    WHERE state = 'owed' AND next_try_at <= $1
    AND (announcement_id IS NULL OR announcement_id <> ALL (
        ARRAY(SELECT told.id FROM network_announcement AS told WHERE told.state = 'paused')
    ))
    ORDER BY kind, next_try_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING set_config('synchronous_commit', 'off', true), id, "to", language, subject, text,
    html, headers, token, message_id, state, owed_since, claimed_until, attempts"""
# In the order of the fields, as `from_db` wants them.
READ = (
    "id", "to", "language", "subject", "text",
    "html", "headers", "token", "message_id", "state", "owed_since", "claimed_until", "attempts",
)  # fmt: skip
HEADERS = READ.index("headers") + 1

MARK_POSTED = """
(bigint, timestamptz, timestamptz, boolean) AS
UPDATE network_letter SET
    state = 'posted', posted_at = $3, claimed_until = NULL,
    last_error = '', text = '', html = ''
WHERE id = $1 AND state = 'claimed' AND claimed_until = $2
RETURNING set_config(
    'synchronous_commit',
    CASE WHEN $4 THEN current_setting('synchronous_commit') ELSE 'off' END,
    true
)"""

STATEMENTS = {"claim_next_letter": CLAIM_NEXT, "mark_letter_posted": MARK_POSTED}
MARK = "EXECUTE mark_letter_posted(%(id)s, %(until)s, %(now)s, %(waits)s)"
CLAIM = "EXECUTE claim_next_letter(%(now)s, %(lease)s)"
# Two transactions in one packet: a claim that fails takes no mark with it, and never is
# more than one row held.
MARK_AND_CLAIM = f"BEGIN; {MARK}; COMMIT; {CLAIM}"


def claim_next(sent: Letter | None = None, *, waits: bool = True) -> Letter | None:
    """The letter that is next, claimed; None when none is due to be posted.

    The one that was sent before it is marked first, in the same packet. A mark that
    does not wait for the disk is kept there within a second: until then a crash of the
    database, and nothing else, can forget it.
    """
    while True:
        now = timezone.now()
        facts: dict[str, Any] = {"now": now}
        facts["lease"] = now + timedelta(seconds=settings.LETTER_LEASE_SECONDS)
        if sent:
            facts |= {"id": sent.pk, "until": sent.claimed_until, "waits": waits}
        row = asked(facts)
        if sent:
            sent.state, sent = Letter.State.POSTED, None
        if row is None:
            return None
        letter = Letter.from_db(connection.alias, READ, row[1:])
        letter.headers = json.loads(row[HEADERS])
        if letter.state == Letter.State.CLAIMED:
            return letter


def asked(facts: dict[str, Any]) -> tuple[Any, ...] | None:
    """What the database answers to a claim, and to the mark before it, if there is one."""
    try:
        with connection.cursor() as cursor:
            prepare(cursor, STATEMENTS)
            if "id" not in facts:
                cursor.execute(CLAIM, facts)
            elif connection.in_atomic_block:  # in a test: there is no committing apart
                cursor.execute(MARK, facts)
                cursor.execute(CLAIM, facts)
            else:
                cursor.execute(MARK_AND_CLAIM, facts)
                while cursor.nextset():
                    pass
            row: tuple[Any, ...] | None = cursor.fetchone()
            return row
    except DatabaseError:
        distrust()
        if not connection.in_atomic_block:
            connection.close()  # it may be left in the middle of the packet
        raise
