"""The state machine of a case, as data: every move that is possible; whatever is not here is refused.

proposed -> offered -> assigned -> retained -> ended -> filed -> closed; a refusal of the last candidate leads to
``unassigned``, from which the center's next offer leads back. When a lawyer parts from a case (returned, replaced,
inactive, conflict) it is proposed anew. Aid that is terminated (LA 48) still has its closing file, where a lawyer had
taken the case; where nobody had, it is closed at once. If the bureau overturns the termination (LA 49) the case goes
back to its lawyer (``restore``), who signs a retainer anew, or is proposed anew where that lawyer cannot have it
(``reopen``); whether a case was terminated at all, the handler looks (objections.py).
"""

from __future__ import annotations

from types import MappingProxyType

START = "proposed"

#: state -> act -> next state.
MOVES = MappingProxyType(
    {
        "proposed": {"offer": "offered", "exhaust": "unassigned", "terminate": "closed"},
        "offered": {"accept": "assigned", "release": "proposed"},
        "unassigned": {"offer": "offered", "terminate": "closed"},
        "assigned": {"retain": "retained", "report": "assigned", "part": "proposed", "terminate": "ended"},
        "retained": {"report": "retained", "end": "ended", "part": "proposed", "terminate": "ended"},
        "ended": {"file": "filed", "restore": "assigned", "reopen": "proposed"},
        "filed": {"check": "closed", "send_back": "ended", "restore": "assigned", "reopen": "proposed"},
        "closed": {"pay": "closed", "restore": "assigned", "reopen": "proposed"},
    }
)

STATES = tuple(MOVES)
ACTS = tuple(sorted({act for acts in MOVES.values() for act in acts}))

#: Acts that only the bureau's order makes possible, for aid that was terminated; nobody is advised to do them.
BY_ORDER = frozenset({"restore", "reopen"})

#: In these states the case counts as open work of its lawyer.
IN_HAND = frozenset({"assigned", "retained"})

#: In these nothing is over yet: the case is in hand, or waits for a lawyer.
UNDER_WAY = IN_HAND | {"proposed", "offered", "unassigned"}


class WrongMove(Exception):
    """In ``state`` the act is not possible; ``allowed`` are the acts that are."""

    def __init__(self, state: str, act: str) -> None:
        self.state = state
        self.act = act
        self.allowed = possible(state)
        super().__init__(f"{act} is not possible in state {state}; possible: {', '.join(self.allowed)}")


def possible(state: str) -> tuple[str, ...]:
    """What may be done in a state, without what only the bureau's order makes possible."""
    return tuple(act for act in MOVES[state] if act not in BY_ORDER)


def move(state: str, act: str) -> str:
    """The state that ``act`` leads to; raises WrongMove where the table has none."""
    try:
        return MOVES[state][act]
    except KeyError:
        raise WrongMove(state, act) from None
