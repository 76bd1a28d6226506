"""The rules and texts of this service, read once and checked against the contracts of the events that it hears."""

from __future__ import annotations

from functools import cache

from contracts import terms
from contracts.answers import ACTS
from contracts.registry import REGISTRY
from services.notification.domain.rules import RULES_FILE, Rulebook, read_rules
from services.notification.domain.texts import Texts, read_templates


def fields() -> dict[str, frozenset[str]]:
    """Event type -> the fields of its contract, for every event that notification hears."""
    return {heard: frozenset(REGISTRY[heard].reader.fields) for heard in REGISTRY.heard_by("notification")}


@cache
def rules() -> Rulebook:
    """The rules of rules.yaml; raises RuleError."""
    return read_rules(RULES_FILE.read_text("utf-8"), fields(), frozenset(terms.STAFF_ROLES), tuple(ACTS))


@cache
def texts(zone: str) -> Texts:
    """The templates, for times in a zone; raises RuleError."""
    return Texts(rules(), fields(), read_templates(), zone)
