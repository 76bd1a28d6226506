"""From the grant to the paid subsidy, as the golden case goes."""

from __future__ import annotations

from contracts.assignment import QUERIES
from contracts.registry import REGISTRY
from services.assignment.handlers import HANDLERS
from services.assignment.views import VIEWS
from tests.unit.assignment.conftest import CENTER, LIAISON, Office, lawyer_principal

FOR_THE_CENTER = {
    *("assignment.payment_runs", "assignment.proposal", "assignment.conflicts"),
    *("assignment.backlog_plan", "assignment.backlog_plans"),
}
NOT_FOR_LIAISONS = {"assignment.absences", "assignment.statement", "assignment.papers", "assignment.paper"}


def test_every_message_of_the_contracts_has_its_handler_and_every_query_its_view():
    commands = {one.type for one in REGISTRY if one.kind == "command" and one.owner == "assignment"}
    assert set(HANDLERS) == commands | set(REGISTRY.heard_by("assignment"))
    assert set(VIEWS) == set(QUERIES)


def test_the_golden_case_goes_from_the_grant_to_the_paid_subsidy(office: Office):
    firm = office.firm()
    best = office.lawyer(firm, "李律师", years=9)
    office.lawyer(firm, "赵律师", years=1)
    case = office.grant()
    assert (case["number"], case["state"]) == ("C2026-00001", "proposed")
    (proposed,) = office.said("lawyers_proposed")
    assert [one["name"] for one in proposed["candidates"]] == ["李律师", "赵律师"]

    offer = office.do("offer_case", case=case["id"])
    assert offer["lawyer"] == best
    lawyer = lawyer_principal(best)
    office.do("answer_offer", lawyer, offer=offer["id"], answer="accept")
    office.do("record_retainer", lawyer, case=case["id"])
    office.do("report_progress", lawyer, case=case["id"], stage="first_instance", summary="一审判决离婚")
    office.do("report_progress", lawyer, case=case["id"], stage="second_instance", summary="二审维持")
    amounts = [
        {"kind": "hardship_assistance", "fen": 1_000_000},
        {"kind": "mental_distress", "fen": 500_000},
        {"kind": "common_property", "fen": 1_505_000},
        {"kind": "loss_avoided", "fen": 7},
    ]
    office.do("end_case", lawyer, case=case["id"], outcome="won", amounts=amounts)
    (ended,) = office.said("case_ended")
    assert (ended["recovered_fen"], ended["loss_avoided_fen"]) == (3_005_000, 7)
    documents = [{"kind": "judgment", "title": "二审判决书", "sha256": "ab" * 32}]
    office.do("submit_closing_file", lawyer, case=case["id"], summary="两审结案", documents=documents)
    office.do("check_closing_file", case=case["id"], grade="excellent")
    (due,) = office.said("subsidy_due")
    assert due["amount_fen"] == due["rate_fen"] * 120 // 100 > 0
    assert due["rate_verified"] is False
    done = office.do("pay_subsidy", case=case["id"])
    assert (done["state"], done["paid_on"]) == ("closed", "2026-09-01")

    shown = office.case(case)
    assert [one["summary"] for one in shown["progress"]] == ["一审判决离婚", "二审维持"]
    assert [one["act"] for one in shown["history"]] == [
        *("offer", "accept", "retain", "report", "report", "end", "file", "check", "pay")
    ]
    assert shown["firm_name"] == "正义律师事务所"


def test_every_event_of_a_case_travels_in_the_mailbox_of_the_cases_organization(office: Office):
    lawyer = office.lawyer(office.firm(), "李律师")
    case = office.filed(lawyer)
    office.do("check_closing_file", case=case["id"], grade="good")
    travelled = {organization for kind, organization, data in office.bench.emitted if "case" in data}
    assert travelled == {"womens-federation"}


def test_every_answer_fits_the_schema_that_the_door_publishes(office: Office):
    lawyer = office.lawyer(office.firm(), "李律师")
    case = office.filed(lawyer)
    plan = office.do("plan_backlog")["id"]
    for principal in (CENTER, LIAISON, lawyer_principal(lawyer)):
        for view, (asked, answered) in QUERIES.items():
            if view == "assignment.payment_run":
                continue  # see test_closing.py
            if principal is not CENTER and view in FOR_THE_CENTER:
                continue
            if principal is LIAISON and view in NOT_FOR_LIAISONS:
                continue
            given = {"case": case["id"], "month": "2026-09", "lawyer": lawyer, "plan": plan, "kind": "retainer"}
            params = asked().load({key: value for key, value in given.items() if key in asked().fields})
            errors = answered().validate(office.bench.query(view, params, principal))
            assert not errors, (view, principal.role, errors)
