"""Field types that several messages share: money, codes, identity numbers, choices.

Every field refuses what cannot be true (a negative amount, a wrong checksum) with a text that names the reason,
because these very schemas also guard the HTTP door.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
import typing as t
import unicodedata

from marshmallow import ValidationError, fields, validate
from stdnum import numdb
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError as NumberError

MAX_FEN = 100_000_000_000_00  # one hundred billion yuan: anything above is a typing error
TIME_OF_DAY = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00")
CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


class Whole(fields.Integer):
    """A whole number; unlike its base it refuses to write 30050.5 as 30050."""

    def _serialize(self, value: t.Any, attr: str | None, obj: t.Any, **kw: t.Any) -> t.Any:
        if value is not None and type(value) is not int:
            raise ValidationError("Not a whole number; 须为整数。", attr or "")
        return value


def Fen(**kw: t.Any) -> fields.Integer:
    """Money as integer fen (1/100 yuan), 0 or more."""
    error = "An amount is a whole number of fen from 0 to {max}; 金额须为 0 至 {max} 之间的整数（分）。"
    kw.setdefault("metadata", {"description": "Money in fen (1/100 yuan)", "examples": [3005000]})
    return Whole(strict=True, validate=validate.Range(0, MAX_FEN, error=error), **kw)


def Count(minimum: int = 0, maximum: int = 1_000_000, **kw: t.Any) -> fields.Integer:
    """A whole number in a range."""
    return Whole(strict=True, validate=validate.Range(minimum, maximum), **kw)


def Text(maximum: int = 200, minimum: int = 1, **kw: t.Any) -> fields.String:
    """Text with at least one visible character and at most ``maximum`` characters."""
    return fields.String(validate=[validate.Length(minimum, maximum), _visible], **kw)


def Code(maximum: int = 40, **kw: t.Any) -> fields.String:
    """The short name of an organization or station in addresses and queue names: ``womens-federation``."""
    kw.setdefault("metadata", {"examples": ["womens-federation"]})
    error = "A code has lower-case letters, digits and single hyphens; 代码只能由小写字母、数字和单个连字符组成。"
    return fields.String(validate=[validate.Length(2, maximum), _full_match(CODE, error)], **kw)


def TimeOfDay(**kw: t.Any) -> fields.String:
    """A time that the clock on the wall shows, ``09:00``; ``24:00`` is the end of the day."""
    kw.setdefault("metadata", {"examples": ["09:00"]})
    return fields.String(validate=_full_match(TIME_OF_DAY, "A time is HH:MM; 时间须为 HH:MM。"), **kw)


def Month(**kw: t.Any) -> fields.String:
    """A month: ``2026-09``."""
    error = "A month such as 2026-09; 月份格式如 2026-09。"
    return fields.String(validate=validate.Regexp(r"\A(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])\Z", error=error), **kw)


def Choice(values: t.Iterable[str], **kw: t.Any) -> fields.String:
    """One of a closed list of English terms."""
    return fields.String(validate=validate.OneOf(tuple(values)), **kw)


def Choices(values: t.Iterable[str], minimum: int = 0, **kw: t.Any) -> fields.List:
    """A list of at least ``minimum`` different terms from a closed list."""
    return fields.List(Choice(values), validate=[validate.Length(minimum, 40), _different], **kw)


class IdentityNumber(fields.String):
    """An 18-digit resident identity number; checksum, birth date and place are checked (GB 11643)."""

    default_error_messages = {  # noqa: RUF012 - marshmallow declares it so
        "checksum": "This identity number is not valid (checksum, birth date or place); 身份证号码无效（校验码、出生日期或地区码不符）。"
    }

    def _deserialize(self, value: t.Any, attr: str | None, data: t.Any, **kw: t.Any) -> str:
        text = super()._deserialize(value, attr, data, **kw)
        number = str(ric.compact(text)).upper()
        try:
            if not re.fullmatch(r"[0-9]{17}[0-9X]", number) or ric.calc_check_digit(number) != number[-1]:
                raise NumberError
            # Not ric.validate: it wants the county to have existed at birth, but numbers were first given out in 1984.
            if not _is_place(number[:6]) or not 1850 <= ric.get_birth_date(number).year <= dt.datetime.now(dt.UTC).year:
                raise NumberError
        except NumberError:
            raise self.make_error("checksum") from None
        return number


@functools.lru_cache(maxsize=8192)
def _is_place(code: str) -> bool:
    """Whether a division code was ever one of a county (GB/T 2260); searching the list takes longer than all else."""
    return bool(numdb.get("cn/loc").info(code)[0][1])


class CreditCode(fields.String):
    """An 18-character unified social credit code of an organization (GB 32100)."""

    default_error_messages = {  # noqa: RUF012 - marshmallow declares it so
        "checksum": "This unified social credit code is not valid; 统一社会信用代码无效。"
    }

    def _deserialize(self, value: t.Any, attr: str | None, data: t.Any, **kw: t.Any) -> str:
        text = super()._deserialize(value, attr, data, **kw)
        try:
            return str(uscc.validate(text))
        except NumberError:
            raise self.make_error("checksum") from None


class Phone(fields.String):
    """A telephone number: digits, spaces and hyphens, with an optional leading +; 3 (short numbers) to 15 digits."""

    default_error_messages = {  # noqa: RUF012 - marshmallow declares it so
        "phone": "This is not a telephone number; 电话号码格式不正确。"
    }

    def _deserialize(self, value: t.Any, attr: str | None, data: t.Any, **kw: t.Any) -> str:
        text = super()._deserialize(value, attr, data, **kw).strip()
        digits = re.sub(r"[ \-()]", "", text)
        if not re.fullmatch(r"\+?[0-9]{3,15}", digits):
            raise self.make_error("phone")
        return digits


class Instant(fields.AwareDateTime):
    """A moment: ISO 8601 with an offset; kept and sent as UTC."""

    def __init__(self, **kw: t.Any) -> None:
        super().__init__(format="iso", **kw)

    def _deserialize(self, value: t.Any, attr: str | None, data: t.Any, **kw: t.Any) -> dt.datetime:
        try:
            return super()._deserialize(value, attr, data, **kw).astimezone(dt.UTC)
        except OverflowError:  # in UTC it lies before the year 1 or after 9999
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE) from None

    def _serialize(self, value: t.Any, attr: str | None, obj: t.Any, **kw: t.Any) -> t.Any:
        if value is not None and value.tzinfo is not None:
            value = value.astimezone(dt.UTC)
        return super()._serialize(value, attr, obj, **kw)


def _visible(value: str) -> None:
    if value and all(unicodedata.category(one)[0] in "ZC" for one in value):  # blanks, and what has no width
        raise ValidationError("Only blanks; 不能只有空白。")
    if "\x00" in value:
        raise ValidationError("A zero character is not text; 文本不能含空字符。")


def _full_match(pattern: re.Pattern[str], error: str) -> t.Callable[[str], None]:
    def check(value: str) -> None:
        if not pattern.fullmatch(value):
            raise ValidationError(error)

    return check


def _different(values: list[str]) -> None:
    if len(set(values)) != len(values):
        raise ValidationError("The same value twice; 列表中有重复的值。")
