"""The materials of a case: earlier answers that the reader may see, with their files, as definition lists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for

from app.db import UnitOfWork
from app.engine.runtime import Runtime
from app.forms import FileAnswer, files_of
from app.web.articles import article_url
from app.web.case_steps import answers_of, tasks_of
from app.web.forms.render import Showing, form_view
from app.web.forms.view import FormView
from app.web.languages import language, pick
from app.web.navigation import role_name
from app.web.people import names_of
from app.web.visibility import Sight


@dataclass(frozen=True, slots=True)
class Paper:
    """One file among the materials."""

    name: str
    sha256: str
    url: str
    form: str
    """`pdf`, `picture`, or "" for what a browser cannot show in place."""


@dataclass(frozen=True, slots=True)
class Material:
    """What was answered in one step."""

    task_id: int
    title: str
    by: str
    at: datetime
    view: FormView
    papers: tuple[Paper, ...]


def materials_of(
    unit: UnitOfWork, runtime: Runtime, instance_id: int, sight: Sight, *, through: int | None = None
) -> list[Material]:
    """Every answer of a case that the reader may see, oldest first.

    Args:
        through: the user task from which the reader looks: files are reached through it, its own answers stand
            elsewhere on the page. None: the reader looks at the case, and each answer's own task leads to its files.
    """
    answers = answers_of(unit.connection, instance_id)
    tasks = [task for task in tasks_of(unit.connection, instance_id) if task["id"] in answers and task["id"] != through]
    seen = [task for task in tasks if sight.sees_answers(task)]
    names = names_of(unit.connection, [task["completed_by"] for task in seen])
    return [_material(unit, runtime, task, answers[task["id"]], sight, names, through or task["id"]) for task in seen]


def holds_file(unit: UnitOfWork, runtime: Runtime, instance_id: int, sight: Sight, sha256: str) -> FileAnswer | None:
    """The file of that hash among what the reader may see of a case; None: it is nothing to them."""
    answers = answers_of(unit.connection, instance_id)
    for task in tasks_of(unit.connection, instance_id):
        if task["id"] in answers and sight.sees_answers(task):
            found = _file(unit, runtime, answers[task["id"]], sha256)
            if found is not None:
                return found
    return None


def _file(unit: UnitOfWork, runtime: Runtime, answer: sa.RowMapping, sha256: str) -> FileAnswer | None:
    form = runtime.catalogue.form(unit.connection, answer["form_hash"])
    return next((one for one in files_of(form, answer["answers"]) if one.sha256 == sha256), None)


def _material(
    unit: UnitOfWork, runtime: Runtime, task: Any, answer: Any, sight: Sight, names: dict[int | None, str], through: int
) -> Material:
    form = runtime.catalogue.form(unit.connection, answer["form_hash"])

    def file_url(sha256: str) -> str:
        return url_for("files.show", task_id=through, sha256=sha256)

    showing = Showing(language(), is_read_only=True, file_url=file_url, article_url=article_url)
    by = names.get(task["completed_by"], "") if sight.sees_name(task) else role_name(task["role"])
    papers = tuple(_papers(files_of(form, answer["answers"]), file_url))
    view = form_view(form, answer["answers"], showing)
    return Material(task["id"], view.title or pick(task), by, answer["answered_at"], view, papers)


def _papers(files: list[FileAnswer], file_url: Any) -> Iterator[Paper]:
    for one in files:
        yield Paper(one.name, one.sha256, file_url(one.sha256), _form_of(one.name))


def _form_of(name: str) -> str:
    """How a file is shown in place, by its ending; its content was checked when it was stored."""
    ending = name.rpartition(".")[2].lower()
    if ending == "pdf":
        return "pdf"
    return "picture" if ending in {"png", "jpg", "jpeg"} else ""
