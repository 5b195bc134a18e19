"""The cross-check of a claim: what contract, voucher, receipts, bank line and delivery say, field by field (A10.3).

A field differs when any two of its sources do. The reviewer sees every value; differences are explained or sent back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.bank_line import BankLine, LineState
from app.domain.calendar import local_day
from app.domain.claim import ClaimReceipt, SettlementClaim, claim_of, receipts_of
from app.domain.contract import ServiceContract, contract_of
from app.domain.evaluation import ServiceEvaluation, evaluation_of
from app.domain.organisation import Organisation
from app.domain.service_item import ServiceItem
from app.domain.settlement import Terms
from app.domain.voucher import Voucher, voucher_for

SOURCES = ("contract", "voucher", "receipts", "bank", "delivery")


@dataclass(frozen=True, slots=True)
class Days:
    """A span of days, both included; one day when they are the same."""

    first: date
    last: date


Value = str | int | date | Days
"""A name, an amount in fen, a day or a span of days."""


@dataclass(frozen=True, slots=True)
class CheckedField:
    """One field with what each source says of it; a source that says nothing of it is left out."""

    name: str
    article: str
    values: Mapping[str, Value]
    is_same: bool


@dataclass(frozen=True, slots=True)
class BankPayment:
    """The payment of the deposit as the bank's statement has it."""

    amount_fen: int
    booked_on: date
    payer: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that is compared."""

    contract: ServiceContract
    voucher: Voucher
    claim: SettlementClaim | None
    receipts: Sequence[ClaimReceipt]
    bank: BankPayment | None
    evaluation: ServiceEvaluation
    delivered_on: date | None
    """As the agency reported it."""
    names: Mapping[int, str]
    """Of both parties, by id."""
    item: str
    voucher_item: str


def terms_of(session: Session, case_number: str) -> Terms:
    """What a case has to be settled: face value, and the rest of the contract as the deposit."""
    voucher = _voucher(session, case_number)
    return Terms(
        voucher.number, voucher.enterprise_id, voucher.agency_id, voucher.contract_fen, voucher.face_fen,
        voucher.contract_fen - voucher.face_fen,
    )  # fmt: skip


def gather(session: Session, case_number: str, *, delivered_on: date | None) -> Evidence:
    """Gather what the records say; raise NotEvaluatedError before the evaluation."""
    contract, voucher = contract_of(session, case_number), _voucher(session, case_number)
    if contract is None:
        raise LookupError(f"case {case_number} has a voucher and no contract")
    evaluation = evaluation_of(session, case_number)
    parties = {contract.enterprise_id, contract.agency_id, voucher.enterprise_id, voucher.agency_id}
    return Evidence(
        contract, voucher, claim_of(session, case_number), receipts_of(session, case_number), _deposit_line(session, case_number),
        evaluation,
        delivered_on, {one: session.get_one(Organisation, one).name_zh for one in parties},
        session.get_one(ServiceItem, contract.item_id).name, session.get_one(ServiceItem, voucher.item_id).name,
    )  # fmt: skip


def compare(evidence: Evidence) -> tuple[CheckedField, ...]:
    """Every field that is compared, in the order of the page."""
    return (*_parties(evidence), *_amounts(evidence), *_days(evidence))


def differing(fields: Sequence[CheckedField]) -> tuple[str, ...]:
    """The names of the fields that differ."""
    return tuple(one.name for one in fields if not one.is_same)


def _parties(seen: Evidence) -> tuple[CheckedField, ...]:
    contract, voucher, evaluation, names = seen.contract, seen.voucher, seen.evaluation, seen.names
    holder = {"contract": names[contract.enterprise_id], "voucher": names[voucher.enterprise_id]}
    if seen.bank is not None and seen.bank.payer:
        holder["bank"] = seen.bank.payer
    holder["delivery"] = names.get(evaluation.enterprise_id, "")
    agency = {"contract": names[contract.agency_id], "voucher": names[voucher.agency_id]}
    if seen.claim is not None:
        agency["receipts"] = names.get(seen.claim.agency_id, "")
    agency["delivery"] = names.get(evaluation.agency_id, "")
    return (
        _field("enterprise", "A2.1", holder),
        _field("agency", "A2.1", agency),
        _field("item", "A2.1", {"contract": seen.item, "voucher": seen.voucher_item}),
    )


def _amounts(seen: Evidence) -> tuple[CheckedField, ...]:
    contract, voucher = seen.contract, seen.voucher
    receipts_fen = sum(one.amount_fen for one in seen.receipts)
    whole: dict[str, Value] = {"contract": contract.amount_fen, "voucher": voucher.contract_fen}
    own: dict[str, Value] = {
        "contract": contract.amount_fen - voucher.face_fen, "voucher": voucher.contract_fen - voucher.face_fen,
    }  # fmt: skip
    if seen.receipts:
        own["receipts"] = receipts_fen
        whole["receipts"] = receipts_fen + voucher.face_fen
    if seen.bank is not None:
        own["bank"] = seen.bank.amount_fen
    return _field("contract_fen", "A11.11", whole), _field("own_part_fen", "A10.2", own)


def _days(seen: Evidence) -> tuple[CheckedField, ...]:
    """Receipts and deposit after the signing, delivery within the voucher's validity and not before the contract."""
    contract, voucher = seen.contract, seen.voucher
    validity = Days(local_day(voucher.issued_at), voucher.valid_until)
    found: list[CheckedField] = []
    if seen.receipts:
        days = [one.issued_on for one in seen.receipts]
        held = contract.signed_on <= min(days) and (seen.claim is None or max(days) <= local_day(seen.claim.claimed_at))
        values: dict[str, Value] = {"contract": contract.signed_on, "receipts": Days(min(days), max(days))}
        found.append(CheckedField("receipt_days", "A10.2", values, held))
    if seen.bank is not None:
        values = {"contract": contract.signed_on, "bank": seen.bank.booked_on}
        found.append(CheckedField("deposit_day", "A9.3", values, contract.signed_on <= seen.bank.booked_on))
    if seen.delivered_on is not None:
        values = {
            "contract": Days(contract.starts_on, contract.ends_on), "voucher": validity, "delivery": seen.delivered_on,
        }  # fmt: skip
        held = contract.starts_on <= seen.delivered_on <= min(contract.ends_on, voucher.valid_until)
        found.append(CheckedField("delivery_day", "A11.10", values, held))
    return tuple(found)


def _field(name: str, article: str, values: Mapping[str, Value]) -> CheckedField:
    return CheckedField(name, article, dict(values), len(set(values.values())) == 1)


def _deposit_line(session: Session, case_number: str) -> BankPayment | None:
    """The line of the bank that brought the deposit; None if it was never matched to one."""
    query = sa.select(BankLine).where(BankLine.case_number == case_number, BankLine.state == LineState.DEPOSIT)
    line = session.scalars(query.order_by(BankLine.id).limit(1)).first()
    return BankPayment(line.amount_fen, line.booked_on, line.counterparty_name) if line else None


def _voucher(session: Session, case_number: str) -> Voucher:
    found = voucher_for(session, case_number)
    if found is None:
        raise LookupError(f"case {case_number} has no voucher")
    return found
