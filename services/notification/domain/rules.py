"""Who is told what and why: rules read from data, checked against the contracts before the first message.

Guarantee: a rule that names a field which its event does not carry is refused when it is loaded.
"""

from __future__ import annotations

import string
import typing as t
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid5

import yaml

RULES_FILE = Path(__file__).with_name("rules.yaml")
URGENCIES = ("low", "normal", "urgent")
PLACES = ("station", "organization", "center")
SAME_THING = UUID("5f0d6d2c-6f0a-5d0e-9a49-0d9b6c0f2a11")


class RuleError(ValueError):
    """A rule or template cannot be used; the text names the event, the kind and what is wrong.

    ``zh`` says the same in Chinese where somebody reads it who words a template; files are an operator's matter.
    """

    def __init__(self, en: str, zh: str = "") -> None:
        super().__init__(en)
        self.zh = zh


@dataclass(frozen=True)
class Post:
    """Whoever holds a role at a place that the event determines."""

    role: str
    at: str


@dataclass(frozen=True)
class Recipients:
    """One way to find people, with the reason that they are given.

    Exactly one of ``field``, ``lawyer_of`` and ``doers_of`` is set, or none where only ``posts`` (in order) count.
    """

    why: Mapping[str, str]
    field: str | None = None
    lawyer_of: str | None = None
    doers_of: str | None = None
    but_not: str | None = None
    topic: str | None = None
    posts: tuple[Post, ...] = ()


@dataclass(frozen=True)
class Action:
    """What a recipient can answer by a link: an act about the id in ``item``, until the instant in ``until``."""

    act: str
    item: str
    until: str | None = None
    when: Mapping[str, t.Any] | None = None


@dataclass(frozen=True)
class Rule:
    """What one kind of notification is made from.

    ``acknowledge_within``: minutes after which somebody else is told if nobody has said that they act on it.
    """

    event: str
    kind: str
    to: tuple[Recipients, ...]
    link: str
    about: str
    urgency: str = "normal"
    urgent_when: Mapping[str, t.Any] | None = None
    when: Mapping[str, t.Any] | None = None
    once_per: tuple[str, ...] = ()
    unless: Mapping[str, t.Any] | None = None
    actions: tuple[Action, ...] = ()
    acknowledge_within: int | None = None
    in_weekly_list: bool = False

    def applies(self, event: Mapping[str, t.Any]) -> bool:
        is_meant = self.when is None or holds(self.when, event)
        return is_meant and not (self.unless is not None and holds(self.unless, event))

    def actions_of(self, event: Mapping[str, t.Any]) -> list[dict[str, t.Any]]:
        """The acts that this very event asks for, each with ``act``, ``item`` and ``until``."""
        return [
            {"act": one.act, "item": event[one.item], "until": event[one.until] if one.until else None}
            for one in self.actions
            if (one.when is None or holds(one.when, event)) and event[one.item] is not None
        ]

    def urgency_of(self, event: Mapping[str, t.Any]) -> str:
        return "urgent" if self.urgent_when is not None and holds(self.urgent_when, event) else self.urgency

    def link_of(self, event: Mapping[str, t.Any]) -> str:
        """The path; a parameter of its query whose field is absent is left away."""
        path, _, query = self.link.partition("?")
        there = [one for one in query.split("&") if one and all(event[name] is not None for name in names_in(one))]
        return "?".join([path, *(["&".join(there)] if there else [])]).format_map(event)

    def source_of(self, message: UUID, event: Mapping[str, t.Any]) -> UUID:
        """What makes the notification the same thing for a person: the message, or what ``once_per`` names."""
        if not self.once_per:
            return message
        return uuid5(SAME_THING, " ".join([self.kind, *(str(event[name]) for name in self.once_per)]))


@dataclass(frozen=True)
class Rulebook:
    """All rules, by event type, and what events settle."""

    tells: Mapping[str, tuple[Rule, ...]]
    settles: Mapping[str, str]

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(rule.kind for rules in self.tells.values() for rule in rules))

    @property
    def weekly_kinds(self) -> tuple[str, ...]:
        return tuple(rule.kind for rules in self.tells.values() for rule in rules if rule.in_weekly_list)

    def named(self, event_type: str, kind: str) -> Rule:
        """The rule of an event with this kind; LookupError where a newer rule file no longer has it."""
        for rule in self.tells.get(event_type, ()):
            if rule.kind == kind:
                return rule
        raise LookupError(f"{event_type}: {kind}")


def holds(condition: Mapping[str, t.Any], event: Mapping[str, t.Any]) -> bool:
    """Whether every named field has one of its values, or lies within ``{at_most: n}``; a missing value never does."""
    return all(_fits(wanted, event.get(name)) for name, wanted in condition.items())


def _fits(wanted: t.Any, value: t.Any) -> bool:
    if value is None:
        return False
    if isinstance(wanted, Mapping):
        return bool(value <= wanted["at_most"])
    return bool(value in wanted) if isinstance(wanted, list) else bool(value == wanted)


def names_in(template: str) -> tuple[str, ...]:
    """The fields that a ``str.format`` path names."""
    return tuple(name for _, name, _, _ in string.Formatter().parse(template) if name)


def read_rules(
    text: str, fields: Mapping[str, frozenset[str]], roles: t.Collection[str], acts: t.Collection[str] = ()
) -> Rulebook:
    """Read rules from YAML. ``fields``: event type -> the fields of its contract. Raises RuleError."""
    document = yaml.safe_load(text)
    tells = {event: tuple(_rule(event, raw) for raw in rules) for event, rules in document.get("tells", {}).items()}
    book = Rulebook(tells, document.get("settles", {}))
    for event, name in book.settles.items():
        _known(event, "settles", [name], fields)
    for event, rules in tells.items():
        kinds = [rule.kind for rule in rules]
        if len(set(kinds)) != len(kinds):
            raise RuleError(f"{event}: the same kind twice")
        for rule in rules:
            _check(rule, fields, roles)
            _check_actions(rule, fields, acts)
    return book


def _rule(event: str, raw: Mapping[str, t.Any]) -> Rule:
    try:
        known = {
            **raw,
            "to": tuple(_recipients(entry) for entry in raw["to"]),
            "once_per": tuple(raw.get("once_per", ())),
            "actions": tuple(Action(**one) for one in raw.get("actions", ())),
        }
        return Rule(event=event, **known)
    except (KeyError, TypeError, AttributeError) as error:
        raise RuleError(f"{event}: {raw.get('kind')}: {error!r}") from None


def _recipients(raw: Mapping[str, t.Any]) -> Recipients:
    rest = dict(raw)
    posts = [rest.pop("post")] if "post" in rest else []
    first = [Post(role, rest.pop("at")) for role in posts]
    others = [Post(entry["post"], entry["at"]) for entry in rest.pop("or", [])]
    return Recipients(posts=(*first, *others), **rest)


def _check(rule: Rule, fields: Mapping[str, frozenset[str]], roles: t.Collection[str]) -> None:
    for conditions in (rule.when, rule.unless, rule.urgent_when):
        _known(rule.event, rule.kind, conditions or (), fields)
    _known(rule.event, rule.kind, [*names_in(rule.link), rule.about, *rule.once_per], fields)
    if rule.urgency not in URGENCIES:
        raise RuleError(f"{rule.event}: {rule.kind}: urgency {rule.urgency}; known: {', '.join(URGENCIES)}")
    if not rule.link.startswith(("/v1/", "{link}")):
        raise RuleError(f"{rule.event}: {rule.kind}: the link {rule.link} is not a path under /v1/")
    for entry in rule.to:
        _check_recipients(rule, entry, fields, roles)


def _check_actions(rule: Rule, fields: Mapping[str, frozenset[str]], acts: t.Collection[str]) -> None:
    for one in rule.actions:
        if one.act not in acts:
            raise RuleError(f"{rule.event}: {rule.kind}: no such act: {one.act}; known: {', '.join(acts)}")
        _known(rule.event, rule.kind, [one.item, *([one.until] if one.until else []), *(one.when or ())], fields)
    if rule.acknowledge_within is not None and not 1 <= rule.acknowledge_within <= 60 * 24 * 30:
        raise RuleError(f"{rule.event}: {rule.kind}: acknowledge_within is minutes, 1 to 43200")


def _check_recipients(
    rule: Rule, entry: Recipients, fields: Mapping[str, frozenset[str]], roles: t.Collection[str]
) -> None:
    where = f"{rule.event}: {rule.kind}"
    ways = [way for way in (entry.field, entry.lawyer_of, entry.doers_of) if way]
    if len(ways) > 1 or not (ways or entry.posts):
        raise RuleError(f"{where}: name one of field, lawyer_of, doers_of, post")
    _known(
        rule.event,
        rule.kind,
        [name for name in (entry.field, entry.lawyer_of, entry.but_not, entry.topic) if name],
        fields,
    )
    if entry.doers_of:
        _known(rule.event, rule.kind, ["application"], fields)
    for post in entry.posts:
        if post.role not in roles or post.at not in PLACES:
            raise RuleError(f"{where}: no such post: {post.role} at {post.at}")
    if set(entry.why) != {"zh", "en"}:
        raise RuleError(f"{where}: why is needed in zh and en")


def _known(event: str, kind: str, names: t.Iterable[str], fields: Mapping[str, frozenset[str]]) -> None:
    if event not in fields:
        raise RuleError(f"{event}: no such event, or this service does not hear it")
    for name in names:
        if name not in fields[event]:
            raise RuleError(f"{event}: {kind}: the event carries no {name}")
