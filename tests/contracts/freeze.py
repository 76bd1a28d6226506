"""Frozen samples of every message: python -m tests.contracts.freeze writes those that are missing, and edits none.

A message that has gained an optional field has a second one beside the first: ``… freeze TYPE+FIELD``.

A sample has every field, optional ones too, as a producer of its day would have sent it. Its SHA-256 is kept beside it,
so that an edited sample is noticed: a changed message is a new version, with a sample of its own.
"""

from __future__ import annotations

import hashlib
import json
import sys
import typing as t
from pathlib import Path

from marshmallow import Schema, fields, validate

from contracts.fields import CreditCode, IdentityNumber, Instant
from contracts.registry import REGISTRY

FOLDER = Path(__file__).with_name("samples")
SUMS = FOLDER / "SHA256SUMS"
WORDS: dict[str, t.Any] = {
    "name": "马秀云",
    "name_en": "Ma Xiuyun",
    "person_name": "马秀云",
    "lawyer_name": "尹雅梅",
    "firm_name": "和阳凤阳律师事务所",
    "licence": "14107200211731139",
    "organization": "womens-federation",
    "standing_for": "womens-federation",
    "participants": "womens-federation",
    "districts": "凤泉区",
    "from_organization": "trade-unions",
    "superior": "womens-federation-province",
    "code": "wf-fengquan",
    "station": "wf-fengquan",
    "from_station": "tu-hebin",
    "district": "凤泉区",
    "address": "和阳市凤泉区和平路132号",
    "phone": "13000000002",
    "number": "C2026-00001",
    "application_number": "A2026-00001",
    "case_number": "C2026-00001",
    "other_matter": "C2025-00007",
    "command_type": "intake.file_application.v1",
    "reason": "说明理由。",
    "summary": "一审判决后上诉。",
    "article": "LA 43",
    "rate_source": "Henan, subsidy rates",
    "begins": "09:00",
    "ends": "17:00",
    "opens": "09:00",
    "closes": "17:00",
    "sha256": "ab" * 32,
    "year": 2026,
    "month": "2026-09",
    "key": "hardship",
    "zh": "不受经济困难条件限制。",
    "en": "No hardship test.",
    "statement": "丈夫拒付医疗费用。",
    "source": "国务院办公厅通知",
    "reasons": "不属于援助范围。",
    "topic": "咨询离婚与扶养",
    "confirmed": True,
    "share": 0.1,
    "rule": "FREQ=MONTHLY;BYMONTHDAY=1",
    "secret": "whsec_" + "QUJD" * 8,
}


def sample(schema: Schema) -> dict[str, t.Any]:
    """A body of a schema with every field, the same at every call."""
    return {name: _value(name, one) for name, one in sorted(schema.fields.items())}


def _value(name: str, field: t.Any) -> t.Any:
    if isinstance(field, fields.Nested):
        return sample(field.schema)
    if isinstance(field, fields.List):
        return [_value(name, field.inner) for _ in range(_least(field))]
    choices = [rule.choices for rule in field.validators if isinstance(rule, validate.OneOf)]
    if choices:
        return next(iter(choices[0]))
    for kinds, make in KINDS:
        if kinds is fields.UUID and isinstance(field, kinds):
            return make(field, name)  # whatever the word of its name is elsewhere: a station by its id
        if isinstance(field, kinds):
            made = make(field, name)
            word = WORDS.get(name, made)
            return word if isinstance(word, type(made)) else made  # a month is a number in one message, text in another
    raise TypeError(f"no sample for {name}: {type(field).__name__}")


def _least(field: fields.List) -> int:
    return max([1, *(rule.min or 1 for rule in field.validators if isinstance(rule, validate.Length))])


def _number(field: t.Any, name: str) -> int:
    ranges = [rule for rule in field.validators if isinstance(rule, validate.Range)]
    return max([1, *(int(rule.min or 0) for rule in ranges)]) if not name.endswith("fen") else 3_005_000


def _uuid(_field: t.Any, name: str) -> str:
    """An id that shows what it is of and never changes: UUIDv7 in form."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    return f"01989680-{digest[:4]}-7{digest[4:7]}-8{digest[7:10]}-{digest[10:22]}"


KINDS: tuple[tuple[t.Any, t.Callable[[t.Any, str], t.Any]], ...] = (
    (fields.UUID, _uuid),
    (IdentityNumber, lambda *_: "410704198405140009"),
    (CreditCode, lambda *_: "91410700MA3X0A0A0R"),
    (Instant, lambda *_: "2026-02-12T02:00:00+00:00"),
    (fields.Date, lambda *_: "2026-02-12"),
    (fields.Time, lambda *_: "08:30"),
    (fields.Boolean, lambda *_: True),
    (fields.Integer, _number),
    (fields.Float, lambda *_: 35.5),
    (fields.Email, lambda *_: "jiang@womens-federation.example"),
    (fields.Dict, lambda *_: {"zh": "样例", "en": "sample"}),
    (fields.String, lambda _field, name: f"{name.replace('_', ' ')} 样例"),
)


def missing() -> list[str]:
    """The message types that have no sample yet."""
    return [contract.type for contract in REGISTRY if not (FOLDER / f"{contract.type}.json").exists()]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def frozen() -> dict[str, str]:
    """File name -> SHA-256 as it was when the sample was frozen."""
    lines = SUMS.read_text(encoding="utf-8").splitlines() if SUMS.exists() else []
    return {name: sum_ for sum_, _, name in (line.partition("  ") for line in lines)}


def type_of(name: str) -> str:
    """The message type of a sample, whichever form of it the sample is."""
    return name.partition("+")[0]


def main() -> None:
    for name in [*missing(), *sys.argv[1:]]:
        message_type, path = type_of(name), FOLDER / f"{name}.json"
        if path.exists():
            raise SystemExit(f"{path.name} is frozen already")
        body = sample(REGISTRY[message_type].reader)
        REGISTRY.load(message_type, body)
        path.write_text(json.dumps(body, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        with SUMS.open("a", encoding="utf-8") as sums:
            sums.write(f"{digest(path)}  {path.name}\n")
        print(f"frozen: {path.name}")


if __name__ == "__main__":
    main()
