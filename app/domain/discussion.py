"""The discussion round: when experts' totals lie too far apart, each may think again before the panel closes (A8.5).

First scores are never changed: a revision stands beside what it revises, with its reason, and counts in its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant
from app.domain.calendar import deadline, local_day
from app.domain.errors import NotInThisPanelError, RevisionWithoutReasonError, ScoresIncompleteError
from app.domain.panel import PanelSeat, seats_of
from app.domain.parameters import parameter
from app.domain.score import Given, Score, ScoreRevision, check_rubric, spreads_of


class Reply(StrEnum):
    """What became of one expert's part in a discussion."""

    OPEN = "open"
    REVISED = "revised"
    CONFIRMED = "confirmed"
    OVERDUE = "overdue"


class Discussion(Base):
    """The discussion round of one panel: what is to be discussed, who asked for it, until when."""

    __tablename__ = "discussion"

    panel_id: Mapped[int] = mapped_column(sa.ForeignKey("panel.id"), primary_key=True)
    question: Mapped[str] = mapped_column(sa.Text)
    called_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    called_at: Mapped[datetime] = mapped_column(Instant)
    widest_spread_hundredths: Mapped[int] = mapped_column(comment="of the first scores")


class DiscussionReply(Base):
    """One seat's part in the discussion of its panel."""

    __tablename__ = "discussion_reply"
    __table_args__ = (
        sa.CheckConstraint("reply IN ('open', 'revised', 'confirmed', 'overdue')", name="reply"),
        sa.CheckConstraint("remind_at <= due_at", name="reminder_in_time"),
    )

    seat_id: Mapped[int] = mapped_column(sa.ForeignKey("panel_seat.id"), primary_key=True)
    reply: Mapped[str] = mapped_column(sa.String(10))
    remind_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant, comment="24:00 of the last working day")
    changed_at: Mapped[datetime] = mapped_column(Instant)


@dataclass(frozen=True, slots=True)
class Opinion:
    """What somebody gave one criterion; nobody is told who."""

    points_hundredths: int
    reason: str


def widest_spread(session: Session, panel_id: int) -> int:
    """The largest distance between two totals of the same subject, in hundredths: the agency's or an item's."""
    return max(spreads_of(session, panel_id).values(), default=0)


def open_discussion(
    session: Session, panel_id: int, *, question: str, called_by: int, working_days: int, now: datetime
) -> Sequence[DiscussionReply]:
    """Ask every expert of the panel to think again.

    Args:
        question: what the supervisor wants discussed.
        working_days: how long each expert has.
    """
    session.add(
        Discussion(
            panel_id=panel_id,
            question=question,
            called_by=called_by,
            called_at=now,
            widest_spread_hundredths=widest_spread(session, panel_id),
        )
    )
    ahead = parameter(session, "scoring_reminder_working_days_before", on=local_day(now))
    replies = [
        DiscussionReply(
            seat_id=seat.id,
            reply=Reply.OPEN,
            remind_at=deadline(session, now, max(working_days - ahead, 0)),
            due_at=deadline(session, now, working_days),
            changed_at=now,
        )
        for seat in seats_of(session, panel_id)
    ]
    session.add_all(replies)
    session.flush()
    return replies


def reply_reference(session: Session, reply: DiscussionReply) -> dict[str, Any]:
    """What a process keeps of a reply: whose it is, when they are reminded, and until when it is due (JSON)."""
    return {
        "seat_id": reply.seat_id,
        "expert_id": session.get_one(PanelSeat, reply.seat_id).person_id,
        "remind_at": reply.remind_at.astimezone(UTC).isoformat(),
        "due_at": reply.due_at.astimezone(UTC).isoformat(),
    }


def record_revision(session: Session, seat_id: int, given: Sequence[Given], *, person_id: int, now: datetime) -> None:
    """Keep what an expert changed; with nothing changed, that they confirmed.

    Raises:
        NotInThisPanelError: the seat is another's, or has replied.
        ScoresIncompleteError, RubricNotFollowedError: as when scoring.
        RevisionWithoutReasonError: a score was changed without a new reason.
    """
    reply = session.get_one(DiscussionReply, seat_id)
    if session.get_one(PanelSeat, seat_id).person_id != person_id or reply.reply != Reply.OPEN:
        raise NotInThisPanelError(seat_id, person_id)
    first = first_scores(session, seat_id)
    if {_place(one) for one in given} != first.keys():
        wanted, found = {item for item, _ in first}, {one.service_item_id for one in given}
        raise ScoresIncompleteError(len(wanted) - 1, len(found) - 1)
    for subject in {one.service_item_id for one in given}:
        check_rubric(subject, [one for one in given if one.service_item_id == subject])
    changed = [one for one in given if one.points_hundredths != first[_place(one)].points_hundredths]
    _refuse_without_reason(changed, first)
    session.add_all(
        ScoreRevision(
            seat_id=seat_id,
            service_item_id=one.service_item_id,
            criterion=one.criterion,
            points_hundredths=one.points_hundredths,
            reason=one.reason,
            revised_at=now,
        )
        for one in changed
    )
    reply.reply, reply.changed_at = (Reply.REVISED if changed else Reply.CONFIRMED), now
    session.flush()


def let_first_scores_stand(session: Session, seat_id: int, *, now: datetime) -> None:
    """Record that an expert did not reply in time: what they gave first counts."""
    reply = session.get_one(DiscussionReply, seat_id)
    reply.reply, reply.changed_at = Reply.OVERDUE, now
    session.flush()


def first_scores(session: Session, seat_id: int) -> Mapping[tuple[int, str], Score]:
    """What a seat gave before any discussion, by subject and criterion."""
    rows = session.scalars(sa.select(Score).where(Score.seat_id == seat_id))
    return {(one.service_item_id, one.criterion): one for one in rows}


def revisions_of(session: Session, panel_id: int) -> Sequence[tuple[Score, ScoreRevision]]:
    """Everything that was revised in a panel, each beside what was given first; by seat, subject and criterion."""
    same = (
        ScoreRevision.seat_id == Score.seat_id,
        ScoreRevision.service_item_id == Score.service_item_id,
        ScoreRevision.criterion == Score.criterion,
    )
    rows = session.execute(
        sa.select(Score, ScoreRevision)
        .join(ScoreRevision, sa.and_(*same))
        .join(PanelSeat, PanelSeat.id == Score.seat_id)
        .where(PanelSeat.panel_id == panel_id)
        .order_by(PanelSeat.place, Score.service_item_id, Score.criterion)
    )
    return [(first, revised) for first, revised in rows]


def replies_of(session: Session, panel_id: int) -> Mapping[int, DiscussionReply]:
    """How each seat of a panel replied, by seat; empty: there was no discussion."""
    query = sa.select(DiscussionReply).join(PanelSeat, PanelSeat.id == DiscussionReply.seat_id)
    return {one.seat_id: one for one in session.scalars(query.where(PanelSeat.panel_id == panel_id))}


def anonymous_opinions(session: Session, panel_id: int) -> Mapping[int, Mapping[str, Sequence[Opinion]]]:
    """The panel's first scores by subject and criterion, the highest first.

    Each criterion is sorted by itself, so that nobody can follow one expert from line to line.
    """
    rows = session.scalars(
        sa.select(Score)
        .join(PanelSeat, PanelSeat.id == Score.seat_id)
        .where(PanelSeat.panel_id == panel_id, PanelSeat.status == "scored")
        .order_by(Score.points_hundredths.desc(), Score.reason)
    )
    found: dict[int, dict[str, list[Opinion]]] = {}
    for one in rows:
        criteria = found.setdefault(one.service_item_id, {})
        criteria.setdefault(one.criterion, []).append(Opinion(one.points_hundredths, one.reason))
    return found


def _refuse_without_reason(changed: Sequence[Given], first: Mapping[tuple[int, str], Score]) -> None:
    """The reason of the first score does not explain why it was changed."""
    silent = [one for one in changed if one.reason.strip() in {"", first[_place(one)].reason.strip()}]
    if silent:
        raise RevisionWithoutReasonError([_place(one) for one in silent])


def _place(given: Given) -> tuple[int, str]:
    return given.service_item_id, given.criterion
