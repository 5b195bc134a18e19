"""What the API takes and gives: one schema a thing, snake_case, times in ISO 8601 UTC, money in integer fen."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_smorest.fields import Upload
from marshmallow import fields, validate

ID_MAX = 2**31 - 1


class Strict(ma.Schema):
    """A schema that refuses unknown fields instead of dropping them."""

    class Meta:
        """Marshmallow's settings."""

        unknown = ma.RAISE


def key(**options: Any) -> fields.String:
    """An id of a diagram, a process or a form: snake_case words."""
    return fields.String(validate=validate.Regexp(r"^[a-z][a-z0-9_]{0,79}\Z"), **options)


def line(maximum: int = 200, **options: Any) -> fields.String:
    """One line of text that says something."""
    return fields.String(
        validate=[validate.Length(1, maximum), validate.Regexp(r"^[^\x00-\x1f]*\S[^\x00-\x1f]*\Z")], **options
    )


class FieldProblem(ma.Schema):
    """One field that needs mending."""

    path = fields.String(required=True, metadata={"description": "JSON pointer"})
    message = fields.String(required=True)


class DeploymentProblem(ma.Schema):
    """One thing that speaks against a deployment, and how to mend it."""

    file = fields.String(required=True)
    element = fields.String(allow_none=True)
    rule = fields.String(required=True)
    message = fields.String(required=True)
    remedy = fields.String(required=True)
    line = fields.Integer(allow_none=True)


class ProblemSchema(ma.Schema):
    """An error by RFC 9457."""

    type = fields.String()
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String()
    code = fields.String(required=True)
    rule = fields.String(allow_none=True, metadata={"description": "article of the measure, where one applies"})
    errors = fields.List(fields.Nested(FieldProblem))
    problems = fields.List(fields.Nested(DeploymentProblem))


class DeploymentFiles(Strict):
    """The files of a deployment: diagrams, decisions and forms."""

    files = fields.List(Upload(), required=True, validate=validate.Length(1, 100))


class DeploymentForm(Strict):
    """Why it is deployed."""

    reason = line(500, required=True)


class DeploymentQuery(Strict):
    """Whether only to check."""

    check = fields.Boolean(load_default=False)


class DeploymentOut(ma.Schema):
    """A bundle."""

    id = fields.Integer(allow_none=True, metadata={"description": "null after a mere check"})
    hash = fields.String(required=True)
    is_new = fields.Boolean(required=True)
    problems = fields.List(fields.Nested(DeploymentProblem), required=True)
    processes = fields.List(fields.String(), required=True)


class VersionOut(ma.Schema):
    """One version of a process."""

    id = fields.Integer(required=True)
    process_key = fields.String(required=True)
    version = fields.Integer(required=True)
    bundle_id = fields.Integer(required=True)
    title_zh = fields.String(required=True)
    title_en = fields.String(required=True)
    start_role = fields.String(allow_none=True)


class StartIn(Strict):
    """A new case."""

    process = key(required=True)
    business_key = line(
        80, load_default=None, allow_none=True, metadata={"description": "default: the next case number"}
    )
    variables = fields.Dict(keys=fields.String(), load_default=dict)
    subject = line(200, load_default="")
    organisation_id = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, ID_MAX))


class InstanceOut(ma.Schema):
    """A case."""

    id = fields.Integer(required=True)
    process_key = fields.String(required=True)
    business_key = fields.String(required=True)
    subject = fields.String()
    organisation_id = fields.Integer(allow_none=True)
    bundle_id = fields.Integer(required=True)
    status = fields.String(required=True)
    version = fields.Integer(required=True)
    started_at = fields.AwareDateTime(required=True)
    started_by = fields.Integer(allow_none=True)
    changed_at = fields.AwareDateTime(required=True)
    ended_at = fields.AwareDateTime(allow_none=True)
    due_at = fields.AwareDateTime(allow_none=True)
    variables = fields.Dict()
    tokens = fields.List(fields.String())
    incidents = fields.List(fields.Dict())


class EventOut(ma.Schema):
    """One event of a case's history."""

    sequence = fields.Integer(required=True)
    at = fields.AwareDateTime(required=True)
    kind = fields.String(required=True)
    process_key = fields.String(required=True)
    element_id = fields.String(allow_none=True)
    actor_id = fields.Integer(allow_none=True)
    detail = fields.Dict()
    hash = fields.String(required=True)


class ReasonIn(Strict):
    """Why an operation is done; it is recorded."""

    reason = line(500, required=True)


class MessageIn(Strict):
    """A message to the case that waits for it."""

    name = key(required=True)
    correlation = fields.String(load_default="", validate=validate.Length(0, 200))
    payload = fields.Dict(keys=fields.String(), load_default=dict)


class ReachedOut(ma.Schema):
    """The cases that a message reached."""

    instances = fields.List(fields.Integer(), required=True)


class DecisionIn(Strict):
    """Inputs of a decision by name."""

    inputs = fields.Dict(keys=fields.String(), required=True)
    process = key(
        load_default=None, metadata={"description": "whose newest version is asked; default: any that has it"}
    )


class DecisionOut(ma.Schema):
    """What a decision table says, and by which rules; nothing changes."""

    result = fields.Raw(required=True, allow_none=True)
    trace = fields.Raw(required=True)


class ClockIn(Strict):
    """The instant to move the clock to."""

    now = fields.AwareDateTime(required=True)


class ClockOut(ma.Schema):
    """Where the clock stands, and what fell due on the way."""

    now = fields.AwareDateTime(required=True)
    fired = fields.Integer(required=True)


class LogHeadOut(ma.Schema):
    """The newest link of each case's chain, folded into one hash."""

    cases = fields.Integer(required=True)
    events = fields.Integer(required=True)
    hash = fields.String(required=True)
