"""What the API takes and gives about user tasks."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from app.engine.inbox import View
from app.web.api.schemas import ID_MAX, Strict, line


class TaskQuery(Strict):
    """Which part of the inbox."""

    view = fields.String(load_default="mine", validate=validate.OneOf([str(view) for view in View]))
    q = fields.String(
        load_default="",
        validate=validate.Length(0, 300),
        metadata={"description": "a query: step:verify due:<3d words"},
    )
    cursor = fields.String(load_default=None, validate=validate.Length(1, 400))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class TaskOut(ma.Schema):
    """A user task as a list shows it."""

    id = fields.Integer(required=True)
    instance_id = fields.Integer(required=True)
    process_key = fields.String(required=True)
    element_id = fields.String(required=True)
    item_key = fields.String(allow_none=True)
    title_zh = fields.String(required=True)
    title_en = fields.String(required=True)
    role = fields.String(required=True)
    assignee_id = fields.Integer(allow_none=True)
    status = fields.String(required=True)
    version = fields.Integer(required=True)
    created_at = fields.AwareDateTime(required=True)
    due_at = fields.AwareDateTime(allow_none=True)
    ended_at = fields.AwareDateTime(allow_none=True)
    business_key = fields.String(required=True)
    subject = fields.String()


class TaskPageOut(ma.Schema):
    """One page of tasks."""

    tasks = fields.List(fields.Nested(TaskOut), required=True)
    next_cursor = fields.String(allow_none=True)


class DraftOut(ma.Schema):
    """What the caller has typed and not sent."""

    data = fields.Dict(required=True)
    version = fields.Integer(required=True)
    saved_at = fields.AwareDateTime(required=True)


class TaskDetailOut(TaskOut):
    """A user task with its form and the caller's draft."""

    form = fields.Dict(required=True, metadata={"description": "JSON Schema 2020-12"})
    draft = fields.Nested(DraftOut, allow_none=True)
    data = fields.Dict(required=True, metadata={"description": "answers that it was completed with, or {}"})
    is_yours_to_do = fields.Boolean(required=True)


class AssignIn(Strict):
    """Whom the task goes to, and why."""

    person_id = fields.Integer(required=True, validate=validate.Range(1, ID_MAX))
    reason = line(500, required=True)


class SnoozeIn(Strict):
    """Until when a task is put aside: an instant, or so many working days from today."""

    until = fields.AwareDateTime(load_default=None)
    working_days = fields.Integer(load_default=None, validate=validate.Range(1, 60))
    reason = fields.String(load_default="", validate=validate.Length(0, 200))

    @ma.validates_schema
    def check_one(self, given: dict[str, Any], **_: Any) -> None:
        """Exactly one of the two is given."""
        if (given["until"] is None) == (given["working_days"] is None):
            raise ma.ValidationError("Give either until or working_days.", "until")


class SnoozedOut(ma.Schema):
    """Until when the task is out of the caller's lists."""

    until = fields.AwareDateTime(required=True, allow_none=True)


class DraftIn(Strict):
    """What was typed; `version` is the draft's version that the window began from, 0 for the first."""

    data = fields.Dict(keys=fields.String(), required=True)
    version = fields.Integer(required=True, validate=validate.Range(0, ID_MAX))


class DraftVersionOut(ma.Schema):
    """The draft's new version."""

    version = fields.Integer(required=True)


class CompleteIn(Strict):
    """The answers; `version` is the task's version that the caller saw."""

    data = fields.Dict(keys=fields.String(), required=True)
    version = fields.Integer(required=True, validate=validate.Range(1, ID_MAX))
    key = fields.String(
        load_default=None, validate=validate.Length(1, 64), metadata={"description": "names this sending, for retries"}
    )


class CompletedOut(ma.Schema):
    """Where the completion led."""

    instance_id = fields.Integer(required=True)
