"""Every panel with its seats, as the secretary sees them: how far each expert is; what they gave once the panel closed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.certification import CertificationApplication
from app.domain.discussion import DiscussionReply
from app.domain.panel import OPEN, Panel, PanelSeat, SeatReplacement
from app.domain.parameters import parameter
from app.domain.score import AGENCY, Score, counted_points, result_of
from app.domain.severity import adjusted, mean_deviations, outliers, ranks


@dataclass(frozen=True, slots=True)
class Seat:
    """One seat, held or given up."""

    id: int
    place: int
    person_id: int
    status: str
    due_at: datetime
    replaced_because: str = ""
    replaced_reason: str = ""
    reply: str = ""
    """In a discussion; "": there is none."""
    reply_due_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether its holder has still to declare or to score."""
        return self.status in OPEN

    @property
    def can_be_reminded(self) -> bool:
        """Whether something is asked of its holder."""
        return self.is_open or self.reply == "open"


@dataclass(frozen=True, slots=True)
class Standing:
    """What a closed panel came to, raw and without its experts' usual deviation."""

    score_hundredths: int
    spread_hundredths: int
    rank: int
    adjusted_hundredths: int
    adjusted_rank: int
    outliers: frozenset[int]
    """Persons."""
    totals: Mapping[int, int]
    """The agency's, by person."""
    deviations: Mapping[int, int]
    """Each expert's mean deviation over every closed panel, in hundredths, by person."""


@dataclass(frozen=True, slots=True)
class PanelRow:
    """One panel."""

    panel_id: int
    application_id: int
    case_number: str
    organisation_id: int
    seed: str
    size: int
    drawn_at: datetime
    closed_at: datetime | None
    seats: Sequence[Seat] = field(default_factory=tuple)
    """By place; a seat that was given up stands before its successor."""
    standing: Standing | None = None
    """None until the panel has closed: nobody reads a score before."""

    @property
    def held(self) -> list[Seat]:
        """The seats as they are held now."""
        return [seat for seat in self.seats if seat.status != "replaced"]

    @property
    def scored(self) -> int:
        """How many have scored."""
        return sum(seat.status == "scored" for seat in self.seats)


def panels(session: Session, *, without: Collection[int], on: date) -> list[PanelRow]:
    """Every panel, the latest first, open ones before closed ones; six queries whatever their number.

    Args:
        without: organisations whose panels are kept from the reader. They count in nothing that is shown.
        on: the day whose policy parameters say what an outlier is.
    """
    found = session.execute(
        sa.select(Panel, CertificationApplication)
        .join(CertificationApplication, CertificationApplication.id == Panel.application_id)
        .where(CertificationApplication.organisation_id.not_in(sorted(without)))
        .order_by(Panel.closed_at.is_not(None), Panel.id.desc())
    ).all()
    ids = [panel.id for panel, _ in found]
    seats, standings = _seats(session, ids), _standings(session, [panel for panel, _ in found], on)
    return [
        PanelRow(
            panel.id,
            application.id,
            application.case_number,
            application.organisation_id,
            panel.seed,
            panel.size,
            panel.drawn_at,
            panel.closed_at,
            seats.get(panel.id, ()),
            standings.get(panel.id),
        )
        for panel, application in found
    ]


def _seats(session: Session, panel_ids: Sequence[int]) -> dict[int, list[Seat]]:
    rows = session.execute(
        sa.select(PanelSeat, SeatReplacement, DiscussionReply)
        .outerjoin(SeatReplacement, SeatReplacement.seat_id == PanelSeat.id)
        .outerjoin(DiscussionReply, DiscussionReply.seat_id == PanelSeat.id)
        .where(PanelSeat.panel_id.in_(panel_ids))
        .order_by(PanelSeat.place, PanelSeat.id)
    )
    found: dict[int, list[Seat]] = {}
    for seat, replaced, reply in rows:
        found.setdefault(seat.panel_id, []).append(
            Seat(
                seat.id,
                seat.place,
                seat.person_id,
                seat.status,
                seat.due_at,
                replaced_because=replaced.cause if replaced else "",
                replaced_reason=replaced.reason if replaced else "",
                reply=reply.reply if reply else "",
                reply_due_at=reply.due_at if reply else None,
            )
        )
    return found


def _standings(session: Session, found: Sequence[Panel], on: date) -> dict[int, Standing]:
    """Scores, ranks and deviations of the panels that have closed, and of no others."""
    closed = [panel.id for panel in found if panel.closed_at is not None]
    ballots = _ballots(session, closed)
    agency = {panel_id: subjects[AGENCY] for panel_id, subjects in ballots.items()}
    deviations = mean_deviations(ballot for subjects in ballots.values() for ballot in subjects.values())
    results = {panel_id: result_of(list(ballot.values())) for panel_id, ballot in agency.items()}
    mended = {
        panel_id: result_of(list(adjusted(ballot, deviations).values())).score_hundredths
        for panel_id, ballot in agency.items()
    }
    raw = ranks({panel_id: result.score_hundredths for panel_id, result in results.items()})
    mended_ranks, beyond = ranks(mended), parameter(session, "divergence_hundredths", on=on) // 2
    return {
        panel_id: Standing(
            results[panel_id].score_hundredths,
            results[panel_id].spread_hundredths,
            raw[panel_id],
            mended[panel_id],
            mended_ranks[panel_id],
            frozenset(outliers(ballot, beyond=beyond)),
            ballot,
            {person_id: round(deviations[person_id]) for person_id in ballot},
        )
        for panel_id, ballot in agency.items()
    }


def _ballots(session: Session, panel_ids: Sequence[int]) -> dict[int, dict[int, dict[int, int]]]:
    """Totals as they count: by panel, by subject, by person."""
    rows = session.execute(
        sa.select(PanelSeat.panel_id, Score.service_item_id, PanelSeat.person_id, sa.func.sum(counted_points()))
        .join(PanelSeat, PanelSeat.id == Score.seat_id)
        .where(PanelSeat.panel_id.in_(panel_ids), PanelSeat.status == "scored")
        .group_by(PanelSeat.panel_id, Score.service_item_id, PanelSeat.person_id)
    )
    found: dict[int, dict[int, dict[int, int]]] = {}
    for panel_id, subject, person_id, total in rows:
        found.setdefault(panel_id, {}).setdefault(subject, {})[person_id] = int(total)
    return found
