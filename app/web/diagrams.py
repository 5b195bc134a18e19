"""The diagrams of a case: where its tokens are and what was passed, for the main process and those that it calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for

from app.db import UnitOfWork
from app.engine import catalogue
from app.engine.instances import tokens_of
from app.engine.runtime import Runtime
from app.web.case_steps import events_of, passed, tasks_of
from app.web.diagram_words import words_of
from app.web.languages import language
from app.web.visibility import Sight, Standing


@dataclass(frozen=True, slots=True)
class Diagram:
    """One process of a case, ready for the viewer and for those who read without it."""

    process_key: str
    title: str
    xml_url: str
    active: tuple[str, ...]
    passed: tuple[str, ...]
    waits_at: tuple[str, ...]
    """The titles of the elements where the case waits."""


def diagrams_of(unit: UnitOfWork, runtime: Runtime, case: Any, sight: Sight, *, now: datetime) -> list[Diagram]:
    """The main process first; called ones for the office only, since they show what experts do."""
    done = passed(events_of(unit.connection, case["id"]))
    main = str(case["process_key"])
    found = [_diagram(unit, case, main, tokens_of(unit, runtime, case["id"], now=now), done.of(main))]
    if sight.standing is not Standing.OFFICE:
        return found
    bundle = runtime.catalogue.bundle(unit.connection, case["bundle_id"])
    open_tasks = [task for task in tasks_of(unit.connection, case["id"]) if task["status"] == "open"]
    for key in sorted(bundle.models):
        here = [task["element_id"] for task in open_tasks if task["process_key"] == key]
        if key != main and (here or done.of(key)):
            found.append(_diagram(unit, case, key, here, done.of(key)))
    return found


def _diagram(unit: UnitOfWork, case: Any, key: str, active: list[str], done: list[str]) -> Diagram:
    words = words_of(catalogue.diagram(unit.connection, case["bundle_id"], key))
    titles = [words[one].in_language(language()) for one in dict.fromkeys(active) if one in words]
    title = words[key].in_language(language()) if key in words else key
    url = url_for("cases.show_diagram", instance_id=case["id"], process_key=key)
    return Diagram(key, title, url, tuple(dict.fromkeys(active)), tuple(done), tuple(titles))
