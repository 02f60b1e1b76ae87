"""The book of what the outside told us: every call is written down, the refused ones too."""

import time

from core import clock
from partners.models import InboundEvent, Partner

LONGEST = 65_536  # characters of a call that are kept


def keep(
    *,
    partner: Partner,
    inlet: str,
    raw: str | bytes,
    status: int,
    answer: object,
    name: str = "",
    subject: str = "",
    key: str = "",
    duplicate: bool = False,
    address: str = "",
    began: float,
) -> InboundEvent:
    """Writes one call down, after whatever it did or did not do: call it outside of that transaction. `status` is the
    HTTP status of `answer`, which is of our own words; `began` what time.monotonic() said when the call came. Texts
    are cut to their columns."""
    return InboundEvent.objects.create(
        partner=partner,
        inlet=inlet,
        name=_text(name, 64),
        subject=_text(subject, 128),
        key=_text(key, 128),
        raw=_text(raw, LONGEST),
        answer=answer,
        status=status,
        duplicate=duplicate,
        address=address or None,
        at=clock.now(),
        took_ms=max(0, round((time.monotonic() - began) * 1000)),
    )


def _text(value: str | bytes, longest: int) -> str:
    """What both databases take as text: neither NUL nor half a character."""
    text = value if isinstance(value, bytes) else value.encode(errors="replace")
    return text.decode(errors="replace").replace("\0", "\ufffd")[:longest]
