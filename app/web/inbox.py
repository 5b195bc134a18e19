"""The inbox: counted views, a query, one page of tasks, and beside it or alone the task that is being worked on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response

from app.db import UnitOfWork, reading
from app.engine.inbox import Page, Scope, View
from app.web.context import context
from app.web.inbox_address import Asked, read_address
from app.web.inbox_empty import nothing_here
from app.web.inbox_filters import chips_of, mistake_words, panel_of, save_url
from app.web.inbox_rail import RailGroup, rail_of, view_title
from app.web.inbox_rows import Row, rows_of
from app.web.inbox_scope import catch_up_for, listed, scope_of
from app.web.keys import keys_of
from app.web.news import Seen, count_new, newest
from app.web.signed_in import signed_in
from app.web.work_pane import Place, WorkPane, pane_of

blueprint = Blueprint("inbox", __name__)

PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page shows of the list."""

    rail: Sequence[RailGroup]
    count: str
    page: Page
    rows: Sequence[Row]
    pane: WorkPane | None
    seen: Seen


@blueprint.get("/inbox")
def show() -> Response | str:
    """The list of one view, a task beside it, or the task alone."""
    asked = read_address()
    catch_up_for(asked.terms)
    with reading(context().database) as unit:
        now = context().now(unit)
        scope = scope_of(unit, signed_in().actor, now=now)
        found = listed(unit, asked, scope, limit=PAGE_SIZE)
        page = found.page
        rows = rows_of(unit, page.rows, scope)
        first = next((row.task_id for row in rows if not row.case_url), None)
        if asked.layout != "list" and asked.task_id is None and first is not None:
            return redirect(asked.url(task=first))
        rail, count = rail_of(unit, asked, found.terms, scope)
        shown = Shown(rail, count, page, rows, _pane(unit, asked, rows, now), newest(unit, scope))
        keys = keys_of(unit.session, scope.actor.person_id)
    return _page(asked, shown, scope, keys)


@blueprint.get("/inbox/new")
def count_fresh() -> Response:
    """How many tasks have come since a page was made; asked again and again, so it costs an index and no more."""
    seen = Seen(request.args.get("task", 0, type=int), request.args.get("at", ""))
    with reading(context().database) as unit:
        scope = Scope(signed_in().actor, context().now(unit))
        count = count_new(unit, scope, seen)
    answer = jsonify(new=count)
    answer.set_etag(f"{seen.task_id}-{count}")
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer.make_conditional(request)


def _page(asked: Asked, shown: Shown, scope: Scope, keys: dict[str, str]) -> str:
    current = next((one for group in shown.rail for one in group.entries if one.is_current), None)
    cursor = shown.page.next_cursor
    return render_template(
        "inbox/show.html",
        asked=asked,
        shown=shown,
        rail=shown.rail,
        rows=shown.rows,
        pane=shown.pane,
        now=scope.now,
        title=current.title if current else view_title(asked.view),
        count=shown.count,
        chips=chips_of(asked),
        panel=panel_of(asked),
        mistake=mistake_words(asked),
        save_url=save_url(asked),
        is_done=asked.view is View.DONE,
        empty=nothing_here(asked),
        next_url=asked.url(cursor=cursor, task=None, layout="list") if cursor else "",
        first_url=asked.filter_url(layout="list") if asked.cursor else "",
        place=_place_words(asked, shown.rows),
        keys=keys,
    )


def _pane(unit: UnitOfWork, asked: Asked, rows: Sequence[Row], now: datetime) -> WorkPane | None:
    if asked.layout == "list" or asked.task_id is None:
        return None
    before, after = _neighbours(asked, rows)
    place = Place(
        link=lambda tab: asked.url(tab=tab if tab != "work" else None), back=asked.url(task=None, tab=None, layout="list"),
        here=asked.url(),
        before=asked.url(task=before, tab=None) if before else "", after=asked.url(task=after, tab=None) if after else "",
    )  # fmt: skip
    return pane_of(unit, context().runtime, asked.task_id, signed_in().actor, asked.tab, now=now, place=place)


def _neighbours(asked: Asked, rows: Sequence[Row]) -> tuple[int | None, int | None]:
    ids = [row.task_id for row in rows if not row.case_url]
    at = ids.index(asked.task_id) if asked.task_id in ids else None
    if at is None:
        return None, None
    return ids[at - 1] if at else None, ids[at + 1] if at + 1 < len(ids) else None


def _place_words(asked: Asked, rows: Sequence[Row]) -> tuple[int, int] | None:
    """The how-manieth of the page's tasks is worked on."""
    ids = [row.task_id for row in rows]
    return (ids.index(asked.task_id) + 1, len(ids)) if asked.task_id in ids else None
