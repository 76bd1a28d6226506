"""What the player remembers between starts: keys made, steps done, lines told. One file, readable by its owner only."""

from __future__ import annotations

import json
import os
import typing as t
from pathlib import Path

T = t.TypeVar("T")


class Record:
    """``var/sample.json``; written whole after every change, so that an interrupted play goes on where it stopped."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.data: dict[str, t.Any] = {}
        try:
            self.data = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            self.forget()

    def forget(self) -> None:
        """Begin anew: the platform behind the address does not know these keys."""
        self.data = {"keys": {}, "steps": {}, "lines": [], "summary": None}

    def once(self, kind: str, name: str, make: t.Callable[[], T]) -> T:
        """What ``make`` returned the first time; kept before it is used."""
        kept: dict[str, T] = self.data[kind]
        if name not in kept:
            kept[name] = make()
            self.save()
        return kept[name]

    def save(self) -> None:
        text = json.dumps(self.data, ensure_ascii=False, indent=1)
        draft = self.path.with_suffix(".new")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        draft.replace(self.path)
