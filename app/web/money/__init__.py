"""Pages of the purse and the books: the bureau follows up, finance does the day's work at the bank (A3.2, A3.3, A9.3, A11.14)."""

from __future__ import annotations

from app.web.money import bank, commitments, deposits, entries, payments, plans, purse, reconciling
from app.web.money.blueprint import blueprint

__all__ = ["bank", "blueprint", "commitments", "deposits", "entries", "payments", "plans", "purse", "reconciling"]
