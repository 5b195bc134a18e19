"""One's own account: password, sessions, language."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.db import unit_of_work
from app.domain.password import MIN_LENGTH, PasswordTooWeakError
from app.domain.person import Person, WrongCredentialsError, change_password, end_all_sessions
from app.settings import AppEnv
from app.web.context import context
from app.web.limits import PASSWORD_CHANGES, limiter
from app.web.signed_in import begin_session, end_session, signed_in

blueprint = Blueprint("account", __name__, url_prefix="/account")


@blueprint.get("")
def show() -> str:
    """The page."""
    return render_template("account/show.html", errors={}, min_length=MIN_LENGTH)


@blueprint.post("/password")
@limiter.limit(PASSWORD_CHANGES)
def set_password() -> Response | tuple[str, int]:
    """Change the password; every other session ends."""
    errors: dict[str, str] = {}
    with unit_of_work(context().database) as unit:
        person = unit.session.get_one(Person, signed_in().person_id)
        try:
            change_password(
                person, old=request.form.get("old", ""), new=request.form.get("new", ""),
                is_cheap=context().settings.env is AppEnv.TEST,
            )  # fmt: skip
        except WrongCredentialsError:
            errors["old"] = gettext("That is not your present password.")
        except PasswordTooWeakError:
            errors["new"] = gettext("Choose at least %(count)d characters, not all the same.", count=MIN_LENGTH)
        else:
            begin_session(person, now=datetime.now(UTC))
    if errors:
        return render_template("account/show.html", errors=errors, min_length=MIN_LENGTH), 422
    flash(gettext("Your password has been changed. Other sessions have ended."))
    return redirect(url_for("account.show"))


@blueprint.post("/sign-out-everywhere")
def sign_out_everywhere() -> Response:
    """End every session of the person, this one too."""
    with unit_of_work(context().database) as unit:
        end_all_sessions(unit.session.get_one(Person, signed_in().person_id))
    end_session()
    flash(gettext("You have signed out on every device."))
    return redirect(url_for("sign_in.show"))
