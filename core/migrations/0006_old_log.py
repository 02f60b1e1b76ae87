"""What the old log of the staff pages held goes over to the audit log, and that is the only one from then on."""

import re

from django.db import migrations

SERVICE = re.compile(r"(\w+): (.*)", re.DOTALL)  # how an act and its reason stood in one text
FLAGS = {1: "add", 2: "change", 3: "delete"}
BATCH = 1000


def row_of(AuditRow, entry, names):
    act = SERVICE.fullmatch(entry.change_message)
    told = {} if act or not entry.change_message else {"message": entry.change_message[:2000]}
    kind = entry.content_type
    return AuditRow(
        at=entry.action_time,
        who_id=entry.user_id,
        who_name=names.get(entry.user_id, "")[:200],
        door="admin",
        verb=(act[1] if act else FLAGS.get(entry.action_flag, "change"))[:64],
        kind=f"{kind.app_label}.{kind.model}"[:64] if kind else "",
        key=(entry.object_id or "")[:64],
        name=entry.object_repr[:200],
        asked=told,
        reason=act[2][:200] if act else "",
    )


def move(apps, schema_editor):
    LogEntry, AuditRow = apps.get_model("admin", "LogEntry"), apps.get_model("core", "AuditRow")
    people = apps.get_model("core", "User").objects.filter(pk__in=LogEntry.objects.values("user"))
    names = {
        pk: f"{nick} ({uid})" if nick and nick != uid else uid for pk, nick, uid in people.values_list("pk", "nick", "uid")
    }
    entries = LogEntry.objects.select_related("content_type").order_by("pk")
    rows = (row_of(AuditRow, entry, names) for entry in entries.iterator(chunk_size=BATCH))
    AuditRow.objects.bulk_create(rows, batch_size=BATCH)
    LogEntry.objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0005_audit_rows"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
