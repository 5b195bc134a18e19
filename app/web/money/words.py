"""Names of accounts, kinds of entries and states of money in the reader's language."""

from __future__ import annotations

from flask_babel import gettext

from app.domain.account import Account
from app.domain.commitment import CommitmentState
from app.domain.ledger import EntryKind


def account_name(account: str) -> str:
    """One account of the books."""
    names = {
        Account.CASH: gettext("Cash at bank"),
        Account.EXPENDITURE: gettext("Expenditure"),
        Account.FUND_AVAILABLE: gettext("Available"),
        Account.FUND_RESERVED: gettext("Reserved"),
        Account.VOUCHER_OUTSTANDING: gettext("Outstanding vouchers"),
        Account.FUND_SPENT: gettext("Spent"),
        Account.DEPOSIT_HELD: gettext("Deposits held"),
        Account.PAYABLE_AGENCY: gettext("Payable to agencies"),
        Account.PAYABLE_ENTERPRISE: gettext("Payable to enterprises"),
        Account.SUPERVISION_FEE: gettext("Supervision fee"),
        Account.SUSPENSE: gettext("Suspense"),
    }
    return str(names.get(Account(account), account))


def kind_name(kind: str) -> str:
    """What an entry says has happened."""
    names = {
        EntryKind.BANK_CREDIT: gettext("Money came in"),
        EntryKind.PLAN_CONFIRMED: gettext("Fund plan confirmed"),
        EntryKind.INTEREST: gettext("Interest"),
        EntryKind.RESERVED: gettext("Money reserved"),
        EntryKind.RESERVE_LOWERED: gettext("Reserve lowered"),
        EntryKind.RELEASED: gettext("Reserve released"),
        EntryKind.DEPOSIT_MATCHED: gettext("Deposit confirmed"),
        EntryKind.DEPOSIT_RETURNED: gettext("Deposit returned"),
        EntryKind.ISSUED: gettext("Voucher issued"),
        EntryKind.EXPIRED: gettext("Voucher expired"),
        EntryKind.VOIDED: gettext("Voucher voided"),
        EntryKind.SETTLED: gettext("Voucher settled"),
        EntryKind.PAID: gettext("Paid"),
        EntryKind.REVERSAL: gettext("Reversal"),
    }
    return str(names.get(EntryKind(kind), kind))


def commitment_name(state: str) -> str:
    """How far the money of a case has come."""
    names = {
        CommitmentState.RESERVED: gettext("reserved"),
        CommitmentState.ISSUED: gettext("voucher issued"),
        CommitmentState.SETTLED: gettext("settled"),
        CommitmentState.RELEASED: gettext("released"),
        CommitmentState.EXPIRED: gettext("expired"),
        CommitmentState.VOIDED: gettext("voided"),
    }
    return str(names.get(CommitmentState(state), state))
