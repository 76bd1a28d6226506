"""Any other way that Apprise knows (the extra ``[apprise]``): an address is one of its URLs.

Only the schemes that the operator names may be used, because some of them reach any host. Apprise says little of a
failure: a status in its log tells what the far side answered; where there is none, nothing is known, and what may
have arrived is not repeated.
"""

from __future__ import annotations

import importlib
import re
import typing as t
from collections.abc import Collection

from services.notification.channels.letter import Letter
from services.notification.domain.delivery import Outcome, of_status

STATUS = re.compile(r"error=(\d{3})")
NEVER_SENT = re.compile(r"Connection refused|Name or service not known|NewConnectionError|Failed to resolve")
SCHEME = re.compile(r"([a-z][a-z0-9+.-]{1,30})://\S{1,480}")
MISSING = "AIDBUS_CHANNELS names apprise: install the extra, pip install 'aidbus[apprise]'"


def load() -> t.Any:
    """The library; raises ImportError with what to install."""
    try:
        return importlib.import_module("apprise")
    except ImportError:
        raise ImportError(MISSING) from None


def is_address(text: str, schemes: Collection[str]) -> bool:
    """Whether a text is an address of one of the schemes that the operator names."""
    found = SCHEME.fullmatch(text)
    return found is not None and found.group(1) in schemes


def send(schemes: Collection[str], letter: Letter) -> Outcome:
    """Hand one message to Apprise."""
    apprise = load()
    if not is_address(letter.address, schemes):
        return Outcome("permanent", "not an address of a scheme that is switched on", address_is_bad=True)
    far = apprise.Apprise()
    if not far.add(letter.address):
        return Outcome("permanent", "apprise does not know such an address", address_is_bad=True)
    answers = "".join(f"\n{one.words[letter.language]}: {one.url}" for one in letter.links)
    with apprise.LogCapture(level=apprise.logging.DEBUG) as log:
        sent = far.notify(title=letter.title, body=f"{letter.body}\n{letter.link}{answers}")
        said = log.getvalue()
    if sent:
        return Outcome("sent", "accepted, says apprise")
    return _failure(said)


def _failure(said: str) -> Outcome:
    if found := STATUS.findall(said):
        return of_status(int(found[-1]))
    if NEVER_SENT.search(said):
        return Outcome("temporary", "no connection")
    return Outcome("unknown", "apprise says that it failed")
