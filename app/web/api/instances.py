"""Cases: start, look, and the operations that need a reason."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import flask_smorest as smorest
import sqlalchemy as sa

from app.db import UnitOfWork, reading, unit_of_work
from app.domain.case_number import next_case_number
from app.engine import incidents, instances
from app.engine.instances import Start
from app.engine.tables import history
from app.web.api import schemas
from app.web.api.blinding import blinded_history, blinded_variables
from app.web.api.blueprint import ApiBlueprint
from app.web.api.caller import actor, context
from app.web.visibility import Sight, machinery_for

blueprint = ApiBlueprint("api_instances", __name__, url_prefix="/api/v1/instances")


@blueprint.post("")
@blueprint.arguments(schemas.StartIn)
@blueprint.response(201, schemas.InstanceOut)
@blueprint.problems(404, 409, 422)
def start(given: dict[str, Any]) -> Any:
    """Start a case on the newest version of a process."""
    with unit_of_work(context().database) as unit:
        now = context().clock.now(unit)
        number = given["business_key"] or next_case_number(unit.session, now=now)
        begin = Start(given["process"], number, given["variables"], given["subject"], _applicant(given))
        instance_id = instances.start_instance(unit, context().runtime, begin, now=now, actor=actor())
        return _shown(unit, instance_id)


@blueprint.get("/<int:instance_id>")
@blueprint.response(200, schemas.InstanceOut)
@blueprint.problems(404)
def show(instance_id: int) -> Any:
    """A case with its process data, where its tokens are, and its open incidents."""
    with reading(context().database) as unit:
        _, sight = machinery_for(unit, instance_id, actor())
        return _shown(unit, instance_id, sight)


@blueprint.get("/<int:instance_id>/history")
@blueprint.response(200, schemas.EventOut(many=True))
@blueprint.problems(404)
def show_history(instance_id: int) -> Any:
    """Everything that happened in a case, in order, with the chain of hashes."""
    with reading(context().database) as unit:
        _, sight = machinery_for(unit, instance_id, actor())
        query = sa.select(history).where(history.c.instance_id == instance_id).order_by(history.c.sequence)
        return blinded_history(unit.connection.execute(query).mappings(), sight)


@blueprint.post("/<int:instance_id>/cancel")
@blueprint.arguments(schemas.ReasonIn)
@blueprint.response(200, schemas.InstanceOut)
@blueprint.problems(404, 409, 422)
def cancel(given: dict[str, Any], instance_id: int) -> Any:
    """End a case before its end; its open tasks are withdrawn."""
    return _acted(instance_id, partial(instances.cancel_instance, runtime=context().runtime), given["reason"])


@blueprint.post("/<int:instance_id>/suspend")
@blueprint.arguments(schemas.ReasonIn)
@blueprint.response(200, schemas.InstanceOut)
@blueprint.problems(404, 409, 422)
def suspend(given: dict[str, Any], instance_id: int) -> Any:
    """Stop a case until it is resumed."""
    return _acted(instance_id, instances.suspend_instance, given["reason"])


@blueprint.post("/<int:instance_id>/resume")
@blueprint.arguments(schemas.ReasonIn)
@blueprint.response(200, schemas.InstanceOut)
@blueprint.problems(404, 409, 422)
def resume(given: dict[str, Any], instance_id: int) -> Any:
    """Let a suspended case go on."""
    return _acted(instance_id, instances.resume_instance, given["reason"])


@blueprint.post("/<int:instance_id>/retry")
@blueprint.arguments(schemas.ReasonIn)
@blueprint.response(200, schemas.InstanceOut)
@blueprint.problems(404, 409, 422)
def retry(given: dict[str, Any], instance_id: int) -> Any:
    """Let every failed step of a case try again."""
    return _acted(instance_id, incidents.retry_instance, given["reason"])


def _acted(instance_id: int, act: Callable[..., object], reason: str) -> dict[str, Any]:
    """Do something to a case that the caller may see the machinery of, for a reason that is recorded; the case afterwards."""
    with unit_of_work(context().database) as unit:
        _, sight = machinery_for(unit, instance_id, actor())
        act(unit, instance_id=instance_id, reason=reason, now=context().clock.now(unit), actor_id=actor().person_id)
        return _shown(unit, instance_id, sight)


def _applicant(given: dict[str, Any]) -> int | None:
    """The organisation whose case it is: what the process data says and what the case says must be one."""
    named, stated = given["organisation_id"], given["variables"].get("organisation_id")
    if None not in (named, stated) and named != stated:
        smorest.abort(422, messages={"json": {"organisation_id": ["differs from variables.organisation_id"]}})
    found = stated if named is None else named
    if found is not None and not isinstance(found, int):
        smorest.abort(422, messages={"json": {"variables": ["organisation_id is not a whole number"]}})
    return found


def _shown(unit: UnitOfWork, instance_id: int, sight: Sight | None = None) -> dict[str, Any]:
    """A case as the engine sees it; without a sight, the one that its starter has just begun."""
    now = context().clock.now(unit)
    row = instances.read_instance(unit.connection, instance_id)
    variables = instances.variables_of(unit, context().runtime, instance_id, now=now)
    open_ones = incidents.open_incidents(unit.connection, instance_id)
    return {
        **row,
        "variables": blinded_variables(variables, sight) if sight else variables,
        "tokens": instances.tokens_of(unit, context().runtime, instance_id, now=now),
        "incidents": [
            {"id": one["id"], "element_id": one["element_id"], "message": one["message"]} for one in open_ones
        ],
    }
