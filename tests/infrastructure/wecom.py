"""The other side of WeCom's callbacks, written by the platform's own description: it seals, signs, sends and reads answers."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
import string
import struct
import typing as t
import xml.etree.ElementTree as ET

import orjson
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

Query = dict[str, str]


class WeCom:
    """One callback as it is set at the platform. ``receiver``: empty for a group's bot, a corporation's id for an app."""

    def __init__(self, receiver: str = "", token: str = "QDG6eK") -> None:
        self.token, self.receiver = token, receiver
        self.shown = "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(43))
        self.key = base64.b64decode(self.shown + "=")
        self.nonce = "263014780"

    @property
    def secret(self) -> str:
        """As it is typed in at the endpoint."""
        return f"{self.token} {self.shown} {self.receiver}".strip()

    def sealed(self, message: str, receiver: str | None = None, filler: int | None = None) -> str:
        said, whose = message.encode(), (self.receiver if receiver is None else receiver).encode()
        plain = os.urandom(16) + struct.pack("!I", len(said)) + said + whose
        count = 32 - len(plain) % 32
        plain += bytes([count if filler is None else filler]) * count
        cipher = Cipher(algorithms.AES(self.key), modes.CBC(self.key[:16])).encryptor()
        return base64.b64encode(cipher.update(plain) + cipher.finalize()).decode()

    def opened(self, sealed: str) -> str:
        cipher = Cipher(algorithms.AES(self.key), modes.CBC(self.key[:16])).decryptor()
        plain = cipher.update(base64.b64decode(sealed)) + cipher.finalize()
        plain = plain[: -plain[-1]]
        (length,) = struct.unpack("!I", plain[16:20])
        assert plain[20 + length :].decode() == self.receiver
        return plain[20 : 20 + length].decode()

    def signature(self, timestamp: str, nonce: str, sealed: str) -> str:
        return hashlib.sha1("".join(sorted([self.token, timestamp, nonce, sealed])).encode()).hexdigest()

    def signed(self, sealed: str, seconds: float) -> Query:
        """What stands behind the question mark of a message."""
        timestamp = str(int(seconds))
        signature = self.signature(timestamp, self.nonce, sealed)
        return {"msg_signature": signature, "timestamp": timestamp, "nonce": self.nonce}

    def check(self, text: str, seconds: float) -> Query:
        """The check of the address when it is set."""
        sealed = self.sealed(text)
        return self.signed(sealed, seconds) | {"echostr": sealed}

    def message(self, inside: str, seconds: float, **how: t.Any) -> tuple[Query, bytes]:
        """A message as XML, or as JSON where that is inside."""
        sealed = self.sealed(inside, **how)
        body = orjson.dumps({"encrypt": sealed}) if inside.startswith("{") else outside(sealed).encode()
        return self.signed(sealed, seconds), body

    def answer(self, body: bytes) -> str:
        """The words of a sealed answer, whose signature is right."""
        if body.startswith(b"{"):
            said = orjson.loads(body)
            signature, timestamp, sealed = said["msgsignature"], str(said["timestamp"]), said["encrypt"]
            nonce = said["nonce"]
        else:
            root = ET.fromstring(body)
            names = ("MsgSignature", "TimeStamp", "Encrypt", "Nonce")
            signature, timestamp, sealed, nonce = (root.findtext(name) or "" for name in names)
        assert signature == self.signature(timestamp, nonce, sealed)
        inside = self.opened(sealed)
        if body.startswith(b"{"):
            return str(orjson.loads(inside)["text"]["content"])
        return ET.fromstring(inside).findtext("Text/Content") or ""


def outside(sealed: str) -> str:
    return f"<xml><ToUserName><![CDATA[]]></ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"


def text(words: str) -> str:
    """Somebody speaks to a group's bot."""
    said = (
        f"<From><UserId>zhou</UserId></From><MsgType>text</MsgType><Text><Content><![CDATA[{words}]]></Content></Text>"
    )
    return f"<xml>{said}<MsgId>1</MsgId></xml>"


def button(value: str) -> str:
    """Somebody presses a button that a bot showed."""
    action = f"<Actions><Name>accept</Name><Value><![CDATA[{value}]]></Value><Type>button</Type></Actions>"
    return f"<xml><MsgType>attachment</MsgType><Attachment><CallbackId>c</CallbackId>{action}</Attachment></xml>"


def card(key: str) -> str:
    """Somebody presses the button of an app's card."""
    return (
        f"<xml><MsgType>event</MsgType><Event>template_card_event</Event><EventKey><![CDATA[{key}]]></EventKey></xml>"
    )


def as_json(words: str) -> str:
    """Somebody speaks to a bot that speaks JSON."""
    return orjson.dumps({"msgtype": "text", "from": {"userid": "zhou"}, "text": {"content": words}}).decode()


def event_as_json(key: str) -> str:
    """Somebody presses a card's button at a bot that speaks JSON."""
    event = {"eventtype": "template_card_event", "template_card_event": {"event_key": key, "task_id": "1"}}
    return orjson.dumps({"msgtype": "event", "event": event}).decode()
