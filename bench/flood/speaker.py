"""Somebody who speaks, and writes down what became of each word."""

import asyncio

from bench.flood.line import Line
from bench.flood.records import Sent
from bench.flood.room import Person, Room

FRAMES = {  # what carries each priority, as docs/protocol.md has it
    "HIGH": {"kind": "custom", "data": {"data": "a gift came"}, "priority": "HIGH"},
    "NORMAL": {"kind": "text", "text": "what a show"},
    "LOW": {"kind": "like", "data": {"count": 1}},
}


class Speaker(Line):
    """`insists`: whatever was left unanswered is said again, with the same nonce, until there is an answer."""

    def __init__(self, room: Room, person: Person, priority: str, *, insists: bool = False) -> None:
        self.sent: list[Sent] = []
        self.quiet = asyncio.Event()  # nothing waits for an answer
        self.quiet.set()
        self.priority, self._insists = priority, insists
        self._waiting: dict[str, Sent] = {}
        super().__init__(room, person)

    def wants(self, text: str) -> bool:
        return not self.open.is_set() or text.startswith(('{"type":"reply"', '{"type":"error"'))

    async def speak(self) -> None:
        word = f"{self.person.uid}.{len(self.sent)}"
        sent = Sent(word, self.person.uid, self.priority, asyncio.get_running_loop().time())
        self.sent.append(sent)
        await self._send(sent)

    async def _send(self, sent: Sent) -> None:
        self._waiting[sent.word] = sent
        self.quiet.clear()
        went = await self.say(type="chat.send", id=sent.word, nonce=sent.word, **FRAMES[self.priority])
        if not went and not self._insists:
            self._settled(sent.word)

    def hears(self, frame: dict) -> None:
        if frame["type"] == "chat.welcome":
            for sent in [*self._waiting.values()]:
                self._once_more(sent)
        elif sent := self._waiting.get(frame.get("re", "")):
            self._answered(sent, frame)

    def _answered(self, sent: Sent, frame: dict) -> None:
        if frame.get("code") == "unavailable":  # it may have been taken all the same
            if self._insists:
                asyncio.get_running_loop().call_later(1, self._once_more, sent)
                return
        elif frame["type"] == "error":
            sent.outcome, sent.code = "refused", frame["code"]
        elif frame.get("dropped"):
            sent.outcome = "dropped"
        else:
            sent.outcome, sent.epoch, sent.seq = "taken", frame["epoch"], frame["seq"]
        self._settled(sent.word)

    def _once_more(self, sent: Sent) -> None:
        if sent.word in self._waiting:
            sent.tries += 1
            self._saying = asyncio.ensure_future(self._send(sent))

    def breaks(self) -> None:
        if not self._insists:
            for word in [*self._waiting]:
                self._settled(word)

    def _settled(self, word: str) -> None:
        self._waiting.pop(word, None)
        if not self._waiting:
            self.quiet.set()
