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


def serve(process: Process, port: int, host: str = "127.0.0.1") -> None:
    """Serve the addresses in the background; raises StartError when the port is taken."""
    try:
        listener = eventlet.listen((host, port))
    except OSError:
        raise StartError(f"port {port} on {host} is taken; choose another with AIDBUS_HEALTH_PORT") from None
    eventlet.spawn(eventlet.wsgi.server, listener, application(process), log_output=False)
