"""`bin/manage backup FILE`: the database and the pictures, while people are served."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from core.backup import house
from core.backup.refusals import Refused


class Command(BaseCommand):
    help = "Writes the database and all pictures into one file. The house may be running."

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path, help="a new file, such as footlight-2030-01-31.tar.gz")

    def handle(self, *args: object, file: Path, **options: object) -> None:
        try:
            facts = house.back_up(file)
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        size = file.stat().st_size
        self.stdout.write(f"{file}: the house as of {facts['taken_at']}, {facts['pictures']} pictures, {size:,} bytes.")
