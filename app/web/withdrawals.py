"""Withdrawing: an applicant takes its own case back, at any time until it is concluded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.db import UnitOfWork, reading, unit_of_work
from app.documents import voucher_letters as letters
from app.domain.certification import application_of_case, withdraw_application
from app.domain.message import tell
from app.domain.notice import withdraw_notices
from app.domain.panel import dissolve_panel
from app.domain.voucher_application import application_for
from app.domain.voucher_ending import withdraw as withdraw_voucher
from app.engine.instances import cancel_instance
from app.engine.runtime import Runtime
from app.web.context import context
from app.web.signed_in import signed_in
from app.web.visibility import Standing, case_for

blueprint = Blueprint("withdrawals", __name__, url_prefix="/cases")

REASON_MAX_CHARACTERS = 500


@blueprint.get("/<int:instance_id>/withdraw")
def ask(instance_id: int) -> str:
    """What withdrawing means, and the reason."""
    with reading(context().database) as unit:
        case = _own_case(unit, instance_id)
    return _page(case)


@blueprint.post("/<int:instance_id>/withdraw")
def withdraw(instance_id: int) -> Response | tuple[str, int]:
    """End the case: its tasks are withdrawn, a notice is taken back, experts have nothing more to do.

    Raises:
        InstanceNotRunningError: it has ended meanwhile.
    """
    reason = request.form.get("reason", "").strip()
    with unit_of_work(context().database) as unit:
        case, now = _own_case(unit, instance_id), context().now(unit)
        if not reason or len(reason) > REASON_MAX_CHARACTERS:
            return _page(case, reason, is_wrong=True), 422
        take_back(unit, context().runtime, case, Withdrawal(reason, signed_in().person_id), now=now)
    flash(gettext("Case %(number)s has been withdrawn. You can apply again at any time.", number=case["business_key"]))
    return redirect(url_for("cases.show", instance_id=instance_id))


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Why an applicant takes a case back, and who says so."""

    reason: str
    person_id: int


def take_back(unit: UnitOfWork, runtime: Runtime, case: Any, withdrawal: Withdrawal, *, now: datetime) -> None:
    """End a running case on its applicant's word, with all that hangs on it.

    Raises InstanceNotRunningError.
    """
    reason, by = withdrawal.reason, withdrawal.person_id
    application = application_of_case(unit.session, case["business_key"])
    if application is not None and application.status == "open":
        withdraw_application(unit.session, application.id, reason=reason, now=now)
        withdraw_notices(unit.session, application.id, now=now)
        experts = dissolve_panel(unit.session, application.id, now=now)
        number = case["business_key"]
        tell(unit.session, to=experts, template="withdrawn", values={"link": "/inbox"}, case_number=number, now=now)
    asked_for = application_for(unit.session, case["business_key"])
    if asked_for is not None:
        withdraw_voucher(unit.session, asked_for, reason=reason, by=by, now=now)
        letters.ended(unit.session, asked_for, by=by, now=now)
        unit.flush()
    cancel_instance(unit, runtime, case["id"], reason=reason, now=now, actor_id=by)


def _own_case(unit: UnitOfWork, instance_id: int) -> Any:
    """A running case of the reader's own organisation; everything else is not there."""
    case, sight = case_for(unit, instance_id, signed_in().actor)
    if sight.standing is not Standing.APPLICANT:
        raise NotFound
    return case


def _page(case: Any, reason: str = "", *, is_wrong: bool = False) -> str:
    return render_template("cases/withdraw.html", case=case, reason=reason, is_wrong=is_wrong)
