"""Cases: the list, and one case: whose move, the steps, what was sent, how it ended, its diagrams."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.db import UnitOfWork, reading
from app.domain.calendar import local_day
from app.domain.case_parameter import parameters_of_case
from app.domain.role_grant import Role
from app.engine import catalogue
from app.engine.instances import tokens_of
from app.web.case_list import list_cases, open_steps, open_tasks_of
from app.web.case_records import beside
from app.web.context import context
from app.web.course import course_of
from app.web.diagrams import diagrams_of
from app.web.excel import EXPORT_MAX_ROWS, wants_excel
from app.web.languages import language
from app.web.letters import letters_of_case
from app.web.list_files import cases_file
from app.web.materials import materials_of
from app.web.people import organisation_name
from app.web.phases import phases_of
from app.web.reckoning import Reckoning, laid_open
from app.web.signed_in import signed_in
from app.web.starts import startable
from app.web.talk import talk_of
from app.web.visibility import Standing, case_for
from app.web.waiting_at import waiting_at
from app.web.whose_move import Move, move_of, outcome_of, records_of
from app.web.work_pane import version_of

blueprint = Blueprint("cases", __name__, url_prefix="/cases")

TABS = ("work", "materials", "course", "diagram", "talk")


@blueprint.get("", endpoint="list_cases")
def show_list() -> str | Response:
    """My cases, or all of them for the office."""
    text, before = request.args.get("q", "").strip()[:100], request.args.get("before", type=int)
    with reading(context().database) as unit:
        actor = signed_in().actor
        now = context().now(unit)
        waiting = waiting_at(actor, now=now)
        among = waiting.cases if waiting else None
        if wants_excel():
            return cases_file(list_cases(unit, actor, now=now, text=text, limit=EXPORT_MAX_ROWS, among=among).rows)
        page = list_cases(unit, actor, now=now, text=text, before=before, among=among)
        offered = startable(unit, actor, now=now)
    can_apply = Role.ENTERPRISE in signed_in().roles
    is_applicant = bool(offered) or can_apply
    kept: dict[str, Any] = dict(waiting.address) if waiting else {}
    next_url = url_for("cases.list_cases", q=text or None, before=page.next_before, **kept) if page.next_before else ""
    return render_template(
        "cases/list.html", rows=page.rows, text=text, next_url=next_url, offered=offered, is_applicant=is_applicant,
        can_apply=can_apply,
        waiting=waiting,
    )  # fmt: skip


@blueprint.get("/<int:instance_id>")
def show(instance_id: int) -> str:
    """One case as far as the reader may see it."""
    runtime = context().runtime
    tab = request.args.get("tab", "work")
    with reading(context().database) as unit:
        now = context().now(unit)
        case, sight = case_for(unit, instance_id, signed_in().actor)
        tasks = open_tasks_of(unit.connection, instance_id)
        record = records_of(unit.session, [case["business_key"]])[case["business_key"]]
        outcome = outcome_of(record)
        phases = phases_of(
            case["process_key"], tokens_of(unit, runtime, instance_id, now=now),
            parameters_of_case(unit.session, case["business_key"], on=local_day(case["started_at"])),
            is_over=case["status"] in {"completed", "cancelled"},
            was_refused=case["status"] == "cancelled" or (outcome is not None and outcome.status != "certified"),
        )  # fmt: skip
        move = move_of(case, record, tasks, sight, now=now)
        return render_template(
            "cases/show.html",
            case=case, sight=sight, phases=phases, outcome=outcome, tab=tab if tab in TABS else "work",
            is_applicant=sight.standing is Standing.APPLICANT, tasks=open_steps(unit, tasks, sight, now=now),
            move=move, reckoning=_reckoning(unit, case, tasks, move), version=version_of(unit, instance_id),
            applicant=organisation_name(unit.session, case["organisation_id"], language()) or case["subject"],
            materials=materials_of(unit, runtime, instance_id, sight), course=course_of(unit, runtime, case, sight),
            beside=beside(unit, runtime, case["business_key"], instance_id, sight, record.application, now=now),
            letters=letters_of_case(unit, case["business_key"], sight),
            talk=talk_of(unit, case["business_key"], case["organisation_id"], sight),
            diagrams=diagrams_of(unit, runtime, case, sight, now=now) if tab == "diagram" else [],
        )  # fmt: skip


@blueprint.get("/<int:instance_id>/diagrams/<string:process_key>.xml")
def show_diagram(instance_id: int, process_key: str) -> Response:
    """The BPMN of a case's process, or of one that it calls, in the version that the case runs on."""
    with reading(context().database) as unit:
        case, sight = case_for(unit, instance_id, signed_in().actor)
        if process_key != case["process_key"] and sight.standing is not Standing.OFFICE:
            raise NotFound
        return Response(catalogue.diagram(unit.connection, case["bundle_id"], process_key), mimetype="application/xml")


def _reckoning(unit: UnitOfWork, case: Any, tasks: Sequence[Any], move: Move) -> Reckoning | None:
    """How the deadline that the page names was counted."""
    due_at = move.due.at if move.due else None
    named = next((task for task in tasks if due_at is not None and task["due_at"] == due_at), None)
    return laid_open(unit.session, {**named, "business_key": case["business_key"]}) if named is not None else None
