"""The golden case, played through the HTTP door as front ends would: from the knock to the cross-stitch.

Each step is done once: its Idempotency-Key is fixed and what it gave is kept in the record, so that an interrupted play
goes on where it stopped.
"""

from __future__ import annotations

import datetime as dt
import functools
import typing as t
from pathlib import Path

import yaml

from deploy.sample.cast import Cast, Person
from deploy.sample.client import ApiError, Body, Caller
from deploy.sample.record import Record
from deploy.sample.story import Story, yuan

GOLDEN = Path(__file__).with_name("golden.yaml")
Step = t.Callable[["Journey"], Body]


def golden() -> Body:
    """The golden case as data."""
    return t.cast(Body, yaml.safe_load(GOLDEN.read_text(encoding="utf-8")))


def step(function: Step) -> Step:
    """A step of the play: what it returned is kept, and it is not done again."""

    @functools.wraps(function)
    def once(play: Journey) -> Body:
        return play.record.once("steps", function.__name__, lambda: function(play))

    return once


class Journey:
    """The acts in their order. ``play()`` runs them all and returns the summary."""

    def __init__(self, cast: Cast, record: Record, story: Story) -> None:
        self.cast = cast
        self.record = record
        self.story = story
        self.case = golden()
        self.liaison = cast.liaison(self.case["organization"], self.case["station"])
        self.officer = cast.officer()
        self.director = cast.director()

    def play(self) -> Body:
        for act in ACTS:
            act(self)
        return t.cast(Body, self.record.data["steps"]["thanks"])

    def done(self, name: str) -> Body:
        """What an earlier step gave."""
        return t.cast(Body, self.record.data["steps"][name])

    def send(self, person: Person, path: str, what: str, service: str, body: Body) -> Body:
        """One act: the command, then its line in the story."""
        answer = person.caller.post(path, body, f"golden-{path.replace('/', '-')}-{body.get('stage', '')}"[:200])
        number = answer.get("case_number") or answer.get("number") or ""
        self.story.act(person.name, what, number, person.mailbox(service))
        return answer

    def told(self, *people: str) -> None:
        """Wait until each of these people has a new notification, and show it."""
        names, seen = self._names(people), set(self.record.data.setdefault("notifications", []))
        shown: dict[str, list[str]] = {}
        for person in people:
            for item in self._new_notifications(person, names[person], seen):
                shown.setdefault(item["title"]["en"], []).append(names[person])
                self.record.data["notifications"].append(item["id"])
        for title, readers in shown.items():
            self.story.told(readers, title)

    def task(self, kind: str) -> Body:
        """The open task of a kind for this application, as the center sees it; waits for it."""
        application = self.done("file_application")["id"]

        def look() -> Body | None:
            page = self.officer.caller.get("/v1/tasks", application=application, kind=kind, state="open")
            return t.cast("Body | None", next(iter(page["items"]), None))

        return self.officer.caller.until(f"the task {kind}", look)

    def open_offer(self, after: str = "") -> Body:
        """The open offer of the case, other than ``after``; waits for it."""
        path = f"/v1/cases/{self.done('proposal')['case']}"

        def look() -> Body | None:
            offers = self.officer.caller.get(path)["offers"]
            return next((one for one in offers if one["state"] == "open" and one["id"] != after), None)

        return self.officer.caller.until("an open offer", look)

    def _new_notifications(self, person: str, name: str, seen: set[str]) -> list[Body]:
        def look() -> list[Body]:
            items = self.director.caller.get("/v1/notifications", person=person)["items"]
            return [item for item in items if item["id"] not in seen]

        return self.director.caller.until(f"a notification to {name}", look)[::-1]

    def _names(self, people: t.Iterable[str]) -> dict[str, str]:
        staff = self.cast.names()
        return {person: staff.get(person) or self.cast.lawyer(person).name for person in people}

    def lawyer(self) -> Person:
        """The lawyer who took the case."""
        return self.cast.lawyer(self.done("accept_offer")["lawyer"])

    def case_path(self, rest: str) -> str:
        return f"/v1/cases/{self.done('proposal')['case']}/{rest}"


@step
def give_advice(play: Journey) -> Body:
    body = play.case["advice"]
    answer = play.send(play.liaison, "/v1/services", "advises Ma and guides her to apply", "intake", body)
    return {"id": answer["id"], "on": dt.date.today().replace(day=1).isoformat()}


@step
def file_application(play: Journey) -> Body:
    answer = play.send(
        play.liaison, "/v1/applications", "files Ma's application for legal aid", "intake", play.case["application"]
    )
    for reason in answer["reasons"]:
        play.story.detail(f"{reason.get('article') or ''} {reason['en']} {reason['zh']}".strip())
    return {"id": answer["id"], "number": answer["number"]}


@step
def task_to_decide(play: Journey) -> Body:
    task = play.task("decide")
    play.story.detail(f"task: decide on {task['number']} until {task['due_on']} ({task['article']})")
    play.told(*play.cast.officers())
    return {"task": task["id"]}


@step
def grant(play: Journey) -> Body:
    path = f"/v1/applications/{play.done('file_application')['id']}"
    seen = play.officer.caller.get(path)
    answer = play.send(
        play.officer, f"{path}/grant", f"({seen['eligibility']}) grants aid", "intake", play.case["grant"]
    )
    play.told(*play.cast.officers())
    return {"state": answer["state"]}


@step
def proposal(play: Journey) -> Body:
    application = play.done("file_application")["id"]

    def look() -> Body | None:
        page = play.officer.caller.get("/v1/cases", application=application)
        return t.cast("Body | None", next(iter(page["items"]), None))

    case = play.officer.caller.until("the case of the granted application", look)
    proposed = play.officer.caller.get(f"/v1/cases/{case['id']}/proposal")
    best = proposed["candidates"][:3]
    play.story.act("assignment", f"proposes {len(proposed['candidates'])} lawyers, ranked", case["number"])
    for candidate in best:
        reasons = "; ".join(reason["en"] for reason in candidate["reasons"][:3])
        play.story.detail(f"{candidate['rank']}. {candidate['name']}, {candidate['firm_name']}: {reasons}")
    return {"case": case["id"], "number": case["number"]}


@step
def make_offer(play: Journey) -> Body:
    play.send(
        play.officer, play.case_path("offers"), "offers the case to the first of them", "assignment", play.case["offer"]
    )
    offer = play.open_offer()
    play.told(offer["lawyer"])
    return {"offer": offer["id"], "lawyer": offer["lawyer"]}


@step
def decline_offer(play: Journey) -> Body:
    offer = play.done("make_offer")
    first = play.cast.lawyer(offer["lawyer"])
    path = f"/v1/offers/{offer['offer']}/answer"
    play.send(first, path, "declines: too many hearings", "assignment", play.case["decline"])
    following = play.open_offer(after=offer["offer"])
    play.story.detail("the next lawyer is asked by rule")
    play.told(following["lawyer"])
    return {"offer": following["id"], "lawyer": following["lawyer"]}


@step
def accept_offer(play: Journey) -> Body:
    offer = play.done("decline_offer")
    second = play.cast.lawyer(offer["lawyer"])
    play.send(second, f"/v1/offers/{offer['offer']}/answer", "accepts the case", "assignment", play.case["accept"])
    play.told(second.id, play.liaison.id)
    return {"lawyer": second.id}


@step
def sign_retainer(play: Journey) -> Body:
    what = "records retainer and power of attorney"
    answer = play.send(play.lawyer(), play.case_path("retainer"), what, "assignment", play.case["retainer"])
    return {"state": answer["state"]}


@step
def two_rounds(play: Journey) -> Body:
    for report in play.case["rounds"]:
        what = f"reports on the {report['stage'].replace('_', ' ')}"
        play.send(play.lawyer(), play.case_path("progress-reports"), what, "assignment", report)
    return {"rounds": len(play.case["rounds"])}


@step
def end_case(play: Journey) -> Body:
    body = play.case["end"]
    answer = play.send(play.lawyer(), play.case_path("end"), f"ends the case: {body['outcome']}", "assignment", body)
    for amount in body["amounts"]:
        play.story.detail(f"{amount['kind'].replace('_', ' ')}: {yuan(amount['fen'])} yuan")
    play.told(play.lawyer().id)
    return {"recovered_fen": answer["recovered_fen"]}


@step
def hand_in_closing_file(play: Journey) -> Body:
    body = play.case["closing_file"]
    answer = play.send(play.lawyer(), play.case_path("closing-file"), "hands in the closing file", "assignment", body)
    play.told(*play.cast.officers())
    return {"state": answer["state"]}


@step
def check_closing_file(play: Journey) -> Body:
    body = play.case["check"]
    what = f"checks the closing file: {body['grade']}"
    answer = play.send(play.officer, play.case_path("closing-file/check"), what, "assignment", body)
    play.story.detail(f"subsidy due: {yuan(answer['subsidy_fen'])} yuan")
    play.told(play.lawyer().id, *play.cast.officers(), play.liaison.id)
    return {"subsidy_fen": answer["subsidy_fen"]}


@step
def pay_subsidy(play: Journey) -> Body:
    what = "pays the lawyer's subsidy"
    answer = play.send(play.director, play.case_path("subsidy/payment"), what, "assignment", play.case["payment"])
    play.told(play.lawyer().id)
    return {"paid_on": answer["paid_on"]}


@step
def return_visit(play: Journey) -> Body:
    task, body = play.task("return_visit"), play.case["return_visit"]
    what = f"visits Ma again: satisfaction {body['satisfaction']} of 5, a cross-stitch as thanks"
    play.send(play.liaison, f"/v1/tasks/{task['id']}/finish", what, "supervision", body)
    play.told(play.lawyer().id)
    return {"task": task["id"]}


@step
def thanks(play: Journey) -> Body:
    """The figures of the organization, once everything was counted."""
    head, since = play.cast.head(play.case["organization"]), play.done("give_advice")["on"]

    def look() -> Body | None:
        figures = head.caller.get("/v1/figures", **{"from": since})
        return figures if figures["sums"]["recovered_fen"] and figures["sums"]["gifts_of_thanks"] else None

    figures = head.caller.until("the figures of the case", look)
    recovered = yuan(figures["sums"]["recovered_fen"])
    play.story.act(head.name, f"reads the figures: {recovered} yuan recovered", play.done("proposal")["number"])
    return {
        "organization": play.case["organization"],
        "application": play.done("file_application")["number"],
        "case": play.done("proposal")["number"],
        "sums": figures["sums"],
        "satisfaction": figures["satisfaction"],
    }


ACTS: tuple[Step, ...] = (
    give_advice,
    file_application,
    task_to_decide,
    grant,
    proposal,
    make_offer,
    decline_offer,
    accept_offer,
    sign_retainer,
    two_rounds,
    end_case,
    hand_in_closing_file,
    check_closing_file,
    pay_subsidy,
    return_visit,
    thanks,
)


def is_known(caller: Caller) -> bool:
    """Whether the platform knows the caller's key."""
    try:
        caller.get("/v1/me")
    except ApiError as error:
        if error.status == 401:
            return False
        raise
    return True
