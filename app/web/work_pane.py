"""The work pane: one user task with everything that its reader needs beside it and may see."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.db import UnitOfWork
from app.domain.comment import unanswered
from app.domain.correction import open_corrections
from app.domain.objection import Objection
from app.domain.role_grant import Role
from app.engine.actor import Actor
from app.engine.incidents import open_incidents
from app.engine.runtime import Runtime
from app.engine.tables import instance, process_definition
from app.forms import FieldError
from app.web.amounts import AmountView, amount_of
from app.web.case_records import Beside, PointView, examined_objection, mending
from app.web.case_steps import answers_of
from app.web.checks import Check
from app.web.course import Entry
from app.web.crosscheck import CrossCheck
from app.web.diagrams import Diagram
from app.web.discussion import DiscussionView, discussion_on
from app.web.due import Due, due_of
from app.web.forms.view import FieldView, FormView
from app.web.gate import GateSubject, gate_subject
from app.web.inbox_rows import Holding, holding_of, trouble_of
from app.web.languages import language, pick
from app.web.materials import Material, Paper
from app.web.more import More, more_of
from app.web.pane_tabs import contents_of, counts_of, tabs_of
from app.web.parameter_words import FixedFigure
from app.web.people import holders_of, organisation_name, who_may_take
from app.web.reckoning import Reckoning, laid_open
from app.web.results import Result, SeatTotals
from app.web.reviews import Review
from app.web.submissions import Submission
from app.web.talk import Talk
from app.web.task_forms import OpenForm, open_form
from app.web.visibility import APPLICANT_ROLES, Sight, Standing, task_for


@dataclass(frozen=True, slots=True)
class Version:
    """The process that a case runs on."""

    title: str
    number: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a pane stands: the addresses around it."""

    link: Callable[[str], str]
    """The address of a tab."""
    back: str
    """The list that the reader came from."""
    here: str
    """This very page, for acts after which one stays."""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """Answers of a post that could not be taken, and what was wrong with them."""

    answers: Mapping[str, Any]
    errors: Sequence[FieldError] = ()


@dataclass(frozen=True, slots=True)
class WorkPane:
    """What the page of one task shows; what a tab does not need is empty."""

    task: Any
    sight: Sight
    title: str
    applicant: str
    version: Version
    due: Due | None
    trouble: Holding | None
    holding: Holding
    tab: str
    tabs: tuple[str, ...]
    place: Place
    opened: OpenForm
    view: FormView
    can_fill: bool
    can_claim: bool
    can_release: bool
    colleagues: Sequence[tuple[int, str]] = ()
    """To whom a supervisor may give the task; empty for everybody else."""
    more: More = field(default_factory=More)
    """What may be done with the task beside doing it."""
    key: str = field(default_factory=lambda: secrets.token_hex(16))
    """Names this very sending, so that a double click is one completion."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """How much stands in each tab."""
    is_asked: bool = False
    """Whether a comment waits for the reader's answer."""
    materials: Sequence[Material] = ()
    checks: Sequence[Check] = ()
    course: Sequence[Entry] = ()
    diagrams: Sequence[Diagram] = ()
    submissions: Sequence[Submission] = ()
    figures: Sequence[FixedFigure] = ()
    """The policy parameters that the case is decided under."""
    talk: Talk = field(default_factory=Talk)
    reviews: Sequence[Review] = ()
    result: Result | None = None
    seats: Sequence[SeatTotals] = ()
    subject: GateSubject | None = None
    """Whom it is about, while the materials are closed."""
    reckoning: Reckoning | None = None
    """How its deadline was counted."""
    discussion: DiscussionView | None = None
    """What the panel gave, without names, where it is discussed."""
    beside: Beside = field(default_factory=Beside)
    amount: AmountView | None = None
    """What the voucher could be worth, where somebody states or passes an amount."""
    crosscheck: CrossCheck | None = None
    """What the records of a claim say, where it is inspected, reviewed or signed."""

    @property
    def to_mend(self) -> Sequence[tuple[FieldView, Sequence[PointView]]]:
        """The fields that an applicant is asked to correct, on the page where they are."""
        request = self.beside.to_mend if self.can_fill and self.task["element_id"] == "mend_application" else None
        return mending(request, self.view) if request else ()

    @property
    def rest(self) -> FormView:
        """The form without these fields, to be read."""
        asked = [one for one, _points in self.to_mend]
        return replace(self.view, fields=tuple(one for one in self.view.fields if one not in asked))

    @property
    def objection(self) -> Objection | None:
        """The objection that this task examines."""
        return examined_objection(self.beside.objections, self.task)

    @property
    def papers(self) -> list[Paper]:
        """Every paper of the materials, each content once."""
        return list({paper.sha256: paper for one in self.materials for paper in one.papers}.values())

    @property
    def failing(self) -> int:
        """How many computed checks do not hold."""
        return sum(not check.holds for check in self.checks)

    @property
    def is_own(self) -> bool:
        """Whether the task is the reader's own organisation's, not the office's."""
        return self.sight.standing is Standing.APPLICANT


def pane_of(
    unit: UnitOfWork, runtime: Runtime, task_id: int, actor: Actor, tab: str, *, now: datetime, place: Place,
    typed: Typed | None = None,
) -> WorkPane:  # fmt: skip
    """The pane of a task for one person; raise UnknownTaskError if it is nothing to them.

    Args:
        typed: what stands in the form instead of the draft.
    """
    task, sight = task_for(unit, task_id, actor)
    opened = open_form(unit, runtime, task, actor.person_id)
    tabs = tabs_of(sight)
    tab = tab if tab in tabs else tabs[0]
    can_fill = _is_workable(task) and actor.holds(task["assignee_id"], task["claimed_at"])
    names = holders_of(unit.connection, [task], sight)
    draft_at = opened.draft.saved_at if opened.draft else None
    answers, errors = (typed.answers, typed.errors) if typed else (_answers(unit, task, sight, opened), ())
    return WorkPane(
        task, sight, pick(task), applicant_of(unit, task), version_of(unit, task["instance_id"]),
        due=due_of(task["due_at"], now) if task["status"] == "open" else None,
        reckoning=laid_open(unit.session, task) if task["status"] == "open" else None,
        trouble=trouble_of(
            task["instance_status"], in_error=_in_error(unit, task, sight),
            is_under_correction=_is_under_correction(unit, task, sight),
        ),
        holding=holding_of(task, actor.person_id, names, draft_at, now, desk=actor.desk),
        tab=tab, tabs=tabs, place=place, opened=opened,
        view=opened.view(answers, errors, is_read_only=not can_fill),
        can_fill=can_fill,
        can_claim=_is_workable(task) and task["assignee_id"] is None and _may_take(task, actor),
        can_release=can_fill and task["claimed_at"] is not None,
        colleagues=_colleagues(unit, task, actor, sight),
        more=more_of(unit, task, actor, sight, now=now),
        subject=gate_subject(unit.session, task["business_key"]) if opened.form.layout == "gate" else None,
        discussion=discussion_on(unit, runtime, task, sight),
        counts=counts_of(unit, runtime, task, sight),
        amount=amount_of(unit, runtime, task, answers, now=now) if can_fill else None,
        is_asked=bool(unanswered(unit.session, task["business_key"], actor.person_id)) and "talk" in tabs,
        **contents_of(unit, runtime, task, sight, tab, now),
    )  # fmt: skip


def applicant_of(unit: UnitOfWork, task: Any) -> str:
    """Whom the case is about: the organisation's name, else the subject that the case began with."""
    return organisation_name(unit.session, task["applicant_id"], language()) or str(task["subject"])


def _answers(unit: UnitOfWork, task: Any, sight: Sight, opened: OpenForm) -> Mapping[str, Any]:
    """The draft while the task is open, then what was sent, if it is for these eyes."""
    if task["status"] != "completed":
        return opened.answers
    sent: Any = answers_of(unit.connection, task["instance_id"]).get(task["id"])
    return dict(sent["answers"]) if sent is not None and sight.sees_answers(task) else {}


def _is_workable(task: Any) -> bool:
    return bool(task["status"] == "open" and task["instance_status"] == "running")


def _may_take(task: Any, actor: Actor) -> bool:
    return actor.may_take(role=task["role"], organisation_id=task["organisation_id"], applicant_id=task["applicant_id"])


def _colleagues(unit: UnitOfWork, task: Any, actor: Actor, sight: Sight) -> Sequence[tuple[int, str]]:
    is_supervisor = any(grant.role == Role.SUPERVISOR for grant in actor.grants)
    if not (is_supervisor and sight.standing is Standing.OFFICE and _is_workable(task)):
        return ()
    if task["organisation_id"] is not None or task["role"] == Role.EXPERT:  # an applicant's own, or drawn for somebody
        return ()
    return who_may_take(unit.connection, role=task["role"], organisation_id=None, applicant_id=task["applicant_id"])


def version_of(unit: UnitOfWork, instance_id: int) -> Version:
    """The process and version that a case runs on."""
    row = unit.connection.execute(
        sa.select(process_definition.c.title_zh, process_definition.c.title_en, process_definition.c.version)
        .join(instance, instance.c.definition_id == process_definition.c.id)
        .where(instance.c.id == instance_id)
    ).mappings().one()  # fmt: skip
    return Version(pick(row), row["version"])


def _is_under_correction(unit: UnitOfWork, task: Any, sight: Sight) -> bool:
    """Whether the office waits for the applicant to correct; the applicant's own clock runs."""
    is_waiting = sight.standing is Standing.OFFICE and task["status"] == "open" and task["role"] in APPLICANT_ROLES
    return is_waiting and bool(open_corrections(unit.session, [task["business_key"]]))


def _in_error(unit: UnitOfWork, task: Any, sight: Sight) -> bool:
    return sight.sees_machine and bool(open_incidents(unit.connection, task["instance_id"]))
