"""Local servers that speak the protocols of the channels, failures included. They know nothing of the product."""

from __future__ import annotations

import base64
import datetime as dt
import ipaddress
import socketserver
import ssl
import threading
import typing as t
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlparse

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


@dataclass
class Request:
    """One HTTP request as it came."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass
class Web:
    """An HTTP server: keeps requests, answers by ``answer``, which a test sets."""

    url: str = ""
    requests: list[Request] = field(default_factory=list)
    answer: t.Callable[[Request], tuple[int, dict[str, str], bytes]] = lambda request: (200, {}, b"{}")


@contextmanager
def web(certificate: tuple[Path, Path] | None = None) -> Iterator[Web]:
    """Run an HTTP (or, with a certificate, HTTPS) server on a free port of 127.0.0.1."""
    state = Web()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            url = urlparse(self.path)
            query = {name: values[0] for name, values in parse_qs(url.query, keep_blank_values=True).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(url.path, query, headers, body)
            state.requests.append(request)
            status, more, content = state.answer(request)
            if status == 0:  # hang up without an answer
                self.close_connection = True
                self.connection.close()
                return
            self.send_response(status)
            for name, value in {**more, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: t.Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: t.Any, client_address: t.Any) -> None:
            pass  # a client that does not trust us hangs up

    server = Server(("127.0.0.1", 0), Handler)
    scheme = "http"
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        scheme = "https"
    state.url = f"{scheme}://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True, args=(0.05,)).start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Mailbox:
    """A mail server: keeps messages, and refuses as a test says."""

    port: int = 0
    user: str = "aid"
    password: str = "secret"
    security: str = "starttls"
    messages: list[tuple[str, str, str]] = field(default_factory=list)
    refuse_recipient: str = ""
    refuse_data: str = ""
    greeting: str = "220 mail.example ESMTP"
    drop_after_data: bool = False
    answers: dict[str, str] = field(default_factory=dict)  # verb -> what is said to it instead
    logins: list[str] = field(default_factory=list)
    was_encrypted: list[bool] = field(default_factory=list)


@contextmanager
def mail(certificate: tuple[Path, Path], security: str = "starttls") -> Iterator[Mailbox]:
    """Run a mail server (ESMTP with STARTTLS or TLS, AUTH PLAIN and LOGIN) on a free port of 127.0.0.1."""
    state = Mailbox(security=security)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)

    class Session(socketserver.StreamRequestHandler):
        encrypted = False
        authenticated = False
        sender = recipient = ""

        def handle(self) -> None:
            if security == "tls":
                self.encrypt()
            self.say(state.greeting)
            while state.greeting.startswith("2"):
                line = self.rfile.readline().decode().strip()
                if not line or not self.obey(line):
                    return

        def obey(self, line: str) -> bool:
            verb, _, rest = line.partition(" ")
            if verb.lower() in state.answers:
                self.say(state.answers[verb.lower()])
                return True
            act = getattr(self, f"on_{verb.lower()}", None)
            if act is None:
                self.say("502 not known")
                return True
            return bool(act(rest) is not False)

        def on_ehlo(self, _rest: str) -> None:
            offers = ["mail.example"]
            if security == "starttls" and not self.encrypted:
                offers.append("STARTTLS")
            else:
                offers.append("AUTH PLAIN LOGIN")
            for number, offer in enumerate(offers):
                self.say(f"250{' ' if number == len(offers) - 1 else '-'}{offer}")

        def on_starttls(self, _rest: str) -> None:
            self.say("220 go")
            self.encrypt()

        def on_auth(self, rest: str) -> None:
            way, _, given = rest.partition(" ")
            if way == "LOGIN":
                user = base64.b64decode(given).decode()
                self.say("334 UGFzc3dvcmQ6")
                password = base64.b64decode(self.rfile.readline()).decode()
            else:
                _, user, password = base64.b64decode(given).decode().split("\0")
            self.authenticated = (user, password) == (state.user, state.password)
            state.logins.append(user)
            self.say("235 welcome" if self.authenticated else "535 wrong login")

        def on_mail(self, rest: str) -> None:
            self.sender = rest.partition("<")[2].partition(">")[0]
            self.say("250 ok" if self.authenticated else "530 log in first")

        def on_rcpt(self, rest: str) -> None:
            self.recipient = rest.partition("<")[2].partition(">")[0]
            self.say(state.refuse_recipient or "250 ok")

        def on_data(self, _rest: str) -> bool:
            if state.refuse_data:
                self.say(state.refuse_data)
                return True
            self.say("354 go on")
            lines = []
            while (line := self.rfile.readline().decode("utf-8")) not in (".\r\n", ""):
                lines.append(line)
            state.messages.append((self.sender, self.recipient, "".join(lines)))
            state.was_encrypted.append(self.encrypted)
            if state.drop_after_data:
                return False
            self.say("250 queued")
            return True

        def on_rset(self, _rest: str) -> None:
            self.say("250 ok")

        def on_quit(self, _rest: str) -> bool:
            self.say("221 bye")
            return False

        def encrypt(self) -> None:
            self.connection = context.wrap_socket(self.connection, server_side=True)
            self.request = self.connection
            self.rfile = self.connection.makefile("rb", -1)
            self.wfile = self.connection.makefile("wb", 0)
            self.encrypted = True

        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

        def finish(self) -> None:
            self.request.close()

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

        def handle_error(self, request: t.Any, client_address: t.Any) -> None:
            pass

    server = Server(("127.0.0.1", 0), Session)
    state.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True, args=(0.05,)).start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 and localhost that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = (folder / "certificate.pem", folder / "key.pem")
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    paths[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return paths
