"""Keys of the inbox: one letter an act; a person may choose others, or none, since a screen reader has keys of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.db import reading, unit_of_work
from app.domain.preference import prefer, preference_of
from app.web.context import context
from app.web.signed_in import signed_in

blueprint = Blueprint("keys", __name__)

PREFERENCE = "keys"
DEFAULTS: Mapping[str, str] = {
    "down": "j", "up": "k", "open": "Enter", "claim": "c", "release": "u", "assign": "a", "following": "e", "flag": "f",
    "search": "/", "help": "?",
}  # fmt: skip
FIXED = frozenset({"open"})
"""Keys that everybody keeps."""


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One act with its key, and what is wrong with the choice."""

    act: str
    label: str
    key: str
    is_fixed: bool
    error: str = ""


@blueprint.get("/account/keys")
def show() -> str:
    """The keys as they are, to be changed."""
    with reading(context().database) as unit:
        kept = preference_of(unit.session, signed_in().person_id, PREFERENCE) or {}
    chosen = {**DEFAULTS, **kept.get("map", {})}
    return _page(chosen, {}, is_off=bool(kept.get("off")))


@blueprint.post("/account/keys")
def save() -> Response | tuple[str, int]:
    """Keep the choice, or say which keys are taken twice."""
    chosen = {act: _typed(act) for act in DEFAULTS}
    is_off = request.form.get("off") == "yes"
    if request.form.get("reset") == "yes":
        chosen, is_off = dict(DEFAULTS), False
    errors = _errors(chosen)
    if errors:
        return _page(chosen, errors, is_off=is_off), 422
    with unit_of_work(context().database) as unit:
        prefer(unit.session, signed_in().person_id, PREFERENCE, {"off": is_off, "map": chosen})
    flash(gettext("The keys are kept."))
    return redirect(url_for("keys.show"))


def keys_of(session: Session, person_id: int) -> dict[str, str]:
    """The key of each act; empty if the person has turned them off."""
    kept = preference_of(session, person_id, PREFERENCE) or {}
    return {} if kept.get("off") else {**DEFAULTS, **kept.get("map", {})}


def act_labels() -> dict[str, str]:
    """What each key does, in the reader's language and in the order of the help sheet."""
    return {
        "down": gettext("Next task of the list"),
        "up": gettext("Previous task of the list"),
        "open": gettext("Open the task"),
        "claim": gettext("Claim"),
        "release": gettext("Give back"),
        "assign": gettext("Give to somebody"),
        "following": gettext("Go on to the next task"),
        "flag": gettext("Flag, or take the flag off"),
        "search": gettext("To the search box"),
        "help": gettext("Show the keys"),
    }


def _typed(act: str) -> str:
    return DEFAULTS[act] if act in FIXED else request.form.get(act, "").strip()


def _errors(chosen: Mapping[str, str]) -> dict[str, str]:
    errors = {}
    for act, key in chosen.items():
        if act in FIXED:
            continue
        if len(key) != 1 or not key.isprintable():
            errors[act] = gettext("Type one single character.")
        elif list(chosen.values()).count(key) > 1:
            errors[act] = gettext("“%(key)s” is chosen twice. Choose another key.", key=key)
    return errors


def _page(chosen: Mapping[str, str], errors: Mapping[str, str], *, is_off: bool) -> str:
    rows = [
        KeyRow(act, label, chosen[act], act in FIXED, errors.get(act, "")) for act, label in act_labels().items()
    ]  # fmt: skip
    return render_template("inbox/keys.html", rows=rows, is_off=is_off, errors=errors)
