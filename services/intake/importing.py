"""What a piece of a file holds: rows that can be entered, rows that the registers have, and rows that are wrong.

The same look serves the check (before anything is entered) and the entering (by then others may have been at work).
"""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass, field
from uuid import UUID

import orjson
from marshmallow import ValidationError
from sqlalchemy import Table, select, tuple_

from chassis import bulk
from chassis.tables import organizations
from chassis.work import Work
from contracts import terms
from contracts.intake.imports import REGISTERS
from services.intake import entering, guards
from services.intake.domain import network, sheets
from services.intake.domain import stations as life
from services.intake.domain.sheets import Fault
from services.intake.models import Import, ImportBatch, ImportKey, Service, Staff, Station

Body = dict[str, t.Any]
Row = tuple[int, Body]
AT_ONCE = 400  # values in one question
MOST_TOLD = 200 * 1024  # bytes of a piece that is handed over, well below the most of a message
#: Which field of a body is a day, and below what.
DAYS = {"stations": ("head", "trained_on"), "services": ("", "on"), "volunteers": ("", "checked_on")}


@dataclass
class Piece:
    """What was found in one piece; ``sound`` are rows whose own content is right."""

    sound: list[Row] = field(default_factory=list)
    fresh: list[Row] = field(default_factory=list)
    already_there: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def faulty(self) -> int:
        """How many rows are wrong."""
        return len({fault.row for fault in self.faults})

    def refuse(self, row: int, column: str | None, en: str, zh: str) -> None:
        self.faults.append(Fault(row, column, en, zh))


def check(work: Work, upload: Import, batch: ImportBatch) -> Piece:
    """Look at a piece for the first time; its rows are remembered, so that another row about the same is found.

    What its cells say is kept with it, so that nothing is read twice.
    """
    piece = Piece()
    sheet, of_headings = sheets.understand(batch.kind, tuple(batch.headings))
    if of_headings:
        piece.faults += () if _said_before(work, batch) else of_headings
        return piece
    _read(work, batch, sheet, piece)
    _remember(work, upload, batch.kind, piece)
    LOOKS[batch.kind](work, upload, piece, sheet)
    batch.rows_sealed = work.settings.vault.seal_json(piece.sound)
    return piece


def _said_before(work: Work, batch: ImportBatch) -> bool:
    """Whether the piece before this one has the same headings, so that what is wrong with them was said there."""
    before = select(ImportBatch).where(
        ImportBatch.import_id == batch.import_id, ImportBatch.number == batch.number - 1, ImportBatch.kind == batch.kind
    )
    return any(one.headings == batch.headings for one in work.session.scalars(before))


def look_again(work: Work, upload: Import, batch: ImportBatch) -> Piece:
    """Look at a piece that was right when it was checked: which of its rows are still to be entered."""
    piece = Piece()
    sheet, _ = sheets.understand(batch.kind, tuple(batch.headings))
    rows = work.settings.vault.open_json(t.cast(str, batch.rows_sealed))
    piece.sound = [(number, _with_days(batch.kind, body)) for number, body in rows]
    LOOKS[batch.kind](work, upload, piece, sheet)
    return piece


def _with_days(kind: str, body: Body) -> Body:
    """A kept body as its contract read it: days are days again."""
    place, field = DAYS.get(kind, ("", ""))
    holder = body.get(place) if place else body
    if field and holder and holder[field] is not None:
        holder[field] = dt.date.fromisoformat(holder[field])
    return body


def _read(work: Work, batch: ImportBatch, sheet: sheets.Sheet, piece: Piece) -> None:
    contract = REGISTERS[batch.kind]
    rows = work.settings.vault.open_json(t.cast(str, batch.rows_sealed))
    for number, cells in enumerate(rows, start=batch.first_row):
        if sheets.is_empty(cells):
            continue
        body, faults = sheets.body_of(sheet, number, cells)
        try:
            loaded = t.cast(Body, contract.load(body))
        except ValidationError as error:
            unread = {fault.column for fault in faults}
            told = sheets.faults_of(sheet, number, error.normalized_messages())
            faults += [fault for fault in told if fault.column not in unread]
        if faults:
            piece.faults += dict.fromkeys(faults)  # `1-5 12:00-09:00` is five days with one mistake
        else:
            piece.sound.append((number, loaded))


def _remember(work: Work, upload: Import, kind: str, piece: Piece) -> None:
    """Keep what each row is about; a row about something that an earlier one was about is wrong."""
    keys: dict[str, int] = {}
    doubled: dict[int, str] = {}
    for number, body in piece.sound:
        key = _key(work, kind, *NAMED[kind](body))
        if keys.setdefault(key, number) != number:
            doubled[number] = key
    values = [{"import_id": upload.id, "key": key, "row": number} for key, number in keys.items()]
    new = {key for _, key in bulk.insert_new(work.session, t.cast(Table, ImportKey.__table__), values)}
    doubled |= {number: key for key, number in keys.items() if key not in new}
    if not doubled:
        return
    first = {key: _row_of(work, upload, key) for key in doubled.values()}
    for number, key in doubled.items():
        text = f"It is the same as row {first[key]}: remove one of them."
        piece.refuse(number, None, text, f"与第 {first[key]} 行重复，请删除其一。")
    piece.sound = [row for row in piece.sound if row[0] not in doubled]


def _row_of(work: Work, upload: Import, key: str) -> int | None:
    return work.session.scalar(select(ImportKey.row).where(ImportKey.import_id == upload.id, ImportKey.key == key))


def _key(work: Work, kind: str, *parts: str | None) -> str:
    return t.cast(str, work.settings.vault.index("\x1f".join((kind, *(part or "" for part in parts)))))


NAMED: dict[str, t.Callable[[Body], tuple[str | None, ...]]] = {
    "organizations": lambda body: (body["code"],),
    "stations": lambda body: (body["organization"], body["code"]),
    "staff": lambda body: (body["organization"], body["station"], body["role"], body["name"], body["phone"]),
    "services": lambda body: (body["organization"], body["station"], body["number"]),
    "firms": lambda body: (body["name"],),
    "lawyers": lambda body: (body["licence"],),
    "volunteers": lambda body: (body["organization"], body["name"], body["phone"]),
}
#: Registers that assignment keeps: it looks at their rows, and enters them.
OF_ASSIGNMENT = ("firms", "lawyers", "volunteers")


# what the registers say to each kind of row


def _organizations(work: Work, upload: Import, piece: Piece, sheet: sheets.Sheet) -> None:
    codes = {body["code"] for _, body in piece.sound} | {body["superior"] for _, body in piece.sound}
    names = _organization_names(work, codes)
    here = {body["code"] for _, body in piece.sound}
    in_file = _in_file(work, upload, "organizations", {(code,) for code in codes - set(names) - here})
    above = {None, *names, *(code for (code,) in in_file)}
    for number, body in piece.sound:
        code, superior = body["code"], body["superior"]
        if code in names:
            _there(piece, number, sheet.heading_of("code"), names[code] == body["name"], code)
        elif superior not in above:
            text = f"There is no organization {superior}: put its row above this one, or register it first."
            zh = f"没有单位 {superior}：请将其放在本行之前，或者先行登记。"
            piece.refuse(number, sheet.heading_of("superior"), text, zh)
        elif not network.has_its_place(code, body["kind"], superior, work.settings.center):
            _another_center(piece, number, sheet, work.settings.center)
        else:
            piece.fresh.append((number, body))
        above.add(code)


def _stations(work: Work, upload: Import, piece: Piece, sheet: sheets.Sheet) -> None:
    organizations_known = _known_organizations(work, upload, piece)
    there = _station_rows(work, {(body["organization"], body["code"]) for _, body in piece.sound})
    for number, body in piece.sound:
        known = there.get((body["organization"], body["code"]))
        if body["organization"] not in organizations_known:
            _no_organization(piece, number, sheet, body["organization"])
        elif known is not None:
            _there(piece, number, sheet.heading_of("code"), known.name == body["name"], body["code"])
        elif (body["latitude"] is None) != (body["longitude"] is None):
            _half_a_place(piece, number, sheet, body)
        elif body["head"] and not _may_be(body["head"]["trained_on"], work.today()):
            _not_that_day(piece, number, sheet.heading_of("head.trained_on"), work.today())
        else:
            piece.fresh.append((number, body))


def _may_be(day: dt.date | None, today: dt.date) -> bool:
    return day is None or guards.FIRST_DAY <= day <= today


def _not_that_day(piece: Piece, number: int, heading: str | None, today: dt.date) -> None:
    text = f"The day must lie between {guards.FIRST_DAY} and {today}: correct it."
    piece.refuse(number, heading, text, f"日期应在 {guards.FIRST_DAY} 与 {today} 之间，请更正。")


def _staff(work: Work, upload: Import, piece: Piece, sheet: sheets.Sheet) -> None:
    organizations_known = _known_organizations(work, upload, piece)
    places = {(body["organization"], body["station"]) for _, body in piece.sound if body["station"]}
    stations = set(_station_rows(work, places)) | set(_in_file(work, upload, "stations", places))
    there = _members(work, piece)
    for number, body in piece.sound:
        if body["organization"] not in organizations_known:
            _no_organization(piece, number, sheet, body["organization"])
        elif body["station"] and (body["organization"], body["station"]) not in stations:
            _no_station(piece, number, sheet, body)
        elif body["role"] not in network.posts(body["organization"], work.settings.center):
            _no_such_post(piece, number, sheet, network.posts(body["organization"], work.settings.center))
        elif there.get(NAMED["staff"](body)[:4], set()) & {None, body["phone"]}:
            piece.already_there += 1
        else:
            piece.fresh.append((number, body))


def _services(work: Work, upload: Import, piece: Piece, sheet: sheets.Sheet) -> None:
    places = {(body["organization"], body["station"]) for _, body in piece.sound}
    stations, in_file = _station_rows(work, places), _in_file(work, upload, "stations", places)
    named = {NAMED["services"](body) for _, body in piece.sound}
    there = bulk.present(work.session, t.cast(Table, Service.__table__), ("organization", "station", "number"), named)
    today = work.today()
    for number, body in piece.sound:
        place = (body["organization"], body["station"])
        station = stations.get(place)
        if station is None and place not in in_file:
            _no_station(piece, number, sheet, body)
        elif NAMED["services"](body) in there:
            piece.already_there += 1
        elif not _may_be(body["on"], today):
            _not_that_day(piece, number, sheet.heading_of("on"), today)
        elif station is not None and not _works(work, station, body["on"]):
            text = "The station did not work on that day: correct the day or the station."
            piece.refuse(number, sheet.heading_of("on"), text, "工作站当日未开展工作，请更正日期或者工作站。")
        else:
            piece.fresh.append((number, body))


def _firms(work: Work, upload: Import, piece: Piece, sheet: sheets.Sheet) -> None:
    for number, body in piece.sound:
        if (body["latitude"] is None) != (body["longitude"] is None):
            _half_a_place(piece, number, sheet, body)
        else:
            piece.fresh.append((number, body))


def _lawyers(work: Work, upload: Import, piece: Piece, sheet: sheets.Sheet) -> None:
    known = _known(work, upload, {code for _, body in piece.sound for code in body["standing_for"]})
    for number, body in piece.sound:
        unknown = [code for code in body["standing_for"] if code not in known]
        matters = [one["matter"] for one in body["specialties"]]
        if unknown:
            _no_organization(piece, number, sheet, unknown[0], "standing_for")
        elif len(set(matters)) != len(matters):
            text = "A matter stands there twice: keep one with its years."
            piece.refuse(number, sheet.heading_of("specialties"), text, "同一专长重复，请保留一项并填写年限。")
        else:
            piece.fresh.append((number, body))


def _volunteers(work: Work, upload: Import, piece: Piece, sheet: sheets.Sheet) -> None:
    known = _known(work, upload, {body["organization"] for _, body in piece.sound if body["organization"]})
    for number, body in piece.sound:
        if body["organization"] is not None and body["organization"] not in known:
            _no_organization(piece, number, sheet, body["organization"])
        else:
            piece.fresh.append((number, body))


def told_of(work: Work, upload: Import, batch: ImportBatch, piece: Piece, act: str) -> Body:
    """What assignment is told of a piece of its registers."""
    rows: list[Body] = [{"row": number, "body": _said_of(body)} for number, body in piece.fresh]
    if batch.kind == "lawyers":
        firms = {(body["firm"],) for _, body in piece.fresh}
        in_file = _in_file(work, upload, "firms", firms)
        rows = [{**row, "firm_in_file": (row["body"]["firm"],) in in_file} for row in rows]
    of_kind = {kind: rows if kind == batch.kind else [] for kind in OF_ASSIGNMENT}
    return {"upload": upload.id, "piece": batch.number, "act": act, **of_kind}


def _said_of(body: Body) -> Body:
    """Without what the row does not say: its reader puts it in again."""
    return {name: value for name, value in body.items() if value is not None and value != []}


def too_much(batch: ImportBatch, told: Body) -> Fault | None:
    """A piece that is too large to be handed over in one message."""
    if len(orjson.dumps(told, default=str)) <= MOST_TOLD:
        return None
    text = "These rows say too much to go in one piece: send fewer rows at once."
    return Fault(batch.first_row, None, text, "本部分内容过多，请减少每次上传的行数。")


def told_against(batch: ImportBatch, faults: t.Iterable[Body]) -> list[Fault]:
    """What assignment says against rows, under the headings of the file."""
    sheet, _ = sheets.understand(batch.kind, tuple(batch.headings))
    return [Fault(one["row"], sheet.heading_of(one["field"]), one["en"], one["zh"]) for one in faults]


LOOKS: dict[str, t.Callable[[Work, Import, Piece, sheets.Sheet], None]] = {
    "organizations": _organizations,
    "stations": _stations,
    "staff": _staff,
    "services": _services,
    "firms": _firms,
    "lawyers": _lawyers,
    "volunteers": _volunteers,
}
ENTERS: dict[str, t.Callable[[Work, list[Body]], t.Any]] = {
    "organizations": entering.enter_organizations,
    "stations": entering.enter_stations,
    "staff": entering.enter_staff,
    "services": entering.enter_services_of_file,
}


def _there(piece: Piece, number: int, column: str, is_same: bool, code: str) -> None:
    """A code that the register has: the same row again is passed over, another one under that code is wrong."""
    if is_same:
        piece.already_there += 1
        return
    text = f"{code} is in the register already under another name: choose another code, or change it in the register."
    piece.refuse(number, column, text, f"代码 {code} 已登记为其他名称：请更换代码，或者在系统中变更。")


def _half_a_place(piece: Piece, number: int, sheet: sheets.Sheet, body: Body) -> None:
    missing = "latitude" if body["latitude"] is None else "longitude"
    text = "A place has a latitude and a longitude: add the other one."
    piece.refuse(number, sheet.heading_of(missing), text, "经度与纬度须同时填写。")


def _no_organization(piece: Piece, number: int, sheet: sheets.Sheet, code: str, field: str = "organization") -> None:
    text = f"There is no organization {code}: correct the code, or add it to the sheet of organizations."
    zh = f"没有单位 {code}：请更正代码，或者在单位表中补上。"
    piece.refuse(number, sheet.heading_of(field), text, zh)


def _no_station(piece: Piece, number: int, sheet: sheets.Sheet, body: Body) -> None:
    text = f"{body['organization']} has no station {body['station']}: correct the code, or add it to the stations."
    zh = f"单位 {body['organization']} 没有工作站 {body['station']}：请更正代码，或者在工作站表中补上。"
    piece.refuse(number, sheet.heading_of("station"), text, zh)


def _another_center(piece: Piece, number: int, sheet: sheets.Sheet, center: str) -> None:
    text = f"The network has one center: choose another kind, or, for a district's center, put {center} above it."
    zh = f"一个网络只有一个中心：请更正单位类型；区县法律援助中心请将上级单位填为 {center}。"
    piece.refuse(number, sheet.heading_of("superior"), text, zh)


def _no_such_post(piece: Piece, number: int, sheet: sheets.Sheet, posts: t.Sequence[str]) -> None:
    text = f"Only the center has such a post: choose one of {', '.join(posts)}."
    zh = f"该岗位仅限中心，请改为{'、'.join(terms.STAFF_ROLES[post] for post in posts)}之一。"
    piece.refuse(number, sheet.heading_of("role"), text, zh)


def _works(work: Work, station: Station, day: dt.date) -> bool:
    since = guards.local_day(work, station.state_since or station.registered_at)
    return life.works_on(station.state, since, day)


# questions to the tables, many at once


def _in_file(work: Work, upload: Import, kind: str, named: t.Collection[tuple[str | None, ...]]) -> dict[t.Any, int]:
    """What of this was in the rows looked at so far -> the row."""
    by_key = {_key(work, kind, *parts): parts for parts in named}
    found: dict[t.Any, int] = {}
    for keys in _some(sorted(by_key)):
        asked = select(ImportKey.key, ImportKey.row).where(ImportKey.import_id == upload.id, ImportKey.key.in_(keys))
        found |= {by_key[key]: row for key, row in work.session.execute(asked)}
    return found


def _known_organizations(work: Work, upload: Import, piece: Piece) -> set[str]:
    return _known(work, upload, {body["organization"] for _, body in piece.sound})


def _known(work: Work, upload: Import, codes: set[str]) -> set[str]:
    known = set(_organization_names(work, codes))
    return known | {code for (code,) in _in_file(work, upload, "organizations", {(code,) for code in codes - known})}


def _organization_names(work: Work, codes: t.Collection[str | None]) -> dict[str, str]:
    found: dict[str, str] = {}
    for some in _some(sorted(code for code in codes if code)):
        asked = select(organizations.c.code, organizations.c.name).where(organizations.c.code.in_(some))
        rows = work.session.execute(asked)
        found |= {row.code: row.name for row in rows}
    return found


def _station_rows(work: Work, places: t.Collection[tuple[str, str]]) -> dict[tuple[str, str], Station]:
    found: dict[tuple[str, str], Station] = {}
    for some in _some(sorted(places)):
        rows = work.session.scalars(select(Station).where(tuple_(Station.organization, Station.code).in_(some)))
        found |= {(row.organization, row.code): row for row in rows}
    return found


def _members(work: Work, piece: Piece) -> dict[tuple[str | None, ...], set[str | None]]:
    """Colleagues who have not left, by organization, station, post and name -> their telephones, None for "any"."""
    found: dict[tuple[str | None, ...], set[str | None]] = {}
    pairs = {(body["organization"], body["name"]) for _, body in piece.sound}
    vault = work.settings.vault
    for some in _some(sorted(pairs)):
        named = tuple_(Staff.organization, Staff.name).in_(some)
        for row in work.session.scalars(select(Staff).where(named, Staff.left_on.is_(None))):
            found.setdefault((row.organization, row.station, row.role, row.name), set()).add(
                vault.open(row.phone_sealed)
            )
    return found


def _some(values: t.Sequence[t.Any]) -> t.Iterator[t.Sequence[t.Any]]:
    return (values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE))


def forget(work: Work, upload: UUID) -> None:
    """A file is done with: its rows are not kept."""
    work.session.execute(ImportKey.__table__.delete().where(ImportKey.import_id == upload))
    kept = ImportBatch.__table__.update().where(ImportBatch.import_id == upload)
    work.session.execute(kept.values(rows_sealed=None))
