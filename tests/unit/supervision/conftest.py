"""A network in small: the center with its people, one organization with a station, and an application on its way."""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from cryptography.fernet import Fernet

from chassis.database import Database
from chassis.principal import Principal
from chassis.testing import Bench
from contracts.registry import REGISTRY
from services.supervision import calendars
from services.supervision.handlers import HANDLERS
from services.supervision.models import Base
from services.supervision.scheduler import fire_due
from services.supervision.settings import SupervisionSettings
from services.supervision.views import VIEWS

ZONE = ZoneInfo("Asia/Shanghai")
KEY = Fernet.generate_key().decode()


def local(text: str) -> dt.datetime:
    """A moment as the clock on the wall of the network shows it."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(dt.UTC)


class Network:
    """Says to supervision what the other services would say."""

    def __init__(self, database: Database | None = None) -> None:
        start, settings = local("2026-09-17T10:00"), SupervisionSettings(data_keys=KEY)
        kind = ("supervision", HANDLERS, VIEWS, Base.metadata, settings, REGISTRY)
        self.bench = Bench(*kind, start=start, database=database, seed=calendars.seed)
        self.application, self.case, self.offer, self.lawyer = uuid4(), uuid4(), uuid4(), uuid4()
        self.reference: dict[str, t.Any] = {
            "application": self.application,
            "application_number": "A2026-00001",
            "organization": "womens-federation",
            "station": "fengquan",
            "recipient_group": "woman",
            "form_of_aid": "civil_litigation",
            "matter": "marriage_family",
        }

    @property
    def now(self) -> dt.datetime:
        return self.bench.clock.now()

    def set(self, text: str) -> None:
        """Put the clock to a local moment."""
        self.bench.clock.set(local(text))

    def hear(self, message_type: str, **data: t.Any) -> None:
        """An event in the mailbox of the women's federation."""
        self.bench.handle(message_type, data, organization="womens-federation")

    def people(self) -> dict[str, UUID]:
        """Register the organization, its station and everybody who works there."""
        self.bench.handle(
            "intake.organization_registered.v1",
            {
                "code": "womens-federation",
                "name": "妇女联合会",
                "kind": "womens_federation",
                "superior": "province",
                "auto_assign": False,
            },
        )
        self.hear(
            "intake.station_registered.v1",
            organization="womens-federation",
            code="fengquan",
            name="凤泉站",
            level="district",
            district="Fengquan",
        )
        return {
            "officer": self.person("officer", "center"),
            "director": self.person("director", "center"),
            "liaison": self.person("liaison", "womens-federation", "fengquan"),
            "head": self.person("organization_head", "womens-federation"),
            "superior": self.person("organization_head", "province"),
        }

    def person(self, role: str, organization: str, station: str | None = None) -> UUID:
        """Register one member of staff."""
        person = uuid4()
        data = {"person": person, "organization": organization, "station": station, "name": role, "role": role}
        self.bench.handle("intake.staff_registered.v1", data, organization=organization)
        return person

    def _case(self, **data: t.Any) -> dict[str, t.Any]:
        return {**self.reference, "case": self.case, "case_number": "C2026-00001", **data}

    def receive(self, **more: t.Any) -> None:
        data = {
            "received_at": self.now,
            "urgency": "normal",
            "eligibility": "eligible",
            "reasons": [],
            "duplicates": [],
            **more,
        }
        self.hear("intake.application_received.v1", **self.reference, **data)

    def grant(self, **more: t.Any) -> None:
        party = {"side": "aided", "name": "马", "kind": "person"}
        data = {"granted_at": self.now, "urgency": "normal", "facts": ["abandoned"], "parties": [party], **more}
        self.hear("intake.application_granted.v1", **self.reference, **data)

    def refuse(self) -> None:
        self.hear("intake.application_refused.v1", **self.reference, refused_at=self.now, reasons=["no"])

    def withdraw(self) -> None:
        self.hear("intake.application_withdrawn.v1", **self.reference, withdrawn_at=self.now)

    def request_papers(self, **more: t.Any) -> dt.datetime:
        asked = self.now
        data = {"requested_at": asked, "supply_by": self.today, "papers": 2, "after_grant": False, **more}
        self.hear("intake.papers_requested.v1", **self.reference, **data)
        return asked

    def supply_papers(self, requested_at: dt.datetime, *, after_grant: bool = False) -> None:
        data = {"requested_at": requested_at, "supplied_at": self.now, "stopped_seconds": 0, "after_grant": after_grant}
        self.hear("intake.papers_supplied.v1", **self.reference, **data, eligibility="eligible")

    def refer(self, organization: str, station: str | None = None) -> None:
        data = {**self.reference, "organization": organization, "station": station}
        data |= {"from_organization": "womens-federation", "from_station": "fengquan", "referred_at": self.now}
        self.bench.handle("intake.application_referred.v1", data, organization=organization)

    def release(self, why: str = "returned") -> None:
        data = {"lawyer": self.lawyer, "why": why, "released_at": self.now}
        self.hear("assignment.lawyer_released.v1", **self._case(**data))

    def make_offer(self, hours: int = 24) -> None:
        times = {"offered_at": self.now, "answer_by": self.now + dt.timedelta(hours=hours)}
        self.hear("assignment.offer_made.v1", **self._case(offer=self.offer, lawyer=self.lawyer, **times))

    def accept(self, **more: t.Any) -> None:
        data = {"offer": self.offer, "lawyer": self.lawyer, "lawyer_name": "李", "firm_name": "德恒", **more}
        self.hear("assignment.offer_accepted.v1", **self._case(**{"assigned_at": self.now, **data}))

    def decline(self, by: str = "lawyer") -> None:
        data = {"offer": self.offer, "lawyer": self.lawyer, "by": by, "declined_at": self.now}
        self.hear("assignment.offer_declined.v1", **self._case(**data))

    def retain(self) -> None:
        data = {"lawyer": self.lawyer, "signed_on": self.today, "recorded_at": self.now}
        self.hear("assignment.retainer_recorded.v1", **self._case(**data))

    def report(self, stage: str) -> None:
        data = {"lawyer": self.lawyer, "stage": stage, "on": self.today, "reported_at": self.now}
        self.hear("assignment.progress_reported.v1", **self._case(**data))

    def end(self, fen: int = 3_005_000, outcome: str = "won", **more: t.Any) -> None:
        amounts = [{"kind": "hardship_assistance", "fen": fen}]
        sums = {"amounts": amounts, "recovered_fen": fen, "loss_avoided_fen": 0}
        times = {"ended_on": self.today, "ended_at": self.now}
        self.hear(
            "assignment.case_ended.v1", **self._case(lawyer=self.lawyer, outcome=outcome, **sums, **times, **more)
        )

    def submit_file(self) -> None:
        self.hear("assignment.closing_file_submitted.v1", **self._case(lawyer=self.lawyer, submitted_at=self.now))

    def check_file(self, grade: str = "excellent") -> None:
        data = {"lawyer": self.lawyer, "grade": grade, "checked_at": self.now}
        self.hear("assignment.closing_file_checked.v1", **self._case(**data))

    def owe_subsidy(self) -> None:
        rate = {"amount_fen": 180_000, "rate_fen": 150_000, "grade": "excellent"}
        source = {"rate_source": "test", "rate_verified": False, "due_at": self.now}
        self.hear("assignment.subsidy_due.v1", **self._case(lawyer=self.lawyer, **rate, **source))

    def pay_subsidy(self) -> None:
        data = {"lawyer": self.lawyer, "amount_fen": 180_000, "paid_on": self.today, "paid_at": self.now}
        self.hear("assignment.subsidy_paid.v1", **self._case(**data))

    @property
    def today(self) -> dt.date:
        return self.now.astimezone(ZONE).date()

    def tick(self, limit: int = 500) -> int:
        """Let the scheduler fire what is due, and handle what it sends."""
        with self.bench.session() as session:
            fired = len(fire_due(session, self.now, limit))
        for message in self.drain():
            self.bench.deliver(message)
        return fired

    def drain(self) -> list[t.Any]:
        """Take the scheduler's commands out of the outbox."""
        from sqlalchemy import delete, select

        from chassis.envelope import Envelope
        from chassis.tables import outbox

        with self.bench.session() as session:
            mine = outbox.c.type.like("supervision.fire_%")
            rows = session.execute(select(outbox.c.body).where(mine).order_by(outbox.c.created_at)).scalars().all()
            session.execute(delete(outbox).where(mine))
        return [Envelope.decode(body) for body in rows]

    def ask(self, name: str, principal: Principal | None = None, **params: t.Any) -> dict[str, t.Any]:
        """A query; by the center's administrator if nobody is named. The answer fits its contract."""
        from contracts.supervision import QUERIES

        answer = self.bench.query(f"supervision.{name}", params, principal or CENTER)
        errors = QUERIES[f"supervision.{name}"][1]().validate(answer)
        assert not errors, errors
        return answer

    def task(self, kind: str) -> dict[str, t.Any]:
        """The task of a kind, as the center reads it."""
        (found,) = self.ask("tasks", kind=kind)["items"]
        return self.ask("task", task=found["id"])

    def said(self, name: str) -> list[dict[str, t.Any]]:
        return self.bench.said(f"supervision.{name}.v1")


CENTER = Principal("admin", "center_admin", "center", uuid4())


def caller(
    role: str, organization: str = "center", person: UUID | None = None, station: str | None = None
) -> Principal:
    return Principal(role, role, organization, person, station)


@pytest.fixture
def network() -> Network:
    return Network()


@pytest.fixture
def staff(network: Network) -> dict[str, UUID]:
    return network.people()
