"""The computed checks of an application, in words, with the figures that they were computed from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from sqlalchemy.orm import Session

from app.domain.certification import application_of_case, checks_of
from app.domain.voucher_application import application_for, voucher_checks


@dataclass(frozen=True, slots=True)
class Check:
    """One rule that the machine checked."""

    title: str
    article: str
    holds: bool
    figures: str


def checks_on(session: Session, case_number: str) -> list[Check]:
    """The checks of a case's application; empty before it has been handed in."""
    application = application_of_case(session, case_number)
    if application is None:
        return _of_voucher(session, case_number)
    found = checks_of(session, application.id)
    return [Check(_title(one.name), one.article, one.holds, _figures(one.name, one.figures)) for one in found]


def _of_voucher(session: Session, case_number: str) -> list[Check]:
    application = application_for(session, case_number)
    found = voucher_checks(session, application.id) if application else []
    return [Check(check_title(one.name), one.article, one.holds, figures_in_words(one.figures)) for one in found]


def check_title(name: str) -> str:
    """What is checked of an enterprise and its contract."""
    titles = {
        "declared": gettext("Has declared its figures"),
        "legal_person": gettext("Is a legal person of its own"),
        "in_business": gettext("Is in business"),
        "growing": gettext("Is growing"),
        "in_order": gettext("Is run in order"),
        "industry": gettext("Is of an industry of the programme"),
        "size": gettext("Is medium, small or micro"),
        "bad_credit": gettext("Has no bad-credit entry"),
        "category": gettext("The service is of one of the seven categories"),
        "litigation": gettext("The service is no litigation"),
        "not_split": gettext("The contract does not look split"),
    }
    return titles.get(name) or _title(name)


def figures_in_words(figures: Mapping[str, Any]) -> str:
    """The figures of a check, each as it stands in the records."""
    names = {
        "credit_code": gettext("credit code"), "division": gettext("division"), "year": gettext("year"),
        "employees": gettext("employees"), "revenue_yuan": gettext("revenue (yuan)"),
        "assets_yuan": gettext("assets (yuan)"), "size": gettext("size"), "count": gettext("entries"),
        "window_days": gettext("days between"), "cases": gettext("other cases"), "shared": gettext("in common"),
    }  # fmt: skip
    shown = [(names[name], value) for name, value in figures.items() if name in names and value not in (None, [], "")]
    return gettext(", ").join(f"{name} {_plain(value)}" for name, value in shown)


def _plain(value: Any) -> str:
    sizes = {
        "large": gettext("large"),
        "medium": gettext("medium"),
        "small": gettext("small"),
        "micro": gettext("micro"),
    }
    if isinstance(value, list):
        return " ".join(map(str, value))
    return f"{value:,}" if isinstance(value, int) and value > 9_999 else sizes.get(str(value), str(value))


def _title(name: str) -> str:
    titles = {
        "credit_code": gettext("Unified social credit code is well formed"),
        "region": gettext("Registered in Ningxia"),
        "affiliation": gettext("Not the operator, nor affiliated with it"),
        "bad_credit": gettext("No bad-credit entry"),
    }
    return titles.get(name, name)


def _figures(name: str, figures: Mapping[str, Any]) -> str:
    if name == "credit_code":
        return str(figures["credit_code"])
    if name == "region":
        return gettext("division code %(code)s", code=figures["division"])
    if name == "bad_credit":
        return ", ".join(figures["entries"]) or gettext("no entry")
    shared = {
        "credit_code": gettext("the same credit code"),
        "responsible_person": gettext("the same responsible person"),
    }
    found = [shared.get(one, one) for one in figures["shared"]]
    return gettext("nothing in common") if not found else gettext(", ").join(found)
