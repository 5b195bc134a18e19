"""What the machine does while the experts appraise an application, each by themselves (A8.3–A8.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from app.documents import announcing
from app.domain import discussion, panel, panel_replacement, score
from app.domain.calendar import local_day
from app.domain.case_parameter import parameters_of_case
from app.domain.certification import CertificationApplication
from app.domain.declared_interest import declare_interest
from app.domain.discussion import DiscussionReply, Reply
from app.domain.errors import (
    InterestFoundError,
    NotInThisPanelError,
    PoolTooSmallError,
    RevisionWithoutReasonError,
    ScoresIncompleteError,
)
from app.domain.interests import conflicted_experts
from app.domain.message import tell
from app.domain.panel import Cause, Panel, PanelSeat
from app.domain.reminder import remind
from app.domain.rubric import AGENCY_RUBRIC, ITEM_RUBRIC
from app.domain.score import AGENCY, Given
from app.domain.seat_reminder import REVISING, SCORING
from app.domain.service_item import ServiceItem, items_of
from app.engine.errors import AnswersInvalidError
from app.engine.operations import Answer, Call, may_raise
from app.forms import FieldError
from app.forms.text import Text


@may_raise(InterestFoundError)
def admit_expert(call: Call, *, seat_id: int) -> None:
    """The expert has declared no interest, and the records know of none: the materials are open to them."""
    session = call.unit.session
    seat = session.get_one(PanelSeat, seat_id)
    declared = _own(call, "declare_interests", seat.person_id)
    if declared is None or declared.answers["declaration"] != "none":
        raise NotInThisPanelError(seat_id, seat.person_id)
    if seat.person_id in conflicted_experts(session, _application(call, seat).organisation_id):
        raise InterestFoundError(seat_id, seat.person_id)
    panel.declare_no_interest(session, seat_id, person_id=declared.answered_by, now=call.now)


def remind_expert(call: Call, *, seat_id: int) -> None:
    """Tell the holder of a seat that declaring and scoring fall due soon (A8.3)."""
    seat = call.unit.session.get_one(PanelSeat, seat_id)
    if seat.status in panel.OPEN:
        _remind(call, seat.person_id, SCORING, seat.due_at)


@may_raise(PoolTooSmallError)
def replace_expert(call: Call, *, seat_id: int, working_days: int) -> dict[str, Any]:
    """Give the seat to the next of the recorded draw; a declared interest is kept, so that it counts from now on."""
    session = call.unit.session
    seat = session.get_one(PanelSeat, seat_id)
    cause, reason = _cause(call, seat)
    fresh = panel_replacement.replace_seat(session, seat_id, working_days=working_days, now=call.now)
    panel_replacement.note_cause(session, seat_id, cause, reason=reason, now=call.now)
    _tell(call, [seat.person_id], "replaced", {})
    return {"seat": panel.seat_reference(fresh)}


def record_scores(call: Call, *, seat_id: int, application_id: int) -> None:
    """Keep the expert's points for the agency and for each of its items."""
    seat = call.unit.session.get_one(PanelSeat, seat_id)
    sent = _sent(call, "score_application", seat)
    given = _all_given(sent, items_of(call.unit.session, application_id))
    score.record_scores(call.unit.session, seat_id, given, person_id=sent.answered_by, now=call.now)
    declared = _sent(call, "declare_interests", seat)
    announcing.scored(call.unit.session, seat_id, declared_at=declared.answered_at, now=call.now)


def compare_scores(call: Call, *, panel_id: int) -> dict[str, Any]:
    """Say how far the totals lie apart, and fix the deadlines of a discussion for this case (A8.5)."""
    figures = parameters_of_case(call.unit.session, call.business_key, on=local_day(call.now))
    return {
        "widest_spread": discussion.widest_spread(call.unit.session, panel_id),
        "discussion_days": {
            "calling": figures["discussion_call_working_days"],
            "revising": figures["discussion_working_days"],
        },
        "widest_allowed": figures["divergence_hundredths"],
    }


def open_discussion(call: Call, *, panel_id: int, working_days: int) -> dict[str, Any]:
    """Put the supervisor's question to every expert of the panel; each has a time of their own (A8.5)."""
    session, called = call.unit.session, call.last_answer("call_discussion")
    replies = discussion.open_discussion(
        session,
        panel_id,
        question=str(called.answers["question"]),
        called_by=called.answered_by,
        working_days=working_days,
        now=call.now,
    )
    people = [session.get_one(PanelSeat, reply.seat_id).person_id for reply in replies]
    _tell(call, people, "discussion_called", {"due_at": replies[0].due_at})
    return {"revisions": [discussion.reply_reference(session, reply) for reply in replies]}


def remind_reviser(call: Call, *, seat_id: int) -> None:
    """Tell an expert that their part in the discussion falls due soon (A8.5)."""
    session = call.unit.session
    reply, seat = session.get_one(DiscussionReply, seat_id), session.get_one(PanelSeat, seat_id)
    if reply.reply == Reply.OPEN:
        _remind(call, seat.person_id, REVISING, reply.due_at)


def record_revision(call: Call, *, seat_id: int, application_id: int) -> None:
    """Keep what the expert changed after the discussion, each with its reason, or that they confirmed (A8.5)."""
    session = call.unit.session
    seat = session.get_one(PanelSeat, seat_id)
    sent, items = _sent(call, "revise_scores", seat), items_of(session, application_id)
    try:
        discussion.record_revision(session, seat_id, _all_given(sent, items), person_id=sent.answered_by, now=call.now)
    except RevisionWithoutReasonError as error:
        raise AnswersInvalidError(_at_fields(error, items)) from error


def keep_first_scores(call: Call, *, seat_id: int) -> None:
    """Nobody has answered in time: the first scores stand, and that is recorded (A8.5)."""
    discussion.let_first_scores_stand(call.unit.session, seat_id, now=call.now)


def close_panel(call: Call, *, panel_id: int) -> dict[str, Any]:
    """Compute the results from the last scores; from now on the office sees every expert's scores."""
    application = score.close_panel(call.unit.session, panel_id, now=call.now)
    items = items_of(call.unit.session, application.id)
    return {
        "agency_score": application.score_hundredths,
        "agency_spread": application.spread_hundredths,
        "items": [{"item_id": item.id, "score": item.score_hundredths} for item in items],
    }


def _remind(call: Call, person_id: int, what: Mapping[str, str], due_at: datetime) -> None:
    """Bring a due date to mind once, in words too."""
    if remind(call.unit.session, person_id, case_number=call.business_key, due_at=due_at, now=call.now):
        _tell(call, [person_id], "reminder", {"what": what, "due_at": due_at})


def _tell(call: Call, to: Sequence[int], template: str, values: Mapping[str, Any]) -> None:
    """Tell experts; what they are asked for is in their inbox, the case itself is not theirs to see."""
    linked = {**values, "link": panel.INBOX}
    tell(call.unit.session, to=to, template=template, values=linked, case_number=call.business_key, now=call.now)


def _cause(call: Call, seat: PanelSeat) -> tuple[Cause, str]:
    """Why the holder gives up the seat, and in their own words; what they declared is kept."""
    session, organisation_id = call.unit.session, _application(call, seat).organisation_id
    declared = _own(call, "declare_interests", seat.person_id)
    if declared is not None and declared.answers["declaration"] == "conflict":
        explanation = str(declared.answers.get("explanation", ""))
        declare_interest(session, seat.person_id, organisation_id, explanation=explanation, now=call.now)
        return Cause.DECLARED, explanation
    is_tied = seat.person_id in conflicted_experts(session, organisation_id)
    return Cause.COMPUTED if is_tied else Cause.OVERDUE, ""


def _application(call: Call, seat: PanelSeat) -> CertificationApplication:
    application_id = call.unit.session.get_one(Panel, seat.panel_id).application_id
    return call.unit.session.get_one(CertificationApplication, application_id)


def _own(call: Call, element_id: str, person_id: int) -> Answer | None:
    """The latest answer of one expert; the answers of the others are none of this seat's business."""
    return next((one for one in reversed(call.answers(element_id)) if one.answered_by == person_id), None)


def _sent(call: Call, element_id: str, seat: PanelSeat) -> Answer:
    sent = _own(call, element_id, seat.person_id)
    if sent is None:
        raise LookupError(f"seat {seat.id} has no answer at {element_id}")
    return sent


def _all_given(sent: Answer, items: Sequence[ServiceItem]) -> list[Given]:
    rows = sent.answers["items"]
    if len(rows) != len(items):
        raise ScoresIncompleteError(len(items), len(rows))
    given = _given(AGENCY, sent.answers["agency"], AGENCY_RUBRIC)
    for item, row in zip(items, rows, strict=True):
        given += _given(item.id, row, ITEM_RUBRIC)
    return given


def _given(subject: int, scored: Mapping[str, Any], rubric: Mapping[str, int]) -> list[Given]:
    return [
        Given(subject, name, scored[name]["score_hundredths"], str(scored[name].get("reason", ""))) for name in rubric
    ]


def _at_fields(error: RevisionWithoutReasonError, items: Sequence[ServiceItem]) -> list[FieldError]:
    """The broken rule at the fields where it is mended."""
    rows = {item.id: f"/items/{index}" for index, item in enumerate(items)}
    words = Text(error.message_zh, error.message_en)
    return [
        FieldError(f"{rows.get(subject, '/agency')}/{criterion}/reason", error.code, text=words)
        for subject, criterion in error.places
    ]
