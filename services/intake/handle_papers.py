"""Missing papers: told once while the time to decide stands still (LA 43), supplied, lapsed; urgent: later (LA 44)."""

from __future__ import annotations

import datetime as dt
import typing as t
from zoneinfo import ZoneInfo

from chassis.errors import NotYet, Rejected
from chassis.work import Work
from services.intake import guards
from services.intake.models import Application, Document, Person

Command = dict[str, t.Any]
LONGEST = dt.timedelta(days=180)


def request_papers(work: Work, command: Command) -> dict[str, t.Any]:
    """Say what is missing, all of it and once; the time to decide stops until the papers are there."""
    row = guards.application(work, command)
    guards.advance(work, row, "request_papers")
    ask_for(work, row, command["papers"], command["supply_by"], after_grant=False)
    return guards.answer(row) | {"supply_by": t.cast(dt.date, row.papers_due_on).isoformat()}


def ask_for(
    work: Work, row: Application, papers: list[dict[str, str]], supply_by: dt.date | None, *, after_grant: bool
) -> None:
    """Note the missing papers, tell supervision, and before a decision set the day on which they lapse."""
    zone, today = ZoneInfo(work.settings.zone), work.today()
    if row.papers_requested_at is not None:
        told_on = row.papers_requested_at.astimezone(zone).date()
        raise Rejected("papers-told-already", number=row.number, day=told_on)
    due_on = supply_by or today + dt.timedelta(days=work.settings.papers_days)
    guards.day_between(due_on, today + dt.timedelta(days=1), today + LONGEST, "supply_by")
    row.papers_sealed = work.settings.vault.seal_json(papers)
    row.papers_requested_at, row.papers_due_on, row.papers_complete_at = work.now, due_on, None
    event = {"requested_at": work.now, "supply_by": due_on, "papers": len(papers), "after_grant": after_grant}
    guards.tell(work, "intake.papers_requested.v1", row, event)
    if not after_grant:
        _lapse_after(work, row, due_on)


def _lapse_after(work: Work, row: Application, due_on: dt.date) -> None:
    over = dt.datetime.combine(due_on + dt.timedelta(days=1), dt.time(), ZoneInfo(work.settings.zone))
    lapse = {"application": row.id, "due_on": due_on}
    work.emit("intake.lapse_papers.v1", lapse, organization=row.organization, subject=row.id, available_at=over)


def papers_day_moved(work: Work, event: Command) -> None:
    """Supervision, which keeps the working calendar, says that the last day is a rest day: it is the next working day.

    The lapse of the day before finds another day on the application, and does nothing.
    """
    row = work.session.get(Application, event["application"], with_for_update=True)
    if row is not None and row.state == "awaiting_papers" and row.papers_due_on == event["was"]:
        row.papers_due_on = event["supply_by"]
        _lapse_after(work, row, event["supply_by"])


def supply_papers(work: Work, command: Command) -> dict[str, t.Any]:
    """Take in papers and what they show; once complete, the time to decide goes on and the rules judge anew."""
    row = guards.application(work, command)
    guards.possible(row, "supply_papers")
    if row.papers_requested_at is None or row.papers_complete_at is not None:
        raise Rejected("no-papers-awaited", number=row.number)
    guards.still_known(work, row)
    after_grant = row.state == "granted"
    vault = work.settings.vault
    for document in command["documents"]:
        work.session.add(
            Document(
                id=work.new_id(),
                application=row.id,
                kind=document["kind"],
                title_sealed=vault.seal(document["title"]),
                sha256=document["sha256"],
                original_seen=document["original_seen"],
                received_at=work.now,
            )
        )
    _learn(work, row, command)
    if not command["complete"]:
        row.version += 1
        guards.remember(work, row, "supply_some_papers")
        return guards.answer(row)
    guards.advance(work, row, "supply_papers")
    row.papers_complete_at = work.now
    data = {
        "requested_at": row.papers_requested_at,
        "supplied_at": work.now,
        "stopped_seconds": int((work.now - row.papers_requested_at).total_seconds()),
        "after_grant": after_grant,
        "eligibility": row.eligibility,
    }
    guards.tell(work, "intake.papers_supplied.v1", row, data)
    return guards.answer(row)


def _learn(work: Work, row: Application, command: Command) -> None:
    """Judge anew, by the rules of the application's own day, when the papers show other figures or facts."""
    shown = {name: command[name] for name in ("household_size", "monthly_income_fen", "facts", "figures")}
    shown = {name: value for name, value in shown.items() if value is not None}
    if not shown:
        return
    person = t.cast(Person, work.session.get(Person, row.person))
    guards.usable_figures(work, shown, person, row.applied_on)
    guards.judge(work, row, person, guards.told_of(work, row) | shown)


def lapse_papers(work: Work, command: Command) -> None:
    """The day after the last one: deemed withdrawn, unless the papers came or another act overtook this one."""
    row = work.session.get(Application, command["application"], with_for_update=True)
    if row is None or row.state != "awaiting_papers" or row.papers_due_on != command["due_on"]:
        return
    if work.today() <= command["due_on"]:
        raise NotYet("the day after the papers were due")
    guards.advance(work, row, "lapse", by_rule=True)
    guards.tell(work, "intake.application_withdrawn.v1", row, {"withdrawn_at": work.now, "deemed": True})
