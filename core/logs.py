"""Log lines: JSON in production, readable at home. Both through the standard library's logging."""

import re

import structlog

# A vendor's servers sign in by the address, which every access log would keep for good.
SIGNED = re.compile(r"(?i)(usersig=)[^&\s\"']+")


def scrub(logger: object, method: str, event: dict) -> dict:
    """No signature in any text of a log line."""
    for name, value in event.items():
        if isinstance(value, str) and "usersig=" in value.lower():
            event[name] = SIGNED.sub(r"\1…", value)
    return event


SHARED = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    scrub,
]


def formatter(*, json: bool, **_: object) -> structlog.stdlib.ProcessorFormatter:
    renderer = structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer(colors=False)
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=SHARED,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )


structlog.configure(
    processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
