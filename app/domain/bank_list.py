"""Lines of the bank, deposits that are awaited, and payment orders, found again for the finance desk."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.bank_line import BankLine, LineState
from app.domain.case_signal import CaseSignal
from app.domain.commitment import Commitment, CommitmentState
from app.domain.fund_plan import FundPlan
from app.domain.payment import PaymentBatch, PaymentOrder


@dataclass(frozen=True, slots=True)
class BankFilter:
    """Which lines; what is None or "" does not narrow.

    Attributes:
        text: that serial number, name, account or remark hold.
        hidden_cases: no line of these cases: they are not for the reader.
    """

    states: Collection[str] = ()
    since: date | None = None
    until: date | None = None
    text: str = ""
    hidden_cases: sa.Select[str] | None = None


@dataclass(frozen=True, slots=True)
class Sums:
    """What came in and what went out in a list of lines, both above zero, in fen."""

    lines: int
    in_fen: int
    out_fen: int


def bank_lines(session: Session, asked: BankFilter, *, before: int | None = None, limit: int) -> Sequence[BankLine]:
    """Lines of the bank, the last that was taken in first."""
    query = sa.select(BankLine).where(*_bank_conditions(asked)).order_by(BankLine.id.desc()).limit(limit)
    if before is not None:
        query = query.where(BankLine.id < before)
    return session.scalars(query).all()


def bank_sums(session: Session, asked: BankFilter) -> Sums:
    """What all the lines of a filter come to."""
    came = sa.case((BankLine.amount_fen > 0, BankLine.amount_fen), else_=0)
    went = sa.case((BankLine.amount_fen < 0, -BankLine.amount_fen), else_=0)
    sums = [sa.func.coalesce(sa.func.sum(one), 0) for one in (came, went)]
    row = session.execute(sa.select(sa.func.count(), *sums).select_from(BankLine).where(*_bank_conditions(asked))).one()
    return Sums(*(int(one) for one in row))


def known_serials(session: Session, serials: Sequence[str]) -> set[str]:
    """Which serial numbers were taken in before."""
    found: set[str] = set()
    for start in range(0, len(serials), 500):
        query = sa.select(BankLine.serial_number).where(BankLine.serial_number.in_(serials[start : start + 500]))
        found |= set(session.scalars(query))
    return found


def awaited_deposits(session: Session, *, kept_out: Collection[int]) -> Sequence[Commitment]:
    """The cases whose deposit is asked for and has not come in, the oldest first (A9.3)."""
    parties = sorted(kept_out)
    query = sa.select(Commitment).where(
        Commitment.state == CommitmentState.RESERVED, Commitment.deposit_fen > 0, Commitment.deposit_held_fen == 0,
        Commitment.enterprise_id.not_in(parties), Commitment.agency_id.not_in(parties),
    )  # fmt: skip
    return session.scalars(query.order_by(Commitment.case_number)).all()


def suspense_lines(session: Session, *, hidden_cases: sa.Select[str] | None) -> Sequence[BankLine]:
    """Money that has come in and belongs to nothing yet, the oldest first."""
    asked = BankFilter(states=(LineState.SUSPENSE,), hidden_cases=hidden_cases)
    return session.scalars(sa.select(BankLine).where(*_bank_conditions(asked)).order_by(BankLine.id)).all()


def unmatched_lines(session: Session) -> Sequence[BankLine]:
    """Money that went out and is not known yet for which payment, the oldest first."""
    return session.scalars(sa.select(BankLine).where(BankLine.state == LineState.UNMATCHED).order_by(BankLine.id)).all()


def untold_cases(session: Session, case_numbers: Collection[str]) -> set[str]:
    """The cases that have not yet taken the message that their money has moved."""
    query = sa.select(CaseSignal.case_number).where(
        CaseSignal.case_number.in_(sorted(case_numbers)), CaseSignal.delivered_at.is_(None)
    )
    return set(session.scalars(query))


def payment_orders(
    session: Session,
    states: Collection[str],
    *,
    hidden_cases: sa.Select[str] | None,
    before: int | None = None,
    limit: int,
) -> Sequence[PaymentOrder]:
    """Payment orders, the latest first; `states` empty: all of them."""
    query = sa.select(PaymentOrder).where(*_order_conditions(states, hidden_cases))
    if before is not None:
        query = query.where(PaymentOrder.id < before)
    return session.scalars(query.order_by(PaymentOrder.id.desc()).limit(limit)).all()


def payment_sum(session: Session, states: Collection[str], *, hidden_cases: sa.Select[str] | None) -> tuple[int, int]:
    """How many orders, and how much they come to in fen."""
    total = sa.func.coalesce(sa.func.sum(PaymentOrder.amount_fen), 0)
    row = session.execute(
        sa.select(sa.func.count(), total).select_from(PaymentOrder).where(*_order_conditions(states, hidden_cases))
    ).one()
    return int(row[0]), int(row[1])


def latest_batches(session: Session, *, limit: int = 20) -> Sequence[PaymentBatch]:
    """The files that were made for the bank, the latest first."""
    return session.scalars(sa.select(PaymentBatch).order_by(PaymentBatch.id.desc()).limit(limit)).all()


def fund_plans(session: Session, policy_year: int | None, *, limit: int) -> Sequence[FundPlan]:
    """Fund plans, the latest first; of one policy year, or of all."""
    query = sa.select(FundPlan).order_by(FundPlan.id.desc()).limit(limit)
    return session.scalars(query if policy_year is None else query.where(FundPlan.policy_year == policy_year)).all()


def _bank_conditions(asked: BankFilter) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = _in_sight(BankLine.case_number, asked.hidden_cases)
    if asked.states:
        found.append(BankLine.state.in_(sorted(asked.states)))
    if asked.since is not None:
        found.append(BankLine.booked_on >= asked.since)
    if asked.until is not None:
        found.append(BankLine.booked_on <= asked.until)
    if asked.text:
        columns = (
            BankLine.serial_number, BankLine.counterparty_name, BankLine.counterparty_account, BankLine.remark,
            BankLine.case_number,
        )  # fmt: skip
        found.append(sa.or_(*(one.icontains(asked.text, autoescape=True) for one in columns)))
    return found


def _order_conditions(states: Collection[str], hidden_cases: sa.Select[str] | None) -> list[sa.ColumnElement[bool]]:
    found = _in_sight(PaymentOrder.case_number, hidden_cases)
    return [*found, PaymentOrder.state.in_(sorted(states))] if states else found


def _in_sight(column: Any, hidden_cases: sa.Select[str] | None) -> list[sa.ColumnElement[bool]]:
    if hidden_cases is None:
        return []
    return [sa.or_(column.is_(None), column.not_in(hidden_cases))]
