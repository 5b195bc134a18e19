"""Passkeys: add, rename, remove; sign in by one. What the browser and the device say to each other is JSON.

A challenge belongs to the session of the browser that asked for it, is good once, and for five minutes.
"""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import webauthn
from flask import Blueprint, flash, jsonify, redirect, request, session, url_for
from flask_babel import gettext
from flask_limiter.util import get_remote_address
from sqlalchemy.orm import Session
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.db import reading, unit_of_work
from app.domain.account_change import note_change
from app.domain.passkey import (
    Passkey,
    PasskeyCopiedError,
    PasskeyTakenError,
    add_passkey,
    passkey_by_credential,
    passkeys_of,
    remove_passkey,
    rename_passkey,
    use_passkey,
)
from app.domain.person import Person
from app.domain.security_event import EventKind, note
from app.domain.sign_in_session import device_of
from app.web.context import context
from app.web.limits import SIGN_INS, limiter
from app.web.second_step import first_proof
from app.web.sign_in import inside
from app.web.signed_in import begin_session, came_from, signed_in
from app.web.site_address import site_address, site_host

blueprint = Blueprint("passkeys", __name__)

CHALLENGE_LASTS = timedelta(minutes=5)
_KEY = "passkey_challenge"
_LARGEST_ANSWER_BYTES = 20_000


@blueprint.post("/account/passkeys/options")
def ask_registration() -> Response:
    """What the browser needs to make a passkey."""
    with reading(context().database) as unit:
        person = unit.session.get_one(Person, signed_in().person_id)
        known = [_descriptor(one) for one in passkeys_of(unit.session, person.id)]
        options = webauthn.generate_registration_options(
            rp_id=site_host(), rp_name="Quanliu 券流", user_id=_handle(person.id), user_name=person.login,
            user_display_name=person.name, exclude_credentials=known,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
            ),
        )  # fmt: skip
    _keep_challenge("add", options.challenge)
    return _json(webauthn.options_to_json(options))


@blueprint.post("/account/passkeys")
def register() -> Response | tuple[Response, int]:
    """Keep a passkey that the device has made."""
    answer, challenge, now = _answer(), _challenge("add"), datetime.now(UTC)
    if answer is None or challenge is None:
        return _refused(gettext("That took too long. Try again."))
    try:
        made = webauthn.verify_registration_response(
            credential=answer, expected_challenge=challenge, expected_rp_id=site_host(), expected_origin=site_address(),
            require_user_verification=True,
        )  # fmt: skip
        with unit_of_work(context().database) as unit:
            person_id = signed_in().person_id
            add_passkey(
                unit.session, person_id, credential_id=bytes_to_base64url(made.credential_id),
                public_key=made.credential_public_key, sign_count=made.sign_count,
                name=device_of(request.headers.get("User-Agent", "")) or gettext("Passkey"), now=now,
            )  # fmt: skip
            note_change(unit.session, EventKind.PASSKEY_ADDED, person_id, by=person_id, address=came_from(), now=now)
    except (WebAuthnException, PasskeyTakenError):
        return _refused(gettext("This passkey could not be added. Try again, or use another device."))
    flash(gettext("The passkey has been added."))
    return jsonify(next=url_for("account.show"))  # with an anchor the browser would stay on the old page


@blueprint.post("/account/passkeys/<int:passkey_id>/name")
def rename(passkey_id: int) -> Response:
    """Give it another name."""
    with unit_of_work(context().database) as unit:
        if not rename_passkey(unit.session, signed_in().person_id, passkey_id, request.form.get("name", "")):
            raise NotFound
    return redirect(url_for("account.show", _anchor="passkeys"))


@blueprint.post("/account/passkeys/<int:passkey_id>/remove")
def remove(passkey_id: int) -> Response:
    """Nobody signs in by it any more."""
    person_id, now = signed_in().person_id, datetime.now(UTC)
    with unit_of_work(context().database) as unit:
        if not remove_passkey(unit.session, person_id, passkey_id):
            raise NotFound
        note_change(unit.session, EventKind.PASSKEY_REMOVED, person_id, by=person_id, address=came_from(), now=now)
    flash(gettext("The passkey has been removed."))
    return redirect(url_for("account.show", _anchor="passkeys"))


@blueprint.post("/sign-in/passkey/options")
@limiter.limit(SIGN_INS, key_func=get_remote_address)
def ask_sign_in() -> Response:
    """What the browser needs to let the person choose a passkey; the same for everybody, since no login is asked for."""
    options = webauthn.generate_authentication_options(
        rp_id=site_host(), user_verification=UserVerificationRequirement.REQUIRED
    )
    _keep_challenge("sign in", options.challenge)
    return _json(webauthn.options_to_json(options))


@blueprint.post("/sign-in/passkey")
@limiter.limit(SIGN_INS, key_func=get_remote_address)
def sign_in() -> Response | tuple[Response, int]:
    """Sign in by a passkey: the device has made sure of its owner, so no second step follows."""
    answer, challenge, now = _answer(), _challenge("sign in"), datetime.now(UTC)
    if answer is None or challenge is None:
        return _refused(gettext("That took too long. Try again."))
    with unit_of_work(context().database) as unit:
        person = _owner(unit.session, answer, challenge, now=now)
        if person is None:
            return _refused(gettext("This passkey does not belong to an open account here. Sign in by password."), 401)
        proved = first_proof(unit.session, now=now)
        if proved is not None and proved[0].id != person.id:
            return _refused(gettext("This passkey belongs to another account."), 401)
        target = proved[1]["next"] if proved else inside(request.args.get("next"))
        begin_session(unit.session, person, method="passkey", now=now)
    return jsonify(next=target or url_for("home.show"))


def _owner(database: Session, answer: dict[str, Any], challenge: bytes, *, now: datetime) -> Person | None:
    """Whose passkey has signed the challenge; None, with a row in the audit, for every reason why not."""
    passkey = passkey_by_credential(database, str(answer.get("id", ""))[:1400])
    person = database.get(Person, passkey.person_id) if passkey else None
    try:
        if passkey is None or person is None or not person.is_active:
            raise WebAuthnException  # noqa: TRY301 -- one answer to every reason
        _check(passkey, answer, challenge, now=now)
    except (WebAuthnException, PasskeyCopiedError) as refused:
        why = getattr(refused, "code", "passkey")
        about = person.id if person else None
        note(database, EventKind.SIGN_IN_FAILED, by=None, about=about, address=came_from(), now=now, why=why)
        return None
    return person


def _check(passkey: Passkey, answer: dict[str, Any], challenge: bytes, *, now: datetime) -> None:
    handle = (answer.get("response") or {}).get("userHandle")
    if handle and handle != bytes_to_base64url(_handle(passkey.person_id)):
        raise WebAuthnException
    # the library refuses a count that went back with the same exception as everything else: `use_passkey` tells it apart
    seen = webauthn.verify_authentication_response(
        credential=answer, expected_challenge=challenge, expected_rp_id=site_host(), expected_origin=site_address(),
        credential_public_key=passkey.public_key, credential_current_sign_count=0, require_user_verification=True,
    )  # fmt: skip
    use_passkey(passkey, sign_count=seen.new_sign_count, now=now)


def _answer() -> dict[str, Any] | None:
    if (request.content_length or 0) > _LARGEST_ANSWER_BYTES:
        return None
    given = request.get_json(silent=True)
    return given if isinstance(given, dict) else None


def _keep_challenge(purpose: str, challenge: bytes) -> None:
    session[_KEY] = {
        "for": purpose, "challenge": base64.b64encode(challenge).decode(), "at": int(datetime.now(UTC).timestamp()),
    }  # fmt: skip


def _challenge(purpose: str) -> bytes | None:
    """The challenge of this session, taken: it is good once."""
    kept = session.pop(_KEY, None)
    if not isinstance(kept, dict) or kept["for"] != purpose:
        return None
    if datetime.now(UTC) - datetime.fromtimestamp(kept["at"], UTC) >= CHALLENGE_LASTS:
        return None
    return base64.b64decode(kept["challenge"])


def _descriptor(passkey: Passkey) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(id=webauthn.base64url_to_bytes(passkey.credential_id))


def _handle(person_id: int) -> bytes:
    """What the device keeps as the user's handle: no name, no login."""
    return f"person-{person_id}".encode()


def _json(text: str) -> Response:
    return jsonify(json.loads(text))


def _refused(words: str, status: int = 422) -> tuple[Response, int]:
    return jsonify(detail=words), status
