"""The audit of accounts: sign-ins, refusals, roles; by person and day, the latest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.db import reading
from app.domain.calendar import SHANGHAI
from app.domain.person import Person
from app.domain.security_event import REFUSAL_KINDS, ROLE_KINDS, SIGN_IN_KINDS, EventKind, SecurityEvent, events
from app.web.context import context
from app.web.excel import EXPORT_MAX_ROWS, Column, Kind, as_excel, wants_excel
from app.web.languages import language
from app.web.people import names_of, organisation_names

blueprint = Blueprint("audit", __name__, url_prefix="/audit")

BOOKS = {"sign-ins": SIGN_IN_KINDS, "refusals": REFUSAL_KINDS, "roles": ROLE_KINDS}
PAGE_ROWS = 50


@blueprint.get("", defaults={"book": "sign-ins"})
@blueprint.get("/<string:book>")
def list_events(book: str) -> str | Response:
    """One book of the audit: sign-ins, refusals or roles."""
    if book not in BOOKS:
        raise NotFound
    asked = request.args
    kind, text = asked.get("kind", ""), asked.get("q", "").strip()[:100]
    kinds = [one for one in BOOKS[book] if not kind or one == kind]
    with reading(context().database) as unit:
        rows = events(
            unit.session, kinds, people=_people(unit.session, text), since=_midnight(asked.get("since")),
            until=_midnight(asked.get("until"), after=1), before=asked.get("before", None, int),
            limit=EXPORT_MAX_ROWS if wants_excel() else PAGE_ROWS + 1,
        )  # fmt: skip
        if wants_excel():
            return _file(
                rows, names_of(unit.connection, {one.person_id for one in rows} | {one.actor_id for one in rows})
            )
        shown, is_more = rows[:PAGE_ROWS], len(rows) > PAGE_ROWS
        names = names_of(unit.connection, {one.person_id for one in shown} | {one.actor_id for one in shown})
        where = organisation_names(unit.connection, {one.organisation_id for one in shown}, language())
    filters: dict[str, Any] = {
        "q": text, "kind": kind, "since": asked.get("since", ""), "until": asked.get("until", ""),
    }  # fmt: skip
    more = url_for("audit.list_events", book=book, before=shown[-1].id, **filters) if is_more else None
    return render_template(
        "audit/list.html", book=book, rows=shown, names=names, where=where, filters=filters, kinds=BOOKS[book],
        kind_name=kind_name, why_name=why_name, method_name=method_name, next_url=more,
    )  # fmt: skip


def _file(rows: Sequence[SecurityEvent], names: Mapping[int | None, str]) -> Response:
    columns = [
        Column(gettext("Happened"), 17, Kind.MOMENT), Column(gettext("What"), 24), Column(gettext("Person"), 20),
        Column(gettext("By"), 20), Column(gettext("Network address"), 20),
    ]  # fmt: skip
    values = (
        [one.happened_at, kind_name(one.kind), names.get(one.person_id), names.get(one.actor_id), one.address]
        for one in rows
    )
    return as_excel("quanliu-audit", gettext("Audit"), columns, values)


def kind_name(kind: str) -> str:
    """What happened, in the reader's language."""
    names = {
        EventKind.SIGNED_IN: gettext("signed in"),
        EventKind.SIGN_IN_FAILED: gettext("sign-in failed"),
        EventKind.LOGIN_LOCKED: gettext("login locked"),
        EventKind.SIGNED_OUT: gettext("signed out"),
        EventKind.SESSION_ENDED: gettext("session ended"),
        EventKind.PASSWORD_CHANGED: gettext("password changed"),
        EventKind.PASSWORD_RESET: gettext("password set by a link"),
        EventKind.SECOND_FACTOR_SET: gettext("second factor set up"),
        EventKind.SECOND_FACTOR_REMOVED: gettext("second factor removed"),
        EventKind.RECOVERY_CODE_USED: gettext("recovery code used"),
        EventKind.PASSKEY_ADDED: gettext("passkey added"),
        EventKind.PASSKEY_REMOVED: gettext("passkey removed"),
        EventKind.IDENTITY_LINKED: gettext("identity linked"),
        EventKind.EMAIL_CHANGED: gettext("e-mail address changed"),
        EventKind.TOKEN_REVOKED: gettext("token revoked"),
        EventKind.REFUSED: gettext("refused"),
        EventKind.PERSON_INVITED: gettext("invited"),
        EventKind.PERSON_CLOSED: gettext("account closed"),
        EventKind.PERSON_REOPENED: gettext("account reopened"),
        EventKind.ORGANISATION_REGISTERED: gettext("organisation registered"),
        EventKind.ROLE_REQUESTED: gettext("role asked for"),
        EventKind.ROLE_REQUEST_REFUSED: gettext("role refused"),
        EventKind.ROLE_REQUEST_WITHDRAWN: gettext("request withdrawn"),
        EventKind.ROLE_GRANTED: gettext("role given"),
        EventKind.ROLE_REVOKED: gettext("role taken away"),
        EventKind.ROLE_ENDED: gettext("role ended"),
        EventKind.MEMBER_ADMIN_SET: gettext("administers the members from now on"),
        EventKind.MEMBER_ADMIN_REMOVED: gettext("administers the members no more"),
    }
    return str(names.get(EventKind(kind), kind))


def why_name(why: str) -> str:
    """Why a sign-in failed."""
    names = {
        "password": gettext("wrong password, or no such login"),
        "code": gettext("wrong code"),
        "locked": gettext("was locked"),
        "passkey": gettext("passkey not accepted"),
        "passkey_copied": gettext("the passkey's count went back"),
        "oidc": gettext("identity of nobody here"),
    }
    return str(names.get(why, why))


def method_name(method: str) -> str:
    """By what somebody signed in."""
    names = {
        "password": gettext("password"),
        "second_factor": gettext("password and code"),
        "passkey": gettext("passkey"),
        "oidc": gettext("single sign-on"),
        "link": gettext("link by mail"),
    }
    return str(names.get(method, method))


def _people(session: Session, text: str) -> list[int] | None:
    if not text:
        return None
    columns = (Person.login, Person.name)
    query = sa.select(Person.id).where(sa.or_(*(one.icontains(text, autoescape=True) for one in columns)))
    return list(session.scalars(query.order_by(Person.id).limit(200)))


def _midnight(text: str | None, *, after: int = 0) -> datetime | None:
    """The beginning of a day in Asia/Shanghai, or of one so many days later; None for what is no day."""
    try:
        on = date.fromisoformat(text or "")
    except ValueError:
        return None
    return datetime.combine(on + timedelta(days=after), time.min, SHANGHAI)
