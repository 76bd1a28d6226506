"""Links by which people answer without an account: shown by GET, done once by POST, nothing else than signed."""

from __future__ import annotations

import datetime as dt
import logging
import typing as t
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from chassis import metrics, signing
from chassis.errors import Rejected
from contracts.answers import ACTS, PURPOSE, Answer
from gateway.permissions import may
from gateway.routes import WRITES
from tests.unit.gateway.conftest import Network, app_over

KEY = "a-key-of-the-tests-that-signs-links"
LAWYER = uuid4()


def answer(network: Network, act: str = "accept", **changes: t.Any) -> Answer:
    facts: dict[str, t.Any] = {
        "act": act,
        "item": UUID("0190b3f0-0000-7000-8000-0000000000aa"),
        "person": LAWYER,
        "role": "lawyer",
        "organization": "center",
        "station": None,
        "notification": UUID("0190b3f0-0000-7000-8000-0000000000bb"),
        "number": "C2026-00001",
        "until": network.bus.bench.clock.now() + dt.timedelta(hours=24),
    }
    return Answer(**facts | changes)


def link(one: Answer, key: str = KEY) -> str:
    return f"/answers/{signing.Seal([key], PURPOSE).sign(one.pack())}"


@pytest.fixture
def http(network: Network) -> FlaskClient:
    settings = replace(network.door.settings, link_keys=KEY, max_wait=5.0)
    return app_over(replace(network.door, settings=settings)).test_client()


def item(**changes: t.Any) -> dict[str, t.Any]:
    words = {"zh": "指派意向 C2026-00001", "en": "Offer of case C2026-00001"}
    return {"title": words, "text": words, "why": words, "settled_at": None, **changes}


@given(
    st.builds(
        Answer,
        act=st.just("finish"),
        item=st.uuids(),
        person=st.uuids(),
        role=st.sampled_from(["lawyer", "liaison", "center_staff"]),
        organization=st.sampled_from(["center", "womens-federation"]),
        station=st.none() | st.just("wf-fengquan"),
        notification=st.uuids(),
        number=st.none() | st.just("C2026-00001"),
        until=st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2100, 1, 1), timezones=st.just(dt.UTC)).map(
            lambda moment: moment.replace(microsecond=0)
        ),
    )
)
def test_an_answer_is_unpacked_as_it_was_packed(one: Answer) -> None:
    assert Answer.unpack(one.pack()) == one


@given(st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=9), max_leaves=12))
def test_nonsense_is_no_answer(packed: object) -> None:
    with pytest.raises(ValueError, match="not an a"):
        Answer.unpack(packed)


def test_an_act_sends_a_command_with_a_door_of_the_same_permission() -> None:
    doors = {write.type: write.permission for write in WRITES}
    for act in ACTS.values():
        assert doors[act.command] == act.permission
        assert all(may(role, act.permission) for role in act.roles)


def test_a_get_shows_what_would_be_done_in_both_languages_and_does_nothing(network: Network, http: FlaskClient) -> None:
    network.bus.reads["notification.notification"] = item()
    page = http.get(link(answer(network)))
    assert page.status_code == 200
    text = page.text
    assert "指派意向 C2026-00001" in text
    assert "接受指派" in text
    assert "Accept the case" in text
    assert "<script" not in text
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert network.bus.sent == []


def test_a_post_sends_the_ordinary_command_in_the_name_of_that_person_and_no_other_role(
    network: Network, http: FlaskClient
) -> None:
    network.bus.will_finish("done", resource={"state": "accepted"})
    one = answer(network)
    page = http.post(link(one))
    assert page.status_code == 200
    assert "您已接受指派" in page.text
    (sent,) = network.bus.sent
    assert sent.type == "assignment.answer_offer.v1"
    assert sent.data["offer"] == str(one.item)
    assert sent.data["answer"] == "accept"
    who = sent.principal
    assert who is not None
    assert (who.role, who.person, who.organization, sent.organization) == ("lawyer", LAWYER, "center", "center")


def test_clicked_twice_and_by_another_link_for_the_same_act_it_is_done_once_with_the_same_answer(
    network: Network, http: FlaskClient
) -> None:
    network.bus.will_finish("done", resource={})
    first, second = link(answer(network)), link(answer(network, notification=uuid4()))
    pages = [http.post(first), http.post(first), http.post(second), http.get(second)]
    assert [page.status_code for page in pages] == [200] * 4
    assert all("您已接受指派" in page.text for page in pages)
    assert "此链接已使用过" not in pages[0].text
    assert all("此链接已使用过" in page.text for page in pages[1:])
    assert len(network.bus.sent) == 1


def test_a_lawyer_may_say_why_a_case_is_declined(network: Network, http: FlaskClient) -> None:
    network.bus.will_finish("done", resource={})
    one = answer(network, "decline")
    assert "<textarea" in http.get(link(one)).text
    http.post(link(one), data={"reason": " 近期庭审较多。 "})
    assert network.bus.sent[0].data["reason"] == "近期庭审较多。"


@pytest.mark.parametrize(("typed", "kept"), [("忙\0。", "忙。"), ("\u200b", None), (" \0 ", None)])
def test_characters_that_no_text_may_hold_are_left_out_of_the_reason(
    network: Network, http: FlaskClient, typed: str, kept: str | None
) -> None:
    network.bus.will_finish("done", resource={})
    assert http.post(link(answer(network, "decline")), data={"reason": typed}).status_code == 200
    assert network.bus.sent[0].data.get("reason") == kept


def test_what_was_settled_meanwhile_says_so_plainly(network: Network, http: FlaskClient) -> None:
    network.bus.reads["notification.notification"] = item(settled_at="2026-09-01T02:00:00+00:00")
    page = http.get(link(answer(network)))
    assert "该事项已另行处理" in page.text
    assert "<form" not in page.text
    refused = Rejected("wrong-state", state="lapsed", act="accept", allowed="")
    network.bus.will_finish("rejected", problem=refused.as_dict())
    page = http.post(link(answer(network)))
    assert (page.status_code, "该事项已另行处理" in page.text) == (409, True)


def test_an_expired_link_does_nothing_and_says_so_unless_it_was_used_in_time(
    network: Network, http: FlaskClient
) -> None:
    network.bus.will_finish("done", resource={})
    used, unused = answer(network), answer(network, item=uuid4())
    http.post(link(used))
    network.bus.bench.clock.move(hours=25)
    for page in (http.get(link(unused)), http.post(link(unused))):
        assert (page.status_code, "此链接已过期" in page.text) == (410, True)
    assert "您已接受指派" in http.post(link(used)).text
    assert len(network.bus.sent) == 1


def test_a_link_that_was_not_signed_here_is_no_link(network: Network, http: FlaskClient) -> None:
    one = answer(network)
    good = link(one)
    wrong = [
        link(one, "another-key-of-somebody-else"),
        good[:-3] + "abc",
        good.replace("/answers/", "/answers/x"),
        "/answers/x",
        "/answers/" + "x" * 2000,
        link(replace(one, role="liaison")),  # signed, but no act of that role
    ]
    for address in wrong:
        for page in (http.get(address), http.post(address)):
            assert (page.status_code, "此链接无效" in page.text) == (404, True)
    assert network.bus.sent == []


def test_without_keys_no_link_is_read(network: Network) -> None:
    settings = replace(network.door.settings, database_url="postgresql+psycopg://x/{service}")
    http = app_over(replace(network.door, settings=settings)).test_client()
    assert http.post(link(answer(network))).status_code == 404


def test_while_notification_is_down_a_link_still_works(network: Network, http: FlaskClient) -> None:
    network.bus.will_finish("done", resource={})
    page = http.get(link(answer(network)))
    assert "C2026-00001" in page.text
    assert "<form" in page.text
    assert http.post(link(answer(network))).status_code == 200


def test_what_takes_long_is_said_to_be_under_way_and_seen_later(network: Network) -> None:
    settings = replace(network.door.settings, link_keys=KEY, max_wait=0.05)
    http = app_over(replace(network.door, settings=settings)).test_client()
    page = http.post(link(answer(network)))
    assert (page.status_code, "正在办理" in page.text) == (202, True)
    network.bus.finish(network.bus.sent[0].id, "done", resource={})
    assert "您已接受指派" in http.get(link(answer(network))).text


def test_the_link_stands_in_no_log_line_and_no_metric(
    network: Network, http: FlaskClient, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    network.bus.will_finish("done", resource={})
    address = link(answer(network))
    http.get(address)
    http.post(address)
    token = address.rpartition("/")[2]
    written = capsys.readouterr()
    assert token not in caplog.text + written.out + written.err
    assert token not in metrics.render().decode()
    assert "/answers/<token>" in metrics.render().decode()


def test_a_bot_s_callback_does_what_the_link_in_it_says_and_is_answered_in_its_form(
    network: Network, http: FlaskClient
) -> None:
    network.bus.will_finish("done", resource={})
    token = link(answer(network)).rpartition("/")[2]
    found: dict[str, dict[str, t.Any]] = {}
    for style in ("webhook", "dingtalk", "feishu"):
        network.bus.reads["notification.callback"] = {"style": style, "answer": token, "challenge": None}
        said = http.post(f"/callbacks/{uuid4()}", json={"answer": token}, headers={"webhook-id": "m1", "X-Other": "x"})
        assert said.status_code == 200
        found[style] = said.json
    assert found["webhook"]["state"] == "done"
    assert "您已接受指派" in found["dingtalk"]["text"]["content"]
    assert found["feishu"]["toast"]["type"] == "success"
    assert len(network.bus.sent) == 1
    assert network.bus.asked[0][1]["headers"] == {"webhook-id": "m1"}


def test_a_callback_that_is_not_genuine_does_nothing(network: Network, http: FlaskClient) -> None:
    network.bus.reads["notification.callback"] = Rejected("bad-signature")
    assert http.post(f"/callbacks/{uuid4()}", json={}).status_code == 401
    network.bus.reads["notification.callback"] = {"style": "webhook", "answer": "forged", "challenge": None}
    assert http.post(f"/callbacks/{uuid4()}", json={}).status_code == 404
    assert http.post(f"/callbacks/{uuid4()}", data=b"x" * 70_000).status_code == 413
    network.bus.reads["notification.callback"] = {"style": "feishu", "answer": None, "challenge": "c-1"}
    assert http.post(f"/callbacks/{uuid4()}", json={}).json == {"challenge": "c-1"}
    assert network.bus.sent == []
