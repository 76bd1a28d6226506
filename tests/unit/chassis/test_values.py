"""Small parts of the chassis: envelope, settings, retries, logs, metrics, topology, clocks, principals."""

import datetime as dt
import io
import json
from uuid import UUID

import eventlet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis import failpoints, logs, metrics, retries, settings
from chassis.clock import FileClock, MovableClock
from chassis.envelope import Envelope, MalformedEnvelope
from chassis.errors import NotYet, Rejected, StartError
from chassis.ids import new_id
from chassis.principal import Principal
from chassis.settings import PlatformSettings
from chassis.topology import serves

kept = st.characters(exclude_characters="\0", codec="utf-8")  # what every column can keep
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@given(data=st.dictionaries(st.text(), json_values), attempt=st.integers(1, 99), subject=st.none() | st.text(kept))
def test_an_envelope_reads_back_what_it_wrote(data: dict, attempt: int, subject: str | None) -> None:
    principal = Principal("k", "liaison", "garrison", person=new_id(), station="garrison-one")
    message = Envelope(
        id=new_id(),
        type="alpha.deposit.v1",
        source="/x",
        organization="garrison",
        time=dt.datetime.now(dt.UTC),
        data=data,
        subject=subject,
        correlation="c",
        attempt=attempt,
        principal=principal,
    )
    assert Envelope.decode(message.encode()) == message


@given(st.binary(max_size=200))
def test_no_bytes_make_the_reader_fail_in_another_way(body: bytes) -> None:
    with pytest.raises(MalformedEnvelope):
        Envelope.decode(body)


@given(json_values)
def test_no_json_makes_the_reader_fail_in_another_way(value: object) -> None:
    with pytest.raises(MalformedEnvelope):
        Envelope.decode(json.dumps(value).encode())


def test_ids_made_later_sort_later() -> None:
    ids = [new_id() for _ in range(200)]
    assert ids == sorted(ids)
    assert all(isinstance(one, UUID) and one.version == 7 for one in ids)


def test_every_wrong_option_is_named_in_one_line() -> None:
    environ = {"AIDBUS_CONCURRENCY": "many", "AIDBUS_ZONE": "Mars/Olympus", "AIDBUS_BUS_URL": "http://x"}
    with pytest.raises(StartError) as error:
        settings.load(PlatformSettings, environ)
    text = str(error.value)
    assert "\n" not in text
    assert all(name in text for name in environ)


def test_secrets_are_not_shown() -> None:
    shown = settings.describe(settings.load(PlatformSettings, {"AIDBUS_BUS_URL": "amqp://u:hunter2@h/"}))
    assert "hunter2" not in json.dumps(shown, default=str)
    assert all(row["doc"] for row in shown)


@given(st.integers(1, 60))
def test_pauses_grow_and_end(attempt: int) -> None:
    limits = PlatformSettings(attempts=8, retry_seconds=1, retry_seconds_max=60)
    decision = retries.decide(RuntimeError("x"), attempt, limits)
    if attempt >= 8:
        assert decision.delay is None
        assert decision.reason == "gave-up"
    else:
        assert decision.delay == min(2 ** (attempt - 1), 60)


def test_waiting_for_another_message_has_more_patience_than_an_unexpected_error() -> None:
    limits = PlatformSettings(attempts=3)
    assert retries.decide(NotYet("the case"), 5, limits).delay is not None
    assert retries.decide(NotYet("the case"), 6, limits).reason == "never-came"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (MalformedEnvelope("x"), "malformed"),
        (Rejected("forbidden", role="x"), "rejected"),
        (retries.UnknownType("x"), "unknown-type"),
        (retries.BreaksContract("x"), "breaks-contract"),
    ],
)
def test_what_can_never_succeed_is_not_tried_again(error: Exception, reason: str) -> None:
    decision = retries.decide(error, 1, PlatformSettings())
    assert (decision.delay, decision.reason) == (None, reason)


def test_the_text_of_an_unexpected_error_does_not_reach_a_dead_letter() -> None:
    assert "马" not in retries.decide(RuntimeError("马 41070219800101002X"), 99, PlatformSettings()).detail


def logged(**event: object) -> str:
    stream = io.StringIO()
    logs.configure("INFO", "json", stream)
    import structlog

    structlog.get_logger("t").info("seen", **event)
    return stream.getvalue()


@pytest.mark.parametrize("where", ["name", "phone", "identity_number", "statement", "note"])
def test_personal_data_never_reaches_a_log_line(where: str) -> None:
    line = logged(**{where: "call 13812345678 about 11010519491231002X"})
    assert "13812345678" not in line
    assert "11010519491231002X" not in line


def test_nested_personal_data_is_removed_too() -> None:
    line = logged(row={"applicant": {"x": 1}, "items": ["13812345678", {"address": "Some Street"}]})
    assert "13812345678" not in line
    assert "Some Street" not in line


def test_an_error_is_logged_by_kind_and_place_without_its_text() -> None:
    try:
        raise ValueError("11010519491231002X")
    except ValueError as error:
        line = logged(exc_info=error)
    assert "ValueError" in line
    assert "test_values.py" in line
    assert "1101051949" not in line


def test_what_ends_a_thread_is_logged_without_its_text(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO", "json", stream := io.StringIO())

    def fail() -> None:
        raise ValueError("11010519491231002X")

    eventlet.spawn(fail)
    eventlet.sleep(0.01)
    line = stream.getvalue()
    assert "ValueError" in line
    assert "test_values.py" in line
    assert "1101051949" not in line + capsys.readouterr().err


def test_only_declared_metrics_can_be_emitted() -> None:
    with pytest.raises(KeyError):
        metrics.count("aidbus_surprise_total")
    with pytest.raises(KeyError):
        metrics.count("aidbus_messages_total", service="x")
    metrics.count("aidbus_dead_letters_total", service="t", reason="r")
    assert b'aidbus_dead_letters_total{reason="r",service="t"}' in metrics.render()


@pytest.mark.parametrize(
    ("patterns", "code", "served"),
    [
        ("*", "x", True),
        ("women*,center", "womens-federation", True),
        ("women*, center", "center", True),
        ("a", "ab", False),
    ],
)
def test_patterns_choose_organizations(patterns: str, code: str, served: bool) -> None:
    assert serves(patterns, code) is served


def test_a_clock_in_a_file_moves_every_process(tmp_path) -> None:  # type: ignore[no-untyped-def]
    clock = FileClock(tmp_path / "clock")
    before = clock.now()
    (tmp_path / "clock").write_text(str(7 * 86400))
    assert dt.timedelta(days=6.99) < clock.now() - before < dt.timedelta(days=7.01)


def test_a_movable_clock_can_stand_still() -> None:
    clock = MovableClock(dt.datetime(2026, 2, 12, tzinfo=dt.UTC), frozen=True)
    clock.move(days=1)
    assert clock.now() == dt.datetime(2026, 2, 13, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("role", "organization", "station", "seen"),
    [
        ("center_staff", "garrison", None, True),
        ("auditor", "garrison", "g-1", True),
        ("liaison", "womens-federation", "wf-1", True),
        ("liaison", "womens-federation", "wf-2", False),
        ("liaison", "garrison", None, False),
        ("lawyer", "womens-federation", None, False),
    ],
)
def test_a_caller_sees_its_own_organization_and_station(
    role: str, organization: str, station: str | None, seen: bool
) -> None:
    principal = Principal("k", role, "womens-federation", station="wf-1")
    assert principal.may_see(organization, station) is seen


def test_an_unknown_failpoint_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown failpoint"):
        failpoints.arm("nowhere")
    failpoints.reach("relay.after_claim")  # not armed: nothing happens
