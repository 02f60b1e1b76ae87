"""`bin/manage restore FILE`: a house as it was when the file was made. See docs/staff.md."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from core.backup import house
from core.backup.refusals import Refused


class Command(BaseCommand):
    help = "Sets the house up again from a file that `backup` made. The house must not be running."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="in the place of what is here now")

    def handle(self, *args: object, file: Path, replace: bool, **options: object) -> None:
        try:
            manifest = house.restore(file, replace=replace)
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"The house is as it was at {manifest['taken_at']}. Everybody signs in anew.")
