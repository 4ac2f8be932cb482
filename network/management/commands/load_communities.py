"""`manage.py load_communities`: the communities of practice that the portal is shipped with."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from network import models
from network.models import Community, Edition, Subject

SHIPPED = Path(models.__file__).parent.parent / "data" / "communities.json"


class Command(BaseCommand):
    help = (
        "Open the communities of practice that are shipped and not there yet. What is there, "
        "staff may have edited: it is never touched."
    )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        Edition.take_turn()
        shipped = json.loads(SHIPPED.read_text(encoding="utf-8"))["communities"]
        there = set(Community.objects.values_list("slug", flat=True))
        missing = [words for words in shipped if words["slug"] not in there]
        for words in missing:
            issues = words.pop("issues")
            community = Community.objects.create(**words)
            community.issues.set(Subject.objects.filter(slug__in=issues))
        if missing:
            Edition.advance()
        self.stdout.write(
            f"Communities of practice: {len(missing)} opened, {len(there)} there already."
        )
