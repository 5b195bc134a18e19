"""The files of an objection, for those who examine it: supervisors who may know of the case, and nobody else (A8.6)."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.db import UnitOfWork, reading
from app.domain.certification import CertificationApplication
from app.domain.notice import Notice
from app.domain.objection import Objection
from app.domain.objection_file import ObjectionFile
from app.domain.stored_file import FileStorage
from app.web.context import context
from app.web.signed_in import signed_in
from app.web.uploads import file_response
from app.web.visibility import sight_of

blueprint = Blueprint("evidence_files", __name__)


@blueprint.get("/objections/files/<int:file_id>")
def show(file_id: int) -> Response:
    """One file; what is not for the reader's eyes is not there."""
    with reading(context().database) as unit:
        file = unit.session.get(ObjectionFile, file_id)
        if file is None or not _may_read(unit, file):
            raise NotFound
        storage = FileStorage(context().settings.storage_url)
        return file_response(storage, file.sha256, media_type=file.media_type, name=file.name)


def _may_read(unit: UnitOfWork, file: ObjectionFile) -> bool:
    objection = unit.session.get_one(Objection, file.objection_id)
    if objection.status == "unconfirmed":
        return False
    application_id = unit.session.get_one(Notice, objection.notice_id).application_id
    application = unit.session.get_one(CertificationApplication, application_id)
    sight = sight_of(unit, signed_in().actor, number=application.case_number, applicant_id=application.organisation_id)
    return sight is not None and sight.examines_objections
