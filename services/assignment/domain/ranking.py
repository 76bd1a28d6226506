"""Who is asked first: hard rules that rule a lawyer out, then points that anyone can check by hand.

Every rule and every point has a reason in both languages; law has its article. The same facts always give the same
order: equal points go to whoever was assigned longest ago, then to the smaller id.
"""

from __future__ import annotations

import datetime as dt
import typing as t
from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

from services.assignment.domain.conflicts import Conflict, touching
from services.assignment.domain.points import FAR, UNKNOWN, Weights, parts, score, seconds

#: LA 26: whoever may face life imprisonment or death is defended by somebody with this many years of such practice.
YEARS_FOR_GRAVE_CASES = 3


@dataclass(frozen=True)
class Reason:
    """Why, in both languages; ``points`` where it counted, ``article`` where it is law."""

    key: str
    zh: str
    en: str
    article: str | None = None
    points: float | None = None

    def as_dict(self) -> dict[str, t.Any]:
        return {"key": self.key, "zh": self.zh, "en": self.en, "article": self.article, "points": self.points}


@dataclass(frozen=True)
class Need:
    """What a case asks of its lawyer; ``gender``, ``language`` and ``wished`` (a lawyer) where the recipient asks.

    ``place``: the district from which the way to the lawyer is measured.
    """

    matter: str
    form_of_aid: str
    recipient_group: str
    organization: str
    district: str | None = None
    urgent: bool = False
    facts: frozenset[str] = frozenset()
    gender: str | None = None
    language: str | None = None
    wished: UUID | None = None
    place: str | None = None
    minor: bool | None = None

    @property
    def of_minor(self) -> bool:
        """Whether the aided person is under 18 (D148 26): by the age that is known, else by the register's group."""
        return self.recipient_group == "minor" if self.minor is None else self.minor

    @property
    def priority(self) -> bool:
        """Urgent matters, and those of soldiers and their families (Status of Military Personnel Law 61)."""
        return self.urgent or self.recipient_group in ("soldier", "soldier_family")

    @property
    def grave(self) -> bool:
        """Whether life imprisonment or death is possible (LA 26)."""
        return self.form_of_aid == "criminal_defence" and "life_or_death_sentence_possible" in self.facts


@dataclass(frozen=True)
class Lawyer:
    """A lawyer as the choice for one case sees them; ``load``: open cases and unanswered offers.

    ``speaks``: the language that is asked for; ``metres``: from the firm to the case's place, where both are known.
    """

    id: UUID
    name: str
    firm: UUID
    firm_name: str
    capacity: int
    load: int = 0
    matter_years: int | None = None
    practice_years: int = 0
    criminal_defence_years: int = 0
    trained_for_minors: bool = False
    works_in_district: bool = True
    near: bool = False
    standing: bool = False
    absent: bool = False
    suspended: bool = False
    last_assigned_at: dt.datetime | None = None
    gender: str | None = None
    speaks: bool = True
    wished: bool = False
    metres: int | None = None

    @property
    def specialty_years(self) -> int:
        return UNKNOWN if self.matter_years is None else self.matter_years

    @property
    def distance(self) -> int:
        return UNKNOWN if self.metres is None else self.metres

    @property
    def rested_from(self) -> int:
        return seconds(self.last_assigned_at)


@dataclass(frozen=True)
class Candidate:
    """A lawyer whom no hard rule excludes, with points and why."""

    lawyer: Lawyer
    score: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Ranking:
    """The candidates, best first, and how many were ruled out, by rule (under the first that stood against them)."""

    candidates: tuple[Candidate, ...]
    excluded: int
    why: t.Mapping[str, int] = field(default_factory=dict)


#: Rules that the center may set aside for a named lawyer, with a reason; the others are law or a plain impossibility.
WAIVABLE = frozenset({"capacity", "district", "conflict_likely", "gender", "language"})


def obstacles(need: Need, lawyer: Lawyer, conflicts: t.Sequence[Conflict] = ()) -> list[Reason]:
    """Every hard rule that stands against the lawyer; empty: may be asked."""
    return [reason for rule in HARD_RULES if (reason := rule(need, lawyer, conflicts)) is not None]


def rank(
    need: Need,
    lawyers: t.Iterable[Lawyer],
    now: dt.datetime,
    *,
    conflicts: t.Sequence[Conflict] = (),
    weights: Weights | None = None,
    most: int | None = None,
) -> Ranking:
    """The lawyers that may be asked, best first; reasons are written out for the first ``most`` (None: all)."""
    weights = weights or Weights()
    fit, why = order(need, lawyers, now, conflicts, weights)
    chosen = tuple(
        Candidate(lawyer, score, explain(need, lawyer, weights, now)) for score, lawyer in fit[: most or len(fit)]
    )
    return Ranking(chosen, sum(why.values()), why)


def order(
    need: Need, lawyers: t.Iterable[Lawyer], now: dt.datetime, conflicts: t.Sequence[Conflict], weights: Weights
) -> tuple[list[tuple[float, Lawyer]], dict[str, int]]:
    """Scores and lawyers, best first and without words, and how many each rule ruled out."""
    fit: list[tuple[float, Lawyer]] = []
    excluded: Counter[str] = Counter()
    for lawyer in lawyers:
        against = next((found for rule in HARD_RULES if (found := rule(need, lawyer, conflicts)) is not None), None)
        if against is not None:
            excluded[against.key] += 1
        else:
            fit.append((points(need, lawyer, weights, now), lawyer))
    fit.sort(key=lambda one: (-one[0], one[1].rested_from, one[1].id))
    return fit, dict(excluded)


def points(need: Need, lawyer: Lawyer, weights: Weights, now: dt.datetime) -> float:
    """The sum of all considerations, to a hundredth of a point."""
    return float(score(lawyer, weights, seconds(now), need.priority)) / 100


def explain(need: Need, lawyer: Lawyer, weights: Weights, now: dt.datetime) -> tuple[Reason, ...]:
    """One reason for each consideration that brought points, in a fixed order; their points add up to the score."""
    found = []
    for key, brought in parts(lawyer, weights, seconds(now), need.priority).items():
        if brought:
            zh, en = _words(key, lawyer, now)
            found.append(Reason(key, zh, en, PRIORITY_ARTICLE if key == "priority" else None, brought / 100))
    return tuple(found)


PRIORITY_ARTICLE = "SML 61"


def _words(key: str, lawyer: Lawyer, now: dt.datetime) -> tuple[str, str]:
    match key:
        case "specialty":
            return f"从事此类案件 {lawyer.matter_years} 年", f"practises this matter, {lawyer.matter_years} years"
        case "experience":
            return f"执业经验 {lawyer.practice_years} 年", f"{lawyer.practice_years} years of practice"
        case "load":
            return (
                f"在办案件 {lawyer.load} 件，容量 {lawyer.capacity} 件",
                f"{lawyer.load} open cases of at most {lawyer.capacity}",
            )
        case "standing":
            return "本单位常年法律顾问（驻点律师）", "standing lawyer of the organization"
        case "rotation":
            if lawyer.last_assigned_at is None:
                return "尚未接受过指派", "not assigned a case before"
            days = max((now - lawyer.last_assigned_at).days, 0)
            return f"距上次指派 {days} 天", f"{days} days since the last assignment"
        case "near" if lawyer.metres is not None:
            km = f"{lawyer.metres / 1000:.1f}"
            return f"距案件所在地 {km} 公里", f"{km} km from the place of the case (no points from {FAR // 1000} km on)"
        case "near":
            return "律师事务所在案件所在区县", "the firm is in the district of the case"
        case "wish":
            return "受援人希望由该律师办理", "the recipient wishes for this lawyer"
        case _:
            return "紧急或涉军案件优先：有空闲且有经验", "urgent or military matter: free and experienced goes first"


def _capacity(need: Need, lawyer: Lawyer, conflicts: t.Sequence[Conflict]) -> Reason | None:
    if lawyer.load < lawyer.capacity:
        return None
    return Reason("capacity", f"在办案件已满 {lawyer.capacity} 件", f"already has {lawyer.capacity} open cases")


def _suspended(need: Need, lawyer: Lawyer, conflicts: t.Sequence[Conflict]) -> Reason | None:
    if not lawyer.suspended:
        return None
    return Reason("suspended", "已被中心暂停承办案件", "is suspended by the center")


def _absent(need: Need, lawyer: Lawyer, conflicts: t.Sequence[Conflict]) -> Reason | None:
    return Reason("absence", "请假期间", "is absent") if lawyer.absent else None


def _conflict(need: Need, lawyer: Lawyer, conflicts: t.Sequence[Conflict]) -> Reason | None:
    found = touching(conflicts, lawyer.id, lawyer.firm)
    if not found:
        return None
    first = found[0]
    if first.by == "firm":
        zh, en = "利益冲突：律师事务所与对方当事人相同", "conflict of interest: the firm is the opposing party"
    elif first.by == "lawyer":
        zh = "利益冲突：该所律师姓名与对方当事人相同"
        en = "conflict of interest: a lawyer of the firm bears the name of the opposing party"
    elif first.certainty == "exact":
        zh, en = f"利益冲突：案件 {first.matter}", f"conflict of interest: matter {first.matter}"
    else:
        zh = f"疑似利益冲突（姓名读音相同）：案件 {first.matter}"
        en = f"likely conflict of interest (names sound alike): matter {first.matter}"
    return Reason("conflict" if first.certainty == "exact" else "conflict_likely", zh, en, "LL 39")


def _grave(need: Need, lawyer: Lawyer, conflicts: t.Sequence[Conflict]) -> Reason | None:
    if not need.grave or lawyer.criminal_defence_years >= YEARS_FOR_GRAVE_CASES:
        return None
    return Reason(
        "criminal_years",
        f"可能判处无期徒刑、死刑的案件须由具有 {YEARS_FOR_GRAVE_CASES} 年以上刑事辩护经历的律师办理",
        f"a case of life or death needs {YEARS_FOR_GRAVE_CASES} years of criminal defence practice",
        "LA 26",
    )


def _minors(need: Need, lawyer: Lawyer, conflicts: t.Sequence[Conflict]) -> Reason | None:
    if not need.of_minor or lawyer.trained_for_minors:
        return None
    return Reason(
        "minors",
        "未成年人案件须由熟悉未成年人身心特点的律师办理",
        "a minor's case needs a lawyer who is familiar with minors",
        "D148 26",
    )


def _district(need: Need, lawyer: Lawyer, conflicts: t.Sequence[Conflict]) -> Reason | None:
    if need.district is None or lawyer.works_in_district:
        return None
    return Reason("district", "不在该区县执业", "does not work in this district")


def _gender(need: Need, lawyer: Lawyer, conflicts: t.Sequence[Conflict]) -> Reason | None:
    if need.gender is None or lawyer.gender == need.gender:
        return None
    zh = {"female": "女", "male": "男"}[need.gender]
    return Reason("gender", f"受援人希望由{zh}律师办理", f"the recipient asks for a {need.gender} lawyer")


def _language(need: Need, lawyer: Lawyer, conflicts: t.Sequence[Conflict]) -> Reason | None:
    if need.language is None or lawyer.speaks:
        return None
    return Reason("language", "不使用受援人所需语言", "does not speak the language that the recipient needs")


#: Looked at in this order, here and in the query; a lawyer is counted under the first that stands against them. The
#: district comes first: the numbers of the other rules are of those who work there.
HARD_RULES = (_district, _suspended, _absent, _capacity, _conflict, _grave, _minors, _gender, _language)
