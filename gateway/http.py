"""The HTTP server inside the gateway's process: eventlet's WSGI server around the Flask app.

Guarantees: ``stop`` takes no new connections, lets the requests under way finish, and only then returns. What cannot be
read as HTTP is answered by a problem document too, stands in no log, and its connection ends.
"""

from __future__ import annotations

import contextlib
import re
import socket
import typing as t
from email import errors

import eventlet
import eventlet.wsgi
import orjson
import structlog

from chassis.errors import StartError
from chassis.ids import new_id
from contracts.problems import PROBLEMS
from gateway.answers import PROBLEM_JSON

log = structlog.get_logger("aidbus.http")
LONGEST_URL = 8192
IDLE_SECONDS = 75.0
#: A line that is no header, such as one with a space before its colon: those after it were not read.
NO_HEADER = (
    errors.FirstHeaderLineIsContinuationDefect,
    errors.InvalidHeaderDefect,
    errors.MisplacedEnvelopeHeaderDefect,
    errors.MissingHeaderBodySeparatorDefect,
)
UNREADABLE = {414: "address-too-long", 431: "headers-too-large"}  # anything else: bad-request


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
                protocol=Protocol,
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


class Lines:
    """The lines of a request's head, with what the parser does not tell of them."""

    def __init__(self, file: t.Any) -> None:
        self._file = file
        self.last = b""
        self.are_broken = False  # a return alone, which one reader takes for the end of a line and another does not

    def readline(self, size: int = -1) -> bytes:
        self.last = t.cast(bytes, self._file.readline(size))
        self.are_broken |= b"\r" in self.last.removesuffix(b"\n").removesuffix(b"\r")
        return self.last


class Protocol(eventlet.wsgi.HttpProtocol):
    """Reads requests; what has no meaning, or two, is refused before the app sees it."""

    rfile: t.Any

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError):  # the caller has gone: nobody is there to be told
            super().handle()

    def parse_request(self) -> bool:
        lines = self.rfile = Lines(self.rfile)  # the caller of this method puts the other one back
        try:
            if not super().parse_request():
                return False
        except (eventlet.wsgi.HeaderLineTooLong, eventlet.wsgi.HeadersTooLarge):
            self.send_error(431)
            return False
        if not lines.last:  # the caller broke off: what did not come may have been what mattered
            self.close_connection = True
            return False
        if lines.are_broken or not _has_one_end(self.headers):
            self.send_error(400)
            return False
        return True

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """A problem document in both languages, for nobody knows yet which one the caller reads."""
        self.close_connection = True
        slug = UNREADABLE.get(code, "bad-request")
        problem = PROBLEMS[slug]
        document = {
            "type": f"/problems/{slug}",
            "title": f"{problem.title_en} · {problem.title_zh}",
            "status": problem.status,
            "detail": f"{problem.detail_en} {problem.detail_zh}",
            "request_id": str(new_id()),
        }
        body = orjson.dumps(document)
        head = (
            f"HTTP/1.1 {problem.status} {problem.title_en}\r\nContent-Type: {PROBLEM_JSON}\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        self.wfile.write(head.encode() + body)
        self.wfile.flush()

    def _read_request_line(self) -> t.Any:
        line = super()._read_request_line()
        if len(line) < LONGEST_URL:
            return line
        self.send_error(414)
        return b""


def _has_one_end(headers: t.Any) -> bool:
    """Whether all readers agree where the request ends, a proxy in front of this server too (RFC 9112, 5.1 and 6.3)."""
    if any(isinstance(defect, NO_HEADER) for defect in headers.defects):
        return False
    lengths = set(headers.get_all("Content-Length", ()))
    codings = [one.strip().lower() for one in headers.get_all("Transfer-Encoding", ())]
    if codings:
        return codings == ["chunked"] and not lengths
    return len(lengths) <= 1 and all(re.fullmatch("[0-9]{1,18}", one) for one in lengths)


def _with_chunks(app: t.Any) -> t.Any:
    """Tell the app that a chunked body ends by itself; it would be taken for empty otherwise."""

    def answer(environ: dict[str, t.Any], start: t.Any) -> t.Any:
        if environ.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked":
            environ["wsgi.input_terminated"] = True
        return app(environ, start)

    return answer
