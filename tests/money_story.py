"""A year's money in the books: cases reserved, issued, settled, given back; what the pages of purse and books show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from app.domain.account import Account
from app.domain.commitment import CommitmentState, commitment_to_change
from app.domain.ledger import EntryKind, Line, Posting, post
from app.domain.purse import Payable, VoucherCase, expect_deposit, give_back, issue, reserve, settle
from tests.books import LIMIT_FEN, YEAR, firms

CATEGORIES = ("credit", "legal", "management")
FACES_FEN = (240_000, 180_000, 300_000, 96_550, 212_340, 120_000)
BEGINNING = datetime(YEAR, 1, 8, 3, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Month:
    """When a month's cases begin, and how many."""

    number: int
    cases: int

    @property
    def begins(self) -> datetime:
        """Its third day, eleven o'clock in Yinchuan."""
        return datetime(YEAR, self.number, 3, 3, tzinfo=UTC)


def fill_books(session: Session, *, months: int = 11) -> None:
    """A purse of 150,000.00 and interest; in each month some cases, of which every third goes another way."""
    _come_in(session, EntryKind.PLAN_CONFIRMED, 15_000_000, "story:plan", BEGINNING)
    _come_in(session, EntryKind.INTEREST, 48_136, "story:interest", BEGINNING + timedelta(days=80))
    agency, enterprises = firms(session, enterprises=months * 3)
    for number, enterprise in enumerate(enterprises, 1):
        month = Month((number - 1) // 3 + 1, 3)
        begins = month.begins + timedelta(days=number % 3 * 4)
        category = CATEGORIES[number % len(CATEGORIES)]
        case = VoucherCase(f"{YEAR}-9{number:04d}", enterprise, agency, category, YEAR, LIMIT_FEN)
        _live(session, case, FACES_FEN[number % len(FACES_FEN)], number, begins, is_recent=month.number > months - 2)


def _live(
    session: Session, case: VoucherCase, face_fen: int, number: int, begins: datetime, *, is_recent: bool
) -> None:
    """One case: reserved; then issued, unless it is recent and its deposit is awaited; then settled or expired."""
    deposit_fen = face_fen + 10_000
    reserve(session, case, face_fen, now=begins)
    expect_deposit(session, case.case_number, deposit_fen, now=begins + timedelta(days=2))
    if is_recent and number % 2:
        return
    _hold_deposit(session, case, deposit_fen, begins + timedelta(days=3))
    voucher_number = f"Q{YEAR}-{number:05d}"
    issue(session, case.case_number, voucher_number, deposit_fen, now=begins + timedelta(days=4))
    if number % 7 == 0:
        give_back(session, case.case_number, CommitmentState.EXPIRED, now=begins + timedelta(days=30))
    elif not is_recent:
        paid = Payable(face_fen, deposit_fen, (face_fen + deposit_fen) * 3 // 100)
        settle(session, case.case_number, paid, now=begins + timedelta(days=28))


def _hold_deposit(session: Session, case: VoucherCase, fen: int, at: datetime) -> None:
    came = [Line(Account.CASH, Account.SUSPENSE, fen)]
    post(session, Posting(EntryKind.BANK_CREDIT, came, YEAR, "A9.3", f"story:bank:{case.case_number}"), now=at)
    commitment_to_change(session, case.case_number).deposit_held_fen = fen
    held = [Line(Account.SUSPENSE, Account.DEPOSIT_HELD, fen)]
    key = f"story:match:{case.case_number}"
    post(session, Posting(EntryKind.DEPOSIT_MATCHED, held, YEAR, "A9.3", key, case.case_number), now=at)


def _come_in(session: Session, kind: EntryKind, fen: int, key: str, at: datetime) -> None:
    lines = [Line(Account.CASH, Account.FUND_AVAILABLE, fen)]
    article = "A3.2" if kind is EntryKind.PLAN_CONFIRMED else "A11.14"
    post(session, Posting(kind, lines, YEAR, article, key), now=at)
