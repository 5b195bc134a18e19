"""The comparison of a claim's records as the work pane shows it: field by field what each source says, and a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy.orm import Session

from app.db import UnitOfWork
from app.domain.calendar import local_day
from app.domain.case_parameter import parameters_of_case
from app.domain.crosscheck import SOURCES, CheckedField, Days, Value, compare, gather, terms_of
from app.domain.inspection import InspectionPick
from app.domain.settlement import divide
from app.domain.wording import full_day_in
from app.engine import instances
from app.engine.runtime import Runtime
from app.web.case_steps import answers_of, tasks_of
from app.web.languages import language, yuan
from app.web.visibility import Sight

STEPS = frozenset({"inspect_service", "review_claim", "sign_settlement"})
"""The user tasks of the settlement in which the records are compared."""


@dataclass(frozen=True, slots=True)
class Row:
    """One field, with what each source that speaks of it says."""

    title: str
    article: str
    said: tuple[tuple[str, str], ...]
    """The source, and its value."""
    is_same: bool
    verdict: str


@dataclass(frozen=True, slots=True)
class PayLine:
    """One line of what the share comes to."""

    title: str
    how: str
    amount_fen: int
    article: str


@dataclass(frozen=True, slots=True)
class CrossCheck:
    """The comparison, why the claim was picked, and what would be paid."""

    rows: tuple[Row, ...]
    picked: str
    """Why the claim is inspected; "" if it is not."""
    share_percent: int | None
    """What the table proposes or, where it is to be signed, what the review has decided."""
    lines: tuple[PayLine, ...]
    agency_id: int
    enterprise_id: int

    @property
    def differing(self) -> int:
        """How many fields differ."""
        return sum(not row.is_same for row in self.rows)


def crosscheck_on(unit: UnitOfWork, runtime: Runtime, task: Any, sight: Sight, *, now: datetime) -> CrossCheck | None:
    """The comparison beside a task of the settlement; None elsewhere, and for whoever is not the office."""
    if task["process_key"] != "settlement" or task["element_id"] not in STEPS or not sight.sees_machine:
        return None
    session, number = unit.session, task["business_key"]
    fields = compare(gather(session, number, delivered_on=_delivered_on(unit, task["instance_id"])))
    picked, terms = session.get(InspectionPick, number), terms_of(session, number)
    share = _share(instances.variables_of(unit, runtime, task["instance_id"], now=now), task["element_id"])
    lines = () if share is None else _lines(session, number, share, now)
    return CrossCheck(
        tuple(_row(one) for one in fields), _why_picked(picked), share, lines, terms.agency_id, terms.enterprise_id
    )


def _share(variables: Mapping[str, Any], element_id: str) -> int | None:
    if element_id == "inspect_service":
        return None
    found = variables.get("share_percent" if element_id == "sign_settlement" else "proposed_percent")
    return None if found is None else int(found)


def _lines(session: Session, case_number: str, share_percent: int, now: datetime) -> tuple[PayLine, ...]:
    """What the share comes to, with how each figure was computed."""
    terms = terms_of(session, case_number)
    rate = parameters_of_case(session, case_number, on=local_day(now))["supervision_fee_hundredths_percent"]
    parts, share = divide(terms, share_percent, fee_hundredths_percent=rate), f"{share_percent}%"
    fee = f"{yuan(terms.contract_fen)} × {rate // 100}.{rate % 100:02d}%"
    return (
        PayLine(gettext("From the voucher"), f"{yuan(terms.face_fen)} × {share}", parts.voucher_fen, "A11.2"),
        PayLine(gettext("From the deposit"), f"{yuan(terms.deposit_fen)} × {share}", parts.deposit_part_fen, "A11.2"),
        PayLine(gettext("Supervision fee"), fee, -parts.fee_fen, "A11.12"),
        PayLine(gettext("To the agency"), "", parts.agency_fen, "A10.3"),
        PayLine(gettext("Back to the purse"), "", parts.returned_fen, "A11.2"),
        PayLine(gettext("Back to the enterprise"), "", parts.enterprise_fen, "A11.2"),
    )


def _delivered_on(unit: UnitOfWork, instance_id: int) -> date | None:
    """The day that the agency reported as that of the delivery."""
    answers = answers_of(unit.connection, instance_id)
    reported = [
        answers[one["id"]]["answers"].get("delivered_on")
        for one in tasks_of(unit.connection, instance_id)
        if one["element_id"] == "report_completion" and one["id"] in answers
    ]
    return date.fromisoformat(reported[-1]) if reported and reported[-1] else None


def _row(field: CheckedField) -> Row:
    heads = dict(zip(SOURCES, _heads(), strict=True))
    said = tuple((heads[one], _said(field.name, value)) for one, value in field.values.items())
    verdict = gettext("the same") if field.is_same else _difference(field)
    return Row(_title(field.name), field.article, said, field.is_same, verdict)


def _said(name: str, value: Value) -> str:
    if isinstance(value, Days):
        first, last = full_day_in(language(), value.first), full_day_in(language(), value.last)
        return first if first == last else f"{first} – {last}"
    if isinstance(value, date):
        return full_day_in(language(), value)
    return yuan(value) if isinstance(value, int) and name.endswith("_fen") else str(value)


def _heads() -> tuple[str, ...]:
    return (
        gettext("In the contract"), gettext("On the voucher"), gettext("On the receipts"), gettext("On the bank line"),
        gettext("At the delivery"),
    )  # fmt: skip


def _title(name: str) -> str:
    return {
        "enterprise": gettext("Enterprise"),
        "agency": gettext("Agency"),
        "item": gettext("Service item"),
        "contract_fen": gettext("Contract amount (yuan)"),
        "own_part_fen": gettext("The enterprise's own part (yuan)"),
        "receipt_days": gettext("Days of the receipts"),
        "deposit_day": gettext("Day of the deposit"),
        "delivery_day": gettext("Day of the delivery"),
    }[name]


def _difference(field: CheckedField) -> str:
    """In words what differs."""
    amounts = [value for value in field.values.values() if isinstance(value, int)]
    if amounts:
        return gettext("different by %(amount)s yuan", amount=yuan(max(amounts) - min(amounts)))
    return {
        "receipt_days": gettext("different: a receipt from before the contract or after the claim"),
        "deposit_day": gettext("different: paid in before the contract"),
        "delivery_day": gettext("different: outside the contract's period or the voucher's validity"),
    }.get(field.name, gettext("different names"))


def _why_picked(picked: InspectionPick | None) -> str:
    if picked is None or not picked.is_picked:
        return ""
    if picked.cause == "risk":
        risks = {
            "disputed": gettext("the delivery was not accepted"),
            "serious_before": gettext("an earlier inspection of the agency found something serious"),
            "same_parties": gettext("the same two parties settle again and again"),
            "differences": gettext("records differ"),
        }
        return gettext("Picked by risk: %(why)s", why=gettext(", ").join(risks[one] for one in picked.risks))
    if picked.cause == "least":
        return gettext("Picked: no month goes without an inspection")
    return gettext(
        "Picked at random: ticket %(ticket)d of 10,000, below %(bound)d",
        ticket=picked.ticket,
        bound=picked.share_percent * 100,
    )
