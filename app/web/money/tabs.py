"""The pages of purse and books that the reader may open, in the order of the work."""

from __future__ import annotations

from flask_babel import gettext

from app.web.permissions import may


def money_tabs() -> list[tuple[str, str]]:
    """Endpoints with their names."""
    offered = [
        ("money.show_purse", gettext("Purse")),
        ("money.list_plans", gettext("Fund plans")),
        ("money.show_deposits", gettext("Deposits")),
        ("money.list_payments", gettext("Payments")),
        ("money.list_bank_lines", gettext("Bank statement")),
        ("money.show_reconciliation", gettext("Reconciliation")),
        ("money.list_commitments", gettext("Money of cases")),
        ("money.list_entries", gettext("Entries")),
        ("money.show_trial_balance", gettext("Trial balance")),
        ("money.show_check", gettext("Check of the books")),
    ]
    return [(endpoint, label) for endpoint, label in offered if may(endpoint)]
