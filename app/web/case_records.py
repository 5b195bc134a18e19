"""What the records hold beside a case's own course: requests for corrections, objections, the review of a refusal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from flask_babel import gettext

from app.db import UnitOfWork
from app.domain.certification import CertificationApplication
from app.domain.correction import CorrectionRequest, corrections_of
from app.domain.objection import Objection, objections_of
from app.domain.objection_file import ObjectionFile, evidence_of
from app.domain.review import Review, review_of
from app.engine.runtime import Runtime
from app.forms import Field, Form, Kind
from app.forms.pointer import html_name
from app.web.case_steps import answers_of, tasks_of
from app.web.due import Due, due_of
from app.web.forms.draft import Change, changes
from app.web.forms.view import FieldView, FormView
from app.web.languages import language
from app.web.visibility import Sight, Standing

SENDING = ("submit_application", "mend_application")
"""The steps in which an application is handed in, and handed in anew."""


@dataclass(frozen=True, slots=True)
class PointView:
    """One field that is to be corrected."""

    field: str
    """The field of the form in which it lies."""
    row: int | None
    """Which row of it, 1 for the first; None: all of it."""
    title: str
    article: str
    reason: str
    before: tuple[str, ...]
    """What stood there, line by line."""
    after: tuple[str, ...]
    """What was sent instead; empty until it was, and where it stands as before."""
    target: str
    """The id of its control on the page where it is mended."""
    was_visible: bool


@dataclass(frozen=True, slots=True)
class RequestView:
    """One request for corrections, as both sides read it."""

    round: int
    status: str
    sent_at: datetime | None
    due: Due | None
    ended_at: datetime | None
    points: tuple[PointView, ...]
    outside: tuple[str, ...]
    """Titles of what was changed without being asked for; only the office reads them."""
    decision_reason: str


@dataclass(frozen=True, slots=True)
class Beside:
    """Everything of that kind that the reader may see."""

    corrections: Sequence[RequestView] = ()
    objections: Sequence[Objection] = ()
    evidence: Mapping[int, Sequence[ObjectionFile]] = field(default_factory=dict)
    """Files by objection, for those who examine."""
    review: Review | None = None

    @property
    def to_mend(self) -> RequestView | None:
        """The request that waits for the applicant."""
        return next((one for one in self.corrections if one.status == "sent"), None)


def beside(
    unit: UnitOfWork, runtime: Runtime, case_number: str, instance_id: int, sight: Sight,
    application: CertificationApplication | None, *, now: datetime,
) -> Beside:  # fmt: skip
    """What stands beside a case. An applicant reads its own corrections and review, and never who objected."""
    if sight.standing in (Standing.EXPERT, Standing.PARTY):
        return Beside()
    is_office = sight.standing is Standing.OFFICE
    requests = [one for one in corrections_of(unit.session, case_number) if is_office or one.sent_at is not None]
    views = _requests(unit, runtime, instance_id, requests, is_office=is_office, now=now) if requests else []
    if application is None:
        return Beside(views)
    objections = objections_of(unit.session, application.id) if is_office else ()
    evidence = {}
    if objections and sight.examines_objections:
        evidence = evidence_of(unit.session, [one.id for one in objections])
    return Beside(views, objections, evidence, review_of(unit.session, application.id))


def examined_objection(objections: Sequence[Objection], task: Any) -> Objection | None:
    """The objection that one task of the examination is about: the item's place among those being examined."""
    if task["element_id"] != "examine_objection" or task["status"] != "open":
        return None
    examining = [one for one in objections if one.status == "examining"]
    place = int(task["item_key"] or 1) - 1
    return examining[place] if place < len(examining) else None


def mending(request: RequestView, view: FormView) -> list[tuple[FieldView, list[PointView]]]:
    """The fields of the form that are to be corrected, each with what is asked of it."""
    found = []
    for one in view.fields:
        points = [point for point in request.points if point.field == one.name]
        if points:
            found.append((_only_asked(one, points), points))
    return found


def _only_asked(field: FieldView, points: Sequence[PointView]) -> FieldView:
    """Of a list the rows that are asked for; the whole of it if the list itself is, or of any other field."""
    numbers = {point.row for point in points}
    if None in numbers:
        return field
    return replace(field, rows=tuple(row for row in field.rows if row.number in numbers))


def pointer_title(form: Form, pointer: str) -> str:
    """What a field is called, by its pointer; a row by its number."""
    first, _, rest = pointer.strip("/").partition("/")
    field = _field(form, first)
    title = field.title.in_language(language()) if field else first
    number = rest.partition("/")[0]
    return gettext("%(list)s %(number)s", list=title, number=int(number) + 1) if number.isdigit() else title


def _requests(
    unit: UnitOfWork, runtime: Runtime, instance_id: int, requests: Sequence[CorrectionRequest],
    *, is_office: bool, now: datetime,
) -> list[RequestView]:  # fmt: skip
    sent = _submissions(unit, instance_id)
    form = runtime.catalogue.form(unit.connection, sent[0]["form_hash"])
    views, taken = [], 0
    for request in requests:
        was_answered = request.status == "mended"
        before = sent[min(taken, len(sent) - 1)]["answers"]
        after = sent[min(taken + 1, len(sent) - 1)]["answers"] if was_answered else before
        taken += was_answered
        views.append(_request(form, request, before, after, is_office=is_office, now=now))
    return views


def _submissions(unit: UnitOfWork, instance_id: int) -> list[Any]:
    answers = answers_of(unit.connection, instance_id)
    tasks = tasks_of(unit.connection, instance_id)
    return [answers[task["id"]] for task in tasks if task["element_id"] in SENDING and task["id"] in answers]


def _request(
    form: Form, request: CorrectionRequest, before: Mapping[str, Any], after: Mapping[str, Any],
    *, is_office: bool, now: datetime,
) -> RequestView:  # fmt: skip
    due = due_of(request.ends_at, now) if request.status == "sent" and request.ends_at else None
    outside = tuple(pointer_title(form, one) for one in request.outside) if is_office else ()
    stood, new = changes(form, {}, before, language()), changes(form, before, after, language())
    points = tuple(_point(form, point, stood, new) for point in request.points)
    reason = request.decision_reason if is_office else ""
    return RequestView(request.round, request.status, request.sent_at, due, request.ended_at, points, outside, reason)


def _point(form: Form, point: Mapping[str, Any], stood: Sequence[Change], changed: Sequence[Change]) -> PointView:
    """One point with what stood there and what became of it.

    Args:
        stood: everything that stood in the application, as if it were new.
        changed: what the corrected application changed.
    """
    pointer = str(point["pointer"])
    new = [one for one in changed if _is_at(one.pointer, pointer)]
    old = [
        line for one in (new or stood) if _is_at(one.pointer, pointer) for line in (one.before if new else one.after)
    ]
    field, _, row = pointer.strip("/").partition("/")
    return PointView(
        field, int(row) + 1 if row else None, pointer_title(form, pointer), str(point["article"]), str(point["reason"]), tuple(old),
        tuple(line for one in new for line in one.after), _target(form, pointer), bool(point["was_visible"]),
    )  # fmt: skip


def _field(form: Form, name: str) -> Field | None:
    return next((field for field in form.fields if field.name == name), None)


def _is_at(pointer: str, asked: str) -> bool:
    return pointer == asked or pointer.startswith(f"{asked}/")


def _target(form: Form, pointer: str) -> str:
    """The id of the first control of a field."""
    first, _, row = pointer.strip("/").partition("/")
    field = _field(form, first)
    if field is not None and field.kind is Kind.ROWS and field.children:
        pointer = f"/{first}/{row or 0}/{field.children[0].name}"
    return "f-" + html_name(pointer).replace(".", "-")
