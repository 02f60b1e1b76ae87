"""docs/asyncapi.yaml: the sockets for machines. Commands come from their serializers, pushes from docs/protocol.md."""

import re
from collections.abc import Mapping
from pathlib import Path

import yaml
from django.conf import settings
from django.core.management.base import BaseCommand
from rest_framework import serializers

from billing.consumers import MeConsumer
from chat.consumers import ChatConsumer
from core.consumers import SocketConsumer
from rooms.consumers.room import RoomConsumer
from rooms.management.pushes import PUSHES

DOCS = Path(settings.BASE_DIR) / "docs"
SOCKETS = {
    "chat": (ChatConsumer, "/ws/chat/{gid}/", "gid"),
    "room": (RoomConsumer, "/ws/rooms/{cid}/", "cid"),
    "me": (MeConsumer, "/ws/me/", ""),
}
TYPES = (
    (serializers.BooleanField, "boolean"),
    (serializers.IntegerField, "integer"),
    (serializers.FloatField, "number"),
    (serializers.CharField, "string"),
    (serializers.ChoiceField, "string"),
    (serializers.DateTimeField, "string"),
    (serializers.DictField, "object"),
)
LIMITS = {"max_length": "maxLength", "min_value": "minimum", "max_value": "maximum"}


class Command(BaseCommand):
    help = "Writes docs/asyncapi.yaml anew."

    def handle(self, **options: object) -> None:
        (DOCS / "asyncapi.yaml").write_text(text())


def text() -> str:
    return yaml.safe_dump(document(), sort_keys=False, allow_unicode=True, width=120)


def document() -> dict:
    messages, channels, operations = {}, {}, {}
    for name, (consumer, address, parameter) in SOCKETS.items():
        commands, pushes = _commands(consumer), _pushes(address)
        messages |= commands | pushes
        channels[name] = {
            "address": address,
            **({"parameters": {parameter: {"description": "percent-encoded in the address"}}} if parameter else {}),
            "messages": {each: {"$ref": f"#/components/messages/{each}"} for each in (*commands, *pushes)},
        }
        operations[f"{name}.hear"] = _operation("receive", name, commands)
        operations[f"{name}.tell"] = _operation("send", name, pushes)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Footlight sockets",
            "version": "1",
            "description": "JSON text frames; docs/protocol.md tells what they mean. A frame from the server may also "
            "be an array of frames. A command with an id is answered by a reply or an error whose re is that id.",
        },
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages},
    }


def _operation(action: str, channel: str, messages: dict) -> dict:
    references = [{"$ref": f"#/channels/{channel}/messages/{name}"} for name in messages]
    return {"action": action, "channel": {"$ref": f"#/channels/{channel}"}, "messages": references}


def _commands(consumer: type[SocketConsumer]) -> dict[str, dict]:
    return {name: _message(name, _schema(shape()), command=True) for name, shape in consumer.shapes.items()}


def _message(name: str, schema: dict, *, command: bool = False, summary: str = "") -> dict:
    fixed = {"type": {"const": name}, **({"id": {"type": ["integer", "string"]}} if command else {})}
    required = ["type", *schema.get("required", [])]
    payload = {"type": "object", "required": required, "properties": fixed | schema.get("properties", {})}
    return {"name": name, **({"summary": summary} if summary else {}), "payload": payload}


def _schema(field: serializers.Field) -> dict:
    if isinstance(field, serializers.Serializer):
        return _object(field.fields) | ({"type": ["object", "null"]} if field.allow_null else {})
    if isinstance(field, serializers.ListSerializer):
        return {"type": "array", "items": _schema(field.child)}
    if isinstance(field, serializers.ListField):
        return {"type": "array", "items": _schema(field.child)} | _limit(field, {"max_length": "maxItems"})
    schema = {"type": next(name for kind, name in TYPES if isinstance(field, kind))} if _typed(field) else {}
    if isinstance(field, serializers.ChoiceField):
        schema["enum"] = [*(getattr(one, "value", one) for one in field.choices), *([""] if field.allow_blank else [])]
    if isinstance(field, serializers.DateTimeField):
        schema["format"] = "date-time"
    if field.allow_null and schema:
        schema["type"] = [schema["type"], "null"]
    return schema | _limit(field, LIMITS)


def _object(fields: Mapping[str, serializers.Field]) -> dict:
    properties = {name: _schema(each) for name, each in fields.items()}
    required = [name for name, each in fields.items() if each.required]
    return {"type": "object", "properties": properties, **({"required": required} if required else {})}


def _typed(field: serializers.Field) -> bool:
    return isinstance(field, tuple(kind for kind, _ in TYPES))


def _limit(field: serializers.Field, names: dict[str, str]) -> dict:
    found = {told: getattr(field, name, None) for name, told in names.items()}
    return {told: value for told, value in found.items() if value is not None}


def _pushes(address: str) -> dict[str, dict]:
    """The rows of the table of pushes in the section of this socket; a field is a name in backticks."""
    page = (DOCS / "protocol.md").read_text()
    section = page.split(f"## `{address[1:].replace('{', '<').replace('}', '>')}`")[1].split("\n## ")[0]
    table = section.split("| push | fields |")[1].split("\n\n")[0]
    rows = re.findall(r"^\| `([\w.]+)` \| (.*) \|$", table, re.M)
    return {name: _message(name, _object(PUSHES.get(name, {})), summary=words.replace("`", "")) for name, words in rows}
