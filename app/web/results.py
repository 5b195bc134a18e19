"""What a panel's scores come to, as tables: for the office once the panel has closed, for the public in the notice."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.certification import CertificationApplication
from app.domain.panel import Panel, seats_of
from app.domain.parameters import parameter
from app.domain.person import Person
from app.domain.score import AGENCY, totals_of
from app.domain.service_item import ServiceItem, items_of
from app.web.words import category_name


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


def result_of(session: Session, application: CertificationApplication) -> Result:
    """The result of an application whose panel has closed."""
    mark = parameter("service_item_pass_mark_hundredths")
    items = tuple(_item(item, mark) for item in items_of(session, application.id))
    return Result(
        application.score_hundredths,
        application.spread_hundredths,
        parameter("agency_pass_mark_hundredths"),
        mark,
        items,
    )


def seat_totals(session: Session, application_id: int) -> list[SeatTotals]:
    """Every expert's totals, for the case file (A8.4)."""
    panel = session.scalar(sa.select(Panel).where(Panel.application_id == application_id, Panel.closed_at.is_not(None)))
    if panel is None:
        return []
    totals, subjects = totals_of(session, panel.id), [AGENCY, *(item.id for item in items_of(session, application_id))]
    return [
        SeatTotals(
            seat.place,
            session.get_one(Person, seat.person_id).name,
            tuple(totals.get(subject, {}).get(seat.id, 0) for subject in subjects),
        )
        for seat in seats_of(session, panel.id)
    ]


def _item(item: ServiceItem, mark: int) -> ItemResult:
    score = item.score_hundredths
    return ItemResult(
        item.name, category_name(item.category), item.price_fen, score, score is not None and score >= mark
    )
