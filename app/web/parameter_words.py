"""What a policy parameter is called, and its value with its unit, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from app.domain.case_parameter import fixed_parameters
from app.domain.parameters import PARAMETERS
from app.domain.rules import parameter_names
from app.web.languages import language, points, yuan


def parameter_name(key: str) -> str:
    """Its name; a test asks for every one, a page never fails for want of one."""
    named = parameter_names().get(key)
    return named[language()] if named else key.replace("_", " ")


def parameter_value(key: str, value: int) -> str:
    """A value of a parameter in words."""
    units: dict[str, Callable[[], str]] = {
        "working days": lambda: ngettext("%(num)d working day", "%(num)d working days", value),
        "days": lambda: ngettext("%(num)d day", "%(num)d days", value),
        "months": lambda: ngettext("%(num)d month", "%(num)d months", value),
        "years": lambda: ngettext("%(num)d year", "%(num)d years", value),
        "experts": lambda: ngettext("%(num)d expert", "%(num)d experts", value),
        "claims": lambda: ngettext("%(num)d claim", "%(num)d claims", value),
        "hundredths of a point": lambda: gettext("%(points)s points", points=points(value)),
        "percent": lambda: f"{value} %",
        "hundredths of a percent": lambda: f"{value // 100}.{value % 100:02d} %",
        "fen": lambda: yuan(value),
        "yes or no": lambda: gettext("yes") if value else gettext("no"),
    }
    return str(units[PARAMETERS[key].unit]())


@dataclass(frozen=True, slots=True)
class FixedFigure:
    """One figure that a case is decided under."""

    key: str
    name: str
    value: str
    article: str
    since: date


def figures_of_case(session: Session, case_number: str) -> list[FixedFigure]:
    """What a case is decided under, in words; empty for a case of before it was recorded."""
    return [
        FixedFigure(
            one.key, parameter_name(one.key), parameter_value(one.key, one.value), PARAMETERS[one.key].article,
            one.effective_on,
        )
        for one in fixed_parameters(session, case_number)
        if one.key in PARAMETERS
    ]  # fmt: skip


def unit_name(unit: str) -> str:
    """The unit in which a value is typed."""
    names = {
        "working days": gettext("working days"),
        "days": gettext("days"),
        "months": gettext("months"),
        "years": gettext("years"),
        "experts": gettext("experts"),
        "claims": gettext("claims"),
        "hundredths of a point": gettext("points"),
        "percent": "%",
        "hundredths of a percent": "%",
        "fen": gettext("yuan"),
    }
    return str(names.get(unit, ""))
