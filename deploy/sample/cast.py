"""Who plays: the people of the sample network that act in the golden case, each with an API key of their own."""

from __future__ import annotations

import time
import typing as t
from dataclasses import dataclass

from deploy.sample.client import Body, Caller
from deploy.sample.record import Record

MakeKey = t.Callable[..., str]
ADMIN = "administrator"


@dataclass(frozen=True)
class Person:
    """An actor: ``id`` as the network knows them, and what they may call."""

    id: str
    name: str
    caller: Caller

    def mailbox(self, service: str) -> str:
        """Where a command of this person travels: in the mailbox of the caller's own organization."""
        return f"{service}.{self.caller.organization}"


class Cast:
    """Makes keys once and keeps them. ``make_key(role, organization, person, station, label)`` returns a whole key."""

    def __init__(self, url: str, make_key: MakeKey, record: Record, center: str) -> None:
        self.url = url
        self.center = center
        self._make_key = make_key
        self._record = record
        self._staff: list[Body] = []
        self._lawyers: dict[str, Person] = {}

    def administrator(self) -> Caller:
        """The center's administrator, who is nobody's person and registers the network."""
        return self._caller(ADMIN, "center_admin", self.center, None, None)

    def director(self) -> Person:
        return self._member("director", "center_admin", self.center)

    def officer(self) -> Person:
        return self._member("officer", "center_staff", self.center)

    def liaison(self, organization: str, station: str) -> Person:
        return self._member("liaison", "liaison", organization, station)

    def head(self, organization: str) -> Person:
        return self._member("organization_head", "liaison", organization)

    def lawyer(self, lawyer: str) -> Person:
        """The lawyer with this id."""
        if lawyer not in self._lawyers:
            row = next(row for row in self.administrator().all("/v1/lawyers") if row["id"] == lawyer)
            name = _name(row)
            caller = self._caller(f"{name}, lawyer", "lawyer", self.center, lawyer, None)
            self._lawyers[lawyer] = Person(lawyer, name, caller)
        return self._lawyers[lawyer]

    def officers(self) -> list[str]:
        """Ids of the center's officers: the named people who decide."""
        return [row["id"] for row in self._people() if (row["organization"], row["role"]) == (self.center, "officer")]

    def names(self) -> dict[str, str]:
        """Id -> name of the staff."""
        return {row["id"]: _name(row) for row in self._people()}

    def _member(self, post: str, role: str, organization: str, station: str | None = None) -> Person:
        wanted = (organization, post, station)
        found = [row for row in self._people() if (row["organization"], row["role"], row["station"]) == wanted]
        row = min(found, key=lambda one: str(one["name_en"]))
        name, where = _name(row), station or organization
        return Person(row["id"], name, self._caller(f"{name}, {post}, {where}", role, organization, row["id"], station))

    def _people(self) -> list[Body]:
        if not self._staff:
            self._staff = self.administrator().all("/v1/staff")
        return self._staff

    def _caller(self, label: str, role: str, organization: str, person: str | None, station: str | None) -> Caller:
        def make() -> str:
            return self._patiently(lambda: self._make_key(role, organization, person, station, label[:100]))

        return Caller(self.url, self._record.once("keys", label, make), organization)

    @staticmethod
    def _patiently(make: t.Callable[[], str]) -> str:
        """The gateway hears of a new organization a moment later than the network: until then it knows no such key."""
        deadline = time.monotonic() + 20
        while True:
            try:
                return make()
            except ValueError:
                if time.monotonic() >= deadline:
                    raise
                time.sleep(0.2)


def _name(row: Body) -> str:
    return f"{row['name']} {row['name_en']}" if row.get("name_en") else str(row["name"])
