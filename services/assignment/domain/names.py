"""Names made comparable: what is written differently but means the same person or company gets the same key.

An exact key folds width, case, traditional characters, blanks and the dots of minority names; a company loses its
legal form. A sound key is one possible pinyin reading, or a spelling of a name in Latin letters (``latin.py``), a core
key a company without place and branch: what is equal in these alone is a likely match, never a certain one.
"""

from __future__ import annotations

import csv
import itertools
import os
import re
import typing as t
import unicodedata
from functools import cache
from pathlib import Path

from opencc import OpenCC

# A name is no phrase: ``解放`` as a person may be called Xie. The dictionary of phrases is not even loaded: that would
# take half a second of every start.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
from pypinyin import Style, pinyin

from services.assignment.domain.latin import spellings

#: A name has at most this many sound keys, the commonest readings first.
MOST_READINGS = 64
#: A name longer than this is not read aloud: it is compared as it is written only.
LONGEST_SOUND = 12
#: A company's name shorter than this (without its form and place) is too common to be told by its sound or its core.
SHORTEST_CORE = 3

#: Longest first, so that ``有限责任公司`` is not cut to ``有限责任``.
COMPANY_FORMS = tuple(
    sorted(
        (
            *("股份有限责任公司", "股份有限公司", "有限责任公司", "集团有限公司", "集团股份有限公司", "股份公司"),
            *("有限公司", "集团公司", "特殊普通合伙", "普通合伙", "有限合伙", "农民专业合作社", "专业合作社"),
            *("分公司", "公司", "集团", "companylimited", "companyltd", "coltd", "limited", "ltd", "incorporated"),
            *("inc", "llc", "corporation", "corp", "plc", "gmbh", "company", "gmbhcokg", "kabushikikaisha", "株式会社"),
            *("有限会社", "合同会社"),
            *("pteltd", "ptelimited", "ptyltd", "ptylimited", "pvtltd", "privatelimited"),
        ),
        key=lambda form: (-len(form), form),
    )
)

#: Forms that stand before the name as well as behind it, some shortened in brackets: ``㈱三星``, ``（株）三星``.
LEADING_FORMS = ("株式会社", "有限会社", "合同会社")
_SHORT_FORM = re.compile(r"\A\s*\([株有合]\)|\([株有合]\)\s*\Z")

#: No person's name ends with one of these; with a foreign one it may (``Vinc``).
CHINESE_FORMS = tuple(form for form in COMPANY_FORMS if not form.isascii())

#: Signs between the parts of a minority or foreign name that count as letters and yet are none.
SEPARATORS = "丶ㆍᆞ"
_LETTERS = re.compile(rf"[^\w]|_|[{SEPARATORS}]")
#: Of an autonomous region its name tells the people, too: ``广西壮族自治区``.
PEOPLES = ("壮族", "回族", "维吾尔")
_PLACE = re.compile(r"\A(新疆维吾尔|[一-鿿]{2,4}?)(?:自治区|自治州|自治县|省|市|县|区)(?=[一-鿿]{2})")
_BRANCH_OF_BANK = re.compile(r"(?<=银行).+(?:分行|支行|营业部|分理处)\Z")
_BRACKETS = re.compile(r"[(（\[【〔{｛](.*?)[)）\]】〕}｝]")
#: What nobody is called, and words that could be part of a name, or end one (``张小名``).
_SURE, _UNSURE = "曾用名|现用名|又名|又叫|亦称", "别名|原名|现名|化名|笔名|绰号|小名|乳名|经营者|业主(?!委员会|大会)"
_LATIN = r"a\.?\s?k\.?\s?a(?![a-z])\.?|also\s+known\s+as|formerly(?:\s+known\s+as)?|alias"
#: The operator is the party behind an individual business with a trade name (Interpretation of the CPL, 59).
_ALIAS = re.compile(rf"(?:{_SURE}|{_UNSURE}|{_LATIN})[:：]?\s*(.+)", re.IGNORECASE)
#: Without brackets an alias follows a sign or a blank, or has a colon; behind a person's name some words are enough.
_BARE_ALIAS = {
    kind: re.compile(
        rf"(.{{2,}}?)(?:[\s,，;；、。]+(?:(?:{_SURE}|{_UNSURE})[:：]?|(?:{_LATIN})[\s:：])"
        rf"|(?:{_SURE}|{_UNSURE})[:：]{enough})\s*(.+)",
        re.IGNORECASE,
    )
    for kind, enough in {"person": rf"|(?:{_SURE})", "company": ""}.items()
}
_AND = re.compile(r"[、,，;；/]")
#: What is told of a person behind a name: sex, people, birth, address, number.
_NOTE = re.compile(r"[男女]性?|.{1,6}族|.*[0-9０-９].*|住.*|(?:公民)?身份.*")


@cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


def fold(name: str) -> str:
    """The name without width, case, script variant, blanks and dots: ``阿迪力·買買提`` -> ``阿迪力买买提``."""
    compatible = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return _LETTERS.sub("", _simplifier().convert(compatible))


def exact_key(name: str, kind: str) -> str:
    """The key by which two names are the same. ``kind``: ``person`` or ``company``.

    A company's legal form is cut (once from the end); a name that consists of nothing else stays whole.
    """
    if kind != "company":
        return fold(name)
    folded = _behind_form(name)
    if folded not in COMPANY_FORMS:
        for form in COMPANY_FORMS:
            if folded.endswith(form):
                return folded.removesuffix(form)
    return folded


def _behind_form(name: str) -> str:
    """A company's folded name without a form that stands before it, or in brackets at either end."""
    folded = fold(_SHORT_FORM.sub("", unicodedata.normalize("NFKC", name))) or fold(name)
    for form in LEADING_FORMS:
        if folded != form:
            folded = folded.removeprefix(form)
    return folded


def core_key(name: str, kind: str) -> str | None:
    """A company's name without legal form, place and branch: ``新乡市宏达建筑（郑州）有限公司`` -> ``宏达建筑``.

    None for persons, and where what is left is too short to tell one company from another.
    """
    found = _core(name) if kind == "company" else None
    return found[1] if found else None


def place_keys(name: str, kind: str) -> frozenset[str]:
    """A company's core behind its places as people shorten them: ``北京市宏达建筑`` -> ``北京宏达建筑``.

    What says ``北京`` for ``北京市`` has a core of its own, for where a place ends is not to be seen there.
    """
    places, core = (_core(name) if kind == "company" else None) or ([], "")
    if last := _PLACE.match(core):  # what follows it is too short for a core, and not behind its place
        places, core = [*places, last[1]], core[last.end() :]
    places = [part for place in places for part in _in_province(place)]
    if not places:
        return frozenset(_in_province(core)[1:])
    return frozenset("".join(places[first:]) + core for first in range(len(places)))


def _in_province(text: str) -> list[str]:
    """``河南新乡…`` apart, where a province and a city of it are named without what kind of places they are."""
    for province, cities in _provinces().items():
        rest = text.removeprefix(province)
        if rest != text and rest in PEOPLES:
            return [province]
        if rest != text and rest.startswith(cities):
            return [province, rest]
    return [text]


@cache
def _provinces() -> dict[str, tuple[str, ...]]:
    """Each province with its cities, as people shorten them."""
    with (Path(__file__).parents[1] / "data" / "places.csv").open(encoding="utf-8", newline="") as file:
        return {row["province"]: tuple(row["prefectures"].split()) for row in csv.DictReader(file)}


def _core(name: str) -> tuple[list[str], str] | None:
    """The places at a company's head, each without what kind of place it is, and its core."""
    head = _behind_form(_BRACKETS.sub("", name)) or fold(name)
    for form in COMPANY_FORMS:
        place = head.find(form)
        if place > 0:  # what follows a form is a branch of it
            head = head[:place]
    head = _BRANCH_OF_BANK.sub("", head)
    places = []
    while (found := _PLACE.match(head)) and len(head) - found.end() >= SHORTEST_CORE:
        places.append(found[1])
        head = head[found.end() :]
    return (places, head) if len(head) >= SHORTEST_CORE else None


def sound_keys(name: str, kind: str) -> frozenset[str]:
    """Every pinyin reading of a name, heteronyms included: ``曾`` is ``zeng`` and ``ceng``; the commonest come first.

    Of a company the core is read, if it is long enough to mean anything. A name in Latin letters has its spellings.
    """
    read = (core_key(name, kind) or "") if kind == "company" else name
    if latin := spellings(read, in_any_order=kind == "person"):
        return latin
    folded = fold(read)
    if not folded or len(folded) > LONGEST_SOUND:
        return frozenset()
    readings = [_readings(character) for character in folded]
    return frozenset("".join(one).replace("ü", "v") for one in itertools.islice(_commonest(readings), MOST_READINGS))


@cache
def _readings(character: str) -> list[str]:
    """All readings of one character by itself, the commonest first; what is no Chinese character is read as it is."""
    return list(dict.fromkeys(pinyin(character, style=Style.NORMAL, heteronym=True)[0]))


def _commonest(readings: list[list[str]]) -> t.Iterator[tuple[str, ...]]:
    """All combinations, those of common readings before those of rare ones."""
    most = sum(len(one) - 1 for one in readings)
    for rareness in range(most + 1):
        yield from _of_rareness(readings, rareness)


def _of_rareness(readings: list[list[str]], rareness: int) -> t.Iterator[tuple[str, ...]]:
    if not readings:
        if rareness == 0:
            yield ()
        return
    first, rest = readings[0], readings[1:]
    for place in range(min(rareness, len(first) - 1) + 1):
        for others in _of_rareness(rest, rareness - place):
            yield (first[place], *others)


def all_names(name: str, former: t.Iterable[str] = (), kind: str = "person") -> tuple[str, ...]:
    """The name and every other one: former names, and aliases (``张三（曾用名张四）``, ``张三又名张四``).

    A person's name is also compared without any note in brackets; a company's brackets may hold its place.
    """
    found = [name, *former]
    for one in tuple(found):
        inside = [note.strip() for note in _BRACKETS.findall(one)]
        aliases = [alias[1] for note in inside if (alias := _ALIAS.match(note))]
        if aliases or (inside and kind == "person"):
            one = _BRACKETS.sub("", one)
            found.append(one)
        if bare := _BARE_ALIAS[kind].match(one):
            found.append(bare[1])
            aliases.append(bare[2])
        for several in aliases:
            pieces = (piece.strip() for piece in _AND.split(several))
            found += itertools.takewhile(lambda piece: not _NOTE.fullmatch(piece), pieces)
    return tuple(dict.fromkeys(stripped for one in found if (stripped := one.strip())))


def kinds_of(name: str, kind: str) -> tuple[str, ...]:
    """As what a name is compared: what was entered as a person and has a Chinese or Japanese company form, as both."""
    is_company = kind == "person" and (fold(name).endswith(CHINESE_FORMS) or _behind_form(name) != fold(name))
    return ("person", "company") if is_company else (kind,)


def number_key(number: str | None) -> str | None:
    """An identity or unified social credit number as it is compared, or None."""
    folded = _LETTERS.sub("", unicodedata.normalize("NFKC", number or "")).upper()
    return folded or None
