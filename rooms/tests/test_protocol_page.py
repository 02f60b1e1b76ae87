"""docs/protocol.md says what the code does: every command, every push that tests know, every row of the flows."""

import re
from pathlib import Path

import pytest

from chat.consumers import ChatConsumer
from rooms.consumers.room import RoomConsumer
from rooms.flows import CHANNEL, STAY
from rooms.management.commands import asyncapi

PAGE = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text()


@pytest.mark.parametrize("command", [*ChatConsumer.shapes, *RoomConsumer.shapes])
def test_every_command_is_on_the_page(command):
    assert f"| `{command}` |" in PAGE


@pytest.mark.parametrize("flow", [CHANNEL, STAY], ids=["channel", "stay"])
def test_every_move_is_on_the_page_with_where_it_leads(flow):
    told = {(verb, target) for verb, target in re.findall(r"^\|[^|]*\| (\w+) \|[^|]*\| (\w+) \|", PAGE, re.M)}
    assert {(move.verb, move.target) for move in flow.moves.values()} <= told


def test_the_machine_readable_page_says_the_same():
    """`bin/manage asyncapi` writes it."""
    assert (Path(__file__).parents[2] / "docs" / "asyncapi.yaml").read_text() == asyncapi.text()
