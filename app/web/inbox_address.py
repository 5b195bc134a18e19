"""What the inbox's address asks for. View, query, order, page, layout and task all stand in it: a link shares what one sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from werkzeug.datastructures import MultiDict

from app.engine.inbox import Sort, View
from app.web.query import QueryError, Term, parse_query, without

LAYOUTS = ("list", "split", "work")
QUERY_MAX_CHARACTERS = 300


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address says; what it says wrongly is as if it were not there, but for the query, which is answered."""

    view: View
    text: str
    """The query as it was typed."""
    terms: tuple[Term, ...]
    mistake: QueryError | None
    sort: Sort | None
    is_descending: bool
    cursor: str | None
    layout: str
    task_id: int | None
    tab: str
    panel: str
    """The field whose filter is open; "" for none."""

    def url(self, **changes: str | int | None) -> str:
        """The address with some of it changed; None leaves a part out."""
        return self._address("inbox.show", changes)

    def filter_url(self, **changes: str | int | None) -> str:
        """The same list anew, from its first page and without a task."""
        return self.url(**{"cursor": None, "task": None, "tab": None, "panel": None} | changes)

    def without_term(self, index: int) -> str:
        """The list without one of its filters."""
        return self.filter_url(q=without(self.terms, index) or None)

    def other(self, endpoint: str) -> str:
        """Another page about the same list."""
        return self._address(endpoint, {"cursor": None, "task": None, "tab": None, "layout": None, "panel": None})

    @property
    def sort_text(self) -> str:
        """The order as the address says it; "" for the view's own."""
        return f"{'-' if self.is_descending else ''}{self.sort}" if self.sort else ""

    def _address(self, endpoint: str, changes: dict[str, str | int | None]) -> str:
        parts: dict[str, str | int | None] = {
            "view": str(self.view), "q": self.text or None, "sort": self.sort_text or None, "cursor": self.cursor,
            "layout": self.layout, "task": self.task_id, "tab": self.tab if self.tab != "work" else None,
        }  # fmt: skip
        kept: dict[str, Any] = {key: value for key, value in (parts | changes).items() if value is not None}
        return url_for(endpoint, **kept)


def read_address() -> Asked:
    """What the address of this request asks for."""
    return asked_by(request.values)


def asked_by(given: MultiDict[str, str]) -> Asked:
    """What the parts of an address ask for."""
    view, layout, sort = given.get("view", ""), given.get("layout", ""), given.get("sort", "")
    text = given.get("q", "").strip()[:QUERY_MAX_CHARACTERS]
    terms, mistake = _terms(text)
    name = sort.removeprefix("-")
    return Asked(
        view=View(view) if view in set(View) else View.MINE, text=text, terms=terms, mistake=mistake,
        sort=Sort(name) if name in set(Sort) else None, is_descending=sort.startswith("-"),
        cursor=given.get("cursor") or None,
        layout=layout if layout in LAYOUTS else ("split" if "task" in given else "list"),
        task_id=given.get("task", type=int), tab=given.get("tab", "work"), panel=given.get("panel", ""),
    )  # fmt: skip


def _terms(text: str) -> tuple[tuple[Term, ...], QueryError | None]:
    try:
        return parse_query(text), None
    except QueryError as mistake:
        return (), mistake
