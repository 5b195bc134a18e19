"""Forms as they are asked now: JSON Schema."""

from __future__ import annotations

from typing import Any

from flask import jsonify

from app.db import reading
from app.engine import catalogue
from app.web.api.blueprint import ApiBlueprint
from app.web.api.caller import context

blueprint = ApiBlueprint("api_forms", __name__, url_prefix="/api/v1/forms")


@blueprint.get("/<string:process>/<string:user_task>")
@blueprint.response(200, {"type": "object"}, description="JSON Schema 2020-12 with display hints")
@blueprint.problems(404)
def show(process: str, user_task: str) -> Any:
    """The form of a user task in the newest version of its process."""
    with reading(context().database) as unit:
        newest = catalogue.latest(unit.connection, process)
        bundle = context().runtime.catalogue.bundle(unit.connection, newest.bundle_id)
        form = context().runtime.catalogue.form(unit.connection, bundle.form_hash(process, user_task))
    return jsonify(form.schema)
