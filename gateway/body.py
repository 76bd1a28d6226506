"""Reading a request's JSON strictly: what two parsers could read differently is refused, so a body has one meaning."""

from __future__ import annotations

import hashlib
import json
import math
import typing as t

import orjson


class MalformedJson(ValueError):
    """The body is not one JSON object with one meaning. The message says why and repeats nothing of the body."""


def parse(raw: bytes) -> dict[str, t.Any]:
    """The JSON object in ``raw``; an empty body is the empty object.

    Raises MalformedJson on bad UTF-8 or syntax, a key given twice, NaN or infinity, half a surrogate pair, an integer
    beyond 64 bits, nesting too deep to read, or anything but an object at the top.
    """
    if not raw.strip():
        return {}
    try:
        value = json.loads(
            raw.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_finite
        )
        orjson.dumps(value)
    except MalformedJson:
        raise
    except RecursionError:
        raise MalformedJson("nested too deeply; 嵌套过深") from None
    except json.JSONDecodeError as error:
        raise MalformedJson(
            f"line {error.lineno}, column {error.colno}; 第 {error.lineno} 行第 {error.colno} 列"
        ) from None
    except UnicodeDecodeError:
        raise MalformedJson("not UTF-8; 不是 UTF-8 编码") from None
    except (ValueError, orjson.JSONEncodeError) as error:
        if "Recursion limit" in str(error):  # orjson's, which is lower than Python's
            raise MalformedJson("nested too deeply; 嵌套过深") from None
        raise MalformedJson("a number or character that cannot be kept; 含无法保存的数字或字符") from None
    if not isinstance(value, dict):
        raise MalformedJson("not an object; 不是 JSON 对象")
    return value


def digest(method: str, path: str, body: t.Mapping[str, t.Any]) -> str:
    """SHA-256 (hex) of what a request asks: the same whatever the spacing and the order of its keys."""
    content = orjson.dumps([method, path, body], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(content).hexdigest()


def _unique(pairs: list[tuple[str, t.Any]]) -> dict[str, t.Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise MalformedJson("the same key twice; 键重复")
    return found


def _no_constant(_name: str) -> t.NoReturn:
    raise MalformedJson("NaN and Infinity are not JSON; NaN 与 Infinity 不是合法 JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise MalformedJson("a number too large; 数字过大")
    return number
