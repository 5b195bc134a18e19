"""What is computed for an application for a voucher: the offer, the checks with their figures, the bounds, the signature.

Everything is computed anew at submission, after corrections and at approval (A5–A7, A9.1, A9.2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.agency import Agency
from app.domain.calendar import local_day
from app.domain.case_parameter import fix_parameters
from app.domain.contract import ServiceContract, check_price, contract_of, likely_splits
from app.domain.eligibility import check_eligibility
from app.domain.expert import Category
from app.domain.queue_entry import entry_of
from app.domain.service_item import ServiceItem
from app.domain.voucher_amount import KEYS, Basis, Bounds, bounds
from app.domain.voucher_application import Finding, VoucherApplication, VoucherCheck, keep_checks, voucher_checks
from app.domain.voucher_errors import (
    AmountTooSmallError,
    GrantAboveBoundError,
    ItemNotOfferedError,
    OverrideWithoutReasonError,
    PartyBarredError,
)

BARRING = frozenset({"A11.4", "A11.9"})
"""Articles against which nobody is heard: such a party can have no voucher at all."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A published item as it stands on the day."""

    item_id: int
    agency_id: int
    category: str
    price_fen: int


def offer_of(session: Session, item_id: int, *, on: date) -> Offer:
    """A published item of an agency that is certified on that day.

    Raises:
        ItemNotOfferedError: it is not in the public catalogue.
    """
    certified = (Agency.status == "certified", Agency.valid_until >= on)
    query = (
        sa.select(ServiceItem)
        .join(Agency, Agency.organisation_id == ServiceItem.organisation_id)
        .where(ServiceItem.id == item_id, ServiceItem.status == "listed", *certified)
    )
    item = session.scalars(query).first()
    if item is None:
        raise ItemNotOfferedError(item_id)
    return Offer(item.id, item.organisation_id, item.category, item.price_fen)


def check_offer(
    session: Session, enterprise_id: int, item_id: int, *, contract_fen: int, on: date, tolerance_percent: int
) -> Offer:
    """The offer that a contract is about; raise ItemNotOfferedError, ContractAbovePriceError, PartyBarredError."""
    offer = offer_of(session, item_id, on=on)
    check_price(contract_fen, offer.price_fen, tolerance_percent)
    for one in check_eligibility(session, enterprise_id, category=offer.category, on=on):
        if one.article in BARRING and not one.holds:
            raise PartyBarredError(one.article, _words(one.figures))
    return offer


def check_anew(session: Session, application: VoucherApplication, *, on: date) -> Sequence[VoucherCheck]:
    """Compute every check as of a day, keep it in place of the former, and return it."""
    contract = _contract(session, application)
    window_days = case_figure(session, application, "split_window_days")
    splits = likely_splits(session, contract, window_days=window_days)
    findings = [
        Finding(one.id, one.article, one.holds, one.figures)
        for one in check_eligibility(session, application.enterprise_id, category=application.category, on=on)
    ]
    figures = {"window_days": window_days, "cases": [one.case_number for one in splits]}
    findings.append(Finding("not_split", "A9.1", not splits, figures))
    keep_checks(session, application.id, findings)
    return voucher_checks(session, application.id)


def compute_bounds(session: Session, application: VoucherApplication) -> Bounds:
    """The bounds of the amount, under the figures that the case is decided by (A6.1–A6.3).

    What the application itself holds already does not count against it.
    """
    contract, day = _contract(session, application), local_day(application.submitted_at)
    figures = fix_parameters(session, application.case_number, KEYS, on=day)
    return bounds(
        session, application.enterprise_id, contract_fen=contract.amount_fen, requested_fen=application.requested_fen,
        on=day, category=application.category, accepts_smaller=application.accepts_smaller,
        basis=Basis(figures=figures, except_case=application.case_number),
    )  # fmt: skip


def wanted_fen(session: Session, application: VoucherApplication) -> int:
    """What is waited for or granted at most, whatever the purse holds: min of request, A6.1 and what A6.2 leaves.

    Raises:
        AmountTooSmallError: it is less than the smallest voucher.
    """
    found = compute_bounds(session, application)
    wanted = min(one.amount_fen for one in found.bounds if one.id != "purse")
    if wanted < found.smallest_fen:
        raise AmountTooSmallError(wanted, found.smallest_fen, found.article)
    return wanted


def check_review(
    session: Session, application: VoucherApplication, answers: Mapping[str, Any], failing: Sequence[VoucherCheck]
) -> None:
    """Hold a review that passes to the rules; raise GrantAboveBoundError, OverrideWithoutReasonError."""
    if failing and answers["eligibility"] != "overridden":
        raise OverrideWithoutReasonError(", ".join(f"{one.name} {one.article}" for one in failing))
    granted_fen = int(answers["granted_fen"])
    for most_fen, article in _most(session, application):
        if granted_fen > most_fen:
            raise GrantAboveBoundError(granted_fen, most_fen, article)


def needs_signature(category: str, answers: Mapping[str, Any], failing: Sequence[VoucherCheck]) -> bool:
    """Whether a supervisor signs what a reviewer passed: an override, or the seventh category (A9.2, A7.1)."""
    if answers["outcome"] != "passed":
        return False
    return bool(failing) or answers["eligibility"] == "overridden" or category == Category.OTHER


def case_figure(session: Session, application: VoucherApplication, key: str) -> int:
    """A policy parameter as this case is decided under it."""
    day = local_day(application.submitted_at)
    return fix_parameters(session, application.case_number, (key,), on=day)[key]


def _most(session: Session, application: VoucherApplication) -> list[tuple[int, str]]:
    """Every bound of what may be passed; the purse binds by what is reserved."""
    entry = entry_of(session, application.case_number)
    found = [(one.amount_fen, one.article) for one in compute_bounds(session, application).bounds if one.id != "purse"]
    return [*found, (entry.reserved_fen if entry else 0, "A6.3")]


def _contract(session: Session, application: VoucherApplication) -> ServiceContract:
    contract = contract_of(session, application.case_number)
    if contract is None:
        raise LookupError(f"case {application.case_number} has no contract")
    return contract


def _words(figures: Mapping[str, Any]) -> str:
    return ", ".join(str(one) for value in figures.values() for one in (value if isinstance(value, list) else [value]))
