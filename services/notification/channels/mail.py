"""E-mail by SMTP with TLS and login. The Message-ID stays the same over all attempts, so that mail servers and clients
know a repeated message again. E-mail is not confidential: title, why and a link.
"""

from __future__ import annotations

import email.policy
import functools
import re
import smtplib
import ssl
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from services.notification.channels.letter import Letter
from services.notification.domain.delivery import Outcome

SECONDS = 20.0
ADDRESS = re.compile(r"""[^\s@<>()\[\],;:\\"]{1,64}@[^\s@<>()\[\],;:\\"]+\.[^\s@<>()\[\],;:\\"]+""")
BAD_MAILBOX = (550, 551, 553)


@dataclass(frozen=True)
class Server:
    """The operator's mail server. ``security``: ``starttls``, ``tls`` or ``none`` (only inside one machine)."""

    host: str
    port: int
    security: str
    user: str
    password: str
    sender: str
    sender_name: str
    authorities: str | None = None


def is_address(text: str) -> bool:
    """Whether a text can stand as one recipient; a line break or a second address cannot slip in."""
    return len(text) <= 254 and ADDRESS.fullmatch(text) is not None


def compose(server: Server, letter: Letter) -> EmailMessage:
    """The message as it goes out."""
    message = EmailMessage(policy=email.policy.SMTP)
    local, _, domain = server.sender.partition("@")
    message["From"] = Address(server.sender_name, local, domain)
    message["To"] = letter.address
    message["Subject"] = letter.title
    message["Date"] = format_datetime(letter.at)
    message["Message-ID"] = f"<{letter.id}@{domain}>"
    message["Content-Language"] = {"zh": "zh-CN", "en": "en"}[letter.language]
    message["Auto-Submitted"] = "auto-generated"
    lines = "".join(f"\n{one.words[letter.language]}\n{one.url}\n" for one in letter.links)
    message.set_content(
        f"{letter.body}\n\n{letter.link}\n{lines}", cte="base64"
    )  # goes through servers without 8BITMIME
    return message


def send(server: Server, letter: Letter) -> Outcome:
    """Hand one message to the mail server."""
    if not is_address(letter.address):
        return Outcome("permanent", "not a mail address", address_is_bad=True)
    try:
        connection = _connect(server)
    except smtplib.SMTPAuthenticationError as error:
        return Outcome("temporary", f"the mail server refuses the login ({error.smtp_code})")
    except smtplib.SMTPNotSupportedError:
        return Outcome("temporary", "the mail server offers no TLS or no login")
    except smtplib.SMTPResponseException as error:  # whatever its code: it is not about this letter
        return Outcome("temporary", f"the mail server refuses the connection ({error.smtp_code})")
    except (smtplib.SMTPException, OSError) as error:
        return Outcome("temporary", type(error).__name__)
    try:
        return _hand_over(connection, server, letter)
    finally:
        _leave(connection)


def _hand_over(connection: smtplib.SMTP, server: Server, letter: Letter) -> Outcome:
    try:
        connection.send_message(compose(server, letter), server.sender, [letter.address])
    except smtplib.SMTPRecipientsRefused as error:
        code = next(iter(error.recipients.values()))[0]
        return _outcome(code, address_is_bad=code in BAD_MAILBOX)
    except (smtplib.SMTPSenderRefused, smtplib.SMTPHeloError) as error:  # the center's own address, or no login
        return Outcome("temporary", f"the mail server refuses the sender ({error.smtp_code})")
    except smtplib.SMTPNotSupportedError:
        if letter.address.isascii():
            return Outcome("temporary", "the mail server takes no sender with letters outside of ASCII")
        return Outcome(
            "permanent", "the mail server takes no address with letters outside of ASCII", address_is_bad=True
        )
    except smtplib.SMTPResponseException as error:
        return _outcome(error.smtp_code)
    except (smtplib.SMTPException, OSError) as error:
        return Outcome("temporary", type(error).__name__)
    return Outcome("sent", "accepted by the mail server", receipt=f"<{letter.id}>")


def _leave(connection: smtplib.SMTP) -> None:
    """Take leave; what the server says to that changes nothing of what it said to the letter."""
    try:
        connection.quit()
    except (smtplib.SMTPException, OSError):
        pass
    finally:
        connection.close()


def _connect(server: Server) -> smtplib.SMTP:
    if server.security == "tls":
        context = _trusted(server.authorities)
        connection: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=context)
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
    try:
        if server.security == "starttls":
            connection.starttls(context=_trusted(server.authorities))
        if server.user:
            connection.login(server.user, server.password)
    except BaseException:
        connection.close()
        raise
    return connection


@functools.cache
def _trusted(authorities: str | None) -> ssl.SSLContext:
    """Made once: to read the authorities of the system takes tens of milliseconds, in which no other channel moves."""
    return ssl.create_default_context(cafile=authorities or None)


def _outcome(code: int, address_is_bad: bool = False) -> Outcome:
    if 500 <= code < 600:
        return Outcome("permanent", f"SMTP {code}", address_is_bad=address_is_bad)
    return Outcome("temporary", f"SMTP {code}")
