"""The one view of all writes: read strictly, commit the command, then wait for its end as long as the caller likes.

Guarantee: the command's row, its idempotency key and its outbox row are one transaction, committed before any answer.
"""

from __future__ import annotations

import re
import typing as t
from uuid import UUID

from flask import Response, g, request
from marshmallow import Schema
from sqlalchemy.exc import IntegrityError

from chassis import failpoints, outbox
from chassis.envelope import Envelope
from chassis.ids import new_id
from chassis.principal import Principal
from gateway import answers, repository
from gateway.answers import Refused
from gateway.body import digest
from gateway.door import Door
from gateway.guard import acceptable, require
from gateway.models import Command
from gateway.requests import ask_nothing, checked, read_body
from gateway.routes import Write
from gateway.schemas import strict
from gateway.waiting import Waiter, ended

VISIBLE = re.compile(r"[\x21-\x7e]{1,200}")
VERSION = re.compile(r'"([1-9][0-9]{0,8})"')
WAIT = re.compile(r"wait\s*=\s*\"?([0-9]+)\"?", re.IGNORECASE)


def body_schema(door: Door, entry: Write) -> type[Schema]:
    """What the body of a write must be: the command without the fields that the path fills."""
    contract = type(door.contracts[entry.type].reader)
    return strict(contract, contract.__name__, entry.fills)


def write_view(door: Door, entry: Write) -> t.Callable[..., Response]:
    """The view function of one entry of the table."""
    schema = body_schema(door, entry)()

    def view(**path: UUID) -> Response:
        principal: Principal = g.principal
        require(principal, entry.permission)
        acceptable(*answers.JSON)
        ask_nothing()
        body = read_body(door.settings.body_limit)
        body |= _version(body, "version" in schema.fields, entry.edits)
        seconds, preference = preferred_wait(door.settings.max_wait)
        command = Command(
            id=new_id(),
            organization=principal.organization,
            key=principal.key,
            person=principal.person,
            station=principal.station,
            type=entry.type,
            idempotency_key=idempotency_key(),
            digest=digest(request.method, request.path, body),
            state="accepted",
            status=entry.status,
            created_at=door.clock.now(),
        )
        message = message_of(door, command, checked(schema, body) | path, principal, request.headers.get("traceparent"))
        found, is_new = accept_and_wait(door, command, message, seconds)
        return _answer(found, is_new, preference)

    return view


def _version(body: t.Mapping[str, t.Any], is_versioned: bool, is_needed: bool) -> dict[str, int]:
    """``If-Match: "N"`` as the command's version; it may also stand in the body, but not as another number.

    ``*`` says that the caller means to overwrite whatever is there.
    """
    given = request.headers.get("If-Match")
    if given is None and is_needed and body.get("version") is None:
        raise Refused("version-needed")
    if given is None or given.strip() == "*":
        return {}
    match = VERSION.fullmatch(given.strip())
    if match is None or not is_versioned:
        expected = '"N" (ETag)' if is_versioned else "absent (无需此请求头)"
        raise Refused("bad-header", header="If-Match", expected=expected)
    version, said = int(match[1]), body.get("version")
    if said is not None and (type(said) is not int or said != version):  # to Python, true and 1.0 are 1
        detail = "Not the version of If-Match. 与 If-Match 的版本不一致。"
        raise Refused("invalid", errors=[{"pointer": "/version", "detail": detail}])
    return {"version": version}


def preferred_wait(longest: float) -> tuple[float, str | None]:
    """Seconds to wait, and what ``Preference-Applied`` says of it (RFC 7240)."""
    preferences = ",".join(request.headers.getlist("Prefer")).split(",")
    for preference in preferences:
        match = WAIT.fullmatch(preference.partition(";")[0].strip())
        if match:
            seconds = min(float(match[1]), longest)
            return seconds, f"wait={seconds:g}"
    asynchronous = any(p.strip().lower() == "respond-async" for p in preferences)
    return 0.0, "respond-async" if asynchronous else None


def idempotency_key() -> str | None:
    """The caller's own name for this request; raises Refused for one that cannot be."""
    given = request.headers.get("Idempotency-Key")
    if given is not None and not VISIBLE.fullmatch(given):
        raise Refused("bad-header", header="Idempotency-Key", expected="1-200 visible ASCII characters (可见字符)")
    return given


def message_of(
    door: Door, command: Command, data: t.Mapping[str, t.Any], principal: Principal, traceparent: str | None = None
) -> Envelope:
    """The command as it travels, in the mailbox of its caller's organization."""
    return Envelope(
        id=command.id,
        type=command.type,
        source="/aidbus/gateway",
        organization=principal.organization,
        time=command.created_at,
        data=door.contracts.dump(command.type, data),
        traceparent=(traceparent or "")[:55] or None,
        principal=principal,
    )


def accept_and_wait(door: Door, command: Command, message: Envelope, seconds: float) -> tuple[Command, bool]:
    """``accept``, and wait for the end: of this command, or of the one that its idempotency key already made."""
    with door.waiting.expect(command.id) as event:
        found, is_new = accept(door, command, message)
        if is_new and seconds:
            found = wait_for(door, found, event, seconds) or found
    if not is_new and seconds and found.state == "accepted":
        with door.waiting.expect(found.id) as event:
            found = wait_for(door, found, event, seconds) or found
    return found, is_new


def accept(door: Door, command: Command, message: Envelope) -> tuple[Command, bool]:
    """Commit the command, or find the one that its idempotency key already made; (command, whether it is new)."""
    if earlier := _earlier(door, command):
        return earlier, False
    row = outbox.row_for(message, door.contracts, command.created_at)
    leased_until = door.relay.lease(command.created_at)
    try:
        with door.database.session() as session:
            repository.add(session, command)
            outbox.write(session, [row], door.relay.token if leased_until else None, leased_until)
    except IntegrityError:
        if earlier := _earlier(door, command):  # the same key came in at the same time and was first
            return earlier, False
        raise
    failpoints.reach("gateway.after_commit")
    if leased_until:
        door.relay.hand_over([row])
    return command, True


def _earlier(door: Door, command: Command) -> Command | None:
    if command.idempotency_key is None:
        return None
    as_told = door.waiting.as_told()
    with door.database.reading() as session:
        found = repository.by_idempotency_key(session, command.key, command.idempotency_key)
    if found is not None and found.digest != command.digest:
        raise Refused("idempotency-conflict")
    return as_told(found) if found is not None else None


def wait_for(door: Door, command: Command, event: Waiter, seconds: float) -> Command | None:
    def look() -> Command | None:
        if event.told is not None:
            return ended(command, event.told)
        with door.database.reading() as session:
            row = session.get(Command, command.id)
        return row if row is not None and row.state != "accepted" else None

    return door.waiting.until(event, seconds, look)


def _answer(command: Command, is_new: bool, preference: str | None) -> Response:
    headers = {"Preference-Applied": preference} if preference else {}
    if not is_new and command.state == "accepted":
        location = {"Location": answers.command_path(command.id), "Retry-After": "1"}
        raise Refused("idempotency-in-progress", headers=headers | location)
    if not is_new:
        headers["Idempotent-Replayed"] = "true"
    return answers.command_answer(command, headers)
