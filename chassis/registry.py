"""What the chassis needs to know of contracts: nothing but this."""

from __future__ import annotations

import typing as t


class ContractLike(t.Protocol):
    """One message type."""

    @property
    def kind(self) -> t.Literal["command", "event"]: ...

    @property
    def owner(self) -> str: ...


class Contracts(t.Protocol):
    """The registry of message types. ``load`` and ``dump`` raise LookupError (unknown) or ValueError (does not fit)."""

    services: tuple[str, ...]

    def __getitem__(self, message_type: str) -> ContractLike: ...

    def heard_by(self, service: str) -> tuple[str, ...]: ...

    def load(self, message_type: str, data: t.Any) -> dict[str, t.Any]: ...

    def dump(self, message_type: str, data: t.Mapping[str, t.Any]) -> dict[str, t.Any]: ...
