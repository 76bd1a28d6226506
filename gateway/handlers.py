"""What the gateway does about messages: it learns how commands ended, and which organizations there are."""

from __future__ import annotations

import typing as t

from chassis import organizations
from chassis.work import Work
from gateway import repository


def command_finished(work: Work, event: dict[str, t.Any]) -> None:
    """Keep the answer of a command. One that came by another way than the gateway has no row: nobody waits for it."""
    repository.finish(
        work.session, event["command"], event["status"], event["finished_at"], event["resource"], event["problem"]
    )


def organization_registered(work: Work, event: dict[str, t.Any]) -> None:
    """Take the organization into the list, so that its mailbox is opened here; its names follow when they change."""
    organizations.hear(work.session, event, work.now)


def staff_left(work: Work, event: dict[str, t.Any]) -> None:
    """Whoever has left the network has no key to it, and is given none."""
    repository.part_with(work.session, event["person"], work.now)


HANDLERS = {
    "platform.command_finished.v1": command_finished,
    "intake.organization_registered.v1": organization_registered,
    "intake.organization_changed.v1": organization_registered,
    "intake.staff_left.v1": staff_left,
}
