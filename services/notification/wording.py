"""A center's own words: set, listed, and seen with sample data before anybody gets them.

Guarantee: a template is refused unless it passes the check of the built-in ones and renders with full and with sparse
sample data, so that no notification fails because of it.
"""

from __future__ import annotations

import datetime as dt
import typing as t
from uuid import UUID

from jinja2 import TemplateError
from marshmallow import fields, validate

from chassis import versions
from chassis.errors import Rejected
from chassis.work import Work
from contracts.registry import REGISTRY
from services.notification import repository
from services.notification.domain.rules import Rule, RuleError
from services.notification.domain.texts import EMPTY, LANGUAGES, Texts, Words
from services.notification.models import OwnTemplate
from services.notification.rulebook import rules, texts

Body = dict[str, t.Any]
SAMPLE_NAMES = {
    "zh": {"organization_name": "市妇女联合会", "station_name": "凤泉区妇联工作站"},
    "en": {"organization_name": "Women's Federation", "station_name": "Fengquan Station"},
}
SAMPLE_MOMENT = dt.datetime(2026, 3, 9, 15, 59, 59, tzinfo=dt.UTC)
SAMPLE_ID = UUID("0195a5c0-0000-7000-8000-000000000001")
SAMPLE_TEXTS = {"number": "A2026-00001", "application_number": "A2026-00001", "case_number": "C2026-00001"}


def set_template(work: Work, command: Body) -> Body:
    """Keep the center's own words, or go back to the built-in ones."""
    principal = work.principal
    if principal is None or principal.role != "center_admin":
        raise Rejected("forbidden", role=principal.role if principal else "none")
    kind, language, source = command["kind"], command["language"], command["source"]
    channel = command["channel"] or ""
    written = texts(work.settings.zone)
    seen = _tried(written, kind, language, source, channel)
    row = work.session.get(OwnTemplate, (kind, language, channel), with_for_update=True)
    built_in = written.source(kind, language, channel) or written.source(kind, language) or ""
    versions.check(command["version"], versions.of_content(row.source if row else built_in))
    if source is None:
        if row is not None:
            work.session.delete(row)
    else:
        values = {"source": source, "changed_at": work.now, "changed_by": principal.key}
        work.session.merge(OwnTemplate(kind=kind, language=language, channel=channel, **values))
    version = versions.of_content(built_in if source is None else source)
    said = {"title": seen.title, "text": seen.text, "version": version}
    return {"kind": kind, "language": language, "channel": command["channel"], **said}


def templates(read: t.Any, params: Body) -> Body:
    """All kinds in both languages as they are worded now."""
    written = texts(read.settings.zone)
    items = []
    for event, several in rules().tells.items():
        for rule in several:
            own = repository.own_templates(read.session, [rule.kind]).get(rule.kind, {})
            for language in LANGUAGES:
                channels = {
                    *written.channels_of(rule.kind, language),
                    *(c for c, lang in own if c and lang == language),
                }
                for channel in ("", *sorted(channels)):
                    source = own.get((channel, language)) or written.source(rule.kind, language, channel) or ""
                    items.append(
                        {
                            "kind": rule.kind,
                            "language": language,
                            "channel": channel or None,
                            "event": event,
                            "variables": sorted(written.variables(rule.kind)),
                            "source": source,
                            "is_own": (channel, language) in own,
                            "version": versions.of_content(source),
                        }
                    )
    return {"items": items, "next": None}


def preview(read: t.Any, params: Body) -> Body:
    """Words with sample data: those in force, or a source that is tried out."""
    kind, language, channel = params["kind"], params["language"], params.get("channel") or ""
    own = repository.own_templates(read.session, [kind]).get(kind, {})
    source = params.get("source") or own.get((channel, language))
    seen = _tried(texts(read.settings.zone), kind, language, source, channel)
    return {"kind": kind, "language": language, "channel": channel or None, "title": seen.title, "text": seen.text}


def sample(rule: Rule, language: str, *, sparse: bool = False) -> Body:
    """A rule's event as it could be, by its contract; ``sparse``: without anything optional."""
    schema = REGISTRY[rule.event].reader
    needed = rule.when or {}
    values = {name: _sample(name, field) for name, field in schema.fields.items()}
    names: Body = dict(SAMPLE_NAMES[language])
    if sparse:
        values |= {name: None for name, field in schema.fields.items() if field.allow_none and name not in needed}
        names["station_name"] = None
    return {**values, **names}


def _tried(written: Texts, kind: str, language: str, source: str | None, channel: str = "") -> Words:
    """The words with full sample data, after a try with sparse ones; refuses what does not work."""
    try:
        written.variables(kind)
        if source is not None:
            written.check(kind, language, source, channel)
        if written.source(kind, language, channel) is None:
            channel = ""  # without words of its own, the channel says what all say
        rule = next(rule for several in rules().tells.values() for rule in several if rule.kind == kind)
        least = written.words(kind, language, sample(rule, language, sparse=True), source, channel)
        if EMPTY in least.title + least.text and EMPTY not in (source or ""):
            raise RuleError(
                "it shows a field that may be empty; put it between {% if … %} and {% endif %}",
                "用到了可能为空的字段，请放在 {% if … %} 与 {% endif %} 之间",
            )
        return written.words(kind, language, sample(rule, language), source, channel)
    except RuleError as error:
        raise _refused(str(error), error.zh) from None
    except TemplateError as error:
        raise _refused(str(error), "模板无法生成文字") from None
    except Exception as error:  # whatever a template does with a value that may be missing
        raise _refused(type(error).__name__, f"模板无法生成文字（{type(error).__name__}）") from None


def _refused(en: str, zh: str) -> Rejected:
    return Rejected("bad-template", pointer="/source", reason={"zh": zh[:300], "en": en[:300]})


def _sample(name: str, field: t.Any) -> t.Any:
    if isinstance(field, fields.List):
        return [_sample(name, field.inner)]
    if isinstance(field, fields.UUID):
        return SAMPLE_ID
    if isinstance(field, fields.DateTime):
        return SAMPLE_MOMENT
    if isinstance(field, fields.Date):
        return SAMPLE_MOMENT.date()
    if isinstance(field, fields.Boolean):
        return True
    if isinstance(field, fields.Integer):
        return 3_005_000 if name.endswith("_fen") else 2
    choices = [check.choices for check in field.validators if isinstance(check, validate.OneOf)]
    return next(iter(choices[0])) if choices else SAMPLE_TEXTS.get(name, f"({name})")
