"""The tables of plans that recur: the plans, what came of them, samples that were drawn, reports of stations."""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Json, UtcDateTime
from services.supervision.models import Base

__all__ = ["Base", "HalfDayRow", "OccurrenceRow", "PlanChange", "PlanRow", "SampleRow", "StationReport"]


class PlanRow(Base):
    """Something that recurs by a rule, for the whole network (``organization`` null), an organization or a station.

    ``next_*``: the occurrence whose timer is set; all null when the rule has come to its end, or the plan was stopped.
    """

    __tablename__ = "plans"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    title_zh: Mapped[str] = mapped_column(String(100))
    title_en: Mapped[str | None] = mapped_column(String(100))
    organization: Mapped[str | None] = mapped_column(String(40))
    station: Mapped[str | None] = mapped_column(String(40))
    rule: Mapped[str] = mapped_column(String(200))
    starts_on: Mapped[dt.date]
    moved: Mapped[str] = mapped_column(String(20))
    opens: Mapped[str] = mapped_column(String(5))
    due_days: Mapped[int]
    covers: Mapped[int]
    misfire: Mapped[str] = mapped_column(String(20))
    sample: Mapped[dict[str, t.Any] | None] = mapped_column(Json)
    template: Mapped[str | None] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(20))
    next_planned_on: Mapped[dt.date | None]
    next_on: Mapped[dt.date | None]
    next_fire_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    provisional: Mapped[bool]
    started_by: Mapped[UUID | None] = mapped_column(Uuid)
    started_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    stopped_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    stop_reason: Mapped[str | None] = mapped_column(String(500))
    version: Mapped[int]


class PlanChange(Base):
    """What of a plan was changed, or moved when a working calendar was published: old and new value."""

    __tablename__ = "plan_changes"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    plan: Mapped[UUID] = mapped_column(ForeignKey("plans.id"), index=True)
    field: Mapped[str] = mapped_column(String(40))
    old: Mapped[str | None] = mapped_column(String(500))
    new: Mapped[str | None] = mapped_column(String(500))
    why: Mapped[str] = mapped_column(String(200))
    by: Mapped[UUID | None] = mapped_column(Uuid)
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class OccurrenceRow(Base):
    """A planned day of a plan and what came of it. ``id`` is made of both, so that it is there once.

    ``late_seconds``: how late it was found. ``first_day`` to ``last_day``: what it is about. ``state``: opened, or
    skipped by the plan's own rule for what is found late. ``left_out``: stations that were not asked, each with the
    reason.
    """

    __tablename__ = "occurrences"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    plan: Mapped[UUID] = mapped_column(ForeignKey("plans.id"), index=True)
    planned_on: Mapped[dt.date]
    on: Mapped[dt.date]
    state: Mapped[str] = mapped_column(String(20))
    first_day: Mapped[dt.date]
    last_day: Mapped[dt.date]
    due_on: Mapped[dt.date]
    late_seconds: Mapped[int]
    tasks: Mapped[int]
    sample: Mapped[UUID | None] = mapped_column(Uuid)
    left_out: Mapped[list[dict[str, str]] | None] = mapped_column(Json)
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class SampleRow(Base):
    """A draw: its rule, its seed, and every candidate with its lot; who was drawn has ``why``."""

    __tablename__ = "samples"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    plan: Mapped[UUID | None] = mapped_column(Uuid, index=True)
    organization: Mapped[str | None] = mapped_column(String(40))
    first_day: Mapped[dt.date]
    last_day: Mapped[dt.date]
    rule: Mapped[dict[str, t.Any]] = mapped_column(Json)
    seed: Mapped[str] = mapped_column(String(64))
    pool: Mapped[list[dict[str, t.Any]]] = mapped_column(Json)
    drawn: Mapped[int]
    drawn_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    drawn_by: Mapped[UUID | None] = mapped_column(Uuid)


class StationReport(Base):
    """A station's report of one month: figures as they were known on the day, and what its liaison added in words."""

    __tablename__ = "station_reports"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    organization: Mapped[str] = mapped_column(String(40))
    station: Mapped[str] = mapped_column(String(40))
    month: Mapped[dt.date]
    figures: Mapped[dict[str, int]] = mapped_column(Json)
    progress: Mapped[str] = mapped_column(Text)
    problems: Mapped[list[str]] = mapped_column(Json)
    idle_reason: Mapped[str | None] = mapped_column(Text)
    submitted_by: Mapped[UUID | None] = mapped_column(Uuid)
    submitted_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        UniqueConstraint("organization", "station", "month", name="uq_station_reports_month"),
        Index("ix_station_reports_month", "month"),
    )


class HalfDayRow(Base):
    """A day of each year on which an organization works only a part of the day, as intake says."""

    __tablename__ = "half_days"

    organization: Mapped[str] = mapped_column(String(40), primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    part: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(60))
