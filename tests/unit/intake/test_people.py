"""One person, one record: found, chosen by staff, merged and parted; consents; who looked; export and erasure."""

from __future__ import annotations

import datetime as dt
import typing as t

import pytest

from chassis import dead_letters
from chassis.errors import Rejected
from chassis.ids import new_id
from chassis.principal import Principal
from services.intake.domain.names import masked_name
from services.intake.models import Look, Person
from tests.unit.intake.conftest import AUDITOR, BOUND, CENTER, LAWYER, LIAISON, MA, OTHER, STAFF, Desk, identity_number

ANNA: dict[str, t.Any] = {"name": "Anna Berg", "identity_number": None, "born_on": "1980-05-04"}
PASSPORT = {"kind": "passport", "number": "C01X00T47"}


def number_of_persons(desk: Desk) -> int:
    with desk.bench.session() as session:
        return session.query(Person).count()


def looks(desk: Desk) -> list[tuple[str, str]]:
    with desk.bench.session() as session:
        return [(row.what, row.by_role) for row in session.query(Look).order_by(Look.id)]


def refused(problem: str, act: t.Callable[[], t.Any]) -> Rejected:
    with pytest.raises(Rejected) as refusal:
        act()
    assert refusal.value.problem == problem
    return refusal.value


# Without an identity number


def test_a_foreigner_is_known_again_by_another_document(desk: Desk) -> None:
    one = desk.file(applicant={**ANNA, "document": PASSPORT})
    again = desk.file(applicant={**ANNA, "name": "BERG, Anna", "document": {**PASSPORT, "number": "c01 x00t47"}},
                      matter="labour_or_pay")  # fmt: skip
    assert one["person"] == again["person"]
    shown = desk.see(one["id"])["applicant"]
    assert (shown["identity_number"], shown["document"]["number"], shown["born_on"]) == (
        None,
        "*" * 7 + "47",
        "1980-05-04",
    )


def test_without_number_or_document_staff_say_whether_it_is_the_same_person(desk: Desk) -> None:
    first = desk.file(applicant=ANNA)["person"]
    again: dict[str, t.Any] = {"matter": "labour_or_pay"}
    choice = refused("same-person", lambda: desk.file(applicant=ANNA, **again))
    assert choice.params["candidates"] == first
    assert desk.file(applicant={**ANNA, "person": first}, **again)["person"] == first
    assert desk.file(applicant={**ANNA, "another_person": True}, **again)["person"] != first
    assert number_of_persons(desk) == 2


def test_somebody_of_whom_nothing_but_a_name_is_known_is_not_filed(desk: Desk) -> None:
    refused("who-is-it", lambda: desk.file(applicant={"name": "李某", "identity_number": None}))


def test_people_of_another_birth_or_another_organization_are_no_candidates(desk: Desk) -> None:
    desk.file(applicant=ANNA)
    desk.file(applicant={**ANNA, "born_on": "1980-05-05"})
    desk.file(OTHER, station="muye", applicant=ANNA)
    assert number_of_persons(desk) == 3


def test_a_record_of_somebody_elses_cannot_be_named(desk: Desk) -> None:
    person = desk.file(applicant=ANNA)["person"]
    refused("not-found", lambda: desk.file(OTHER, station="muye", applicant={**ANNA, "person": person}))


def test_a_number_that_is_learned_later_belongs_to_the_record_from_then_on(desk: Desk) -> None:
    born = {"name": "马小某", "identity_number": None, "born_on": "1970-01-01"}
    first = desk.file(applicant=born)["person"]
    told = desk.file(applicant={**born, "born_on": None, "identity_number": MA, "person": first}, matter="other")
    assert told["person"] == first
    assert desk.file(applicant={"name": "马小某"}, matter="labour_or_pay")["person"] == first
    other = identity_number(4)
    refused("another-number", lambda: desk.file(applicant={"identity_number": other, "person": first}))


def test_a_new_number_files_at_once_and_points_at_who_may_be_the_same(desk: Desk) -> None:
    first = desk.file(applicant={"name": "马某", "identity_number": None, "born_on": "1970-01-01"})["person"]
    assert desk.file(matter="other")["possible_same"] == [first]


def test_another_name_under_a_number_does_not_take_over_the_record(desk: Desk) -> None:
    first = desk.file(applicant={"name": "何甲"})["person"]
    slip: dict[str, t.Any] = {"name": "何乙", "phone": "13911111111"}
    refusal = refused("another-name", lambda: desk.file(applicant=slip, matter="other"))
    assert (refusal.pointer, refusal.params) == ("/applicant/name", {"person": first})
    refused("another-name", lambda: desk.file(OTHER, station="muye", applicant=slip, matter="other"))
    shown = desk.ask("person", LIAISON, person=first)
    assert (shown["name"], shown["phone"]) == ("何甲", "13900000000")


def test_a_number_and_a_document_of_two_records_are_refused_until_the_records_are_merged(desk: Desk) -> None:
    by_passport = desk.file(applicant={"identity_number": None, "document": PASSPORT})["person"]
    by_number = desk.file(matter="other")["person"]
    both: dict[str, t.Any] = {"applicant": {"document": PASSPORT}, "matter": "labour_or_pay"}
    assert refused("two-records", lambda: desk.file(**both)).pointer == "/applicant"
    desk.do("merge_persons", STAFF, kept=by_number, merged=by_passport, reason="同一人，已核实")
    assert desk.file(**both)["person"] == by_number


def test_a_document_under_which_another_number_is_known_is_not_filed_into_that_record(desk: Desk) -> None:
    desk.file(applicant={"document": PASSPORT})
    other = {"document": PASSPORT, "identity_number": identity_number(4)}
    refusal = refused("another-number", lambda: desk.file(applicant=other, matter="other"))
    assert refusal.pointer == "/applicant/identity_number"


def test_a_record_that_staff_name_is_not_passed_over_for_that_of_the_number(desk: Desk) -> None:
    desk.file()
    namesake = desk.file(applicant={"identity_number": None, "born_on": "1970-01-01", "another_person": True})["person"]
    refused("two-records", lambda: desk.file(applicant={"person": namesake}, matter="other"))


def test_a_name_that_was_changed_is_taken_over_where_staff_say_so_and_its_spelling_at_once(desk: Desk) -> None:
    first = desk.file(applicant={"name": "买买提·阿依"})["person"]
    assert desk.file(applicant={"name": "買買提 阿依"}, matter="other")["person"] == first
    assert desk.file(applicant={"name": "何乙", "person": first}, matter="labour_or_pay")["person"] == first
    assert desk.ask("person", LIAISON, person=first)["name"] == "何乙"


def test_a_birth_that_the_number_contradicts_is_refused(desk: Desk) -> None:
    refusal = refused("another-birth", lambda: desk.file(applicant={"born_on": "1970-01-02"}))
    assert refusal.pointer == "/applicant/born_on"
    assert number_of_persons(desk) == 0


def test_a_birth_that_contradicts_the_number_on_record_is_refused_where_only_the_record_is_named(desk: Desk) -> None:
    first = desk.file()["person"]
    named = {"identity_number": None, "person": first, "born_on": "1970-01-02"}
    refusal = refused("another-birth", lambda: desk.file(applicant=named, matter="other"))
    assert refusal.pointer == "/applicant/born_on"


# Search and registers


def test_a_search_finds_by_number_and_by_name_however_it_is_written(desk: Desk) -> None:
    desk.file(applicant={"name": "阿依古丽·买买提"})
    by_number = desk.ask("persons_search", LIAISON, identity_number=MA)["items"]
    assert [(one["found_by"], one["name"]) for one in by_number] == [("identity_number", "阿*******")]
    by_name = desk.ask("persons_search", LIAISON, name="阿依古麗 买买提", born_on="1970-01-01")["items"]
    assert [one["found_by"] for one in by_name] == ["name_and_birth"]
    assert desk.ask("persons_search", LIAISON, name="阿依古丽买买提", born_on="1970-01-02")["items"] == []
    assert desk.ask("persons_search", OTHER, identity_number=MA)["items"] == []
    refused("who-is-it", lambda: desk.ask("persons_search", LIAISON, born_on="1970-01-01"))


def test_the_register_lists_a_groups_people_in_sight_masked(desk: Desk) -> None:
    desk.file()
    desk.file(applicant={"identity_number": identity_number(4)}, recipient_group="disabled")
    desk.file(OTHER, station="muye", applicant={"identity_number": identity_number(6)}, recipient_group="disabled")
    assert len(desk.ask("persons", CENTER, recipient_group="disabled")["items"]) == 2
    (mine,) = desk.ask("persons", LIAISON, recipient_group="disabled")["items"]
    assert (mine["name"], mine["identity_number"][4:14], mine["born_on"]) == ("马*", "*" * 10, None)
    assert desk.ask("persons", LAWYER)["items"] == []
    assert len(desk.ask("applications", CENTER, recipient_group="disabled")["items"]) == 2


@pytest.mark.parametrize(("name", "masked"), [("马秀云", "马**"), ("Anna Berg", "A********"), ("马", "马")])
def test_a_masked_name_keeps_its_beginning(name: str, masked: str) -> None:
    assert masked_name(name) == masked


# Merging


def test_two_records_become_one_and_two_again(desk: Desk) -> None:
    old = desk.file(applicant={"name": "马某", "identity_number": None, "born_on": "1970-01-01"})
    new = desk.file(matter="labour_or_pay", recipient_group="worker")
    merge = desk.do("merge_persons", STAFF, kept=new["person"], merged=old["person"], reason="同一人，已核实")
    assert desk.see(old["id"])["applicant"]["id"] == new["person"]
    assert len(desk.ask("person", person=new["person"])["applications"]) == 2
    assert desk.ask("person", person=old["person"])["merged_into"] == new["person"]
    refused("cannot-merge", lambda: desk.do("merge_persons", STAFF, kept=new["person"], merged=old["person"], reason="x"))  # fmt: skip
    desk.do("undo_merge", STAFF, merge=merge["id"], reason="系两人")
    assert desk.see(old["id"])["applicant"]["id"] == old["person"]
    (undone,) = desk.ask("person", person=new["person"])["merges"]
    assert (undone["undone_because"], undone["undone_at"] is not None) == ("系两人", True)
    refused("merge-undone", lambda: desk.do("undo_merge", STAFF, merge=merge["id"], reason="x"))


def test_two_identity_numbers_are_two_people(desk: Desk) -> None:
    one, two = desk.file()["person"], desk.file(applicant={"identity_number": identity_number(4)})["person"]
    refused("cannot-merge", lambda: desk.do("merge_persons", kept=one, merged=two, reason="x"))
    refused("cannot-merge", lambda: desk.do("merge_persons", kept=one, merged=one, reason="x"))


def test_two_days_of_birth_are_one_person_only_when_somebody_named_says_why(desk: Desk) -> None:
    slip = desk.file(applicant={"identity_number": None, "born_on": "1970-10-01"})["person"]
    sure = desk.file(matter="other")["person"]
    both: dict[str, t.Any] = {"kept": sure, "merged": slip, "reason": "出生日期录入有误，已核对户口簿"}
    assert refused("cannot-merge", lambda: desk.do("merge_persons", STAFF, **both)).params["why"] == "two_births"
    of_nobody = Principal("staff-key", "center_staff", "center")
    refused("no-person", lambda: desk.do("merge_persons", of_nobody, **both, births_differ=True))
    turned = {**both, "kept": slip, "merged": sure, "births_differ": True}
    assert refused("cannot-merge", lambda: desk.do("merge_persons", STAFF, **turned)).params["why"] == "birth_of_number"
    merge = desk.do("merge_persons", STAFF, **both, births_differ=True)
    assert desk.ask("person", person=sure)["born_on"] == "1970-01-01"
    desk.do("undo_merge", STAFF, merge=merge["id"], reason="系两人")
    assert desk.ask("person", person=slip)["born_on"] == "1970-10-01"


def test_what_a_number_says_comes_over_with_it_and_goes_back_with_it(desk: Desk) -> None:
    kept = desk.file(applicant={"identity_number": None, "document": PASSPORT})["person"]
    numbered = desk.file(applicant={"identity_number": identity_number(4)}, matter="other")["person"]
    before, number = (desk.ask("person", person=one) for one in (kept, numbered))
    assert (before["born_on"], before["gender"]) == (None, "unknown")
    merge = desk.do("merge_persons", STAFF, kept=kept, merged=numbered, reason="同一人")
    shown = desk.ask("person", person=kept)
    assert (shown["born_on"], shown["gender"]) == (number["born_on"], number["gender"])
    desk.do("undo_merge", STAFF, merge=merge["id"], reason="系两人")
    for one, was in ((kept, before), (numbered, number)):
        shown = desk.ask("person", person=one)
        assert (shown["born_on"], shown["gender"]) == (was["born_on"], was["gender"])


def test_the_record_of_the_path_is_not_pointed_at_in_the_body(desk: Desk) -> None:
    person = desk.file()["person"]
    lost = refused("not-found", lambda: desk.do("merge_persons", kept=new_id(), merged=person, reason="x"))
    assert lost.pointer is None
    lost = refused("not-found", lambda: desk.do("merge_persons", kept=person, merged=new_id(), reason="x"))
    assert lost.pointer == "/merged"


def test_who_files_under_the_merged_documents_lands_in_the_kept_record(desk: Desk) -> None:
    old = desk.file(applicant={**ANNA, "document": PASSPORT})["person"]
    born_the_same_day = {"name": "安娜", "identity_number": identity_number(4, "19800504")}
    kept = desk.file(applicant=born_the_same_day, matter="other")["person"]
    desk.do("merge_persons", kept=kept, merged=old, reason="同一人")
    again = desk.file(applicant={**ANNA, "document": PASSPORT}, matter="labour_or_pay")
    assert again["person"] == kept
    assert again["duplicates"] == []


# Consent


def test_consent_that_is_needed_is_named_until_it_is_given_and_again_once_it_is_withdrawn(desk: Desk) -> None:
    filed = desk.file(facts=["visual_hearing_speech_disability"])

    def missing() -> list[str]:
        return t.cast(list[str], desk.see(filed["id"], LIAISON)["applicant"]["consents_missing"])

    assert missing() == ["identity", "health"]
    consent = desk.do("record_consent", LIAISON, person=filed["person"], kind="health")
    assert missing() == ["identity"]
    desk.do("withdraw_consent", LIAISON, consent=consent["id"], reason="本人要求")
    assert missing() == ["identity", "health"]
    refused("consent-withdrawn", lambda: desk.do("withdraw_consent", LIAISON, consent=consent["id"]))
    refused("not-found", lambda: desk.do("withdraw_consent", OTHER, consent=consent["id"]))
    refused("not-found", lambda: desk.do("record_consent", OTHER, person=filed["person"], kind="health"))


def test_for_a_child_under_14_the_guardian_consents_and_is_named(desk: Desk) -> None:
    filed = desk.file(applicant={"name": "小明", "identity_number": identity_number(3, "20150901")}, facts=[],
                      recipient_group="minor")  # fmt: skip
    person = filed["person"]
    assert "child_under_14" in desk.see(filed["id"])["applicant"]["consents_missing"]
    for wrong in ({}, {"given_by": "guardian"}, {"guardian": "马父"}):
        refused("guardian-consents", lambda w=wrong: desk.do("record_consent", person=person, kind="identity", **w))
    desk.do("record_consent", person=person, kind="child_under_14", given_by="guardian", guardian="马父",
            guardian_relation="父亲")  # fmt: skip
    shown = desk.ask("person", person=person)
    assert (shown["consents"][0]["guardian"], "child_under_14" in shown["consents_missing"]) == ("马父", False)


def test_a_guardians_consent_for_a_child_is_not_recorded_for_somebody_older(desk: Desk) -> None:
    given = {"kind": "child_under_14", "given_by": "guardian", "guardian": "马父"}
    grown_up = desk.file()["person"]
    assert refused("not-a-child", lambda: desk.do("record_consent", person=grown_up, **given)).pointer == "/kind"
    fourteen_today = {"name": "小明", "identity_number": identity_number(3, "20120901")}
    child = desk.file(applicant=fourteen_today, recipient_group="minor", facts=[])["person"]
    refused("not-a-child", lambda: desk.do("record_consent", person=child, **given))
    desk.do("record_consent", person=child, given_on="2026-08-31", **given)
    unknown = desk.file(applicant={**ANNA, "born_on": None, "document": PASSPORT}, matter="other")["person"]
    desk.do("record_consent", person=unknown, **given)


# Who looked


def test_whoever_is_shown_a_person_is_in_the_audit_trail(desk: Desk) -> None:
    filed = desk.file()
    desk.see(filed["id"], LIAISON)
    desk.ask("person", STAFF, person=filed["person"], reveal=True)
    desk.ask("persons_search", BOUND, name="马某")
    assert looks(desk) == [
        ("intake.application", "liaison"), ("intake.person", "center_staff"), ("intake.persons_search", "liaison"),
    ]  # fmt: skip
    trail = desk.ask("looks", AUDITOR, person=filed["person"])["items"]
    assert [one["by_organization"] for one in trail] == ["womens-federation", "center", "womens-federation"]
    assert "identity_number whole" in trail[1]["shown"]
    assert MA not in str(trail)


def test_who_is_refused_leaves_no_trace_and_sees_nothing(desk: Desk) -> None:
    filed = desk.file()
    refused("not-found", lambda: desk.see(filed["id"], OTHER))
    refused("not-found", lambda: desk.ask("person", OTHER, person=filed["person"]))
    refused("not-found", lambda: desk.ask("person_export", OTHER, person=filed["person"]))
    assert looks(desk) == []


def test_the_number_is_masked_until_it_is_asked_for(desk: Desk) -> None:
    person = desk.file()["person"]
    assert desk.ask("person", person=person)["identity_number"] != MA
    assert desk.ask("person", person=person, reveal=True)["identity_number"] == MA


def test_names_births_facts_and_judgements_are_not_in_the_clear_in_the_database(desk: Desk) -> None:
    desk.file(facts=["visual_hearing_speech_disability"], monthly_income_fen=123_456)
    with desk.bench.database.engine.connect() as connection:
        rows = [str(row) for table in ("persons", "applications", "application_acts")
                for row in connection.exec_driver_sql(f"SELECT * FROM {table}")]  # fmt: skip
    for secret in ("马某", MA, "1970", "disability", "123456", "13900000000", "王某"):
        assert not any(secret in row for row in rows), secret


# Export and erasure


def test_an_export_holds_everything_and_says_that_it_was_made(desk: Desk) -> None:
    filed = desk.file()
    desk.do("record_consent", person=filed["person"], kind="identity")
    desk.see(filed["id"], LIAISON)
    export = desk.ask("person_export", person=filed["person"])
    assert export["person"]["identity_number"] == MA
    (application,) = export["applications"]
    assert (application["statement"], application["facts"]) == ("丈夫遗弃，请求离婚", ["abandoned"])
    assert [one["by_role"] for one in export["looked_at_by"]] == ["liaison"]
    assert looks(desk)[-1] == ("intake.person_export", "center_admin")


def closed(desk: Desk, filed: dict[str, t.Any], **grant: t.Any) -> None:
    """Aid was granted, and assignment closed the case."""
    desk.do("grant_application", application=filed["id"], **grant)
    event = {**{k: v for k, v in desk.said("application_granted")[-1].items() if k in REFERENCE}, "case": filed["id"],
             "case_number": "C2026-00001", "lawyer": filed["id"], "grade": "good",
             "checked_at": desk.bench.clock.now().isoformat()}  # fmt: skip
    desk.bench.handle("assignment.closing_file_checked.v1", event, organization="womens-federation")


REFERENCE = ("application", "application_number", "organization", "station", "recipient_group", "form_of_aid", "matter")


def test_nothing_is_erased_while_a_matter_is_open_or_its_file_must_be_kept(desk: Desk) -> None:
    filed = desk.file()
    erase = {"person": filed["person"], "reason": "本人申请"}
    assert "A2026-00001" in refused("matter-open", lambda: desk.do("erase_person", **erase)).params["numbers"]
    desk.do("grant_application", application=filed["id"])
    refused("matter-open", lambda: desk.do("erase_person", **erase))
    closed_at = desk.bench.clock.now()
    event = {**{k: v for k, v in desk.said("application_granted")[-1].items() if k in REFERENCE}, "case": filed["id"],
             "case_number": "C2026-00001", "ground": "own_request", "terminated_at": closed_at.isoformat()}  # fmt: skip
    desk.bench.handle("assignment.case_terminated.v1", event, organization="womens-federation")
    refused("kept-by-law", lambda: desk.do("erase_person", **erase))
    desk.bench.clock.set(closed_at + dt.timedelta(days=3650))
    assert desk.do("erase_person", **erase)["applications"] == ["A2026-00001"]


def test_aid_that_is_given_back_opens_the_matter_again(desk: Desk) -> None:
    filed = desk.file()
    closed(desk, filed)
    erase = {"person": filed["person"], "reason": "本人申请"}
    refused("kept-by-law", lambda: desk.do("erase_person", **erase))
    event = {**{k: v for k, v in desk.said("application_granted")[-1].items() if k in REFERENCE}, "case": filed["id"],
             "case_number": "C2026-00001", "objection": filed["id"],
             "restored_at": desk.bench.clock.now().isoformat()}  # fmt: skip
    desk.bench.handle("assignment.aid_restored.v1", event, organization="womens-federation")
    refused("matter-open", lambda: desk.do("erase_person", **erase))


def test_erasure_leaves_numbers_and_figures_and_not_a_word(desk: Desk) -> None:
    filed = desk.file(facts=["abandoned"], monthly_income_fen=5)
    desk.do("record_consent", person=filed["person"], kind="identity")
    closed(desk, filed)
    desk.bench.clock.set(desk.bench.clock.now() + dt.timedelta(days=3651))
    desk.do("erase_person", person=filed["person"], reason="保管期满")
    shown = desk.see(filed["id"])
    assert (shown["number"], shown["matter"], shown["eligibility"]) == ("A2026-00001", "marriage_family", "eligible")
    assert shown["applicant"]["erased"] is True
    for name in ("name", "identity_number", "phone", "address", "born_on"):
        assert not shown["applicant"][name]
    assert (shown["statement"], shown["facts"], shown["judgement"], shown["opposing_parties"]) == ("", [], None, [])
    assert [act["note"] for act in shown["history"]] == [None] * len(shown["history"])
    (event,) = desk.said("person_erased")
    assert (event["person"], event["applications"]) == (filed["person"], [filed["id"]])
    assert desk.ask("persons_search", identity_number=MA)["items"] == []
    assert len(desk.ask("looks", AUDITOR, person=filed["person"])["items"]) == 1
    again = desk.do("erase_person", person=filed["person"], reason="x")
    assert again["erased_at"]
    assert len(desk.said("person_erased")) == 1
    fresh = desk.file()
    assert fresh["person"] != filed["person"]


def test_a_matter_whose_person_was_erased_takes_neither_an_objection_nor_papers(desk: Desk) -> None:
    refusal, urgent = desk.file(), desk.file(matter="labour_or_pay", urgency="urgent")
    desk.do("refuse_application", application=refusal["id"], reasons=["不属于法律援助范围"])
    paper = {"kind": "income", "title": "收入证明"}
    closed(desk, urgent, papers_later=[paper])
    desk.bench.clock.set(desk.bench.clock.now() + dt.timedelta(days=3651))
    desk.do("erase_person", person=refusal["person"], reason="保管期满")
    refused("person-erased", lambda: desk.do("file_objection", application=refusal["id"], grounds="不服"))
    refused("person-erased", lambda: desk.do("supply_papers", application=urgent["id"], documents=[paper]))
    assert desk.see(refusal["id"])["state"] == "refused"


def test_whoever_comes_again_after_an_erasure_has_a_new_record(desk: Desk) -> None:
    filed = desk.file()
    closed(desk, filed)
    desk.bench.clock.set(desk.bench.clock.now() + dt.timedelta(days=3651))
    desk.do("erase_person", person=filed["person"], reason="保管期满")
    refused("not-found", lambda: desk.file(OTHER, station="muye", applicant={**ANNA, "person": filed["person"]}))
    refused("person-erased", lambda: desk.file(CENTER, station="hall", applicant={**ANNA, "person": filed["person"]}))


def test_a_filing_of_theirs_that_became_a_dead_letter_is_emptied_as_well(desk: Desk) -> None:
    filed, bench = desk.file(), desk.bench
    command, other = (
        bench.envelope("intake.file_application.v1", {
            "station": "fengquan", "applicant": {"name": "马某", "identity_number": number}, "recipient_group": "woman",
            "matter": "other", "statement": "x",
        }) for number in (MA, identity_number(4))
    )  # fmt: skip
    with bench.session() as session:
        mine, theirs = (
            dead_letters.keep(session, one.encode(), "x", "", bench.clock.now(), one) for one in (command, other)
        )
    closed(desk, filed)
    bench.clock.set(bench.clock.now() + dt.timedelta(days=3651))
    desk.do("erase_person", person=filed["person"], reason="保管期满")
    with bench.session() as session:
        letters = [dead_letters.find(session, letter) for letter in (mine, theirs)]
    assert [row.state for row in letters] == ["discarded", "held"]
    assert MA.encode() not in letters[0].body


@pytest.mark.parametrize("born_on", ["2099-02-28", "1849-12-31"])
def test_nobody_is_born_after_today_or_two_ages_ago(desk: Desk, born_on: str) -> None:
    said = refused("impossible-date", lambda: desk.file(applicant={**ANNA, "born_on": born_on}))
    assert said.pointer == "/applicant/born_on"


def test_a_number_of_a_day_that_is_still_to_come_is_refused_without_saying_it(desk: Desk) -> None:
    number = identity_number(2, "20260902")  # the bench's day is 2026-09-01
    said = refused("impossible-date", lambda: desk.file(applicant={"identity_number": number}))
    assert (said.pointer, said.params["value"]) == ("/applicant/identity_number", "***")
