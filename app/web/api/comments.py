"""Comments on the case of a user task, over the API."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from app.db import unit_of_work
from app.domain.comment import TEXT_MAX_CHARACTERS, Audience
from app.engine.errors import UnknownTaskError
from app.engine.instances import read_instance
from app.web.api.blueprint import ApiBlueprint
from app.web.api.caller import actor, context
from app.web.api.schemas import Strict
from app.web.talk import hears, say
from app.web.visibility import task_for

blueprint = ApiBlueprint("api_comments", __name__, url_prefix="/api/v1/tasks")


class CommentIn(Strict):
    """What is said, and to whom; @name calls a colleague."""

    text = fields.String(required=True, validate=validate.Length(1, TEXT_MAX_CHARACTERS))
    audience = fields.String(load_default="team", validate=validate.OneOf([str(one) for one in Audience]))


class CommentOut(Strict):
    """The comment that was written."""

    id = fields.Integer()
    written_at = fields.AwareDateTime()


@blueprint.post("/<int:task_id>/comment")
@blueprint.arguments(CommentIn)
@blueprint.response(201, CommentOut)
@blueprint.problems(404, 422)
def write(given: dict[str, Any], task_id: int) -> Any:
    """Say something about the case of a task; to whoever hears nothing of the talk the task is unknown."""
    with unit_of_work(context().database) as unit:
        task, sight = task_for(unit, task_id, actor())
        if not hears(sight):
            raise UnknownTaskError(task_id)
        case = read_instance(unit.connection, task["instance_id"])
        audience = Audience(given["audience"])
        comment = say(unit, case, sight, audience=audience, text=given["text"], now=context().clock.now(unit))
        return {"id": comment.id, "written_at": comment.written_at}
