"""All that a platform's databases hold, as text: to prove that something is nowhere any more.

Every table of every service is read, the chassis' own (outbox, dead letters) and those that nobody has written yet
included; what is sealed is opened.
"""

from __future__ import annotations

import typing as t

from sqlalchemy import MetaData, NullPool, create_engine, select

from chassis.vault import Vault
from tests.infrastructure.backends import DATA_KEY, SERVICES, Backend

SEALED = "gAAAA"  # how a Fernet token begins
VAULT = Vault([DATA_KEY])


def where(backend: Backend, *secrets: str) -> set[str]:
    """``service.table.column`` of every place that holds one of these texts, sealed or not."""
    return {
        f"{service}.{table}.{column}"
        for service in SERVICES
        for table, column, text in _texts(backend.database(service))
        if any(secret in text for secret in secrets)
    }


def _texts(url: str) -> t.Iterator[tuple[str, str, str]]:
    engine = create_engine(url, poolclass=NullPool)  # plain: a reader that takes no lock from the services
    try:
        metadata = MetaData()
        with engine.connect() as connection:
            metadata.reflect(connection)
            for table in metadata.sorted_tables:
                for row in connection.execute(select(table)):
                    yield from ((table.name, name, _text(value)) for name, value in row._mapping.items())
    finally:
        engine.dispose()


def _text(value: t.Any) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", "replace")
    text = str(value)
    return t.cast(str, VAULT.open(text)) if text.startswith(SEALED) else text
