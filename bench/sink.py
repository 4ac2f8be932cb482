"""A mail server that takes letters and forgets them, or fails as it is told.

In a thread, for the tests (`with Sink() as sink`), or as a process of its own for the
bench: `python -m bench.sink 2525` does what it is told on standard input.
"""

import asyncio
import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Self, cast

# What the sink does instead of taking a letter.
STALL = "stall"  # says nothing more
DROP = "drop"  # hangs up
TAKE_AND_DROP = "take and drop"  # takes it, and hangs up before it says so

END_OF_DATA = b"\r\n.\r\n"


class Sink:
    """`answer(stage, said)` may fail a letter at MAIL, RCPT, DATA or END (of its data).

    It gives a reply of its own (`"550 no"`), one of the faults above, or None to go on.
    Letters are counted by Message-ID in `taken`; `letters` keeps (sender, recipient,
    bytes) unless `keep` is off. `groups` are the commands as they came, several at once
    where it offers PIPELINING (RFC 2920). One that is `hasty` says 354 to DATA though
    nobody may get the letter, as that RFC allows.
    """

    def __init__(
        self,
        answer: Callable[[str, str], str | None] | None = None,
        *,
        port: int = 0,
        keep: bool = True,
        smtputf8: bool = True,
        pipelining: bool = True,
        hasty: bool = False,
        greeting: str = "220 sink ready",
    ) -> None:
        self.answer = answer or (lambda stage, said: None)
        self.port, self.keep, self.greeting, self.hasty = port, keep, greeting, hasty
        offers = {"PIPELINING": pipelining, "8BITMIME": True, "SMTPUTF8": smtputf8}
        self.features = ["SIZE 20000000", *(name for name, given in offers.items() if given)]
        self.taken: Counter[str] = Counter()
        self.letters: list[tuple[str, str, bytes]] = []
        self.groups: list[str] = []
        self.lines = 0
        self.first = self.last = 0.0  # when letters were taken
        self.loop = asyncio.new_event_loop()
        self.talks: set[Talk] = set()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)

    # --- In a thread -----------------------------------------------------------

    def __enter__(self) -> Self:
        self.thread.start()
        asyncio.run_coroutine_threadsafe(self.open(), self.loop).result(10)
        return self

    def __exit__(self, *problem: object) -> None:
        asyncio.run_coroutine_threadsafe(self.close(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        self.server = await loop.create_server(lambda: Talk(self), "127.0.0.1", self.port)
        self.port = self.server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        self.server.close()
        for talk in list(self.talks):
            talk.transport.abort()
        await asyncio.sleep(0)  # the lines are closed in the loop's next turn

    # --- What is kept ------------------------------------------------------------

    def take(self, sender: str, recipient: str, raw: bytes) -> None:
        self.last = time.monotonic()
        self.first = self.first or self.last
        head = raw.partition(b"\r\n\r\n")[0].lower()
        name = head.partition(b"message-id: ")[2].partition(b"\r\n")[0]
        self.taken[name.decode()] += 1
        if self.keep:
            self.letters.append((sender, recipient, raw))

    def counts(self) -> dict[str, float]:
        return {
            "letters": len(self.taken),
            "twice": self.taken.total() - len(self.taken),
            "lines": self.lines,
            "seconds": self.last - self.first,
        }

    def forget(self) -> None:
        self.taken.clear()
        self.lines = 0
        self.first = self.last = 0.0


class Talk(asyncio.Protocol):
    """One line. What came is answered at once, and all its answers in one packet."""

    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        self.came = bytearray()
        self.answers: list[str] = []
        self.sender = self.recipient = ""
        self.in_data = self.over = self.stalls = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.sink.talks.add(self)
        self.sink.lines += 1
        self.transport.write(f"{self.sink.greeting}\r\n".encode())

    def connection_lost(self, error: Exception | None) -> None:
        self.sink.talks.discard(self)

    def data_received(self, data: bytes) -> None:
        if self.over:
            return
        self.came += data
        if self.sink.keep and not self.in_data:
            self.sink.groups.append(data.decode(errors="replace"))
        while not self.over and self.one():
            pass
        if self.answers:
            self.transport.write("".join(f"{each}\r\n" for each in self.answers).encode())
            self.answers.clear()
        if self.over and not self.stalls:
            self.transport.close()

    def one(self) -> bool:
        """Answer one command, or one letter's data; False where the rest has yet to come."""
        mark = END_OF_DATA if self.in_data else b"\n"
        if self.in_data and self.came.startswith(b".\r\n"):  # a letter of nothing
            mark = b".\r\n"
        end = self.came.find(mark)
        if end < 0:
            return False
        size = end + len(mark)
        piece = bytes(self.came[:size])
        del self.came[:size]
        if self.in_data:
            self.in_data = False
            self.letter(piece[:-3].replace(b"\r\n..", b"\r\n."))
        else:
            self.command(piece.decode(errors="replace").strip())
        return True

    def command(self, said: str) -> None:
        verb = said[:4].upper()
        if verb == "EHLO":
            lines = ["sink", *self.sink.features]
            self.answers += [f"250-{line}" for line in lines[:-1]] + [f"250 {lines[-1]}"]
        elif verb in {"MAIL", "RCPT", "DATA"}:
            if not self.fails(self.sink.answer(verb, said)):
                self.go_on(verb, said.partition("<")[2].partition(">")[0])
        elif verb == "QUIT":
            self.answers.append("221 bye")
            self.over = True
        else:
            self.sender = self.recipient = ""
            self.answers.append("250 ok")

    def go_on(self, verb: str, address: str) -> None:
        if verb == "MAIL" and self.sender:
            self.answers.append("503 5.5.1 one letter at a time")
            return
        if verb == "MAIL":
            self.sender = address
        elif verb == "RCPT" and self.sender:
            self.recipient = address
        elif verb == "RCPT" or not (self.recipient or self.sink.hasty):
            self.answers.append("503 5.5.1 not in this order")
            return
        self.in_data = verb == "DATA"
        self.answers.append("354 go on" if self.in_data else "250 ok")

    def letter(self, raw: bytes) -> None:
        sender, recipient = self.sender, self.recipient
        self.sender = self.recipient = ""
        if not recipient:
            self.answers.append("554 5.5.1 for nobody")
            return
        reply = self.sink.answer("END", recipient)
        if reply in {None, TAKE_AND_DROP}:
            self.sink.take(sender, recipient, raw)
        if not self.fails(reply):
            self.answers.append("250 taken")

    def fails(self, reply: str | None) -> bool:
        """Whether it was failed; a reply of digits is said, and all but a 421 goes on."""
        if reply in {STALL, DROP, TAKE_AND_DROP}:
            self.over = True
            self.stalls = reply == STALL
        elif reply:
            self.answers.append(reply)
            self.over = reply.startswith("421")
        return bool(reply)


class Faults:
    """Which letters fail, and how: every `each`th, at the end of its data. One a letter."""

    def __init__(self) -> None:
        self.fault, self.each, self.seen = "", 1, 0

    def answer(self, stage: str, said: str) -> str | None:
        if stage != "END" or not self.fault:
            return None
        self.seen += 1
        return None if self.seen % self.each else self.fault


async def serve(port: int) -> None:
    """Does what each line of standard input says, answers each with one, and ends with it.

    `closed`, `open`, `fault EACH WHAT`, `well`, `counts` (as JSON), `forget`.
    """
    faults = Faults()
    sink = Sink(faults.answer, port=port, keep=False)
    await sink.open()
    print("ready", flush=True)
    while line := (await asyncio.to_thread(sys.stdin.readline)).strip():
        order, _gap, rest = line.partition(" ")
        if order == "closed":
            await sink.close()
        elif order == "open":
            await sink.open()
        elif order == "fault":
            each, _gap, faults.fault = rest.partition(" ")
            faults.each = int(each)
        elif order == "well":
            faults.fault = ""
        elif order == "forget":
            sink.forget()
        print(json.dumps(sink.counts()), flush=True)
    await sink.close()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
