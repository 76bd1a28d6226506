"""Addresses and preferences of persons, and the webhooks of organizations: the commands that change them."""

from __future__ import annotations

import datetime as dt
import typing as t
from contextlib import suppress
from uuid import UUID, uuid5

from chassis import versions
from chassis.errors import Rejected
from chassis.vault import LostKey, Vault
from chassis.work import Work
from services.notification import deliveries, planning, saying
from services.notification.channels import bots, long_tail, mail, sms, webhook, wecom
from services.notification.domain.choice import Preferences
from services.notification.domain.delivery import BOTS
from services.notification.models import Endpoint, Person, Preference

Body = dict[str, t.Any]
OWN = UUID("2a0c3f0e-8f5d-5a0a-b5b1-93d5f2f0c7a4")
ROTATION = dt.timedelta(days=1)
KEEPS_WEBHOOKS = frozenset({"center_admin", "liaison"})


def set_preferences(work: Work, command: Body) -> Body:
    """The person says how they want to be told."""
    person = _person(work)
    if (command["quiet_from"] is None) != (command["quiet_until"] is None):
        raise Rejected("half-quiet", pointer="/quiet_until")
    values = {**command, "digest_at": command["digest_at"] or Preferences().digest_at}
    seen = values.pop("version")
    row = work.session.get(Preference, person, with_for_update=True)
    versions.check(seen, as_settings(planning.preferences_of(work, [person])[person])["version"])
    if row is None:
        work.session.add(row := Preference(person=person, **values))
    for name, value in values.items():
        setattr(row, name, value)
    return as_settings(planning.as_preferences(row))


def register_endpoint(work: Work, command: Body) -> Body:
    """An address becomes usable; a person has one per channel, and a new one takes the old one's place."""
    channel = command["channel"]
    if channel == "webhook":
        return as_item(_register_webhook(work, command), work.settings.vault)
    person = _person(work)
    organization = work.principal.organization if work.principal else ""
    if channel == "wecom" and command["secret"] is not None:
        _check_secret(channel, command["secret"])
    row = keep_own(work, person, organization, channel, _checked(command, work.settings))
    row.secret_sealed, row.answers = work.settings.vault.seal(command["secret"]), command["answers"]
    planning.plan_for_new_endpoint(work, person)
    return as_item(row, work.settings.vault)


def change_endpoint(work: Work, command: Body) -> Body:
    """Pause, use again, remove, or give a new secret."""
    row = _visible(work, command["endpoint"])
    versions.check(command.get("version"), row.version)
    if versions.changes_nothing(command, "endpoint"):
        return as_item(row, work.settings.vault)
    if "secret" in command:
        _change_secret(work, row, command["secret"])
    if "state" in command:
        if command["state"] in ("active", "removed"):
            _mended(work, row)
        row.state = command["state"]
        row.reason = row.failing_since = row.not_before = None
    row.version += 1
    return as_item(row, work.settings.vault)


def _change_secret(work: Work, row: Endpoint, secret: str | None) -> None:
    """A new secret signs beside the old one for a day; where there is to be none, the old one signs no more either."""
    if row.channel == "webhook" or (row.channel == "wecom" and secret is not None):
        _check_secret(row.channel, secret)
    row.old_secret_sealed = row.secret_sealed if secret is not None else None
    row.old_secret_until = work.now + ROTATION if secret is not None else None
    row.secret_sealed = work.settings.vault.seal(secret)


def replay_deliveries(work: Work, command: Body) -> Body:
    """Send again what an address missed; each keeps its id, so that a front end that got it after all knows it."""
    row = _visible(work, command["endpoint"])
    if row.state != "active":
        raise Rejected("wrong-state", of="endpoint", state=row.state, act="replay", allowed="activate")
    count = deliveries.replay(work.session, row.id, command["since"], work.now)
    return {**as_item(row, work.settings.vault), "replayed": count}


def known_addresses(vault: Vault, person: Person | None) -> dict[str, str | None]:
    """Channel -> mail address or mobile number that the network knows of a person, where a key opens it."""
    found: dict[str, str | None] = {"email": None, "sms": None}
    with suppress(LostKey):
        if person is not None:
            phone = vault.open(person.phone_sealed)
            found = {"email": vault.open(person.email_sealed), "sms": sms.mobile(phone) if phone else None}
    return found


def keep_addresses(work: Work, person: Person, before: t.Mapping[str, str | None]) -> None:
    """What the network knows of a person becomes addresses of theirs; what was cleared there (``before``) is removed.

    Where it knows the same as before, what the person did with it stays; so does an address that they gave themself.
    """
    for channel, address in known_addresses(work.settings.vault, person).items():
        if address == before[channel]:
            continue
        if address is not None:
            keep_own(work, person.id, person.organization, channel, address)
        else:
            _remove_own(work, person.id, channel, before[channel])
    work.session.flush()
    planning.plan_for_new_endpoint(work, person.id)


def _remove_own(work: Work, person: UUID, channel: str, address: str | None) -> None:
    row = work.session.get(Endpoint, uuid5(OWN, f"{person} {channel}"), with_for_update=True)
    if row is None or row.state == "removed" or work.settings.vault.open(row.address_sealed) != address:
        return
    _mended(work, row)
    row.state = "removed"
    row.reason = row.failing_since = row.not_before = None
    row.version += 1


def keep_own(work: Work, person: UUID, organization: str, channel: str, address: str) -> Endpoint:
    """The person's one address on a channel; one that is not valid any more stays so until it changes."""
    key, vault = uuid5(OWN, f"{person} {channel}"), work.settings.vault
    row = work.session.get(Endpoint, key, with_for_update=True)
    if row is None:
        row = Endpoint(id=key, organization=organization, person=person, channel=channel, created_at=work.now)
        row.version, row.address_sealed = 0, vault.seal("")
        work.session.add(row)
    if vault.open(row.address_sealed) != address or row.state == "removed":
        _mended(work, row)
        row.address_sealed, row.state = vault.seal(address), "active"
        row.reason = row.failing_since = row.not_before = None
        row.version += 1
    work.session.flush()
    return row


def _mended(work: Work, row: Endpoint) -> None:
    """Whoever was asked to put the address right need not any more."""
    if row.lost_since is not None:
        data = {**saying.of_endpoint(work.session, row), "since": row.lost_since, "reached_at": work.now}
        work.emit(saying.REACHED, data, organization=row.organization, subject=row.id)
        row.lost_since = None


def as_item(row: Endpoint, vault: Vault) -> Body:
    """An address as its owner sees it: masked."""
    return {
        "id": str(row.id),
        "organization": row.organization,
        "person": str(row.person) if row.person else None,
        "channel": row.channel,
        "address": masked(vault.open(row.address_sealed) or ""),
        "state": row.state,
        "reason": row.reason,
        "answers": row.answers or row.channel == "email",
        "failing_since": row.failing_since.isoformat() if row.failing_since else None,
        "created_at": row.created_at.isoformat(),
        "version": row.version,
    }


def as_settings(wants: Preferences) -> Body:
    """Preferences as they are read; their version follows from what they say."""
    quiet = wants.quiet or (None, None)
    shown = {
        "language": wants.language,
        "channels": list(wants.channels) if wants.channels is not None else None,
        "quiet_from": quiet[0].strftime("%H:%M") if quiet[0] else None,
        "quiet_until": quiet[1].strftime("%H:%M") if quiet[1] else None,
        "working_days_only": wants.working_days_only,
        "digest": wants.digest,
        "digest_at": wants.digest_at.strftime("%H:%M"),
    }
    return {**shown, "version": versions.of_content(shown)}


def masked(address: str) -> str:
    """Enough to know one's own address again, too little for anybody else to use it."""
    name, at, domain = address.partition("@")
    if at:
        return f"{name[:2]}***@{domain}"
    if "://" in address:
        return "/".join(address.split("/")[:3]) + "/***"
    return f"{address[:3]}****{address[-4:]}" if len(address) >= 11 else "***"


def _register_webhook(work: Work, command: Body) -> Endpoint:
    principal = work.principal
    if principal is None or principal.role not in KEEPS_WEBHOOKS:
        raise Rejected("forbidden", role=principal.role if principal else "none")
    if not command["address"].startswith(("https://", "http://")):
        raise Rejected("bad-address", pointer="/address", channel="webhook")
    if command["address"].startswith("http://") and not work.settings.webhook_private_networks:
        raise Rejected("bad-address", pointer="/address", channel="webhook")
    if command["answers"] and principal.station is not None:
        raise Rejected("forbidden", role=principal.role)  # it would answer for people of the whole organization
    _check_secret("webhook", command["secret"])
    row = Endpoint(id=work.new_id(), organization=principal.organization, channel="webhook", created_at=work.now)
    vault = work.settings.vault
    row.address_sealed, row.secret_sealed = vault.seal(command["address"]), vault.seal(command["secret"])
    row.state, row.version, row.answers = "active", 1, command["answers"]
    work.session.add(row)
    return row


def _check_secret(channel: str, secret: str | None) -> None:
    try:
        webhook.key_of(secret or "") if channel == "webhook" else wecom.keys_of(secret or "")
    except ValueError:
        raise Rejected("bad-secret", pointer="/secret") from None


def _checked(command: Body, settings: t.Any) -> str:
    """The address as it is kept; refuses one that can never work."""
    channel, text = command["channel"], command["address"].strip()
    if channel == "sms":
        found = sms.mobile(text)
    elif channel in BOTS:
        try:
            found = bots.key_in(channel, text)
        except ValueError:
            found = None
    elif channel == "apprise":
        found = text if long_tail.is_address(text, settings.apprise_allowed) else None
    else:
        found = text if mail.is_address(text) else None
    if found is None:
        raise Rejected("bad-address", pointer="/address", channel=channel)
    return found


def _person(work: Work) -> UUID:
    if work.principal is None or work.principal.person is None:
        raise Rejected("no-person")
    return work.principal.person


def _visible(work: Work, endpoint: UUID) -> Endpoint:
    """The caller's own address, or a webhook of the caller's organization; any other does not exist for them."""
    principal = work.principal
    row = work.session.get(Endpoint, endpoint, with_for_update=True)
    if row is None or principal is None or row.state == "removed" or not may_see(principal, row):
        raise Rejected("not-found", what="endpoint")
    return row


def may_see(principal: t.Any, row: Endpoint) -> bool:
    if row.person is not None:
        return bool(row.person == principal.person)
    return row.organization == principal.organization and principal.role in KEEPS_WEBHOOKS
