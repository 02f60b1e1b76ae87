"""`bin/manage person export mira --to mira.zip`, `bin/manage person erase mira`: what the pages of staff do, for whom a
letter came."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import farewell
from core.actors import SYSTEM
from core.errors import DomainError
from core.people import person_of


class Command(BaseCommand):
    help = "Hands out everything of a person as a zip of JSON files, or deletes their account for good."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("verb", choices=["export", "erase"])
        parser.add_argument("uid")
        parser.add_argument("--realm", default="", help="the app whose person it is")
        parser.add_argument("--to", default="", help="the file to write; it must not be there yet")
        parser.add_argument("--yes", action="store_true", help="do not ask before an account is deleted")

    def handle(self, *, verb: str, uid: str, realm: str, to: str, yes: bool, **options: object) -> None:
        try:
            user = person_of(realm, uid)
            if verb == "erase":
                self._erase(user, yes)
            else:
                self._export(user, Path(to or f"{uid}.zip"))
        except DomainError as error:
            raise CommandError(error.words()) from None

    def _erase(self, user, yes: bool) -> None:
        if not yes and input(f"Delete the account of {user} ({user.uid}) for good? Write yes: ") != "yes":
            raise CommandError("Nothing was done.")
        gone = farewell.erase(actor=SYSTEM, user=user)
        self.stdout.write(f"Deleted. In the books they are called {gone.uid}.")

    def _export(self, user, to: Path) -> None:
        content = farewell.export(actor=SYSTEM, user=user)
        try:
            with to.open("xb") as file:
                file.write(content)
        except OSError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(str(to))
