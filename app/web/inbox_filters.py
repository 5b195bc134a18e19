"""Filters of the inbox: the query in use as chips, and the panel that writes a query by a form. Works without scripts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.web.inbox_address import QUERY_MAX_CHARACTERS, Asked, read_address
from app.web.languages import language
from app.web.navigation import role_name
from app.web.query import FIELDS, Field, Kind, Term, print_query

blueprint = Blueprint("inbox_filters", __name__)


SAME_AS_WAITING = "role"
"""Typed by habit; the panel shows one of the two."""


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter in use, and the list without it."""

    words: str
    off_url: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that can be ticked."""

    value: str
    label: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class Control:
    """One field of the panel."""

    name: str
    label: str
    value: str
    example: str
    choices: Sequence[Choice] = ()


@dataclass(frozen=True, slots=True)
class Panel:
    """The whole panel: its fields, the free words, and the terms that no field of it can show."""

    controls: Sequence[Control]
    words: str
    rest: str


@blueprint.get("/inbox/filter")
def apply() -> Response:
    """Write the query that the panel says, and go to its list."""
    parts = [request.args.get("rest", ""), *map(_written, FIELDS.values()), request.args.get("words", "")]
    text = " ".join(part.strip() for part in parts if part.strip())
    return redirect(read_address().filter_url(q=text[:QUERY_MAX_CHARACTERS] or None))


def chips_of(asked: Asked) -> list[Chip]:
    """Each term of the query in words; it can be taken out."""
    return [Chip(_chip_words(term), asked.without_term(index)) for index, term in enumerate(asked.terms)]


def panel_of(asked: Asked) -> Panel:
    """The panel as the query fills it."""
    shown: dict[str, Term] = {}
    words, rest = [], []
    for term in asked.terms:
        if not term.field and not term.is_denied:
            words.append(term)
        elif term.field not in (*shown, SAME_AS_WAITING) and not term.is_denied and _fits(term):
            shown[term.field] = term
        else:
            rest.append(term)
    controls = [_control(field, shown.get(field.name)) for field in FIELDS.values() if field.name != SAME_AS_WAITING]
    return Panel(controls, print_query(words), print_query(rest))


def field_label(name: str) -> str:
    """A field in the reader's language."""
    return {
        "step": gettext("Step"),
        "due": gettext("Due"),
        "waiting": gettext("Whose move"),
        "state": gettext("State"),
        "assignee": gettext("With"),
        "number": gettext("Case number"),
        "applicant": gettext("Applicant"),
        "role": gettext("Role"),
        "age": gettext("Days here"),
        "flag": gettext("Flag"),
        "process": gettext("Process"),
        "started": gettext("Begun"),
    }[name]


def mistake_words(asked: Asked) -> tuple[str, str, str]:
    """What is wrong with the query, the hint, and the part at which it goes wrong."""
    mistake = asked.mistake
    if mistake is None:
        return "", "", ""
    is_english = language() == "en"
    message = mistake.message_en if is_english else mistake.message_zh
    hint = mistake.hint_en if is_english else mistake.hint_zh
    return message, hint, gettext("Character %(place)d of the query.", place=mistake.position + 1)


def save_url(asked: Asked) -> str:
    """Where the list in use is given a name."""
    return url_for("saved_views.ask", view=str(asked.view), q=asked.text or None, sort=asked.sort_text or None)


def _fits(term: Term) -> bool:
    """Whether the panel's field shows the term whole: ticked choices, or one text."""
    return bool(term.field) and (FIELDS[term.field].kind is Kind.CHOICE or len(term.values) == 1)


def _control(field: Field, term: Term | None) -> Control:
    values = term.values if term else ()
    choices = [Choice(one, value_label(field.name, one), one in values) for one in field.choices]
    value = "" if term is None or field.choices else term.comparison + term.values[0]
    return Control(field.name, field_label(field.name), value, field.example.partition(":")[2].strip('"'), choices)


def _written(field: Field) -> str:
    """A field of the sent panel as a term; what is no value of it is refused by the list, in words."""
    values = [one.strip() for one in request.args.getlist(f"f_{field.name}") if one.strip()]
    if not values:
        return ""
    if field.kind is Kind.TEXT:
        return str(Term(field.name, tuple(values)))
    return f"{field.name}:{','.join(values)}"


def _chip_words(term: Term) -> str:
    if not term.field:
        words = gettext("mentions “%(text)s”", text=term.values[0])
    else:
        values = gettext(", ").join(value_label(term.field, value) for value in term.values)
        words = gettext("%(field)s: %(value)s", field=field_label(term.field), value=f"{term.comparison}{values}")
    return gettext("not: %(words)s", words=words) if term.is_denied else words


def value_label(field: str, value: str) -> str:
    """A value of a field in the reader's language."""
    if field in ("waiting", "role"):
        return role_name(value)
    if FIELDS[field].kind is Kind.DAYS and value.endswith("d"):
        return gettext("%(count)s working days", count=value.removesuffix("d"))
    words = {
        "me": gettext("me"),
        "none": gettext("none"),
        "today": gettext("due today"),
        "yes": gettext("yes"),
        "no": gettext("no"),
        "overdue": gettext("overdue"),
        "returned": gettext("come back"),
        "flagged": gettext("flagged"),
        "urgent": gettext("urgent"),
        "draft": gettext("with my draft"),
        "paused": gettext("under correction, clock paused"),
        "suspended": gettext("suspended"),
        "error": gettext("in error"),
        "mine": gettext("with me"),
        "free": gettext("nobody yet"),
        "other": gettext("with somebody else"),
        "snoozed": gettext("put aside"),
    }
    return words.get(value, value)
