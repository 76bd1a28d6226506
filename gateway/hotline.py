"""The door that needs no key: anybody complains, and asks with the tracking code how far it is.

Guarantee: the code is told as soon as the complaint is committed here, whether or not any service runs; neither the
code nor a word of the complaint is written to an address or a log. Each address may do this so often and no more.
"""

from __future__ import annotations

import typing as t

from flask import Flask, Response, request

from chassis.ids import new_id
from chassis.principal import Principal
from contracts import tracking
from contracts.supervision.complaints import ComplaintProgress, HotlineReport, ProgressAsked
from gateway import answers
from gateway.body import digest
from gateway.documentation import public_document
from gateway.door import Door
from gateway.guard import acceptable, share_of
from gateway.models import Command
from gateway.own import Own, View
from gateway.rates import RateLimit
from gateway.requests import ask_nothing, checked, read_body
from gateway.schemas import strict
from gateway.writes import accept_and_wait, idempotency_key, message_of, preferred_wait

KEY = "hotline"  # stands where other commands have the prefix of an API key
PREFIX = "/v1/hotline/"
COMMAND = "supervision.open_complaint.v1"
COMPLAIN = Own(f"{PREFIX}complaints", "hotline_complaint", "oversight", "POST")
PROGRESS = Own(f"{PREFIX}progress", "hotline_progress", "oversight", "POST")
UNSAID = {"lawyer": None, "case": None, "channel": "network"}


def views(door: Door) -> t.Iterator[tuple[Own, dict[str, t.Any], View]]:
    """Each with its document and its view function."""
    report, asked = strict(HotlineReport, "HotlineReport"), strict(ProgressAsked, "ProgressAsked")
    words = "No key is needed; so many of an address are taken and no more. The answer holds the `tracking_code`."
    complain = public_document(COMPLAIN.name, "Complain, anonymously too · 投诉举报（可匿名）", words, report, None)
    yield COMPLAIN, complain, _complain(door, report())
    words = "No key is needed. It tells how far a complaint is, and nothing of whom it is about or who complained."
    progress = public_document(
        PROGRESS.name, "How far is my complaint? · 查询投诉进度", words, asked, ComplaintProgress
    )
    yield PROGRESS, progress, _progress(door, asked())


def limit_public(app: Flask, door: Door, general: RateLimit) -> None:
    """Count what comes in without a key, by address: complaints strictly, the rest as for anybody."""
    complaints = RateLimit(door.settings.hotline_limit, share_of(door))

    @app.before_request
    def count() -> None:
        if request.path == COMPLAIN.path and request.method == "POST":
            complaints.hit(f"hotline:{request.remote_addr}")
        elif request.path.startswith(PREFIX):
            general.hit(f"address:{request.remote_addr}")


def _nobody(door: Door) -> Principal:
    return Principal(KEY, "public", door.settings.center)


def _complain(door: Door, schema: t.Any) -> View:
    def complain() -> Response:
        acceptable(*answers.JSON)
        ask_nothing()
        body = read_body(door.settings.body_limit)
        said = checked(schema, body)
        seconds, preference = preferred_wait(door.settings.max_wait)
        command = Command(
            id=new_id(),
            organization=door.settings.center,
            key=KEY,
            type=COMMAND,
            idempotency_key=idempotency_key(),
            digest=digest(request.method, request.path, body),
            state="accepted",
            status=201,
            created_at=door.clock.now(),
        )
        data = said | UNSAID | {"organization": said["organization"] or door.settings.center}
        message = message_of(door, command, data, _nobody(door))
        found, _ = accept_and_wait(door, command, message, seconds)
        return _taken(found, preference)

    return complain


def _taken(command: Command, preference: str | None) -> Response:
    """The code, and the number where the complaint was seen already; or why it could not be taken."""
    headers = {"Preference-Applied": preference} if preference else {}
    if command.state == "rejected":
        return answers.command_answer(command, headers)
    number = (command.resource or {}).get("number")
    body = {"tracking_code": tracking.code_of(command.id), "number": number, "state": command.state}
    return answers.as_json(body, 201 if command.state == "done" else 202, headers)


def _progress(door: Door, schema: t.Any) -> View:
    def progress() -> Response:
        acceptable(*answers.JSON)
        ask_nothing()
        asked = checked(schema, read_body(door.settings.body_limit))
        found = door.ask("supervision", "supervision.complaint_progress", asked, _nobody(door))
        return answers.as_json(found)

    return progress
