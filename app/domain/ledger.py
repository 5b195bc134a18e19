"""The books: double entry in whole fen; entries are added and never edited, a mistake is reversed (A11.14).

A line moves an amount from one account to another, so that an entry that does not balance cannot be written. The database
itself refuses UPDATE and DELETE of entries and lines, keeps the balances by a trigger on each new line, and refuses a line
that would take an account below nothing: that is what no race can get round (ADR 0017).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship, selectinload

from app.db import Base, Instant
from app.domain.account import OF_A_YEAR, Account, sign_of, year_of
from app.domain.book_errors import AlreadyReversedError, AmountNotPositiveError, BalanceTooLowError, EntryDiffersError

_ACCOUNTS = ", ".join(repr(str(one)) for one in Account)
_YEARLY = ", ".join(sorted(repr(str(one)) for one in OF_A_YEAR))
_LOCK = 0x51_75_61_6E_6C_69_75  # "Quanliu"


class EntryKind(StrEnum):
    """What an entry says has happened."""

    BANK_CREDIT = "bank_credit"
    PLAN_CONFIRMED = "plan_confirmed"
    INTEREST = "interest"
    RESERVED = "reserved"
    RESERVE_LOWERED = "reserve_lowered"
    RELEASED = "released"
    DEPOSIT_MATCHED = "deposit_matched"
    DEPOSIT_RETURNED = "deposit_returned"
    ISSUED = "issued"
    EXPIRED = "expired"
    VOIDED = "voided"
    SETTLED = "settled"
    PAID = "paid"
    REVERSAL = "reversal"


@dataclass(frozen=True, slots=True)
class Line:
    """An amount, in fen, that moves: the debit side receives, the credit side gives."""

    debit: Account
    credit: Account
    amount_fen: int


class LedgerEntry(Base):
    """One thing that has happened to money, once."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        sa.UniqueConstraint("idempotency_key"),
        sa.UniqueConstraint("reverses_id"),
        sa.CheckConstraint("policy_year BETWEEN 2000 AND 2200", name="policy_year"),
        sa.CheckConstraint("length(idempotency_key) > 0", name="has_key"),
        sa.Index("ix_ledger_entry_case_number", "case_number"),
        sa.Index("ix_ledger_entry_kind_id", "kind", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    policy_year: Mapped[int] = mapped_column(
        sa.Integer, comment="whose purse; of money without one, the year it came in"
    )
    case_number: Mapped[str | None] = mapped_column(sa.String(80), comment="NULL: of no case")
    voucher_number: Mapped[str | None] = mapped_column(
        sa.String(40), comment="NULL: before the issue, or of no voucher"
    )
    article: Mapped[str] = mapped_column(sa.String(12), comment="the rule by which it was booked, such as A11.2")
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), comment="NULL: the machine")
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    idempotency_key: Mapped[str] = mapped_column(sa.String(120), comment="the same thing is booked once")
    reverses_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ledger_entry.id"), comment="NULL: no reversal")
    note: Mapped[str] = mapped_column(sa.Text, server_default="")
    lines: Mapped[list[LedgerLine]] = relationship(order_by="LedgerLine.number", viewonly=True)


class LedgerLine(Base):
    """One amount of an entry, from one account to another."""

    __tablename__ = "ledger_line"
    __table_args__ = (
        sa.CheckConstraint("amount_fen > 0", name="amount_positive"),
        sa.CheckConstraint(f"debit_account IN ({_ACCOUNTS})", name="debit_account"),
        sa.CheckConstraint(f"credit_account IN ({_ACCOUNTS})", name="credit_account"),
        sa.CheckConstraint("debit_account <> credit_account", name="two_accounts"),
        sa.Index("ix_ledger_line_debit_account", "debit_account", "entry_id"),
        sa.Index("ix_ledger_line_credit_account", "credit_account", "entry_id"),
    )

    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("ledger_entry.id"), primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, comment="1, 2 … within the entry")
    debit_account: Mapped[str] = mapped_column(sa.String(20))
    credit_account: Mapped[str] = mapped_column(sa.String(20))
    amount_fen: Mapped[int] = mapped_column(sa.BigInteger)


class AccountBalance(Base):
    """What an account holds; a trigger on new lines alone writes it, and the check recomputes it."""

    __tablename__ = "account_balance"
    __table_args__ = (
        sa.CheckConstraint("balance_fen >= 0", name="never_negative"),
        sa.CheckConstraint(f"account IN ({_ACCOUNTS})", name="account"),
        sa.CheckConstraint(f"(account IN ({_YEARLY})) = (policy_year > 0)", name="of_a_year"),
    )

    account: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    policy_year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, comment="0: not of a year")
    balance_fen: Mapped[int] = mapped_column(sa.BigInteger)


@dataclass(frozen=True, slots=True)
class Posting:
    """What is to be booked; `key` is what makes it once, `article` the rule by which it happens."""

    kind: EntryKind
    lines: Sequence[Line]
    policy_year: int
    article: str
    key: str
    case_number: str | None = None
    voucher_number: str | None = None
    note: str = ""


def post(session: Session, posting: Posting, *, now: datetime, actor_id: int | None = None) -> int:
    """Book an entry and return its id; the same key with the same lines is the entry that is there.

    Raises EntryDiffersError (the same key, other lines), BalanceTooLowError, AmountNotPositiveError.
    """
    lock_books(session)
    found = _with_key(session, posting.key)
    if found is not None:
        if [(one.debit_account, one.credit_account, one.amount_fen) for one in found.lines] != [
            (line.debit, line.credit, line.amount_fen) for line in posting.lines
        ]:
            raise EntryDiffersError(posting.key)
        return found.id
    return _write(session, posting, now=now, actor_id=actor_id)


def reverse(session: Session, entry_id: int, *, key: str, now: datetime, actor_id: int | None, note: str) -> int:
    """Book the opposite of an entry, last line first, and return the new entry's id; the same key again changes nothing.

    Raises AlreadyReversedError, BalanceTooLowError when the money has moved on.
    """
    lock_books(session)
    found = _with_key(session, key)
    if found is not None:
        if found.reverses_id != entry_id:
            raise EntryDiffersError(key)
        return found.id
    entry = session.get_one(LedgerEntry, entry_id)
    if entry.kind == EntryKind.REVERSAL or session.scalar(
        sa.select(LedgerEntry.id).where(LedgerEntry.reverses_id == entry_id)
    ):
        raise AlreadyReversedError(entry_id)
    lines = [
        Line(Account(one.credit_account), Account(one.debit_account), one.amount_fen) for one in reversed(entry.lines)
    ]
    posting = Posting(
        EntryKind.REVERSAL, lines, entry.policy_year, entry.article, key, entry.case_number, entry.voucher_number, note
    )
    return _write(session, posting, now=now, actor_id=actor_id, reverses_id=entry_id)


def entries_after(session: Session, entry_id: int, *, limit: int) -> Sequence[LedgerEntry]:
    """Entries in the order in which they were booked, from the one after `entry_id` on, with their lines."""
    query = sa.select(LedgerEntry).where(LedgerEntry.id > entry_id).order_by(LedgerEntry.id).limit(limit)
    return session.scalars(query.options(selectinload(LedgerEntry.lines))).all()


def balance(session: Session, account: Account, policy_year: int = 0) -> int:
    """What an account holds now, in fen; `policy_year` counts only for accounts that are of a year."""
    return balances(session, [(account, policy_year)])[account, year_of(account, policy_year)]


def balances(session: Session, wanted: Iterable[tuple[Account, int]]) -> dict[tuple[Account, int], int]:
    """What several accounts hold now, in fen, by one statement; the year of an account that has none is 0."""
    keys = {(account, year_of(account, year)) for account, year in wanted}
    rows = session.execute(
        sa.select(AccountBalance.account, AccountBalance.policy_year, AccountBalance.balance_fen).where(
            AccountBalance.account.in_(sorted({account for account, _ in keys})),
            AccountBalance.policy_year.in_(sorted({year for _, year in keys})),
        )
    )
    held = {(Account(row.account), row.policy_year): row.balance_fen for row in rows}
    return {key: held.get(key, 0) for key in keys}


def lock_books(session: Session) -> None:
    """Let one transaction at a time move money, until it ends: two that touch the same accounts never deadlock.

    SQLite has one writer anyway. The balances' CHECK holds without this lock; it only makes the loser wait.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))


def _with_key(session: Session, key: str) -> LedgerEntry | None:
    return session.scalar(sa.select(LedgerEntry).where(LedgerEntry.idempotency_key == key))


def _write(
    session: Session, posting: Posting, *, now: datetime, actor_id: int | None, reverses_id: int | None = None
) -> int:
    _check(session, posting.lines, posting.policy_year)
    values = {
        "kind": str(posting.kind), "policy_year": posting.policy_year, "article": posting.article,
        "idempotency_key": posting.key, "recorded_at": now, "actor_id": actor_id, "case_number": posting.case_number,
        "voucher_number": posting.voucher_number, "note": posting.note, "reverses_id": reverses_id,
    }  # fmt: skip
    entry_id = session.execute(sa.insert(LedgerEntry).values(**values).returning(LedgerEntry.id)).scalar_one()
    lines = [
        {
            "entry_id": entry_id, "number": number, "debit_account": str(line.debit),
            "credit_account": str(line.credit), "amount_fen": line.amount_fen,
        }
        for number, line in enumerate(posting.lines, 1)
    ]  # fmt: skip
    session.execute(sa.insert(LedgerLine), lines)
    return entry_id


def _check(session: Session, lines: Sequence[Line], policy_year: int) -> None:
    """Refuse with words what the database would refuse without: after each line, no account is below nothing."""
    if not lines:
        raise AmountNotPositiveError(0)
    held = balances(session, [(one, policy_year) for line in lines for one in (line.debit, line.credit)])
    for line in lines:
        if line.amount_fen <= 0:
            raise AmountNotPositiveError(line.amount_fen)
        for account, is_debit in ((line.debit, True), (line.credit, False)):
            key = (account, year_of(account, policy_year))
            before = held[key]
            held[key] += sign_of(account, is_debit=is_debit) * line.amount_fen
            if held[key] < 0:
                raise BalanceTooLowError(account, key[1], line.amount_fen, before)
