"""The inbox: counted views, a search box, one page of tasks, and beside it the task that is being worked on.

View, query, page, layout and selected task stand in the address: Back works and a link shares what one sees.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.db import UnitOfWork, reading
from app.engine.inbox import Page, View, count_tasks, list_tasks
from app.web.context import context
from app.web.inbox_rows import Row, rows_of
from app.web.signed_in import signed_in
from app.web.work_pane import Place, WorkPane, pane_of

blueprint = Blueprint("inbox", __name__)

PAGE_SIZE = 30
LAYOUTS = ("list", "split")
QUERY_MAX_CHARACTERS = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    view: View
    text: str
    cursor: str | None
    layout: str
    task_id: int | None
    tab: str

    def url(self, **changes: str | int | None) -> str:
        """The address with some of it changed; None leaves a part out."""
        parts: dict[str, str | int | None] = {
            "view": str(self.view), "q": self.text or None, "cursor": self.cursor, "layout": self.layout,
            "task": self.task_id, "tab": self.tab if self.tab != "work" else None,
        }  # fmt: skip
        parts |= changes
        kept: dict[str, Any] = {key: value for key, value in parts.items() if value is not None}
        return url_for("inbox.show", **kept)


@dataclass(frozen=True, slots=True)
class RailEntry:
    """One counted view."""

    view: View
    title: str
    count: int
    url: str
    is_current: bool
    state: str
    """The mark beside the words: `overdue` if there is anything overdue."""


@blueprint.get("/inbox")
def show() -> Response | str:
    """The list of one view, alone or with a task beside it."""
    asked = _asked()
    with reading(context().database) as unit:
        now = context().now(unit)
        actor = signed_in().actor
        counts = count_tasks(unit.connection, actor, now=now)
        page = list_tasks(
            unit.connection, actor, asked.view, now=now, cursor=asked.cursor, limit=PAGE_SIZE, text=asked.text
        )
        rows = rows_of(unit.connection, page.rows, actor.person_id, now=now)
        if asked.layout == "split" and asked.task_id is None and rows:
            return redirect(asked.url(task=rows[0].task_id))
        pane = _pane(unit, asked, rows, now)
    return _page(asked, counts, page, rows, pane)


def _page(asked: Asked, counts: Mapping[View, int], page: Page, rows: list[Row], pane: WorkPane | None) -> str:
    return render_template(
        "inbox/show.html",
        asked=asked,
        rail=_rail(asked, counts),
        title=view_title(asked.view),
        count=counts[asked.view],
        rows=rows,
        pane=pane,
        empty=_nothing_here(asked),
        next_url=asked.url(cursor=page.next_cursor, task=None, layout="list") if page.next_cursor else "",
        first_url=asked.url(cursor=None, task=None, layout="list") if asked.cursor else "",
    )


def _pane(unit: UnitOfWork, asked: Asked, rows: list[Row], now: datetime) -> WorkPane | None:
    if asked.layout != "split" or asked.task_id is None:
        return None
    ids = [row.task_id for row in rows]
    at = ids.index(asked.task_id) if asked.task_id in ids else None
    before = ids[at - 1] if at else None
    after = ids[at + 1] if at is not None and at + 1 < len(ids) else None
    place = Place(
        link=lambda tab: asked.url(tab=tab if tab != "work" else None), back=asked.url(task=None, tab=None, layout="list"),
        here=asked.url(),
        before=asked.url(task=before, tab=None) if before else "", after=asked.url(task=after, tab=None) if after else "",
    )  # fmt: skip
    return pane_of(unit, context().runtime, asked.task_id, signed_in().actor, asked.tab, now=now, place=place)


def _asked() -> Asked:
    """What the address says; what it says wrongly is as if it were not there."""
    view = request.args.get("view", "")
    layout = request.args.get("layout", "")
    return Asked(
        view=View(view) if view in set(View) else View.MINE,
        text=request.args.get("q", "").strip()[:QUERY_MAX_CHARACTERS],
        cursor=request.args.get("cursor") or None,
        layout=layout if layout in LAYOUTS else ("split" if "task" in request.args else "list"),
        task_id=request.args.get("task", type=int),
        tab=request.args.get("tab", "work"),
    )


def view_title(view: View) -> str:
    """A view in the reader's language."""
    return {
        View.MINE: gettext("To do"),
        View.CLAIMABLE: gettext("Can be claimed"),
        View.OVERDUE: gettext("Overdue"),
        View.DONE: gettext("Done by me"),
    }[view]


def _rail(asked: Asked, counts: Mapping[View, int]) -> list[RailEntry]:
    return [
        RailEntry(
            view, view_title(view), counts[view], asked.url(view=str(view), cursor=None, task=None, tab=None),
            view is asked.view, "overdue" if view is View.OVERDUE and counts[view] else "",
        )
        for view in View
    ]  # fmt: skip


def _nothing_here(asked: Asked) -> str:
    """What would stand in an empty list, and when."""
    if asked.text:
        return gettext("No task in this view mentions “%(text)s”.", text=asked.text)
    return {
        View.MINE: gettext(
            "Nothing is with you. Tasks that you claim, or that are drawn or assigned to you, appear here."
        ),
        View.CLAIMABLE: gettext("Nothing waits to be claimed. New cases for your role appear here as they arrive."),
        View.OVERDUE: gettext("Nothing is overdue. A task appears here when its last day has passed."),
        View.DONE: gettext("You have completed no task yet. Each one that you complete stays here."),
    }[asked.view]
