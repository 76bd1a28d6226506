"""Every message of the bus by its type: who owns it, who hears it, how it is read and written.

Guarantee: what a producer writes was checked by the schema that its consumers read with; a consumer ignores what
it does not know.
"""

from __future__ import annotations

import functools
import typing as t
from contextlib import suppress
from dataclasses import dataclass

from marshmallow import RAISE, Schema, ValidationError

from contracts import assignment, intake, notification, platform, supervision, swift

SERVICES = ("intake", "assignment", "supervision", "notification", "gateway")


@dataclass(frozen=True)
class Contract:
    """One message type. ``heard_by``: the services that have it in their mailboxes."""

    type: str
    kind: t.Literal["command", "event"]
    owner: str
    heard_by: tuple[str, ...]
    reader: Schema
    writer: Schema

    @functools.cached_property
    def write(self) -> swift.Convert | None:
        """What writes a body that is plain and right."""
        return swift.writer(self.writer)

    @property
    def description(self) -> str:
        return (self.reader.__doc__ or "").strip().splitlines()[0]


class UnknownMessage(LookupError):
    """No contract has this type and version."""


class ContractError(ValueError):
    """A body does not fit its contract. ``errors``: field -> what is wrong; values are not repeated."""

    def __init__(self, message_type: str, errors: t.Any) -> None:
        super().__init__(f"{message_type}: {errors}")
        self.message_type = message_type
        self.errors = errors


class Registry:
    """The contracts of one platform, by message type."""

    def __init__(self, contracts: t.Iterable[Contract], services: tuple[str, ...] = SERVICES) -> None:
        self.contracts = {contract.type: contract for contract in contracts}
        self.services = services

    def __iter__(self) -> t.Iterator[Contract]:
        return iter(self.contracts.values())

    def __getitem__(self, message_type: str) -> Contract:
        try:
            return self.contracts[message_type]
        except KeyError:
            raise UnknownMessage(message_type) from None

    def heard_by(self, service: str) -> tuple[str, ...]:
        """The event types that a service's mailboxes are bound to."""
        return tuple(c.type for c in self if c.kind == "event" and service in c.heard_by)

    def load(self, message_type: str, data: t.Any) -> dict[str, t.Any]:
        """Read a body from the bus into Python values; raises UnknownMessage or ContractError."""
        contract = self[message_type]
        try:
            return t.cast(dict[str, t.Any], contract.reader.load(data))
        except ValidationError as error:
            raise ContractError(message_type, error.normalized_messages()) from None

    def dump(self, message_type: str, data: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        """Write Python values as a body for the bus, strictly: unknown, missing or wrong fields raise ContractError."""
        contract = self[message_type]
        if contract.write is not None and contract.writer.fields.keys() >= data.keys():
            with suppress(swift.NotPlain):
                return t.cast(dict[str, t.Any], contract.write(data))
        unknown = set(data) - set(contract.writer.fields)
        if unknown:
            raise ContractError(message_type, {name: ["Unknown field."] for name in sorted(unknown)})
        try:
            body = t.cast(dict[str, t.Any], contract.writer.dump(data))
        except ValidationError as error:
            raise ContractError(message_type, error.normalized_messages()) from None
        errors = contract.writer.validate(body)
        if errors:
            raise ContractError(message_type, errors)
        return body


def _contracts() -> t.Iterator[Contract]:
    for module in (intake, assignment, supervision, notification, platform):
        owner = module.__name__.rpartition(".")[2]
        for message_type, schema in getattr(module, "COMMANDS", {}).items():
            yield Contract(message_type, "command", owner, (owner,), schema(), schema(unknown=RAISE))
        for message_type, (schema, heard_by) in module.EVENTS.items():
            yield Contract(message_type, "event", owner, heard_by, schema(), schema(unknown=RAISE))


REGISTRY = Registry(_contracts())
