"""Names in Latin letters, made comparable: accents, umlauts written out, given name and surname in either order.

``Müller``, ``Mueller`` and ``Muller`` share a spelling, as do ``WANG, Li``, ``Li Wang`` and the reading of ``王丽``.
"""

from __future__ import annotations

import re
import typing as t
import unicodedata

#: A name of more letters is compared as it is written only.
LONGEST = 60

#: Letters that are no other letter with an accent.
SPELLED = str.maketrans({"ø": "o", "œ": "oe", "æ": "ae", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe"})
#: The syllables of pinyin, finals by initials: in these ``ue`` and ``oe`` are no umlauts (Xu is not Xue).
PINYIN = {
    "": "a o e ai ei ao ou an en ang eng er",
    "b": "a o ai ei ao an en ang eng i ie iao ian in ing u",
    "p": "a o ai ei ao ou an en ang eng i ie iao ian in ing u",
    "m": "a o e ai ei ao ou an en ang eng i ie iao iu ian in ing u",
    "f": "a o ei ou an en ang eng u",
    "d t": "a e ai ei ao ou an ang eng ong i ie iao iu ian ing u uo ui uan un",
    "n l": "a e ai ei ao ou an en ang eng ong i ia ie iao iu ian in iang ing u uo uan un v ve ue",
    "g k h": "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "j q x": "i ia ie iao iu ian in iang ing iong u ue uan un",
    "zh ch sh": "a e ai ei ao ou an en ang eng ong i u ua uo uai uan un ui uang",
    "z c s": "a e ai ei ao ou an en ang eng ong i u uo uan un ui",
    "r": "e ao ou an en ang eng ong i u uo ui uan un",
    "y": "a e ao ou an ang i in ing ong u ue uan un",
    "w": "a o ai ei an en ang eng u",
}
_SYLLABLES = frozenset(
    initial + final
    for initials, finals in PINYIN.items()
    for initial in initials.split() or [""]
    for final in finals.split()
)
_LONGEST_SYLLABLE = max(map(len, _SYLLABLES))
_BETWEEN = re.compile(r"[\s.,;:/·•]+")
_LETTERS = re.compile(r"[a-z]+")
_UMLAUT = re.compile(r"(?<=[aou])e")
#: The ``ü`` of pinyin, which readings have as ``v`` and passports as ``yu``.
_U_OF_PINYIN = re.compile(r"(?<=[ln])(?:ü|yu(?=e?$))")


def spellings(name: str, *, in_any_order: bool) -> frozenset[str]:
    """A name in plain small letters, with given name and surname in either order; nothing of one in another script.

    One of a word, two of two, three of more; a name with umlauts has as many again of each way to write these.
    """
    words = _words(name)
    if words is None or sum(map(len, words)) > LONGEST:
        return frozenset()
    ways = {tuple(map(way, words)) for way in (_plain, _pinyin, _written_out)}
    return frozenset("".join(order) for one in ways for order in (_orders(one) if in_any_order else [one]))


def _words(name: str) -> list[str] | None:
    """Its words, apostrophes and hyphens closed up; None where any letter is not Latin, or there is none."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    words = [closed for word in _BETWEEN.split(folded) if (closed := re.sub(r"[^\w]|_", "", word))]
    return words if words and all(_LETTERS.fullmatch(_bare(word)) for word in words) else None


def _bare(word: str) -> str:
    """Without accents."""
    apart = unicodedata.normalize("NFKD", word.translate(SPELLED))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _plain(word: str) -> str:
    """Without accents, and with umlauts that are written out put back: ``mueller`` -> ``muller``."""
    bare = _bare(word)
    return bare if _is_pinyin(bare) else _UMLAUT.sub("", bare)


def _is_pinyin(word: str) -> bool:
    """Whether syllables make up the whole of it: from letter to letter, for trying every way to part it takes hours."""
    ends = {0}
    for start in range(len(word)):
        if start in ends:
            longest = range(start + 1, min(start + _LONGEST_SYLLABLE, len(word)) + 1)
            ends |= {end for end in longest if word[start:end] in _SYLLABLES}
    return len(word) in ends


def _pinyin(word: str) -> str:
    return _plain(_U_OF_PINYIN.sub("v", word))


def _written_out(word: str) -> str:
    """For umlauts that could be pinyin when written out, and so are not put back: ``bär`` -> ``baer``."""
    return _plain(word.translate(WRITTEN_OUT))


def _orders(words: tuple[str, ...]) -> t.Iterator[tuple[str, ...]]:
    """As it is written, the last word first, the first word last."""
    yield words
    yield (*words[-1:], *words[:-1])
    yield (*words[1:], *words[:1])
