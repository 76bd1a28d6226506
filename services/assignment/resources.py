"""How rows are shown to callers: plain JSON values, the same after a command and in a query."""

from __future__ import annotations

import datetime as dt
import typing as t
from collections import Counter
from uuid import UUID

from services.assignment import models as m
from services.assignment.domain import civil, labour
from services.assignment.domain.checklist import Needed
from services.assignment.domain.conflicts import must
from services.assignment.domain.lifecycle import IN_HAND


def plain(value: t.Any) -> t.Any:
    """A column's value as JSON: ids and dates as text."""
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _columns(row: t.Any, *names: str) -> dict[str, t.Any]:
    return {name: plain(getattr(row, name)) for name in names}


def case_resource(case: m.Case) -> dict[str, t.Any]:
    """A case in lists and after a command: no personal data of the parties."""
    return {
        "id": str(case.id),
        "number": case.number,
        "application": str(case.application_id),
        "lawyer": plain(case.lawyer_id),
        **_columns(
            case,
            "application_number",
            "organization",
            "station",
            "recipient_group",
            "form_of_aid",
            "matter",
            "urgency",
            "state",
            "version",
            "granted_at",
            "assigned_at",
            "signed_on",
            "outcome",
            "ended_on",
            "recovered_fen",
            "loss_avoided_fen",
            "grade",
            "checked_on",
            "subsidy_fen",
            "paid_fen",
            "paid_on",
            "termination_ground",
        ),
    }


def wishes_of(case: m.Case) -> dict[str, t.Any]:
    """What the recipient asks of the lawyer."""
    lawyer = plain(case.wished_lawyer_id)
    return {"gender": case.wished_gender, "language": case.wished_language, "lawyer": lawyer}


def offer_resource(offer: m.Offer, case: m.Case) -> dict[str, t.Any]:
    """An offer with what its lawyer needs to know to answer."""
    return {
        "id": str(offer.id),
        "case": str(case.id),
        "case_number": case.number,
        "lawyer": str(offer.lawyer_id),
        "case_state": case.state,
        **_columns(offer, "state", "offered_at", "answer_by", "offered_by", "answered_at"),
        **_columns(offer, "choice_reason", "answer_reason"),
        **_columns(case, "organization", "recipient_group", "form_of_aid", "matter", "urgency", "district"),
    }


def firm_resource(firm: m.Firm) -> dict[str, t.Any]:
    return {
        "id": str(firm.id),
        **_columns(firm, "name", "name_en", "district", "address", "latitude", "longitude", "version"),
    }


def lawyer_resource(lawyer: m.Lawyer, firm_name: str, lists: t.Mapping[str, t.Sequence[t.Any]]) -> dict[str, t.Any]:
    """A lawyer as colleagues in the network know them. ``lists``: as in repository.profiles."""
    return {
        "id": str(lawyer.id),
        "firm": str(lawyer.firm_id),
        "firm_name": firm_name,
        **{name: list(values) for name, values in lists.items()},
        **_columns(lawyer, "name", "name_en", "gender", "trained_for_minors", "criminal_defence_years", "state"),
    }


def desk_of(lawyer: m.Lawyer) -> dict[str, t.Any]:
    """What only the center and the lawyer see, beside how to reach them: how much is on the desk."""
    shown = _columns(lawyer, "licence", "capacity", "last_assigned_at", "version")
    return {**shown, "workload": lawyer.load}


def volunteer_resource(
    row: m.Volunteer, traits: t.Mapping[str, t.Any], ways: t.Mapping[str, t.Any] | None
) -> dict[str, t.Any]:
    """A volunteer; ``ways``: how to reach them, for who may know it and why they paused or left."""
    names = ("name", "name_en", "organization", "gender", "qualification", "checked_on", "places", "state", "version")
    own = {} if ways is None else {**_columns(row, "reason"), **ways}
    return {"id": str(row.id), **traits, **_columns(row, *names), **own}


def finding_resource(finding: m.ConflictFinding, state: str) -> dict[str, t.Any]:
    """A conflict that was found, and what was decided about it; ``state``: that of its case."""
    names = (
        "other_matter",
        "parties",
        "certainty",
        "found_when",
        "found_at",
        "state",
        "decided_by",
        "decided_at",
        "reason",
    )
    identity = {"id": str(finding.id), "case": str(finding.case_id), "lawyer": str(finding.lawyer_id)}
    todo = must(finding.certainty, replaceable=state in IN_HAND)
    return {**identity, **_columns(finding, *names), "must": todo}


def request_resource(request: m.ReplacementRequest) -> dict[str, t.Any]:
    """The recipient's wish for another lawyer, and the decision."""
    names = ("reason", "requested_at", "state", "decided_by", "decided_at", "decision_reason")
    identity = {"id": str(request.id), "case": str(request.case_id), "lawyer": str(request.lawyer_id)}
    return {**identity, **_columns(request, *names)}


def objection_resource(objection: m.TerminationObjection, inside: bool) -> dict[str, t.Any]:
    """An objection to a termination; the words of both sides only for who may read them."""
    names = ("terminated_on", "ground", "objected_at", "state", "decided_by", "decided_at")
    words = {"grounds": objection.grounds, "reasons": objection.reasons} if inside else {"grounds": None, "reasons": []}
    return {"id": str(objection.id), **_columns(objection, *names), **words}


def absence_resource(absence: m.Absence) -> dict[str, t.Any]:
    identity = {"id": str(absence.id), "lawyer": str(absence.lawyer_id)}
    return {**identity, **_columns(absence, "since", "until", "note")}


def duty_resource(duty: m.Duty) -> dict[str, t.Any]:
    names = ("organization", "station", "on", "begins", "ends")
    ids = {"id": str(duty.id), "lawyer": plain(duty.lawyer_id), "plan": plain(duty.plan_id)}
    return {**ids, **_columns(duty, *names)}


def hearing_resource(hearing: m.Hearing, case_number: str) -> dict[str, t.Any]:
    identity = {"id": str(hearing.id), "case": str(hearing.case_id), "case_number": case_number}
    return {**identity, **_columns(hearing, "stage", "at", "place", "note", "state", "reason")}


def cost_resource(cost: m.Cost) -> dict[str, t.Any]:
    return {"id": str(cost.id), "lawyer": plain(cost.lawyer_id), **_columns(cost, "kind", "fen", "on", "note")}


def progress_resource(report: m.Progress, inside: bool) -> dict[str, t.Any]:
    """A progress report; the lawyer's words only for who may read them."""
    ids = {"id": str(report.id), "lawyer": str(report.lawyer_id)}
    return {
        **ids,
        **_columns(report, "stage", "on", "may_end", "reported_at"),
        "summary": report.summary if inside else None,
    }


def civil_resource(row: m.CivilDate) -> dict[str, t.Any]:
    """A limit of a civil case; one that ended with the case is not needed."""
    state = "not_needed" if row.state == "dropped" else row.state
    known = {"due_on": row.on.isoformat(), "article": civil.ARTICLES[row.kind], "state": state}
    return {"id": str(row.id), **_columns(row, "kind", "since"), **known}


def labour_resource(row: m.LabourStep, steps: t.Sequence[labour.Step]) -> dict[str, t.Any]:
    """A step of a labour dispute with the next date that law sets; ``steps``: all up to and with this one."""
    due = next(iter(labour.dates(steps)), None)
    following = {
        "next": due.next if due else None,
        "due_on": due.on.isoformat() if due else None,
        "article": due.article if due else None,
    }
    return {**_columns(row, "step", "on", "note"), **following}


def labour_way(rows: t.Sequence[m.LabourStep]) -> list[dict[str, t.Any]]:
    """All steps of a labour dispute, oldest first."""
    steps = [labour.Step(one.step, one.on, one.knew_on) for one in rows]
    return [labour_resource(row, steps[: number + 1]) for number, row in enumerate(rows)]


def plan_resource(plan: m.BacklogPlan, since: int, limit: int) -> dict[str, t.Any]:
    """A plan with its sums: how many, how good, how far, how the load is spread; and its lines from ``since`` on."""
    points = [line["points"] for line in plan.lines]
    asked = Counter(line["lawyer"] for line in plan.lines)
    sums = {"travel_metres": 0, "considered": 0, **plan.sums}
    return {
        "id": str(plan.id),
        **_columns(plan, "made_at", "method", "state", "left"),
        "assigned": len(points),
        "total_points": round(sum(points), 2),
        "least_points": min(points, default=None),
        "lawyers": len(asked),
        "most_per_lawyer": max(asked.values(), default=0),
        **sums,
        "lines": plan.lines[since : since + limit],
        "next": since + limit if len(plan.lines) > since + limit else None,
    }


def plan_item(plan: m.BacklogPlan, assigned: int, without_lawyer: int) -> dict[str, t.Any]:
    """A backlog plan in a list."""
    sizes = {"assigned": assigned, "without_lawyer": without_lawyer}
    return {"id": str(plan.id), **_columns(plan, "made_at", "method", "state"), **sizes}


def missing_resource(lacking: t.Sequence[Needed]) -> dict[str, t.Any]:
    """What a closing file lacks: the kinds, and each with its words."""
    named = [{"kind": one.kind, "zh": one.zh, "en": one.en} for one in lacking]
    return {"missing_documents": [one.kind for one in lacking], "missing_named": named}


def return_resource(back: m.ClosingReturn) -> dict[str, t.Any]:
    """A closing file that came back, with what was missing."""
    return {"id": str(back.id), **_columns(back, "missing", "reason", "returned_at", "answered_at")}


def claim_resource(claim: m.SubsidyClaim, number: str) -> dict[str, t.Any]:
    """A line of a statement: what became due for a case on a day, and what of it was paid."""
    known = {"case": str(claim.case_id), "number": number, "checked_on": claim.due_on.isoformat()}
    return {**known, "subsidy_fen": claim.due_fen, **_columns(claim, "grade", "paid_fen", "paid_on")}


def run_item(run: m.PaymentRun, cases: int, total_fen: int) -> dict[str, t.Any]:
    """A payment run in a list."""
    return {"id": str(run.id), **_columns(run, "month", "paid_on", "made_at"), "total_fen": total_fen, "cases": cases}


def run_resource(run: m.PaymentRun, payments: t.Sequence[tuple[m.Payment, str, str, str]]) -> dict[str, t.Any]:
    """A payment run as the list that goes to the bookkeeper: one line for each case, and the sum of each lawyer."""
    sums: Counter[str] = Counter()
    for payment, *_ in payments:
        sums[str(payment.lawyer_id)] += payment.amount_fen
    lines = [
        {
            "case": str(payment.case_id),
            "number": number,
            "lawyer": str(payment.lawyer_id),
            "lawyer_name": lawyer,
            "firm_name": firm,
            "amount_fen": payment.amount_fen,
        }
        for payment, number, lawyer, firm in payments
    ]
    lawyers = [{"lawyer": lawyer, "amount_fen": fen} for lawyer, fen in sums.items()]
    shown = {"id": str(run.id), **_columns(run, "month", "paid_on", "made_at"), "total_fen": sum(sums.values())}
    return {**shown, "lines": lines, "lawyers": lawyers}
