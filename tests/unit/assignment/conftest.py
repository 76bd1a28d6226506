"""A bench with assignment's handlers on SQLite in memory, and the people of a small network."""

from __future__ import annotations

import typing as t
from uuid import UUID

import pytest
from cryptography.fernet import Fernet

from chassis.database import Database
from chassis.ids import new_id
from chassis.principal import Principal
from chassis.testing import Bench
from contracts.registry import REGISTRY
from services.assignment.handlers import HANDLERS
from services.assignment.models import Base
from services.assignment.settings import AssignmentSettings
from services.assignment.views import VIEWS

KEY = Fernet.generate_key().decode()
CENTER = Principal("center-key", "center_admin", "center", new_id())
AUDITOR = Principal("audit-key", "auditor", "center", new_id())
LIAISON = Principal("liaison-key", "liaison", "womens-federation", new_id(), "fengquan")
OTHER_LIAISON = Principal("other-key", "liaison", "trade-union", new_id())


def lawyer_principal(lawyer: str | UUID) -> Principal:
    return Principal("lawyer-key", "lawyer", "center", UUID(str(lawyer)))


class Office:
    """Assignment as its callers know it: short words for long messages."""

    def __init__(self, database: Database | None = None, **options: t.Any) -> None:
        settings = AssignmentSettings(**{"data_keys": KEY, **options})
        self.bench = Bench("assignment", HANDLERS, VIEWS, Base.metadata, settings, REGISTRY, database=database)
        self.granted = 0

    def do(self, command: str, principal: Principal = CENTER, **data: t.Any) -> dict[str, t.Any]:
        result = self.bench.handle(f"assignment.{command}.v1", data, principal=principal)
        assert result is not None
        return result

    def ask(self, view: str, principal: Principal = CENTER, **params: t.Any) -> dict[str, t.Any]:
        return self.bench.query(f"assignment.{view}", params, principal)

    def said(self, event: str) -> list[dict[str, t.Any]]:
        return self.bench.said(f"assignment.{event}.v1")

    def organization(self, code: str = "womens-federation", *, auto_assign: bool = False) -> None:
        data = {"code": code, "name": "妇女联合会", "kind": "womens_federation", "auto_assign": auto_assign}
        self.bench.handle("intake.organization_registered.v1", data)

    def station(self, code: str = "fengquan", organization: str = "womens-federation") -> None:
        names = {"organization": organization, "code": code, "name": "法律援助工作站"}
        place = {"level": "district", "district": "凤泉区"}
        self.bench.handle("intake.station_registered.v1", {**names, **place}, organization=organization)

    def firm(self, name: str = "正义律师事务所", district: str = "凤泉区") -> str:
        return t.cast(str, self.do("register_firm", name=name, district=district)["id"])

    def lawyer(self, firm: str, name: str, years: int = 5, matter: str = "marriage_family", **more: t.Any) -> str:
        data = {"firm": firm, "name": name, "licence": f"L-{new_id()}", **more}
        data.setdefault("specialties", [{"matter": matter, "years": years}])
        return t.cast(str, self.do("register_lawyer", **data)["id"])

    def grant(self, aided: str = "马某", against: str = "王某", **more: t.Any) -> dict[str, t.Any]:
        """Grant an application and return its case as the center sees it."""
        event = self.grant_event(aided, against, **more)
        self.bench.handle("intake.application_granted.v1", event, organization=event["organization"])
        (item,) = self.ask("cases", application=event["application"])["items"]
        return self.ask("case", case=item["id"])

    def grant_event(self, aided: str = "马某", against: str = "王某", **more: t.Any) -> dict[str, t.Any]:
        self.granted += 1
        return {
            "application": new_id(),
            "application_number": f"A2026-{self.granted:05d}",
            "organization": "womens-federation",
            "station": "fengquan",
            "recipient_group": "woman",
            "form_of_aid": "civil_litigation",
            "matter": "marriage_family",
            "granted_at": self.bench.clock.now(),
            "urgency": "normal",
            "district": "凤泉区",
            "facts": ["abandoned"],
            "parties": [
                {"side": "aided", "name": aided, "kind": "person"},
                {"side": "opposing", "name": against, "kind": "person"},
            ],
            **more,
        }

    def case(self, case: dict[str, t.Any] | str) -> dict[str, t.Any]:
        return self.ask("case", case=case if isinstance(case, str) else case["id"])

    def assigned(self, lawyer: str, **more: t.Any) -> dict[str, t.Any]:
        """A granted case that the lawyer has accepted."""
        case = self.grant(**more)
        offer = self.do("offer_case", case=case["id"], lawyer=lawyer, reason="熟悉案情")
        self.do("answer_offer", lawyer_principal(lawyer), offer=offer["id"], answer="accept")
        return self.case(case)

    def ended(self, lawyer: str, **more: t.Any) -> dict[str, t.Any]:
        """A case of the lawyer that has ended with 300.00 yuan recovered."""
        case = self.assigned(lawyer, **more)
        self.do("record_retainer", case=case["id"])
        self.do("end_case", case=case["id"], outcome="won", amounts=[{"kind": "pay", "fen": 30000}])
        return self.case(case)

    def filed(self, lawyer: str, **more: t.Any) -> dict[str, t.Any]:
        """A case of the lawyer whose closing file is with the center."""
        case = self.ended(lawyer, **more)
        documents = [{"kind": "judgment", "title": "民事判决书"}]
        self.do("submit_closing_file", case=case["id"], summary="办结", documents=documents)
        return self.case(case)

    def overdue(self, offer: str) -> None:
        """The clock's word that an offer was not answered in time."""
        now = self.bench.clock.now()
        data = {
            "task": new_id(),
            "kind": "answer_offer",
            "subject": offer,
            "organization": "womens-federation",
            "due_at": now.isoformat(),
            "due_on": now.date().isoformat(),
            "fired_at": now.isoformat(),
            "late_seconds": 0,
            "recipients": [],
        }
        self.bench.handle("supervision.deadline_overdue.v1", data, organization="womens-federation")


@pytest.fixture
def office() -> Office:
    """An empty network with the women's federation."""
    network = Office()
    network.organization()
    return network
