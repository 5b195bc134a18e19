"""Sending what waits in the outbox: claim, commit, send, mark; a run of a worker's sweep."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import sqlalchemy as sa
import structlog

from app.db import reading, unit_of_work
from app.domain import outbox
from app.domain.message_template import template
from app.domain.outbox import OutboxEmail
from app.mail.compose import compose, view_of
from app.mail.smtp import EmailNotTakenError, Sender, SmtpSender
from app.settings import Settings

MOST_AT_ONCE = 100
"""So that a long queue does not keep the other sweeps waiting."""
_log = structlog.get_logger()


Letters = Callable[[OutboxEmail], Sequence[tuple[str, bytes]]]
"""The PDFs that go with an e-mail, by file name."""


def send_waiting(database: sa.Engine, settings: Settings, letters: Letters = lambda _email: ()) -> int:
    """Send what is due by the machine's clock; return how many e-mails have gone. Without a mail server they are kept."""
    with reading(database) as unit:  # a look costs no write lock
        if not outbox.has_open(unit.connection):
            return 0
    if not settings.smtp_host:
        return _each(database, lambda email: _keep(database, email))
    with SmtpSender(settings) as sender:
        return _each(database, lambda email: deliver(database, settings, sender, email, letters))


def deliver(
    database: sa.Engine, settings: Settings, sender: Sender, email: OutboxEmail, letters: Letters = lambda _email: ()
) -> bool:
    """Hand a claimed e-mail to the mail server, outside any transaction, and record what became of it."""
    texts = email.texts or {}
    is_served = template(email.template).is_served
    view = view_of(texts, email.language, link=email.link, root_url=settings.root_url, is_served=is_served)
    message = compose(email, view, sender=settings.smtp_from, now=datetime.now(UTC), pdfs=letters(email))
    try:
        sender.send(message)
    except EmailNotTakenError as error:
        _log.warning("email_not_taken", email=email.id, tries=email.tries, reason=error.reason, final=error.is_final)
        with unit_of_work(database) as unit:
            outbox.put_back(unit.session, email, error.reason, is_final=error.is_final, now=datetime.now(UTC))
        return False
    with unit_of_work(database) as unit:
        return outbox.mark_sent(unit.session, email, now=datetime.now(UTC))


def _keep(database: sa.Engine, email: OutboxEmail) -> bool:
    with unit_of_work(database) as unit:
        return outbox.mark_kept(unit.session, email, now=datetime.now(UTC))


def _each(database: sa.Engine, act: Callable[[OutboxEmail], bool]) -> int:
    gone = 0
    for _ in range(MOST_AT_ONCE):
        with unit_of_work(database) as unit:
            email = outbox.claim(unit.session, now=datetime.now(UTC))
            if email is not None:
                unit.session.expunge(email)
        if email is None:
            break
        gone += act(email)
    return gone
