"""Who may do what: role -> permissions, as data. The service that owns a row checks the row itself."""

from __future__ import annotations

READS = {
    "organizations:read",
    "stations:read",
    "staff:read",
    "imports:read",
    "services:read",
    "applications:read",
    "persons:read",
    "timeline:read",
    "firms:read",
    "lawyers:read",
    "volunteers:read",
    "cases:read",
    "proposals:read",
    "offers:read",
    "tasks:read",
    "deadlines:read",
    "conflicts:read",
    "absences:read",
    "duties:read",
    "statements:read",
    "templates:read",
    "workload:read",
    "complaints:read",
    "suspensions:read",
    "readiness:read",
    "meetings:read",
    "plans:read",
    "samples:read",
    "station-reports:read",
    "notifications:read",
    "figures:read",
}

CENTER = READS | {
    "stations:register",
    "stations:change",
    "staff:register",
    "services:record",
    "applications:file",
    "applications:decide",
    "applications:withdraw",
    "persons:handle",
    "persons:merge",
    "firms:register",
    "lawyers:register",
    "volunteers:register",
    "wishes:set",
    "offers:make",
    "offers:answer",
    "cases:handle",
    "closing-files:check",
    "subsidies:pay",
    "eligibility:check",
    "conflicts:decide",
    "replacements:request",
    "replacements:decide",
    "cases:terminate",
    "terminations:object",
    "absences:record",
    "duties:plan",
    "tasks:finish",
    "tasks:give",
    "plans:set",
    "samples:draw",
    "station-reports:submit",
    "complaints:open",
    "complaints:decide",
    "suspensions:lift",
    "inspections:record",
    "meetings:record",
    "notifications:acknowledge",
    "notifications:configure",
}

PERMISSIONS: dict[str, frozenset[str]] = {
    "center_admin": frozenset(
        CENTER
        | {"organizations:register", "imports:run", "calendars:import", "persons:erase", "audit:read", "templates:set"}
    ),
    "center_staff": frozenset(CENTER),
    "liaison": frozenset(
        {
            "organizations:read",
            "stations:read",
            "stations:change",
            "staff:read",
            "services:read",
            "services:record",
            "applications:read",
            "applications:file",
            "applications:withdraw",
            "persons:read",
            "persons:handle",
            "eligibility:check",
            "volunteers:read",
            "volunteers:register",
            "wishes:set",
            "duties:plan",
            "lawyers:read",
            "replacements:request",
            "terminations:object",
            "timeline:read",
            "cases:read",
            "tasks:read",
            "tasks:finish",
            "deadlines:read",
            "workload:read",
            "complaints:open",
            "complaints:read",
            "suspensions:read",
            "readiness:read",
            "meetings:read",
            "tasks:give",
            "plans:read",
            "station-reports:read",
            "station-reports:submit",
            "duties:read",
            "notifications:read",
            "notifications:acknowledge",
            "notifications:configure",
            "figures:read",
        }
    ),
    "lawyer": frozenset(
        {
            "cases:read",
            "cases:handle",
            "offers:read",
            "offers:answer",
            "absences:read",
            "absences:record",
            "duties:read",
            "statements:read",
            "suspensions:read",
            "tasks:read",
            "tasks:finish",
            "deadlines:read",
            "notifications:read",
            "notifications:acknowledge",
            "notifications:configure",
        }
    ),
    "auditor": frozenset(READS | {"audit:read"}),
}


def may(role: str, permission: str) -> bool:
    """Does the role have the permission? An unknown role has none."""
    return permission in PERMISSIONS.get(role, frozenset())


def roles_with(permission: str) -> tuple[str, ...]:
    """The roles that have a permission, in the order of the table."""
    return tuple(role for role, permissions in PERMISSIONS.items() if permission in permissions)
