"""Writing and withdrawing comments on a case."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.db import reading, unit_of_work
from app.domain.comment import Audience, CommentError, answer_mentions, withdraw_comment
from app.web.context import context
from app.web.errors import message_of
from app.web.sign_in import inside
from app.web.signed_in import signed_in
from app.web.talk import say, talk_of
from app.web.visibility import case_for

blueprint = Blueprint("comments", __name__, url_prefix="/cases")


@blueprint.post("/<int:instance_id>/comments")
def write(instance_id: int) -> Response | tuple[str, int]:
    """Say something about a case; what cannot be taken stays in the field, with the reason."""
    text, chosen = request.form.get("text", "")[:20_000], request.form.get("audience", "")
    audience = Audience(chosen) if chosen in set(Audience) else Audience.TEAM
    try:
        with unit_of_work(context().database) as unit:
            case, sight = case_for(unit, instance_id, signed_in().actor)
            say(unit, case, sight, audience=audience, text=text, now=context().now(unit))
    except CommentError as refused:
        return _refused(instance_id, text, audience, message_of(refused)), 422
    return redirect(_back(instance_id))


@blueprint.post("/<int:instance_id>/comments/<int:comment_id>/withdraw")
def withdraw(instance_id: int, comment_id: int) -> Response:
    """Take back what one has said; that something stood there stays."""
    with unit_of_work(context().database) as unit:
        case, _ = case_for(unit, instance_id, signed_in().actor)
        now = context().now(unit)
        withdraw_comment(unit.session, case["business_key"], comment_id, by=signed_in().person_id, now=now)
    flash(gettext("The comment is withdrawn."))
    return redirect(_back(instance_id))


@blueprint.post("/<int:instance_id>/mentions/done")
def answer(instance_id: int) -> Response:
    """Say that what one was asked for is dealt with."""
    with unit_of_work(context().database) as unit:
        case, _ = case_for(unit, instance_id, signed_in().actor)
        answer_mentions(unit.session, case["business_key"], signed_in().person_id, now=context().now(unit))
    flash(gettext("Marked as answered."))
    return redirect(_back(instance_id))


def _refused(instance_id: int, text: str, audience: Audience, error: str) -> str:
    with reading(context().database) as unit:
        case, sight = case_for(unit, instance_id, signed_in().actor)
        talk = talk_of(unit, case["business_key"], case["organisation_id"], sight)
    return render_template(
        "talk/refused.html",
        case=case,
        talk=talk,
        typed=text,
        audience=str(audience),
        error=error,
        here=_back(instance_id),
    )


def _back(instance_id: int) -> str:
    """The page that the writer was on, if that is an address of ours."""
    return inside(request.form.get("here")) or url_for("cases.show", instance_id=instance_id, tab="talk")
