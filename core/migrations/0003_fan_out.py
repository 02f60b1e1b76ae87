from django.db import migrations, models


class Migration(migrations.Migration):
    """What is there already was for nobody: only what comes from now on is fanned out."""

    dependencies = [("core", "0002_keyed_call")]

    operations = [
        migrations.AddField("event", "fanned_out", models.BooleanField(default=True, editable=False)),
        migrations.AlterField("event", "fanned_out", models.BooleanField(default=False, editable=False)),
        migrations.AddIndex(
            "event",
            models.Index(fields=["id"], condition=models.Q(("fanned_out", False)), name="event_to_fan_out"),
        ),
    ]
