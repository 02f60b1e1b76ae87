"""Whom an app lets into its channels."""

from core import ports
from core.actors import Actor
from core.threads import in_database, in_waiting
from rooms import selectors


async def ask_app(actor: Actor, cid: str, role: str) -> None:
    """An app may want to be asked before somebody watches or goes on the air in a channel of its own."""
    if await in_database(selectors.realm_of, cid):
        await in_waiting(ports.ask, "lets_in", actor=actor, cid=cid, role=role)
