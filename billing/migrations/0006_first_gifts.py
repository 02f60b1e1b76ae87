"""A new house has something to give. From then on the catalogue is the staff's."""

from django.db import migrations

GIFTS = (
    ("rose", "Rose", "🌹", 1, "none"),
    ("candle", "Candle", "🕯️", 5, "none"),
    ("applause", "Applause", "👏", 10, "none"),
    ("spotlight", "Spotlight", "💡", 99, "banner"),
    ("encore", "Encore", "🎭", 199, "banner"),
    ("first-night", "First night", "✨", 520, "stage"),
    ("full-house", "Full house", "👑", 1314, "stage"),
    ("curtain", "Curtain call", "🎉", 2999, "stage"),
)


def make(apps, schema_editor):
    Gift = apps.get_model("billing", "Gift")
    if Gift.objects.exists():
        return
    for position, (code, name, icon, price, effect) in enumerate(GIFTS):
        Gift.objects.create(code=code, name=name, icon=icon, price=price, effect=effect, position=position)


class Migration(migrations.Migration):
    dependencies = [("billing", "0005_at_least_one")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
