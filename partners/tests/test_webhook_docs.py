"""docs/partners/webhooks.md: its example runs, and its tables name what there is."""

import re

import pytest
from django.conf import settings
from standardwebhooks import WebhookVerificationError

from core.events import record
from partners.wires import WIRES

PAGE = (settings.BASE_DIR / "docs/partners/webhooks.md").read_text()


def test_the_example_verifies_what_is_sent(app, hook, them, beat) -> None:
    secret = hook("transfer")["secret"]
    record("transfer", subject="7", realm=app.realm, amount=1)
    beat()
    (call,) = them.calls
    example: dict = {}
    exec(re.search(r"```python\n(.*?)```", PAGE, re.S)[1], example)
    assert example["receive"](secret, call.headers, call.body) == "transfer"
    with pytest.raises(WebhookVerificationError):
        example["receive"](secret, call.headers, call.body.replace(b"1", b"2"))


@pytest.mark.parametrize("shape", WIRES)
def test_every_event_that_may_be_asked_for_is_described(shape: str) -> None:
    wire = WIRES[shape]
    assert [name for name in wire.events if f"`{name}`" not in PAGE] == []
