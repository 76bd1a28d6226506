"""From an event to the inbox rows of those concerned.

Guarantee: each person that a rule finds gets one row per thing, with the reason; a post that nobody holds is
remembered, so that its next holder is told.
"""

from __future__ import annotations

import datetime as dt
import typing as t
from collections.abc import Mapping, Sequence
from uuid import UUID

import structlog

from chassis.errors import NotYet
from chassis.work import Work
from contracts.registry import REGISTRY
from services.notification import planning, repository, watching
from services.notification.domain.rules import Post, Recipients, Rule
from services.notification.domain.texts import LANGUAGES, Texts, Words
from services.notification.models import Person
from services.notification.rulebook import rules, texts

log = structlog.get_logger("aidbus.notification")
Event = Mapping[str, t.Any]
Row = Mapping[str, t.Any]
T = t.TypeVar("T")


def tell_all(work: Work, event: Event) -> None:
    """Apply every rule of the message's type."""
    found = []
    for rule in rules().tells[work.message.type]:
        if rule.applies(event):
            rows: list[Row] = []
            for number, entry in enumerate(rule.to):
                persons = find_people(work, rule, number, entry, event)
                rows += _rows(work, rule, number, persons, work.message.id, event)
            found.append((rule, rows))
    tell(work, found)


def tell_newcomer(work: Work, person: Person) -> None:
    """Tell a person what was waiting for the post that they now hold."""
    since = work.now - dt.timedelta(days=work.settings.vacancy_days)
    for waiting in repository.take_vacancies(work.session, person, since):
        try:
            rule = rules().named(waiting.event, waiting.kind)
        except LookupError:  # the rules have changed meanwhile: nobody is to be told this any more
            continue
        event = REGISTRY.load(waiting.event, waiting.data)
        tell(work, [(rule, _rows(work, rule, waiting.entry, [person.id], waiting.message, event))])


def find_people(work: Work, rule: Rule, number: int, entry: Recipients, event: Event) -> list[UUID]:
    """The persons of one entry of a rule. Raises NotYet while a case's lawyer is not known."""
    if entry.field:
        return [person for person in _named(event, entry.field) if person not in _named(event, entry.but_not)]
    if entry.lawyer_of:
        return _lawyer(work, event[entry.lawyer_of])
    if entry.doers_of and (found := repository.doers(work.session, event["application"], entry.doers_of)):
        return found
    return _holders(work, rule, number, entry, event)


def _named(event: Event, field: str | None) -> list[UUID]:
    named = event[field] if field else None
    return list(named) if isinstance(named, list) else [named] if named else []


def tell(work: Work, found: Sequence[tuple[Rule, Sequence[Row]]]) -> None:
    """Write the inbox rows of those who were not told yet by these rules, and say so on the bus."""
    added = set(repository.add_notifications(work.session, [row for _, rows in found for row in rows]))
    for rule, rows in found:
        new = [row for row in rows if row["id"] in added]
        planning.plan(work, new, in_weekly_list=rule.in_weekly_list)
        watching.plan(work, new, rule.acknowledge_within)
        for row in new:
            _say(work, rule, row)


def _say(work: Work, rule: Rule, row: Row) -> None:
    said = {
        "notification": row["id"],
        "person": row["person"],
        "kind": rule.kind,
        "channel": "inbox",
        "application": row["application"],
        "notified_at": work.now,
    }
    work.emit("notification.person_notified.v1", said, organization=row["organization"], subject=row["id"])


def _rows(work: Work, rule: Rule, number: int, persons: Sequence[UUID], message: UUID, event: Event) -> list[Row]:
    """The inbox rows of those whom one entry of a rule names."""
    if not persons:
        return []
    common = _row(work, rule, number, message, event)
    return [{"id": work.new_id(), "person": person, **common} for person in dict.fromkeys(persons)]


def _row(work: Work, rule: Rule, number: int, message: UUID, event: Event) -> dict[str, t.Any]:
    about, topic = event[rule.about], rule.to[number].topic
    return {
        "source": rule.source_of(message, event),
        "kind": rule.kind,
        "message": message,
        "organization": event["organization"],
        "station": event.get("station"),
        "application": event.get("application"),
        "about": about,
        "topic": event[topic] if topic else None,
        "number": event.get("number") or event.get("case_number") or event.get("application_number"),
        "urgency": rule.urgency_of(event),
        "link": rule.link_of(event),
        "channel": "inbox",
        "created_at": work.now,
        "settled_at": _once(work, ("settled", about), lambda: repository.settled_at(work.session, about)),
        "actions": [_action(one) for one in rule.actions_of(event)] or None,
        **_words(work, rule, number, event),
    }


def _action(one: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """An act as JSON."""
    return {"act": one["act"], "item": str(one["item"]), "until": one["until"].isoformat() if one["until"] else None}


def _words(work: Work, rule: Rule, number: int, event: Event) -> dict[str, t.Any]:
    written = texts(work.settings.zone)
    kinds = sorted({one.kind for one in rules().tells[rule.event]})
    own = _once(work, ("own", rule.event), lambda: repository.own_templates(work.session, kinds)).get(rule.kind, {})
    place = (event["organization"], event.get("station"))
    places = _once(work, ("places", *place), lambda: repository.place_names(work.session, *place))
    result: dict[str, t.Any] = {}
    variants: dict[str, list[str]] = {}
    for language in LANGUAGES:
        values = {**event, **places[language]}
        words = _said(written, rule.kind, language, values, own.get(("", language)))
        result[f"title_{language}"], result[f"text_{language}"] = words.title, words.text
        result[f"why_{language}"] = written.why(rule.kind, number, language, values)
        for channel in work.settings.enabled_channels:
            own_source = own.get((channel, language))
            if own_source is not None or written.source(rule.kind, language, channel) is not None:
                words = _said(written, rule.kind, language, values, own_source, channel)
                variants[f"{channel}.{language}"] = [words.title, words.text]
    return {**result, "variants": variants or None}


def _once(work: Work, key: tuple[t.Any, ...], ask: t.Callable[[], T]) -> T:
    """What several people are told of one message is asked once."""
    known: dict[t.Any, T] = work.session.info.setdefault(("told", work.message.id), {})
    if key not in known:
        known[key] = ask()
    return known[key]


def _said(written: Texts, kind: str, language: str, values: Event, own: str | None, channel: str = "") -> Words:
    """The center's own words; the built-in ones where those fail with this very event, for the person must be told."""
    if own is not None:
        try:
            return written.words(kind, language, values, own)
        except Exception as error:
            log.warning("own template failed", kind=kind, language=language, why=type(error).__name__)
    is_special = written.source(kind, language, channel) is not None
    return written.words(kind, language, values, channel=channel if is_special else "")


def _lawyer(work: Work, case: UUID | None) -> list[UUID]:
    if case is None:
        return []
    lawyer = repository.lawyer_of_case(work.session, case)
    if lawyer is None:
        raise NotYet(f"the lawyer of case {case}")
    return [lawyer]


def _holders(work: Work, rule: Rule, number: int, entry: Recipients, event: Event) -> list[UUID]:
    vacant: list[tuple[Post, str, str | None]] = []
    others = _named(event, entry.but_not)
    for post in entry.posts:
        organization = work.settings.center if post.at == "center" else event["organization"]
        station = event.get("station") if post.at == "station" else None
        if post.at == "station" and station is None:
            continue  # filed at no station: the next post of the list is meant
        holders = repository.holders(work.session, post, organization, station)
        if found := [person for person in holders if person not in others]:
            return found
        if holders:
            continue  # the post is held, but by whom it is about
        vacant.append((post, organization, station))
    return _leave_for_newcomer(work, rule, number, *vacant[0], event) if vacant else []


def _leave_for_newcomer(
    work: Work, rule: Rule, number: int, post: Post, organization: str, station: str | None, event: Event
) -> list[UUID]:
    repository.hold_post(work.session, organization, post.role)
    if found := repository.holders(work.session, post, organization, station):
        return found  # somebody took the post while we looked
    repository.add_vacancy(
        work.session,
        {
            "id": work.new_id(),
            "role": post.role,
            "organization": organization,
            "station": station,
            "message": work.message.id,
            "event": rule.event,
            "kind": rule.kind,
            "entry": number,
            "data": REGISTRY.dump(rule.event, event),
            "created_at": work.now,
        },
    )
    return []
