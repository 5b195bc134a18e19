"""What is deployed: processes, their versions, their diagrams."""

from __future__ import annotations

from typing import Any

from flask import Response

from app.db import reading
from app.engine import catalogue
from app.engine.errors import UnknownProcessError
from app.web.api import schemas
from app.web.api.blueprint import ApiBlueprint
from app.web.api.caller import context

blueprint = ApiBlueprint("api_processes", __name__, url_prefix="/api/v1/processes")


@blueprint.get("")
@blueprint.response(200, schemas.VersionOut(many=True))
@blueprint.problems()
def list_processes() -> Any:
    """The newest version of every process."""
    with reading(context().database) as unit:
        newest: dict[str, catalogue.Definition] = {}
        for one in catalogue.definitions(unit.connection):
            newest.setdefault(one.process_key, one)
    return list(newest.values())


@blueprint.get("/<string:key>")
@blueprint.response(200, schemas.VersionOut(many=True))
@blueprint.problems(404)
def list_versions(key: str) -> Any:
    """Every version of a process, newest first."""
    with reading(context().database) as unit:
        versions = catalogue.definitions(unit.connection, key)
    if not versions:
        raise UnknownProcessError(key)
    return versions


@blueprint.get("/<string:key>/versions/<int:version>/xml")
@blueprint.response(200, {"type": "string"}, content_type="application/xml", description="BPMN 2.0")
@blueprint.problems(404)
def show_xml(key: str, version: int) -> Any:
    """The diagram of one version, byte for byte as it was deployed."""
    with reading(context().database) as unit:
        found = catalogue.definition(unit.connection, key, version)
        content = catalogue.diagram(unit.connection, found.bundle_id, key)
    return Response(content, mimetype="application/xml")
