"""Names made comparable: what is written differently but means the same person or company gets the same key.

An exact key folds width, case, traditional characters, blanks and the dots of minority names; a company loses its
legal form. A sound key is one possible pinyin reading: an equal sound is a likely match, never a certain one.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from functools import cache

from opencc import OpenCC
from pypinyin import Style, pinyin

#: A name has at most this many sound keys; beyond it (long company names) the commonest readings are kept.
MOST_READINGS = 16
#: A person's name longer than this is not read aloud: it is compared exactly only.
LONGEST_SOUND = 12

#: Longest first, so that ``有限责任公司`` is not cut to ``有限责任``.
COMPANY_FORMS = (
    "股份有限责任公司",
    "股份有限公司",
    "有限责任公司",
    "集团有限公司",
    "有限公司",
    "集团公司",
    "普通合伙",
    "有限合伙",
    "分公司",
    "公司",
    "集团",
    "companylimited",
    "coltd",
    "limited",
    "ltd",
    "inc",
    "llc",
)

_LETTERS = re.compile(r"[^\w]|_")


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
    folded = fold(name)
    if kind == "company" and folded not in COMPANY_FORMS:
        for form in COMPANY_FORMS:
            if folded.endswith(form):
                return folded.removesuffix(form)
    return folded


def sound_keys(name: str, kind: str) -> frozenset[str]:
    """Every pinyin reading of a person's name, heteronyms included: ``曾`` is ``zeng`` and ``ceng``.

    Companies have none: their names sound alike far too often to warn of.
    """
    folded = fold(name)
    if kind == "company" or not folded or len(folded) > LONGEST_SOUND:
        return frozenset()
    readings = pinyin(folded, style=Style.NORMAL, heteronym=True)
    combinations = itertools.islice(itertools.product(*(sorted(set(one)) for one in readings)), MOST_READINGS)
    return frozenset("".join(one).replace("ü", "v") for one in combinations)


def number_key(number: str | None) -> str | None:
    """An identity or unified social credit number as it is compared, or None."""
    folded = _LETTERS.sub("", unicodedata.normalize("NFKC", number or "")).upper()
    return folded or None
