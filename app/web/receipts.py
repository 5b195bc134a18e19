"""Receipts: what an expert gave, for themselves alone."""

from __future__ import annotations

from flask import Blueprint, render_template
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.db import reading
from app.domain.receipt import receipt_of, receipts_of
from app.web.context import context
from app.web.excel import wants_excel
from app.web.post_files import receipts_file
from app.web.signed_in import signed_in

blueprint = Blueprint("receipts", __name__, url_prefix="/receipts")


@blueprint.get("")
def list_receipts() -> str | Response:
    """Every receipt of the reader's own."""
    actor = signed_in().actor
    with reading(context().database) as unit:
        found = [one for one in receipts_of(unit.session, actor.person_id) if one.organisation_id not in actor.barred]
    if wants_excel():
        return receipts_file(found)
    return render_template("panels/receipts.html", receipts=found)


@blueprint.get("/<int:seat_id>")
def show(seat_id: int) -> str:
    """One receipt; somebody else's is not there."""
    actor = signed_in().actor
    with reading(context().database) as unit:
        found = receipt_of(unit.session, seat_id)
    if found is None or found.person_id != actor.person_id or found.organisation_id in actor.barred:
        raise NotFound
    return render_template("panels/receipt.html", receipt=found)
