"""WeCom's callbacks (企业微信回调): how they are signed and sealed, what stands in them, and how they are answered.

As the platform's scheme says (developer.work.weixin.qq.com, path 91144): SHA-1 over the sorted token, timestamp, nonce
and sealed text; AES-256-CBC with PKCS#7 to 32 bytes; inside, 16 random bytes, a length, the message and its receiver.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
import struct
import typing as t
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson
from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

SECRET = re.compile(r"([A-Za-z0-9]{1,32}) ([A-Za-z0-9]{43})(?: (\S{1,64}))?")
MARKUP = re.compile(r"<!(?!\[CDATA\[)")  # no document type, so that no entity is declared
BLOCK = 256  # bits
HEAD = 20  # random bytes and the length of the message
#: Where an answer can stand: the text of a message, the value of a button, the key of a card's event.
IN_XML = ("Text/Content", "Content", "Attachment/Actions/Value", "EventKey")
IN_JSON = (("text", "content"), ("event", "template_card_event", "event_key"), ("event", "event_key"))


@dataclass(frozen=True)
class Keys:
    """What is set at a callback: token, key (32 bytes), and whom the messages are for, empty for a group's bot."""

    token: str
    key: bytes
    receiver: str


@dataclass(frozen=True)
class Said:
    """A genuine callback: the text of the address check, or a message, in ``form`` xml or json, with its texts."""

    echo: str | None = None
    form: str | None = None
    texts: Sequence[str] = ()


def keys_of(secret: str) -> Keys:
    """The secret of an endpoint, "Token EncodingAESKey ReceiveId" with the last only for an app; raises ValueError."""
    found = SECRET.fullmatch(secret)
    if found is None:
        raise ValueError("not the secret of a WeCom callback")
    return Keys(found[1], base64.b64decode(found[2] + "="), found[3] or "")


def sign(keys: Keys, timestamp: str, nonce: str, sealed: str) -> str:
    """The signature of a sealed text."""
    return hashlib.sha1("".join(sorted((keys.token, timestamp, nonce, sealed))).encode()).hexdigest()


def read(secrets: Sequence[str], query: Mapping[str, str], body: bytes) -> Said | None:
    """What a callback says; None unless it is signed with one of the secrets and meant for their receiver.

    Whether its time is the present is the caller's to check.
    """
    form, sealed = (None, query["echostr"]) if "echostr" in query else sealed_in(body)
    for secret in secrets:
        try:
            keys = keys_of(secret)
            signature = sign(keys, query.get("timestamp", ""), query.get("nonce", ""), sealed or "")
            if sealed and hmac.compare_digest(signature.encode(), query.get("msg_signature", "").encode()):
                text = unseal(keys, sealed)
                return Said(echo=text) if form is None else Said(form=form, texts=_texts(form, text))
        except ValueError:
            continue
    return None


def sealed_in(body: bytes) -> tuple[str, str | None]:
    """The form of a body, and the sealed text in it."""
    if body.lstrip()[:1] == b"{":
        found = _at(_json(body), ("encrypt",))
        return "json", found
    root = _xml(body.decode(errors="replace"))
    return "xml", root.findtext("Encrypt") if root is not None else None


def unseal(keys: Keys, sealed: str) -> str:
    """The message; raises ValueError for what was sealed otherwise, or for somebody else."""
    try:
        cipher = Cipher(algorithms.AES(keys.key), modes.CBC(keys.key[:16])).decryptor()
        padded = cipher.update(base64.b64decode(sealed, validate=True)) + cipher.finalize()
        unpadder = padding.PKCS7(BLOCK).unpadder()
        plain = unpadder.update(padded) + unpadder.finalize()
    except binascii.Error:
        raise ValueError("not base64") from None
    if len(plain) < HEAD:
        raise ValueError("too short")
    end = HEAD + struct.unpack(">I", plain[16:HEAD])[0]
    if end > len(plain) or plain[end:] != keys.receiver.encode():
        raise ValueError("for another receiver")
    return plain[HEAD:end].decode()


def seal(keys: Keys, message: str) -> str:
    """A message for the other side."""
    said = message.encode()
    plain = os.urandom(16) + struct.pack(">I", len(said)) + said + keys.receiver.encode()
    padder = padding.PKCS7(BLOCK).padder()
    cipher = Cipher(algorithms.AES(keys.key), modes.CBC(keys.key[:16])).encryptor()
    return base64.b64encode(cipher.update(padder.update(plain) + padder.finalize()) + cipher.finalize()).decode()


def reply(secret: str, form: str, words: str, timestamp: str, nonce: str) -> str:
    """The body that answers a message to a group's bot with a text, sealed and signed; raises ValueError."""
    keys = keys_of(secret)
    if form == "json":
        sealed = seal(keys, orjson.dumps({"msgtype": "text", "text": {"content": words}}).decode())
        signed = {"encrypt": sealed, "msgsignature": sign(keys, timestamp, nonce, sealed)}
        return orjson.dumps({**signed, "timestamp": int(timestamp), "nonce": nonce}).decode()
    root = ET.Element("xml")
    ET.SubElement(root, "MsgType").text = "text"
    ET.SubElement(ET.SubElement(root, "Text"), "Content").text = words
    sealed = seal(keys, ET.tostring(root, encoding="unicode"))
    outside = ET.Element("xml")
    signed = {"Encrypt": sealed, "MsgSignature": sign(keys, timestamp, nonce, sealed)}
    for name, text in {**signed, "TimeStamp": timestamp, "Nonce": nonce}.items():
        ET.SubElement(outside, name).text = text
    return ET.tostring(outside, encoding="unicode")


def _texts(form: str, message: str) -> list[str]:
    """Where a message may carry an answer."""
    if form == "json":
        said = _json(message.encode())
        return [found for path in IN_JSON if (found := _at(said, path))]
    root = _xml(message)
    return [found for path in IN_XML if root is not None and (found := root.findtext(path))]


def _json(body: bytes) -> t.Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None


def _at(said: t.Any, path: Sequence[str]) -> str | None:
    for name in path:
        said = said.get(name) if isinstance(said, dict) else None
    return said if isinstance(said, str) else None


def _xml(text: str) -> ET.Element | None:
    try:
        return None if MARKUP.search(text) else ET.fromstring(text)
    except (ET.ParseError, ValueError):
        return None
