"""Load the sample network through the HTTP door, as the center's administrator would; what is there is skipped."""

from __future__ import annotations

import hashlib
import json
import typing as t
from concurrent.futures import ThreadPoolExecutor

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from deploy.sample.client import ApiError, Body, Caller
from deploy.sample.network import rows

AT_ONCE = 16
Row = tuple[str, Body]


def seed(admin: Caller, console: Console) -> dict[str, int]:
    """Bring the network up to the sample; returns how many rows of each kind were new. Raises ApiError."""
    with (
        Progress(
            TextColumn("{task.description:<24}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
        ) as progress,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        load = _Loader(admin, progress, pool)
        load.kind("organizations", lambda row: row["code"])
        load.kind("stations", lambda row: row["code"])
        load.kind("staff", lambda row: (row["organization"], row["role"], row["name"]))
        load.kind("firms", lambda row: row["name"])
        firms = {firm["name"]: firm["id"] for firm in admin.all("/v1/firms")}
        load.kind("lawyers", lambda row: row["name"], lambda row: {**row, "firm": firms[row["firm"]]})
        return load.new


class _Loader:
    def __init__(self, admin: Caller, progress: Progress, pool: ThreadPoolExecutor) -> None:
        self.admin = admin
        self.progress = progress
        self.pool = pool
        self.new: dict[str, int] = {}

    def kind(
        self, name: str, identity: t.Callable[[Body], object], complete: t.Callable[[Body], Body] = lambda row: row
    ) -> None:
        """Load one file; ``identity`` says when a row is there already, ``complete`` makes it the request's body."""
        path = f"/v1/{name}"
        there = {identity(item) for item in self.admin.all(path)}
        missing = [row for row in rows(name) if identity(row) not in there]
        bar = self.progress.add_task(name, total=len(missing))
        for _ in self.pool.map(lambda row: self._post(path, complete(row)), missing):
            self.progress.advance(bar)
        self.new[name] = len(missing)

    def _post(self, path: str, body: Body) -> None:
        try:
            self.admin.post(path, body, key_of(path, body))
        except ApiError as error:
            if error.slug != "duplicate":
                raise


def key_of(path: str, body: Body) -> str:
    """The same row always has the same Idempotency-Key."""
    text = json.dumps([path, body], sort_keys=True, ensure_ascii=False)
    return "sample-" + hashlib.sha256(text.encode()).hexdigest()[:40]
