"""Sign in and out."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_limiter.util import get_remote_address
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.db import reading, unit_of_work
from app.domain.passkey import passkeys_of
from app.domain.person import Person, admit, try_password
from app.domain.role_grant import POWERFUL, roles_held
from app.domain.totp import has_totp
from app.settings import SecondFactor
from app.web.context import context
from app.web.limits import SIGN_INS, limiter
from app.web.second_step import begin_second_step
from app.web.signed_in import begin_session, came_from, visitor
from app.web.signed_in import sign_out as end

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
    answer = None
    with unit_of_work(context().database) as unit:
        person = admit(unit.session, tried, now=now, address=came_from())
        if person is not None:
            answer = go_on(unit.session, person, method="password", target=request.form.get("next"), now=now)
    return answer or (_page(login=login, failed=True), 401)


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End this session."""
    with unit_of_work(context().database) as unit:
        end(unit.session, now=datetime.now(UTC))
    flash(gettext("You have signed out."))
    return redirect(url_for("sign_in.show"))


def go_on(database: Session, person: Person, *, method: str, target: str | None, now: datetime) -> Response:
    """Let in whoever gave the first proof, or ask for the second."""
    if needs_second_step(database, person):
        begin_second_step(person, method=method, target=inside(target) or "", now=now)
        return redirect(url_for("second_step.show"))
    begin_session(database, person, method=method, now=now)
    return redirect(inside(target) or url_for("home.show"))


def needs_second_step(database: Session, person: Person) -> bool:
    """Whether a password is not enough: a phone is set up, or a powerful role asks for it and there is a passkey.

    Who has neither is let in and led to setting one up, where that is required.
    """
    if has_totp(database, person.id):
        return True
    held = {role for role, _ in roles_held(database.connection(), person.id)}
    is_required = context().settings.second_factor is SecondFactor.REQUIRED and bool(held & POWERFUL)
    return is_required and bool(passkeys_of(database, person.id))


def _page(*, login: str = "", failed: bool = False) -> str:
    target = request.values.get("next", "")
    settings = context().settings
    return render_template(
        "sign_in/show.html", login=login, failed=failed, next=inside(target) or "", has_provider=bool(settings.oidc_issuer),
        provider=settings.oidc_name,
    )  # fmt: skip


def inside(target: str | None) -> str | None:
    """The target, if it is an address of ours: a path and nothing else."""
    if not target or not target.isprintable() or "\\" in target:
        return None  # browsers drop line breaks and tabs, and take a backslash for a slash
    parts = urlsplit(target)
    is_path = not parts.scheme and not parts.netloc and target.startswith("/") and not target.startswith("//")
    return target if is_path else None
