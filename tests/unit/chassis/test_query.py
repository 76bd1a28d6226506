"""Questions of a turn that nobody can answer leave the others of it alone."""

import orjson
import pytest

from chassis import query
from chassis.principal import Principal
from chassis.testing import Bench
from chassis.work import Read

CALLER = Principal("k1", "center_admin", "center").as_dict()
WRONG = {
    "nothing": b"",
    "not JSON": b"{",
    "a list": b"[1]",
    "no name": b"{}",
    "an unknown name": orjson.dumps({"name": "alpha.no", "params": {}, "principal": CALLER}),
    "a list as name": orjson.dumps({"name": ["alpha.count"], "params": {}, "principal": CALLER}),
    "an object as name": orjson.dumps({"name": {}, "params": {}, "principal": CALLER}),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_question_that_nobody_understands_is_answered_so_and_raises_nothing(bench: Bench, wrong: bytes) -> None:
    with bench.session() as session:

        def read(principal: Principal) -> Read:
            return Read(session, bench.clock.now(), principal, bench.settings)

        answer = query.answer(bench.views, wrong, read, "alpha", lambda rows: None)
    assert orjson.loads(answer) == {"error": "unknown-query"}
