"""The tabs of a work pane: which there are for a reader, how much stands in each, and what the open one shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.db import UnitOfWork
from app.domain.certification import CertificationApplication, application_of_case
from app.engine.runtime import Runtime
from app.web.case_records import beside
from app.web.case_steps import answers_of, tasks_of
from app.web.checks import checks_on
from app.web.course import course_of
from app.web.crosscheck import crosscheck_on
from app.web.diagrams import diagrams_of
from app.web.materials import materials_of
from app.web.parameter_words import figures_of_case
from app.web.results import result_of, seat_totals
from app.web.reviews import is_review, reviews_of
from app.web.submissions import submissions_of
from app.web.talk import count_of, talk_of
from app.web.visibility import Sight, Standing

OF_OFFICE = ("work", "materials", "course", "diagram", "talk", "reviews", "versions")


def tabs_of(sight: Sight) -> tuple[str, ...]:
    """Experts see their work and, once admitted, the materials; an agency the contract's; applicants no reviews."""
    if sight.standing is Standing.PARTY:
        return ("work", "materials")
    if sight.standing is Standing.EXPERT:
        return ("work", "materials") if sight.is_admitted else ("work",)
    return tuple(tab for tab in OF_OFFICE if tab != "reviews" or sight.standing is Standing.OFFICE)


def counts_of(unit: UnitOfWork, runtime: Runtime, task: Any, sight: Sight) -> Mapping[str, int]:
    """How many things stand in each tab, counting nothing that the reader may not see."""
    answers = answers_of(unit.connection, task["instance_id"])
    tasks = tasks_of(unit.connection, task["instance_id"])
    seen = [one for one in tasks if one["id"] in answers and sight.sees_answers(one)]
    counts = {"materials": sum(one["id"] != task["id"] for one in seen)}
    if sight.standing in (Standing.EXPERT, Standing.PARTY):
        return counts
    return counts | {
        "course": len(course_of(unit, runtime, _case(task), sight)),
        "talk": count_of(unit, task["business_key"], sight),
        "reviews": sum(is_review(one, answers) for one in seen),
        "versions": len(seen),
    }


def contents_of(unit: UnitOfWork, runtime: Runtime, task: Any, sight: Sight, tab: str, now: datetime) -> dict[str, Any]:
    """What the open tab shows beside the form."""
    case, number, instance_id = _case(task), task["business_key"], task["instance_id"]
    application = application_of_case(unit.session, number)
    if tab == "course":
        return {"course": course_of(unit, runtime, case, sight)}
    if tab == "diagram":
        return {"diagrams": diagrams_of(unit, runtime, case, sight, now=now)}
    if tab == "talk":
        return {"talk": talk_of(unit, number, task["applicant_id"], sight)}
    if tab == "reviews":
        found = reviews_of(unit, runtime, instance_id, sight)
        return {"reviews": found, **_scores(unit, application, sight)}
    if tab == "versions":
        return {
            "submissions": submissions_of(unit, runtime, instance_id, number, sight),
            "figures": figures_of_case(unit.session, number),
        }
    return {
        "beside": beside(unit, runtime, number, instance_id, sight, application, now=now),
        "materials": materials_of(unit, runtime, instance_id, sight, through=task["id"]),
        "checks": checks_on(unit.session, number) if sight.sees_machine else (),
        "crosscheck": crosscheck_on(unit, runtime, task, sight, now=now),
        **_scores(unit, application, sight),
    }


def _scores(unit: UnitOfWork, application: CertificationApplication | None, sight: Sight) -> dict[str, Any]:
    """The panel's result, from when it may be shown."""
    if application is None or application.score_hundredths is None or not sight.sees_scores:
        return {}
    seats = seat_totals(unit.session, application.id) if sight.standing is Standing.OFFICE else ()
    return {"result": result_of(unit.session, application), "seats": seats}


def _case(task: Any) -> dict[str, Any]:
    return {"id": task["instance_id"], "bundle_id": task["bundle_id"], "process_key": task["instance_process_key"]}
