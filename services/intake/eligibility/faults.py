"""What can be wrong with a rule set, and where: file and row, never a stack of Python."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Fault:
    """One thing to correct. ``row`` counts from 1, as an editor or a spreadsheet does."""

    file: Path
    row: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.row}: {self.text}"


class RuleSetError(ValueError):
    """A rule set is refused; ``faults`` lists everything that was found, not only the first."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


class Faults:
    """Collects faults while a rule set is read."""

    def __init__(self) -> None:
        self.found: list[Fault] = []

    def add(self, file: Path, row: int, text: str) -> None:
        fault = Fault(file, row, text)
        if fault not in self.found:
            self.found.append(fault)

    def refuse(self) -> None:
        """Raises RuleSetError when anything was found."""
        if self.found:
            raise RuleSetError(sorted(self.found, key=lambda fault: (str(fault.file), fault.row)))
