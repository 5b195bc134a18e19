"""What the machine does while five experts appraise an application, each by themselves (A8.3, A8.4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.certification import CertificationApplication
from app.domain.errors import PoolTooSmallError, ScoresIncompleteError
from app.domain.interests import declare_interest
from app.domain.panel import Panel, PanelSeat, declare_no_interest, replace_seat
from app.domain.score import AGENCY, Given
from app.domain.score import close_panel as close
from app.domain.score import record_scores as record
from app.domain.service_item import items_of
from app.engine.operations import Answer, Call, may_raise

AGENCY_CRITERIA = ("qualification", "professional_ability", "service_record", "quality_management", "price")
ITEM_CRITERIA = ("practicality", "quality", "item_price")


def admit_expert(call: Call, *, seat_id: int) -> None:
    """The expert has declared no interest: from now on the materials are open to them."""
    seat = call.unit.session.get_one(PanelSeat, seat_id)
    declare_no_interest(call.unit.session, seat_id, person_id=seat.person_id, now=call.now)


@may_raise(PoolTooSmallError)
def replace_expert(call: Call, *, seat_id: int) -> dict[str, Any]:
    """Give the seat to the next of the recorded draw; a declared interest is kept, so that it counts from now on."""
    session = call.unit.session
    seat = session.get_one(PanelSeat, seat_id)
    declared = _own(call, "declare_interests", seat.person_id)
    if declared is not None and declared.answers["declaration"] == "conflict":
        panel = session.get_one(Panel, seat.panel_id)
        application = session.get_one(CertificationApplication, panel.application_id)
        explanation = str(declared.answers.get("explanation", ""))
        declare_interest(session, seat.person_id, application.organisation_id, explanation=explanation, now=call.now)
    fresh = replace_seat(session, seat_id, now=call.now)
    return {"seat": {"seat_id": fresh.id, "expert_id": fresh.person_id}}


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
    given = _given(AGENCY, sent.answers["agency"], AGENCY_CRITERIA)
    for item, row in zip(items, rows, strict=True):
        given += _given(item.id, row, ITEM_CRITERIA)
    record(session, seat_id, given, person_id=seat.person_id, now=call.now)


def close_panel(call: Call, *, panel_id: int) -> dict[str, Any]:
    """Compute the results; from now on the office sees every expert's scores."""
    application = close(call.unit.session, panel_id, now=call.now)
    items = items_of(call.unit.session, application.id)
    return {
        "agency_score": application.score_hundredths,
        "agency_spread": application.spread_hundredths,
        "items": [{"item_id": item.id, "score": item.score_hundredths} for item in items],
    }


def _own(call: Call, element_id: str, person_id: int) -> Answer | None:
    """The latest answer of one expert; the answers of the others are none of this seat's business."""
    return next((one for one in reversed(call.answers(element_id)) if one.answered_by == person_id), None)


def _given(subject: int, scored: Mapping[str, Any], criteria: tuple[str, ...]) -> list[Given]:
    return [
        Given(subject, name, scored[name]["score_hundredths"], str(scored[name].get("reason", ""))) for name in criteria
    ]
