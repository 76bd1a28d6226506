"""How lawyers and volunteers are reached: sealed in their rows, opened where somebody may see it.

Nobody is looked up by telephone or address; a keyed hash with the name alone tells that a volunteer is there already.
"""

from __future__ import annotations

import re
import typing as t
import unicodedata

from chassis.vault import Vault
from services.assignment.domain.names import fold

WAYS = ("phone", "email")


def sealed(vault: Vault, said: t.Mapping[str, t.Any]) -> dict[str, str | None]:
    """The columns of a new row."""
    return {f"{name}_sealed": vault.seal(said[name]) for name in WAYS}


def change(vault: Vault, row: t.Any, said: t.Mapping[str, t.Any]) -> None:
    """What is said of a row's ways; what is absent stays as it was, null clears."""
    for name in WAYS:
        if name in said:
            setattr(row, f"{name}_sealed", vault.seal(said[name]))


def volunteer_index(vault: Vault, organization: str | None, name: str, phone: str | None) -> str | None:
    """The keyed hash by which a volunteer is registered once; None without a telephone, for then nobody can tell.

    Name and number count however they are written. One person may help at several organizations.
    """
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", phone or ""))
    number = re.sub(r"\A(00)?86(?=1\d{10}\Z)", "", digits)
    return vault.index(f"volunteer:{organization or ''}:{fold(name)}:{number}") if number else None


def opened(vault: Vault, row: t.Any) -> dict[str, str | None]:
    """The ways of a row, for who may use them."""
    return {name: vault.open(getattr(row, f"{name}_sealed")) for name in WAYS}


def masked(vault: Vault, row: t.Any) -> dict[str, str | None]:
    """Enough to tell two apart, too little to reach somebody: ``138****0000``, ``li***@example.cn``."""
    ways = opened(vault, row)
    return {"phone": _masked_phone(ways["phone"]), "email": _masked_email(ways["email"])}


def _masked_phone(number: str | None) -> str | None:
    if number is None:
        return None
    return f"{number[:3]}****{number[-4:]}" if len(number) >= 11 else "****"


def _masked_email(address: str | None) -> str | None:
    if address is None:
        return None
    name, _, host = address.rpartition("@")
    return f"{name[:2]}***@{host}" if len(name) > 2 else f"***@{host}"
