"""The options of intake, beside those of the platform."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from chassis.errors import StartError
from chassis.sealing import SealingSettings
from chassis.settings import between, option
from services.intake.domain.competence import rules as competence_rules
from services.intake.domain.doors import areas, travel
from services.intake.domain.kinds import kinds
from services.intake.domain.sheets import columns
from services.intake.domain.stations import standard
from services.intake.domain.tables import TableError
from services.intake.eligibility import SHIPPED, RuleBook, RuleSetError


@dataclass(frozen=True)
class IntakeSettings(SealingSettings):
    """Which rules judge, and which keys seal."""

    service = "intake"

    jurisdiction: str = option("henan", "Which rule sets judge an application")
    rules: str = option("", "Folder of rule sets, <jurisdiction>/<first day>/rules.yaml; empty: those shipped")
    papers_days: int = option(
        15,
        "Days to supply missing papers where the request names no day (the law gives none: to be confirmed)",
        check=between(1, 180),
    )

    import_days: int = option(
        3,
        "Days after its last piece when a file that was never sent whole is given up, and its rows with it",
        check=between(1, 365),
    )

    retention_days: int = option(
        3650,
        "Days for which files are kept after the last act; only then a person's data can be erased (to be confirmed)",
        check=between(0, 40_000),
    )

    @property
    def rule_book(self) -> RuleBook:
        """Raises StartError when a rule set is wrong or the jurisdiction has none."""
        return _rule_book(self.rules, self.jurisdiction)

    def __post_init__(self) -> None:
        """What must be right before the first message: rules, tables, keys; raises StartError. Makes no file."""
        _ = self.rule_book
        try:
            for table in (standard, kinds, travel, areas, columns, competence_rules):
                table()
        except TableError as error:
            raise StartError(f"a table of intake is refused: {error}") from None
        super().__post_init__()


@lru_cache(maxsize=8)
def _rule_book(folder: str, jurisdiction: str) -> RuleBook:
    try:
        book = RuleBook.load(Path(folder) if folder else SHIPPED)
    except RuleSetError as error:
        raise StartError(f"rule sets are refused:\n{error}") from None
    if jurisdiction not in book.by_jurisdiction:
        known = ", ".join(sorted(book.by_jurisdiction))
        raise StartError(f"AIDBUS_JURISDICTION: there are no rule sets for {jurisdiction!r}; known: {known}")
    return book
