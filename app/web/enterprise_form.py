"""The form in which an enterprise declares its figures: what is typed, the figures that it means, and back again."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext

from app.domain.bad_credit import PersonMark
from app.domain.eligibility_words import ten_thousands
from app.domain.enterprise import EnterpriseFigures, Figures, Industry, LegalForm
from app.domain.organisation import Organisation
from app.forms.typed import read_number

FACTS = ("is_in_business", "is_growing", "is_in_order")
CONTACTS = {"address": 200, "phone": 30, "bank_account": 40}
TYPED = {
    "year": 4, "industry": 30, "employees": 9, "revenue": 20, "assets": 20, "legal_form": 30, "identity_number": 18, **CONTACTS,
}  # fmt: skip


def read_figures(typed: dict[str, str], mark: PersonMark | None) -> tuple[Figures | None, dict[str, str]]:
    """The figures that were typed, or what is wrong with them, by field. Money is typed in 万元, to the yuan."""
    errors = {}
    numbers = {
        "year": read_number(typed["year"]), "employees": read_number(typed["employees"]),
        "revenue": read_number(typed["revenue"], decimals=4), "assets": read_number(typed["assets"], decimals=4),
    }  # fmt: skip
    for name, number in numbers.items():
        if number is None:
            errors[name] = gettext("Write a number.")
    if typed["industry"] not in set(Industry):
        errors["industry"] = gettext("Choose the industry.")
    if typed["legal_form"] not in set(LegalForm):
        errors["legal_form"] = gettext("Choose the legal form.")
    for name in FACTS:
        if typed[name] not in ("yes", "no"):
            errors[name] = gettext("Choose yes or no.")
    year, employees, revenue, assets = numbers.values()
    if errors or mark is None or year is None or employees is None or revenue is None or assets is None:
        return None, errors
    in_business, growing, in_order = (typed[name] == "yes" for name in FACTS)
    return Figures(
        year, Industry(typed["industry"]), employees, revenue, assets, LegalForm(typed["legal_form"]), in_business,
        growing, in_order, mark.hash, mark.last_four,
    ), {}  # fmt: skip


def as_typed(firm: Organisation, last: EnterpriseFigures | None) -> dict[str, Any]:
    """The form as it is shown first: what was declared last."""
    contacts = {name: getattr(firm, name) for name in CONTACTS}
    if last is None:
        return contacts
    return contacts | {
        "year": str(last.year), "industry": last.industry, "employees": str(last.employees),
        "revenue": ten_thousands(last.revenue_yuan), "assets": ten_thousands(last.assets_yuan),
        "legal_form": last.legal_form, "last_four": last.responsible_last_four,
        **{name: "yes" if getattr(last, name) else "no" for name in FACTS},
    }  # fmt: skip
