"""Deployments: check a set of files, or keep it as a bundle."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import FileStorage

from app.db import unit_of_work
from app.engine import catalogue, deployment
from app.engine.errors import DeploymentRefusedError
from app.web.api import schemas
from app.web.api.blueprint import ApiBlueprint
from app.web.api.caller import actor, context, language

blueprint = ApiBlueprint("api_deployments", __name__, url_prefix="/api/v1/deployments")


@blueprint.post("")
@blueprint.arguments(schemas.DeploymentQuery, location="query")
@blueprint.arguments(schemas.DeploymentForm, location="form")
@blueprint.arguments(schemas.DeploymentFiles, location="files")
@blueprint.response(201, schemas.DeploymentOut)
@blueprint.alt_response(200, schema=schemas.DeploymentOut, description="only checked, or deployed before")
@blueprint.problems(422, 413)
def deploy(query: dict[str, Any], form: dict[str, Any], uploaded: dict[str, Any]) -> Any:
    """Deploy files, or with `check=true` only say what speaks against them."""
    files = deployment.by_path({one.filename or "": one.read() for one in _files(uploaded)})
    with unit_of_work(context().database) as unit:
        if query["check"]:
            whole = deployment.with_latest(unit.connection, files)
            problems = deployment.check(whole, context().known)
            return _outcome(None, whole, is_new=False, problems=problems), 200
        try:
            bundle_id, is_new = deployment.deploy(
                unit, files, context().known, reason=form["reason"], now=context().clock.now(unit),
                deployed_by=actor().person_id,
            )  # fmt: skip
        except DeploymentRefusedError as refusal:
            refusal.problems = [_problem(one) for one in refusal.problems]
            raise
        whole = catalogue.bundle_files(unit.connection, bundle_id)
    return _outcome(bundle_id, whole, is_new=is_new, problems=[]), 201 if is_new else 200


def _files(uploaded: dict[str, Any]) -> list[FileStorage]:
    return list(uploaded["files"])


def _outcome(bundle_id: int | None, files: dict[str, bytes], *, is_new: bool, problems: list[Any]) -> dict[str, Any]:
    return {
        "id": bundle_id,
        "hash": catalogue.bundle_hash(files),
        "is_new": is_new,
        "problems": [_problem(one) for one in problems],
        "processes": sorted({path.split("/")[1] for path in files if path.endswith(".bpmn")}),
    }


def _problem(one: Any) -> dict[str, Any]:
    chinese = language() == "zh"
    return {
        "file": one.file, "element": one.element, "rule": one.rule, "line": one.line,
        "message": one.message_zh if chinese else one.message_en,
        "remedy": one.remedy_zh if chinese else one.remedy_en,
    }  # fmt: skip
