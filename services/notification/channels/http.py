"""HTTP for the channels: no redirects, a limit on the answer, and failures told apart by whether anything was sent.

Guarantee of ``guarded``: a connection is made only to the address that was checked, after the name was resolved, so
neither a name that points inside nor one that changes between check and use reaches a private network.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import email.utils
import ipaddress
import socket
import ssl
import typing as t
from collections.abc import Sequence

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NewConnectionError

from services.notification.domain.delivery import Outcome

CONNECT_SECONDS, READ_SECONDS = 5.0, 15.0
MOST_BYTES = 64 * 1024
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class ForbiddenAddress(OSError):
    """A host name leads to an address that nobody outside may make the platform talk to."""


def is_public(text: str, allowed: Sequence[Network] = ()) -> bool:
    """Whether an IP address is a public one, or lies in a network that the operator allows."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if any(address in network for network in allowed if network.version == address.version):
        return True
    return address.is_global and not address.is_multicast and not address.is_reserved


def networks(text: str) -> tuple[Network, ...]:
    """Networks from a comma separated setting; raises ValueError."""
    return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())


def plain() -> requests.Session:
    """A session for addresses that the operator set."""
    return _session(_Adapter())


def guarded(allowed: Sequence[Network] = ()) -> requests.Session:
    """A session for addresses that others set."""
    return _session(_GuardedAdapter(allowed))


def _session(adapter: HTTPAdapter) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    for scheme in ("http://", "https://"):
        session.mount(scheme, adapter)
    return session


def post(session: requests.Session, url: str, **kw: t.Any) -> tuple[int, bytes, t.Mapping[str, str]] | Outcome:
    """POST; returns status, body (its first 64 KiB) and headers, or the Outcome if there was no answer."""
    try:
        with session.post(
            url, timeout=(CONNECT_SECONDS, READ_SECONDS), allow_redirects=False, stream=True, **kw
        ) as answer:
            body = answer.raw.read(MOST_BYTES, decode_content=True) or b""
            return answer.status_code, body, answer.headers
    except requests.exceptions.RequestException as error:
        return _failure(error)
    except OSError as error:
        return Outcome("unknown", type(error).__name__)


def _failure(error: requests.exceptions.RequestException) -> Outcome:
    causes = _causes(error)
    if any(isinstance(cause, ForbiddenAddress) for cause in causes):
        return Outcome("permanent", "the address is not a public one", address_is_bad=True)
    if isinstance(error, requests.exceptions.SSLError):
        return Outcome("temporary", "the certificate or TLS handshake failed")
    never_sent = (requests.exceptions.ConnectTimeout, NewConnectionError, socket.gaierror, ConnectionRefusedError)
    if any(isinstance(cause, never_sent) for cause in causes):
        return Outcome("temporary", "no connection")
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema):
        return Outcome("permanent", "not an HTTP address", address_is_bad=True)
    return Outcome("unknown", f"no answer ({type(error).__name__})")


def _causes(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    waiting: list[t.Any] = [error]
    while waiting and len(found) < 20:
        one = waiting.pop()
        if isinstance(one, BaseException) and one not in found:
            found.append(one)
            waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
    return found


def retry_after(headers: t.Mapping[str, str], now: dt.datetime) -> float | None:
    """Seconds of a Retry-After header, whether it is a number or a date; None where it is missing or nonsense."""
    text = headers.get("Retry-After")
    if text is None:
        return None
    if text.strip().isdigit():
        return float(text)
    with contextlib.suppress(TypeError, ValueError):
        moment = email.utils.parsedate_to_datetime(text)
        return max((moment - now).total_seconds(), 0.0)
    return None


class _Guard:
    """Mixed into urllib3's connections: resolves, checks, and connects to what was checked."""

    allowed: Sequence[Network] = ()
    port: int | None
    timeout: t.Any
    _dns_host: str

    def _new_conn(self) -> socket.socket:
        try:
            found = socket.getaddrinfo(self._dns_host, self.port, type=socket.SOCK_STREAM)
        except socket.gaierror as error:
            raise NewConnectionError(t.cast(t.Any, self), "the name is not known") from error
        if not all(is_public(str(place[0]), self.allowed) for *_, place in found):
            raise ForbiddenAddress("the address is not a public one")
        last: OSError | None = None
        for family, kind, protocol, _, place in found:
            connection = socket.socket(family, kind, protocol)
            try:
                connection.settimeout(self.timeout if isinstance(self.timeout, int | float) else CONNECT_SECONDS)
                connection.connect(place)
                return connection
            except OSError as error:
                connection.close()
                last = error
        raise NewConnectionError(t.cast(t.Any, self), "no connection") from last


class _Adapter(HTTPAdapter):
    """With a TLS context of the running ssl module: urllib3's own class may be older than the patched one."""

    def init_poolmanager(self, *args: t.Any, **kw: t.Any) -> None:
        super().init_poolmanager(*args, ssl_context=ssl.create_default_context(), **kw)


class _GuardedAdapter(HTTPAdapter):
    def __init__(self, allowed: Sequence[Network]) -> None:
        self.allowed = tuple(allowed)
        super().__init__()

    def init_poolmanager(self, *args: t.Any, **kw: t.Any) -> None:
        plain_connection = type("GuardedHTTP", (_Guard, HTTPConnection), {"allowed": self.allowed})
        tls_connection = type("GuardedHTTPS", (_Guard, HTTPSConnection), {"allowed": self.allowed})
        manager = PoolManager(*args, ssl_context=ssl.create_default_context(), **kw)
        manager.pool_classes_by_scheme = {
            "http": type("Pool", (HTTPConnectionPool,), {"ConnectionCls": plain_connection}),
            "https": type("Pool", (HTTPSConnectionPool,), {"ConnectionCls": tls_connection}),
        }
        self.poolmanager = manager
