"""Which consents a person's data need (PIPL 28-31): for sensitive data separately, for a child by a guardian."""

from __future__ import annotations

from collections.abc import Collection

CHILD_UNTIL = 14  # years, PIPL 28, 31
HEALTH_FACTS = frozenset({"visual_hearing_speech_disability", "cannot_fully_discern"})
HEALTH_GROUPS = frozenset({"disabled"})


def needed(age: int | None, has_number: bool, facts: Collection[str], groups: Collection[str]) -> list[str]:
    """The kinds of consent that belong to what is recorded; somebody of unknown age is no child."""
    kinds = []
    if has_number:
        kinds.append("identity")
    if HEALTH_FACTS & set(facts) or HEALTH_GROUPS & set(groups):
        kinds.append("health")
    if is_child(age):
        kinds.append("child_under_14")
    return kinds


def is_child(age: int | None) -> bool:
    """Whether a guardian consents instead of the person."""
    return age is not None and age < CHILD_UNTIL
