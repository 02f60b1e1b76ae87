"""What the OpenAPI page says of every operation alike: how a call may be refused."""

from core.errors import DomainError

CODE = "stable and public: what a program reads"
ERROR = {
    "type": "object",
    "description": "Every refusal. Beside `code` and `message` stand the figures that the code speaks of.",
    "properties": {
        "error": {
            "type": "object",
            "properties": {
                "code": {"type": "string", "description": CODE},
                "message": {"type": "string", "description": "for people, in their language"},
                "fields": {"description": "what is wrong with each, where a body or a query is"},
            },
            "required": ["code", "message"],
            "additionalProperties": True,
        }
    },
    "required": ["error"],
}
ALWAYS = {
    400: "Something in the request is not right",
    401: "Nobody is signed in, or the key or UserSig is not good",
    403: "They may not do that, or the key has no such scope",
    404: "Nothing is there, or nothing that they may know of",
    406: "Answers are JSON",
    409: "Not possible in the present state, or every place is taken",
    413: "The body is too long",
    429: "Too fast; `Retry-After` says how many seconds to wait",
    503: "A part of the house is away for a moment",
}
WITH_A_BODY = {415: "The body is of a type that is not read here"}
WITH_MONEY = {402: "The balance is too low"}
WITH_A_KEY = {422: "This Idempotency-Key stands for another call"}


def refusals(result: dict, **kwargs: object) -> dict:
    """Hook of drf-spectacular: every operation names its refusals, which are written once."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Error"] = ERROR
    words = {**ALWAYS, **WITH_A_BODY, **WITH_MONEY, **WITH_A_KEY}
    components["responses"] = {name(status): _response(text) for status, text in sorted(words.items())}
    for path in result["paths"].values():
        for method, operation in path.items():
            for status in sorted(_of(method, operation)):
                ref = {"$ref": f"#/components/responses/{name(status)}"}
                operation["responses"].setdefault(str(status), ref)
    return result


def name(status: int) -> str:
    """As the error is called in core/errors.py, where it is one of ours."""
    ours = (kind.__name__ for kind in DomainError.__subclasses__() if kind.status == status)
    return next(ours, f"Refused{status}")


def _of(method: str, operation: dict) -> set[int]:
    statuses = set(ALWAYS)
    if method != "get":
        statuses |= {*WITH_A_BODY, *WITH_MONEY}
    if any(one["name"] == "Idempotency-Key" for one in operation.get("parameters", ())):
        statuses |= set(WITH_A_KEY)
    return statuses


def _response(text: str) -> dict:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    return {"description": text, "content": content}
