"""Who asks: the caller as the gateway knew it, carried with every command and query."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from uuid import UUID

NETWORK_WIDE = frozenset({"center_admin", "center_staff", "auditor"})


@dataclass(frozen=True)
class Principal:
    """A caller. ``organization`` comes from the credential, never from a body."""

    key: str
    role: str
    organization: str
    person: UUID | None = None
    station: str | None = None

    @property
    def sees_all(self) -> bool:
        """Whether the role reads every organization of the network (center and auditors)."""
        return self.role in NETWORK_WIDE

    @property
    def is_center(self) -> bool:
        return self.role in ("center_admin", "center_staff")

    def may_see(self, organization: str | None, station: str | None = None) -> bool:
        """Whether a row of this organization (and station) is in sight; a lawyer's rows are checked by person."""
        if self.sees_all:
            return True
        if self.role == "lawyer" or organization != self.organization:
            return False
        return self.station is None or station is None or station == self.station

    def as_trace(self) -> dict[str, t.Any]:
        """The columns of an audit trail that say who it was."""
        return {
            "by_key": self.key,
            "by_role": self.role,
            "by_organization": self.organization,
            "by_person": self.person,
        }

    def as_dict(self) -> dict[str, t.Any]:
        person = str(self.person) if self.person else None
        return {
            "key": self.key,
            "role": self.role,
            "organization": self.organization,
            "person": person,
            "station": self.station,
        }

    @classmethod
    def from_dict(cls, data: t.Mapping[str, t.Any]) -> Principal:
        person = data.get("person")
        return cls(
            key=data["key"],
            role=data["role"],
            organization=data["organization"],
            person=UUID(person) if person else None,
            station=data.get("station"),
        )
