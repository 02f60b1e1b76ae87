"""`bin/manage demo`: people to try the house with."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from billing import ledger
from billing.models import CoinPack
from core.models import User
from rooms.models import Category
from rooms.services import channels

PASSWORD = "footlight-demo"
PEOPLE = {"host": "Mira", "viewer": "Jun", "rival": "Ada", "staff": "Sol"}
COINS = 1000
PACKS = ((100, 99), (550, 499), (1200, 999), (6500, 4999))  # coins, cents


class Command(BaseCommand):
    help = "Makes demo people and one channel on an empty database. Refuses when DEBUG is off."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="say nothing where people exist already")

    def handle(self, *args: object, **options: object) -> None:
        if not settings.DEBUG:
            raise CommandError("Demo people have a public password: they are made only where DEBUG is on.")
        if User.objects.exists():
            if not options["if_empty"]:
                self.stdout.write("There are people already; nothing was made.")
            return
        self._make()
        self.stdout.write(f"Made {', '.join(PEOPLE)} with the password {PASSWORD}.")

    @transaction.atomic
    def _make(self) -> None:
        for name, nick in PEOPLE.items():
            user = User.objects.create_user(name, password=PASSWORD, nick=nick)
            ledger.transfer(
                key=f"demo:{name}",
                source=ledger.house("bank"),
                target=ledger.account_of(user),
                amount=COINS,
                kind="top_up",
            )
        for coins, price in PACKS:
            CoinPack.objects.create(coins=coins, price=price, currency="USD")
        User.objects.filter(username="staff").update(is_staff=True, is_superuser=True)
        host = User.objects.get(username="host")
        channels.create(
            actor=host,
            title="The first suite, and whatever you ask for after it",
            category=Category.MUSIC,
        )
