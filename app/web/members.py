"""An agency's or enterprise's own people: whoever administers the members invites and removes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.db import UnitOfWork, reading, unit_of_work
from app.domain import membership
from app.domain.errors import DomainError
from app.domain.membership import NotMemberAdminError, administered, invite_member, members, remove_member
from app.domain.organisation import Organisation
from app.domain.person import Person
from app.domain.role_grant import RoleGrant, organisations_administered
from app.domain.role_request import RoleReasonMissingError
from app.web.accounts import inviter
from app.web.context import context
from app.web.errors import message_of
from app.web.excel import Column, as_excel, wants_excel
from app.web.languages import language
from app.web.limits import LETTERS, limiter
from app.web.permissions import APPLICANTS
from app.web.signed_in import signed_in

Group = tuple[Organisation, Sequence[tuple[Person, RoleGrant]], bool]

blueprint = Blueprint("members", __name__, url_prefix="/members")


@blueprint.get("")
def list_members() -> str | Response:
    """The colleagues of each organisation that one acts for."""
    with reading(context().database) as unit:
        if wants_excel():
            return _file(_groups(unit))
        return _page(unit)


@blueprint.post("/<int:organisation_id>")
@limiter.limit(LETTERS)
def invite(organisation_id: int) -> Response | tuple[str, int]:
    """Invite a colleague."""
    typed = {name: request.form.get(name, "").strip()[:most] for name, most in (("name", 60), ("email", 200))}
    if not typed["name"]:
        return _refused(gettext("Write the name of your colleague."), typed)
    try:
        with unit_of_work(context().database) as unit:
            invite_member(
                unit.session, organisation_id, name=typed["name"], email=typed["email"], language=language(), by=inviter(),
                now=datetime.now(UTC),
            )  # fmt: skip
    except NotMemberAdminError as refused:
        raise NotFound from refused
    except DomainError as refused:
        return _refused(message_of(refused), typed)
    flash(gettext("The invitation is on its way."))
    return redirect(url_for("members.list_members"))


@blueprint.post("/<int:organisation_id>/<int:person_id>/invitation")
@limiter.limit(LETTERS)
def invite_again(organisation_id: int, person_id: int) -> Response:
    """Send a colleague who has set no password yet a new link."""
    with unit_of_work(context().database) as unit:
        try:
            administered(unit.session, organisation_id, by=signed_in().person_id)
        except NotMemberAdminError as refused:
            raise NotFound from refused
        found = [
            one for one, _ in members(unit.session, organisation_id) if one.id == person_id and not one.password_hash
        ]
        if not found:
            raise NotFound
        membership.send_invitation(unit.session, found[0], by=inviter(), now=datetime.now(UTC))
    flash(gettext("A new link is on its way; earlier ones are good no more."))
    return redirect(url_for("members.list_members"))


@blueprint.post("/<int:organisation_id>/<int:person_id>/remove")
def remove(organisation_id: int, person_id: int) -> Response | tuple[str, int]:
    """Let a colleague act for the organisation no more, for a reason."""
    reason = request.form.get("reason", "").strip()[:300]
    try:
        with unit_of_work(context().database) as unit:
            administered(unit.session, organisation_id, by=signed_in().person_id)
            if not reason:
                raise RoleReasonMissingError
            was_member = remove_member(
                unit.session, organisation_id, person_id, by=signed_in().person_id, reason=reason, now=datetime.now(UTC)
            )
    except NotMemberAdminError as refused:
        raise NotFound from refused
    except DomainError as refused:
        return _refused(message_of(refused), {})
    if not was_member:
        raise NotFound
    flash(gettext("Your colleague acts for the organisation no more."))
    return redirect(url_for("members.list_members"))


def _refused(error: str, typed: dict[str, str]) -> tuple[str, int]:
    with reading(context().database) as unit:
        return _page(unit, error=error, typed=typed), 422


def _page(unit: UnitOfWork, *, error: str = "", typed: dict[str, str] | None = None) -> str:
    return render_template(
        "members/list.html", groups=_groups(unit), error=error, typed=typed or {}, me=signed_in().person_id
    )


def _groups(unit: UnitOfWork) -> list[Group]:
    """The reader's organisations with their people, and whether the reader administers them."""
    who = signed_in()
    own = sorted({grant.organisation_id for grant in who.actor.grants if grant.role in APPLICANTS})
    mine = set(organisations_administered(unit.connection, who.person_id))
    return [(unit.session.get_one(Organisation, one), members(unit.session, one), one in mine) for one in own]


def _file(groups: Sequence[Group]) -> Response:
    """Logins and addresses stand in it for whoever administers the members, as on the page."""
    columns = [
        Column(gettext("Name"), 20), Column(gettext("Organisation"), 36), Column(gettext("Login"), 24),
        Column(gettext("E-mail"), 30),
    ]  # fmt: skip
    values = [
        [
            person.name,
            organisation.name(language()),
            person.login if is_admin else None,
            person.email if is_admin else None,
        ]
        for organisation, people, is_admin in groups
        for person, _ in people
    ]
    return as_excel("quanliu-colleagues", gettext("Colleagues"), columns, values)
