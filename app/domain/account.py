"""The accounts of the books: on which side each stands, and whether it is kept by policy year (A11.14).

What the programme has (cash) and what it has spent (expenditure) stand on the debit side; on the credit side stands whose
that money is: the purse's in its states, the enterprises' deposits, what is owed, the fee, and what nobody has claimed.
"""

from __future__ import annotations

from enum import StrEnum


class Account(StrEnum):
    """One account of the books."""

    CASH = "cash"
    """The special account at the bank (专户)."""
    EXPENDITURE = "expenditure"
    """What vouchers have cost; mirrors `fund_spent`, so that the trial balance closes (ADR 0017)."""
    FUND_AVAILABLE = "fund_available"
    """Of the year's purse: promised to nobody."""
    FUND_RESERVED = "fund_reserved"
    """Of the year's purse: kept for applications under way."""
    VOUCHER_OUTSTANDING = "voucher_outstanding"
    """Of the year's purse: the face value of vouchers that live."""
    FUND_SPENT = "fund_spent"
    """Of the year's purse: what settled vouchers were worth."""
    DEPOSIT_HELD = "deposit_held"
    """Enterprises' own parts (保证金), held for cases under way."""
    PAYABLE_AGENCY = "payable_agency"
    PAYABLE_ENTERPRISE = "payable_enterprise"
    SUPERVISION_FEE = "supervision_fee"
    """The operator's fee, booked apart (A11.12)."""
    SUSPENSE = "suspense"
    """Money that has come in and belongs to nothing yet."""


DEBIT_SIDE = frozenset({Account.CASH, Account.EXPENDITURE})
OF_A_YEAR = frozenset(
    {
        Account.EXPENDITURE, Account.FUND_AVAILABLE, Account.FUND_RESERVED, Account.VOUCHER_OUTSTANDING,
        Account.FUND_SPENT,
    }
)  # fmt: skip
"""Kept by policy year; every other account is kept once, under year 0."""


def year_of(account: Account, policy_year: int) -> int:
    """Under which year a balance is kept: the policy year, or 0 for an account that is not of a year."""
    return policy_year if account in OF_A_YEAR else 0


def sign_of(account: Account, *, is_debit: bool) -> int:
    """1 when such a posting raises the account's balance, -1 when it lowers it."""
    return 1 if (account in DEBIT_SIDE) is is_debit else -1
