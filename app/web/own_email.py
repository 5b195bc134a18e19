"""One's own e-mail address: asked for with the password, confirmed by a link to the new one."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.db import reading, unit_of_work
from app.domain.account_link import LinkSpentError
from app.domain.email_change import TooManyChangesError, ask_email_change, change_behind, confirm_email_change
from app.domain.person import Person, WrongCredentialsError
from app.domain.registration import EmailNotUsableError
from app.web.context import context
from app.web.errors import message_of
from app.web.limits import LETTERS, limiter
from app.web.signed_in import came_from, signed_in
from app.web.site_address import site_address

blueprint = Blueprint("own_email", __name__, url_prefix="/account/email")


@blueprint.get("")
def show() -> str:
    """The form."""
    return _page("", {})


@blueprint.post("")
@limiter.limit(LETTERS)
def ask() -> Response | tuple[str, int]:
    """Send the link to the new address."""
    email, errors = request.form.get("email", "").strip()[:200], {}
    try:
        with unit_of_work(context().database) as unit:
            person = unit.session.get_one(Person, signed_in().person_id)
            ask_email_change(
                unit.session, person, email, password=request.form.get("password", ""), site=site_address(),
                now=datetime.now(UTC),
            )  # fmt: skip
    except WrongCredentialsError:
        errors["password"] = gettext("That is not your present password.")
    except (EmailNotUsableError, TooManyChangesError) as refused:
        errors["email"] = message_of(refused)
    if errors:
        return _page(email, errors), 422
    flash(
        gettext("A link is on its way to %(email)s. Open it within two hours; until then nothing changes.", email=email)
    )
    return redirect(url_for("account.show"))


@blueprint.get("/<string:token>")
def show_link(token: str) -> str | tuple[str, int]:
    """What the link would change; looking does not use it up, since mail scanners look too."""
    with reading(context().database) as unit:
        try:
            change = change_behind(unit.session, signed_in().person_id, token, now=datetime.now(UTC))
        except LinkSpentError:
            return render_template("links/spent.html", kind="email"), 404
        return render_template("account/confirm_email.html", email=change.email)


@blueprint.post("/<string:token>")
@limiter.limit(LETTERS)
def confirm(token: str) -> Response | tuple[str, int]:
    """Let mail go to the new address from now on."""
    try:
        with unit_of_work(context().database) as unit:
            person = unit.session.get_one(Person, signed_in().person_id)
            confirm_email_change(unit.session, person, token, address=came_from(), now=datetime.now(UTC))
    except LinkSpentError:
        return render_template("links/spent.html", kind="email"), 404
    flash(gettext("Your e-mail address has been changed."))
    return redirect(url_for("account.show"))


def _page(email: str, errors: dict[str, str]) -> str:
    with reading(context().database) as unit:
        person = unit.session.get_one(Person, signed_in().person_id)
        return render_template("account/email.html", person=person, email=email, errors=errors)
