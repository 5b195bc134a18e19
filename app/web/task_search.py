"""Finding tasks by words: number, step, applicant, credit code, persons, and the answers that the reader may read.

Whoever may not read a thing finds nothing by it: an applicant finds by what is their own, an expert by nothing of the
applicant's before they have declared no interest, nobody by what an expert wrote.
"""

from __future__ import annotations

import sqlalchemy as sa

from app.domain.certification import CertificationApplication
from app.domain.organisation import Organisation
from app.domain.panel import Panel, PanelSeat
from app.domain.person import Person
from app.domain.role_grant import Role
from app.engine.inbox import Scope
from app.engine.search_words import holds
from app.engine.tables import instance, search_document, user_task
from app.web.visibility import ADMITTED, APPLICANT_ROLES

Condition = sa.ColumnElement[bool]

APART = frozenset({str(Role.EXPERT)})
"""Roles whose holders see their own task and nothing else of a case."""


def mentions(text: str, scope: Scope, *, is_sqlite: bool) -> Condition:
    """Whether a task or its case is found by a text, for the reader."""
    own, expert, admitted = _is_own_case(scope), _is_on_panel(scope), _is_admitted(scope)
    is_office = is_office_case(scope)
    return sa.or_(
        _of_the_task(text),
        sa.and_(sa.or_(own, is_office, admitted), _of_the_applicant(text)),
        sa.and_(is_office, _of_persons(text)),
        sa.and_(is_office, _in_answers(text, search_document.c.role.not_in(APART), is_sqlite=is_sqlite)),
        sa.and_(
            sa.or_(sa.and_(own, ~expert), admitted),
            _in_answers(text, search_document.c.role.in_(APPLICANT_ROLES), is_sqlite=is_sqlite),
        ),
    )


def of_applicant(text: str, scope: Scope) -> Condition:
    """Whether the applicant is found by a text, as far as the reader may know who it is."""
    may_know = sa.or_(_is_own_case(scope), ~_is_on_panel(scope), _is_admitted(scope))
    return sa.and_(may_know, _of_the_applicant(text))


def persons_named(text: str) -> sa.Select[int]:
    """The ids of persons whose name or login holds a text."""
    return sa.select(Person.id).where(sa.or_(_holds(Person.name, text), _holds(Person.login, text)))


def is_office_case(scope: Scope) -> Condition:
    """Whether the reader is neither of the applicant nor an expert of the case; never NULL."""
    return sa.and_(~_is_own_case(scope), ~_is_on_panel(scope))


def _is_on_panel(scope: Scope) -> Condition:
    other = user_task.alias("panel")
    me = scope.actor.person_id
    return sa.exists().where(
        other.c.instance_id == user_task.c.instance_id,
        other.c.role.in_(APART),
        sa.or_(other.c.assignee_id == me, other.c.completed_by == me),
    )


def _of_the_task(text: str) -> Condition:
    columns = (instance.c.business_key, user_task.c.title_zh, user_task.c.title_en)
    return sa.or_(*(_holds(column, text) for column in columns))


def _of_the_applicant(text: str) -> Condition:
    named = sa.select(Organisation.id).where(
        sa.or_(
            *(
                _holds(column, text)
                for column in (
                    Organisation.name_zh, Organisation.name_en, Organisation.credit_code,
                    Organisation.responsible_person,
                )
            )
        )
    )  # fmt: skip
    return sa.or_(_holds(instance.c.subject, text), instance.c.organisation_id.in_(named))


def _of_persons(text: str) -> Condition:
    """Whoever does or did a step of the case, experts left out."""
    step = user_task.alias("step")
    named = persons_named(text)
    return user_task.c.instance_id.in_(
        sa.select(step.c.instance_id).where(
            step.c.role.not_in(APART), sa.or_(step.c.assignee_id.in_(named), step.c.completed_by.in_(named))
        )
    )


def _in_answers(text: str, may_read: Condition, *, is_sqlite: bool) -> Condition:
    return user_task.c.instance_id.in_(
        sa.select(search_document.c.instance_id).where(may_read, holds(text, is_sqlite=is_sqlite))
    )


def _is_own_case(scope: Scope) -> Condition:
    """Never NULL: a case without an applicant is nobody's own."""
    own = sorted(scope.actor.organisations)
    return sa.func.coalesce(instance.c.organisation_id.in_(own), sa.false())


def _is_admitted(scope: Scope) -> Condition:
    return sa.exists().where(
        CertificationApplication.case_number == instance.c.business_key,
        Panel.application_id == CertificationApplication.id,
        PanelSeat.panel_id == Panel.id,
        PanelSeat.person_id == scope.actor.person_id,
        PanelSeat.status.in_(ADMITTED),
    )


def _holds(column: sa.ColumnElement[str] | sa.orm.InstrumentedAttribute[str], text: str) -> Condition:
    return column.icontains(text, autoescape=True)
