"""Names and identity numbers of people: normalized for comparison, masked for lists."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from functools import cache

from opencc import OpenCC

_LETTERS = re.compile(r"[^\w]|_")


@cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


def name_key(name: str) -> str:
    """A name as it is compared: without width, case, script variant, blanks and the dots of minority names."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return _LETTERS.sub("", _simplifier().convert(folded)) or folded


def masked_number(number: str | None) -> str | None:
    """``410102198001011234`` -> ``4101**********1234``; short numbers show their last two characters only."""
    if not number:
        return None
    if len(number) < 12:
        return "*" * max(0, len(number) - 2) + number[-2:]
    return number[:4] + "*" * (len(number) - 8) + number[-4:]


def masked_name(name: str) -> str:
    """``马秀云`` -> ``马**``, ``Ma Xiuyun`` -> ``M********``: who knows the person knows who is meant."""
    return name[:1] + "*" * (len(name) - 1)


def birth_date(identity_number: str) -> dt.date:
    """The day of birth in an 18-digit resident identity number (GB 11643); raises ValueError."""
    return dt.datetime.strptime(identity_number[6:14], "%Y%m%d").date()


def gender(identity_number: str) -> str:
    """``female`` or ``male``: the 17th digit is even for women (GB 11643)."""
    return "female" if int(identity_number[16]) % 2 == 0 else "male"


def age_on(born: dt.date, day: dt.date) -> int:
    """Completed years on a day; 0 before birth. Somebody born on 29 February completes a year on 1 March."""
    return max(0, day.year - born.year - ((day.month, day.day) < (born.month, born.day)))
