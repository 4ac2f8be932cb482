"""`manage.py load_saved_words`: the reasons and answers that the portal is shipped with."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from network import models
from network.models import SavedWords

SHIPPED = Path(models.__file__).parent.parent / "data" / "saved_words.json"


class Command(BaseCommand):
    help = (
        "Put the saved reasons and answers that are shipped at hand, where there are none at all. "
        "What staff wrote, changed or deleted is left as it is."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if SavedWords.objects.exists():
            self.stdout.write("Saved words: there are some already.")
            return
        shipped = json.loads(SHIPPED.read_text(encoding="utf-8"))["saved_words"]
        SavedWords.objects.bulk_create(SavedWords(**words) for words in shipped)
        self.stdout.write(f"Saved words: {len(shipped)} put at hand.")
