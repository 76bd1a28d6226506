"""Watching for conflicts of interest while a case is in somebody's hands (Lawyers Law 39).

An exact finding stops the handling until another lawyer has the case; a likely one, and any at a case that has ended,
asks for a named person's decision with reason. Each is told once while the lawyer has the case: again only of another
party, or of one who turns out to be the very same. A lawyer who parts from a case and comes back is looked at anew.
"""

from __future__ import annotations

import typing as t
from uuid import UUID

from chassis.errors import Rejected
from chassis.work import Work
from services.assignment import models as m
from services.assignment import repository
from services.assignment.access import tell
from services.assignment.domain.conflicts import Conflict, must, touching
from services.assignment.domain.lifecycle import IN_HAND
from services.assignment.resources import finding_resource


def look(work: Work, case: m.Case, when: str) -> list[m.ConflictFinding]:
    """Look whether the lawyer of a case is in conflict; keep and tell what was not found before."""
    if case.lawyer_id is None:
        return []
    found = []
    for crossings in _fresh(work, case, case.lawyer_id):
        finding = _keep(work, case, case.lawyer_id, crossings, when)
        found.append(finding)
        tell(
            work,
            "assignment.conflict_found.v1",
            case,
            conflict=finding.id,
            lawyer=finding.lawyer_id,
            other_matter=finding.other_matter,
            certainty=finding.certainty,
            found_when=when,
            found_at=work.now,
            must=must(finding.certainty, replaceable=case.state in IN_HAND),
        )
    return found


def look_again(work: Work, case: m.Case) -> list[m.ConflictFinding]:
    """More is known of a party: open findings that no longer stand, here or at other cases, are cleared by the rule.

    Returns those that were cleared.
    """
    cleared = []
    for finding in repository.findings_about(work.session, case):
        of_case = work.session.get_one(m.Case, finding.case_id)
        still = {one.matter: one.certainty for one in _touching(work, of_case, finding.lawyer_id)[::-1]}
        if finding.other_matter not in still:
            finding.state, finding.decided_at = "cleared", work.now
            finding.reason = "身份号码不同，非同一人或同一单位。The numbers differ: another person or company."
            cleared.append(finding)
            said = {"conflict": finding.id, "lawyer": finding.lawyer_id, "cleared_at": work.now}
            tell(work, "assignment.conflict_cleared.v1", of_case, **said)
        else:
            finding.certainty = still[finding.other_matter]
    return cleared


def shown(work: Work, findings: t.Iterable[m.ConflictFinding]) -> list[dict[str, t.Any]]:
    """Findings for who may read them, each as its own case stands: they may be of several."""
    return [finding_resource(one, work.session.get_one(m.Case, one.case_id).state) for one in findings]


def keep_decision(work: Work, case: m.Case, lawyer_id: UUID, reason: str | None) -> None:
    """Whoever offers a case in spite of a likely conflict has decided on it: kept with name and reason."""
    for crossings in _fresh(work, case, lawyer_id):
        finding = _keep(work, case, lawyer_id, crossings, "offered")
        finding.state, finding.decided_at, finding.reason = "cleared", work.now, reason
        finding.decided_by = work.principal.person if work.principal else None


def forbids(work: Work, case: m.Case, lawyer_id: UUID) -> bool:
    """Whether an exact conflict forbids this lawyer to take the case."""
    return any(conflict.certainty == "exact" for conflict in _touching(work, case, lawyer_id))


def stop_if_open(work: Work, case: m.Case) -> None:
    """Refuse to go on with a case whose lawyer has an exact conflict: it needs another lawyer first."""
    for finding in repository.open_findings(work.session, case.id):
        if finding.certainty == "exact":
            raise Rejected("conflict-open", number=finding.other_matter)


def _fresh(work: Work, case: m.Case, lawyer_id: UUID) -> list[list[Conflict]]:
    """For each other matter what was not found before, the most certain first."""
    known = repository.known_findings(work.session, case.id, lawyer_id)
    fresh: dict[str, list[Conflict]] = {}
    for conflict in _touching(work, case, lawyer_id, by_party=True):
        if not any((conflict.matter, str(conflict.party), one) in known for one in {conflict.certainty, "exact"}):
            fresh.setdefault(conflict.matter, []).append(conflict)
    return list(fresh.values())


def _touching(work: Work, case: m.Case, lawyer_id: UUID, *, by_party: bool = False) -> list[Conflict]:
    found = repository.lawyer_with_firm(work.session, lawyer_id)
    if found is None:
        return []
    lawyer, firm = found
    return touching(repository.conflicts(work.session, case.id, by_party=by_party), lawyer.id, firm.id)


def _keep(work: Work, case: m.Case, lawyer_id: UUID, crossings: list[Conflict], when: str) -> m.ConflictFinding:
    row = m.ConflictFinding(
        id=work.new_id(),
        case_id=case.id,
        lawyer_id=lawyer_id,
        other_matter=crossings[0].matter,
        parties=sorted({str(one.party) for one in crossings}),
        certainty=crossings[0].certainty,
        found_when=when,
        found_at=work.now,
        state="open",
    )
    work.session.add(row)
    return row
