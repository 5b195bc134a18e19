"""What a voucher could be worth, as the applicant types: every bound with its article, and which of them decides (A6.1–A6.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy.orm import Session

from app.db import UnitOfWork
from app.domain import purse, year_use
from app.domain.calendar import local_day
from app.domain.errors import DomainError
from app.domain.service_item import ServiceItem
from app.domain.voucher_amount import Basis, Bounds, Leaves, bounds
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
        return AmountView((), 0, "", item.name, item.price_fen) if item else None
    requested = requested_fen if isinstance(requested_fen, int) else None
    accepts = bool(answers.get("accepts_smaller"))
    try:
        return _view(_bounds(session, task["applicant_id"], item, contract_fen, requested, accepts, now), item)
    except DomainError:
        return AmountView((), 0, "", item.name, item.price_fen)


def _bounds(
    session: Session, enterprise_id: int, item: ServiceItem, contract_fen: int, requested_fen: int | None,
    accepts_smaller: bool, now: datetime,
) -> Bounds:  # fmt: skip
    today = local_day(now)
    leaves = Leaves(
        year_use.claimed_fen(session, enterprise_id, today.year),
        purse.available_fen(session, today.year, item.category),
    )
    return bounds(
        session, enterprise_id, contract_fen=contract_fen, requested_fen=requested_fen, on=today,
        category=item.category, accepts_smaller=accepts_smaller, basis=Basis(leaves),
    )  # fmt: skip


def _view(found: Bounds, item: ServiceItem) -> AmountView:
    shown = tuple(
        BoundView(_title(one.id, found.percent), one.article, one.amount_fen, one.id == found.binding)
        for one in found.bounds
    )
    return AmountView(shown, found.face_fen, _words(found), item.name, item.price_fen)


def _title(bound: str, percent: int) -> str:
    titles = {
        "requested": gettext("What you apply for"),
        "share": gettext("%(percent)s %% of the contract", percent=percent),
        "cap": gettext("The most for one item"),
        "year": gettext("What your year leaves"),
        "purse": gettext("What the purse leaves now"),
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
