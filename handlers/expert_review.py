"""What the machine does while the experts appraise an application, each by themselves (A8.3, A8.4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain import panel, score
from app.domain.certification import CertificationApplication
from app.domain.errors import NotInThisPanelError, PoolTooSmallError, ScoresIncompleteError
from app.domain.interests import declare_interest
from app.domain.panel import Panel, PanelSeat
from app.domain.reminder import remind
from app.domain.rubric import AGENCY_RUBRIC, ITEM_RUBRIC
from app.domain.score import AGENCY, Given
from app.domain.service_item import items_of
from app.engine.operations import Answer, Call, may_raise


def admit_expert(call: Call, *, seat_id: int) -> None:
    """The expert has declared no interest: from now on the materials are open to them."""
    seat = call.unit.session.get_one(PanelSeat, seat_id)
    declared = _own(call, "declare_interests", seat.person_id)
    if declared is None or declared.answers["declaration"] != "none":
        raise NotInThisPanelError(seat_id, seat.person_id)
    panel.declare_no_interest(call.unit.session, seat_id, person_id=declared.answered_by, now=call.now)


def remind_expert(call: Call, *, seat_id: int) -> None:
    """Tell the holder of a seat that declaring and scoring fall due soon (A8.3)."""
    seat = call.unit.session.get_one(PanelSeat, seat_id)
    if seat.status in panel.OPEN:
        remind(call.unit.session, seat.person_id, case_number=call.business_key, due_at=seat.due_at, now=call.now)


@may_raise(PoolTooSmallError)
def replace_expert(call: Call, *, seat_id: int, working_days: int) -> dict[str, Any]:
    """Give the seat to the next of the recorded draw; a declared interest is kept, so that it counts from now on."""
    session = call.unit.session
    seat = session.get_one(PanelSeat, seat_id)
    declared = _own(call, "declare_interests", seat.person_id)
    if declared is not None and declared.answers["declaration"] == "conflict":
        organisation_id = _application(call, seat).organisation_id
        explanation = str(declared.answers.get("explanation", ""))
        declare_interest(session, seat.person_id, organisation_id, explanation=explanation, now=call.now)
    fresh = panel.replace_seat(session, seat_id, working_days=working_days, now=call.now)
    return {"seat": panel.seat_reference(fresh)}


def record_scores(call: Call, *, seat_id: int, application_id: int) -> None:
    """Keep the expert's points for the agency and for each of its items."""
    session = call.unit.session
    seat = session.get_one(PanelSeat, seat_id)
    sent = _own(call, "score_application", seat.person_id)
    if sent is None:
        raise LookupError(f"seat {seat_id} has no scores")
    items, rows = items_of(session, application_id), sent.answers["items"]
    if len(rows) != len(items):
        raise ScoresIncompleteError(len(items), len(rows))
    given = _given(AGENCY, sent.answers["agency"], AGENCY_RUBRIC)
    for item, row in zip(items, rows, strict=True):
        given += _given(item.id, row, ITEM_RUBRIC)
    score.record_scores(session, seat_id, given, person_id=sent.answered_by, now=call.now)


def close_panel(call: Call, *, panel_id: int) -> dict[str, Any]:
    """Compute the results; from now on the office sees every expert's scores."""
    application = score.close_panel(call.unit.session, panel_id, now=call.now)
    items = items_of(call.unit.session, application.id)
    return {
        "agency_score": application.score_hundredths,
        "agency_spread": application.spread_hundredths,
        "items": [{"item_id": item.id, "score": item.score_hundredths} for item in items],
    }


def _application(call: Call, seat: PanelSeat) -> CertificationApplication:
    application_id = call.unit.session.get_one(Panel, seat.panel_id).application_id
    return call.unit.session.get_one(CertificationApplication, application_id)


def _own(call: Call, element_id: str, person_id: int) -> Answer | None:
    """The latest answer of one expert; the answers of the others are none of this seat's business."""
    return next((one for one in reversed(call.answers(element_id)) if one.answered_by == person_id), None)


def _given(subject: int, scored: Mapping[str, Any], rubric: Mapping[str, int]) -> list[Given]:
    return [
        Given(subject, name, scored[name]["score_hundredths"], str(scored[name].get("reason", ""))) for name in rubric
    ]
