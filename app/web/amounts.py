"""What a voucher could be worth, as the applicant types: every bound with its article, and which of them decides (A6.1–A6.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext

from app.db import UnitOfWork
from app.domain.calendar import local_day
from app.domain.errors import DomainError
from app.domain.service_item import ServiceItem
from app.domain.voucher_amount import Bounds, bounds
from app.domain.voucher_application import application_for
from app.domain.voucher_checks import compute_bounds
from app.engine.instances import variables_of
from app.engine.runtime import Runtime

FILLING = frozenset({"submit_application", "mend_application"})
REVIEWING = frozenset({"first_review", "sign_override"})


@dataclass(frozen=True, slots=True)
class BoundView:
    """One bound in words."""

    title: str
    article: str
    amount_fen: int
    is_binding: bool


@dataclass(frozen=True, slots=True)
class AmountView:
    """The bounds, and what comes of them; without a contract amount there is nothing to say yet."""

    bounds: tuple[BoundView, ...]
    face_fen: int
    words: str
    item: str
    price_fen: int
    item_id: int


def amount_of(
    unit: UnitOfWork, runtime: Runtime, task: Any, answers: Mapping[str, Any], *, now: datetime
) -> AmountView | None:
    """The amount beside a task about a voucher; None: the task is about none, or figures are missing."""
    if task["process_key"] != "voucher_application":
        return None
    session = unit.session
    if task["element_id"] in REVIEWING:
        application = application_for(session, str(task["business_key"]))
        item = session.get(ServiceItem, application.item_id) if application else None
        return _view(compute_bounds(session, application), item) if application and item else None
    if task["element_id"] not in FILLING:
        return None
    variables = variables_of(unit, runtime, task["instance_id"], now=now)
    item = session.get(ServiceItem, int(variables["item_id"]))
    contract_fen, requested_fen = answers.get("contract_fen"), answers.get("requested_fen")
    if item is None or not isinstance(contract_fen, int):
        return AmountView((), 0, "", item.name, item.price_fen, item.id) if item else None
    requested = requested_fen if isinstance(requested_fen, int) else None
    try:
        found = bounds(
            session, task["applicant_id"], contract_fen=contract_fen, requested_fen=requested, on=local_day(now),
            category=item.category, accepts_smaller=bool(answers.get("accepts_smaller")),
        )  # fmt: skip
        return _view(found, item)
    except DomainError:
        return AmountView((), 0, "", item.name, item.price_fen, item.id)


def _view(found: Bounds, item: ServiceItem) -> AmountView:
    shown = tuple(
        BoundView(_title(one.id, found.percent), one.article, one.amount_fen, one.id == found.binding)
        for one in found.bounds
    )
    return AmountView(shown, found.face_fen, _words(found), item.name, item.price_fen, item.id)


def _title(bound: str, percent: int) -> str:
    titles = {
        "requested": gettext("What is applied for"),
        "share": gettext("%(percent)d %% of the contract", percent=percent),
        "cap": gettext("Limit for one item"),
        "year": gettext("Left of the enterprise's year"),
        "purse": gettext("Left in the purse"),
    }
    return titles[bound]


def _words(found: Bounds) -> str:
    words = {
        "fits": gettext("The purse holds it: it is reserved once the agency has confirmed the contract."),
        "smaller": gettext("The purse leaves less: you get a smaller voucher, as you accept."),
        "waits": gettext("The purse does not hold it now: the application waits in the queue."),
        "too_small": gettext("That is below the smallest voucher: it would be refused."),
    }
    return words[found.outcome]
