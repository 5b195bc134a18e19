"""System administrators look after accounts: find, invite, give and take roles, close."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.db import UnitOfWork, reading, unit_of_work
from app.domain import linked_identity, membership, role_grant, role_request
from app.domain.account_change import note_change
from app.domain.account_closing import close_account, reopen_account
from app.domain.errors import DomainError
from app.domain.expert import leave_with_role
from app.domain.membership import Inviter, invite_person, mend_email, send_invitation
from app.domain.organisation import Organisation
from app.domain.passkey import passkeys_of, remove_passkey
from app.domain.person import Person, PersonEntry, end_all_sessions
from app.domain.pool_proposal import proposals_about
from app.domain.role_grant import POWERFUL, ROLES, Role
from app.domain.role_request import RoleEntry, RoleReasonMissingError, requests_for
from app.domain.security_event import EventKind
from app.domain.totp import has_totp, remove_totp
from app.web.account_list import AccountRow, held_by, list_accounts
from app.web.context import context
from app.web.errors import message_of
from app.web.excel import EXPORT_MAX_ROWS, wants_excel
from app.web.languages import LANGUAGES, language, local
from app.web.list_files import accounts_file
from app.web.people import names_of, organisation_names
from app.web.signed_in import signed_in
from app.web.site_address import site_address

blueprint = Blueprint("accounts", __name__, url_prefix="/people")

LENGTHS = {"name": 60, "login": 120, "email": 200, "phone": 30}


@blueprint.get("", endpoint="list_accounts")
def show_list() -> str | Response:
    """Everybody, by search and role."""
    text, role = request.args.get("q", "").strip()[:100], request.args.get("role", "")
    with reading(context().database) as unit:
        if wants_excel():
            return accounts_file(list_accounts(unit.session, text=text, role=role, most=EXPORT_MAX_ROWS).rows)
        page = list_accounts(unit.session, text=text, role=role, after=request.args.get("after", 0, int))
        more = url_for("accounts.list_accounts", q=text, role=role, after=page.next_after) if page.next_after else None
        return render_template("accounts/list.html", rows=page.rows, text=text, role=role, roles=Role, next_url=more)


@blueprint.get("/new")
def show_invitation() -> str:
    """The form to invite somebody."""
    return render_template("accounts/invite.html", typed={"language": "zh"}, errors={}, error="")


@blueprint.post("/new")
def invite() -> Response | tuple[str, int]:
    """Make the account and send the link."""
    typed = {name: request.form.get(name, "").strip()[:most] for name, most in LENGTHS.items()}
    typed["language"] = request.form.get("language", "zh")
    errors = {name: gettext("Fill this in.") for name in ("name", "login", "email") if not typed[name]}
    if typed["language"] not in LANGUAGES:
        errors["language"] = gettext("Choose a language.")
    error = ""
    if not errors:
        entry = PersonEntry(typed["login"], typed["name"], None, typed["email"], typed["phone"], typed["language"])
        try:
            with unit_of_work(context().database) as unit:
                made = invite_person(unit.session, entry, by=inviter(), now=datetime.now(UTC)).id
        except DomainError as refused:
            error = message_of(refused)
        else:
            flash(gettext("The invitation is on its way. Now give the roles that the person needs."))
            return redirect(url_for("accounts.show", person_id=made))
    return render_template("accounts/invite.html", typed=typed, errors=errors, error=error), 422


@blueprint.get("/<int:person_id>")
def show(person_id: int) -> str:
    """One account: what it is, what it may, what it was."""
    with reading(context().database) as unit:
        return _page(unit, _person(unit.session, person_id))


@blueprint.post("/<int:person_id>/invitation")
def invite_again(person_id: int) -> Response:
    """Send a new link; earlier ones are good no more."""
    with unit_of_work(context().database) as unit:
        send_invitation(unit.session, _person(unit.session, person_id), by=inviter(), now=datetime.now(UTC))
    flash(gettext("A new link is on its way; earlier ones are good no more."))
    return redirect(url_for("accounts.show", person_id=person_id))


@blueprint.post("/<int:person_id>/email")
def correct_email(person_id: int) -> Response | tuple[str, int]:
    """Mend the address of somebody who has followed no link yet, and send it there; later it is theirs alone."""
    try:
        with unit_of_work(context().database) as unit:
            person = _person(unit.session, person_id)
            mend_email(unit.session, person, request.form.get("email", "").strip(), by=inviter(), now=datetime.now(UTC))
    except DomainError as refused:
        with reading(context().database) as unit:
            return _page(unit, _person(unit.session, person_id), error=message_of(refused), typed=request.form), 422
    flash(gettext("A new link is on its way; earlier ones are good no more."))
    return redirect(url_for("accounts.show", person_id=person_id))


@blueprint.post("/<int:person_id>/close")
def close(person_id: int) -> Response | tuple[str, int]:
    """Close the account, for a reason; its roles are taken away."""

    def act(unit: UnitOfWork, person: Person, reason: str) -> None:
        close_account(unit.session, person, by=signed_in().person_id, reason=reason, now=datetime.now(UTC))

    return _with_reason(
        person_id, act, gettext("The account is closed; its sessions have ended and its roles are taken away.")
    )


@blueprint.post("/<int:person_id>/reopen")
def reopen(person_id: int) -> Response | tuple[str, int]:
    """Open it again, for a reason."""

    def act(unit: UnitOfWork, person: Person, reason: str) -> None:
        reopen_account(unit.session, person, by=signed_in().person_id, reason=reason, now=datetime.now(UTC))

    return _with_reason(person_id, act, gettext("The account is open again, without a role."))


@blueprint.post("/<int:person_id>/second-factor")
def reset_second_factor(person_id: int) -> Response | tuple[str, int]:
    """Forget phone and passkeys of somebody who has lost them, for a reason; never one's own."""

    def act(unit: UnitOfWork, person: Person, reason: str) -> None:
        by, now = signed_in().person_id, datetime.now(UTC)
        if by == person.id:
            raise NotFound
        remove_totp(unit.session, person.id)
        for passkey in passkeys_of(unit.session, person.id):
            remove_passkey(unit.session, person.id, passkey.id)
        end_all_sessions(person)
        note_change(unit.session, EventKind.SECOND_FACTOR_REMOVED, person.id, by=by, now=now, reason=reason)

    return _with_reason(person_id, act, gettext("The second factor is forgotten; the person sets up another."))


@blueprint.post("/<int:person_id>/identity")
def link_identity(person_id: int) -> Response | tuple[str, int]:
    """Let an identity of the single sign-on sign in as this person, for a reason; never as oneself."""
    subject = request.form.get("subject", "").strip()[:255]

    def act(unit: UnitOfWork, person: Person, reason: str) -> None:
        by, now, issuer = signed_in().person_id, datetime.now(UTC), context().settings.oidc_issuer
        if (
            not issuer
            or not subject
            or by == person.id
            or linked_identity.identity(unit.session, issuer, subject) is not None
        ):
            raise NotFound
        linked_identity.link_by_administrator(unit.session, person.id, issuer=issuer, subject=subject, by=by, now=now)
        note_change(unit.session, EventKind.IDENTITY_LINKED, person.id, by=by, now=now, reason=reason)

    return _with_reason(person_id, act, gettext("The identity is linked."))


@blueprint.post("/<int:person_id>/roles")
def request_role(person_id: int) -> Response | tuple[str, int]:
    """Ask for a role; a powerful one waits for a second administrator."""
    form = request.form
    with reading(context().database) as unit:
        person = _person(unit.session, person_id)
        try:
            entry = _role_entry(unit.session, person_id)
        except ValueError as wrong:
            return _page(unit, person, error=str(wrong), typed=form), 422
    try:
        with unit_of_work(context().database) as unit:
            role_request.request_role(unit.session, entry, by=signed_in().person_id, now=context().now(unit))
    except DomainError as refused:
        with reading(context().database) as unit:
            return _page(unit, _person(unit.session, person_id), error=message_of(refused), typed=form), 422
    is_powerful = entry.role in POWERFUL
    flash(
        gettext("The request waits for another system administrator.") if is_powerful else gettext("The role is given.")
    )
    return redirect(url_for("accounts.show", person_id=person_id, _anchor="roles"))


@blueprint.post("/<int:person_id>/roles/<string:role>/<int:organisation_id>/revoke")
def revoke_role(person_id: int, role: str, organisation_id: int) -> Response | tuple[str, int]:
    """Take a role away, for a reason."""

    def act(unit: UnitOfWork, person: Person, reason: str) -> None:
        if role not in ROLES:
            raise NotFound
        by, now = signed_in().person_id, context().now(unit)
        if not role_grant.revoke_role(
            unit.session, person.id, Role(role), organisation_id, by=by, reason=reason, now=now
        ):
            raise NotFound
        if role == Role.EXPERT:
            leave_with_role(unit.session, person.id, reason=reason, by=by, now=now)
        role_request.tell_role_changed(unit.session, person.id, now=now)

    return _with_reason(person_id, act, gettext("The role is taken away from now on."))


@blueprint.post("/<int:person_id>/organisations/<int:organisation_id>/member-admin")
def set_member_admin(person_id: int, organisation_id: int) -> Response:
    """Let somebody administer the members of their agency or enterprise, or no more."""
    is_admin = request.form.get("is_admin") == "yes"
    with unit_of_work(context().database) as unit:
        by, now = signed_in().person_id, context().now(unit)
        if not membership.set_member_admin(unit.session, person_id, organisation_id, is_admin=is_admin, by=by, now=now):
            raise NotFound
    flash(gettext("That has been changed."))
    return redirect(url_for("accounts.show", person_id=person_id, _anchor="roles"))


def inviter() -> Inviter:
    """Who invites, and from where."""
    return Inviter(signed_in().person_id, site_address())


def _with_reason(person_id: int, act: Any, done: str) -> Response | tuple[str, int]:
    """Do something to an account for a reason; without one, or against a rule, the page says so."""
    reason = request.form.get("reason", "").strip()[:300]
    try:
        with unit_of_work(context().database) as unit:
            person = _person(unit.session, person_id)
            if not reason:
                raise RoleReasonMissingError
            act(unit, person, reason)
    except DomainError as refused:
        with reading(context().database) as unit:
            return _page(unit, _person(unit.session, person_id), error=message_of(refused), typed=request.form), 422
    flash(done)
    return redirect(url_for("accounts.show", person_id=person_id))


def _role_entry(session: Session, person_id: int) -> RoleEntry:
    """What the form asks for; raise ValueError with words for the reader."""
    form = request.form
    if form.get("role", "") not in ROLES:
        raise ValueError(gettext("Choose a role."))
    code = form.get("organisation", "").strip().split(" ")[0].upper()
    organisation_id = session.scalar(sa.select(Organisation.id).where(Organisation.credit_code == code))
    if organisation_id is None:
        raise ValueError(gettext("No organisation has that credit code. Look it up under Organisations."))
    try:
        from_on = date.fromisoformat(form["from_on"]) if form.get("from_on") else local(datetime.now(UTC)).date()
        until_on = date.fromisoformat(form["until_on"]) if form.get("until_on") else None
    except ValueError as wrong:
        raise ValueError(gettext("Write dates as year-month-day, such as 2026-12-31.")) from wrong
    return RoleEntry(person_id, Role(form["role"]), organisation_id, from_on, until_on, form.get("reason", ""))


def _person(session: Session, person_id: int) -> Person:
    found = session.get(Person, person_id)
    if found is None:
        raise NotFound
    return found


def _page(unit: UnitOfWork, person: Person, *, error: str = "", typed: Any = None) -> str:
    held = held_by(unit.session, [person.id])
    requests = requests_for(unit.session, person.id)
    organisations = list(unit.session.scalars(sa.select(Organisation).order_by(Organisation.name_zh).limit(200)))
    past = held_by(unit.session, [person.id], past=True).get(person.id, [])
    people = {one.requested_by for one in requests} | {one.decided_by for one in requests}
    people |= {one.grant.granted_by for one in held.get(person.id, [])} | {one.grant.revoked_by for one in past}
    proposals = proposals_about(unit.session, person.id)
    people |= {one.proposed_by for one in proposals}
    places = {one.organisation_id for one in requests} | {one.employer_id for one in proposals}
    where = organisation_names(unit.connection, places, language())
    return render_template(
        "accounts/show.html", person=person, row=AccountRow(person, held.get(person.id, ())), past=past,
        requests=requests, proposals=proposals,
        names=names_of(unit.connection, people), where=where, roles=Role,
        organisations=organisations, error=error, typed=typed or {}, powerful=POWERFUL, is_self=person.id == signed_in().person_id,
        has_totp=has_totp(unit.session, person.id), passkeys=len(passkeys_of(unit.session, person.id)),
        identities=linked_identity.identities_of(unit.session, person.id), provider=context().settings.oidc_issuer,
    )  # fmt: skip
