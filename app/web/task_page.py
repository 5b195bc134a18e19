"""The page of one task, whole: its work pane in the frame, wherever it is shown from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import render_template, request, url_for

from app.db import UnitOfWork
from app.web.context import context
from app.web.forms.draft import Change
from app.web.sign_in import inside
from app.web.signed_in import signed_in
from app.web.task_addresses import back
from app.web.work_pane import Place, Typed, pane_of


def page_of(
    unit: UnitOfWork,
    task_id: int,
    *,
    now: datetime,
    typed: Typed | None = None,
    differences: Sequence[Change] | None = None,
) -> str:
    """The page, with what was typed in place of the draft, and where that differs from another window's draft (None: no other)."""
    came_from = inside(request.values.get("back"))

    def link(tab: str) -> str:
        return url_for("tasks.show", task_id=task_id, tab=tab if tab != "work" else None, back=came_from)

    place = Place(link, back(), url_for("tasks.show", task_id=task_id, back=came_from))
    tab = request.args.get("tab", "work")
    pane = pane_of(unit, context().runtime, task_id, signed_in().actor, tab, now=now, place=place, typed=typed)
    return render_template("tasks/show.html", pane=pane, differences=differences)
