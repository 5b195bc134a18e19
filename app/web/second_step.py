"""The second step of signing in: a code from the phone, a recovery code, or a passkey.

Between the steps the cookie holds who gave the first proof, for five minutes and nothing else; nobody is signed in by it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_limiter.util import get_remote_address
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.db import reading, unit_of_work
from app.domain.account_change import note_change
from app.domain.passkey import passkeys_of
from app.domain.person import Person
from app.domain.security_event import EventKind, note
from app.domain.sign_in_attempt import count_failure, forget_failures, is_locked
from app.domain.totp import has_totp, try_code, try_recovery_code
from app.web.context import context
from app.web.limits import SECOND_STEPS, limiter
from app.web.signed_in import begin_session, came_from

blueprint = Blueprint("second_step", __name__)

WAITS_FOR = timedelta(minutes=5)
_KEY = "second_step"


def begin_second_step(person: Person, *, method: str, target: str, now: datetime) -> None:
    """Keep who gave the first proof; nothing is left of the session before."""
    language = session.get("language")
    session.clear()
    session["language"] = language or person.language
    session[_KEY] = {
        "person_id": person.id, "epoch": person.session_epoch, "at": int(now.timestamp()), "method": method,
        "next": target,
    }  # fmt: skip


def first_proof(database: Session, *, now: datetime) -> tuple[Person, dict[str, Any]] | None:
    """Who gave the first proof less than five minutes ago, and what was kept; None: nobody did."""
    kept = session.get(_KEY)
    if not isinstance(kept, dict) or now - datetime.fromtimestamp(kept["at"], UTC) >= WAITS_FOR:
        return None
    person = database.get(Person, kept["person_id"])
    if person is None or not person.is_active or person.session_epoch != kept["epoch"]:
        return None
    return person, kept


@blueprint.get("/sign-in/second-step")
def show() -> Response | str:
    """The form for the code."""
    with reading(context().database) as unit:
        found = first_proof(unit.session, now=datetime.now(UTC))
        if found is None:
            return redirect(url_for("sign_in.show"))
        return _page(unit.session, found[0])


@blueprint.post("/sign-in/second-step")
@limiter.limit(SECOND_STEPS, key_func=get_remote_address)
def enter() -> Response | tuple[str, int]:
    """Check the code; five wrong ones lock the step for fifteen minutes, and the answer does not say so."""
    now = datetime.now(UTC)
    code = request.form.get("code", "")[:40]
    with unit_of_work(context().database) as unit:
        found = first_proof(unit.session, now=now)
        if found is None:
            return redirect(url_for("sign_in.show"))
        person, kept = found
        if not _is_right(unit.session, person, code, now=now):
            return _page(unit.session, person, failed=True), 401
        begin_session(unit.session, person, method="second_factor", now=now)
    return redirect(kept["next"] or url_for("home.show"))


def _is_right(database: Session, person: Person, code: str, *, now: datetime) -> bool:
    counted = f"SECOND-STEP:{person.id}"  # upper case: no login that somebody types is ever the same
    if is_locked(database, counted, now=now):
        note(database, EventKind.SIGN_IN_FAILED, by=None, about=person.id, address=came_from(), now=now, why="locked")
        return False
    if try_code(database, person.id, code, now=now):
        forget_failures(database, counted)
        return True
    if try_recovery_code(database, person.id, code, now=now):
        forget_failures(database, counted)
        note_change(database, EventKind.RECOVERY_CODE_USED, person.id, by=person.id, address=came_from(), now=now)
        return True
    count_failure(database, counted, now=now)
    kind = EventKind.LOGIN_LOCKED if is_locked(database, counted, now=now) else EventKind.SIGN_IN_FAILED
    note(database, kind, by=None, about=person.id, address=came_from(), now=now, why="code")
    return False


def _page(database: Session, person: Person, *, failed: bool = False) -> str:
    return render_template(
        "second_step/show.html", failed=failed, has_totp=has_totp(database, person.id),
        has_passkey=bool(passkeys_of(database, person.id)),
    )  # fmt: skip
