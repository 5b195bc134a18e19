"""E-mails leave the outbox for a real mail server, once each, and what it refuses is known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.db import unit_of_work
from app.domain.outbox import EmailEntry, OutboxEmail, claim, put_in_outbox
from app.mail.delivery import deliver, send_waiting
from app.mail.smtp import SmtpSender
from app.settings import SmtpSecurity
from tests.people import BEGINNING

TEXTS = {"subject": "提醒：评分", "body": "专家1，您好。", "button": "打开任务"}


def put(database: sa.Engine, *addresses: str, is_secret: bool = False) -> None:
    entries = [EmailEntry(one, "zh", "reminder", TEXTS, link="/messages/1", is_secret=is_secret) for one in addresses]
    with unit_of_work(database) as unit:
        put_in_outbox(unit.session, entries, now=BEGINNING)


def rows(database: sa.Engine) -> list[OutboxEmail]:
    with unit_of_work(database) as unit:
        found = list(unit.session.scalars(sa.select(OutboxEmail).order_by(OutboxEmail.id)))
        unit.session.expunge_all()
    return found


def test_what_waits_goes_and_goes_once(database: sa.Engine, mail_server: Any) -> None:
    put(database, "one@example.org", "two@example.org")

    assert send_waiting(database, mail_server.settings()) == 2
    assert send_waiting(database, mail_server.settings()) == 0

    assert [message["To"] for message in mail_server.got] == ["one@example.org", "two@example.org"]
    assert mail_server.got[0]["Subject"] == "提醒：评分"
    body = mail_server.got[0].get_body(["plain"]).get_content()
    assert "https://q.example/messages/1" in body
    assert [(row.status, row.tries) for row in rows(database)] == [("sent", 1), ("sent", 1)]


def test_a_refusal_for_good_fails_at_once_and_holds_nobody_up(database: sa.Engine, mail_server: Any) -> None:
    mail_server.answers["gone@example.org"] = ["550 no such mailbox"]
    put(database, "gone@example.org", "two@example.org")

    assert send_waiting(database, mail_server.settings()) == 1

    gone, two = rows(database)
    assert (gone.status, gone.last_error, two.status) == ("failed", "550 no such mailbox", "sent")


def test_a_passing_refusal_is_tried_again_later_under_the_same_identifier(
    database: sa.Engine, mail_server: Any
) -> None:
    mail_server.answers["busy@example.org"] = ["451 try later"]
    put(database, "busy@example.org")
    send_waiting(database, mail_server.settings())
    (row,) = rows(database)
    assert (row.status, row.last_error, send_waiting(database, mail_server.settings())) == (
        "waiting",
        "451 try later",
        0,
    )

    with unit_of_work(database) as unit:
        unit.connection.execute(sa.update(OutboxEmail).values(due_at=datetime.now(UTC) - timedelta(seconds=1)))
    assert send_waiting(database, mail_server.settings()) == 1

    assert mail_server.got[0]["Message-ID"] == f"<{row.message_identifier}@q.example>"
    assert (rows(database)[0].status, rows(database)[0].last_error) == ("sent", "")


def test_without_a_connection_it_waits_and_says_why(database: sa.Engine, mail_server: Any) -> None:
    put(database, "one@example.org")

    assert send_waiting(database, mail_server.settings(smtp_port=1)) == 0

    (row,) = rows(database)
    assert (row.status, row.tries) == ("waiting", 1)
    assert "ConnectionRefusedError" in row.last_error


@pytest.mark.parametrize(("password", "status"), [("right", "sent"), ("wrong", "waiting")])
def test_a_wrong_password_is_never_the_e_mails_fault(
    database: sa.Engine, mail_server: Any, password: str, status: str
) -> None:
    put(database, "one@example.org")

    send_waiting(database, mail_server.settings(smtp_user="quanliu", smtp_password=password))

    assert mail_server.signed_in
    assert rows(database)[0].status == status


def test_a_mail_server_without_tls_gets_nothing_when_tls_is_asked_for(database: sa.Engine, mail_server: Any) -> None:
    put(database, "one@example.org")

    send_waiting(database, mail_server.settings(smtp_security=SmtpSecurity.STARTTLS))

    assert mail_server.got == []
    assert rows(database)[0].status == "waiting"


def test_over_starttls_it_goes_with_name_and_password_to_a_server_whose_certificate_is_trusted(
    database: sa.Engine, tls_server: Any, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    put(database, "one@example.org")

    settings = tls_server.settings(smtp_security=SmtpSecurity.STARTTLS, smtp_user="quanliu", smtp_password="right")
    assert send_waiting(database, settings) == 1

    assert [message["To"] for message in tls_server.got] == ["one@example.org"]
    assert tls_server.signed_in == [b"quanliu"]


def test_a_certificate_that_nobody_vouches_for_gets_neither_password_nor_e_mail(
    database: sa.Engine, tls_server: Any
) -> None:
    put(database, "one@example.org")

    settings = tls_server.settings(smtp_security=SmtpSecurity.STARTTLS, smtp_user="quanliu", smtp_password="right")
    assert send_waiting(database, settings) == 0

    assert (tls_server.got, tls_server.signed_in) == ([], [])
    (row,) = rows(database)
    assert row.status == "waiting"
    assert "CERTIFICATE_VERIFY_FAILED" in row.last_error


def test_letters_go_with_the_e_mail_that_tells_of_them(database: sa.Engine, mail_server: Any) -> None:
    put(database, "one@example.org")

    send_waiting(database, mail_server.settings(), lambda _email: [("不予认定决定书-L-7K2Q.pdf", b"%PDF-1.7 letter")])

    (attached,) = mail_server.got[0].iter_attachments()
    assert (attached.get_filename(), attached.get_content_type()) == ("不予认定决定书-L-7K2Q.pdf", "application/pdf")
    assert attached.get_content() == b"%PDF-1.7 letter"
    assert "专家1，您好。" in mail_server.got[0].get_body(["plain"]).get_content()


def test_two_workers_send_a_claimed_e_mail_but_one_marks_it(database: sa.Engine, mail_server: Any) -> None:
    """The first worker hangs for longer than its claim lasts; both copies carry one identifier."""
    put(database, "one@example.org")
    settings = mail_server.settings()
    claims = []
    for later in (timedelta(), timedelta(hours=1)):
        with unit_of_work(database) as unit:
            claims.append(claim(unit.session, now=datetime.now(UTC) + later))
            unit.session.expunge_all()

    with SmtpSender(settings) as sender:
        marked = [deliver(database, settings, sender, one) for one in claims if one is not None]

    assert marked == [False, True]
    assert len({message["Message-ID"] for message in mail_server.got}) == 1


def test_without_a_mail_server_e_mails_are_kept_and_secrets_forgotten_only_once_sent(
    database: sa.Engine, mail_server: Any
) -> None:
    put(database, "one@example.org", is_secret=True)

    assert send_waiting(database, mail_server.settings(smtp_host="")) == 1
    assert [(row.status, row.texts) for row in rows(database)] == [("kept", TEXTS)]

    put(database, "one@example.org", is_secret=True)
    send_waiting(database, mail_server.settings())
    assert [row.texts for row in rows(database)] == [TEXTS, None]
