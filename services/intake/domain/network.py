"""What holds the network together: one center at its head, and who may work where.

The center chooses among its own directors and officers for its tasks; nobody looks for them anywhere else.
"""

from __future__ import annotations

from contracts import terms

POSTS_OF_THE_CENTER = frozenset({"director", "officer"})


def posts(organization: str, center: str) -> tuple[str, ...]:
    """The posts that somebody may have at an organization; at the center all."""
    is_center = organization == center
    return tuple(post for post in terms.STAFF_ROLES if is_center or post not in POSTS_OF_THE_CENTER)


def has_its_place(code: str, kind: str, superior: str | None, center: str) -> bool:
    """Whether an organization may be of its kind: any center but the network's own is a district's, and below it."""
    if code == center:
        return kind == "center"
    return kind != "center" or superior == center
