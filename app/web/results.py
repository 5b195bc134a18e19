"""What a panel's scores come to, as tables: for the office once the panel has closed, for the public in the notice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.domain.calendar import local_day
from app.domain.case_parameter import parameters_of_case
from app.domain.certification import CertificationApplication
from app.domain.discussion import replies_of, revisions_of
from app.domain.panel import Panel, PanelSeat, seats_of
from app.domain.score import AGENCY, first_totals_of, totals_of
from app.domain.service_item import ServiceItem, items_of
from app.web.people import names_of
from app.web.words import category_name, criterion_name, reply_name


@dataclass(frozen=True, slots=True)
class ItemResult:
    """One service item with its score; None before the panel has closed."""

    name: str
    category: str
    price_fen: int
    score_hundredths: int | None
    is_passed: bool


@dataclass(frozen=True, slots=True)
class Result:
    """The scores of an application."""

    score_hundredths: int | None
    spread_hundredths: int | None
    pass_mark_hundredths: int
    item_pass_mark_hundredths: int
    items: tuple[ItemResult, ...]


@dataclass(frozen=True, slots=True)
class SeatTotals:
    """What one expert gave in all: the agency first, then each item in the application's order."""

    place: int
    name: str
    totals: tuple[int, ...]
    first_totals: tuple[int, ...] = ()
    """Before the discussion; empty: there was none."""
    reply: str = ""
    """How the expert replied in the discussion, in words; "": there was none."""
    revisions: tuple[RevisedScore, ...] = ()


@dataclass(frozen=True, slots=True)
class RevisedScore:
    """One criterion that an expert changed after the discussion."""

    subject: str
    criterion: str
    before_hundredths: int
    before_reason: str
    after_hundredths: int
    after_reason: str


def result_of(session: Session, application: CertificationApplication) -> Result:
    """The result of an application whose panel has closed."""
    figures = parameters_of_case(session, application.case_number, on=local_day(application.submitted_at))
    mark = figures["service_item_pass_mark_hundredths"]
    items = tuple(_item(item, mark) for item in items_of(session, application.id))
    return Result(
        application.score_hundredths,
        application.spread_hundredths,
        figures["agency_pass_mark_hundredths"],
        mark,
        items,
    )


def seat_totals(session: Session, application_id: int) -> list[SeatTotals]:
    """Every expert's totals for the case file (A8.4), with what the discussion changed (A8.5)."""
    panel = session.scalar(
        sa.select(Panel)
        .where(Panel.application_id == application_id, Panel.closed_at.is_not(None))
        .order_by(Panel.round.desc())
        .limit(1)
    )
    if panel is None:
        return []
    seats, items = seats_of(session, panel.id), items_of(session, application_id)
    last, first = totals_of(session, panel.id), first_totals_of(session, panel.id)
    replies, revised = replies_of(session, panel.id), _revised(session, panel.id, items)
    names = names_of(session.connection(), [seat.person_id for seat in seats])
    subjects = [AGENCY, *(item.id for item in items)]

    def line(totals: Mapping[int, dict[int, int]], seat: PanelSeat) -> tuple[int, ...]:
        return tuple(totals.get(subject, {}).get(seat.id, 0) for subject in subjects)

    return [
        SeatTotals(
            seat.place,
            names[seat.person_id],
            line(last, seat),
            first_totals=line(first, seat) if replies else (),
            reply=reply_name(replies[seat.id].reply) if seat.id in replies else "",
            revisions=tuple(revised.get(seat.id, ())),
        )
        for seat in seats
    ]


def _revised(session: Session, panel_id: int, items: Sequence[ServiceItem]) -> dict[int, list[RevisedScore]]:
    names = {AGENCY: gettext("The agency"), **{item.id: item.name for item in items}}
    found: dict[int, list[RevisedScore]] = {}
    for first, last in revisions_of(session, panel_id):
        found.setdefault(first.seat_id, []).append(
            RevisedScore(
                names[first.service_item_id],
                criterion_name(first.criterion),
                first.points_hundredths,
                first.reason,
                last.points_hundredths,
                last.reason,
            )
        )
    return found


def _item(item: ServiceItem, mark: int) -> ItemResult:
    score = item.score_hundredths
    return ItemResult(
        item.name, category_name(item.category), item.price_fen, score, score is not None and score >= mark
    )
