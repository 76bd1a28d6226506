"""Personal data at rest: sealed with keys that can be rotated, found again by a keyed hash.

Guarantee: a copy of the database alone shows neither identity numbers, phones, addresses nor statements, and an
identity number cannot be guessed from its hash without the key. Secrets are never printed.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import typing as t
from functools import lru_cache
from pathlib import Path

import orjson
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from chassis.errors import StartError

HOW = 'make one with: python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'


class Vault:
    """Seals with the newest key, opens with any. ``keys``: Fernet keys, newest first.

    ``index_key`` finds people by their identity number; if empty it is derived from the oldest key, which must then
    stay in the list.
    """

    def __init__(self, keys: t.Sequence[str], index_key: str = "") -> None:
        try:
            rings = [Fernet(key) for key in keys]
        except ValueError:
            raise StartError(f"AIDBUS_DATA_KEYS: each key is 32 random bytes in URL-safe base64; {HOW}") from None
        self._newest, self._fernet = rings[0], MultiFernet(rings)
        material = index_key or keys[-1]
        self._index_key = hmac.digest(material.encode(), b"aidbus blind index", "sha256")

    def __repr__(self) -> str:
        return "<Vault>"

    def seal(self, text: str | None) -> str | None:
        """Encrypt; the same text looks different each time. None stays None."""
        return None if text is None else self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str | None) -> str | None:
        """Decrypt; raises LostKey when none of the keys fits."""
        if sealed is None:
            return None
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise LostKey from None

    def seal_json(self, value: t.Any) -> str:
        return t.cast(str, self.seal(orjson.dumps(value).decode()))

    def open_json(self, sealed: str) -> t.Any:
        return orjson.loads(t.cast(str, self.open(sealed)))

    def seal_bytes(self, content: bytes) -> bytes:
        return self._fernet.encrypt(content)

    def open_bytes(self, sealed: bytes) -> bytes:
        """Decrypt; raises LostKey when none of the keys fits."""
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken:
            raise LostKey from None

    def is_newest(self, sealed: str | bytes) -> bool:
        """Whether the newest key sealed this."""
        try:
            self._newest.decrypt(sealed)
        except InvalidToken:
            return False
        return True

    def rotate(self, sealed: str) -> str:
        """The same content under the newest key."""
        try:
            return self._fernet.rotate(sealed.encode()).decode()
        except InvalidToken:
            raise LostKey from None

    def index(self, identity_number: str) -> str:
        """The keyed hash by which an identity number is looked up: 64 hexadecimal digits."""
        return hmac.new(self._index_key, identity_number.upper().encode(), hashlib.sha256).hexdigest()


class LostKey(Exception):
    """Stored data was sealed with a key that is no longer in AIDBUS_DATA_KEYS."""

    def __init__(self) -> None:
        super().__init__(
            "stored data cannot be opened with the present AIDBUS_DATA_KEYS; add the former key at the end"
        )


def check_keys(data_keys: str, database: str) -> list[str]:
    """The keys of the option, newest first; raises StartError for a wrong one, and for none on PostgreSQL."""
    keys = [key.strip() for key in data_keys.split(",") if key.strip()]
    if keys:
        Vault(keys)
    elif not database.startswith("sqlite"):
        raise StartError(f"AIDBUS_DATA_KEYS is not set: personal data on PostgreSQL needs a key; {HOW}")
    return keys


@lru_cache(maxsize=16)
def open_vault(data_keys: str, index_key: str, database: str) -> Vault:
    """The vault of a process. Without keys: a key file beside an SQLite database; on PostgreSQL a StartError."""
    keys = check_keys(data_keys, database)
    if keys:
        return Vault(keys, index_key)
    file = key_file(database)
    return Vault([_key_in(file) if file else Fernet.generate_key().decode()], index_key)


def key_file(database: str) -> Path | None:
    """Where the key of an SQLite file lies that is sealed without AIDBUS_DATA_KEYS; None: it is no file."""
    path = database.partition(":///")[2].partition("?")[0]
    is_file = database.startswith("sqlite") and path not in ("", ":memory:")
    return Path(path).with_suffix(".key") if is_file else None


def _key_in(file: Path) -> str:
    """The key in a file that only its owner reads; made on first use, by one process alone."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(Fernet.generate_key().decode())
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(draft, file)  # fails if another process was first: the file is never half written
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return file.read_text().strip()
