"""Every address of the API, as the URLconf has it, and a body that each would take, as the schema has it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from django.urls import URLPattern, get_resolver
from drf_spectacular.generators import SchemaGenerator

BASE = "/api/v1/"
FREE = {"extension": {}, "custom": {}, "avatar": None, "cover": None, "origins": []}  # whose schema says too little
METHODS = ("get", "post", "put", "patch", "delete")
PART = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")


@dataclass(frozen=True)
class Route:
    """`path` as `channels/{cid}/`; `body` and `query` are JSON schemas of their fields."""

    path: str
    method: str
    body: dict
    query: dict
    keyed: bool

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.path}"

    @property
    def parts(self) -> list[str]:
        return re.findall(r"{(\w+)}", self.path)

    @property
    def noun(self) -> str:
        return self.path.split("/")[0]

    def address(self, known: dict[str, list], **parts: object) -> str:
        names = {name: parts.get(name, (known.get(name) or ["1"])[0]) for name in self.parts}
        return BASE + self.path.format(**{name: quote(str(value), safe="") for name, value in names.items()})

    def sample(self, known: dict[str, list]) -> dict:
        """The least that it takes; of a change, a little more."""
        every = self.body.get("properties", self.query if self.method == "delete" else {})
        wanted = self.body.get("required", every if self.method in ("patch", "delete") else ())
        return {name: _sample(name, every[name], known) for name in wanted if every[name].get("format") != "uri"}

    def headers(self) -> dict[str, str]:
        return {"Idempotency-Key": "a-key"} if self.keyed else {}


def every() -> list[Route]:
    return [_route(path, method) for path, method in sorted(_addresses())]


def in_urlconf() -> set[tuple[str, str]]:
    return set(_addresses())


def in_schema() -> set[tuple[str, str]]:
    return {(path.removeprefix(BASE), method) for path, methods in _schema()["paths"].items() for method in methods}


@lru_cache(maxsize=1)
def _schema() -> dict:
    return json.loads(json.dumps(SchemaGenerator().get_schema(public=True), default=str))


def _addresses() -> Iterator[tuple[str, str]]:
    for text, pattern in _walk(get_resolver().url_patterns, ""):
        if not text.startswith(BASE[1:]) or getattr(pattern.callback, "cls", None) is None:
            continue
        path = PART.sub(lambda found: f"{{{found[1] or found[2]}}}", text).replace("^", "").replace("$", "")
        for method in _methods(pattern.callback):
            yield path.removeprefix(BASE[1:]).replace("{pk}", "{id}"), method


def _walk(patterns: list, before: str) -> Iterator[tuple[str, URLPattern]]:
    for one in patterns:
        text = before + str(one.pattern).lstrip("^")
        if isinstance(one, URLPattern):
            yield text, one
        else:
            yield from _walk(one.url_patterns, text)


def _methods(view) -> list[str]:
    offered = getattr(view, "actions", None) or {name for name in METHODS if hasattr(view.cls, name)}
    return [name for name in METHODS if name in offered]


def _route(path: str, method: str) -> Route:
    said = _schema()["paths"].get(BASE + path, {}).get(method, {})
    content = said.get("requestBody", {}).get("content", {})
    body = _resolved(content.get("application/json", {}).get("schema", {}))
    given = said.get("parameters", ())
    query = {one["name"]: one["schema"] for one in given if one["in"] == "query"}
    return Route(path, method, body, query, any(one["name"] == "Idempotency-Key" for one in given))


def _resolved(schema: dict) -> dict:
    if "$ref" in schema:
        return _schema()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _sample(name: str, schema: dict, known: dict[str, list]) -> object:
    schema = _resolved((schema.get("allOf") or schema.get("oneOf") or [schema])[0])
    if name in FREE:
        return FREE[name]
    if known.get(name):
        return known[name][-1]
    if schema.get("format") == "date-time":
        return "2100-01-01T00:00:00Z"
    if "enum" in schema:
        return schema["enum"][0]
    kinds = {"string": "words", "boolean": True, "array": [], "object": {}, "number": 1}
    return schema.get("minimum", 1) if schema.get("type") == "integer" else kinds[schema.get("type", "string")]
