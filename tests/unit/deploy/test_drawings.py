"""The state machines that people see are those of the code."""

from deploy import drawings
from services.assignment.domain import lifecycle
from services.intake.domain import application


def test_the_drawings_in_the_architecture_are_current() -> None:
    text = drawings.PAGE.read_text(encoding="utf-8")
    assert drawings.with_drawings(text) == text, "run python -m deploy.drawings"


def test_every_move_of_an_application_and_of_a_case_is_drawn() -> None:
    drawn = drawings.drawings()
    for (state, act), target in application.MOVES.items():
        assert has_arrow(drawn["application"], state, act, target)
    for state, acts in lifecycle.MOVES.items():
        for act, target in acts.items():
            assert has_arrow(drawn["case"], state, act, target)


def test_final_states_lead_out_and_others_do_not() -> None:
    lines = drawings.drawings()["application"].splitlines()
    out = {line.split()[0] for line in lines if line.endswith("--> [*]")}
    assert out == {"withdrawn", "upheld", "granted"}, "from granted only its missing papers still come"


def has_arrow(drawn: str, state: str, act: str, target: str) -> bool:
    return any(
        line.strip().startswith(f"{state} --> {target} :") and act in line.partition(":")[2].replace(",", " ").split()
        for line in drawn.splitlines()
    )
