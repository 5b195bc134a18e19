"""Links by mail: a password that was forgotten, an invitation."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, flash, render_template, request
from flask_babel import gettext
from flask_limiter.util import get_remote_address
from werkzeug.wrappers import Response

from app.db import reading, unit_of_work
from app.domain import forgotten_password
from app.domain.account_link import LinkPurpose, LinkSpentError, follow_link, link_holder
from app.domain.password import MIN_LENGTH, PasswordTooWeakError
from app.settings import AppEnv
from app.web.context import context
from app.web.limits import LETTERS, limiter
from app.web.sign_in import go_on
from app.web.signed_in import came_from
from app.web.site_address import site_address

blueprint = Blueprint("links", __name__)

PURPOSES = {"invitation": LinkPurpose.INVITATION, "password-reset": LinkPurpose.PASSWORD_RESET}


@blueprint.get("/forgotten-password")
def show_forgotten() -> str:
    """The form."""
    return render_template("links/forgotten.html", asked=False)


@blueprint.post("/forgotten-password")
@limiter.limit(LETTERS, key_func=get_remote_address)
def ask_reset() -> str:
    """Write down the login; words and work are the same whether anybody has it."""
    with unit_of_work(context().database) as unit:
        forgotten_password.ask_reset(
            unit.session, request.form.get("login", ""), site=site_address(), now=datetime.now(UTC)
        )
    return render_template("links/forgotten.html", asked=True)


@blueprint.get("/invitation/<string:token>", defaults={"kind": "invitation"})
@blueprint.get("/password-reset/<string:token>", defaults={"kind": "password-reset"})
def show_link(kind: str, token: str) -> str | tuple[str, int]:
    """The form for the password; looking does not use the link up, since mail scanners look too."""
    with reading(context().database) as unit:
        try:
            person = link_holder(unit.session, token, PURPOSES[kind], now=datetime.now(UTC))
        except LinkSpentError:
            return render_template("links/spent.html", kind=kind), 404
        return render_template(
            "links/password.html", kind=kind, login=person.login, name=person.name, min_length=MIN_LENGTH, error=""
        )


@blueprint.post("/invitation/<string:token>", defaults={"kind": "invitation"})
@blueprint.post("/password-reset/<string:token>", defaults={"kind": "password-reset"})
@limiter.limit(LETTERS, key_func=get_remote_address)
def follow(kind: str, token: str) -> Response | str | tuple[str, int]:
    """Set the password and sign in; a second factor is still asked for."""
    now = datetime.now(UTC)
    try:
        with unit_of_work(context().database) as unit:
            person = link_holder(unit.session, token, PURPOSES[kind], now=now)
            shown = {"login": person.login, "name": person.name}
            person = follow_link(
                unit.session, token, PURPOSES[kind], password=request.form.get("password", ""), address=came_from(),
                now=now, is_cheap=context().settings.env is AppEnv.TEST,
            )  # fmt: skip
            unit.flush()
            answer = go_on(unit.session, person, method="link", target=None, now=now)
    except LinkSpentError:
        return render_template("links/spent.html", kind=kind), 404
    except PasswordTooWeakError:
        error = gettext("Choose at least %(count)d characters, not all the same.", count=MIN_LENGTH)
        return render_template("links/password.html", kind=kind, min_length=MIN_LENGTH, error=error, **shown), 422
    flash(gettext("Your password has been set."))
    return answer
