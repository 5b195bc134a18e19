"""What an expert has in hand of their own part in a case: when they declared, what they gave, whether it was revised."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.certification import CertificationApplication
from app.domain.discussion import DiscussionReply, revisions_of
from app.domain.organisation import Organisation
from app.domain.panel import Panel, PanelSeat
from app.domain.person import Person
from app.domain.rubric import AGENCY_RUBRIC, ITEM_RUBRIC
from app.domain.score import AGENCY, Score
from app.domain.service_item import items_of


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One criterion: what was given first, and what after a discussion; None: it was not revised."""

    criterion: str
    points_hundredths: int
    reason: str
    revised_hundredths: int | None = None
    revised_reason: str = ""

    @property
    def counted_hundredths(self) -> int:
        """What counts."""
        return self.points_hundredths if self.revised_hundredths is None else self.revised_hundredths


@dataclass(frozen=True, slots=True)
class ReceiptSubject:
    """The agency ("") or one of its items, by name, with the lines and the total that counts."""

    item: str
    lines: tuple[ReceiptLine, ...]

    @property
    def total_hundredths(self) -> int:
        """What the expert gave in all."""
        return sum(line.counted_hundredths for line in self.lines)


@dataclass(frozen=True, slots=True)
class Receipt:
    """One expert's part in one case; nothing in it is anybody else's."""

    number: str
    seat_id: int
    person_id: int
    case_number: str
    organisation_id: int
    agency_zh: str
    agency_en: str
    expert: str
    drawn_at: datetime
    scored_at: datetime
    subjects: Sequence[ReceiptSubject]
    reply: str
    """How they replied in the discussion; "": there was none, or it has not come to that."""
    replied_at: datetime | None
    fingerprint: str
    """sha256 over case, expert and every line, hex: the same for as long as nothing is revised."""


def receipt_of(session: Session, seat_id: int) -> Receipt | None:
    """The receipt of a seat; None before its holder has scored, and for a seat that there is not."""
    seat = session.get(PanelSeat, seat_id)
    if seat is None or seat.status != "scored":
        return None
    panel = session.get_one(Panel, seat.panel_id)
    application = session.get_one(CertificationApplication, panel.application_id)
    agency = session.get_one(Organisation, application.organisation_id)
    scores = session.scalars(sa.select(Score).where(Score.seat_id == seat_id)).all()
    subjects = _subjects(session, application.id, panel.id, scores)
    reply = session.get(DiscussionReply, seat_id)
    is_replied = reply is not None and reply.reply != "open"
    return Receipt(
        number=f"PS-{application.case_number}-{seat.place}-{seat.id}",
        seat_id=seat.id,
        person_id=seat.person_id,
        case_number=application.case_number,
        organisation_id=agency.id,
        agency_zh=agency.name_zh,
        agency_en=agency.name_en,
        expert=session.get_one(Person, seat.person_id).name,
        drawn_at=panel.drawn_at,
        scored_at=scores[0].given_at,
        subjects=subjects,
        reply=reply.reply if reply is not None and is_replied else "",
        replied_at=reply.changed_at if reply is not None and is_replied else None,
        fingerprint=_fingerprint(application.case_number, seat.person_id, subjects),
    )


def receipts_of(session: Session, person_id: int) -> list[Receipt]:
    """Every receipt of an expert, the latest first."""
    seats = session.scalars(
        sa.select(PanelSeat.id)
        .where(PanelSeat.person_id == person_id, PanelSeat.status == "scored")
        .order_by(PanelSeat.id.desc())
    )
    found = [receipt_of(session, seat_id) for seat_id in seats.all()]
    return [one for one in found if one is not None]


def _subjects(
    session: Session, application_id: int, panel_id: int, scores: Sequence[Score]
) -> tuple[ReceiptSubject, ...]:
    revised = {(one.seat_id, one.service_item_id, one.criterion): one for _, one in revisions_of(session, panel_id)}

    def line(score: Score) -> ReceiptLine:
        last = revised.get((score.seat_id, score.service_item_id, score.criterion))
        return ReceiptLine(
            score.criterion,
            score.points_hundredths,
            score.reason,
            last.points_hundredths if last else None,
            last.reason if last else "",
        )

    named = [(AGENCY, ""), *((item.id, item.name) for item in items_of(session, application_id))]
    return tuple(
        ReceiptSubject(name, tuple(line(one) for one in _in_order(scores, subject))) for subject, name in named
    )


def _in_order(scores: Sequence[Score], subject: int) -> list[Score]:
    """The criteria of a subject as the rubric has them."""
    order = list(AGENCY_RUBRIC if subject == AGENCY else ITEM_RUBRIC)
    mine = [one for one in scores if one.service_item_id == subject]
    return sorted(mine, key=lambda one: order.index(one.criterion))


def _fingerprint(case_number: str, person_id: int, subjects: Sequence[ReceiptSubject]) -> str:
    lines = [
        [one.item, line.criterion, line.counted_hundredths, line.revised_reason or line.reason]
        for one in subjects
        for line in one.lines
    ]
    return hashlib.sha256(orjson.dumps([case_number, person_id, lines])).hexdigest()
