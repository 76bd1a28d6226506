"""Nobody reads or changes what is not theirs, whatever identifiers they send.

To whoever may not see it, a thing does not exist: the answer is word for word the one for an id that was made up.
"""

from __future__ import annotations

import typing as t
from uuid import uuid4

import pytest

from tests.stories.cast import STATION, Cast, application_of, assigned, filed, identity_number
from tests.stories.network import Actor, Body, Network


class Strangers(t.NamedTuple):
    """Who has a valid key, and no business with the women's federation's case."""

    other_organization: Actor
    other_station: Actor
    other_lawyer: Actor


@pytest.fixture(scope="module")
def strangers(network: Network, cast: Cast) -> Strangers:
    network.organization("trade-unions", "和阳市总工会", kind="trade_union")
    unions = network.station("trade-unions", "tu-hebin", "河滨区总工会法律援助工作站", liaison="高强")
    hebin = network.station("womens-federation", "wf-hebin", "河滨区妇联法律援助工作站", liaison="钱春娟")
    return Strangers(unions, hebin, cast.second)


class Matter(t.NamedTuple):
    """One application and all that grew from it, by the ids that a stranger could guess or overhear."""

    application: str
    number: str
    case: str
    offer: str
    task: str
    person: str
    consent: str
    merge: str
    lawyer: Actor
    complaint: str
    suspension: str


@pytest.fixture(scope="module")
def matter(network: Network, cast: Cast, strangers: Strangers) -> Matter:
    """A case of the women's federation's station in Fengquan that its lawyer has accepted."""
    case, lawyer = assigned(cast, "魏淑珍")
    task = lawyer.finds("/v1/tasks", "the task of the retainer", kind="retainer", application=case["application"])
    (offer,) = cast.officer.reads("/v1/offers", case=case["id"])["items"]
    person, consent, merge = her_record(cast, case["application"])
    numbers = (case["application"], case["application_number"], case["id"], offer["id"], task["id"])
    return Matter(*numbers, person, consent, merge, lawyer, *oversight(cast))


def her_record(cast: Cast, application: str) -> tuple[str, str, str]:
    """The person of an application, with a consent and with a second record that was merged into it."""
    person = cast.officer.reads(f"/v1/applications/{application}")["applicant"]["id"]
    consent = cast.liaison.does("/v1/consents", person=person, kind="identity")["id"]
    applicant = {"name": "魏淑珍", "born_on": "1984-05-14", "another_person": True}
    twin = filed(cast, "魏淑珍", applicant=applicant, matter="other")["person"]
    merge = cast.officer.does(f"/v1/persons/{person}/merge", merged=twin, reason="同一人")["id"]
    return person, consent, merge


def oversight(cast: Cast) -> tuple[str, str]:
    """A complaint about the station, and a suspension of it that was lifted."""
    place = {"organization": "womens-federation", "station": STATION}
    complaint = cast.officer.does("/v1/complaints", **place, subject="delay", statement="拖延办理")
    cast.director.does("/v1/inspections", **place, met=[], suspend=True)
    suspended = cast.officer.finds("/v1/suspensions", "the suspension", standing=True)
    cast.director.does(f"/v1/suspensions/{suspended['id']}/lift", reason="误登")
    return complaint["id"], suspended["id"]


def things(matter: Matter) -> dict[str, str]:
    """Path with a hole -> the id that fills it."""
    return {
        "/v1/applications/{}": matter.application,
        "/v1/applications/{}/timeline": matter.application,
        "/v1/applications/{}/papers": matter.application,
        "/v1/cases/{}": matter.case,
        "/v1/cases/{}/closing-checklist": matter.case,
        "/v1/tasks/{}": matter.task,
        "/v1/persons/{}": matter.person,
        "/v1/persons/{}/export": matter.person,
        "/v1/persons/{}/looks": matter.person,
        "/v1/complaints/{}": matter.complaint,
        "/v1/complaints/{}/traces": matter.complaint,
    }


@pytest.mark.parametrize("who", Strangers._fields)
def test_a_strangers_read_is_answered_like_one_of_a_made_up_id(strangers: Strangers, matter: Matter, who: str) -> None:
    stranger: Actor = getattr(strangers, who)
    for path, id_ in things(matter).items():
        theirs, made_up = stranger.asks(path.format(id_)), stranger.asks(path.format(uuid4()))
        assert theirs.status == made_up.status
        assert theirs.status in (403, 404), f"{stranger.name} reads {path}"
        assert without_ids(theirs.body) == without_ids(made_up.body)


@pytest.mark.parametrize("who", Strangers._fields)
def test_a_strangers_lists_do_not_show_it(strangers: Strangers, matter: Matter, who: str) -> None:
    stranger: Actor = getattr(strangers, who)
    lists = ("applications", "cases", "offers", "tasks", "deadlines", "notifications", "persons",
             "complaints", "suspensions", "inspections")  # fmt: skip
    for path in (f"/v1/{name}" for name in lists):
        answer = stranger.asks(path)
        assert answer.status == 403 or answer.body["items"] == [], f"{stranger.name} lists {path}"


@pytest.mark.parametrize("who", Strangers._fields)
def test_a_strangers_write_changes_nothing(cast: Cast, strangers: Strangers, matter: Matter, who: str) -> None:
    stranger: Actor = getattr(strangers, who)
    before = cast.officer.reads(f"/v1/cases/{matter.case}")
    for path, body in (
        (f"/v1/applications/{matter.application}/withdraw", {}),
        (f"/v1/cases/{matter.case}/retainer", {}),
        (f"/v1/cases/{matter.case}/end", {"outcome": "lost"}),
        (f"/v1/cases/{matter.case}/limits", {"kind": "civil_limitation", "since": "2026-01-10"}),
        (f"/v1/cases/{matter.case}/limits/close", {"kind": "civil_limitation"}),
        (f"/v1/cases/{matter.case}/labour-steps", {"step": "mediation_requested"}),
        (f"/v1/cases/{matter.case}/costs", {"kind": "travel", "fen": 100}),
        (f"/v1/cases/{matter.case}/closing-file/return", {"missing": ["判决书"], "reason": "不全"}),
        (f"/v1/cases/{matter.case}/subsidy/payment", {}),
        (f"/v1/cases/{matter.case}/objection", {"grounds": "不服终止"}),
        (f"/v1/cases/{matter.case}/objection/decision", {"outcome": "overturned", "reasons": ["改正"]}),
        (f"/v1/cases/{matter.case}/progress-reports", {"stage": "retrial", "summary": "不实报告"}),
        (f"/v1/offers/{matter.offer}/answer", {"answer": "decline"}),
        (f"/v1/tasks/{matter.task}/finish", {"outcome": "not_needed", "confirmed": True}),
        (f"/v1/tasks/{matter.task}/take", {}),
        (f"/v1/consents/{matter.consent}/withdraw", {"reason": "并非本人要求"}),
        (f"/v1/persons/{matter.person}/merge", {"merged": str(uuid4()), "reason": "冒充"}),
        (f"/v1/merges/{matter.merge}/undo", {"reason": "冒充"}),
        (f"/v1/persons/{matter.person}/erasure", {"reason": "冒充"}),
        (f"/v1/complaints/{matter.complaint}/accept", {}),
        (f"/v1/complaints/{matter.complaint}/conclude", {"conclusion": "unfounded", "reasons": "不实"}),
        (f"/v1/complaints/{matter.complaint}/answer", {"answer": "已答复"}),
        (f"/v1/suspensions/{matter.suspension}/lift", {"reason": "恢复"}),
    ):
        answer = stranger.sends(path, body)
        assert answer.status in (403, 404), f"{stranger.name} POST {path}: {answer.status} {answer.body}"
        made_up = stranger.sends(path.replace(path.split("/")[3], str(uuid4())), body)
        assert without_ids(answer.body) == without_ids(made_up.body)
    assert cast.officer.reads(f"/v1/cases/{matter.case}") == before
    record = cast.officer.reads(f"/v1/persons/{matter.person}")
    assert (record["consents"][0]["withdrawn_at"], record["merges"][0]["undone_at"], record["erased"]) == (
        None,
        None,
        False,
    )


def test_a_person_is_found_looked_at_and_answered_for_by_their_own_station_alone(
    cast: Cast, strangers: Strangers, matter: Matter
) -> None:
    """Whoever is refused leaves no trace in the audit trail either: nothing was shown."""
    who = {"identity_number": identity_number("魏淑珍")}
    assert [one["id"] for one in cast.liaison.does("/v1/persons/search", **who)["items"]] == [matter.person]
    trail = f"/v1/persons/{matter.person}/looks"
    looked = cast.director.reads(trail)
    for stranger in strangers:
        found = stranger.sends("/v1/persons/search", who)
        assert found.status == 403 or found.body["items"] == []
        given = stranger.sends("/v1/consents", {"person": matter.person, "kind": "health"})
        made_up = stranger.sends("/v1/consents", {"person": str(uuid4()), "kind": "health"})
        assert given.status in (403, 404)
        assert without_ids(given.body) == without_ids(made_up.body)
    assert cast.director.reads(trail) == looked


@pytest.mark.parametrize("who", Strangers._fields)
def test_a_stranger_does_nothing_to_an_application(cast: Cast, strangers: Strangers, matter: Matter, who: str) -> None:
    stranger: Actor = getattr(strangers, who)
    path = f"/v1/applications/{matter.application}"
    before = cast.officer.reads(path)
    for act, body in (
        ("amendment", {"reason": "冒充", "statement": "另一陈述"}),
        ("papers", {"documents": [{"kind": "x", "title": "x"}], "complete": True}),
        ("papers-request", {"papers": [{"name": "身份证"}]}),
        ("referral", {"organization": "trade-unions", "station": "tu-hebin", "reason": "截留"}),
        ("grant", {}),
        ("refuse", {"reasons": ["冒充"]}),
        ("objection", {"grounds": "冒充"}),
        ("objection/decision", {"outcome": "upheld", "reasons": ["冒充"]}),
    ):
        refused_alike(stranger, f"{path}/{act}", body)
    assert cast.officer.reads(path) == before


@pytest.mark.parametrize("who", Strangers._fields)
def test_a_stranger_changes_no_register(network: Network, cast: Cast, strangers: Strangers, who: str) -> None:
    stranger: Actor = getattr(strangers, who)
    stations = network.administrator.reads("/v1/stations", organization="womens-federation")["items"]
    station = next(one["id"] for one in stations if one["code"] == STATION)
    pair = cast.liaison.does("/v1/pairs", station=STATION, volunteer_name="张志愿", person_name=f"小明{who}")["id"]
    before = [cast.officer.reads(path) for path in (f"/v1/stations/{station}", "/v1/staff", "/v1/pairs")]
    refused_alike(stranger, f"/v1/stations/{station}", {"name": "冒充", "version": 1}, method="PATCH")
    refused_alike(stranger, f"/v1/stations/{station}/state", {"act": "close", "reason": "冒充"})
    refused_alike(stranger, f"/v1/stations/{station}/assessment", {"marks": [{"item": "room", "met": False}]})
    refused_alike(stranger, f"/v1/staff/{cast.liaison.id}", {"name": "冒充", "version": 1}, method="PATCH")
    refused_alike(stranger, f"/v1/staff/{cast.liaison.id}/leave", {})
    refused_alike(stranger, f"/v1/pairs/{pair}/end", {"reason": "冒充"})
    assert [cast.officer.reads(path) for path in (f"/v1/stations/{station}", "/v1/staff", "/v1/pairs")] == before
    for path in ("/v1/services", "/v1/pairs", "/v1/staff"):
        seen = stranger.asks(path, station=STATION)
        is_a_colleague = (path, who) == ("/v1/staff", "other_station")
        assert seen.status == 403 or is_a_colleague or seen.body["items"] == [], f"{stranger.name} lists {path}"


@pytest.mark.parametrize("who", Strangers._fields)
def test_a_file_of_many_rows_is_the_centers_affair(network: Network, strangers: Strangers, who: str) -> None:
    stranger: Actor = getattr(strangers, who)
    announced = {"file": "staff.csv", "sha256": "ab" * 32, "rows": 1, "batches": 1}
    upload = network.administrator.does("/v1/imports", **announced)
    assert stranger.asks("/v1/imports").status == 403
    for path in (f"/v1/imports/{upload['id']}", f"/v1/imports/{upload['id']}/faults"):
        theirs, made_up = stranger.asks(path), stranger.asks(path.replace(upload["id"], str(uuid4())))
        assert (theirs.status, without_ids(theirs.body)) == (403, without_ids(made_up.body))
    refused_alike(stranger, "/v1/imports", announced)
    rows = {"piece": 0, "kind": "staff", "headings": ["name"], "first_row": 2, "rows": [["冒充"]]}
    refused_alike(stranger, f"/v1/imports/{upload['id']}/rows", rows)
    assert network.administrator.reads(f"/v1/imports/{upload['id']}")["received"] == 0


def refused_alike(stranger: Actor, path: str, body: Body, method: str = "POST") -> None:
    """A write that is refused, in the words in which one about a made-up id is refused."""
    answer = stranger.sends(path, body, method=method)
    assert answer.status in (403, 404), f"{stranger.name} {method} {path}: {answer.status} {answer.body}"
    if path.count("/") > 2:
        made_up = stranger.sends(path.replace(path.split("/")[3], str(uuid4())), body, method=method)
        assert (answer.status, without_ids(answer.body)) == (made_up.status, without_ids(made_up.body))


def test_the_station_complained_about_sees_neither_the_complaint_nor_its_tasks(cast: Cast, matter: Matter) -> None:
    theirs, made_up = (cast.liaison.asks(f"/v1/complaints/{one}") for one in (matter.complaint, uuid4()))
    assert (theirs.status, without_ids(theirs.body)) == (404, without_ids(made_up.body))
    assert cast.liaison.reads("/v1/complaints")["items"] == []
    for path in ("/v1/tasks", "/v1/deadlines"):
        assert not [one for one in cast.liaison.reads(path)["items"] if one["subject"] == matter.complaint]


@pytest.mark.parametrize("who", Strangers._fields)
def test_a_stranger_has_no_hand_in_the_choice_of_a_lawyer(
    cast: Cast, strangers: Strangers, matter: Matter, who: str
) -> None:
    stranger: Actor = getattr(strangers, who)
    before = cast.officer.reads(f"/v1/cases/{matter.case}")
    party = before["parties"][0]["id"]
    for method, path, body in (
        ("PUT", f"/v1/cases/{matter.case}/wishes", {"gender": "female", "version": before["version"]}),
        ("POST", f"/v1/cases/{matter.case}/offers", {"reason": "冒充"}),
        ("POST", f"/v1/offers/{matter.offer}/withdraw", {"reason": "冒充"}),
        ("POST", f"/v1/cases/{matter.case}/parties", {"side": "opposing", "name": "某人"}),
        ("POST", f"/v1/parties/{party}/identity", {"former_names": ["某人"]}),
        ("POST", f"/v1/conflicts/{matter.case}/decision", {"decision": "no_conflict", "reason": "冒充"}),
        ("POST", f"/v1/backlog-plans/{matter.case}/offers", {}),
    ):
        answer = stranger.sends(path, body, method=method)
        assert answer.status in (403, 404), f"{stranger.name} {method} {path}: {answer.status} {answer.body}"
        made_up = stranger.sends(path.replace(path.split("/")[3], str(uuid4())), body, method=method)
        assert without_ids(answer.body) == without_ids(made_up.body)
    assert stranger.sends("/v1/backlog-plans", {}).status == 403
    for path in (f"/v1/cases/{matter.case}/proposal", f"/v1/backlog-plans/{matter.case}", "/v1/conflicts"):
        assert stranger.asks(path).status in (403, 404), f"{stranger.name} reads {path}"
    assert cast.officer.reads(f"/v1/cases/{matter.case}") == before


def test_rosters_absences_and_volunteers_are_kept_by_those_whose_they_are(
    cast: Cast, strangers: Strangers, matter: Matter
) -> None:
    hours = {"organization": "womens-federation", "station": STATION, "begins": "09:00", "ends": "12:00"}
    duties = [cast.liaison.does("/v1/duties", **hours, on=day)["id"] for day in ("2026-03-03", "2026-03-04")]
    away = {"since": "2026-03-03", "until": "2026-03-04"}
    absence = matter.lawyer.does("/v1/absences", lawyer=matter.lawyer.id, **away)["id"]
    helper = {"organization": "womens-federation", "name": "志愿者甲", "work": ["tutoring"], "phone": "13800000001"}
    volunteer = cast.liaison.does("/v1/volunteers", **helper)["id"]
    for stranger in strangers:
        for path, body in (
            (f"/v1/duties/{duties[0]}/staff", {}),
            (f"/v1/duties/{duties[0]}/swap", {"other": duties[1]}),
            (f"/v1/absences/{absence}/cancel", {}),
        ):
            answer = stranger.sends(path, body)
            assert answer.status in (403, 404), f"{stranger.name} POST {path}: {answer.status} {answer.body}"
            made_up = stranger.sends(path.replace(path.split("/")[3], str(uuid4())), body)
            assert without_ids(answer.body) == without_ids(made_up.body)
        planned = stranger.sends("/v1/duties", {**hours, "on": "2026-03-05"})
        assert planned.status in (403, 422), f"{stranger.name} plans a duty: {planned.status}"
        seen = stranger.asks("/v1/absences", lawyer=matter.lawyer.id)
        assert seen.status == 403 or seen.body["items"] == []
    for stranger in (strangers.other_organization, strangers.other_lawyer):
        changed = stranger.sends(f"/v1/volunteers/{volunteer}", {"phone": "13900000000", "version": 1}, method="PATCH")
        assert changed.status in (403, 404), f"{stranger.name} changes a volunteer: {changed.status}"
        shown = stranger.asks("/v1/volunteers")
        assert shown.status == 403 or not any(one["id"] == volunteer for one in shown.body["items"])
    assert [
        one["id"] for one in cast.liaison.reads("/v1/duties", since="2026-03-03", until="2026-03-04")["items"]
    ] == duties


class Planned(t.NamedTuple):
    """What the center and the station in Fengquan have of plans, samples, reports and calendars."""

    plan: str
    sample: str
    errand: str
    calendar: str
    report: str


@pytest.fixture(scope="module")
def planned(network: Network, cast: Cast) -> Planned:
    """A plan for one station, a draw, a task given by hand, a calendar feed and a monthly report."""
    place = {"organization": "womens-federation", "station": STATION}
    days = {"first_day": "2026-01-01", "last_day": "2026-01-31", "due_on": "2026-12-31"}
    plan = cast.director.does("/v1/plans", template="monthly_report", **place)
    sample = cast.director.does("/v1/samples", kind="interview", sample={"of": "stations", "share": 0.01}, **days)
    errand = cast.officer.does("/v1/tasks", words="补拍门牌照片", due_on="2026-12-31", role="liaison", **place)
    calendar = cast.liaison.does("/v1/calendars")
    report = cast.liaison.does("/v1/station-reports", progress="培训。", idle_reason="装修。", month="2025-12")
    return Planned(*(one["id"] for one in (plan, sample, errand, calendar, report)))


@pytest.mark.parametrize("who", Strangers._fields)
def test_plans_samples_reports_and_calendars_of_others_are_not_there(
    cast: Cast, strangers: Strangers, planned: Planned, who: str
) -> None:
    stranger: Actor = getattr(strangers, who)
    for path, id_ in (("plans", planned.plan), ("samples", planned.sample), ("tasks", planned.errand)):
        theirs, made_up = (stranger.asks(f"/v1/{path}/{one}") for one in (id_, uuid4()))
        assert (theirs.status, without_ids(theirs.body)) == (made_up.status, without_ids(made_up.body)), path
        assert theirs.status in (403, 404), path
    for path in ("plans", "samples", "station-reports", "undated-cases", "calendars"):
        answer = stranger.asks(f"/v1/{path}")
        shown = [] if answer.status == 403 else [one["id"] for one in answer.body["items"] if "id" in one]
        assert not set(shown) & set(planned), path
    place = {"organization": "womens-federation", "station": STATION}
    assert stranger.asks("/v1/station-reports/draft", **place).status in (403, 422)
    assert stranger.asks("/v1/meetings/agenda").status == 403
    for path, body, method in (
        (f"/v1/plans/{planned.plan}", {"moved": "stay", "version": 1}, "PATCH"),
        (f"/v1/plans/{planned.plan}/stop", {"reason": "冒充"}, "POST"),
        (f"/v1/tasks/{planned.errand}/notes", {"words": "冒充"}, "POST"),
        (f"/v1/calendars/{planned.calendar}/revoke", {}, "POST"),
    ):
        refused_alike(stranger, path, body, method)
    days = {"first_day": "2026-01-01", "last_day": "2026-01-31", "due_on": "2026-12-31"}
    for path, body in (
        ("/v1/plans", {"template": "joint_meeting"}),
        ("/v1/samples", {"sample": {"of": "stations", "share": 1}, **days}),
        ("/v1/meetings/prepare", {"starts_at": "2026-12-01T09:00:00+08:00"}),
        ("/v1/tasks", {"words": "冒充", "due_on": "2026-12-31", "to": [cast.liaison.id]}),
        ("/v1/station-reports", {"progress": "冒充", **place}),
        ("/v1/calendars", place),
    ):
        assert stranger.sends(path, body).status in (403, 422), path
    assert cast.director.reads(f"/v1/plans/{planned.plan}")["version"] == 1


def test_a_liaison_files_for_no_station_but_the_own(strangers: Strangers) -> None:
    for stranger in (strangers.other_organization, strangers.other_station):
        answer = stranger.sends("/v1/applications", application_of("陶春梅", station=STATION))
        assert (answer.status, answer.problem) == (422, "unknown-station")


def test_the_organization_comes_from_the_credential_and_never_from_the_body(strangers: Strangers) -> None:
    body = application_of("姜秋月", station="tu-hebin", organization="womens-federation")
    answer = strangers.other_organization.sends("/v1/applications", body)
    assert (answer.status, answer.body["errors"][0]["pointer"]) == (422, "/organization")


def test_figures_of_another_organization_are_not_to_be_had(strangers: Strangers, matter: Matter) -> None:
    stranger = strangers.other_organization
    assert stranger.asks("/v1/figures", organization="womens-federation").status in (403, 404, 422)
    own = stranger.reads("/v1/figures")
    assert (own["organization"], own["sums"]["applications"]) == ("trade-unions", 0)


def test_what_became_of_a_command_is_for_who_sent_it(cast: Cast, strangers: Strangers) -> None:
    sent = cast.liaison.sends("/v1/applications", application_of("戚兰英"))
    path = sent.headers["Link"].partition("<")[2].partition(">")[0]
    assert cast.liaison.reads(path)["state"] == "done"
    for stranger in strangers:
        theirs, made_up = stranger.asks(path), stranger.asks(f"/v1/commands/{uuid4()}")
        assert (theirs.status, made_up.status) == (404, 404)
        assert without_ids(theirs.body) == without_ids(made_up.body)


def test_an_idempotency_key_of_somebody_else_gives_nothing_away(cast: Cast, strangers: Strangers) -> None:
    body = {"kind": "advice", "recipient_group": "woman", "topic": "咨询离婚"}
    first = cast.liaison.sends("/v1/services", {**body, "station": STATION}, key="overheard")
    for stranger, station in ((strangers.other_organization, "tu-hebin"), (strangers.other_station, "wf-hebin")):
        other = stranger.sends("/v1/services", {**body, "station": station}, key="overheard")
        assert other.status == 201
        assert "Idempotent-Replayed" not in other.headers
        assert other.body["id"] != first.body["id"]


def test_a_notification_is_read_by_its_person_alone(cast: Cast, strangers: Strangers, matter: Matter) -> None:
    told = cast.liaison.hears("lawyer_assigned", (cast.officer.reads(f"/v1/cases/{matter.case}"))["number"])
    for stranger in strangers:
        assert stranger.asks("/v1/notifications", person=cast.liaison.id).status == 403
        answer = stranger.sends(f"/v1/notifications/{told['id']}/acknowledge", {})
        assert (answer.status, answer.problem) == (404, "not-found")
    assert cast.liaison.reads("/v1/notifications", unread=True)["unread"] > 0


def test_the_cases_lawyer_sees_it_whole_and_the_organization_without_the_parties(cast: Cast, matter: Matter) -> None:
    path = f"/v1/cases/{matter.case}"
    assert any("魏淑珍" in party["name"] for party in matter.lawyer.reads(path)["parties"])
    assert not cast.liaison.reads(path).get("parties")


def test_an_auditor_reads_everything_and_changes_nothing(network: Network, cast: Cast, matter: Matter) -> None:
    auditor = network.colleague("金鉴明", "auditor")
    for path, id_ in things(matter).items():
        assert auditor.asks(path.format(id_)).status == (403 if path.endswith("export") else 200)
    for path, body in (
        (f"/v1/applications/{matter.application}/withdraw", {}),
        (f"/v1/cases/{matter.case}/end", {"outcome": "lost"}),
        (f"/v1/tasks/{matter.task}/finish", {"outcome": "done", "confirmed": True}),
        ("/v1/services", {"kind": "advice", "station": STATION, "recipient_group": "woman", "topic": "x"}),
        (f"/v1/persons/{matter.person}/erasure", {"reason": "x"}),
    ):
        assert auditor.sends(path, body).status == 403


def test_without_a_key_nothing_is_shown(network: Network, matter: Matter) -> None:
    nobody = Actor("nobody", lambda: network.url, "aidxxxxxxxxxxxx.made-up")
    for path, id_ in things(matter).items():
        answer = nobody.asks(path.format(id_))
        assert (answer.status, answer.problem) == (401, "unauthenticated")


def without_ids(problem: Body) -> Body:
    """A problem document without what differs from one request to the next."""
    return {name: value for name, value in problem.items() if name not in ("request_id", "instance")}
