"""The service file (服务档案) of an agency or an enterprise: evaluations, inspections, settlements, the newest first (A11.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.db import reading
from app.domain.organisation import Organisation, OrganisationKind
from app.domain.service_file import ServiceFileEntry, file_of
from app.engine.actor import Actor
from app.web.context import context
from app.web.excel import Column, Kind, as_excel, wants_excel
from app.web.languages import points, yuan
from app.web.permissions import APPLICANTS
from app.web.signed_in import signed_in

blueprint = Blueprint("service_files", __name__, url_prefix="/service-files")

WITH_FILES = (OrganisationKind.AGENCY, OrganisationKind.ENTERPRISE)


@dataclass(frozen=True, slots=True)
class Line:
    """One entry in words."""

    case_number: str
    at: datetime
    kind: str
    said: str


@blueprint.get("/<int:organisation_id>")
def show(organisation_id: int) -> str | Response:
    """What was evaluated, inspected and settled with an organisation; for the office, and for its own members."""
    with reading(context().database) as unit:
        found = unit.session.get(Organisation, organisation_id)
        if found is None or found.kind not in WITH_FILES or not _may_read(signed_in().actor, organisation_id):
            raise NotFound
        lines = [_line(one) for one in file_of(unit.session, organisation_id)]
        if wants_excel():
            return _file(organisation_id, lines)
        return render_template("service_files/show.html", organisation=found, lines=lines)


def _file(organisation_id: int, lines: Sequence[Line]) -> Response:
    columns = [
        Column(gettext("Case number")), Column(gettext("What"), 16), Column(gettext("What came of it"), 60),
        Column(gettext("When"), 17, Kind.MOMENT),
    ]  # fmt: skip
    values = [[one.case_number, one.kind, one.said, one.at] for one in lines]
    return as_excel(f"quanliu-service-file-{organisation_id}", gettext("Service file"), columns, values)


def _may_read(actor: Actor, organisation_id: int) -> bool:
    """The organisation's own people read its file; of the office, whoever is not tied to it."""
    if any(grant.organisation_id == organisation_id and grant.role in APPLICANTS for grant in actor.grants):
        return True
    is_office = any(grant.role not in APPLICANTS for grant in actor.grants)
    return is_office and organisation_id not in actor.organisations | actor.barred


def _line(entry: ServiceFileEntry) -> Line:
    kinds = {
        "evaluation": gettext("Evaluation"),
        "inspection": gettext("Inspection"),
        "settlement": gettext("Settled"),
    }
    said = {"evaluation": _evaluation, "inspection": _inspection, "settlement": _settlement}[entry.kind]
    return Line(entry.case_number, entry.entered_at, kinds[entry.kind], said(entry.figures))


def _evaluation(figures: Mapping[str, Any]) -> str:
    values = {"mark": points(figures["satisfaction_hundredths"]), "done": figures["done_percent"]}
    if figures["is_by_telephone"]:
        return gettext("%(mark)s of 5.00, %(done)d%% done, asked by telephone", **values)
    return gettext("%(mark)s of 5.00, %(done)d%% done", **values)


def _inspection(figures: Mapping[str, Any]) -> str:
    return {
        "none": gettext("nothing found"),
        "minor": gettext("something minor"),
        "serious": gettext("something serious"),
    }[figures["finding"]]


def _settlement(figures: Mapping[str, Any]) -> str:
    return gettext(
        "settled at %(share)d%%, the agency was paid %(amount)s yuan", share=figures["share_percent"],
        amount=yuan(figures["agency_fen"]),
    )  # fmt: skip
