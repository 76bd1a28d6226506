"""E-mail against a real mail server: TLS, login, and every kind of refusal."""

from __future__ import annotations

import email
import email.policy
import socket
import typing as t
from dataclasses import replace
from pathlib import Path

import pytest

from services.notification.channels.mail import Server, send
from tests.integration.notification import servers
from tests.integration.notification.conftest import DELIVERY, letter

LETTER = letter("li@example.cn")


@pytest.fixture(params=["starttls", "tls"])
def mailbox(request: pytest.FixtureRequest, certificate: tuple[Path, Path]) -> t.Iterator[servers.Mailbox]:
    with servers.mail(certificate, request.param) as running:
        yield running


def account(mailbox: servers.Mailbox, certificate: tuple[Path, Path], **changes: t.Any) -> Server:
    known = Server(
        "127.0.0.1", mailbox.port, mailbox.security, "aid", "secret", "aid@center.example", "法律援助中心",
        str(certificate[0]),
    )  # fmt: skip
    return replace(known, **changes)


def test_a_letter_arrives_encrypted_after_a_login_with_its_words_intact(
    mailbox: servers.Mailbox, certificate: tuple[Path, Path]
) -> None:
    outcome = send(account(mailbox, certificate), LETTER)
    assert (outcome.kind, mailbox.logins, mailbox.was_encrypted) == ("sent", ["aid"], [True])
    ((sender, recipient, text),) = mailbox.messages
    message = email.message_from_string(text, policy=email.policy.default)
    assert (sender, recipient) == ("aid@center.example", "li@example.cn")
    assert message["Subject"] == LETTER.title
    assert message["From"] == "法律援助中心 <aid@center.example>"
    assert message["Message-ID"] == f"<{DELIVERY}@center.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content().splitlines()[0] == LETTER.body
    assert LETTER.link in message.get_content()


def test_the_message_id_is_the_same_in_every_attempt(mailbox: servers.Mailbox, certificate: tuple[Path, Path]) -> None:
    for attempt in (1, 2):
        send(account(mailbox, certificate), replace(LETTER, attempt=attempt))
    first, second = (email.message_from_string(text)["Message-ID"] for *_, text in mailbox.messages)
    assert first == second


@pytest.mark.parametrize(
    ("refusal", "kind", "is_bad"),
    [
        ("550 5.1.1 no such user", "permanent", True),
        ("450 4.2.0 greylisted", "temporary", False),
        ("452 4.2.2 mailbox full", "temporary", False),
        ("554 5.7.1 spam", "permanent", False),
    ],
)
def test_a_refused_recipient_is_permanent_or_temporary_as_the_code_says(
    mailbox: servers.Mailbox, certificate: tuple[Path, Path], refusal: str, kind: str, is_bad: bool
) -> None:
    mailbox.refuse_recipient = refusal
    outcome = send(account(mailbox, certificate), LETTER)
    assert (outcome.kind, outcome.address_is_bad) == (kind, is_bad)
    assert "li@example.cn" not in outcome.detail


@pytest.mark.parametrize(
    ("refusal", "kind"), [("451 try later", "temporary"), ("552 too big", "permanent"), ("421 closing", "temporary")]
)
def test_refused_data_are_judged_by_their_code(
    mailbox: servers.Mailbox, certificate: tuple[Path, Path], refusal: str, kind: str
) -> None:
    mailbox.refuse_data = refusal
    assert send(account(mailbox, certificate), LETTER).kind == kind


def test_a_refused_login_is_the_operator_s_trouble_and_no_letter_is_lost_by_it(
    mailbox: servers.Mailbox, certificate: tuple[Path, Path]
) -> None:
    outcome = send(account(mailbox, certificate, password="wrong"), LETTER)
    assert outcome.kind == "temporary"
    assert "535" in outcome.detail


def test_a_certificate_that_nobody_vouches_for_gets_no_password(
    mailbox: servers.Mailbox, certificate: tuple[Path, Path]
) -> None:
    outcome = send(account(mailbox, certificate, authorities=None), LETTER)
    assert outcome.kind == "temporary"
    assert not mailbox.logins
    assert not mailbox.messages


def test_a_server_that_hangs_up_after_the_letter_is_asked_again(
    mailbox: servers.Mailbox, certificate: tuple[Path, Path]
) -> None:
    mailbox.drop_after_data = True
    assert send(account(mailbox, certificate), LETTER).kind == "temporary"


@pytest.mark.parametrize("farewell", ["421 too busy", "502 not known", "250 ok"])
def test_a_letter_that_was_taken_is_sent_whatever_the_server_says_at_the_end(
    mailbox: servers.Mailbox, certificate: tuple[Path, Path], farewell: str
) -> None:
    mailbox.answers["quit"] = farewell
    outcome = send(account(mailbox, certificate), LETTER)
    assert (outcome.kind, len(mailbox.messages)) == ("sent", 1)


@pytest.mark.parametrize("code", ["530 log in first", "550 5.7.1 not with this sender", "554 5.7.1 blocked"])
def test_a_refused_sender_is_the_operator_s_trouble_too(
    mailbox: servers.Mailbox, certificate: tuple[Path, Path], code: str
) -> None:
    mailbox.answers["mail"] = code
    outcome = send(account(mailbox, certificate), LETTER)
    assert (outcome.kind, outcome.address_is_bad) == ("temporary", False)
    assert code[:3] in outcome.detail


def test_a_server_that_takes_nothing_from_anybody_loses_no_letter(certificate: tuple[Path, Path]) -> None:
    with servers.mail(certificate) as mailbox:
        mailbox.answers["starttls"] = "502 not today"
        assert send(account(mailbox, certificate), LETTER).kind == "temporary"
        mailbox.greeting = "554 no mail service here"
        assert send(account(mailbox, certificate), LETTER).kind == "temporary"


def test_an_address_that_the_server_cannot_read_is_said_and_not_tried_for_days(
    mailbox: servers.Mailbox, certificate: tuple[Path, Path]
) -> None:
    outcome = send(account(mailbox, certificate), replace(LETTER, address="李明@example.cn"))
    assert (outcome.kind, outcome.address_is_bad) == ("permanent", True)
    assert outcome.detail == "the mail server takes no address with letters outside of ASCII"
    outcome = send(account(mailbox, certificate, sender="援助@center.example"), LETTER)
    assert outcome.kind == "temporary"


def test_a_server_that_is_not_there_is_temporary(certificate: tuple[Path, Path]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    gone = servers.Mailbox(port=port)
    assert send(account(gone, certificate), LETTER).kind == "temporary"


def test_a_server_without_tls_gets_neither_login_nor_letter(certificate: tuple[Path, Path]) -> None:
    with servers.mail(certificate, "none") as mailbox:
        outcome = send(account(mailbox, certificate, security="starttls"), LETTER)
        assert outcome.kind == "temporary"
        assert not mailbox.logins
        assert not mailbox.messages


@pytest.mark.parametrize("address", ["li@example.cn\r\nBcc: all@example.cn", "two words@x", ""])
def test_what_is_no_address_reaches_no_server(certificate: tuple[Path, Path], address: str) -> None:
    with servers.mail(certificate) as mailbox:
        outcome = send(account(mailbox, certificate), replace(LETTER, address=address))
        assert outcome.kind == "permanent"
        assert mailbox.messages == []
