"""Who may get a voucher: every condition with its article and the figures that it was computed from (A5.1, A5.2, A7.1, A11.4, A11.9).

The facts are gathered here; what they come to is decided by the tables `sme_size` and `eligibility`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.domain import credit_code
from app.domain.affiliation import affiliates_of_operator
from app.domain.bad_credit import bad_credit_of
from app.domain.enterprise import EnterpriseFigures, LegalForm, enterprise_of, figures_on
from app.domain.organisation import Organisation
from app.domain.rule_tables import Decide, shipped

UNKNOWN = "unknown"
SOLE_TRADERS_CODE = "92"
"""How the credit code of every sole trader (个体工商户) begins, whatever they declare (GB 32100-2015)."""
OF_EVERYBODY = {
    "credit_code": "A5.1",
    "region": "A5.1",
    "declared": "A5.1",
    "affiliation": "A11.9",
    "bad_credit": "A11.4",
}
OF_FIGURES = {
    "legal_person": "A5.1", "in_business": "A5.1", "growing": "A5.1", "in_order": "A5.1", "industry": "A5.1", "size": "A5.2",
}  # fmt: skip
"""Checked once figures have been declared."""
OF_SERVICE = {"category": "A7.1", "litigation": "A7.1"}
"""Checked once a service has been chosen."""
ORDER = ("credit_code", "region", "declared", *OF_FIGURES, "affiliation", "bad_credit", *OF_SERVICE)


@dataclass(frozen=True, slots=True)
class Check:
    """One condition: whether it holds, by which article, and on which figures (JSON)."""

    id: str
    article: str
    holds: bool
    figures: Mapping[str, Any]


def check_eligibility(
    session: Session,
    enterprise_id: int,
    *,
    category: str | None,
    on: date,
    is_litigation: bool = False,
    decide: Decide = shipped,
) -> list[Check]:
    """Every condition of an enterprise for a service of a category, as it stands on a day.

    Args:
        category: of the service; None: none has been chosen, and the conditions of the service are left out.
        decide: the decision tables; default: those that ship.

    Raises NoEnterpriseError.
    """
    organisation = enterprise_of(session, enterprise_id)
    declared = figures_on(session, enterprise_id, on=on)
    facts = _facts(session, organisation, declared, on) | {
        "category": category or "other",
        "is_litigation": is_litigation,
    }
    sized = _size(declared, decide)
    decided = decide(
        "eligibility", {**{name: facts[name] for name in facts if name not in _FOR_FIGURES}, "size": sized["size"]}
    )
    failing = {one["check"]: one["article"] for one in decided["failures"]}
    figures = _figures(organisation, declared, facts, sized)
    asked = OF_EVERYBODY | (OF_FIGURES if declared else {}) | (OF_SERVICE if category else {})
    return [
        Check(name, failing.get(name, asked[name]), name not in failing, figures[name])
        for name in ORDER
        if name in asked
    ]


def failing_conditions(checks: Sequence[Check]) -> list[Check]:
    """Those that do not hold; an enterprise with one gets no voucher, unless an override is signed for it (A9.2)."""
    return [check for check in checks if not check.holds]


def size_of(session: Session, enterprise_id: int, *, on: date, decide: Decide = shipped) -> str:
    """The size of an enterprise on a day: large, medium, small, micro; unknown before it has declared figures (A5.2)."""
    return str(_size(figures_on(session, enterprise_id, on=on), decide)["size"])


_FOR_FIGURES = ("shared", "entries")


def _facts(
    session: Session, organisation: Organisation, declared: EnterpriseFigures | None, on: date
) -> dict[str, Any]:
    code = organisation.credit_code
    entries = bad_credit_of(session, organisation, on=on)
    shared = affiliates_of_operator(session, organisation)
    form = (
        LegalForm.SOLE_TRADER if code.startswith(SOLE_TRADERS_CODE) else (declared.legal_form if declared else UNKNOWN)
    )
    return {
        "is_code_valid": credit_code.is_valid(code),
        "is_of_region": credit_code.is_of_region(code),
        "is_declared": declared is not None,
        "legal_form": str(form),
        "is_in_business": declared is not None and declared.is_in_business,
        "is_growing": declared is not None and declared.is_growing,
        "is_in_order": declared is not None and declared.is_in_order,
        "industry": declared.industry if declared else UNKNOWN,
        "is_affiliate": bool(shared),
        "has_bad_credit": bool(entries),
        "shared": shared,
        "entries": [one.since_on.isoformat() for one in entries],
    }


def _size(declared: EnterpriseFigures | None, decide: Decide) -> Mapping[str, Any]:
    if declared is None:
        return {"size": UNKNOWN}
    found: Mapping[str, Any] = decide(
        "sme_size",
        {
            "industry": declared.industry,
            "employees": declared.employees,
            "revenue": in_ten_thousands(declared.revenue_yuan),
            "assets": in_ten_thousands(declared.assets_yuan),
        },
    )
    return found


def in_ten_thousands(yuan: int) -> Decimal:
    """Yuan in 万元, exactly."""
    return Decimal(yuan) / 10_000


def _figures(
    organisation: Organisation, declared: EnterpriseFigures | None, facts: Mapping[str, Any], sized: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    code, entries = organisation.credit_code, facts["entries"]
    names = ("year", "employees", "revenue_yuan", "assets_yuan") if declared else ()
    measured = {name: getattr(declared, name) for name in names}
    return {
        "credit_code": {"credit_code": code},
        "region": {"division": code[2:8]},
        "declared": {"count": int(declared is not None), "year": declared.year if declared else None},
        "legal_person": {"legal_form": facts["legal_form"]},
        "in_business": {"is_in_business": facts["is_in_business"]},
        "growing": {"is_growing": facts["is_growing"], **measured},
        "in_order": {"is_in_order": facts["is_in_order"]},
        "industry": {"industry": facts["industry"]},
        "size": {"industry": facts["industry"], **measured, **sized},
        "affiliation": {"shared": facts["shared"]},
        "bad_credit": {"count": len(entries), "since_on": min(entries, default=None)},
        "category": {"category": facts["category"]},
        "litigation": {"category": facts["category"], "is_litigation": facts["is_litigation"]},
    }
