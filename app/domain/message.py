"""Messages to people: a notice inside the system (站内信) and, where they take it, an e-mail; in both languages.

Whoever must be told calls `tell` in the transaction in which the thing happens: then either both have happened or neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant, Json
from app.domain import message_template
from app.domain.message_template import MessageTemplate, Texts, texts_in_force
from app.domain.message_text import fill
from app.domain.outbox import EmailEntry, can_be_mailed, put_in_outbox, without_email
from app.domain.person import Person
from app.domain.wording import LANGUAGES, say


class Message(Base):
    """One notice to one person, worded when it was written: later changes of a template leave it alone."""

    __tablename__ = "message"
    __table_args__ = (
        sa.Index("ix_message_person_id_id", "person_id", "id"),
        sa.Index(
            "ix_message_unread", "person_id",
            sqlite_where=sa.text("read_at IS NULL"), postgresql_where=sa.text("read_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    template: Mapped[str] = mapped_column(sa.String(40))
    texts: Mapped[Texts] = mapped_column(Json, comment="by language, then by part")
    link: Mapped[str] = mapped_column(
        sa.Text, server_default="", comment="a path of ours; '': the case, if there is one"
    )
    case_number: Mapped[str | None] = mapped_column(sa.String(80), comment="NULL: it is about no case")
    sent_at: Mapped[datetime] = mapped_column(Instant)
    read_at: Mapped[datetime | None] = mapped_column(Instant, comment="NULL: not opened yet")


class MessageValueMissingError(LookupError):
    """Whoever tells people something gives every value that the kind of message has: a defect of the caller."""

    def __init__(self, key: str, missing: Sequence[str]) -> None:
        self.key, self.missing = key, tuple(missing)
        super().__init__(f"message {key!r} needs the values {', '.join(missing)}")


def tell(
    session: Session,
    *,
    to: Iterable[int],
    template: str,
    values: Mapping[str, Any],
    case_number: str | None,
    now: datetime,
    documents: Sequence[int] = (),
) -> Sequence[Message]:
    """Tell persons something, in this transaction; each person once, closed accounts not at all.

    Args:
        to: ids of persons, in any order; repeats have no effect.
        template: the kind of message (`app/domain/message_templates/<kind>.toml` says which values it takes).
        values: text, number, day, deadline (an aware datetime), or a text in each language ({"zh": …, "en": …}).
            `link`, if given, is where the button leads: a path ("/tasks/12"), or, for a secret kind, a whole address.
        case_number: the case that it is about; without a link the button leads to it.
        documents: letters that go with the e-mails.

    Returns the notices; none for a secret kind, which goes by e-mail alone, to closed accounts too.

    Raises UnknownMessageTemplateError, MessageValueMissingError.
    """
    kind = message_template.template(template)
    _check_values(kind, values)
    people = _people(session, to, kind)
    if not people:
        return []
    _, texts = texts_in_force(session, template)
    link = str(values.get("link", ""))
    worded = {one.id: _word(texts, {"name": one.name, "case_number": case_number or "", **values}) for one in people}
    notices = [] if kind.is_secret else _notices(session, template, worded, link, case_number, now)
    _mail(session, kind, people, worded, {one.person_id: one.id for one in notices}, link, documents, now)
    return notices


def tell_address(
    session: Session, address: str, *, name: str, language: str, template: str, values: Mapping[str, Any], now: datetime
) -> None:
    """Write to somebody who has no account, by e-mail alone; `link` among the values is a path of ours or a whole address.

    Raises UnknownMessageTemplateError, MessageValueMissingError.
    """
    kind = message_template.template(template)
    _check_values(kind, values)
    _, texts = texts_in_force(session, template)
    worded = fill(texts[language], {"name": name, "case_number": "", **values}, language)
    entry = EmailEntry(
        address=address, language=language, template=template, texts=worded, link=str(values.get("link", "")),
        is_secret=kind.is_secret,
    )  # fmt: skip
    put_in_outbox(session, [entry] if can_be_mailed(address) else [], now=now)


def unread_count(connection: sa.Connection, person_id: int) -> int:
    """How many notices a person has not opened; one look at an index that holds unread ones alone."""
    query = sa.select(sa.func.count()).where(Message.person_id == person_id, Message.read_at.is_(None))
    return int(connection.execute(query.select_from(Message)).scalar_one())


def messages_of(session: Session, person_id: int, *, before: int | None = None, limit: int = 30) -> Sequence[Message]:
    """A person's notices, the latest first; those older than the notice `before`."""
    query = sa.select(Message).where(Message.person_id == person_id).order_by(Message.id.desc()).limit(limit)
    return session.scalars(query if before is None else query.where(Message.id < before)).all()


def message_of(session: Session, person_id: int, message_id: int) -> Message | None:
    """A notice if it is this person's; None for all others, as for one that was never written."""
    return session.scalar(sa.select(Message).where(Message.id == message_id, Message.person_id == person_id))


def mark_read(session: Session, person_id: int, *, message_id: int | None = None, now: datetime) -> None:
    """A person has read a notice, or (without an id) all of theirs."""
    unread = [Message.person_id == person_id, Message.read_at.is_(None)]
    if message_id is not None:
        unread.append(Message.id == message_id)
    session.execute(sa.update(Message).where(*unread).values(read_at=now))


def _check_values(kind: MessageTemplate, values: Mapping[str, Any]) -> None:
    missing = sorted(kind.names - {*message_template.ALWAYS_THERE} - values.keys())
    if missing:
        raise MessageValueMissingError(kind.key, missing)


def _people(session: Session, to: Iterable[int], kind: MessageTemplate) -> Sequence[Person]:
    query = sa.select(Person).where(Person.id.in_(set(to))).order_by(Person.id)
    return session.scalars(query if kind.is_secret else query.where(Person.is_active)).all()


def _word(texts: Texts, values: Mapping[str, Any]) -> Texts:
    return {language: fill(texts[language], values, language) for language in LANGUAGES}


def _notices(
    session: Session, template: str, worded: Mapping[int, Texts], link: str, case_number: str | None, now: datetime
) -> list[Message]:
    notices = [
        Message(
            person_id=person_id,
            template=template,
            texts=texts,
            link=say(link, "zh"),
            case_number=case_number,
            sent_at=now,
        )
        for person_id, texts in worded.items()
    ]
    session.add_all(notices)
    session.flush()
    return notices


def _mail(
    session: Session,
    kind: MessageTemplate,
    people: Sequence[Person],
    worded: Mapping[int, Texts],
    notices: Mapping[int, int],
    link: str,
    documents: Sequence[int],
    now: datetime,
) -> None:
    """The same by e-mail, to whoever has an address and takes e-mail, or must have this one; its button opens the notice."""
    without = frozenset() if kind.is_served else without_email(session, [one.id for one in people])
    entries = [
        EmailEntry(
            address=one.email, language=one.language, template=kind.key, texts=worded[one.id][one.language],
            link=link if kind.is_secret else f"/messages/{notices[one.id]}", is_secret=kind.is_secret, person_id=one.id,
            message_id=notices.get(one.id), document_ids=tuple(documents),
        )
        for one in people
        if one.id not in without and can_be_mailed(one.email)
    ]  # fmt: skip
    put_in_outbox(session, entries, now=now)
