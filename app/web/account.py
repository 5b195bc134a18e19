"""One's own account: password, second factor, passkeys, sessions, tokens, language."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.db import UnitOfWork, reading, unit_of_work
from app.domain import api_token
from app.domain.account_change import note_change
from app.domain.email_change import waiting_change
from app.domain.linked_identity import identities_of
from app.domain.passkey import passkeys_of
from app.domain.password import MIN_LENGTH, PasswordTooWeakError
from app.domain.person import Person, WrongCredentialsError, change_password, end_all_sessions
from app.domain.security_event import EventKind, note
from app.domain.sign_in_session import SignInSession, close_session, open_sessions
from app.domain.totp import has_totp
from app.settings import AppEnv
from app.web.context import context
from app.web.limits import PASSWORD_CHANGES, limiter
from app.web.signed_in import begin_session, came_from, signed_in
from app.web.signed_in import end_session as forget_here

blueprint = Blueprint("account", __name__, url_prefix="/account")


@blueprint.get("")
def show() -> str:
    """The page."""
    with reading(context().database) as unit:
        return _page(unit)


@blueprint.post("/password")
@limiter.limit(PASSWORD_CHANGES)
def set_password() -> Response | tuple[str, int]:
    """Change the password; every other session ends."""
    errors: dict[str, str] = {}
    now = datetime.now(UTC)
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
            note_change(unit.session, EventKind.PASSWORD_CHANGED, person.id, by=person.id, address=came_from(), now=now)
            begin_session(unit.session, person, method=_method(unit), now=now)
    if errors:
        with reading(context().database) as unit:
            return _page(unit, errors), 422
    flash(gettext("Your password has been changed. Other sessions have ended."))
    return redirect(url_for("account.show"))


@blueprint.post("/sign-out-everywhere")
def sign_out_everywhere() -> Response:
    """End every session of the person, this one too."""
    with unit_of_work(context().database) as unit:
        end_all_sessions(unit.session.get_one(Person, signed_in().person_id))
        _note_end(unit)
    forget_here()
    flash(gettext("You have signed out on every device."))
    return redirect(url_for("sign_in.show"))


@blueprint.post("/sessions/<int:session_id>/end")
def end_session(session_id: int) -> Response:
    """End one session, such as one on a device left behind."""
    who = signed_in()
    with unit_of_work(context().database) as unit:
        if not close_session(unit.session, who.person_id, session_id, now=datetime.now(UTC)):
            raise NotFound
        _note_end(unit)
    flash(gettext("That session has ended."))
    return redirect(url_for("account.show", _anchor="sessions"))


@blueprint.post("/tokens/<int:token_id>/revoke")
def revoke_token(token_id: int) -> Response:
    """Make a token worthless."""
    person_id, now = signed_in().person_id, datetime.now(UTC)
    with unit_of_work(context().database) as unit:
        if not api_token.revoke_token(unit.session, person_id, token_id, now=now):
            raise NotFound
        note(unit.session, EventKind.TOKEN_REVOKED, by=person_id, about=person_id, address=came_from(), now=now)
    flash(gettext("The token is revoked."))
    return redirect(url_for("account.show", _anchor="tokens"))


def _note_end(unit: UnitOfWork) -> None:
    person_id = signed_in().person_id
    note(
        unit.session, EventKind.SESSION_ENDED, by=person_id, about=person_id, address=came_from(), now=datetime.now(UTC)
    )


def _method(unit: UnitOfWork) -> str:
    """How the session began that goes on after a change of password."""
    row = unit.session.get(SignInSession, signed_in().session_id or 0)
    return row.method if row else "password"


def _page(unit: UnitOfWork, errors: dict[str, str] | None = None) -> str:
    who, settings = signed_in(), context().settings
    person = unit.session.get_one(Person, who.person_id)
    sessions = open_sessions(
        unit.session, person.id, epoch=person.session_epoch, idle=timedelta(minutes=settings.session_idle_minutes),
        longest=timedelta(hours=settings.session_max_hours), now=datetime.now(UTC),
    )  # fmt: skip
    return render_template(
        "account/show.html", errors=errors or {}, min_length=MIN_LENGTH, person=person, sessions=sessions,
        this_session=who.session_id, has_totp=has_totp(unit.session, person.id),
        passkeys=passkeys_of(unit.session, person.id), tokens=api_token.tokens_of(unit.session, person.id),
        identities=identities_of(unit.session, person.id),
        new_email=waiting_change(unit.session, person.id, now=datetime.now(UTC)),
    )  # fmt: skip
