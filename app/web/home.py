"""The way in: where each person's work begins, and the choice of language."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.db import reading, unit_of_work
from app.domain.person import Person
from app.web.context import context
from app.web.languages import LANGUAGES
from app.web.permissions import may
from app.web.public_records import operator_contact
from app.web.sign_in import inside
from app.web.signed_in import visitor

blueprint = Blueprint("home", __name__)

TESTED_ON = date(2026, 11, 24)
"""When the pictures of every page were last looked through; set it when it is done again."""
DESKS = ("inbox.show", "accounts.list_accounts", "processes.list_processes", "account.show")


@blueprint.get("/")
def show() -> Response:
    """The public goes to the certified agencies, an applicant to their cases, everybody else to their desk."""
    who = visitor()
    if who is None:
        return redirect(url_for("public.list_agencies"))
    if who.roles & {"agency", "enterprise"} and may("cases.list_cases"):
        return redirect(url_for("cases.list_cases"))
    return redirect(url_for(next(desk for desk in DESKS if may(desk))))


@blueprint.post("/language/<string:code>")
def set_language(code: str) -> Response:
    """Speak another language from now on, here and in the account."""
    if code not in LANGUAGES:
        raise NotFound
    session["language"] = code
    who = visitor()
    if who is not None:
        with unit_of_work(context().database) as unit:
            unit.session.get_one(Person, who.person_id).language = code
    return redirect(inside(request.form.get("next")) or url_for("home.show"))


@blueprint.get("/accessibility")
def accessibility() -> str:
    """What was tested and when, what does not work yet, and whom to tell."""
    with reading(context().database) as unit:
        contact = operator_contact(unit.session)
    return render_template("home/accessibility.html", contact=contact, tested_on=TESTED_ON)
