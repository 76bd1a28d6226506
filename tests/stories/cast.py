"""The people of most stories, and how a case of theirs gets to where a story begins."""

from __future__ import annotations

import typing as t
from zlib import crc32

from stdnum.cn import ric

from tests.stories.network import Actor, Body, Network

STATION = "wf-fengquan"


class Cast(t.NamedTuple):
    """The center, the women's federation with one station, two lawyers of whom the first is proposed first."""

    director: Actor
    officer: Actor
    head: Actor
    liaison: Actor
    first: Actor
    second: Actor

    def lawyer(self, person: str) -> Actor:
        return next(one for one in (self.first, self.second) if one.id == person)


def gather(network: Network) -> Cast:
    """Register everybody and give them their keys."""
    director, officer = network.colleague("钟雅洁", "director"), network.colleague("沈嘉涛", "officer")
    network.organization("womens-federation", "和阳市妇女联合会")
    head = network.colleague("宋慧敏", "organization_head", "womens-federation")
    liaison = network.station("womens-federation", STATION, "凤泉区妇联法律援助工作站", liaison="蒋淑琳")
    firm = network.firm("和阳凤阳律师事务所")
    first = network.lawyer(firm, "周建涛", years=18, standing_for=["womens-federation"])
    return Cast(director, officer, head, liaison, first, network.lawyer(firm, "尹雅梅", years=3))


def identity_number(name: str) -> str:
    """A valid identity number, always the same for a name."""
    digits = f"41070419840514{crc32(name.encode()) % 1000:03d}"
    return digits + str(ric.calc_check_digit(digits + "0"))


def application_of(name: str, **more: t.Any) -> Body:
    """What a station files for a woman who was abandoned by her husband."""
    return {
        "station": STATION,
        "applicant": {"name": name, "identity_number": identity_number(name), "district": "凤泉区"},
        "recipient_group": "woman",
        "matter": "marriage_family",
        "statement": "丈夫拒付医疗费用，请求离婚和经济帮助。",
        "facts": ["abandoned"],
        **more,
    }


def filed(cast: Cast, name: str, **more: t.Any) -> Body:
    """An application that was filed at the station."""
    return cast.liaison.does("/v1/applications", **application_of(name, **more))


def granted(cast: Cast, name: str, **more: t.Any) -> Body:
    """The case of an application that was granted, its lawyers proposed."""
    application = filed(cast, name, **more)
    cast.officer.does(f"/v1/applications/{application['id']}/grant")
    return case_of(cast, application)


def case_of(cast: Cast, application: Body) -> Body:
    """The case that a granted application became."""
    return cast.officer.finds("/v1/cases", "the case of the application", application=application["id"])


def assigned(cast: Cast, name: str) -> tuple[Body, Actor]:
    """A case whose lawyer has accepted it, and that lawyer."""
    case = granted(cast, name)
    offer = cast.officer.does(f"/v1/cases/{case['id']}/offers")
    lawyer = cast.lawyer(offer["lawyer"])
    lawyer.does(f"/v1/offers/{offer['id']}/answer", answer="accept")
    return case, lawyer
