"""The computed checks of an application, in words, with the figures that they were computed from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from sqlalchemy.orm import Session

from app.domain.certification import application_of_case, checks_of


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
    found = checks_of(session, application.id) if application else []
    return [Check(_title(one.name), one.article, one.holds, _figures(one.name, one.figures)) for one in found]


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
