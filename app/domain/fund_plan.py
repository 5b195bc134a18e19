"""Fund plans (资金计划): the bureau allocates, the operator confirms what has come in; only that can be promised (A3.2).

A plan may say how much of it a service category gets (A3.1); a category without a share has the whole purse open to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from app.db import Base, Instant
from app.domain import year_use
from app.domain.account import Account
from app.domain.bank_csv import StatementLine
from app.domain.bank_errors import (
    AmountDiffersError,
    PlanStateError,
    ShareInUseError,
    SharesAbovePlanError,
    UnknownPlanError,
)
from app.domain.bank_line import BankLine, LineState, line_to_use, use_line
from app.domain.bank_statement import bank_balance_fen, enter_line
from app.domain.book_errors import AmountNotPositiveError
from app.domain.calendar import local_day
from app.domain.ledger import EntryKind, Line, Posting, lock_books, post, reverse
from app.domain.yearly_number import next_in_year


class PlanState(StrEnum):
    """How far a plan has come."""

    ALLOCATED = "allocated"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


class FundPlan(Base):
    """One allocation of the bureau's to a year's purse."""

    __tablename__ = "fund_plan"
    __table_args__ = (
        sa.UniqueConstraint("number"),
        sa.UniqueConstraint("bank_line_id"),
        sa.CheckConstraint("amount_fen > 0", name="amount_positive"),
        sa.CheckConstraint("state IN ('allocated', 'confirmed', 'withdrawn')", name="state"),
        sa.CheckConstraint("(state = 'confirmed') = (bank_line_id IS NOT NULL)", name="confirmed_by_the_bank"),
        sa.Index("ix_fund_plan_policy_year", "policy_year", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(sa.String(20))
    policy_year: Mapped[int]
    amount_fen: Mapped[int] = mapped_column(sa.BigInteger)
    note: Mapped[str] = mapped_column(sa.String(300), server_default="", comment="what the bureau says of it")
    state: Mapped[str] = mapped_column(sa.String(10))
    allocated_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    allocated_at: Mapped[datetime] = mapped_column(Instant)
    confirmed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), comment="NULL: not confirmed")
    withdrawn_by: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), comment="NULL: not withdrawn")
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant, comment="NULL: not confirmed")
    bank_line_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("bank_line.id"), comment="the money; NULL: not here yet"
    )
    entry_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ledger_entry.id"), comment="NULL: not confirmed")
    confirmations: Mapped[int] = mapped_column(server_default="0", comment="how often confirmed, undone ones included")
    shares: Mapped[list[FundPlanShare]] = relationship(order_by="FundPlanShare.category", cascade="all, delete-orphan")


class FundPlanShare(Base):
    """How much of a plan a service category gets."""

    __tablename__ = "fund_plan_share"
    __table_args__ = (sa.CheckConstraint("amount_fen > 0", name="amount_positive"),)

    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("fund_plan.id"), primary_key=True, autoincrement=False)
    category: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    amount_fen: Mapped[int] = mapped_column(sa.BigInteger)


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """What the bureau allocates; `shares` by category, in fen, may be empty."""

    policy_year: int
    amount_fen: int
    note: str = ""
    shares: Mapping[str, int] = field(default_factory=dict)


def allocate(session: Session, entry: PlanEntry, *, now: datetime, actor_id: int) -> FundPlan:
    """Allocate funds; nothing is in the purse until the operator confirms that they have come in.

    Raises AmountNotPositiveError, SharesAbovePlanError.
    """
    for amount_fen in (entry.amount_fen, *entry.shares.values()):
        if amount_fen <= 0:
            raise AmountNotPositiveError(amount_fen)
    shares_fen = sum(entry.shares.values())
    if shares_fen > entry.amount_fen:
        raise SharesAbovePlanError(entry.amount_fen, shares_fen)
    year = local_day(now).year
    plan = FundPlan(
        number=f"ZJ-{year}-{next_in_year(session, 'fund_plan', year=year):03d}", policy_year=entry.policy_year,
        amount_fen=entry.amount_fen, note=entry.note, state=PlanState.ALLOCATED, allocated_by=actor_id,
        allocated_at=now, confirmations=0,
        shares=[FundPlanShare(category=one, amount_fen=fen) for one, fen in sorted(entry.shares.items())],
    )  # fmt: skip
    session.add(plan)
    session.flush()
    return plan


def confirm_plan(session: Session, plan_id: int, line_id: int, *, now: datetime, actor_id: int) -> None:
    """Confirm that a plan's money has come in with this line of the bank; from now on it can be promised.

    Who waits in the queue is promoted by the caller, in the same transaction. The same again changes nothing. Raises
    PlanStateError, AmountDiffersError, BankLineTakenError, ShareInUseError.
    """
    plan = _plan_to_change(session, plan_id)
    if plan.bank_line_id == line_id:
        return
    if plan.state != PlanState.ALLOCATED:
        raise PlanStateError(plan.number, plan.state)
    line = line_to_use(session, line_id, LineState.SUSPENSE)
    if line.amount_fen != plan.amount_fen:
        raise AmountDiffersError(plan.amount_fen, line.amount_fen)
    limits = _limits(session, plan, is_confirmed=True)
    use_line(line, LineState.PLAN, now=now, actor_id=actor_id, reason=plan.number)
    plan.confirmations += 1
    posting = Posting(
        EntryKind.PLAN_CONFIRMED, [Line(Account.SUSPENSE, Account.FUND_AVAILABLE, plan.amount_fen)], plan.policy_year,
        "A3.2", f"plan:{plan.number}:{plan.confirmations}", note=plan.number,
    )  # fmt: skip
    plan.entry_id = post(session, posting, now=now, actor_id=actor_id)
    plan.state, plan.bank_line_id = PlanState.CONFIRMED, line.id
    plan.confirmed_by, plan.confirmed_at = actor_id, now
    session.flush()
    year_use.set_shares(session, plan.policy_year, limits)


def undo_confirmation(session: Session, plan_id: int, reason: str, *, now: datetime, actor_id: int) -> None:
    """Reverse a confirmation that was wrong, as long as the money is still in the purse; the line is in suspense again.

    Raises PlanStateError, ShareInUseError, BalanceTooLowError.
    """
    plan = _plan_to_change(session, plan_id)
    if plan.state != PlanState.CONFIRMED or plan.entry_id is None or plan.bank_line_id is None:
        raise PlanStateError(plan.number, plan.state)
    limits = _limits(session, plan, is_confirmed=False)
    key = f"undo:plan:{plan.number}:{plan.confirmations}"
    reverse(session, plan.entry_id, key=key, now=now, actor_id=actor_id, note=reason)
    year_use.set_shares(session, plan.policy_year, limits)
    line = line_to_use(session, plan.bank_line_id, LineState.PLAN)
    use_line(line, LineState.SUSPENSE, now=now, actor_id=actor_id, reason=reason)
    plan.state, plan.bank_line_id, plan.entry_id = PlanState.ALLOCATED, None, None
    plan.confirmed_by = plan.confirmed_at = None
    session.flush()


def withdraw_plan(session: Session, plan_id: int, *, actor_id: int) -> None:
    """Take back a plan whose money has not come in."""
    plan = _plan_to_change(session, plan_id)
    if plan.state != PlanState.ALLOCATED:
        raise PlanStateError(plan.number, plan.state)
    plan.state, plan.withdrawn_by = PlanState.WITHDRAWN, actor_id
    session.flush()


def fund_year(
    session: Session, entry: PlanEntry, *, serial_number: str, bureau_id: int, finance_id: int, now: datetime
) -> FundPlan:
    """Allocate a plan, take in the line of the bank that brings its money, and confirm it: a purse for demo and tests."""
    plan = allocate(session, entry, now=now, actor_id=bureau_id)
    balance_fen = bank_balance_fen(session) + entry.amount_fen
    line = StatementLine(serial_number, local_day(now), entry.amount_fen, balance_fen, "宁夏财政专户", "", plan.number)
    enter_line(session, line, now=now, actor_id=finance_id)
    found = session.scalars(sa.select(BankLine).where(BankLine.serial_number == serial_number)).one()
    confirm_plan(session, plan.id, found.id, now=now, actor_id=finance_id)
    return plan


def _limits(session: Session, plan: FundPlan, *, is_confirmed: bool) -> dict[str, int | None]:
    """What the shares of the plan's categories come to with or without it; None: no confirmed plan has one.

    Raises ShareInUseError when a category has used more already.
    """
    limits: dict[str, int | None] = {}
    for share in plan.shares:
        others = session.scalar(
            sa.select(sa.func.sum(FundPlanShare.amount_fen))
            .join(FundPlan, FundPlan.id == FundPlanShare.plan_id)
            .where(
                FundPlan.policy_year == plan.policy_year, FundPlan.state == PlanState.CONFIRMED,
                FundPlan.id != plan.id, FundPlanShare.category == share.category,
            )
        )  # fmt: skip
        limit = (int(others or 0) + share.amount_fen) if is_confirmed else others
        used = year_use.category_used_fen(session, plan.policy_year, share.category)
        if limit is not None and limit < used:
            raise ShareInUseError(share.category, int(limit), used)
        limits[share.category] = None if limit is None else int(limit)
    return limits


def _plan_to_change(session: Session, plan_id: int) -> FundPlan:
    lock_books(session)
    session.flush()
    found = session.get(FundPlan, plan_id, populate_existing=True)
    if found is None:
        raise UnknownPlanError(plan_id)
    return found
