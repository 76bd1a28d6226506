"""Signed values for addresses that people click: nobody can make or change one, and the keys can be changed.

Guarantee: a value signed under any key of the ring is read; new ones are signed under the newest. The ring is the
same in every process: an option, or on a machine with SQLite a file that only its owner reads.
"""

from __future__ import annotations

import base64
import os
import secrets
import typing as t
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import orjson
from itsdangerous import BadSignature, Signer

from chassis.errors import StartError

SHORTEST_KEY = 24
HOW = "make one with: python -c 'import secrets; print(secrets.token_urlsafe(32))'"


class Seal:
    """Signs and reads small JSON values. ``purpose`` keeps a value of one use from being taken for another's."""

    def __init__(self, keys: t.Sequence[str], purpose: str) -> None:
        self._signer = Signer(
            list(reversed(keys)), salt=f"aidbus {purpose}", key_derivation="hmac", digest_method=sha256
        )

    def __repr__(self) -> str:
        return "<Seal>"

    def sign(self, value: t.Any) -> str:
        """The value as URL-safe text with its signature."""
        text = base64.urlsafe_b64encode(orjson.dumps(value)).rstrip(b"=")
        return self._signer.sign(text).decode()

    def read(self, text: str) -> t.Any:
        """The value of a signed text; raises ValueError for one that was not signed here. Its text is not repeated."""
        try:
            body = self._signer.unsign(text.encode("ascii", "replace"))
            return orjson.loads(base64.urlsafe_b64decode(body + b"=" * (-len(body) % 4)))
        except (BadSignature, ValueError):
            raise ValueError("not signed here") from None


def check_keys(value: str) -> str | None:
    """For options: what is wrong with a list of keys."""
    short = any(len(key) < SHORTEST_KEY for key in split_keys(value))
    return f"must hold keys of {SHORTEST_KEY} characters at least, comma separated; {HOW}" if short else None


def split_keys(value: str) -> list[str]:
    return [key.strip() for key in value.split(",") if key.strip()]


@lru_cache(maxsize=16)
def ring(option: str, database_url: str, folder: str) -> tuple[str, ...]:
    """The keys, newest first. Without the option: those of the key file of a machine with SQLite, else none."""
    if keys := split_keys(option):
        return tuple(keys)
    return (_key_file(Path(folder) / "links.key"),) if database_url.startswith("sqlite") else ()


def _key_file(file: Path) -> str:
    """The key in a file that only its owner reads; made on first use, by one process alone."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        draft = file.with_name(f"{file.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            stream.write(secrets.token_urlsafe(32))
            stream.flush()
            os.fsync(stream.fileno())
        try:
            os.link(draft, file)  # fails if another process was first: the file is never half written
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    key = file.read_text().strip()
    if len(key) < SHORTEST_KEY:
        raise StartError(f"{file} holds no key; {HOW}")
    return key
