"""The words of a notification, in Chinese and English: sandboxed templates that are checked when they are loaded.

A kind has words for all channels, ``<kind>.<language>.j2``; a channel may have its own,
``<kind>.<channel>.<language>.j2``.

Guarantee: a template that uses a variable which its event's contract does not have, or that puts what only a
confidential channel may carry into a title, or unmasked into the words of a channel that is not confidential, is
refused at start; an undefined value at rendering time is an error, never a gap.
"""

from __future__ import annotations

import datetime as dt
import re
import typing as t
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml
from babel.dates import format_date, format_datetime, format_timedelta
from jinja2 import DictLoader, StrictUndefined, TemplateError, meta
from jinja2.nodes import Filter, Name, Node
from jinja2.nodes import Template as Syntax
from jinja2.sandbox import ImmutableSandboxedEnvironment, SecurityError

from contracts import terms
from services.notification.domain.delivery import WAYS
from services.notification.domain.rules import Rulebook, RuleError

LANGUAGES = ("zh", "en")
LOCALES = {"zh": "zh_Hans_CN", "en": "en_GB"}
DAYS = {"zh": "y年M月d日（EEEE）", "en": "EEE d MMM y"}
MOMENTS = {"zh": "y年M月d日 HH:mm", "en": "d MMM y, HH:mm"}
TEMPLATES = Path(__file__).parents[1] / "templates"
WORDS_FILE = Path(__file__).with_name("words.yaml")
ADDED = frozenset({"organization_name", "station_name"})
LAW = re.compile(r"\b([A-Z]+\d*) (\d+(?:-\d+)?)")
EMPTY = "—"
PRIVATE = frozenset({"lawyer_name", "reasons", "name", "phone", "email"})


@dataclass(frozen=True)
class Words:
    """One notification in one language."""

    title: str
    text: str


class Texts:
    """All templates, ready to render in a time zone. ``templates``: "<kind>.<language>" -> source."""

    def __init__(
        self,
        rules: Rulebook,
        fields: Mapping[str, frozenset[str]],
        templates: Mapping[str, str],
        zone: str = "Asia/Shanghai",
    ) -> None:
        whys = {
            f"why {rule.kind} {number}.{language}": entry.why[language]
            for rule in _all(rules)
            for number, entry in enumerate(rule.to)
            for language in LANGUAGES
        }
        self._sources = {**templates, **whys}
        self._environments = {language: _environment(language, ZoneInfo(zone), self._sources) for language in LANGUAGES}
        self._known = {rule.kind: fields[rule.event] | ADDED for rule in _all(rules)}
        for rule in _all(rules):
            known = self._known[rule.kind]
            for language in LANGUAGES:
                self._check(f"{rule.kind}.{language}", language, known, titled=True)
                for channel in self.channels_of(rule.kind, language):
                    self._check(f"{rule.kind}.{channel}.{language}", language, known, titled=True, channel=channel)
                for number in range(len(rule.to)):
                    self._check(f"why {rule.kind} {number}.{language}", language, known)
        _refuse_strays(templates, self._known)

    def channels_of(self, kind: str, language: str) -> tuple[str, ...]:
        """The channels that have words of their own for a kind."""
        return tuple(channel for channel in WAYS if f"{kind}.{channel}.{language}" in self._sources)

    def words(
        self, kind: str, language: str, values: Mapping[str, t.Any], own: str | None = None, channel: str = ""
    ) -> Words:
        """Title (the first line) and text of a kind of notification; ``own``: the center's own template for it."""
        environment = self._environments[language]
        name = _name(kind, channel, language)
        template = environment.get_template(name) if own is None else environment.from_string(own)
        title, _, text = template.render(values).strip().partition("\n")
        return Words(title.strip(), text.strip())

    def check(self, kind: str, language: str, own: str, channel: str = "") -> None:
        """Check a center's own template as the built-in ones are checked; raises RuleError."""
        self._check_source(kind, language, own, self.variables(kind), titled=True, channel=channel)

    def variables(self, kind: str) -> frozenset[str]:
        """What templates of a kind may use; raises RuleError for an unknown kind."""
        if kind not in self._known:
            raise RuleError(f"there is no kind {kind}", f"没有此类通知：{kind}")
        return self._known[kind]

    def source(self, kind: str, language: str, channel: str = "") -> str | None:
        """The built-in template; None for a channel without words of its own."""
        return self._sources.get(_name(kind, channel, language))

    def why(self, kind: str, number: int, language: str, values: Mapping[str, t.Any]) -> str:
        """Why the recipients of a rule's entry ``number`` are told."""
        return self._environments[language].get_template(f"why {kind} {number}.{language}").render(values)

    def _check(self, name: str, language: str, known: frozenset[str], titled: bool = False, channel: str = "") -> None:
        source = self._sources.get(name)
        if source is None:
            raise RuleError(f"{name}: there is no such template")
        self._check_source(name, language, source, known, titled, channel)

    def _check_source(
        self, name: str, language: str, source: str, known: frozenset[str], titled: bool, channel: str = ""
    ) -> None:
        environment = self._environments[language]
        try:
            whole = environment.parse(source)
            used = meta.find_undeclared_variables(whole)
            environment.from_string(source)
            title = environment.parse(source.strip().partition("\n")[0])
        except TemplateError as error:
            raise RuleError(f"{name}: {error}", f"{name}：模板语法有误") from None
        if used - known:
            unknown = sorted(used - known)
            raise RuleError(
                f"{name}: the event carries no {', '.join(unknown)}", f"{name}：该事件不含 {'、'.join(unknown)}"
            )
        if titled:
            _check_title(name, title)
        if channel and not WAYS[channel].confidential and (private := _unmasked(whole)):
            names = sorted(private)
            raise RuleError(
                f"{name}: {channel} is not confidential; it may hold {', '.join(names)} only with | masked",
                f"{name}：{channel} 渠道不保密，{'、'.join(names)} 须加 | masked 后方可使用",
            )


def read_templates(folder: Path = TEMPLATES) -> dict[str, str]:
    """The sources in a folder, by "<kind>.<language>"."""
    return {path.name.removesuffix(".j2"): path.read_text("utf-8") for path in sorted(folder.glob("*.j2"))}


def _check_title(name: str, title: Syntax) -> None:
    if private := _unmasked(title):
        names = sorted(private)
        raise RuleError(
            f"{name}: a title goes over every channel; it may not hold {', '.join(names)}",
            f"{name}：标题会经所有渠道发送，不得含 {'、'.join(names)}",
        )


def _unmasked(tree: Node) -> set[str]:
    """The private variables that a template shows, or does anything else with but ``| masked``."""
    masked = {id(one.node) for one in tree.find_all(Filter) if one.name == "masked"}
    return {one.name for one in tree.find_all(Name) if one.name in PRIVATE and id(one) not in masked}


def _name(kind: str, channel: str, language: str) -> str:
    return ".".join(part for part in (kind, channel, language) if part)


def _refuse_strays(templates: Mapping[str, str], kinds: t.Container[str]) -> None:
    """A template that nothing would ever use is a misspelt name."""
    for name in templates:
        kind, *channel, language = name.split(".")
        if kind not in kinds or language not in LANGUAGES or len(channel) > 1 or any(c not in WAYS for c in channel):
            raise RuleError(f"{name}: a template is <kind>.<zh or en>.j2 or <kind>.<channel>.<zh or en>.j2")


def _all(rules: Rulebook) -> t.Iterator[t.Any]:
    return (rule for several in rules.tells.values() for rule in several)


class _Sandbox(ImmutableSandboxedEnvironment):
    """Besides what the sandbox forbids: arithmetic that makes a text of any size out of a short template."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def call_binop(self, context: t.Any, operator: str, left: t.Any, right: t.Any) -> t.Any:
        raise SecurityError(f"a template may not use {operator}")


def _environment(language: str, zone: ZoneInfo, sources: Mapping[str, str]) -> _Sandbox:
    environment = _Sandbox(
        loader=DictLoader(dict(sources)), undefined=StrictUndefined, autoescape=False, finalize=_shown
    )
    vocabulary = yaml.safe_load(WORDS_FILE.read_text("utf-8"))
    locale = LOCALES[language]

    def day(value: dt.date) -> str:
        return format_date(value, DAYS[language], locale=locale)

    def moment(value: dt.datetime) -> str:
        return format_datetime(value, MOMENTS[language], tzinfo=zone, locale=locale)

    def deadline(value: dt.datetime, last_day: dt.date) -> str:
        """The day alone where the limit is its end, else the minute."""
        local = value.astimezone(zone)
        whole = local.date() != last_day or (local.hour, local.minute) == (23, 59)
        return day(last_day) if whole else moment(value)

    def span(seconds: int) -> str:
        return format_timedelta(dt.timedelta(seconds=seconds), threshold=2, locale=locale)

    def words(value: str, group: str) -> str:
        """The words of a term; a kind of task that is newer than our words goes by its name in the contracts."""
        plain = {"zh": terms.CLOCK_KINDS.get(value, value), "en": value.replace("_", " ")}
        return str(vocabulary[group].get(value, plain)[language])

    def article(text: str) -> str:
        """ "LA 43" with the name of the law."""
        laws = vocabulary["laws"]
        return LAW.sub(lambda found: laws[found[1]][language].format(found[2]) if found[1] in laws else found[0], text)

    def masked(value: t.Any) -> str | None:
        """A name or number of which too little is left to know the person."""
        return None if value is None else "、".join(map(mask, value)) if isinstance(value, list) else mask(str(value))

    filters = (masked, day, moment, deadline, span, words, article, {"zh": yuan_zh, "en": yuan_en}[language])
    environment.filters.update({function.__name__.partition("_")[0]: function for function in filters})
    return environment


def _shown(value: t.Any) -> t.Any:
    """An optional field that the event leaves empty is shown as such, never as a word of the programming language."""
    return EMPTY if value is None else value


def mask(text: str) -> str:
    """尹某某 of 尹雅梅; Y*** of Yin Yamei; 138****5678 of a number; everything but the first letter of the rest."""
    text = text.strip()
    digits = sum(one.isdigit() for one in text)
    if digits >= 7:
        return f"{text[:3]}****{text[-4:]}"
    if text and "\u4e00" <= text[0] <= "\u9fff":
        return text[0] + "某" * min(len(text) - 1, 2) if len(text) <= 4 else f"{text[0]}***"
    return f"{text[:1]}***"


def yuan_zh(fen: int) -> str:
    """30,050.00元 of 3005000 fen."""
    return f"{Decimal(fen) / 100:,.2f}元"


def yuan_en(fen: int) -> str:
    """CNY 30,050.00 of 3005000 fen."""
    return f"CNY {Decimal(fen) / 100:,.2f}"
