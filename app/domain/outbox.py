"""The outbox: e-mails that wait, are being sent, have gone or cannot go; who takes e-mail at all.

A row is written in the transaction of what it tells of. A worker claims it by one conditional UPDATE, sends it after that
commit, and marks it; if the worker dies in between, the row is sent again under the same Message-ID, by which mailboxes
recognise the second copy.

    waiting ─ claim ─> sending ─ mark_sent ─> sent
       ^                  ├───── mark_kept ─> kept        no mail server is set up: read in the demo's mailbox
       └─── put_back ─────┼───── put_back ──> failed      refused for good, or too many tries
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant, Json
from app.domain.issued_document import IssuedDocument
from app.forms.formats import is_email

RETRY_AFTER = tuple(timedelta(minutes=one) for one in (1, 5, 15, 60, 240, 720))
"""How long each try waits after the one before; after the last one the e-mail has failed."""
CLAIM_LASTS = timedelta(minutes=10)
"""A row that has been "sending" for longer was claimed by a worker that died."""
_ERROR_MAX_CHARACTERS = 500
_SUBJECT_MAX_CHARACTERS = 400


class OutboxEmail(Base):
    """One e-mail to one address, worded when it was written."""

    __tablename__ = "outbox_email"
    __table_args__ = (
        sa.CheckConstraint("status IN ('waiting', 'sending', 'sent', 'kept', 'failed')", name="status"),
        sa.CheckConstraint("status <> 'sending' OR claimed_at IS NOT NULL", name="claimed"),
        sa.Index(
            "ix_outbox_email_open", "id",
            sqlite_where=sa.text("status IN ('waiting', 'sending')"),
            postgresql_where=sa.text("status IN ('waiting', 'sending')"),
        ),
        sa.Index("ix_outbox_email_person_id_id", "person_id", "id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id"), comment="NULL: to somebody without account"
    )
    message_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("message.id"), unique=True, comment="the notice that says the same; NULL: by e-mail alone"
    )
    address: Mapped[str] = mapped_column(sa.String(200))
    language: Mapped[str] = mapped_column(sa.String(2))
    template: Mapped[str] = mapped_column(sa.String(40))
    subject: Mapped[str] = mapped_column(sa.String(_SUBJECT_MAX_CHARACTERS))
    texts: Mapped[dict[str, str] | None] = mapped_column(Json, comment="by part; NULL: forgotten after it had gone")
    link: Mapped[str] = mapped_column(sa.Text, server_default="", comment="where the button leads; '': nowhere")
    is_secret: Mapped[bool]
    message_identifier: Mapped[str] = mapped_column(sa.String(60), unique=True, comment="left side of the Message-ID")
    status: Mapped[str] = mapped_column(sa.String(10), server_default="waiting")
    tries: Mapped[int] = mapped_column(server_default="0")
    created_at: Mapped[datetime] = mapped_column(Instant, comment="by the programme's clock")
    due_at: Mapped[datetime | None] = mapped_column(Instant, comment="next try, by the machine's clock; NULL: at once")
    claimed_at: Mapped[datetime | None] = mapped_column(Instant, comment="by the machine's clock")
    finished_at: Mapped[datetime | None] = mapped_column(Instant, comment="sent, kept or given up")
    last_error: Mapped[str] = mapped_column(sa.String(_ERROR_MAX_CHARACTERS), server_default="")


class OutboxAttachment(Base):
    """A letter that goes with an e-mail, as its PDF; the setting SMTP_ATTACH_LETTERS says whether it does."""

    __tablename__ = "outbox_attachment"

    email_id: Mapped[int] = mapped_column(sa.ForeignKey("outbox_email.id"), primary_key=True)
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("issued_document.id"), primary_key=True)


class MessagePreference(Base):
    """Whether a person takes e-mail beside the notices; without a row they do."""

    __tablename__ = "message_preference"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    by_email: Mapped[bool]
    changed_at: Mapped[datetime] = mapped_column(Instant)


@dataclass(frozen=True, slots=True)
class EmailEntry:
    """What an e-mail is made of."""

    address: str
    language: str
    template: str
    texts: dict[str, str]
    link: str = ""
    is_secret: bool = False
    person_id: int | None = None
    message_id: int | None = None
    document_ids: tuple[int, ...] = ()
    """Letters that go with it."""


def can_be_mailed(address: str) -> bool:
    """Whether an address can be written into an e-mail's head: one address, as the forms ask for it too."""
    return is_email(address)


def put_in_outbox(session: Session, entries: Sequence[EmailEntry], *, now: datetime) -> None:
    """Let e-mails go once this transaction commits."""
    emails = [
        OutboxEmail(
            person_id=one.person_id, message_id=one.message_id, address=one.address, language=one.language,
            template=one.template, subject=one.texts["subject"][:_SUBJECT_MAX_CHARACTERS], texts=one.texts, link=one.link,
            is_secret=one.is_secret, message_identifier=secrets.token_hex(16), status="waiting", tries=0, created_at=now,
            last_error="",
        )
        for one in entries
    ]  # fmt: skip
    session.add_all(emails)
    session.flush()
    for email, entry in zip(emails, entries, strict=True):
        session.add_all(OutboxAttachment(email_id=email.id, document_id=one) for one in entry.document_ids)
    session.flush()


def without_email(session: Session, person_ids: Collection[int]) -> frozenset[int]:
    """Who of the persons has switched e-mail off."""
    off = sa.select(MessagePreference.person_id).where(
        MessagePreference.person_id.in_(person_ids), MessagePreference.by_email.is_(False)
    )
    return frozenset(session.scalars(off))


def choose_email(session: Session, person_id: int, *, by_email: bool, now: datetime) -> None:
    """Switch a person's e-mail on or off; what is served by law comes either way."""
    session.merge(MessagePreference(person_id=person_id, by_email=by_email, changed_at=now))
    session.flush()


def letters_with(session: Session, email_id: int) -> Sequence[IssuedDocument]:
    """The letters that go with an e-mail, the earlier issued first."""
    query = sa.select(IssuedDocument).join(OutboxAttachment, OutboxAttachment.document_id == IssuedDocument.id)
    return session.scalars(query.where(OutboxAttachment.email_id == email_id).order_by(IssuedDocument.id)).all()


def has_open(connection: sa.Connection) -> bool:
    """Whether any e-mail waits or is being sent."""
    is_open = OutboxEmail.status.in_(("waiting", "sending"))
    return connection.execute(sa.select(OutboxEmail.id).where(is_open).limit(1)).first() is not None


def claim(session: Session, *, now: datetime) -> OutboxEmail | None:
    """Take the next e-mail that is due, the oldest first; None: nothing is due, or others took it.

    Two workers who ask at once never get the same one.
    """
    waits = (OutboxEmail.status == "waiting") & (OutboxEmail.due_at.is_(None) | (OutboxEmail.due_at <= now))
    was_left = (OutboxEmail.status == "sending") & (OutboxEmail.claimed_at <= now - CLAIM_LASTS)
    for email_id in session.scalars(
        sa.select(OutboxEmail.id).where(waits | was_left).order_by(OutboxEmail.id).limit(5)
    ):
        taken = session.execute(
            sa.update(OutboxEmail)
            .where(OutboxEmail.id == email_id, waits | was_left)
            .values(status="sending", claimed_at=now, tries=OutboxEmail.tries + 1)
            .execution_options(synchronize_session=False)
        )
        if _rows(taken) == 1:
            return session.get_one(OutboxEmail, email_id, populate_existing=True)
    return None


def mark_sent(session: Session, email: OutboxEmail, *, now: datetime) -> bool:
    """The mail server has taken it; a secret is forgotten. False: another worker has finished it meanwhile."""
    forgotten = {"texts": None, "link": ""} if email.is_secret else {}
    return _finish(session, email, {"status": "sent", "finished_at": now, "last_error": "", **forgotten})


def mark_kept(session: Session, email: OutboxEmail, *, now: datetime) -> bool:
    """No mail server is set up: it stays here."""
    return _finish(session, email, {"status": "kept", "finished_at": now})


def keep_waiting(session: Session, *, now: datetime) -> int:
    """Keep everything that waits, unsent: it tells of a past that nobody lived; return how many."""
    kept = session.execute(
        sa.update(OutboxEmail)
        .where(OutboxEmail.status == "waiting")
        .values(status="kept", finished_at=now)
        .execution_options(synchronize_session=False)
    )
    return _rows(kept)


def put_back(session: Session, email: OutboxEmail, error: str, *, is_final: bool, now: datetime) -> bool:
    """It did not go: try again later, or give up when it was refused for good or has been tried often enough."""
    gives_up = is_final or email.tries > len(RETRY_AFTER)
    after = (
        {"status": "failed", "finished_at": now}
        if gives_up
        else {"status": "waiting", "due_at": now + RETRY_AFTER[email.tries - 1]}
    )
    return _finish(session, email, {**after, "last_error": error[:_ERROR_MAX_CHARACTERS]})


def _finish(session: Session, email: OutboxEmail, values: dict[str, Any]) -> bool:
    mine = (OutboxEmail.id == email.id) & (OutboxEmail.status == "sending") & (OutboxEmail.tries == email.tries)
    done = session.execute(
        sa.update(OutboxEmail).where(mine).values(**values).execution_options(synchronize_session=False)
    )
    return _rows(done) == 1


def _rows(result: sa.Result[Any]) -> int:
    return int(result.rowcount) if isinstance(result, sa.CursorResult) else 0
