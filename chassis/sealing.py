"""The options of a service that seals personal data at rest: its keys, checked at start, and the vault they open."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from chassis.settings import PlatformSettings, option
from chassis.vault import Vault, check_keys, open_vault


@dataclass(frozen=True)
class SealingSettings(PlatformSettings):
    """``service``: whose database decides whether keys are needed."""

    service: t.ClassVar[str]
    data_keys: str = option(
        "",
        "Keys that seal personal data, comma separated, newest first; needed on PostgreSQL, "
        "else a key file is made beside the SQLite database",
        secret=True,
    )
    index_key: str = option(
        "",
        "Key under which sealed numbers are looked up; empty: derived from the oldest data key. Set it to that key's "
        "value before that key goes",
        secret=True,
    )

    def __post_init__(self) -> None:
        """Wrong or missing keys are found before the first message; raises StartError. Makes no file."""
        check_keys(self.data_keys, self.database_for(self.service))

    @property
    def vault(self) -> Vault:
        """Raises StartError without keys on PostgreSQL."""
        return open_vault(self.data_keys, self.index_key, self.database_for(self.service))
