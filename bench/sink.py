"""A mail server that takes letters and forgets them, or fails as it is told.

In a thread, for the tests (`with Sink() as sink`), or as a process of its own for the
bench: `python -m bench.sink 2525` does what it is told on standard input.
"""

import asyncio
import json
import sys
import threading
from collections import Counter
from collections.abc import Callable
from typing import Self

# What the sink does instead of taking a letter.
STALL = "stall"  # says nothing more
DROP = "drop"  # hangs up
TAKE_AND_DROP = "take and drop"  # takes it, and hangs up before it says so


class Sink:
    """`answer(stage, said)` may fail a letter at MAIL, RCPT, DATA or END (of its data).

    It gives a reply of its own (`"550 no"`), one of the faults above, or None to go on.
    `closed` letters are counted by Message-ID in `taken`; `letters` keeps
    (sender, recipient, bytes) unless `keep` is off.
    """

    def __init__(
        self,
        answer: Callable[[str, str], str | None] | None = None,
        *,
        port: int = 0,
        keep: bool = True,
        smtputf8: bool = True,
        greeting: str = "220 sink ready",
    ) -> None:
        self.answer = answer or (lambda stage, said: None)
        self.port, self.keep, self.greeting = port, keep, greeting
        self.features = ["8BITMIME", "SIZE 20000000", *(["SMTPUTF8"] if smtputf8 else [])]
        self.taken: Counter[str] = Counter()
        self.letters: list[tuple[str, str, bytes]] = []
        self.lines = 0
        self.loop = asyncio.new_event_loop()
        self.talks: set[asyncio.Task[None]] = set()
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
        self.server = await asyncio.start_server(self.talk, "127.0.0.1", self.port, limit=1 << 24)
        self.port = self.server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        self.server.close()
        for talk in list(self.talks):
            talk.cancel()
        await asyncio.gather(*self.talks, return_exceptions=True)

    # --- One line --------------------------------------------------------------

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.talks.add(task)
        self.lines += 1
        try:
            await self.converse(reader, writer)
        except (asyncio.CancelledError, ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.talks.discard(task)
            writer.close()

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def say(*lines: str) -> None:
            writer.write("".join(f"{line}\r\n" for line in lines).encode())

        say(self.greeting)
        sender = recipient = ""
        while line := await reader.readline():
            said = line.decode(errors="replace").strip()
            verb = said.partition(" ")[0].upper()
            if verb == "EHLO":
                say(*(f"250-{each}" for each in ["sink", *self.features[:-1]]))
                say(f"250 {self.features[-1]}")
                continue
            if verb in {"MAIL", "RCPT", "DATA"}:
                reply = self.answer(verb, said)
                if await self.fails(reply, say):
                    return
                if reply:
                    continue
            if verb == "MAIL":
                sender = said.partition("<")[2].partition(">")[0]
            elif verb == "RCPT":
                recipient = said.partition("<")[2].partition(">")[0]
            if verb == "QUIT":
                say("221 bye")
                return
            if verb != "DATA":
                say("250 ok")
                continue
            say("354 go on")
            raw = await self.data(reader)
            reply = self.answer("END", recipient)
            if reply != TAKE_AND_DROP and await self.fails(reply, say):
                return
            if reply in {None, TAKE_AND_DROP}:
                self.take(sender, recipient, raw)
            if reply == TAKE_AND_DROP:
                return
            if not reply:
                say("250 taken")

    async def data(self, reader: asyncio.StreamReader) -> bytes:
        raw = await reader.readuntil(b"\r\n.\r\n")
        return raw[:-3].replace(b"\r\n..", b"\r\n.")

    async def fails(self, reply: str | None, say: Callable[[str], None]) -> bool:
        """Whether the talk ends here; a reply of digits is said, and the talk goes on."""
        if reply == STALL:
            await asyncio.Event().wait()
        if reply == DROP:
            return True
        if reply:
            say(reply)
            return reply.startswith("421")
        return False

    def take(self, sender: str, recipient: str, raw: bytes) -> None:
        head = raw.partition(b"\r\n\r\n")[0].lower()
        name = head.partition(b"message-id: ")[2].partition(b"\r\n")[0]
        self.taken[name.decode()] += 1
        if self.keep:
            self.letters.append((sender, recipient, raw))

    def counts(self) -> dict[str, int]:
        return {
            "letters": len(self.taken),
            "twice": sum(times - 1 for times in self.taken.values()),
            "lines": self.lines,
        }


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
            sink.taken.clear()
            sink.lines = 0
        print(json.dumps(sink.counts()), flush=True)
    await sink.close()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
