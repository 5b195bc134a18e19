"""The pages open to everybody, and the same as JSON: certified agencies, notices, verification, the queue."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.db import reading
from app.domain.calendar import local_day
from app.web import public_queue
from app.web.context import context
from app.web.excel import wants_excel
from app.web.list_files import agencies_file
from app.web.public_files import notices_file
from app.web.public_records import (
    agency_json,
    agency_records,
    notice_json,
    notice_record,
    notice_records,
    operator_contact,
    verdict_json,
    verdict_on,
)
from app.web.words import category_name

blueprint = Blueprint("public", __name__, url_prefix="/public")

Answer = Response | str

blueprint.add_url_rule("/queue", "show_queue", public_queue.show_queue)


@blueprint.get("/agencies")
def list_agencies() -> Answer:
    """Every agency that is certified today, with what it offers."""
    text = request.args.get("q", "").strip()[:100]
    with reading(context().database) as unit:
        today = local_day(context().now(unit))
        records = agency_records(unit.session, on=today, text=text)
    if _wants_json():
        return jsonify(agencies=[agency_json(one) for one in records])
    if wants_excel():
        return agencies_file(records)
    return render_template("public/agencies.html", agencies=records, text=text)


@blueprint.get("/agencies/<int:organisation_id>")
def show_agency(organisation_id: int) -> Answer:
    """One certified agency with its service items, prices and delivery standards."""
    with reading(context().database) as unit:
        today = local_day(context().now(unit))
        records = agency_records(unit.session, on=today)
        record = next((one for one in records if one.organisation_id == organisation_id), None)
    if record is None:
        raise NotFound
    if _wants_json():
        return jsonify(agency_json(record))
    return render_template("public/agency.html", agency=record, category_name=category_name)


@blueprint.get("/notices")
def list_notices() -> Answer:
    """Every notice, the latest first, with the last day to object."""
    with reading(context().database) as unit:
        records = notice_records(unit.session, now=context().now(unit))
    if _wants_json():
        return jsonify(notices=[notice_json(one) for one in records])
    if wants_excel():
        return notices_file(records)
    return render_template("public/notices.html", notices=records)


@blueprint.get("/notices/<int:notice_id>")
def show_notice(notice_id: int) -> Answer:
    """One notice: what is about to be decided, and how to object."""
    with reading(context().database) as unit:
        record = notice_record(unit.session, notice_id, now=context().now(unit))
        contact = operator_contact(unit.session)
    if record is None:
        raise NotFound
    if _wants_json():
        return jsonify(notice_json(record))
    return render_template("public/notice.html", notice=record, contact=contact)


@blueprint.get("/verify")
def ask_verification() -> Answer:
    """The form; with a number it leads to the answer."""
    number = request.args.get("number", "").strip()[:40]
    if number:
        return redirect(url_for("public.verify", number=number))
    return render_template("public/verify.html", number="", verdict=None, now=None)


@blueprint.get("/verify/<string:number>")
def verify(number: str) -> Answer:
    """Whether a certificate number is genuine, and valid today."""
    with reading(context().database) as unit:
        now = context().now(unit)
        verdict = verdict_on(unit.session, number.strip().upper(), on=local_day(now))
    if _wants_json():
        return jsonify(verdict_json(verdict))
    return render_template("public/verify.html", number=number, verdict=verdict, now=now)


def _wants_json() -> bool:
    """Asked for by address or by header; a browser that takes anything gets the page."""
    wanted: Any = request.args.get("format")
    return wanted == "json" or request.accept_mimetypes.best == "application/json"
