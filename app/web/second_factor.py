"""One's own second factor: a phone that shows codes, set up by a QR code; recovery codes, shown once."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime

import segno
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.db import reading, unit_of_work
from app.domain.account_change import note_change
from app.domain.password import is_right
from app.domain.person import Person
from app.domain.security_event import EventKind
from app.domain.totp import (
    TotpSecret,
    begin_totp,
    confirm_totp,
    recovery_codes_left,
    remove_totp,
    renew_recovery_codes,
    totp_address,
)
from app.web.context import context
from app.web.limits import PASSWORD_CHANGES, limiter
from app.web.signed_in import came_from, signed_in

blueprint = Blueprint("second_factor", __name__, url_prefix="/account/second-factor")


@blueprint.get("")
def show() -> str:
    """The QR code while it is being set up; else how many recovery codes are left."""
    with unit_of_work(context().database) as unit:
        begin_totp(unit.session, signed_in().person_id, now=datetime.now(UTC))
        return _page(unit.session)


@blueprint.get("/qr.svg")
def show_qr() -> Response:
    """The QR code of a secret that waits to be confirmed; afterwards it is never shown again."""
    with reading(context().database) as unit:
        secret = unit.session.get(TotpSecret, signed_in().person_id)
        if secret is None or secret.confirmed_at is not None:
            raise NotFound
        picture = io.BytesIO()
        address = totp_address(secret, unit.session.get_one(Person, secret.person_id).login)
        segno.make(address, error="m").save(picture, kind="svg", scale=5, border=4, light="#fff", xmldecl=False)
    return Response(picture.getvalue(), mimetype="image/svg+xml", headers={"Cache-Control": "no-store"})


@blueprint.post("")
@limiter.limit(PASSWORD_CHANGES)
def confirm() -> Response | str | tuple[str, int]:
    """Put it in force by the first right code, and show the recovery codes, once."""
    person_id, now = signed_in().person_id, datetime.now(UTC)
    with unit_of_work(context().database) as unit:
        codes = confirm_totp(unit.session, person_id, request.form.get("code", "")[:20], now=now)
        if codes is None:
            return _page(unit.session, error=gettext("That code is wrong or too old. Enter the one shown now.")), 422
        note_change(unit.session, EventKind.SECOND_FACTOR_SET, person_id, by=person_id, address=came_from(), now=now)
        return _page(unit.session, codes=codes)


@blueprint.post("/recovery-codes")
@limiter.limit(PASSWORD_CHANGES)
def renew_codes() -> str | tuple[str, int]:
    """New recovery codes, against the password; the old ones are good no more."""
    person_id = signed_in().person_id
    if not _knows_password(person_id):
        return _refused()
    with unit_of_work(context().database) as unit:
        return _page(unit.session, codes=renew_recovery_codes(unit.session, person_id))


@blueprint.post("/remove")
@limiter.limit(PASSWORD_CHANGES)
def remove() -> Response | tuple[str, int]:
    """Ask for codes no more, against the password."""
    person_id, now = signed_in().person_id, datetime.now(UTC)
    if not _knows_password(person_id):
        return _refused()
    with unit_of_work(context().database) as unit:
        remove_totp(unit.session, person_id)
        note_change(
            unit.session, EventKind.SECOND_FACTOR_REMOVED, person_id, by=person_id, address=came_from(), now=now
        )
    flash(gettext("Codes from your phone are asked for no more."))
    return redirect(url_for("account.show"))


def _knows_password(person_id: int) -> bool:
    """Whether the present password was given; whoever found a screen unlocked does not know it."""
    with reading(context().database) as unit:
        return is_right(unit.session.get_one(Person, person_id).password_hash, request.form.get("password", ""))


def _refused() -> tuple[str, int]:
    with reading(context().database) as unit:
        return _page(unit.session, password_error=gettext("That is not your present password.")), 422


def _page(database: Session, *, codes: Sequence[str] = (), error: str = "", password_error: str = "") -> str:
    secret = database.get(TotpSecret, signed_in().person_id)
    waiting = secret is not None and secret.confirmed_at is None
    return render_template(
        "second_factor/show.html", waiting=waiting, secret=secret.secret if secret and waiting else "", codes=codes,
        error=error, password_error=password_error, is_required=signed_in().lacks_second_factor,
        left=recovery_codes_left(database, signed_in().person_id), confirmed_at=secret.confirmed_at if secret else None,
    )  # fmt: skip
