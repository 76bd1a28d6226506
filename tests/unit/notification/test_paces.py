"""How fast a provider is asked: a bucket for each channel, shared by all processes."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.testing import Bench
from contracts.registry import REGISTRY
from services.notification.domain.delivery import WAYS, Outcome
from services.notification.domain.pace import RATES_FILE, Rate, filled, read_rates
from services.notification.domain.rules import RuleError
from services.notification.handlers import HANDLERS
from services.notification.models import Base
from services.notification.settings import NotificationSettings
from services.notification.views import VIEWS
from tests.unit.notification.conftest import KEY, NOW
from tests.unit.notification.test_lanes import SENT, Post, lane, overdue, person_with

ROW = "- {channel: email, per_minute: 60, burst: 5, source: x, verified: false}\n"


@given(st.floats(0, 100), st.floats(0, 1e6), st.floats(0, 1e6), st.integers(1, 6000), st.integers(1, 100))
def test_a_bucket_is_never_over_full_and_fills_the_same_in_one_go_or_in_two(
    tokens: float, first: float, second: float, per_minute: int, burst: int
) -> None:
    rate = Rate(per_minute, burst)
    tokens = min(tokens, burst)
    middle, end = NOW + dt.timedelta(seconds=first), NOW + dt.timedelta(seconds=first + second)
    once = filled(rate, tokens, NOW, end)
    assert tokens <= once <= burst
    assert filled(rate, filled(rate, tokens, NOW, middle), middle, end) == pytest.approx(once, abs=1e-3)
    assert filled(rate, tokens, end, NOW) == tokens, "a clock that went back takes nothing away"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ROW + ROW, "row 2"),
        (ROW.replace("email", "pigeon"), "pigeon"),
        (ROW.replace("60", "0"), "whole numbers"),
        (ROW.replace(", verified: false", ""), "verified"),
        ("- email\n", "row 1"),
    ],
)
def test_a_wrong_row_is_refused_by_its_number(text: str, said: str) -> None:
    with pytest.raises(RuleError, match=said):
        read_rates(text)


def test_the_shipped_rates_cover_every_personal_channel_and_an_operator_s_own_take_their_place() -> None:
    shipped = RATES_FILE.read_text("utf-8")
    assert set(read_rates(shipped)) == {way.name for way in WAYS.values() if way.personal}
    assert read_rates(shipped, "email=60/minute, webhook=120/minute")["email"] == Rate(60, 10)
    with pytest.raises(RuleError, match="email=60/minute"):
        read_rates(shipped, "email=fast")


@pytest.fixture
def slow() -> Bench:
    settings = NotificationSettings(
        data_keys=KEY, channels="email,sms", channel_rates="email=12/minute", lane_workers=8
    )
    return Bench("notification", HANDLERS, VIEWS, Base.metadata, settings, REGISTRY, start=NOW)


def test_a_provider_is_not_asked_faster_than_its_rate_by_all_processes_together(slow: Bench) -> None:
    overdue(slow, *(person_with(slow, email=f"p{number}@example.cn") for number in range(7)))
    one, two = Post(), Post()
    first, second = lane(slow, "email", one), lane(slow, "email", two)
    assert first.step()
    assert not second.step()
    assert (len(one.letters), len(two.letters)) == (2, 0), "what may leave at once"
    slow.clock.move(seconds=5)
    assert second.step()
    slow.clock.move(seconds=5)
    first.step()
    assert len(one.letters) + len(two.letters) == 4
    slow.clock.move(minutes=5)
    first.step()
    second.step()
    first.step()
    slow.clock.move(minutes=5)
    first.step()
    assert len({letter.address for letter in one.letters + two.letters}) == 7
    assert len(one.letters) + len(two.letters) == 7


def test_a_provider_that_throttles_the_account_is_left_alone_for_all_addresses(slow: Bench) -> None:
    overdue(slow, *(person_with(slow, phone=f"1380000000{number}") for number in range(9)))
    throttled = Outcome("throttled", "code Throttling.User", retry_after=90, whole_channel=True)
    post = Post(*[throttled] * 8, SENT)
    sms = lane(slow, "sms", post)
    sms.step()
    assert len(post.letters) == 8
    slow.clock.move(seconds=89)
    assert not sms.step(), "the ninth number was not asked yet, but the account is throttled"
    slow.clock.move(seconds=1)
    assert sms.step()
