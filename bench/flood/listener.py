"""Somebody who listens as the page does (static/js/chat.js): shows what is next, asks for what is missing."""

import asyncio

from bench.flood.line import Line
from bench.flood.records import Log, Shown, Span
from bench.flood.room import Person, Room

AGAIN = 2.0  # seconds until a recovery that was refused is asked for once more


class Listener(Line):
    def __init__(self, room: Room, person: Person, name: str) -> None:
        self.log = Log(name)
        self._asks = False
        self._early: list[dict] = []
        super().__init__(room, person)

    def hears(self, frame: dict) -> None:
        match frame["type"]:
            case "chat.message":
                self._message(frame)
            case "chat.welcome":
                self._welcome(frame)
            case "chat.recovered":
                self._recovered(frame)
            case "error" if self._asks and "re" in frame:
                asyncio.get_running_loop().call_later(AGAIN, self._ask)

    def breaks(self) -> None:
        self._asks = False
        self._early.clear()

    def _welcome(self, frame: dict) -> None:
        if not self.log.spans:
            self.log.spans.append(Span(frame["epoch"], frame["seq"], frame["seq"]))
            self._what_came_early()
        elif self.log.stands != (frame["epoch"], frame["seq"]):
            self._ask()

    def _message(self, frame: dict) -> None:
        if self._asks or not self.log.spans:
            self._early.append(frame)
            return
        epoch, last = self.log.stands
        if frame["epoch"] == epoch and frame["seq"] <= last:
            return
        if (frame["epoch"], frame["seq"]) == (epoch, last + 1):
            self._show(frame)
        else:
            self._early.append(frame)
            self._ask()

    def _ask(self) -> None:
        self._asks = True
        epoch, seq = self.log.stands
        self._asking = asyncio.ensure_future(self.say(type="chat.recover", id="recover", epoch=epoch, seq=seq))

    def _recovered(self, frame: dict) -> None:
        epoch, last = self.log.stands
        if not frame["recovered"]:
            first = frame["messages"][0]["seq"] - 1 if frame["messages"] else frame["seq"]
            since = max(first, last) if frame["epoch"] == epoch else first
            self.log.spans.append(Span(frame["epoch"], since, since))
        for message in frame["messages"]:
            if message["seq"] > self.log.stands[1]:
                self._show(message)
        self.log.spans[-1].until = max(frame["seq"], self.log.stands[1])
        self._asks = False
        if frame["more"]:
            self._ask()
        else:
            self._what_came_early()

    def _what_came_early(self) -> None:
        early, self._early = self._early, []
        for frame in early:
            self._message(frame)

    def _show(self, frame: dict) -> None:
        span = self.log.spans[-1]
        sender, now = frame["sender"] or {"uid": ""}, asyncio.get_running_loop().time()
        word = frame.get("nonce", "")
        span.shown.append(Shown(frame["epoch"], frame["seq"], frame["ts"], sender["uid"], word, frame["priority"], now))
        span.until = frame["seq"]
