"""The library of deployed processes: versions, who deployed them and why, what runs on them; and deploying a new one."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.db import reading, unit_of_work
from app.engine import catalogue
from app.engine.deployment import by_path, deploy
from app.engine.errors import DeploymentRefusedError
from app.web.context import context
from app.web.excel import wants_excel
from app.web.library import problem_lines, shelf_of, version_of
from app.web.office_files import processes_file
from app.web.signed_in import signed_in

blueprint = Blueprint("processes", __name__, url_prefix="/processes")

MIB = 1024 * 1024
MOST_FILES = 100


@blueprint.get("")
def list_processes() -> str | Response:
    """Every process with its versions, and the form that deploys new files."""
    if wants_excel():
        with reading(context().database) as unit:
            return processes_file(shelf_of(unit, context().runtime, signed_in().actor))
    return _page()


@blueprint.get("/<string:process_key>/versions/<int:version>")
def show(process_key: str, version: int) -> str:
    """One version: its diagram, forms and decision tables."""
    with reading(context().database) as unit:
        found = version_of(unit, context().runtime, signed_in().actor, process_key, version)
    return render_template("processes/version.html", found=found)


@blueprint.get("/<string:process_key>/versions/<int:version>/diagram.xml")
def show_xml(process_key: str, version: int) -> Response:
    """The BPMN as it was deployed."""
    with reading(context().database) as unit:
        definition = catalogue.definition(unit.connection, process_key, version)
        return Response(
            catalogue.diagram(unit.connection, definition.bundle_id, process_key), mimetype="application/xml"
        )


@blueprint.post("/deploy", endpoint="deploy")
def deploy_files() -> Response | tuple[str, int]:
    """Check the uploaded files and put them into force, or say what speaks against it and how to mend it."""
    reason = request.form.get("reason", "").strip()[:500]
    limit = context().settings.upload_max_mib * MIB
    uploads = [one for one in request.files.getlist("files") if one.filename]
    files = {str(one.filename): one.stream.read(limit + 1) for one in uploads[:MOST_FILES]}
    missing = _missing(files, reason, limit)
    if missing:
        return _page(reason=reason, errors=missing), 422
    try:
        with unit_of_work(context().database) as unit:
            bundle_id, is_new = deploy(
                unit, by_path(files), context().known, reason=reason, now=context().now(unit),
                deployed_by=signed_in().person_id,
            )  # fmt: skip
    except DeploymentRefusedError as refused:
        return _page(reason=reason, refused=refused), 422
    flash(
        gettext("Deployed as bundle %(id)d. New cases begin on it; running ones stay on theirs.", id=bundle_id)
        if is_new
        else gettext("These very files are deployed already, as bundle %(id)d.", id=bundle_id)
    )
    return redirect(url_for("processes.list_processes"))


def _missing(files: dict[str, bytes], reason: str, limit: int) -> dict[str, str]:
    errors = {}
    if not files:
        errors["files"] = gettext("Choose the diagram and what belongs to it.")
    elif any(len(content) > limit for content in files.values()):
        errors["files"] = gettext("A file is larger than %(mib)d MB.", mib=limit // MIB)
    if not reason:
        errors["reason"] = gettext("Write why it is deployed; the history keeps it.")
    return errors


def _page(
    *, reason: str = "", errors: dict[str, str] | None = None, refused: DeploymentRefusedError | None = None
) -> str:
    with reading(context().database) as unit:
        shelf = shelf_of(unit, context().runtime, signed_in().actor)
    problems = problem_lines(refused.problems) if refused else []
    return render_template("processes/list.html", shelf=shelf, reason=reason, errors=errors or {}, problems=problems)
