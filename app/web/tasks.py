"""One user task: its page, claiming and giving, drafts, completion. The engine's verbs decide; this reads and shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.db import UnitOfWork, reading, unit_of_work
from app.domain.stored_file import FileStorage
from app.engine import user_tasks
from app.engine.errors import (
    Conflict,
    InstanceNotRunningError,
    StaleVersionError,
    TaskClaimedByAnotherError,
    TaskNotOpenError,
)
from app.forms import FieldError, Press, prune, validate
from app.forms.pointer import html_name
from app.web.conflicts import conflict_page, draft_conflict_page
from app.web.context import context
from app.web.forms.draft import changes
from app.web.languages import clock_time, language
from app.web.sign_in import inside
from app.web.signed_in import actor_of, signed_in
from app.web.task_addresses import back, here
from app.web.task_forms import OpenForm, Sent, keep, open_form, read_post
from app.web.task_page import page_of
from app.web.visibility import task_for
from app.web.work_pane import Typed

blueprint = Blueprint("tasks", __name__, url_prefix="/tasks")

Answer = Response | str | tuple[str, int]

CHANGES_NAMED = 8
"""So many fields are named at most: the words travel in a cookie."""


@blueprint.get("/<int:task_id>")
def show(task_id: int) -> str:
    """The page of a task, whole."""
    with reading(context().database) as unit:
        return page_of(unit, task_id, now=context().now(unit))


@blueprint.post("/<int:task_id>/claim")
def claim(task_id: int) -> Answer:
    """Take a task that nobody holds; the loser of a race reads who has it."""
    try:
        with unit_of_work(context().database) as unit:
            task_for(unit, task_id, signed_in().actor)
            user_tasks.claim_task(unit, context().runtime, task_id, actor=signed_in().actor, now=context().now(unit))
    except Conflict as conflict:
        return conflict_page(task_id, conflict, back=back())
    flash(gettext("The task is yours."))
    return redirect(here(task_id))


@blueprint.post("/<int:task_id>/release")
def release(task_id: int) -> Answer:
    """Give a claimed task back to everybody who may claim it; the draft stays with the person."""
    try:
        with unit_of_work(context().database) as unit:
            task_for(unit, task_id, signed_in().actor)
            user_tasks.release_task(unit, task_id, actor=signed_in().actor, now=context().now(unit))
    except Conflict as conflict:
        return conflict_page(task_id, conflict, back=back())
    flash(gettext("The task can be claimed by others again. Your draft is kept."))
    return redirect(back())


@blueprint.post("/<int:task_id>/assign")
def assign(task_id: int) -> Answer:
    """Give a task to a person who may do it, with a reason."""
    person_id, reason = request.form.get("person_id", type=int), request.form.get("reason", "").strip()[:500]
    if person_id is None or not reason:
        flash(gettext("Choose a person and write the reason."), "error")
        return redirect(here(task_id))
    try:
        with unit_of_work(context().database) as unit:
            task_for(unit, task_id, signed_in().actor)
            to = actor_of(unit.connection, person_id)
            user_tasks.assign_task(
                unit, context().runtime, task_id, to=to, by=signed_in().person_id, reason=reason,
                now=context().now(unit),
            )  # fmt: skip
    except Conflict as conflict:
        return conflict_page(task_id, conflict, back=back())
    flash(gettext("The task has been given on."))
    return redirect(here(task_id))


@blueprint.post("/<int:task_id>/draft")
def save_draft(task_id: int) -> Response | tuple[Response, int]:
    """Keep what is being typed; called by the page itself a second after the last key."""
    with unit_of_work(context().database) as unit:
        opened, sent, now = _read(unit, task_id)
        version = keep(unit, task_id, signed_in().person_id, sent, now=now)
    return jsonify(version=version, saved_at=now.isoformat(), fields=len(opened.form.properties))


@blueprint.post("/<int:task_id>")
def complete(task_id: int) -> Answer:
    """What a button of the form asks for: save the draft, add or remove a row, or go on to the page before sending."""
    with unit_of_work(context().database) as unit:
        opened, sent, now = _read(unit, task_id)
        task, _ = task_for(unit, task_id, signed_in().actor)
    if sent.action.press is not Press.SUBMIT:
        return _save(task_id, sent, now)
    errors = [*sent.errors, *validate(opened.form, prune(opened.form, sent.answers))]
    if errors:
        return _refused(task_id, sent, errors, now)
    try:
        _check_still_theirs(task)
        with unit_of_work(context().database) as unit:
            keep(unit, task_id, signed_in().person_id, sent, now=now)
    except StaleVersionError as stale:
        if stale.what == "draft":
            return draft_conflict_page(task_id, sent, sent.errors)
        return conflict_page(task_id, stale, back=back(), form=opened.form, typed=sent.answers)
    except Conflict as conflict:
        return conflict_page(task_id, conflict, back=back(), form=opened.form, typed=sent.answers)
    _say_what_changed(opened, sent)
    return redirect(url_for("sending.check", task_id=task_id, back=inside(request.form.get("back"))))


def _check_still_theirs(task: Any) -> None:
    """The task is as the page showed it: open, with this person, unchanged; else a Conflict says what happened."""
    seen = request.form.get("seen_version", type=int)
    if task["status"] != "open":
        raise TaskNotOpenError(task["id"], task["status"], task["completed_by"])
    if task["instance_status"] != "running":
        raise InstanceNotRunningError(task["instance_id"], task["instance_status"])
    if task["assignee_id"] is not None and not signed_in().actor.holds(task["assignee_id"], task["claimed_at"]):
        raise TaskClaimedByAnotherError(task["id"], task["assignee_id"])
    if seen is not None and seen != task["version"]:
        raise StaleVersionError("user task", seen, task["version"])


def _say_what_changed(opened: OpenForm, sent: Sent) -> None:
    """Name the fields that differ from the draft that was saved last; the decision itself is on the page anyway."""
    if opened.draft is None:
        return
    outcome = opened.form.outcome
    found = changes(opened.form, opened.draft.answers, sent.answers, language())
    titles = [one.title for one in found if outcome is None or one.pointer != f"/{outcome.name}"]
    if titles:
        when, fields = clock_time(opened.draft.saved_at), gettext(", ").join(titles[:CHANGES_NAMED])
        flash(gettext("Changed since the draft of %(when)s: %(fields)s.", when=when, fields=fields))


def _read(unit: UnitOfWork, task_id: int) -> tuple[OpenForm, Sent, datetime]:
    """The post, read by the form of a task that is the person's to see."""
    now, who, settings = context().now(unit), signed_in(), context().settings
    task, _ = task_for(unit, task_id, who.actor)
    opened = open_form(unit, context().runtime, task, who.person_id)
    storage = FileStorage(settings.storage_url)
    sent = read_post(unit, storage, opened, request, who.person_id, now=now, max_mib=settings.upload_max_mib)
    return opened, sent, now


def _save(task_id: int, sent: Sent, now: datetime) -> Answer:
    """Keep the draft and show the page again, at the row that was added or the list that shrank."""
    try:
        with unit_of_work(context().database) as unit:
            keep(unit, task_id, signed_in().person_id, sent, now=now)
    except StaleVersionError:
        return draft_conflict_page(task_id, sent, sent.errors)
    if sent.errors:
        return _refused(task_id, sent, sent.errors, now)
    if sent.action.press is Press.SAVE_DRAFT:
        flash(gettext("The draft is saved. Nothing has been sent yet."))
        return redirect(here(task_id))
    anchor = "f-" + html_name(sent.action.pointer).replace(".", "-")
    return redirect(f"{here(task_id)}#{anchor}")


def _refused(task_id: int, sent: Sent, errors: Sequence[FieldError], now: datetime) -> Answer:
    """The page with every error at its field; what was typed, uploaded files too, is kept as the draft."""
    try:
        with unit_of_work(context().database) as unit:
            keep(unit, task_id, signed_in().person_id, sent, now=now)
    except StaleVersionError:
        return draft_conflict_page(task_id, sent, errors)
    with reading(context().database) as unit:
        return page_of(unit, task_id, now=now, typed=Typed(sent.answers, tuple(errors))), 422
