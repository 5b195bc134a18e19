"""Single sign-on by OpenID Connect: discovery, PKCE, state and nonce by Authlib; whose identity it is, we decide.

An identity belongs to a person by an earlier link, or by an address that the provider and we have both confirmed. It makes
no account and brings no role; a second factor is asked for as after a password.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import Blueprint, Flask, current_app, render_template, request, session, url_for
from flask_limiter.util import get_remote_address
from joserfc.errors import JoseError
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.db import unit_of_work
from app.domain.account_change import note_change
from app.domain.linked_identity import identity, link_identity, person_by_confirmed_email
from app.domain.person import Person
from app.domain.security_event import EventKind, note
from app.settings import Settings
from app.web.context import context
from app.web.limits import SIGN_INS, limiter
from app.web.sign_in import go_on, inside
from app.web.signed_in import came_from
from app.web.site_address import site_address

blueprint = Blueprint("single_sign_on", __name__, url_prefix="/sign-in/provider")

EXTENSION = "quanliu_provider"
_NEXT = "provider_next"
_PATIENCE_SECONDS = 10


def know_provider(app: Flask, settings: Settings) -> None:
    """Tell the application of the provider that the settings name; its discovery document is read when first needed."""
    if not settings.oidc_issuer:
        return
    app.extensions[EXTENSION] = OAuth(app).register(
        "provider",
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret or None,
        server_metadata_url=f"{settings.oidc_issuer}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid email profile", "code_challenge_method": "S256", "timeout": _PATIENCE_SECONDS},
    )


@blueprint.get("")
@limiter.limit(SIGN_INS, key_func=get_remote_address)
def begin() -> Response | tuple[str, int]:
    """Send the browser to the provider."""
    try:
        answer = _provider().authorize_redirect(f"{site_address()}{url_for('single_sign_on.finish')}")
    except (requests.RequestException, AuthlibBaseError):
        return _failed(502)
    session[_NEXT] = inside(request.args.get("next")) or ""
    return answer


@blueprint.get("/back")
@limiter.limit(SIGN_INS, key_func=get_remote_address)
def finish() -> Response | tuple[str, int]:
    """The browser comes back; whoever it is goes on as after a password."""
    now, provider = datetime.now(UTC), _provider()
    try:
        said = provider.authorize_access_token().get("userinfo")
    except (requests.RequestException, AuthlibBaseError, JoseError, ValueError):
        return _failed(401)
    if not said or said.get("iss", "").rstrip("/") != context().settings.oidc_issuer:
        return _failed(401)
    target = session.pop(_NEXT, "")
    with unit_of_work(context().database) as unit:
        person = _person(unit.session, said, now=now)
        if person is not None:
            return go_on(unit.session, person, method="oidc", target=target, now=now)
        note(unit.session, EventKind.SIGN_IN_FAILED, by=None, about=None, address=came_from(), now=now, why="oidc")
    return _failed(401)


def _person(database: Session, said: dict[str, Any], *, now: datetime) -> Person | None:
    """By an earlier link, or by an address that both sides have confirmed; then the link is kept."""
    issuer, subject = context().settings.oidc_issuer, str(said["sub"])
    known = identity(database, issuer, subject)
    if known is not None:
        holder = database.get_one(Person, known.person_id)
        return holder if holder.is_active else None
    if said.get("email_verified") is not True:
        return None
    person = person_by_confirmed_email(database, str(said.get("email", "")))
    if person is not None:
        link_identity(database, person.id, issuer=issuer, subject=subject, by=None, now=now)
        note_change(database, EventKind.IDENTITY_LINKED, person.id, by=person.id, address=came_from(), now=now)
    return person


def _provider() -> Any:
    found = current_app.extensions.get(EXTENSION)
    if found is None:
        raise NotFound
    return found


def _failed(status: int) -> tuple[str, int]:
    """One page for every reason: the provider is silent, says no, or says somebody whom we do not know."""
    return render_template("sign_in/provider_failed.html", name=context().settings.oidc_name), status
