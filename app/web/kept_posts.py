"""A post that met the sign-in page: kept, and after signing in put back as a draft. Nothing of it is sent by itself."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app.db import unit_of_work
from app.domain.kept_post import KeptPost, kept_post_of
from app.engine.errors import NotFound, StaleVersionError
from app.web.conflicts import draft_conflict_page
from app.web.context import context
from app.web.signed_in import signed_in
from app.web.task_forms import OpenForm, Sent, keep, open_form, read_fields
from app.web.visibility import task_for

blueprint = Blueprint("kept_posts", __name__)


@blueprint.get("/kept-post")
def bring_back() -> Response | tuple[str, int]:
    """Put what was kept into the draft and go on to the task; where that is not possible any more, say so."""
    who, now = signed_in(), datetime.now(UTC)
    try:
        with unit_of_work(context().database) as unit:
            kept = kept_post_of(unit.session, who.person_id, now=now)
            if kept is None:
                return redirect(url_for("home.show"))
            task_id = int(kept.path.rpartition("/")[2])
            task, _ = task_for(unit, task_id, who.actor)
            sent = _sent(open_form(unit, context().runtime, task, who.person_id), kept)
            keep(unit, task_id, who.person_id, sent, now=context().now(unit))
            unit.session.delete(kept)
    except StaleVersionError:
        return draft_conflict_page(task_id, sent, ())
    except NotFound:
        flash(gettext("What you had typed belongs to a task that is not yours to see any more."), "error")
        return redirect(url_for("home.show"))
    flash(gettext("Your sign-in had run out. What you had typed is here as a draft; nothing has been sent."))
    return redirect(url_for("tasks.show", task_id=task_id))


def _sent(opened: OpenForm, kept: KeptPost) -> Sent:
    posted = MultiDict([(name, text) for name, text in kept.fields])
    return read_fields(opened, posted, kept.files)
