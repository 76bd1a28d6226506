"""The tables of supervision: its copies of people and cases, tasks with their marks, timeline, facts and rollups."""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Json, UtcDateTime, service_base

Base: t.Any = service_base()


class Person(Base):
    """A staff member or lawyer: whom a task can be given to. Lawyers belong to the center, with role ``lawyer``.

    ``version``: the latest word that was heard; 0 of a lawyer of whom none was told.
    """

    __tablename__ = "people"

    person: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    organization: Mapped[str] = mapped_column(String(40))
    station: Mapped[str | None] = mapped_column(String(40))
    role: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(100))
    name_en: Mapped[str | None] = mapped_column(String(100))
    version: Mapped[int] = mapped_column(default=0, server_default="0")

    __table_args__ = (Index("ix_people_role", "organization", "role"),)


class Station(Base):
    """A station of an organization, as figures name it and intake knows it (``version``: the latest word heard).

    ``lacks``: item of the station standard -> since when it is known to be missing; null: nobody has looked yet.
    """

    __tablename__ = "stations"

    organization: Mapped[str] = mapped_column(String(40), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    name_en: Mapped[str | None] = mapped_column(String(100))
    level: Mapped[str] = mapped_column(String(20))
    district: Mapped[str] = mapped_column(String(60))
    registered_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    state: Mapped[str | None] = mapped_column(String(20))
    lacks: Mapped[dict[str, str] | None] = mapped_column(Json)
    version: Mapped[int] = mapped_column(default=0, server_default="0")


class WorkingYear(Base):
    """A year whose working calendar is published and imported."""

    __tablename__ = "working_years"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(String(300))
    imported_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class WorkingException(Base):
    """A day that is worked, or not, against its weekday."""

    __tablename__ = "working_exceptions"

    day: Mapped[dt.date] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(index=True)
    worked: Mapped[bool]
    occasion: Mapped[str | None] = mapped_column(String(60))


class Dossier(Base):
    """What supervision knows of one application and its case: enough to say who may read its timeline."""

    __tablename__ = "dossiers"

    application: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    organization: Mapped[str] = mapped_column(String(40))
    station: Mapped[str | None] = mapped_column(String(40))
    number: Mapped[str] = mapped_column(String(40))
    case_id: Mapped[UUID | None] = mapped_column(Uuid)
    case_number: Mapped[str | None] = mapped_column(String(40))
    lawyer: Mapped[UUID | None] = mapped_column(Uuid)
    assigned_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    referred_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class Task(Base):
    """Something that named people have to do until a day; one per kind and subject."""

    __tablename__ = "tasks"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[UUID] = mapped_column(Uuid)
    organization: Mapped[str] = mapped_column(String(40))
    station: Mapped[str | None] = mapped_column(String(40))
    application: Mapped[UUID | None] = mapped_column(Uuid, index=True)
    case_id: Mapped[UUID | None] = mapped_column(Uuid)
    number: Mapped[str | None] = mapped_column(String(40))
    recipient_group: Mapped[str] = mapped_column(String(40))
    form_of_aid: Mapped[str] = mapped_column(String(40))
    matter: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(20))
    outcome: Mapped[str | None] = mapped_column(String(20))
    started_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    started_on: Mapped[dt.date]
    due_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    due_on: Mapped[dt.date]
    provisional: Mapped[bool]
    stopped_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    article: Mapped[str | None] = mapped_column(String(80))
    opened_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    overdue_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    finished_by: Mapped[UUID | None] = mapped_column(Uuid)
    minutes: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        UniqueConstraint("kind", "subject", name="uq_tasks_kind_subject"),
        Index("ix_tasks_organization", "organization", "state", "id"),
        Index("ix_tasks_due", "state", "due_at"),
    )


class Assignment(Base):
    """A task is this person's to do."""

    __tablename__ = "assignments"

    task: Mapped[UUID] = mapped_column(ForeignKey("tasks.id"), primary_key=True)
    person: Mapped[UUID] = mapped_column(Uuid, primary_key=True)

    __table_args__ = (Index("ix_assignments_person", "person", "task"),)


class StandIn(Base):
    """From one day to another, what is a person's goes to a colleague as well."""

    __tablename__ = "stand_ins"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    person: Mapped[UUID] = mapped_column(Uuid, index=True)
    stand_in: Mapped[UUID] = mapped_column(Uuid)
    first_day: Mapped[dt.date]
    last_day: Mapped[dt.date]
    set_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class TaskAct(Base):
    """What people did with a task short of finishing it: taken, handed over, reopened; with the reason."""

    __tablename__ = "task_acts"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    task: Mapped[UUID] = mapped_column(ForeignKey("tasks.id"), index=True)
    act: Mapped[str] = mapped_column(String(20))
    by: Mapped[UUID | None] = mapped_column(Uuid)
    reason: Mapped[str | None] = mapped_column(String(500))
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class StopRow(Base):
    """A clock stood still, or still does (``until`` is null), whether or not its task is known yet."""

    __tablename__ = "stops"

    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    subject: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime, primary_key=True)
    until: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class Settlement(Base):
    """The act that fulfils (or ends the need for) a task was heard, whether or not the task is known yet."""

    __tablename__ = "settlements"

    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    subject: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    outcome: Mapped[str] = mapped_column(String(20))
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class Mark(Base):
    """A timer: a moment of a task or plan at which the scheduler fires. ``id`` is the id of the message that it sends.

    The indexes hold only the pending ones: by time, so that a tick with nothing due looks at one entry, and by
    organization, so that an organization's flood can be stepped over.
    """

    __tablename__ = "marks"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    subject: Mapped[UUID] = mapped_column(Uuid, index=True)
    kind: Mapped[str] = mapped_column(String(20))
    organization: Mapped[str] = mapped_column(String(40))
    due_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    fire_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(20))
    fired_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index(
            "ix_marks_pending",
            "fire_at",
            postgresql_where=text("state = 'pending'"),
            sqlite_where=text("state = 'pending'"),
        ),
        Index(
            "ix_marks_pending_of",
            "organization",
            "fire_at",
            postgresql_where=text("state = 'pending'"),
            sqlite_where=text("state = 'pending'"),
        ),
    )


class DueChange(Base):
    """A due day that was recomputed, old and new, and why."""

    __tablename__ = "due_changes"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    task: Mapped[UUID] = mapped_column(ForeignKey("tasks.id"), index=True)
    old_due_on: Mapped[dt.date]
    new_due_on: Mapped[dt.date]
    why: Mapped[str] = mapped_column(String(200))
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class Feedback(Base):
    """What a recipient said at the return visit; the words stay here and travel in no event."""

    __tablename__ = "feedback"

    task: Mapped[UUID] = mapped_column(ForeignKey("tasks.id"), primary_key=True)
    satisfaction: Mapped[int | None]
    words: Mapped[str | None] = mapped_column(Text)
    grade: Mapped[str | None] = mapped_column(String(20))
    gift: Mapped[str | None] = mapped_column(String(300))
    recorded_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[UUID | None] = mapped_column(Uuid)


class Entry(Base):
    """One line of an application's timeline; ``id`` is the id of the event, so that it stands there once."""

    __tablename__ = "timeline"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    application: Mapped[UUID] = mapped_column(Uuid)
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    type: Mapped[str] = mapped_column(String(120))
    actor: Mapped[str] = mapped_column(String(40))
    zh: Mapped[str] = mapped_column(Text)
    en: Mapped[str] = mapped_column(Text)

    __table_args__ = (Index("ix_timeline_application", "application", "at", "id"),)


class LedgerRow(Base):
    """An event that counted, as far as counting needs it: the source of every figure. ``id``: the event's own."""

    __tablename__ = "ledger"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    subject: Mapped[UUID] = mapped_column(Uuid, index=True)
    type: Mapped[str] = mapped_column(String(120))
    data: Mapped[dict[str, t.Any]] = mapped_column(Json)


class FactRow(Base):
    """Something counted once. ``subject``: what the events are about that made it; ``result``: how it ended."""

    __tablename__ = "facts"

    source: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    measure: Mapped[str] = mapped_column(String(60), primary_key=True)
    subject: Mapped[UUID] = mapped_column(Uuid, index=True)
    value: Mapped[int] = mapped_column(BigInteger)
    day: Mapped[dt.date]
    organization: Mapped[str] = mapped_column(String(40))
    station: Mapped[str] = mapped_column(String(40))
    recipient_group: Mapped[str] = mapped_column(String(40))
    form_of_aid: Mapped[str] = mapped_column(String(40))
    matter: Mapped[str] = mapped_column(String(40))
    result: Mapped[str] = mapped_column(String(40))

    __table_args__ = (Index("ix_facts_day", "day"), Index("ix_facts_organization", "organization", "station", "day"))


class Rollup(Base):
    """Facts summed per month (its first day): by station, and for each organization in all and by one other dimension.

    ``dimension`` is ``organization`` or ``station`` (``key`` empty), or recipient_group, form_of_aid, matter or result;
    ``station`` is empty but for the dimension of that name.
    """

    __tablename__ = "rollups"

    dimension: Mapped[str] = mapped_column(String(20), primary_key=True)
    month: Mapped[dt.date] = mapped_column(primary_key=True)
    organization: Mapped[str] = mapped_column(String(40), primary_key=True)
    station: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    measure: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)


class Counter(Base):
    """The last human number of a kind and year."""

    __tablename__ = "counters"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    last: Mapped[int]


class Complaint(Base):
    """A complaint about a station, a lawyer or the center. What was said and by whom stays here, sealed.

    ``from_organization``, ``from_station``: where it was taken down, empty for the public door. ``tracking``: the hash
    of the code with which the complainant asks how far it is.
    """

    __tablename__ = "complaints"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    tracking: Mapped[str | None] = mapped_column(String(64), unique=True)
    organization: Mapped[str] = mapped_column(String(40), index=True)
    station: Mapped[str | None] = mapped_column(String(40))
    lawyer: Mapped[UUID | None] = mapped_column(Uuid)
    case_id: Mapped[UUID | None] = mapped_column(Uuid)
    from_organization: Mapped[str | None] = mapped_column(String(40))
    from_station: Mapped[str | None] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(20))
    channel: Mapped[str] = mapped_column(String(20))
    name_sealed: Mapped[str | None] = mapped_column(Text)
    phone_sealed: Mapped[str | None] = mapped_column(Text)
    statement_sealed: Mapped[str] = mapped_column(Text)
    amount_fen: Mapped[int | None] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(20))
    conclusion: Mapped[str | None] = mapped_column(String(30))
    measures: Mapped[list[str]] = mapped_column(Json)
    reasons_sealed: Mapped[str | None] = mapped_column(Text)
    answer_sealed: Mapped[str | None] = mapped_column(Text)
    note_sealed: Mapped[str | None] = mapped_column(Text)
    opened_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    accepted_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    concluded_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)


class ComplaintTrace(Base):
    """The audit trail of a complaint: somebody opened it, took a step, or was shown it. Never changed.

    ``shown``: names of what they saw, never values. A look is committed before its answer leaves.
    """

    __tablename__ = "complaint_traces"
    __table_args__ = (Index("ix_complaint_traces_complaint_id", "complaint", "id"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    complaint: Mapped[UUID] = mapped_column(Uuid)
    act: Mapped[str] = mapped_column(String(20))
    shown: Mapped[list[str]] = mapped_column(Json)
    by_key: Mapped[str] = mapped_column(String(60))
    by_role: Mapped[str] = mapped_column(String(40))
    by_organization: Mapped[str] = mapped_column(String(40))
    by_person: Mapped[UUID | None] = mapped_column(Uuid)


class Suspension(Base):
    """The work of a station or a lawyer is suspended: since when, by which complaint or inspection, until when.

    One that was lifted stays with its reason. ``because`` is the station itself where intake suspended it.
    """

    __tablename__ = "suspensions"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    organization: Mapped[str] = mapped_column(String(40))
    station: Mapped[str | None] = mapped_column(String(40))
    lawyer: Mapped[UUID | None] = mapped_column(Uuid)
    because: Mapped[UUID] = mapped_column(Uuid)
    since: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    lifted_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    lifted_by: Mapped[UUID | None] = mapped_column(Uuid)
    lifted_because: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (Index("ix_suspensions_station", "organization", "station"),)


class Inspection(Base):
    """A visit to a station against the station standard: item -> met or not. ``again``: the visit that looked again."""

    __tablename__ = "inspections"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    organization: Mapped[str] = mapped_column(String(40))
    station: Mapped[str] = mapped_column(String(40))
    on: Mapped[dt.date]
    items: Mapped[dict[str, bool]] = mapped_column(Json)
    remarks: Mapped[str | None] = mapped_column(Text)
    reinspect_by: Mapped[dt.date | None]
    again: Mapped[UUID | None] = mapped_column(Uuid)
    recorded_by: Mapped[UUID | None] = mapped_column(Uuid)
    recorded_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_inspections_station", "organization", "station", "on"),)


class Remark(Base):
    """The words of a finding or a meeting's decision, for the task about it."""

    __tablename__ = "remarks"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    source: Mapped[UUID] = mapped_column(Uuid, index=True)
    item: Mapped[str | None] = mapped_column(String(40))
    words: Mapped[str] = mapped_column(Text)


class Meeting(Base):
    """A joint meeting of the center and the organizations: prepared, with agenda and report, or held, with minutes."""

    __tablename__ = "meetings"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    state: Mapped[str] = mapped_column(String(20))
    on: Mapped[dt.date] = mapped_column(index=True)
    starts_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    place: Mapped[str | None] = mapped_column(String(200))
    participants: Mapped[list[str]] = mapped_column(Json)
    agenda: Mapped[list[str]] = mapped_column(Json)
    report: Mapped[dict[str, t.Any] | None] = mapped_column(Json)
    minutes: Mapped[str | None] = mapped_column(Text)
    recorded_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
