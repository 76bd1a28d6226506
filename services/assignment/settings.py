"""The options of assignment; every one is checked at start."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.sealing import SealingSettings
from chassis.settings import between, option
from services.assignment.tables import problem_of


@dataclass(frozen=True)
class AssignmentSettings(SealingSettings):
    """What an operator may set for assignment, on top of what every service has."""

    service = "assignment"

    jurisdiction: str = option("henan", "Which province's rules and rates apply")
    assignment_tables: str = option(
        "",
        "Folder with the center's own weights, rates and checklists; empty: those that are shipped",
        check=problem_of,
    )
    party_secret: str = option(
        "", "Key under which parties' identity numbers are hashed; set it once, before the first case", secret=True
    )
    proposal_size: int = option(20, "How many lawyers a proposal names at most", check=between(1, 50))
    answer_within_hours: int = option(
        24, "How long a lawyer has to answer an offer that the rule made", check=between(1, 240)
    )
    strict_closing_file: bool = option(
        False, "Whether a closing file that lacks a document of its checklist is refused; else it is only shown"
    )
