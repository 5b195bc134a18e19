"""Files of a case, to whoever may see the answers that hold them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.db import UnitOfWork, reading
from app.domain.stored_file import FileStorage, StoredFile
from app.engine.drafts import read_draft
from app.forms import files_of
from app.web.context import context
from app.web.materials import holds_file
from app.web.signed_in import signed_in
from app.web.uploads import send_file
from app.web.visibility import task_for

blueprint = Blueprint("files", __name__)


@blueprint.get("/tasks/<int:task_id>/files/<string:sha256>")
def show(task_id: int, sha256: str) -> Response:
    """A file by its fingerprint, as part of a task: of its answers, of earlier ones of the case, or of one's own draft.

    Whatever is not for the reader's eyes is not there.
    """
    with reading(context().database) as unit:
        task, sight = task_for(unit, task_id, signed_in().actor)
        found = holds_file(unit, context().runtime, task["instance_id"], sight, sha256)
        name = found.name if found else _in_draft(unit, task, sha256)
        if name is None:
            raise NotFound
        storage = FileStorage(context().settings.storage_url)
        return send_file(unit.session, storage, sha256, _is_readable, name)


def _is_readable(_record: StoredFile) -> bool:
    """Asked and answered above: the answers that hold the file are for these eyes."""
    return True


def _in_draft(unit: UnitOfWork, task: Any, sha256: str) -> str | None:
    """The name of a file in the person's own draft of this task."""
    draft = read_draft(unit.connection, task["id"], signed_in().person_id)
    form = context().runtime.catalogue.form(unit.connection, task["form_hash"])
    held = files_of(form, draft.answers) if draft else []
    return next((one.name for one in held if one.sha256 == sha256), None)
