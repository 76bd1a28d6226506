"""A TCP proxy that a test can break: refuse, cut, or fall silent without closing (a half-open socket)."""

from __future__ import annotations

import contextlib
import socket

import eventlet


class Proxy:
    """Forwards a local port to ``host:port``. Use ``port`` in the address given to what is under test.

    ``cut()`` closes every connection and refuses new ones; ``silence()`` keeps connections open and forwards nothing;
    ``restore()`` works again. Runs in greenlets: needs eventlet's monkey patching, as the tests' conftest does it.
    """

    def __init__(self, host: str, port: int) -> None:
        self.target = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._sockets: set[socket.socket] = set()
        self._open = True
        self._flowing = eventlet.Event()
        self._flowing.send(None)
        self._acceptor = eventlet.spawn(self._accept)

    def cut(self) -> None:
        self._open = False
        for each in list(self._sockets):
            with contextlib.suppress(OSError, EOFError):
                each.shutdown(socket.SHUT_RDWR)  # its pump wakes, and closes it
        if not self._flowing.ready():
            self._flowing.send(None)
        eventlet.sleep(0.01)

    def silence(self) -> None:
        self._flowing = eventlet.Event()

    def restore(self) -> None:
        self._open = True
        if not self._flowing.ready():
            self._flowing.send(None)

    def close(self) -> None:
        self.cut()
        self._acceptor.kill()
        self._listener.close()

    def __enter__(self) -> Proxy:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _accept(self) -> None:
        while True:
            incoming, _address = self._listener.accept()
            if not self._open:
                incoming.close()
                continue
            try:
                outgoing = socket.create_connection(self.target, timeout=5)
            except OSError:
                incoming.close()
                continue
            outgoing.settimeout(None)
            self._sockets |= {incoming, outgoing}
            eventlet.spawn(self._pump, incoming, outgoing)
            eventlet.spawn(self._pump, outgoing, incoming)

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError, EOFError):
            while data := source.recv(65536):
                self._flowing.wait()
                target.sendall(data)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)  # wakes the other pump, which alone reads from it and closes it
        self._sockets.discard(source)
        with contextlib.suppress(OSError):
            source.close()
