"""What the chassis promises holds on both set-ups: the same tests for embedded + SQLite and RabbitMQ + PostgreSQL."""

import pytest

from chassis import dead_letters, organizations
from chassis.endings import Endings
from chassis.errors import Rejected, ServiceUnavailable
from chassis.ids import new_id
from tests.infrastructure.waiting import wait_until
from tests.toy.driver import CALLER, Toy
from tests.toy.platform import REGISTRY


def once(*numbers: int) -> dict[int, int]:
    return dict.fromkeys(numbers, 1)


def test_a_command_has_its_effect_once_and_everybody_concerned_hears_of_it(toy: Toy) -> None:
    toy.start()
    toy.deposit_many([(n, ["center", "garrison"][n % 2], "ok") for n in range(1, 41)])
    toy.wait_heard(range(1, 41))
    wait_until(lambda: toy.steps()["done"] == 40, 20, "40 answers")
    toy.wait_quiet()
    assert toy.effects("alpha") == once(*range(1, 41))
    assert toy.effects("beta", "heard") == once(*range(1, 41))


def test_a_message_sent_twice_has_effect_once(toy: Toy) -> None:
    toy.start()
    message = new_id()
    toy.deposit(1, message_id=message)
    toy.wait_heard([1])
    toy.wait_quiet()
    toy.deposit(1, message_id=message)
    toy.deposit(2)
    toy.wait_heard([2])
    toy.wait_quiet()
    assert toy.effects("alpha") == once(1, 2)
    assert toy.effects("beta", "heard") == once(1, 2)


def test_every_way_of_failing_is_answered_and_nothing_is_lost(toy: Toy) -> None:
    toy.start()
    modes = ["ok", "boom", "flaky", "refuse", "early", "broken-sql"]
    toy.deposit_many([(n, "center", mode) for n, mode in enumerate(modes, 1)])
    wait_until(lambda: sum(toy.steps().values()) == len(modes), 30, "an answer for every command")
    toy.wait_quiet()
    assert toy.steps() == {"done": 3, "rejected": 1, "held": 2}
    assert toy.effects("alpha") == once(1, 3, 5)
    assert [letter.reason for letter in toy.letters()] == ["gave-up", "gave-up"]


def test_an_operator_replays_a_dead_letter_and_discards_another(toy: Toy) -> None:
    running = toy.start()
    toy.deposit_many([(1, "garrison", "boom"), (2, "garrison", "boom")])
    first, second = wait_until(lambda: len(toy.letters()) == 2 and toy.letters(), 30, "two dead letters")
    now = toy.clock.now()
    with toy.databases["alpha"].session() as session:
        dead_letters.replay(session, first.id, "alpha", now, "operator")
        dead_letters.discard(session, second.id, now, "operator", Endings("alpha", REGISTRY))
    running.process.platforms["alpha"].relay.wake(sweep=True)
    wait_until(lambda: len(toy.letters()) == 3, 20, "the replayed message to fail once more")
    assert [letter.state for letter in toy.letters()] == ["replayed", "discarded", "held"]
    with toy.databases["alpha"].session() as session, pytest.raises(LookupError):
        dead_letters.replay(session, first.id, "alpha", now, "operator")


def test_a_new_organization_gets_its_mailboxes_without_a_restart(toy: Toy) -> None:
    toy.start()
    toy.deposit(1)
    toy.wait_heard([1])
    toy.add_organization("youth-league")
    toy.deposit(2, organization="youth-league")
    toy.wait_heard([2])


def test_what_is_sent_before_the_receiver_ever_ran_is_not_lost(toy: Toy) -> None:
    if toy.backend.name == "embedded":
        pytest.skip("one process is all there is on the embedded bus: nobody runs before it")
    toy.start("beta")
    toy.deposit(1, organization="garrison")
    toy.wait_quiet()
    toy.stop()
    toy.start("alpha", "beta")
    toy.wait_heard([1])


def test_a_restart_goes_on_where_the_last_run_stopped(toy: Toy) -> None:
    toy.start()
    toy.deposit_many([(n, "center", "slow" if n % 5 == 0 else "ok") for n in range(1, 31)])
    wait_until(lambda: len(toy.effects("alpha")) >= 5, 20, "work to be under way")
    toy.stop()
    toy.start()
    toy.wait_heard(range(1, 31))
    wait_until(lambda: toy.steps()["done"] == 30, 20, "30 answers")
    assert toy.effects("alpha") == once(*range(1, 31))
    assert toy.effects("beta", "heard") == once(*range(1, 31))


def test_a_process_serves_only_the_organizations_that_it_was_given(toy: Toy) -> None:
    toy.start(AIDBUS_ORGANIZATIONS="cent*")
    toy.deposit(1, organization="garrison")
    toy.deposit(2, organization="center")
    toy.wait_heard([2])
    assert 1 not in toy.effects("alpha")
    toy.stop()
    toy.start(AIDBUS_ORGANIZATIONS="*")
    toy.wait_heard([1, 2])


def test_a_query_answers_refuses_and_times_out(toy: Toy) -> None:
    running = toy.start()
    ask = running.process.platforms["beta"].ask
    assert ask("alpha", "alpha.count", {}, CALLER, 10) == {"effects": 0, "organization": "center"}
    with pytest.raises(Rejected, match="not-found"):
        ask("alpha", "alpha.count", {"refuse": True}, CALLER, 10)
    with pytest.raises(ServiceUnavailable):
        ask("alpha", "alpha.count", {"boom": True}, CALLER, 10)
    with pytest.raises(ServiceUnavailable):
        ask("alpha", "alpha.nothing", {}, CALLER, 10)
    with pytest.raises(ServiceUnavailable):
        ask("beta", "beta.count", {}, CALLER, 0.2)
    with pytest.raises(ServiceUnavailable):
        ask("alpha", "alpha.count", {"sleep": 1}, CALLER, 0.2)
    assert ask("alpha", "alpha.count", {}, CALLER, 10)["effects"] == 0


def test_both_databases_keep_organizations_alike(toy: Toy) -> None:
    now = toy.clock.now()
    with toy.databases["alpha"].session() as session:
        assert organizations.register(session, "charity-one", "太阳村", "Sun Village", "charity", now=now)
        assert not organizations.register(session, "charity-one", "太阳村二", None, "charity", now=now)
        assert organizations.codes(session) == ["center", "charity-one", "garrison"]
