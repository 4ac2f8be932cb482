"""What the bench of letters asks of the portal itself.

python -m bench.outbox write 10000   # letters into the outbox
python -m bench.outbox bare 2525     # such letters by smtplib alone; letters a second
python -m bench.outbox ask 1         # asks for posting every second, as the clock does
"""

import json
import os
import smtplib
import sys
import time
from threading import Event

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opengov_portal.settings")
django.setup()

from network.models import Letter  # noqa: E402 - Django is set up first
from network.posting import envelope  # noqa: E402
from network.tasks import post_letters  # noqa: E402
from opengov_portal.lib.tasks import ask  # noqa: E402

AT_ONCE = 500
BARE = 3000  # letters of the yardstick


def built(run: int, n: int) -> Letter:
    return Letter.build(
        "network/emails/trial",
        to=f"reader{n}@reader{n % 100}.example",
        language=("en", "fr")[n % 2],
        key=f"bench-{run}-{n}",
        context={},
    )


def write(count: int) -> dict[str, float]:
    """So many letters, as those who write to many do; how many a second."""
    begun = time.monotonic()
    run = time.time_ns()
    for start in range(0, count, AT_ONCE):
        few = range(start, min(start + AT_ONCE, count))
        Letter.objects.bulk_create(built(run, n) for n in few)
    return {"rate": count / (time.monotonic() - begun)}


def bare(port: int) -> dict[str, float]:
    """The yardstick: one loop, one line, the letters' bytes made before the clock runs."""
    made = [built(0, n) for n in range(BARE)]
    letters = [(letter.bounce_address, letter.to, envelope(letter).raw()) for letter in made]
    begun = time.monotonic()
    with smtplib.SMTP("127.0.0.1", port) as line:
        for sender, to, raw in letters:
            line.sendmail(sender, [to], raw)
    return {"rate": len(letters) / (time.monotonic() - begun)}


def main() -> None:
    order, number = sys.argv[1], int(sys.argv[2])
    if order == "ask":
        ask(post_letters)  # one for each worker to begin with
        while True:
            ask(post_letters)
            Event().wait(number)
    print(json.dumps({"write": write, "bare": bare}[order](number)), flush=True)


if __name__ == "__main__":
    main()
