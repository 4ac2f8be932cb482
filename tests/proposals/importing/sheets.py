"""Made-up spreadsheets of an earlier consultation that nobody held, and bringing them in."""

import csv
import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from network.models import Edition
from proposals.models import Proposal
from tests.factories import make_call

SOURCE = "https://ideas.example/2016"
HEADER = ["id", "title", "text", "language", "date", "votes", "comments", "author", "url", "tags"]
ROW = {
    "id": "bees-1",
    "title": "Count the bees",
    "text": "Nobody knows how many there are.",
    "language": "en",
    "date": "2016-07-15",
    "votes": "12",
    "comments": "3",
    "author": "Ada Example",
    "url": f"{SOURCE}/bees-1",
    "tags": "",
}


def make_earlier_call(slug="2016", **fields):
    """Held elsewhere in 2016, and on record here."""
    begun = timezone.make_aware(timezone.datetime(2016, 3, 1))
    facts = {
        "held": "2016",
        "source_url": SOURCE,
        "published_at": begun,
        "opens_at": begun,
        "closes_at": begun + timezone.timedelta(days=60),
        "answers_due": None,
    }
    return make_call(**{"slug": slug} | facts | fields)


def rows(*changed):
    """A row for each dict of what it says otherwise; keys that are not given are counted."""
    return [ROW | {"id": f"bees-{n}"} | row for n, row in enumerate(changed or [{}], 1)]


def sheet(path, said, *, header=HEADER, delimiter=",", encoding="utf-8"):
    """Writes rows to a CSV file, as a spreadsheet does."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(header)
    writer.writerows([row.get(name, "") for name in header] for row in said)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def bring(path, slug="2016", **options):
    call_command("import_proposals", path, call=slug, **{"verbosity": 0} | options)


def refused(path, slug="2016", **options):
    """The one message that it is refused with; nothing has changed."""
    before = Proposal.objects.count(), Edition.current()
    with pytest.raises(CommandError) as caught:
        bring(path, slug, **options)
    assert (Proposal.objects.count(), Edition.current()) == before
    message = str(caught.value)
    assert "\n" not in message
    return message
