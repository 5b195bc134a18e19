"""The rail of the inbox: every view with its count, then the saved ones, one's own and those of one's roles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext

from app.db import UnitOfWork
from app.domain.saved_view import SavedView, views_of
from app.engine.inbox import COUNT_BOUND, Scope, View, count_tasks
from app.web.inbox_address import Asked
from app.web.inbox_scope import conditions
from app.web.navigation import role_name
from app.web.query import QueryError, Term, parse_query


@dataclass(frozen=True, slots=True)
class RailEntry:
    """One counted view."""

    title: str
    count: int
    url: str
    is_current: bool
    state: str = ""
    """The mark beside the words, if anything of its kind is there."""
    saved_id: int | None = None

    @property
    def count_words(self) -> str:
        """The count as it is shown."""
        return count_words(self.count)


@dataclass(frozen=True, slots=True)
class RailGroup:
    """Views below one heading."""

    title: str
    entries: Sequence[RailEntry]


Lists = dict[str, tuple[View, Sequence[sa.ColumnElement[bool]]]]
HERE = "here"
STATES = {View.DUE_TODAY: "due", View.OVERDUE: "overdue", View.RETURNED: "returned"}


def rail_of(unit: UnitOfWork, asked: Asked, terms: Sequence[Term], scope: Scope) -> tuple[list[RailGroup], str]:
    """Every view that the reader has, and the count of the list in use; two statements: saved views, all counts at once."""
    saved = views_of(unit.session, scope.actor.person_id, {grant.role for grant in scope.actor.grants})
    lists = _conditions(unit, saved, scope)
    if terms:
        lists[HERE] = (asked.view, conditions(unit, terms, scope))
    counts = count_tasks(unit.connection, scope, lists)
    standard = RailGroup(gettext("Views"), [_entry(asked, view, counts) for view in _views(scope)])
    own = [one for one in saved if one.role is None]
    shared: dict[str, list[SavedView]] = {}
    for one in saved:
        if one.role is not None:
            shared.setdefault(one.role, []).append(one)
    groups = [standard]
    if own:
        groups.append(RailGroup(gettext("My saved views"), [_saved(asked, one, counts) for one in own]))
    for role, those in shared.items():
        title = gettext("Shared: %(role)s", role=role_name(role))
        groups.append(RailGroup(title, [_saved(asked, one, counts) for one in those]))
    here = 0 if asked.mistake else counts[HERE if terms else str(asked.view)]
    return groups, count_words(here)


def count_words(count: int) -> str:
    """A count as it is shown: nobody works through more than 999."""
    return f"{COUNT_BOUND - 1}+" if count >= COUNT_BOUND else str(count)


def view_title(view: View) -> str:
    """A view in the reader's language."""
    return {
        View.MINE: gettext("To do"),
        View.CLAIMABLE: gettext("Can be claimed"),
        View.DUE_TODAY: gettext("Due today"),
        View.OVERDUE: gettext("Overdue"),
        View.RETURNED: gettext("Come back"),
        View.WAITING: gettext("Waiting for others"),
        View.SNOOZED: gettext("Put aside"),
        View.COMING: gettext("Coming"),
        View.DONE: gettext("Done by me"),
    }[view]


def _views(scope: Scope) -> list[View]:
    """All of them; nothing is upstream of somebody who sees no case but their own."""
    return [view for view in View if view is not View.COMING or scope.upstream]


def _entry(asked: Asked, view: View, counts: Mapping[str, int]) -> RailEntry:
    is_current = view is asked.view and not asked.text
    url = url_for("inbox.show", view=str(view), layout=asked.layout)
    return RailEntry(
        view_title(view), counts[str(view)], url, is_current, STATES.get(view, "") if counts[str(view)] else ""
    )


def _saved(asked: Asked, saved: SavedView, counts: Mapping[str, int]) -> RailEntry:
    is_current = (saved.view, saved.query, saved.sort) == (str(asked.view), asked.text, asked.sort_text)
    url = url_for("inbox.show", view=saved.view, q=saved.query, sort=saved.sort or None, layout=asked.layout)
    return RailEntry(saved.name, counts.get(f"saved {saved.id}", 0), url, is_current, saved_id=saved.id)


def _conditions(unit: UnitOfWork, saved: Sequence[SavedView], scope: Scope) -> Lists:
    """What each saved view holds; one that the language reads no longer counts nothing."""
    found: Lists = {}
    for one in saved:
        try:
            terms = parse_query(one.query)
        except QueryError:
            continue
        found[f"saved {one.id}"] = (View(one.view), [*conditions(unit, terms, scope)])
    return found
