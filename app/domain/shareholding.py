"""Shareholdings as they were recorded: who holds how much of which organisation, from when, until when, by which source.

A row is never deleted: ending it keeps it, with who ended it, when and why. What ties by it follows from `ties`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant
from app.domain.calendar import local_day
from app.domain.errors import DomainError

WORDS_MAX_CHARACTERS = 300


class Shareholding(Base):
    """That a person or an organisation holds a part of an organisation."""

    __tablename__ = "shareholding"
    __table_args__ = (
        sa.CheckConstraint("(holder_person_id IS NULL) <> (holder_organisation_id IS NULL)", name="one_holder"),
        sa.CheckConstraint("holder_organisation_id <> organisation_id", name="two_organisations"),
        sa.CheckConstraint("percent_hundredths BETWEEN 1 AND 10000", name="percent"),
        sa.CheckConstraint("until_on >= since_on", name="period"),
        sa.CheckConstraint("ended_by IS NULL OR length(end_reason) > 0", name="end_has_reason"),
        sa.Index("ix_shareholding_holder_organisation_id", "holder_organisation_id"),
        sa.Index("ix_shareholding_holder_person_id", "holder_person_id"),
        sa.Index("ix_shareholding_organisation_id", "organisation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), comment="what is held")
    holder_organisation_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organisation.id"), comment="NULL: a person holds it"
    )
    holder_person_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id"), comment="NULL: an organisation holds it"
    )
    percent_hundredths: Mapped[int] = mapped_column(comment="1 to 10000: 0.01 to 100.00 percent")
    since_on: Mapped[date]
    until_on: Mapped[date | None] = mapped_column(comment="the last day; NULL: held now")
    source: Mapped[str] = mapped_column(
        sa.String(WORDS_MAX_CHARACTERS), server_default="", comment="where it was read; '': at installation"
    )
    recorded_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), comment="NULL: at installation")
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    ended_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), comment="NULL: held now")
    ended_at: Mapped[datetime | None] = mapped_column(Instant, comment="when that was recorded; NULL: held now")
    end_reason: Mapped[str] = mapped_column(sa.String(WORDS_MAX_CHARACTERS), server_default="")


@dataclass(frozen=True, slots=True)
class Holding:
    """A part of an organisation, held by a person or by an organisation."""

    organisation_id: int
    percent_hundredths: int
    since_on: date
    holder_organisation_id: int | None = None
    holder_person_id: int | None = None
    source: str = ""


class SharePercentError(DomainError):
    """A share is between 0.01 and 100.00 percent."""

    code = "share_percent"
    rule = "A8.3"
    message_zh = "持股比例应在 0.01 到 100.00 之间。"
    message_en = "A share lies between 0.01 and 100.00 percent."


class ShareHolderError(DomainError):
    """One other than the organisation holds a share: one person, or one organisation."""

    code = "share_holder"
    rule = "A8.3"
    message_zh = "持股方应是一个人或另一家单位，不能是被持股的单位自己。"
    message_en = "A share is held by one person or by another organisation, never by the organisation itself."


class ShareDatesError(DomainError):
    """A share is held from a day that has come, and its last day neither lies before that nor ahead."""

    code = "share_dates"
    rule = "A8.3"
    message_zh = "起始日不能晚于今天；最后一日不能早于起始日，也不能晚于今天。"
    message_en = "The first day is today or earlier; the last day is neither before it nor after today."


class ShareKnownError(DomainError):
    """One holder has one share of an organisation at a time."""

    code = "share_known"
    rule = "A8.3"
    message_zh = "该持股方在这家单位的持股已有记录。比例变了的，请先终止原记录，再登记新的。"
    message_en = "That holder's share is recorded already. If it has changed, end that record and add another."


class ShareEndedError(DomainError):
    """What has been ended stays as it was recorded."""

    code = "share_ended"
    rule = "A8.3"
    message_zh = "这项持股已有人终止。"
    message_en = "Somebody has ended this record already."


class ShareWordsMissingError(DomainError):
    """Whoever records or ends a share says where they read it, or why."""

    code = "share_words_missing"
    rule = "A8.3"
    message_zh = "请写明来源或理由。"
    message_en = "Write the source or the reason."


def record_shareholding(session: Session, holding: Holding, *, by: int | None, now: datetime) -> Shareholding:
    """Record a share; from now on it ties its holder to the organisation.

    Args:
        by: who records it, with a source; None at installation.

    Raises SharePercentError, ShareHolderError, ShareDatesError, ShareWordsMissingError, ShareKnownError.
    """
    _check(session, holding, by=by, today=local_day(now))
    record = Shareholding(
        organisation_id=holding.organisation_id, holder_organisation_id=holding.holder_organisation_id,
        holder_person_id=holding.holder_person_id, percent_hundredths=holding.percent_hundredths,
        since_on=holding.since_on, source=holding.source.strip()[:WORDS_MAX_CHARACTERS], recorded_by=by,
        recorded_at=now, end_reason="",
    )  # fmt: skip
    session.add(record)
    session.flush()
    return record


def end_shareholding(record: Shareholding, *, until_on: date, by: int, reason: str, now: datetime) -> None:
    """The holder has parted with it; it ties nobody from now on.

    Raises ShareEndedError, ShareWordsMissingError, ShareDatesError.
    """
    if record.until_on is not None:
        raise ShareEndedError
    if not reason.strip():
        raise ShareWordsMissingError
    if not record.since_on <= until_on <= local_day(now):
        raise ShareDatesError
    record.until_on, record.ended_by, record.ended_at = until_on, by, now
    record.end_reason = reason.strip()[:WORDS_MAX_CHARACTERS]


def shareholdings(
    session: Session, *, without: Collection[int], without_person: int, before: int | None = None, limit: int = 50
) -> Sequence[Shareholding]:
    """Every share, ended ones too, the latest record first; those recorded before `before`.

    Args:
        without: organisations whose shares, held or holding, are left out.
        without_person: a person whose own shares are left out.
    """
    hidden = sorted(without)
    holder, person = Shareholding.holder_organisation_id, Shareholding.holder_person_id
    query = (
        sa.select(Shareholding)
        .where(
            Shareholding.organisation_id.not_in(hidden),
            sa.or_(holder.is_(None), holder.not_in(hidden)),
            sa.or_(person.is_(None), person != without_person),
        )
        .order_by(Shareholding.id.desc())
        .limit(limit)
    )
    return session.scalars(query if before is None else query.where(Shareholding.id < before)).all()


def _check(session: Session, holding: Holding, *, by: int | None, today: date) -> None:
    if not 1 <= holding.percent_hundredths <= 10_000:
        raise SharePercentError
    holder, person = holding.holder_organisation_id, holding.holder_person_id
    if (holder is None) == (person is None) or holder == holding.organisation_id:
        raise ShareHolderError
    if holding.since_on > today:
        raise ShareDatesError
    if by is not None and not holding.source.strip():
        raise ShareWordsMissingError
    known = sa.select(Shareholding.id).where(
        Shareholding.organisation_id == holding.organisation_id,
        Shareholding.holder_organisation_id == holder
        if holder is not None
        else Shareholding.holder_person_id == person,
        Shareholding.until_on.is_(None),
    )
    if session.scalar(known) is not None:
        raise ShareKnownError
