"""The process library as pages show it: versions with their reasons, forms field by field, decision tables row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.db import UnitOfWork
from app.engine import catalogue
from app.engine.actor import Actor
from app.engine.inbox_views import not_kept_out
from app.engine.runtime import Runtime
from app.engine.tables import bundle, instance, process_definition
from app.forms import Form, read_form
from app.web.decision_tables import Decision, decisions_in
from app.web.languages import language, pick
from app.web.people import names_of


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a process on the shelf."""

    number: int
    bundle_id: int
    deployed_at: datetime
    deployed_by: str
    """"" if it was shipped with the software."""
    reason: str
    running: int
    ended: int


@dataclass(frozen=True, slots=True)
class Process:
    """A process with its versions, newest first."""

    key: str
    title: str
    is_called: bool
    """Other processes call it; its cases are theirs."""
    versions: Sequence[Version]


@dataclass(frozen=True, slots=True)
class FormSheet:
    """One form of a version."""

    key: str
    form: Form

    @property
    def title(self) -> str:
        """Its title in the reader's language."""
        return self.form.title.in_language(language())


@dataclass(frozen=True, slots=True)
class Shown:
    """One version laid open."""

    key: str
    title: str
    version: Version
    forms: Sequence[FormSheet]
    decisions: Sequence[Decision]


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """What speaks against a deployment, in the reader's language."""

    file: str
    element: str
    reason: str
    remedy: str


def shelf_of(unit: UnitOfWork, runtime: Runtime, actor: Actor) -> list[Process]:
    """Every process that is deployed; of its cases those are counted that are not kept from the reader."""
    definitions = catalogue.definitions(unit.connection)
    rows = _versions(unit, actor)
    keys = dict.fromkeys(one.process_key for one in definitions)
    called = _called(unit, runtime, definitions)
    return [
        Process(
            key, pick(next(one for one in definitions if one.process_key == key)),
            key in called,
            [rows[one.id] for one in definitions if one.process_key == key],
        )
        for key in keys
    ]  # fmt: skip


def version_of(unit: UnitOfWork, runtime: Runtime, actor: Actor, process_key: str, number: int) -> Shown:
    """One version with its forms and decisions; raise UnknownProcessError."""
    definition = catalogue.definition(unit.connection, process_key, number)
    files = runtime.catalogue.bundle(unit.connection, definition.bundle_id).files
    forms = [
        FormSheet(path.rsplit("/", 1)[-1].removesuffix(".json"), read_form(content))
        for path, content in sorted(files.items())
        if path.startswith(f"forms/{process_key}/")
    ]
    tables = [
        decision
        for path, content in sorted(files.items())
        if path.startswith(f"processes/{process_key}/") and path.endswith(".dmn")
        for decision in decisions_in(content)
    ]
    return Shown(process_key, pick(definition), _versions(unit, actor)[definition.id], forms, tables)


def problem_lines(problems: Sequence[Any]) -> list[ProblemLine]:
    """The problems of a refused deployment, each with file, element, reason and remedy."""
    tongue = language()
    return [
        ProblemLine(
            str(one.file or ""), str(one.element or ""), str(getattr(one, f"message_{tongue}")),
            str(getattr(one, f"remedy_{tongue}")),
        )
        for one in problems
    ]  # fmt: skip


def _called(unit: UnitOfWork, runtime: Runtime, definitions: Sequence[catalogue.Definition]) -> set[str]:
    """The processes that a deployed diagram calls."""
    bundles = [runtime.catalogue.bundle(unit.connection, one) for one in {each.bundle_id for each in definitions}]
    return {key for found in bundles for model in found.models.values() for key in model.called}


def _versions(unit: UnitOfWork, actor: Actor) -> dict[int, Version]:
    """Every version by its definition's id."""
    counts = sa.select(
        instance.c.definition_id,
        sa.func.sum(sa.case((instance.c.status.in_(("running", "suspended")), 1), else_=0)).label("running"),
        sa.func.count().label("whole"),
    ).where(not_kept_out(actor)).group_by(instance.c.definition_id).subquery()  # fmt: skip
    rows = unit.connection.execute(
        sa.select(
            process_definition.c.id, process_definition.c.version, process_definition.c.bundle_id,
            bundle.c.deployed_at, bundle.c.deployed_by, bundle.c.reason, counts.c.running, counts.c.whole,
        )
        .join(bundle, bundle.c.id == process_definition.c.bundle_id)
        .outerjoin(counts, counts.c.definition_id == process_definition.c.id)
    ).all()  # fmt: skip
    names = names_of(unit.connection, [row.deployed_by for row in rows])
    return {
        row.id: Version(
            row.version, row.bundle_id, row.deployed_at, names.get(row.deployed_by, ""), row.reason,
            int(row.running or 0), int(row.whole or 0) - int(row.running or 0),
        )
        for row in rows
    }  # fmt: skip
