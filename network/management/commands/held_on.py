import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.core.serializers.json import DjangoJSONEncoder

from network.holdings import held_on


class Command(BaseCommand):
    help = "Prints all that is held on one person, as JSON: held_on person@example.org"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address")

    def handle(self, *args: Any, address: str, **options: Any) -> None:
        held = held_on(address)
        self.stdout.write(json.dumps(held, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2))
