"""One person, one record; who looked at it is known; everything can be handed over, and in the end be erased."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.infrastructure.backends import Backend
from tests.infrastructure.contents import where
from tests.infrastructure.waiting import wait_until
from tests.stories.cast import STATION, Cast, application_of, case_of, filed, identity_number
from tests.stories.network import Actor, Body, Network

NAME, PHONE, HUSBAND = "欧阳忘忧", "13911112222", "司徒不归"
SECRETS = (NAME, PHONE, HUSBAND, identity_number(NAME), identity_number(HUSBAND))


@pytest.fixture(scope="module")
def auditor(network: Network) -> Actor:
    return network.colleague("金鉴明", "auditor")


# Merged, and parted


def test_two_records_of_one_woman_are_merged_and_when_that_was_wrong_parted_again(cast: Cast) -> None:
    """She came once without a number, and once with it."""
    without = {"name": "阿依古丽·买买提", "born_on": "1984-05-14", "district": "凤泉区"}
    old = filed(cast, "阿依古丽", applicant=without)
    new = filed(cast, "阿依古丽·买买提", matter="labour_or_pay", facts=["migrant_worker_claim"])
    assert old["person"] != new["person"]
    assert new["possible_same"] == [old["person"]], "staff are told who may be the same, and choose"
    found = cast.liaison.does("/v1/persons/search", name="阿依古丽 买买提", born_on="1984-05-14")["items"]
    assert {one["id"] for one in found} == {old["person"], new["person"]}

    cast.liaison.does("/v1/consents", person=old["person"], kind="identity")
    path = f"/v1/persons/{new['person']}/merge"
    merge = cast.officer.does(path, merged=old["person"], reason="户口簿核实为同一人。")
    person = cast.officer.reads(f"/v1/persons/{new['person']}")
    assert person["applications"] == [old["number"], new["number"]]
    assert [one["kind"] for one in person["consents"]] == ["identity"], "the consent came over"
    assert cast.officer.reads(f"/v1/applications/{old['id']}")["applicant"]["id"] == new["person"]
    assert cast.officer.reads(f"/v1/persons/{old['person']}")["merged_into"] == new["person"]
    twice = cast.officer.sends(path, {"merged": old["person"], "reason": "再次"})
    assert (twice.status, twice.problem) == (409, "cannot-merge")

    cast.officer.does(f"/v1/merges/{merge['id']}/undo", reason="系姐妹二人。")
    assert cast.officer.reads(f"/v1/applications/{old['id']}")["applicant"]["id"] == old["person"]
    assert cast.officer.reads(f"/v1/persons/{new['person']}")["applications"] == [new["number"]]
    (history,) = cast.officer.reads(f"/v1/persons/{old['person']}")["merges"]
    assert (history["reason"], history["undone_because"]) == ("户口簿核实为同一人。", "系姐妹二人。")


def test_who_comes_again_without_a_number_is_the_staffs_choice(cast: Cast) -> None:
    anna = {"name": "Anna Berg", "born_on": "1980-05-04"}
    first = filed(cast, "Anna Berg", applicant=anna)
    body = application_of("Anna Berg", applicant=anna, matter="other")
    asked = cast.liaison.sends("/v1/applications", body)
    assert (asked.status, asked.problem, asked.body["candidates"]) == (409, "same-person", first["person"])
    again = cast.liaison.does("/v1/applications", **body | {"applicant": {**anna, "person": first["person"]}})
    assert again["person"] == first["person"]


# Looked at, handed over, erased


def test_a_person_learns_all_that_is_held_and_who_looked_at_it(cast: Cast, auditor: Actor) -> None:
    application = filed(cast, "鲍惠芳")
    person = f"/v1/persons/{application['person']}"
    cast.liaison.reads(f"/v1/applications/{application['id']}")
    cast.officer.reads(person, reveal=True)
    assert cast.liaison.asks(f"{person}/export").status == 403
    assert cast.liaison.asks(f"{person}/looks").status == 403

    export = cast.director.reads(f"{person}/export")
    assert export["person"]["identity_number"] == identity_number("鲍惠芳")
    (held,) = export["applications"]
    assert (held["number"], held["statement"]) == (application["number"], application_of("鲍惠芳")["statement"])
    assert {one["by_person"] for one in export["looked_at_by"]} == {cast.liaison.id, cast.officer.id}

    for reader in (auditor, cast.director):
        trail = reader.reads(f"{person}/looks")["items"]
        assert [(one["what"], one["by_person"]) for one in trail] == [
            ("intake.person_export", cast.director.id),
            ("intake.person", cast.officer.id),
            ("intake.application", cast.liaison.id),
        ]
        assert "identity_number whole" in trail[1]["shown"]
        assert not any(secret in str(trail) for secret in ("鲍惠芳", identity_number("鲍惠芳")))


def test_an_erasure_reaches_every_service_and_leaves_numbers_dates_and_figures(
    network: Network, cast: Cast, auditor: Actor, setup: Backend
) -> None:
    services_short_of_a_case(cast)
    refused = an_application_that_was_refused(cast)
    application = filed(cast, NAME, **herself())
    case, lawyer = everything_is_said_about_her(network, cast, application)
    assert {one.split(".")[0] for one in where(setup, *SECRETS)} >= {
        "intake",
        "assignment",
        "supervision",
        "notification",
    }

    erasure = f"/v1/persons/{application['person']}/erasure"
    early = cast.director.sends(erasure, {"reason": "本人申请删除。"})
    assert (early.status, early.problem) == (409, "kept-by-law")
    assert cast.officer.sends(erasure, {"reason": "本人申请删除。"}).status == 403
    year = {"from": "2026-01-01", "to": "2026-12-31"}
    figures = cast.head.reads("/v1/figures", **year)["sums"]

    held = cast.director.reads(f"/v1/persons/{application['person']}/export")
    assert ({one["topic"] for one in held["services"]}, len(held["pairs"])) == ({NAME, f"{NAME}家访"}, 1)
    network.goes_on_to(network.clock.now() + dt.timedelta(days=366 * 10))
    done = cast.director.does(erasure, reason="保管期满，依本人申请删除。")
    assert set(done["applications"]) == {refused["number"], application["number"]}
    assert (done["services"], done["pairs"]) == (2, 1)
    cast.officer.sees(f"/v1/cases/{case['id']}", "its parties erased", lambda one: NAME not in str(one))
    lawyer.sees("/v1/notifications", "nothing of her", lambda page: NAME not in str(page), limit=200)
    cast.liaison.sees("/v1/notifications", "nothing of her", lambda page: NAME not in str(page), limit=200)
    assert cast.liaison.sees("/v1/tasks", "nothing of her", lambda page: NAME not in str(page), limit=200)

    shown = cast.officer.reads(f"/v1/applications/{application['id']}")
    assert (shown["number"], shown["state"], shown["applicant"]["erased"]) == (application["number"], "granted", True)
    assert cast.head.reads("/v1/figures", **year)["sums"] == figures
    assert auditor.reads(f"/v1/persons/{application['person']}/looks")["items"], "who looked stays on record"
    network.stop("gateway")  # which forgets its answers after a week, at its start and every hour
    network.start("gateway")
    wait_until(lambda: where(setup, *SECRETS) == set(), 30, "her to be nowhere any more")


def services_short_of_a_case(cast: Cast) -> None:
    """She was advised before she applied, and visited by a volunteer; her name is in the words as well."""
    entry = {"station": STATION, "recipient_group": "woman"}
    cast.liaison.does("/v1/services", **entry, kind="advice", topic=NAME, person_name=NAME)
    pair = cast.liaison.does("/v1/pairs", **entry, volunteer_name="张志愿", person_name=NAME, purpose=f"陪伴{NAME}")
    cast.liaison.does("/v1/services", **entry, kind="pairing_visit", topic=f"{NAME}家访", pair=pair["id"])
    cast.liaison.does(f"/v1/pairs/{pair['id']}/end", reason=f"{NAME}已搬离。")


def herself() -> Body:
    applicant = {"name": NAME, "identity_number": identity_number(NAME), "phone": PHONE, "address": f"{NAME}家",
                 "district": "凤泉区"}  # fmt: skip
    opposing = [{"name": HUSBAND, "identity_number": identity_number(HUSBAND)}]
    mother = {"relation": "close_relative", "name": f"{NAME}之母", "phone": PHONE}
    return {"applicant": applicant, "opposing_parties": opposing, "statement": f"{NAME}被{HUSBAND}遗弃。",
            "on_behalf": mother}  # fmt: skip


def an_application_that_was_refused(cast: Cast) -> Body:
    """Another one of hers; the reasons name her, and are told to the liaison."""
    application = filed(cast, NAME, **herself() | {"matter": "other"})
    path = f"/v1/applications/{application['id']}"
    cast.officer.does(f"{path}/refuse", reasons=[f"{NAME}的申请不属于法律援助范围。"])
    cast.liaison.hears("application_refused", application["number"])
    cast.liaison.does(f"{path}/objection", grounds=f"{NAME}不服。")
    cast.officer.does(f"{path}/objection/decision", outcome="upheld", reasons=[f"{NAME}的异议不成立。"])
    return application


def everything_is_said_about_her(network: Network, cast: Cast, application: Body) -> tuple[Body, Actor]:
    """A whole case in which everybody writes her name wherever words can be written."""
    words = f"{NAME}（电话 {PHONE}）"
    person, path = application["person"], f"/v1/applications/{application['id']}"
    cast.liaison.does("/v1/consents", person=person, kind="identity", given_by="guardian", guardian=words,
                      guardian_relation="母亲")  # fmt: skip
    cast.officer.does(f"{path}/papers-request", papers=[{"kind": "id", "title": f"{NAME}身份证"}])
    cast.liaison.does(f"{path}/papers", documents=[{"kind": "id", "title": f"{NAME}身份证"}])
    cast.officer.does(f"{path}/grant", note=words)

    case = case_of(cast, application)
    of = f"/v1/cases/{case['id']}"
    offer = cast.officer.does(f"{of}/offers", lawyer=cast.second.id, reason=words)
    cast.second.does(f"/v1/offers/{offer['id']}/answer", answer="decline", reason=words)
    offer = cast.officer.finds("/v1/offers", "the next offer", case=case["id"], state="open")
    lawyer = cast.lawyer(offer["lawyer"])
    lawyer.does(f"/v1/offers/{offer['id']}/answer", answer="accept")
    lawyer.does(f"{of}/retainer")
    asked = cast.liaison.does(f"{of}/replacement-requests", reason=words)
    cast.officer.does(f"/v1/replacement-requests/{asked['id']}/decision", decision="refuse", reason=words)
    lawyer.does(f"{of}/parties", side="opposing", name=f"{HUSBAND}之母", former_names=[f"{HUSBAND}家的"])
    at = (network.clock.now() + dt.timedelta(days=20)).isoformat()
    hearing = lawyer.does(f"{of}/hearings", stage="first_instance", at=at, place=f"{NAME}住所", note=words)
    lawyer.hears("hearing_scheduled", case["number"])
    lawyer.does(f"/v1/hearings/{hearing['id']}/cancel", reason=words)
    lawyer.does(f"{of}/costs", kind="travel", fen=1000, note=words)
    lawyer.does(f"{of}/progress-reports", stage="first_instance", summary=words)
    lawyer.does(f"{of}/end", outcome="won", amounts=[{"kind": "maintenance", "fen": 100, "note": words}])
    documents = [{"kind": "judgment", "title": f"{NAME}诉{HUSBAND}判决书"}]
    lawyer.does(f"{of}/closing-file", summary=words, documents=documents)
    cast.officer.does(f"{of}/closing-file/return", missing=[words], reason=words)
    lawyer.does(f"{of}/closing-file", summary=words, documents=documents)
    cast.officer.does(f"{of}/closing-file/check", grade="good", remarks=words)
    cast.officer.does(f"{of}/subsidy/correction", grade="pass", reason=words)
    complaint = cast.officer.does("/v1/complaints", organization="womens-federation", station=STATION, case=case["id"],
                                  subject="fee", statement=words, complainant_name=NAME, complainant_phone=PHONE)  # fmt: skip
    assert complaint["number"]
    visit = cast.liaison.finds("/v1/tasks", "the return visit", kind="return_visit", application=application["id"])
    cast.liaison.does(f"/v1/tasks/{visit['id']}/finish", outcome="done", confirmed=True, satisfaction=5, feedback=words,
                      gift=f"{NAME}绣的十字绣")  # fmt: skip
    cast.officer.does(f"/v1/tasks/{visit['id']}/reopen", reason=words)
    cast.liaison.does(f"/v1/tasks/{visit['id']}/finish", outcome="done", confirmed=True, satisfaction=5, feedback=words)
    return case, lawyer
