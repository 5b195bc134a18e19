"""An agency or enterprise registers itself."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_limiter.util import get_remote_address
from werkzeug.wrappers import Response

from app.db import reading, unit_of_work
from app.domain.account_link import LinkSpentError
from app.domain.credit_code import is_valid
from app.domain.organisation import OrganisationKind
from app.domain.outbox import can_be_mailed
from app.domain.password import MIN_LENGTH, PasswordTooWeakError
from app.domain.registration import (
    SELF_REGISTERED,
    OrganisationKnownError,
    RegistrationEntry,
    ask_registration,
    confirm_registration,
    registration_of,
)
from app.settings import AppEnv
from app.web.context import context
from app.web.errors import message_of
from app.web.languages import language
from app.web.limits import LETTERS, limiter
from app.web.signed_in import begin_session, visitor
from app.web.site_address import site_address

blueprint = Blueprint("registration", __name__, url_prefix="/register")

LENGTHS = {"credit_code": 18, "name_zh": 120, "responsible_person": 60, "contact": 60, "email": 200, "phone": 30}


@blueprint.get("")
def show() -> Response | str:
    """The form; whoever is signed in goes on to work."""
    if visitor() is not None:
        return redirect(url_for("home.show"))
    return render_template(
        "registration/show.html", typed={"kind": request.args.get("kind", "")}, errors={}, sent=False
    )


@blueprint.post("")
@limiter.limit(LETTERS, key_func=get_remote_address)
def register() -> str | tuple[str, int]:
    """Send the link; the answer is the same whether the organisation is known or not."""
    typed = {name: request.form.get(name, "").strip()[: LENGTHS.get(name, 20)] for name in (*LENGTHS, "kind")}
    typed["credit_code"] = typed["credit_code"].upper()
    errors = _errors(typed)
    if errors:
        return render_template("registration/show.html", typed=typed, errors=errors, sent=False), 422
    entry = RegistrationEntry(kind=OrganisationKind(typed.pop("kind")), language=language(), **typed)
    with unit_of_work(context().database) as unit:
        ask_registration(unit.session, entry, site=site_address(), now=datetime.now(UTC))
    return render_template("registration/show.html", typed=typed, errors={}, sent=True)


@blueprint.get("/<string:token>")
def show_link(token: str) -> str | tuple[str, int]:
    """What was typed, and the form for the password."""
    try:
        with reading(context().database) as unit:
            asked = registration_of(unit.session, token, now=datetime.now(UTC))
            return render_template("registration/confirm.html", asked=asked, min_length=MIN_LENGTH, error="")
    except LinkSpentError:
        return render_template("links/spent.html", kind="registration"), 404


@blueprint.post("/<string:token>")
@limiter.limit(LETTERS, key_func=get_remote_address)
def confirm(token: str) -> Response | tuple[str, int]:
    """Make organisation and account, and sign in."""
    now = datetime.now(UTC)
    try:
        with unit_of_work(context().database) as unit:
            person = confirm_registration(
                unit.session, token, password=request.form.get("password", ""), now=now,
                is_cheap=context().settings.env is AppEnv.TEST,
            )  # fmt: skip
            begin_session(unit.session, person, method="link", now=now)
    except LinkSpentError:
        return render_template("links/spent.html", kind="registration"), 404
    except (PasswordTooWeakError, OrganisationKnownError) as refused:
        with reading(context().database) as unit:
            asked = registration_of(unit.session, token, now=now)
            page = render_template(
                "registration/confirm.html", asked=asked, min_length=MIN_LENGTH, error=message_of(refused)
            )
            return page, 422
    flash(gettext("Your organisation is registered. You sign in with its credit code."))
    return redirect(url_for("home.show"))


def _errors(typed: dict[str, str]) -> dict[str, str]:
    errors = {}
    if typed["kind"] not in {str(kind) for kind in SELF_REGISTERED}:
        errors["kind"] = gettext("Choose what your organisation is.")
    if not is_valid(typed["credit_code"]):
        errors["credit_code"] = gettext("Check the code: 18 characters, the last one is computed from the others.")
    if not can_be_mailed(typed["email"]):
        errors["email"] = gettext("That is no e-mail address: it should be like name@example.cn.")
    for name in ("name_zh", "responsible_person", "contact"):
        if not typed[name]:
            errors[name] = gettext("Fill this in.")
    return errors
