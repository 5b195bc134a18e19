"""Decisions asked without effect: what would the table say, and by which rules."""

from __future__ import annotations

from typing import Any

from app.db import reading
from app.engine import catalogue
from app.engine.decisions import evaluate_decision
from app.web.api import schemas
from app.web.api.blueprint import ApiBlueprint
from app.web.api.caller import context

blueprint = ApiBlueprint("api_decisions", __name__, url_prefix="/api/v1/decisions")


@blueprint.post("/<string:key>/evaluate")
@blueprint.arguments(schemas.DecisionIn)
@blueprint.response(200, schemas.DecisionOut)
@blueprint.problems(404, 422)
def evaluate(given: dict[str, Any], key: str) -> Any:
    """The result of a decision of the newest version, the rules that matched, and on which inputs."""
    with reading(context().database) as unit:
        bundle_id = catalogue.bundle_with_decision(unit.connection, key, given["process"])
        bundle = context().runtime.catalogue.bundle(unit.connection, bundle_id)
        value, trace = evaluate_decision(bundle, key, given["inputs"])
    return {"result": value, "trace": trace}
