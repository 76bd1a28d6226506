"""API keys: made, ended, listed. A key is ``prefix.secret``; its secret is shown when it is made and never again."""

from __future__ import annotations

import datetime as dt
import secrets
import typing as t
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis import organizations
from contracts.terms import CALLER_ROLES
from gateway.auth import hash_secret
from gateway.models import ApiKey, Leaver

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # no letters that look alike
OF_THE_CENTER = ("center_admin", "center_staff", "lawyer", "auditor")  # their sight does not follow the organization
LONGEST_LABEL, LONGEST_STATION = 100, 40


class WrongKey(ValueError):
    """Such a key cannot be; the text says why."""


def check_key(
    session: Session, center: str, *, role: str, organization: str, person: UUID | None, station: str | None = None
) -> None:
    """Raise WrongKey unless role, organization, person and station fit together, and the person is still there."""
    if role not in CALLER_ROLES:
        raise WrongKey(f"there is no role {role}; known: {', '.join(CALLER_ROLES)}")
    known = organizations.codes(session)
    if organization not in known:
        raise WrongKey(f"there is no organization {organization}; known: {', '.join(known)}")
    if role in OF_THE_CENTER and organization != center:
        whom = "an auditor reads the whole network and" if role == "auditor" else f"a {role}"
        raise WrongKey(f"{whom} belongs to the organization {center}")
    if role in OF_THE_CENTER and station is not None:
        raise WrongKey(f"the key of one station is a liaison's, not that of the role {role}")
    if role == "lawyer" and person is None:
        raise WrongKey("a lawyer's key needs the lawyer's id as person")
    if person is not None and session.get(Leaver, person) is not None:
        raise WrongKey(f"{person} has left the network")


def create_key(
    session: Session,
    pepper: str,
    *,
    role: str,
    organization: str,
    now: dt.datetime,
    person: UUID | None = None,
    station: str | None = None,
    label: str | None = None,
) -> str:
    """Make a key and return it whole, ``prefix.secret``: the only moment at which the secret is known.

    Raises WrongKey for words that are too long to be kept.
    """
    for name, words, most in (("label", label, LONGEST_LABEL), ("station", station, LONGEST_STATION)):
        if len(words or "") > most:
            raise WrongKey(f"the {name} of a key has at most {most} characters")
    prefix = "aid" + "".join(secrets.choice(ALPHABET) for _ in range(12))
    secret = secrets.token_urlsafe(32)
    session.add(
        ApiKey(
            prefix=prefix,
            secret_hash=hash_secret(pepper, secret),
            role=role,
            organization=organization,
            person=person,
            station=station,
            label=label,
            created_at=now,
        )
    )
    return f"{prefix}.{secret}"


def revoke_key(session: Session, prefix: str, now: dt.datetime) -> bool:
    """End a key; True if it was there and not ended yet."""
    row = session.get(ApiKey, prefix, with_for_update=True)
    if row is None or row.revoked_at is not None:
        return False
    row.revoked_at = now
    return True


def list_keys(session: Session) -> list[ApiKey]:
    """All keys, oldest first."""
    return list(session.scalars(select(ApiKey).order_by(ApiKey.created_at, ApiKey.prefix)))


def maker(platform: t.Any) -> t.Callable[..., str]:
    """``make_key(role, organization, person=None, station=None, label=None)`` for a program in the gateway's process.

    Returns the whole key; raises WrongKey.
    """

    def make_key(
        role: str,
        organization: str,
        person: UUID | str | None = None,
        station: str | None = None,
        label: str | None = None,
    ) -> str:
        person_id = UUID(str(person)) if person else None
        with platform.database.session() as session:
            check_key(
                session,
                platform.settings.center,
                role=role,
                organization=organization,
                person=person_id,
                station=station,
            )
            return create_key(
                session,
                platform.settings.pepper,
                role=role,
                organization=organization,
                now=platform.clock.now(),
                person=person_id,
                station=station,
                label=label,
            )

    return make_key
