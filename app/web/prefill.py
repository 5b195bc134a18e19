"""What a form holds before anybody has typed, where the records know it already; and what of it may then be changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.domain.certification import application_of_case
from app.domain.correction import open_corrections
from app.domain.discussion import first_scores
from app.domain.panel import seat_held
from app.domain.rubric import AGENCY_RUBRIC, ITEM_RUBRIC
from app.domain.score import AGENCY, Score
from app.domain.service_item import ServiceItem, items_of
from app.engine.tables import task_answer


@dataclass(frozen=True, slots=True)
class Prefill:
    """Answers that stand from the start, and the pointers of the only fields that may change; None: all may."""

    answers: Mapping[str, Any] = field(default_factory=dict)
    unlocked: frozenset[str] | None = None
    submit_title: str = ""
    """What the button says, in the reader's language; "": the form's own words."""


def prefill_of(session: Session, task: Any) -> Prefill:
    """What a user task's form begins with."""
    known = _KNOWN.get((task["process_key"], task["element_id"]))
    return known(session, task) if known else Prefill()


def _items_to_score(session: Session, task: Any) -> Prefill:
    """One row for each service item in the application's order: neither name nor number of them is the expert's."""
    items = _items(session, task)
    unlocked = {f"/items/{index}/{name}" for index in range(len(items)) for name in ITEM_RUBRIC}
    return Prefill({"items": [{"item": item.name} for item in items]}, frozenset({"/agency", *unlocked}))


def _first_scores(session: Session, task: Any) -> Prefill:
    """What the expert gave first, to be revised or confirmed (A8.5)."""
    seat = seat_held(session, str(task["business_key"]), task["assignee_id"])
    given = first_scores(session, seat.id) if seat else {}
    blank = _items_to_score(session, task)

    def of(subject: int, rubric: Iterable[str]) -> dict[str, Any]:
        return {name: _criterion(given[subject, name]) for name in rubric if (subject, name) in given}

    rows = [{"item": item.name, **of(item.id, ITEM_RUBRIC)} for item in _items(session, task)]
    return Prefill({"agency": of(AGENCY, AGENCY_RUBRIC), "items": rows}, blank.unlocked)


def _application_to_mend(session: Session, task: Any) -> Prefill:
    """The application as it was last sent; only what the request names may be changed (A8.2)."""
    sent = session.execute(
        sa.select(task_answer.c.answers)
        .where(
            task_answer.c.instance_id == task["instance_id"],
            task_answer.c.element_id.in_(("submit_application", "mend_application")),
        )
        .order_by(task_answer.c.answered_at.desc(), task_answer.c.user_task_id.desc())
        .limit(1)
    ).scalar_one()
    request = open_corrections(session, [str(task["business_key"])]).get(str(task["business_key"]))
    return Prefill(sent, request.fields if request else frozenset(), gettext("Send the corrections"))


def _items(session: Session, task: Any) -> Sequence[ServiceItem]:
    application = application_of_case(session, str(task["business_key"]))
    return items_of(session, application.id) if application else []


def _criterion(score: Score) -> dict[str, Any]:
    reason = {"reason": score.reason} if score.reason else {}
    return {"score_hundredths": score.points_hundredths, **reason}


_KNOWN: Mapping[tuple[str, str], Callable[[Session, Any], Prefill]] = {
    ("agency_certification", "mend_application"): _application_to_mend,
    ("voucher_application", "mend_application"): _application_to_mend,
    ("expert_review", "score_application"): _items_to_score,
    ("expert_review", "revise_scores"): _first_scores,
}
