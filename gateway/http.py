"""The HTTP server inside the gateway's process: eventlet's WSGI server around the Flask app.

Guarantee: ``stop`` takes no new connections, lets the requests under way finish, and only then returns.
"""

from __future__ import annotations

import socket
import typing as t

import eventlet
import eventlet.wsgi
import structlog

from chassis.errors import StartError

log = structlog.get_logger("aidbus.http")
LONGEST_URL = 8192
IDLE_SECONDS = 75.0


class HttpServer:
    """Listens from the moment it is made, so that a taken port is known before anything else starts."""

    def __init__(self, host: str, port: int, connections: int, *, share_port: bool = False) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            self._socket = eventlet.listen((host, port), family, backlog=256, reuse_port=share_port)
        except OSError as error:
            what = f"cannot listen on {host}:{port}: {error.strerror or error}"
            raise StartError(f"{what}; stop what runs there or set AIDBUS_PORT") from None
        self.host, self.port = host, int(self._socket.getsockname()[1])
        self._connections = connections
        self._pool = eventlet.GreenPool(connections)
        self._thread: t.Any = None

    def serve(self, app: t.Any) -> None:
        """Serve the app until ``stop``; returns when the last request is answered."""
        self._thread = eventlet.getcurrent()
        try:
            eventlet.wsgi.server(
                self._socket,
                _with_chunks(app),
                custom_pool=self._pool,
                log_output=False,
                debug=False,
                url_length_limit=LONGEST_URL,
                socket_timeout=IDLE_SECONDS,
            )
        except eventlet.greenlet.GreenletExit:
            log.info("http server stopped", port=self.port)

    def stop(self, seconds: float) -> None:
        """Stop listening and wait up to ``seconds`` for the requests under way."""
        if self._thread is not None and not self._thread.dead:
            eventlet.kill(self._thread)
        with eventlet.Timeout(seconds, False):
            self._pool.waitall()
        self._socket.close()


def _with_chunks(app: t.Any) -> t.Any:
    """Tell the app that a chunked body ends by itself; it would be taken for empty otherwise."""

    def answer(environ: dict[str, t.Any], start: t.Any) -> t.Any:
        if environ.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked":
            environ["wsgi.input_terminated"] = True
        return app(environ, start)

    return answer
