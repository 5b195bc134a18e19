"""Names of accounts, kinds of entries and states of money in the reader's language."""

from __future__ import annotations

from flask_babel import gettext

from app.domain.account import Account
from app.domain.bank_line import LineState
from app.domain.book_check_words import FIGURES, FINDINGS
from app.domain.commitment import CommitmentState
from app.domain.fund_plan import PlanState
from app.domain.ledger import EntryKind
from app.domain.payment import PaymentState, Purpose
from app.web.languages import language

ARTICLES = {1: "A11.14", 2: "A11.6", 3: "A11.14", 4: "A6.2", 5: "A11.14"}
"""The rule that each of the five invariants keeps."""
COUNTS = frozenset(
    {
        "entries_without_lines", "negative_balances", "claims", "shares", "over_the_limit", "vouchers_torn", "ended_twice",
        "cash_without_the_bank",
    }
)  # fmt: skip
"""Figures of the check that count rows; all others are fen."""


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


def line_state(state: str) -> str:
    """What a line of the bank has become."""
    names = {
        LineState.SUSPENSE: gettext("in suspense"),
        LineState.DEPOSIT: gettext("deposit"),
        LineState.PLAN: gettext("fund plan"),
        LineState.INTEREST: gettext("interest"),
        LineState.RETURNING: gettext("to be sent back"),
        LineState.RETURNED: gettext("sent back"),
        LineState.UNMATCHED: gettext("payment not known"),
        LineState.PAYMENT: gettext("payment"),
    }
    return str(names.get(LineState(state), state))


def line_reason(reason: str) -> str:
    """Why a line is sent back: the machine's own reasons in words, what a person wrote as it is."""
    names = {
        "amount_differs": gettext("the amount is not the one that is due"),
        "deposit_not_expected": gettext("no deposit is due in this case"),
    }
    return str(names.get(reason, reason))


def payment_state(state: str) -> str:
    """How far a payment order has come."""
    names = {
        PaymentState.ORDERED: gettext("to be sent"),
        PaymentState.SENT: gettext("at the bank"),
        PaymentState.PAID: gettext("paid"),
    }
    return str(names.get(PaymentState(state), state))


def payment_purpose(purpose: str) -> str:
    """What an order pays."""
    names = {
        Purpose.SETTLEMENT: gettext("settlement"),
        Purpose.DEPOSIT_RETURN: gettext("deposit back"),
        Purpose.SUSPENSE_RETURN: gettext("money sent back"),
    }
    return str(names.get(Purpose(purpose), purpose))


def plan_state(state: str) -> str:
    """How far a fund plan has come."""
    names = {
        PlanState.ALLOCATED: gettext("allocated, not confirmed"),
        PlanState.CONFIRMED: gettext("confirmed"),
        PlanState.WITHDRAWN: gettext("withdrawn"),
    }
    return str(names.get(PlanState(state), state))


def finding_name(number: int) -> str:
    """One of the five invariants."""
    chinese, english = FINDINGS[number]
    return chinese if language() == "zh" else english


def figure_name(name: str) -> str:
    """What a figure of the check compares."""
    chinese, english = FIGURES[name]
    return chinese if language() == "zh" else english


def of_words(of: str) -> str:
    """Of what a figure is: an account by its name, a year or a day as it is."""
    first, _, rest = of.partition(" ")
    return f"{account_name(first)} {rest}".strip() if first in set(Account) else of
