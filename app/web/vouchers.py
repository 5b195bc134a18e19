"""Vouchers of an enterprise and of an agency, applying from the catalogue, the amount as one types, voiding."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.db import UnitOfWork, reading, unit_of_work
from app.documents.render import qr_svg, verification_url
from app.documents.voucher_letters import voucher_ended
from app.domain.calendar import local_day
from app.domain.role_grant import Role
from app.domain.voucher import NamedVoucher, named_voucher, named_vouchers
from app.domain.voucher_checks import offer_of
from app.domain.voucher_ending import void_voucher
from app.engine.errors import MayNotStartError
from app.engine.instances import cancel_instance
from app.engine.tables import instance
from app.web.context import context
from app.web.excel import wants_excel
from app.web.signed_in import signed_in
from app.web.starts import VOUCHER, begin_case
from app.web.voucher_file import vouchers_file

blueprint = Blueprint("vouchers", __name__, url_prefix="/vouchers")

REASON_MAX_CHARACTERS = 500


@blueprint.get("")
def list_vouchers() -> str | Response:
    """The vouchers of my enterprise, those that my agency serves, or all of them for the office."""
    with reading(context().database) as unit:
        today = local_day(context().now(unit))
        found = _mine(unit)
        if wants_excel():
            return vouchers_file(found)
        is_office = bool(signed_in().roles & {Role.SUPERVISOR, Role.REVIEWER, Role.FINANCE, Role.BUREAU, Role.AUDITOR})
        return render_template("vouchers/list.html", rows=found, today=today, is_office=is_office)


@blueprint.get("/<string:number>")
def show(number: str) -> str:
    """One voucher with its QR code and what happened to it."""
    with reading(context().database) as unit:
        found = _visible(unit, number)
        case_id = _case_id(unit, found.voucher.case_number)
        return render_template(
            "vouchers/show.html", one=found, case_id=case_id, today=local_day(context().now(unit)),
            is_holder=found.voucher.enterprise_id in signed_in().actor.organisations,
        )  # fmt: skip


@blueprint.get("/<string:number>/qr.svg")
def show_qr(number: str) -> Response:
    """The QR code that leads to public verification (A9.4)."""
    with reading(context().database) as unit:
        found = _visible(unit, number)
    return Response(
        qr_svg(verification_url(context().settings.root_url, found.voucher.number)), mimetype="image/svg+xml"
    )


@blueprint.post("/apply")
def apply() -> Response:
    """Begin an application about an item of the catalogue.

    Raises:
        ItemNotOfferedError, MayNotStartError.
    """
    who, item_id = signed_in(), request.form.get("item_id", type=int)
    home = who.organisation_as(Role.ENTERPRISE)
    if item_id is None:
        raise NotFound
    if home is None:
        raise MayNotStartError(VOUCHER, who.person_id)
    with unit_of_work(context().database) as unit:
        now = context().now(unit)
        offer_of(unit.session, item_id, on=local_day(now))
        return begin_case(unit, who, VOUCHER, home, {"item_id": item_id}, now=now)


@blueprint.post("/<string:number>/void")
def void(number: str) -> Response:
    """A supervisor voids a live voucher with a reason: the case ends, money and deposit go back (A11.5, A2.2).

    Raises:
        VoucherNotLiveError.
    """
    reason = request.form.get("reason", "").strip()[:REASON_MAX_CHARACTERS]
    if not reason:
        flash(gettext("Write why the voucher is voided; holder and agency read it."), "error")
        return redirect(url_for("vouchers.show", number=number))
    with unit_of_work(context().database) as unit:
        found, now, who = _visible(unit, number), context().now(unit), signed_in()
        ended = void_voucher(unit.session, number, reason=reason, by=who.person_id, now=now)
        voucher_ended(unit.session, ended, reason=reason, article="A11.5", by=who.person_id, now=now)
        unit.flush()
        case_id = _case_id(unit, found.voucher.case_number)
        if case_id is not None:
            cancel_instance(unit, context().runtime, case_id, reason=reason, now=now, actor_id=who.person_id)
    flash(gettext("Voucher %(number)s is void. Holder and agency have been told.", number=number))
    return redirect(url_for("vouchers.show", number=number))


def _mine(unit: UnitOfWork) -> list[NamedVoucher]:
    who = signed_in()
    if who.roles & {Role.ENTERPRISE, Role.AGENCY}:
        return named_vouchers(unit.session, of=sorted(who.actor.organisations))
    return named_vouchers(unit.session)


def _visible(unit: UnitOfWork, number: str) -> NamedVoucher:
    """A voucher that the reader may see: a party to it, or the office; everything else is not there."""
    found, who = named_voucher(unit.session, number), signed_in()
    if found is None:
        raise NotFound
    parties = {found.voucher.enterprise_id, found.voucher.agency_id}
    is_party = bool(parties & who.actor.organisations)
    is_tied = bool(parties & who.actor.barred)
    if not is_party and (is_tied or who.roles & {Role.ENTERPRISE, Role.AGENCY}):
        raise NotFound
    return found


def _case_id(unit: UnitOfWork, number: str) -> int | None:
    """The case of a voucher that still runs."""
    query = instance.select().where(instance.c.business_key == number, instance.c.process_key == VOUCHER)
    row = unit.connection.execute(query.with_only_columns(instance.c.id, instance.c.status)).first()
    return row.id if row is not None and row.status in ("running", "suspended") else None
