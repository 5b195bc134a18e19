"""Objecting to a public notice: open to everybody; it counts once the link in the e-mail was followed (A8.6)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_limiter.util import get_remote_address
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.db import UnitOfWork, reading, unit_of_work
from app.domain.message import tell_address
from app.domain.notice import Notice
from app.domain.objection import Objection, ObjectionEntry, by_secret, confirm_contact, raise_objection
from app.domain.objection_file import (
    MEDIA_TYPES,
    MOST_FILES,
    MOST_MIB,
    TooManyFilesError,
    check_evidence,
    keep_evidence,
)
from app.domain.outbox import can_be_mailed
from app.domain.person import Person
from app.domain.stored_file import MIB, FileStorage, StoredFileError, Upload
from app.engine.errors import MessageNotAwaitedError
from app.engine.messages import Message, correlate_message
from app.web.context import context
from app.web.languages import language
from app.web.limits import SIGN_INS, limiter
from app.web.public_records import NoticeRecord, notice_record
from app.web.signed_in import visitor

blueprint = Blueprint("objections", __name__, url_prefix="/public")

GROUNDS_MAX_CHARACTERS = 4_000
NAME_MAX_CHARACTERS, EMAIL_MAX_CHARACTERS, PHONE_MAX_CHARACTERS = 60, 120, 30


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in the form."""

    name: str = ""
    email: str = ""
    phone: str = ""
    grounds: str = ""


@blueprint.get("/notices/<int:notice_id>/object")
def ask(notice_id: int) -> str:
    """The form; after the last day it says so."""
    with reading(context().database) as unit:
        record = _notice(unit, notice_id)
        known = _known(unit)
    return _page(record, known)


@blueprint.post("/notices/<int:notice_id>/object")
@limiter.limit(SIGN_INS, key_func=get_remote_address)
def send(notice_id: int) -> Response | tuple[str, int]:
    """Take the objection. Whoever is signed in is known; everybody else gets a link by e-mail."""
    written, uploads = _read(), _uploads()
    with unit_of_work(context().database) as unit:
        record, now = _notice(unit, notice_id), context().now(unit)
        mistakes = _mistakes(written) | _faulty(uploads)
        if mistakes:
            return _page(record, written, mistakes), 422
        objection, secret = _raise(unit, record, written, now)
        storage = FileStorage(context().settings.storage_url)
        keep_evidence(unit.session, storage, objection.id, uploads, now=now)
    if objection.status == "unconfirmed":
        return _sent(record, written, objection.number), 200
    return redirect(url_for("objections.show", secret=secret))


@blueprint.get("/objections/<string:secret>")
def show(secret: str) -> str:
    """How an objection stands, for whoever holds its link."""
    with reading(context().database) as unit:
        objection = _of(unit, secret)
        notice = unit.session.get_one(Notice, objection.notice_id)
        is_open = notice.is_open(context().now(unit))
        return render_template(
            "public/objection.html", objection=objection, notice=notice, secret=secret, is_open=is_open
        )


@blueprint.post("/objections/<string:secret>/confirm")
@limiter.limit(SIGN_INS, key_func=get_remote_address)
def confirm(secret: str) -> Response:
    """The contact is confirmed: from now on the objection counts, and its examination begins.

    Raises:
        NoticeOverError: it is too late.
    """
    with unit_of_work(context().database) as unit:
        _of(unit, secret)
        now = context().now(unit)
        objection = confirm_contact(unit.session, secret, now=now)
        if objection is not None and objection.received_at == now:
            _take_up(unit, objection, now)
    return redirect(url_for("objections.show", secret=secret))


def _raise(unit: UnitOfWork, record: NoticeRecord, written: Written, now: datetime) -> tuple[Objection, str]:
    who = visitor()
    entry = ObjectionEntry(
        written.name, written.email, written.grounds, written.phone, language(), who.person_id if who else None
    )
    objection, secret = raise_objection(unit.session, record.id, entry, now=now)
    link = url_for("objections.show", secret=secret, _external=True)
    if objection.status == "received":
        _take_up(unit, objection, now)
        return objection, secret
    values = {"notice_number": record.number, "objection_number": objection.number, "link": link}
    tell_address(
        unit.session, written.email, name=written.name, language=language(), template="objection_contact",
        values=values, now=now,
    )  # fmt: skip
    return objection, secret


def _take_up(unit: UnitOfWork, objection: Objection, now: datetime) -> None:
    """Tell the case, which takes it up at once or after the examination that is under way."""
    with suppress(MessageNotAwaitedError):
        message = Message("objection_received", str(objection.notice_id), {})
        correlate_message(unit, context().runtime, message, now=now, actor_id=objection.person_id)


def _read() -> Written:
    sent = {name: request.form.get(name, "").strip() for name in ("name", "email", "phone", "grounds")}
    return Written(**sent)


def _uploads() -> list[Upload]:
    """What came with the form; read one byte further than allowed, to know what is too large."""
    files = [one for one in request.files.getlist("evidence") if one.filename]
    most = MOST_MIB * MIB + 1
    return [Upload(one.filename or "", one.stream.read(most), MEDIA_TYPES, MOST_MIB) for one in files[: MOST_FILES + 1]]


def _faulty(uploads: list[Upload]) -> dict[str, str]:
    """Why the files cannot be taken, in the reader's language."""
    try:
        check_evidence(uploads)
    except (StoredFileError, TooManyFilesError) as refused:
        return {"evidence": refused.message_zh if language() == "zh" else refused.message_en}
    return {}


def _mistakes(written: Written) -> dict[str, str]:
    """What is wrong with which field, in the reader's language."""
    found = {}
    if not 0 < len(written.name) <= NAME_MAX_CHARACTERS:
        found["name"] = gettext("Write your name, in at most 60 characters.")
    if len(written.email) > EMAIL_MAX_CHARACTERS or not can_be_mailed(written.email):
        found["email"] = gettext(
            "Write an e-mail address such as li@example.cn: the objection counts once you confirm it."
        )
    if len(written.phone) > PHONE_MAX_CHARACTERS:
        found["phone"] = gettext("A telephone number has at most 30 characters.")
    if not 0 < len(written.grounds) <= GROUNDS_MAX_CHARACTERS:
        found["grounds"] = gettext("Write what is wrong and how you know, in at most 4,000 characters.")
    return found


def _notice(unit: UnitOfWork, notice_id: int) -> NoticeRecord:
    record = notice_record(unit.session, notice_id, now=context().now(unit))
    if record is None:
        raise NotFound
    return record


def _known(unit: UnitOfWork) -> Written:
    who = visitor()
    if who is None:
        return Written()
    person = unit.session.get_one(Person, who.person_id)
    return Written(person.name, person.email)


def _of(unit: UnitOfWork, secret: str) -> Objection:
    found = by_secret(unit.session, secret)
    if found is None:
        abort(404)
    return found


def _page(record: NoticeRecord, written: Written, mistakes: dict[str, str] | None = None) -> str:
    return render_template(
        "public/object.html", notice=record, written=written, mistakes=mistakes or {}, most_files=MOST_FILES,
        most_mib=MOST_MIB, had_files=bool(request.files.getlist("evidence")) and bool(mistakes),
    )  # fmt: skip


def _sent(record: NoticeRecord, written: Written, number: str) -> str:
    return render_template("public/objection_sent.html", notice=record, email=written.email, number=number)
