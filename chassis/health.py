"""Health of a process without the gateway: /livez, /readyz and /metrics on a port of its own."""

from __future__ import annotations

import typing as t

import eventlet
import eventlet.wsgi
import orjson

from chassis import metrics
from chassis.errors import StartError
from chassis.platform import Process


def report(process: Process) -> tuple[bool, dict[str, t.Any]]:
    """Whether the process can do its work, and the state of each of its services.

    A broker that is away makes it degraded, not unready: what arrives is kept in the outbox.
    """
    services = {name: platform.health() for name, platform in process.platforms.items()}
    ready = bool(services) and all(service["database"] for service in services.values())
    whole = ready and all(service["broker"] for service in services.values())
    return ready, {"status": "ready" if whole else "degraded" if ready else "unready", "services": services}


def application(process: Process) -> t.Callable[..., t.Iterable[bytes]]:
    """A WSGI application with the three addresses."""

    def answer(environ: dict[str, t.Any], start: t.Callable[..., t.Any]) -> t.Iterable[bytes]:
        path = environ.get("PATH_INFO")
        kind, status, body = "application/json", "200 OK", b'{"status":"alive"}'
        if path == "/metrics":
            kind, body = "text/plain; version=0.0.4", metrics.render()
        elif path == "/readyz":
            ready, state = report(process)
            status, body = ("200 OK" if ready else "503 Service Unavailable"), orjson.dumps(state)
        elif path != "/livez":
            status, body = "404 Not Found", b'{"status":"not found"}'
        start(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
        return [body]

    return answer


def listen(port: int, host: str = "127.0.0.1") -> t.Any:
    """A socket that listens; raises StartError when the port is taken."""
    try:
        return eventlet.listen((host, port))
    except OSError as error:
        what = f"cannot listen on {host}:{port} for the health of this process: {error.strerror or error}"
        raise StartError(f"{what}; stop what runs there or choose another with AIDBUS_HEALTH_PORT") from None


def serve(process: Process, port: int) -> None:
    """Serve the addresses in the background; raises StartError when the port is taken."""
    eventlet.spawn(eventlet.wsgi.server, listen(port), application(process), log_output=False)
