"""Objections (异议) to a public notice: anybody may raise one; the conclusion waits until each is examined (A8.6).

An objection counts once whoever raised it has shown that they can be reached: by the link sent to their address, or by
being signed in.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant
from app.domain.calendar import local_day
from app.domain.errors import NoticeOverError
from app.domain.message import tell_address
from app.domain.notice import Notice
from app.domain.secret_hash import secret_hash
from app.domain.yearly_number import next_in_year


class Objection(Base):
    """One objection to one notice; only the office reads who raised it."""

    __tablename__ = "objection"
    __table_args__ = (
        sa.CheckConstraint("status IN ('unconfirmed', 'received', 'examining', 'upheld', 'dismissed')", name="status"),
        sa.CheckConstraint("status NOT IN ('upheld', 'dismissed') OR length(finding) > 0", name="examined_has_finding"),
        sa.Index("ix_objection_notice_status", "notice_id", "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(sa.String(40), unique=True, comment="异议〔2026〕3 号")
    notice_id: Mapped[int] = mapped_column(sa.ForeignKey("notice.id"))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True, comment="sha256 of the link's secret, hex")
    name: Mapped[str] = mapped_column(sa.String(60))
    email: Mapped[str] = mapped_column(sa.String(120))
    phone: Mapped[str] = mapped_column(sa.String(30), server_default="")
    language: Mapped[str] = mapped_column(sa.String(2))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), comment="NULL: not signed in")
    grounds: Mapped[str] = mapped_column(sa.Text)
    status: Mapped[str] = mapped_column(sa.String(12))
    raised_at: Mapped[datetime] = mapped_column(Instant)
    received_at: Mapped[datetime | None] = mapped_column(Instant, comment="when the contact was confirmed")
    finding: Mapped[str] = mapped_column(sa.Text, server_default="")
    examined_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    examined_at: Mapped[datetime | None] = mapped_column(Instant)


@dataclass(frozen=True, slots=True)
class ObjectionEntry:
    """What somebody writes: who they are, how to reach them, and why they object."""

    name: str
    email: str
    grounds: str
    phone: str = ""
    language: str = "zh"
    person_id: int | None = None
    """Whoever is signed in is known already: nothing is left to confirm."""


def raise_objection(session: Session, notice_id: int, entry: ObjectionEntry, *, now: datetime) -> tuple[Objection, str]:
    """Take an objection; return it with the secret of its link, which is kept nowhere.

    Raises:
        NoticeOverError: the notice has run its days, or was withdrawn.
    """
    _check_open(session, notice_id, now)
    secret = secrets.token_urlsafe(24)
    year = local_day(now).year
    is_known = entry.person_id is not None
    objection = Objection(
        number=f"异议〔{year}〕{next_in_year(session, 'objection', year=year)} 号",
        notice_id=notice_id, token_hash=secret_hash(secret), name=entry.name, email=entry.email, phone=entry.phone,
        language=entry.language, person_id=entry.person_id, grounds=entry.grounds,
        status="received" if is_known else "unconfirmed", raised_at=now, received_at=now if is_known else None,
    )  # fmt: skip
    session.add(objection)
    session.flush()
    return objection, secret


def confirm_contact(session: Session, secret: str, *, now: datetime) -> Objection | None:
    """The link was followed: from now on the objection counts; None for a link that was never given.

    Raises:
        NoticeOverError: the link was followed after the notice's last day.
    """
    objection = by_secret(session, secret)
    if objection is None or objection.status != "unconfirmed":
        return objection
    _check_open(session, objection.notice_id, now)
    objection.status, objection.received_at = "received", now
    session.flush()
    return objection


def by_secret(session: Session, secret: str) -> Objection | None:
    """The objection of a link."""
    return session.scalar(sa.select(Objection).where(Objection.token_hash == secret_hash(secret)))


def take_up(session: Session, notice_id: int) -> Sequence[Objection]:
    """Begin the examination of what has come in since the last time; in the order of arrival."""
    fresh = session.scalars(
        sa.select(Objection)
        .where(Objection.notice_id == notice_id, Objection.status == "received")
        .order_by(Objection.id)
    ).all()
    for objection in fresh:
        objection.status = "examining"
    session.flush()
    return fresh


def record_examination(
    session: Session, objection_id: int, *, upheld: bool, finding: str, by: int, now: datetime
) -> Objection:
    """Keep what the examination found, and answer whoever objected."""
    objection = session.get_one(Objection, objection_id)
    objection.status, objection.finding = "upheld" if upheld else "dismissed", finding
    objection.examined_by, objection.examined_at = by, now
    session.flush()
    _answer(session, objection, now)
    return objection


def upheld_count(session: Session, notice_id: int) -> int:
    """How many objections to a notice were upheld."""
    query = sa.select(sa.func.count()).where(Objection.notice_id == notice_id, Objection.status == "upheld")
    return session.scalar(query) or 0


def objections_of(session: Session, application_id: int) -> Sequence[Objection]:
    """Every objection that counts, to any notice of an application, oldest first."""
    query = (
        sa.select(Objection)
        .join(Notice, Notice.id == Objection.notice_id)
        .where(Notice.application_id == application_id, Objection.status != "unconfirmed")
    )
    return session.scalars(query.order_by(Objection.id)).all()


def examining(session: Session, application_id: int) -> Sequence[Objection]:
    """Those that are being examined now, in the order in which they were taken up."""
    return [one for one in objections_of(session, application_id) if one.status == "examining"]


_OUTCOMES = {
    "upheld": {"zh": "异议成立", "en": "it was upheld"},
    "dismissed": {"zh": "异议不成立", "en": "it was dismissed"},
}


def _answer(session: Session, objection: Objection, now: datetime) -> None:
    values = {
        "notice_number": session.get_one(Notice, objection.notice_id).number, "objection_number": objection.number,
        "outcome": _OUTCOMES[objection.status], "finding": objection.finding,
    }  # fmt: skip
    tell_address(
        session, objection.email, name=objection.name, language=objection.language, template="objection_answered",
        values=values, now=now,
    )  # fmt: skip


def _check_open(session: Session, notice_id: int, now: datetime) -> None:
    notice = session.get_one(Notice, notice_id)
    if not notice.is_open(now):
        raise NoticeOverError(notice.number)
