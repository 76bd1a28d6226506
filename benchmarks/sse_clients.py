"""The listening side of ``sse``, a process of its own: raw sockets, so that reading costs little beside the server.

``python -m benchmarks.sse_clients PORT``. Standard input: one line with ``{name: [path, header, ...]}``; then, each time
it is to be reported, a line with the number of notifications to wait for. Standard output: JSON lines.
"""

from __future__ import annotations

import json
import re
import select
import socket
import sys
import time
import typing as t

from chassis import open_files

OPEN_AT_ONCE = 50
PATIENCE = 120.0
ITEM = re.compile(rb'event: notification\ndata: \{"id":"([0-9a-f-]{36})"')


class Ears:
    """All sockets of this process."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.poll = select.epoll()
        self.sockets: dict[int, socket.socket] = {}
        self.rest: dict[int, bytes] = {}
        self.ready: set[int] = set()
        self.came: dict[str, list[float]] = {}

    def open(self, streams: t.Mapping[str, t.Sequence[str]]) -> None:
        """Connect everybody, some at a time; returns once each was told that it misses nothing from now on."""
        waiting = list(streams.values())
        while waiting:
            some, waiting = waiting[:OPEN_AT_ONCE], waiting[OPEN_AT_ONCE:]
            for path, *headers in some:
                one = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
                lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", "Accept: text/event-stream", *headers, "", ""]
                one.sendall("\r\n".join(lines).encode())
                self.sockets[one.fileno()] = one
                self.rest[one.fileno()] = b""
                self.poll.register(one.fileno(), select.EPOLLIN)
            self._until(lambda: len(self.ready) == len(self.sockets), "streams to be ready")

    def report(self, wanted: int) -> dict[str, list[float]]:
        """What came in since the last report, once there is enough of it."""
        self._until(lambda: len(self.came) >= wanted, f"{wanted} notifications")
        self.read(0.5)  # what comes twice comes about now
        found, self.came = self.came, {}
        return found

    def _until(self, condition: t.Callable[[], bool], what: str) -> None:
        end = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > end:
                raise SystemExit(f"sse: waited in vain for {what}; {len(self.ready)} ready, {len(self.came)} came")
            self.read(0.2)

    def read(self, seconds: float) -> None:
        """Take what is there; a notification has come when its last byte has."""
        for number, _ in self.poll.poll(seconds):
            piece = self.sockets[number].recv(65536)
            if not piece:
                raise SystemExit(f"sse: a stream was closed after {len(self.ready)} were ready: {self.rest[number]!r}")
            now = time.time()
            whole, _, self.rest[number] = (self.rest[number] + piece).rpartition(b"\n\n")
            if b"event: ready" in whole:
                self.ready.add(number)
            for found in ITEM.finditer(whole):
                self.came.setdefault(found[1].decode(), []).append(now)


def main() -> None:
    open_files.take_all()
    ears = Ears(int(sys.argv[1]))
    began = time.monotonic()
    ears.open(json.loads(sys.stdin.readline()))
    print(json.dumps({"seconds": round(time.monotonic() - began, 1)}), flush=True)
    while True:
        while not select.select([sys.stdin], [], [], 0)[0]:
            ears.read(0.2)
        line = sys.stdin.readline()
        if not line:
            return
        print(json.dumps({"came": ears.report(int(line))}), flush=True)


if __name__ == "__main__":
    main()
