"""A house that has no gifts yet gets its first ones. Staff may change or take away all of them."""

from django.db import migrations

GIFTS = [
    ("rose", "Rose", "🌹", 1, "none"),
    ("candle", "Candle", "🕯️", 5, "none"),
    ("applause", "Applause", "👏", 10, "banner"),
    ("spotlight", "Spotlight", "💡", 99, "banner"),
    ("encore", "Encore", "🎭", 199, "banner"),
    ("first-night", "First night", "✨", 520, "stage"),
    ("full-house", "Full house", "👑", 1314, "stage"),
    ("curtain", "Curtain", "🎉", 2999, "stage"),
]


def give_first(apps, schema_editor):
    gift = apps.get_model("billing", "Gift")
    if gift.objects.exists():
        return
    names = ("code", "name", "icon", "price", "effect")
    rows = [dict(zip(names, row, strict=True)) for row in GIFTS]
    gift.objects.bulk_create(gift(position=place, **row) for place, row in enumerate(rows))


class Migration(migrations.Migration):
    dependencies = [("billing", "0004_keys_of_calls")]
    operations = [migrations.RunPython(give_first, migrations.RunPython.noop)]
