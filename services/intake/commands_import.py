"""``aidbus import``: a file of organizations, stations, staff and services, through the door like everything else.

It holds an API key of the center's administrator and nothing more. Interrupted, it goes on when it is run again.
"""

from __future__ import annotations

import json
import os
import time
import typing as t
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import click
import requests
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from chassis.errors import StartError
from contracts import terms
from services.intake import files

Body = dict[str, t.Any]
AT_ONCE = 4  # pieces on their way
PATIENCE = 60.0  # seconds for which the door may be away
WORDS = {
    "done": "{entered} rows entered, {already_there} were there already. "
    "已导入 {entered} 行，{already_there} 行原已登记。",
    "checked": "All rows are right; nothing was entered (dry run). 核对无误，未导入（试运行）。",
    "refused": "{faulty} bad rows, nothing was entered: correct them and run it again. "
    "{faulty} 行有误，未导入任何内容：请更正后重试。",
    "expired": "The file was not sent whole in time, nothing was entered: run it again. "
    "逾期未传完，未导入任何内容：请重新导入。",
}


@click.command(name="import")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check every row and list the bad ones; enter nothing.")
@click.option("--kind", type=click.Choice(list(terms.IMPORT_KINDS)), help="Of the only sheet, whatever its name.")
@click.option("--url", envvar="AIDBUS_URL", help="Where the door is; this machine's if absent.")
@click.option("--key", envvar="AIDBUS_API_KEY", help="API key of an administrator; better in AIDBUS_API_KEY.")
@click.option("--example", is_flag=True, help="Write an example workbook to FILE instead.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def import_file(
    file: Path, dry_run: bool, kind: str | None, url: str | None, key: str | None, example: bool, as_json: bool
) -> None:
    """Import FILE (XLSX or CSV): every row, or none and a list of the bad ones."""
    if example:
        _write_example(file)
        return
    if not file.exists():
        raise StartError(f"{file}: there is no such file")
    if not key:
        raise StartError("no API key: set AIDBUS_API_KEY (aidbus keys create --role center_admin)")
    pieces = files.pieces(files.read(file, kind))
    door = Door(url or f"http://127.0.0.1:{os.environ.get('AIDBUS_PORT', '8000')}", key)
    ended = run(door, file.name, pieces, dry_run, Console(stderr=True))
    faults = door.faults(ended["id"]) if ended["faulty"] else []
    if as_json:
        click.echo(json.dumps({**ended, "faults": faults}, ensure_ascii=False, indent=2))
    else:
        _tell(ended, faults)
    if ended["state"] in ("refused", "expired"):
        raise SystemExit(1)


def _write_example(file: Path) -> None:
    if file.exists() or file.suffix.lower() != ".xlsx":
        raise StartError(f"{file}: name a new .xlsx file")
    files.write_example(file)
    click.echo(f"{file}: a sheet for each register; a star marks what is needed. 各表一页，带星号为必填。")


def run(door: Door, name: str, pieces: t.Sequence[files.Piece], dry_run: bool, console: Console) -> Body:
    """Send what has not come yet, then look until the import has ended; returns it."""
    rows = sum(len(piece.rows) for piece in pieces)
    upload = door.post(
        "/v1/imports",
        {"file": name, "sha256": files.sha256(pieces), "rows": rows, "batches": len(pieces), "dry_run": dry_run},
    )
    if upload["state"] == "done":
        console.print("This file was imported before. 此文件已导入过。")
        return upload
    with _progress(console, rows) as show:
        show("sent", upload["received"] * rows // len(pieces))
        while upload["state"] == "receiving":
            upload = _send(door, upload, pieces, lambda sent: show("sent", sent))
        while upload["state"] == "waiting":
            show("checked", upload["checked"])
            show("entered", upload["entered"] + upload["already_there"] if upload["checked"] == rows else 0)
            time.sleep(0.3)
            upload = door.get(f"/v1/imports/{upload['id']}")
        show("sent", rows)
        show("checked", upload["checked"])
        show("entered", upload["entered"] + upload["already_there"] if upload["state"] == "done" else 0)
    return upload


def _send(door: Door, upload: Body, pieces: t.Sequence[files.Piece], sent: t.Callable[[int], None]) -> Body:
    """Send the pieces that are missing, some at a time; the order does not matter."""
    path = f"/v1/imports/{upload['id']}/rows"

    def send(number: int) -> Body:
        return door.post(path, {**pieces[number].body(), "piece": number})

    done = sum(len(piece.rows) for piece in pieces) * upload["received"] // len(pieces)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for number, _ in zip(upload["missing"], pool.map(send, upload["missing"]), strict=True):
            done += len(pieces[number].rows)
            sent(done)
    return door.get(f"/v1/imports/{upload['id']}")


@contextmanager
def _progress(console: Console, rows: int) -> t.Iterator[t.Callable[[str, int], None]]:
    """Three bars: sent, checked, entered."""
    parts = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*parts, console=console, refresh_per_second=4) as progress:
        words = {"sent": "sent · 已上传", "checked": "checked · 已核对", "entered": "entered · 已导入"}
        tasks = {name: progress.add_task(text, total=rows) for name, text in words.items()}
        yield lambda name, done: progress.update(tasks[name], completed=done)


def _tell(ended: Body, faults: t.Sequence[Body]) -> None:
    for fault in faults:
        place = f"{terms.IMPORT_KINDS[fault['kind']]} {fault['kind']}, row {fault['row']}"
        column = f", {fault['column']}" if fault["column"] else ""
        click.echo(f"{place}{column}: {fault['en']} {fault['zh']}")
    click.echo(WORDS[ended["state"]].format(**ended), err=ended["state"] in ("refused", "expired"))


class Door:
    """The HTTP door as this command needs it; raises StartError with one line."""

    def __init__(self, url: str, key: str) -> None:
        self.url, self._http = url.rstrip("/"), requests.Session()
        self._http.trust_env = False  # a proxy of the environment is not for the platform
        self._http.headers.update({"Authorization": f"Bearer {key}", "Prefer": "wait=20"})

    def get(self, path: str, **params: t.Any) -> Body:
        return self._ask("GET", path, params=params)

    def post(self, path: str, body: Body) -> Body:
        """Send a command and return what it made; both commands of an import may be sent again without harm."""
        return self._ask("POST", path, json=body)

    def faults(self, upload: str) -> list[Body]:
        """Every bad row, over all pages."""
        found: list[Body] = []
        after: Body = {}
        while True:
            page = self.get(f"/v1/imports/{upload}/faults", **after)
            found += page["items"]
            if page["next"] is None:
                return found
            after = {"after": page["next"]}

    def _ask(self, method: str, path: str, **content: t.Any) -> Body:
        """Ask until there is an answer: while the door is away or busy, and while a command is not at its end."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                answer = self._http.request(method, self.url + path, timeout=60, **content)
            except requests.RequestException as error:
                if time.monotonic() >= until:
                    raise StartError(
                        f"{self.url} does not answer ({type(error).__name__}); run it again later"
                    ) from None
            else:
                if answer.ok and answer.status_code != 202:
                    return t.cast(Body, answer.json())
                if answer.status_code not in (202, 429, 503) or time.monotonic() >= until:
                    raise StartError(_why(method, path, answer))
            time.sleep(0.5)


def _why(method: str, path: str, answer: requests.Response) -> str:
    if answer.status_code == 202:
        return "intake does not come to it (is it running? see `aidbus doctor`); run it again later, it goes on"
    try:
        problem = answer.json()
    except ValueError:
        problem = {}
    errors = "; ".join(f"{one.get('pointer')}: {one.get('detail')}" for one in problem.get("errors", [])[:3])
    return f"{method} {path}: {answer.status_code} {problem.get('detail') or answer.reason} {errors}".strip()
