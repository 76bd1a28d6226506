"""The tracking code of a complaint: given to whoever complains, kept nowhere but as a hash.

It is made from the id of the command that brought the complaint, which nobody else is told: so the door can name the
code before any service has seen the complaint, and the same command sent again has the same code.
"""

from __future__ import annotations

import base64
import hashlib
from uuid import UUID

MISREAD = str.maketrans({"0": "O", "1": "I", "8": "B"})  # figures that the alphabet of the code does not have


def code_of(command: UUID) -> str:
    """The code as it is told: ``ABCD-EFGH-IJKL-MNOP`` (80 bits)."""
    text = base64.b32encode(hashlib.sha256(b"aidbus complaint " + command.bytes).digest()).decode()[:16]
    return "-".join(text[place : place + 4] for place in range(0, 16, 4))


def fingerprint(code: str) -> str:
    """What is kept of a code, however it was typed: 64 hexadecimal digits."""
    plain = "".join(sign for sign in code.upper() if sign.isalnum()).translate(MISREAD)
    return hashlib.sha256(plain.encode()).hexdigest()
