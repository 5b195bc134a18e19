"""What those who discuss see of a panel's scores before it closes: opinions without names (A8.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext

from app.db import UnitOfWork
from app.domain.certification import CertificationApplication, application_of_case
from app.domain.discussion import Discussion, Opinion, anonymous_opinions
from app.domain.panel import panel_of
from app.domain.score import AGENCY, first_totals_of
from app.domain.service_item import items_of
from app.engine.runtime import Runtime
from app.engine.tables import user_task
from app.forms import Field, Form, Kind
from app.web.languages import language
from app.web.visibility import Sight, sees_opinions


@dataclass(frozen=True, slots=True)
class CriterionOpinions:
    """What was given for one criterion, the highest first."""

    title: str
    weight_points: int
    opinions: Sequence[Opinion]


@dataclass(frozen=True, slots=True)
class SubjectOpinions:
    """What was given for the agency or one of its items."""

    title: str
    totals: Sequence[int]
    spread_hundredths: int
    criteria: Sequence[CriterionOpinions]


@dataclass(frozen=True, slots=True)
class DiscussionView:
    """The question, and what everybody gave; "" before the supervisor has asked."""

    question: str
    subjects: Sequence[SubjectOpinions]


def discussion_on(unit: UnitOfWork, runtime: Runtime, task: Any, sight: Sight) -> DiscussionView | None:
    """The discussion that a task belongs to, for those who take part in it; None for everybody else."""
    application = application_of_case(unit.session, task["business_key"])
    if application is None or not sees_opinions(task, sight):
        return None
    panel = panel_of(unit.session, application.id)
    form = _rubric_form(unit, runtime, task["instance_id"])
    if panel is None or form is None:
        return None
    asked = unit.session.get(Discussion, panel.id)
    return DiscussionView(asked.question if asked else "", _subjects(unit, application, panel.id, form))


def _subjects(
    unit: UnitOfWork, application: CertificationApplication, panel_id: int, form: Form
) -> list[SubjectOpinions]:
    given, totals = anonymous_opinions(unit.session, panel_id), first_totals_of(unit.session, panel_id)
    fields = {one.name: one.children for one in form.fields}
    named = [(AGENCY, gettext("The agency"), fields["agency"])]
    named += [(item.id, item.name, fields["items"]) for item in items_of(unit.session, application.id)]
    return [
        _subject(title, sorted(totals.get(subject, {}).values(), reverse=True), given.get(subject, {}), criteria)
        for subject, title, criteria in named
    ]


def _subject(
    title: str, totals: Sequence[int], given: Mapping[str, Sequence[Opinion]], fields: Sequence[Field]
) -> SubjectOpinions:
    criteria = [
        CriterionOpinions(one.title.in_language(language()), one.rubric.weight_points, given.get(one.name, ()))
        for one in fields
        if one.kind is Kind.CRITERION and one.rubric is not None
    ]
    return SubjectOpinions(title, totals, totals[0] - totals[-1] if totals else 0, criteria)


def _rubric_form(unit: UnitOfWork, runtime: Runtime, instance_id: int) -> Form | None:
    """The form that this case was scored by: it names the criteria."""
    query = sa.select(user_task.c.form_hash).where(
        user_task.c.instance_id == instance_id, user_task.c.element_id == "score_application"
    )
    form_hash = unit.connection.execute(query.order_by(user_task.c.id).limit(1)).scalar()
    return runtime.catalogue.form(unit.connection, form_hash) if form_hash else None
