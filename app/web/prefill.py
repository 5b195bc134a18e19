"""What a form holds before anybody has typed, where the records know it already; and what of it may then be changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from app.domain.certification import application_of_case
from app.domain.service_item import items_of


@dataclass(frozen=True, slots=True)
class Prefill:
    """Answers that stand from the start, and the pointers of the only fields that may change; None: all may."""

    answers: Mapping[str, Any] = field(default_factory=dict)
    unlocked: frozenset[str] | None = None


def prefill_of(session: Session, task: Any) -> Prefill:
    """What a user task's form begins with."""
    known = _KNOWN.get((task["process_key"], task["element_id"]))
    return known(session, str(task["business_key"])) if known else Prefill()


def _items_to_score(session: Session, case_number: str) -> Prefill:
    """One row for each service item in the application's order: neither name nor number of them is the expert's."""
    application = application_of_case(session, case_number)
    items = items_of(session, application.id) if application else []
    criteria = ("practicality", "quality", "item_price")
    unlocked = {f"/items/{index}/{name}" for index in range(len(items)) for name in criteria}
    return Prefill({"items": [{"item": item.name} for item in items]}, frozenset({"/agency", *unlocked}))


_KNOWN: Mapping[tuple[str, str], Callable[[Session, str], Prefill]] = {
    ("expert_review", "score_application"): _items_to_score,
}
