"""Rows of a file that intake has read: looked at beside the registers of firms, lawyers and volunteers, or entered.

What is wrong is said of each row, never refused: the file is one, and intake lists all its bad rows together.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from sqlalchemy import select

from chassis.work import Work
from services.assignment import contact, register, volunteers
from services.assignment import models as m

Data = dict[str, t.Any]
Row = t.Mapping[str, t.Any]


@dataclass
class Looked:
    """What the register says of some rows; ``fresh`` are those that it has not."""

    fresh: list[Row] = field(default_factory=list)
    already_there: int = 0
    faults: list[Data] = field(default_factory=list)

    def refuse(self, row: Row, name: str, en: str, zh: str) -> None:
        self.faults.append({"row": row["row"], "field": name, "en": en, "zh": zh})


def rows_read(work: Work, event: Data) -> None:
    """Look at the rows of a piece, or enter those that the register has not; say what came of it."""
    found = Looked()
    for kind, (look, enter) in REGISTERS.items():
        looked = look(work, event[kind], event["act"])
        if event["act"] == "enter":
            for row in looked.fresh:
                enter(work, row["body"])
        found.fresh += looked.fresh
        found.already_there += looked.already_there
        found.faults += looked.faults
    told = {"fresh": len(found.fresh), "already_there": found.already_there, "faults": found.faults}
    same = {name: event[name] for name in ("upload", "piece", "act")}
    work.emit("assignment.rows_taken.v1", {**same, **told}, subject=event["upload"])


def _firms(work: Work, rows: t.Sequence[Row], act: str) -> Looked:
    names = _firms_named(work, {row["body"]["name"] for row in rows})
    looked = Looked()
    for row in rows:
        if row["body"]["name"] in names:
            looked.already_there += 1
        else:
            looked.fresh.append(row)
    return looked


def _lawyers(work: Work, rows: t.Sequence[Row], act: str) -> Looked:
    firms = _firms_named(work, {row["body"]["firm"] for row in rows})
    licences = [row["body"]["licence"] for row in rows]
    known = select(m.Lawyer.licence, m.Lawyer.name).where(m.Lawyer.licence.in_(licences))
    holders = {row.licence: row.name for row in work.session.execute(known)}
    looked = Looked()
    for row in rows:
        body = row["body"]
        holder = holders.get(body["licence"])
        if holder is not None and holder != body["name"]:
            text = "This licence is registered to somebody of another name: correct the number or the name."
            looked.refuse(row, "licence", text, "该执业证号已登记在他人名下：请更正证号或者姓名。")
        elif holder is not None:
            looked.already_there += 1
        elif body["firm"] not in firms and not (act == "check" and row["firm_in_file"]):
            text = "There is no firm of this name: correct it, or add the firm to the sheet of firms."
            looked.refuse(row, "firm", text, "没有该名称的律师事务所：请更正，或者在律师事务所表中补上。")
        else:
            looked.fresh.append(row)
    return looked


def _volunteers(work: Work, rows: t.Sequence[Row], act: str) -> Looked:
    indexes = [_index(work, row["body"]) for row in rows]
    known = select(m.Volunteer.same_index).where(m.Volunteer.same_index.in_([one for one in indexes if one]))
    there = set(work.session.scalars(known))
    without_telephone = _volunteers_without_telephone(work, rows)
    looked = Looked()
    for row, index in zip(rows, indexes, strict=True):
        body = row["body"]
        if index in there or (index is None and (body["organization"], body["name"]) in without_telephone):
            looked.already_there += 1
        elif body["checked_on"] is not None and body["checked_on"] > work.today():
            text = "The day lies in the future: correct it."
            looked.refuse(row, "checked_on", text, "日期晚于今日，请更正。")
        else:
            looked.fresh.append(row)
            if index is not None:
                there.add(index)  # the same number in another writing, further down
    return looked


def _firms_named(work: Work, names: t.Collection[str]) -> dict[str, m.Firm]:
    rows = work.session.scalars(select(m.Firm).where(m.Firm.name.in_(sorted(names))))
    return {row.name: row for row in rows}


def _index(work: Work, body: Data) -> str | None:
    return contact.volunteer_index(work.settings.vault, body["organization"], body["name"], body["phone"])


def _volunteers_without_telephone(work: Work, rows: t.Sequence[Row]) -> set[tuple[str | None, str]]:
    """Organization and name of those on the register who are known by no telephone."""
    names = sorted({row["body"]["name"] for row in rows})
    named = select(m.Volunteer.organization, m.Volunteer.name).where(m.Volunteer.name.in_(names))
    found = work.session.execute(named.where(m.Volunteer.state != "left", m.Volunteer.phone_sealed.is_(None)))
    return {(row.organization, row.name) for row in found}


def _enter_lawyer(work: Work, body: Data) -> None:
    register.enter_lawyer(work, _firms_named(work, [body["firm"]])[body["firm"]], body)


REGISTERS: dict[str, tuple[t.Callable[[Work, t.Sequence[Row], str], Looked], t.Callable[[Work, Data], t.Any]]] = {
    "firms": (_firms, register.enter_firm),
    "lawyers": (_lawyers, _enter_lawyer),
    "volunteers": (_volunteers, volunteers.enter),
}
