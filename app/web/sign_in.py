"""Sign in and out."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_limiter.util import get_remote_address
from werkzeug.wrappers import Response

from app.db import reading, unit_of_work
from app.domain.person import admit, try_password
from app.web.context import context
from app.web.limits import SIGN_INS, limiter
from app.web.signed_in import begin_session, end_session, visitor

blueprint = Blueprint("sign_in", __name__)


@blueprint.get("/sign-in")
def show() -> Response | str:
    """The form; whoever is signed in goes on to work."""
    if visitor() is not None:
        return redirect(url_for("home.show"))
    return _page()


@blueprint.post("/sign-in")
@limiter.limit(SIGN_INS, key_func=get_remote_address)
def sign_in() -> Response | tuple[str, int]:
    """Check login and password; the answer never says which of them was wrong, or whether the account is locked."""
    login, password = request.form.get("login", "")[:200], request.form.get("password", "")[:1_000]
    now = datetime.now(UTC)
    with reading(context().database) as unit:
        tried = try_password(unit.session, login, password)
    with unit_of_work(context().database) as unit:
        person = admit(unit.session, tried, now=now)
        if person is not None:
            begin_session(person, now=now)
    if person is None:
        return _page(login=login, failed=True), 401
    return redirect(inside(request.form.get("next")) or url_for("home.show"))


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End this session."""
    end_session()
    flash(gettext("You have signed out."))
    return redirect(url_for("sign_in.show"))


def _page(*, login: str = "", failed: bool = False) -> str:
    target = request.values.get("next", "")
    return render_template("sign_in/show.html", login=login, failed=failed, next=inside(target) or "")


def inside(target: str | None) -> str | None:
    """The target, if it is an address of ours: a path and nothing else."""
    if not target:
        return None
    parts = urlsplit(target)
    is_path = not parts.scheme and not parts.netloc and target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if is_path else None
