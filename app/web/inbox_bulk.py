"""Many tasks at once: first a page that says what would come of each and asks what is needed, then one with what came."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import Forbidden, NotFound
from werkzeug.wrappers import Response

from app.db import reading
from app.engine.user_tasks import read_task
from app.web.bulk_acts import BOUND, OF_SUPERVISORS, Act, Verdict, Wish, doing_of, is_to_come, perform, rehearse
from app.web.bulk_decision import Decision, decide, read_decision, rehearse_decision
from app.web.context import context
from app.web.desk import REASON_MAX_CHARACTERS, until_of
from app.web.inbox_export import as_excel, chosen_rows
from app.web.languages import pick
from app.web.people import who_may_take
from app.web.permissions import may
from app.web.sign_in import inside
from app.web.signed_in import actor_of

blueprint = Blueprint("inbox_bulk", __name__, url_prefix="/inbox/bulk")

Answer = Response | str | tuple[str, int]


@blueprint.post("")
def check() -> Answer:
    """What would come of each chosen task, and what the act still needs; chosen tasks to be exported are sent at once."""
    act, ids = _act(), _ids()
    if not ids:
        flash(gettext("Choose at least one task."), "error")
        return redirect(_back())
    if act is Act.EXPORT:
        return as_excel(chosen_rows(ids), gettext("Chosen tasks"))
    return _ask(act, ids, "")


@blueprint.post("/run")
def run() -> Answer:
    """Do it, and say what came of each."""
    act, ids = _act(), _ids()
    if act is Act.DECIDE:
        return _decide(ids)
    wish, error = _wish(act)
    if wish is None:
        return _ask(act, ids, error), 422
    return _results(act, perform(ids, doing_of(act, wish), pick))


def act_title(act: Act) -> str:
    """An act in the reader's language."""
    return {
        Act.CLAIM: gettext("Claim"),
        Act.RELEASE: gettext("Give back"),
        Act.ASSIGN: gettext("Give to somebody"),
        Act.DUE: gettext("Change the last day"),
        Act.FLAG: gettext("Flag"),
        Act.SNOOZE: gettext("Put aside"),
        Act.DECIDE: gettext("Decide"),
        Act.EXPORT: gettext("Export"),
    }[act]


def _decide(ids: list[int]) -> Answer:
    decision = read_decision(ids, request)
    if decision is None or decision.errors:
        return _ask(Act.DECIDE, ids, "", decision), 422
    return _results(Act.DECIDE, perform(decision.task_ids, decide(decision), pick))


def _ask(act: Act, ids: list[int], error: str, decision: Decision | None = None) -> str:
    if act is Act.DECIDE:
        decision = decision or read_decision(ids, None)
        verdicts = rehearse_decision(ids)
    else:
        verdicts = rehearse(ids, act, pick)
    able = [one.task_id for one in verdicts if not one.refusal]
    return render_template(
        "inbox/bulk.html", act=act, title=act_title(act), verdicts=verdicts, able=able, error=error, back=_back(),
        typed=request.form, people=_people(able) if act is Act.ASSIGN else (), decision=decision,
    )  # fmt: skip


def _results(act: Act, verdicts: Sequence[Verdict]) -> str:
    done = sum(not one.refusal for one in verdicts)
    return render_template(
        "inbox/bulk_result.html", act=act, title=act_title(act), verdicts=verdicts, done=done, back=_back()
    )


def _act() -> Act:
    value = request.form.get("act", "")
    if value not in set(Act):
        raise NotFound
    act = Act(value)
    if act in OF_SUPERVISORS and not may("tasks.assign"):
        raise Forbidden
    return act


def _ids() -> list[int]:
    """The chosen tasks, each once."""
    return list(dict.fromkeys(request.form.getlist("id", type=int)))[:BOUND]


def _wish(act: Act) -> tuple[Wish | None, str]:
    """What the second page was filled in with; or None and what is missing."""
    reason = request.form.get("reason", "").strip()[:REASON_MAX_CHARACTERS]
    if act in OF_SUPERVISORS and not reason:
        return None, gettext("Write the reason; it is recorded.")
    with reading(context().database) as unit:
        now = context().now(unit)
        if act is Act.ASSIGN:
            person_id = request.form.get("person_id", type=int)
            to = actor_of(unit.connection, person_id) if person_id else None
            return (Wish(reason, to), "") if to else (None, gettext("Choose a person."))
    if act is Act.DUE:
        due_on = _day(request.form.get("due_on", ""))
        is_right = due_on is not None and is_to_come(due_on, now)
        return (Wish(reason, due_on=due_on), "") if is_right else (None, gettext("Give today or a later day."))
    if act is Act.SNOOZE:
        until = until_of(request.form.get("until", ""), request.form.get("days", ""), now=now)
        words = gettext("Give a day after today, or a number of working days.")
        return (Wish(reason, until_at=until), "") if until else (None, words)
    return Wish(reason), ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _people(ids: Sequence[int]) -> list[tuple[int, str]]:
    """Who may be given at least one of the tasks; whether all, the results say."""
    with reading(context().database) as unit:
        roles = sorted({read_task(unit.connection, one)["role"] for one in ids})
        found = {
            person
            for role in roles
            for person in who_may_take(unit.connection, role=role, organisation_id=None, applicant_id=None)
        }
    return sorted(found, key=lambda pair: pair[1])


def _back() -> str:
    return inside(request.form.get("back")) or url_for("inbox.show")
