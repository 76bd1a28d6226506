"""The gateway's options."""

from __future__ import annotations

from dataclasses import dataclass

from limits import parse

from chassis import signing
from chassis.settings import PlatformSettings, between, not_blank, option

SHORTEST_PEPPER = 32  # characters


def _rate(value: str) -> str | None:
    try:
        parse(value)
    except ValueError:
        return "must be a rate such as 6000/minute"
    return None


def _papers(folder: str) -> str | None:
    from gateway.papers.shelf import BadTemplate, check

    try:
        if folder:
            check(folder)
    except BadTemplate as error:
        return f"holds a template that cannot be used: {error}"
    return None


@dataclass(frozen=True)
class GatewaySettings(PlatformSettings):
    """What the front door needs to know beside the platform's options."""

    host: str = option("127.0.0.1", "Address on which the gateway listens", check=not_blank)
    port: int = option(8000, "Port on which the gateway listens; 0: any free one", check=between(0, 65535))
    share_port: bool = option(False, "Let several gateway processes listen on the same port (set by --workers)")
    max_wait: float = option(30.0, "Most seconds that 'Prefer: wait' is granted", check=between(0, 300))
    body_limit: int = option(256 * 1024, "Largest request body in bytes", check=between(1024, 1024 * 1024))
    idempotency_days: int = option(
        7, "How long finished commands and their idempotency keys are kept", check=between(1, 400)
    )
    rate_limit: str = option("6000/minute", "Requests that one API key may send", check=_rate)
    hotline_limit: str = option(
        "30/hour", "Complaints that one address may bring through the door that needs no key", check=_rate
    )
    pepper: str = option("", "Secret that API keys are hashed with; changing it makes every key unknown", secret=True)
    link_keys: str = option(
        "",
        "Keys that sign links by which people answer, comma separated, newest first, the same for notification; "
        "empty: a key file beside SQLite, no such links on PostgreSQL",
        secret=True,
        check=signing.check_keys,
    )
    http_connections: int = option(500, "Connections that are served at the same time", check=between(1, 100_000))
    stream_listeners: int = option(
        3000,
        "Live streams that one process serves beside other connections",
        check=between(0, 100_000),
    )
    streams_per_key: int = option(
        10, "Live streams that one API key may have open in one process", check=between(1, 1000)
    )
    stream_heartbeat_seconds: float = option(
        15.0, "How often a silent stream says that it is alive", check=between(0.05, 300)
    )
    stream_check_seconds: float = option(
        5.0, "How soon the streams of a revoked key are closed", check=between(0.05, 300)
    )
    papers: str = option(
        "",
        "Folder with the center's own templates of official papers and words of the report; empty: the shipped ones",
        check=_papers,
    )

    @property
    def weaknesses(self) -> tuple[tuple[str, str, str], ...]:
        """A pepper that can be guessed; none at all is right for trying things out on one machine's files."""
        on_trial = not self.pepper and self.database_url.startswith("sqlite")
        if on_trial or len(self.pepper) >= SHORTEST_PEPPER:
            return ()
        found = (
            f"{len(self.pepper)} characters, fewer than {SHORTEST_PEPPER}: whoever guesses it can write keys of their "
            "own into the gateway's database"
        )
        todo = (
            "set 32 random bytes (`python3 -c 'import secrets; print(secrets.token_hex(32))'`), start the gateway "
            "again, and make all keys (`aidbus keys create`) and calendar addresses anew: the old ones are unknown then"
        )
        return (("AIDBUS_PEPPER", found, todo),)

    @property
    def link_ring(self) -> tuple[str, ...]:
        """The keys of answer links, newest first; none: no link is read."""
        return signing.ring(self.link_keys, self.database_url, self.var)
