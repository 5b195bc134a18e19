"""Saving a list under a name, for oneself or, as a supervisor, for a role; renaming and deleting it. Links share it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.db import UnitOfWork, reading, unit_of_work
from app.domain.errors import DomainError
from app.domain.role_grant import Role
from app.domain.saved_view import (
    NAME_MAX_CHARACTERS,
    SavedView,
    SavedViewEntry,
    rename_view,
    save_view,
    views_of,
)
from app.web.context import context
from app.web.errors import message_of
from app.web.inbox_address import read_address
from app.web.inbox_filters import chips_of
from app.web.inbox_rail import view_title
from app.web.permissions import WORKERS
from app.web.signed_in import signed_in

blueprint = Blueprint("saved_views", __name__, url_prefix="/inbox/views")


@blueprint.get("/new")
def ask() -> str:
    """Ask for the name."""
    return _ask("", "", "")


@blueprint.post("/new")
def save() -> Response | tuple[str, int]:
    """Keep the list and go to it."""
    asked, name, role = read_address(), _name(), request.form.get("role", "")
    if not name:
        return _ask(name, role, gettext("Give the view a name.")), 422
    if asked.mistake is not None:
        return _ask(name, role, gettext("The query cannot be read. Mend it in the inbox first.")), 422
    entry = SavedViewEntry(name, str(asked.view), asked.text, asked.sort_text, role if role in _roles() else None)
    try:
        with unit_of_work(context().database) as unit:
            save_view(unit.session, signed_in().person_id, entry, now=context().now(unit))
    except DomainError as refused:
        return _ask(name, role, message_of(refused)), 422
    flash(gettext("The view is kept; it stands in the rail."))
    return redirect(asked.filter_url())


@blueprint.get("/<int:view_id>")
def edit(view_id: int) -> str:
    """One's own view: its name, its address, its end."""
    with reading(context().database) as unit:
        view = _own(unit, view_id)
        return _edit(view, view.name, "")


@blueprint.post("/<int:view_id>")
def change(view_id: int) -> Response | tuple[str, int]:
    """Rename or delete it."""
    name = _name()
    try:
        with unit_of_work(context().database) as unit:
            view = _own(unit, view_id)
            if request.form.get("act") == "delete":
                unit.session.delete(view)
                flash(gettext("The view is deleted. The tasks in it are not touched."))
                return redirect(url_for("inbox.show"))
            if not name:
                return _edit(view, name, gettext("Give the view a name.")), 422
            rename_view(unit.session, view, name)
    except DomainError as refused:
        with reading(context().database) as unit:
            return _edit(_own(unit, view_id), name, message_of(refused)), 422
    flash(gettext("The view has its new name."))
    return redirect(url_for("inbox.show", view=view.view, q=view.query or None, sort=view.sort or None))


def _ask(name: str, role: str, error: str) -> str:
    asked = read_address()
    return render_template(
        "inbox/save_view.html", asked=asked, view_title=view_title(asked.view), chips=chips_of(asked), name=name,
        role=role, roles=_roles(), error=error, name_max=NAME_MAX_CHARACTERS,
    )  # fmt: skip


def _edit(view: SavedView, name: str, error: str) -> str:
    address = url_for("inbox.show", view=view.view, q=view.query or None, sort=view.sort or None, _external=True)
    return render_template(
        "inbox/edit_view.html", view=view, name=name, error=error, address=address, name_max=NAME_MAX_CHARACTERS
    )


def _name() -> str:
    return " ".join(request.form.get("name", "").split())[:NAME_MAX_CHARACTERS]


def _roles() -> list[str]:
    """With whom a view may be shared: supervisors arrange the lists of the office."""
    if Role.SUPERVISOR not in signed_in().roles:
        return []
    return sorted(WORKERS - {Role.AGENCY, Role.ENTERPRISE, Role.EXPERT})


def _own(unit: UnitOfWork, view_id: int) -> SavedView:
    """A view of one's own, or, for a supervisor, a shared one; any other is not there."""
    view = unit.session.get(SavedView, view_id)
    mine = views_of(unit.session, signed_in().person_id, _roles())
    if view is None or view not in mine or (view.role is not None and Role.SUPERVISOR not in signed_in().roles):
        raise NotFound
    return view
