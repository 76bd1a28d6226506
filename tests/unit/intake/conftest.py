"""A bench with intake's handlers on SQLite in memory, and the people of a small network."""

from __future__ import annotations

import typing as t
from uuid import UUID

import pytest
from cryptography.fernet import Fernet
from stdnum.cn import ric

from chassis.database import Database
from chassis.ids import new_id
from chassis.principal import Principal
from chassis.testing import Bench
from contracts import intake as contract
from contracts.registry import REGISTRY
from services.intake.handlers import HANDLERS
from services.intake.models import Base
from services.intake.settings import IntakeSettings
from services.intake.views import VIEWS

CENTER = Principal("center-key", "center_admin", "center", new_id())
STAFF = Principal("staff-key", "center_staff", "center", new_id())
AUDITOR = Principal("audit-key", "auditor", "center", new_id())
LIAISON = Principal("liaison-key", "liaison", "womens-federation", new_id())
BOUND = Principal("bound-key", "liaison", "womens-federation", new_id(), "fengquan")
OTHER = Principal("other-key", "liaison", "trade-union", new_id())
LAWYER = Principal("lawyer-key", "lawyer", "center", new_id())
KEY = Fernet.generate_key().decode()


def identity_number(sequence: int = 2, born: str = "19700101", place: str = "410704") -> str:
    """A valid number; an even sequence is a woman's."""
    base = f"{place}{born}{sequence:03d}"
    return str(base + ric.calc_check_digit(base + "0"))


MA = identity_number(2)


class Desk:
    """Intake as its callers know it: short words for long messages."""

    def __init__(self, database: Database | None = None, **settings: t.Any) -> None:
        options = IntakeSettings(**{"data_keys": KEY, **settings})
        self.bench = Bench("intake", HANDLERS, VIEWS, Base.metadata, options, REGISTRY, database=database)

    def do(self, command: str, principal: Principal = CENTER, **data: t.Any) -> dict[str, t.Any]:
        message = f"intake.{command}.v1"
        result = self.bench.handle(message, data, organization=principal.organization, principal=principal)
        assert result is not None
        return result

    def ask(self, view: str, principal: Principal = CENTER, **params: t.Any) -> dict[str, t.Any]:
        """The answer of a query, held against its contract."""
        asked, answered = contract.QUERIES[f"intake.{view}"]
        result = self.bench.query(f"intake.{view}", t.cast(t.Any, asked()).load(params), principal)
        assert answered(unknown="raise").validate(result) == {}
        return result

    def said(self, event: str) -> list[dict[str, t.Any]]:
        return self.bench.said(f"intake.{event}.v1")

    def mailboxes(self, event: str) -> list[str]:
        """Through whose mailbox each of these events went."""
        return [organization for kind, organization, _ in self.bench.emitted if kind == f"intake.{event}.v1"]

    def network(self) -> None:
        """Two organizations with a station each, and one at the center."""
        for code, kind in (("womens-federation", "womens_federation"), ("trade-union", "trade_union")):
            self.do("register_organization", code=code, name=kind, kind=kind)
        for organization, code in (
            ("womens-federation", "fengquan"),
            ("womens-federation", "hongqi"),
            ("trade-union", "muye"),
            ("center", "hall"),
        ):
            self.do(
                "register_station",
                organization=organization,
                code=code,
                name=code,
                level="district",
                district="凤泉区",
            )

    def file(self, principal: Principal = LIAISON, **changes: t.Any) -> dict[str, t.Any]:
        """Ma's application, with changes."""
        applicant = {
            "name": "马某",
            "identity_number": MA,
            "phone": "13900000000",
            "address": "凤泉区某村",
            **changes.pop("applicant", {}),
        }
        data = {
            "station": "fengquan",
            "applicant": applicant,
            "recipient_group": "woman",
            "matter": "marriage_family",
            "statement": "丈夫遗弃，请求离婚",
            "opposing_parties": [{"name": "王某"}],
            "facts": ["abandoned"],
            **changes,
        }
        return self.do("file_application", principal, **data)

    def see(self, application: str | UUID, principal: Principal = CENTER) -> dict[str, t.Any]:
        return self.ask("application", principal, application=str(application))


@pytest.fixture
def desk() -> Desk:
    """Intake with a small network."""
    made = Desk()
    made.network()
    return made
