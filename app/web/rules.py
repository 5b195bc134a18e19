"""The page of rules: what each rule of the measure means, its figures, and the steps of the deployed processes that apply it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import render_template, url_for
from sqlalchemy.orm import Session

from app.db import UnitOfWork, reading
from app.domain.calendar import local_day
from app.domain.parameters import PARAMETERS, parameters_in_force
from app.domain.rules import MEASURE_ZH, Rule, chapters
from app.engine import catalogue
from app.engine.runtime import Runtime
from app.web.context import context
from app.web.diagram_words import articles_of, words_of
from app.web.languages import language, pick
from app.web.parameter_words import parameter_name, parameter_value
from app.web.permissions import may


@dataclass(frozen=True, slots=True)
class Figure:
    """One policy parameter with its present value in words."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Applied:
    """The steps of one process that apply a rule."""

    process: str
    steps: Sequence[str]
    url: str
    """The process's page; "" for whoever may not read it."""


@dataclass(frozen=True, slots=True)
class RuleSheet:
    """One rule as the page shows it."""

    rule: Rule
    figures: Sequence[Figure]
    applied: Sequence[Applied]


@dataclass(frozen=True, slots=True)
class ChapterSheet:
    """Rules that belong together, under their heading."""

    title: str
    rules: Sequence[RuleSheet]


def show_rules() -> str:
    """Every rule with an anchor of its own: `/rules#A8.2`."""
    with reading(context().database) as unit:
        applied = applied_in(unit, context().runtime)
        figures = figures_in_force(unit.session, on=local_day(context().now(unit)))
    sheets = [
        ChapterSheet(pick(chapter), [RuleSheet(one, figures.get(one.id, ()), applied.get(one.id, ())) for one in chapter.rules])
        for chapter in chapters()
    ]  # fmt: skip
    return render_template("public/rules.html", chapters=sheets, measure=MEASURE_ZH)


def figures_in_force(session: Session, *, on: date) -> dict[str, list[Figure]]:
    """By rule: its policy parameters with their values on a day."""
    found: dict[str, list[Figure]] = {}
    for key, one in parameters_in_force(session, on).items():
        found.setdefault(PARAMETERS[key].article, []).append(
            Figure(parameter_name(key), parameter_value(key, one.value))
        )
    return found


def applied_in(unit: UnitOfWork, runtime: Runtime) -> dict[str, list[Applied]]:
    """By article: the steps, by process, of the newest version of each process."""
    newest: dict[str, catalogue.Definition] = {}
    for one in catalogue.definitions(unit.connection):
        newest.setdefault(one.process_key, one)
    found: dict[str, list[Applied]] = {}
    for definition in newest.values():
        for article, steps in _steps(unit, runtime, definition).items():
            found.setdefault(article, []).append(Applied(pick(definition), steps, _url(definition)))
    return found


def _steps(unit: UnitOfWork, runtime: Runtime, definition: catalogue.Definition) -> dict[str, list[str]]:
    files = runtime.catalogue.bundle(unit.connection, definition.bundle_id).files
    xml = files[f"processes/{definition.process_key}/{definition.process_key}.bpmn"]
    words, found = words_of(xml), dict[str, list[str]]()
    for element, articles in articles_of(xml).items():
        title = words[element].in_language(language()) if element in words else element
        for article in articles:
            if title not in found.setdefault(article, []):
                found[article].append(title)
    return found


def _url(definition: catalogue.Definition) -> str:
    if not may("processes.show"):
        return ""
    return url_for("processes.show", process_key=definition.process_key, version=definition.version)
