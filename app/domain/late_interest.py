"""Interests that appear after an expert was drawn or admitted: who sits on a panel of an applicant they are tied to now (A8.3)."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.certification import CertificationApplication
from app.domain.panel import OPEN, Panel, PanelSeat
from app.domain.ties import tied_people


@dataclass(frozen=True, slots=True)
class TiedSeat:
    """A seat whose holder has not scored yet, and is tied to the applicant."""

    seat_id: int
    person_id: int
    organisation_id: int


def tied_seats(session: Session) -> list[TiedSeat]:
    """Every such seat, by id; one query, and a few more for each applicant with experts at work."""
    rows = session.execute(
        sa.select(PanelSeat.id, PanelSeat.person_id, CertificationApplication.organisation_id)
        .join(Panel, Panel.id == PanelSeat.panel_id)
        .join(CertificationApplication, CertificationApplication.id == Panel.application_id)
        .where(PanelSeat.status.in_(OPEN))
        .order_by(PanelSeat.id)
    ).all()
    seated: dict[int, set[int]] = {}
    for row in rows:
        seated.setdefault(row.organisation_id, set()).add(row.person_id)
    connection = session.connection()
    tied = {
        organisation_id: tied_people(connection, organisation_id, people) for organisation_id, people in seated.items()
    }
    return [TiedSeat(*row) for row in rows if row.person_id in tied[row.organisation_id]]
