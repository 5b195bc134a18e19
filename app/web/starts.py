"""Starting a case: the number is given, the organisation is the acting person's, the first task is theirs at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.db import UnitOfWork, unit_of_work
from app.domain.calendar import local_day
from app.domain.case_number import next_case_number
from app.domain.certificate import check_renewal, current_certificate, renewal_opens_on
from app.domain.errors import ApplicationStillOpenError
from app.domain.organisation import Organisation
from app.engine import catalogue, user_tasks
from app.engine.actor import Actor
from app.engine.errors import MayNotStartError
from app.engine.instances import Start, start_instance
from app.engine.tables import instance
from app.web.case_list import open_tasks_of
from app.web.context import context
from app.web.languages import pick
from app.web.signed_in import Visitor, signed_in
from app.web.visibility import APPLICANT_ROLES

blueprint = Blueprint("starts", __name__)

CERTIFICATION = "agency_certification"
VOUCHER = "voucher_application"
"""It begins from an item of the catalogue; an enterprise may have any number under way."""


@dataclass(frozen=True, slots=True)
class Startable:
    """A process that the person may begin."""

    process_key: str
    title: str
    running_id: int | None
    """A case of theirs that is under way; one at a time (A8.1)."""
    opens_on: date | None = None
    """From when on it may be begun, while a certificate has long to go (A8.6); None: now."""


@blueprint.post("/start/<string:process_key>")
def start(process_key: str) -> Response:
    """Begin a case for the acting person's organisation and open its first task.

    Raises:
        UnknownProcessError, MayNotStartError, ApplicationStillOpenError, TooEarlyToRenewError.
    """
    who = signed_in()
    with unit_of_work(context().database) as unit:
        now = context().now(unit)
        definition = catalogue.latest(unit.connection, process_key)
        organisation_id = _organisation(who, definition)
        if process_key == VOUCHER:
            raise MayNotStartError(process_key, who.person_id)
        if _running(unit, process_key, organisation_id) is not None:
            raise ApplicationStillOpenError(organisation_id)
        if process_key == CERTIFICATION:
            check_renewal(unit.session, organisation_id, on=local_day(now))
        return begin_case(unit, who, process_key, organisation_id, {}, now=now)


def begin_case(
    unit: UnitOfWork, who: Visitor, process_key: str, organisation_id: int, more: Mapping[str, Any], *, now: datetime
) -> Response:
    """Begin a case for an organisation and lead to its first task.

    Args:
        more: process data beside the organisation.
    """
    begin = Start(
        process_key, next_case_number(unit.session, now=now), {"organisation_id": organisation_id, **more},
        subject=unit.session.get_one(Organisation, organisation_id).name_zh, organisation_id=organisation_id,
    )  # fmt: skip
    unit.flush()
    instance_id = start_instance(unit, context().runtime, begin, now=now, actor=who.actor)
    task_id = _claim_first(unit, instance_id, who, now)
    flash(
        gettext(
            "Case %(number)s has begun. What you type is kept as a draft until you send it.", number=begin.business_key
        )
    )
    if task_id is None:
        return redirect(url_for("cases.show", instance_id=instance_id))
    return redirect(url_for("tasks.show", task_id=task_id))


def startable(unit: UnitOfWork, actor: Actor, *, now: datetime) -> list[Startable]:
    """The processes that an applicant may begin, with the case that is under way already."""
    found = {one.process_key: one for one in reversed(catalogue.definitions(unit.connection))}
    offered = []
    for key, definition in sorted(found.items()):
        homes = [
            g.organisation_id for g in actor.grants if g.role == definition.start_role and g.role in APPLICANT_ROLES
        ]
        if homes and key != VOUCHER:
            home = min(homes)
            opens_on = _opens_on(unit, home, now) if key == CERTIFICATION else None
            offered.append(Startable(key, pick(definition), _running(unit, key, home), opens_on))
    return offered


def _opens_on(unit: UnitOfWork, organisation_id: int, now: datetime) -> date | None:
    held = current_certificate(unit.session, organisation_id)
    opens_on = renewal_opens_on(unit.session, held, on=local_day(now)) if held else None
    return opens_on if opens_on and opens_on > local_day(now) else None


def _organisation(who: Visitor, definition: catalogue.Definition) -> int:
    home = who.organisation_as(definition.start_role) if definition.start_role in APPLICANT_ROLES else None
    if home is None:
        raise MayNotStartError(definition.process_key, who.person_id)
    return home


def _running(unit: UnitOfWork, process_key: str, organisation_id: int) -> int | None:
    found: int | None = unit.connection.execute(
        sa.select(instance.c.id)
        .where(
            instance.c.process_key == process_key,
            instance.c.organisation_id == organisation_id,
            instance.c.status.in_(("running", "suspended")),
        )
        .limit(1)
    ).scalar()
    return found


def _claim_first(unit: UnitOfWork, instance_id: int, who: Visitor, now: datetime) -> int | None:
    """Whoever begins a case has its first task, if it is one for their organisation."""
    for task in open_tasks_of(unit.connection, instance_id):
        if task["assignee_id"] is None and task["organisation_id"] in who.actor.organisations:
            user_tasks.claim_task(unit, context().runtime, task["id"], actor=who.actor, now=now)
            return int(task["id"])
    return None
