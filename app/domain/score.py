"""Scores by expert and criterion, first and revised, and what a panel's totals come to (A8.4, A8.5). All in hundredths of a point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant
from app.domain.certification import CertificationApplication
from app.domain.errors import (
    NotInThisPanelError,
    PanelNotCompleteError,
    RubricNotFollowedError,
    ScoresIncompleteError,
)
from app.domain.panel import Panel, PanelSeat, seats_of
from app.domain.rubric import AGENCY_RUBRIC, HIGHEST_HUNDREDTHS, ITEM_RUBRIC
from app.domain.service_item import items_of

AGENCY = 0
"""The subject "the agency itself" beside the ids of its service items."""
TRIMMED_FROM = 5
"""From this many experts on, the highest and the lowest total are left out."""


class Score(Base):
    """What one seat gave one criterion of one subject."""

    __tablename__ = "score"
    __table_args__ = (
        sa.CheckConstraint(f"points_hundredths BETWEEN 0 AND {HIGHEST_HUNDREDTHS}", name="points_in_rubric"),
    )

    seat_id: Mapped[int] = mapped_column(sa.ForeignKey("panel_seat.id"), primary_key=True)
    service_item_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, comment="0: the agency itself")
    criterion: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    points_hundredths: Mapped[int]
    reason: Mapped[str] = mapped_column(sa.Text, server_default="")
    given_at: Mapped[datetime] = mapped_column(Instant)


class ScoreRevision(Base):
    """What a seat gives one criterion after the discussion, and why; the first score stays where it is."""

    __tablename__ = "score_revision"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["seat_id", "service_item_id", "criterion"],
            ["score.seat_id", "score.service_item_id", "score.criterion"],
        ),
        sa.CheckConstraint(f"points_hundredths BETWEEN 0 AND {HIGHEST_HUNDREDTHS}", name="points_in_rubric"),
        sa.CheckConstraint("length(reason) > 0", name="has_reason"),
    )

    seat_id: Mapped[int] = mapped_column(primary_key=True)
    service_item_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, comment="0: the agency itself")
    criterion: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    points_hundredths: Mapped[int]
    reason: Mapped[str] = mapped_column(sa.Text)
    revised_at: Mapped[datetime] = mapped_column(Instant)


@dataclass(frozen=True, slots=True)
class Given:
    """One expert's points for one criterion."""

    service_item_id: int
    criterion: str
    points_hundredths: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What a panel's totals of one subject come to."""

    score_hundredths: int
    spread_hundredths: int


def result_of(totals: Sequence[int]) -> Result:
    """The mean without the highest and the lowest (five experts or more), else the mean; down to the hundredth.

    Rounding down is the fund's favour, as everywhere in the measure.
    """
    counted = sorted(totals)[1:-1] if len(totals) >= TRIMMED_FROM else list(totals)
    return Result(sum(counted) // len(counted), max(totals) - min(totals))


def record_scores(session: Session, seat_id: int, given: Sequence[Given], *, person_id: int, now: datetime) -> None:
    """Keep what the holder of a seat gave; once, for all subjects together.

    Raises:
        NotInThisPanelError: the seat is another's, has not declared, or has scored.
        ScoresIncompleteError: the agency or an item is missing, or something else is scored.
        RubricNotFollowedError: a criterion is missing, unknown, or beyond its weight.
    """
    seat = session.get_one(PanelSeat, seat_id)
    if seat.person_id != person_id or seat.status != "declared":
        raise NotInThisPanelError(seat_id, person_id)
    _check_subjects(session, seat, given)
    for subject in {one.service_item_id for one in given}:
        check_rubric(subject, [one for one in given if one.service_item_id == subject])
    session.add_all(
        Score(
            seat_id=seat_id,
            service_item_id=one.service_item_id,
            criterion=one.criterion,
            points_hundredths=one.points_hundredths,
            reason=one.reason,
            given_at=now,
        )
        for one in given
    )
    seat.status, seat.changed_at = "scored", now
    session.flush()


def close_panel(session: Session, panel_id: int, *, now: datetime) -> CertificationApplication:
    """Compute the results of agency and items from every seat, and open the scores to the office.

    Raises:
        PanelNotCompleteError: a seat has not scored.
    """
    panel = session.get_one(Panel, panel_id)
    seats = seats_of(session, panel_id)
    missing = sum(seat.status != "scored" for seat in seats)
    if missing:
        raise PanelNotCompleteError(panel_id, missing)
    totals = totals_of(session, panel_id)
    application = session.get_one(CertificationApplication, panel.application_id)
    agency = result_of(list(totals[AGENCY].values()))
    application.score_hundredths, application.spread_hundredths = agency.score_hundredths, agency.spread_hundredths
    for item in items_of(session, application.id):
        found = result_of(list(totals[item.id].values()))
        item.score_hundredths, item.spread_hundredths = found.score_hundredths, found.spread_hundredths
    panel.closed_at = now
    session.flush()
    return application


def totals_of(session: Session, panel_id: int) -> Mapping[int, dict[int, int]]:
    """Total points as they count, by subject (0: the agency, else the item's id) and by seat: revised, else first."""
    return _totals(session, panel_id, counted_points())


def counted_points() -> sa.ColumnElement[int]:
    """The points of a row of `score` as they count: revised, else first."""
    return sa.func.coalesce(_REVISED, Score.points_hundredths)


def first_totals_of(session: Session, panel_id: int) -> Mapping[int, dict[int, int]]:
    """The same as it was before any discussion."""
    return _totals(session, panel_id, Score.points_hundredths)


def spreads_of(session: Session, panel_id: int) -> Mapping[int, int]:
    """The highest minus the lowest total of each subject, as they count."""
    return {
        subject: max(by_seat.values()) - min(by_seat.values())
        for subject, by_seat in totals_of(session, panel_id).items()
    }


_REVISED = (
    sa.select(ScoreRevision.points_hundredths)
    .where(
        ScoreRevision.seat_id == Score.seat_id,
        ScoreRevision.service_item_id == Score.service_item_id,
        ScoreRevision.criterion == Score.criterion,
    )
    .correlate(Score)
    .scalar_subquery()
)


def _totals(session: Session, panel_id: int, points: sa.SQLColumnExpression[int]) -> Mapping[int, dict[int, int]]:
    rows = session.execute(
        sa.select(Score.service_item_id, Score.seat_id, sa.func.sum(points))
        .join(PanelSeat, PanelSeat.id == Score.seat_id)
        .where(PanelSeat.panel_id == panel_id, PanelSeat.status == "scored")
        .group_by(Score.service_item_id, Score.seat_id)
    )
    totals: dict[int, dict[int, int]] = {}
    for subject, seat_id, total in rows:
        totals.setdefault(subject, {})[seat_id] = int(total)
    return totals


def _check_subjects(session: Session, seat: PanelSeat, given: Sequence[Given]) -> None:
    panel = session.get_one(Panel, seat.panel_id)
    wanted = {AGENCY, *(item.id for item in items_of(session, panel.application_id))}
    found = {one.service_item_id for one in given}
    if wanted != found:
        raise ScoresIncompleteError(len(wanted) - 1, len(found - {AGENCY}))


def check_rubric(subject: int, given: Sequence[Given]) -> None:
    """Raise RubricNotFollowedError unless every criterion of the subject's rubric is scored once, within its weight."""
    rubric = AGENCY_RUBRIC if subject == AGENCY else ITEM_RUBRIC
    points = {one.criterion: one.points_hundredths for one in given}
    twice = len(points) != len(given)
    for criterion in sorted(rubric.keys() | points.keys()):
        weight, found = rubric.get(criterion, 0), points.get(criterion)
        if twice or found is None or criterion not in rubric or not 0 <= found <= weight:
            raise RubricNotFollowedError(criterion, found, weight)
