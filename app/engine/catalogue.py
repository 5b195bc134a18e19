"""What is deployed: immutable bundles of diagrams, decisions and forms, by content hash.

A bundle is parsed once in a process and kept for ever, since it never changes; every instance is pinned to one.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from app.dmn import Model, read_model
from app.engine.errors import UnknownBundleFileError, UnknownProcessError
from app.engine.kernel.model import ProcessModel
from app.engine.kernel.parsing import parse_models
from app.engine.kernel.successors import Place, following_user_tasks
from app.engine.tables import artifact, bundle, bundle_file, process_definition
from app.forms import Form, read_form

KINDS = {"bpmn": "bpmn", "dmn": "dmn", "json": "form"}


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of one process."""

    id: int
    process_key: str
    version: int
    bundle_id: int
    title_zh: str
    title_en: str
    start_role: str | None


@dataclass(frozen=True)
class Bundle:
    """One deployment's files, parsed when first needed and never changed."""

    id: int
    files: Mapping[str, bytes] = field(repr=False)

    @cached_property
    def models(self) -> dict[str, ProcessModel]:
        """The processes by key: the main ones and those that they call."""
        return parse_models({path: content for path, content in self.files.items() if path.endswith(".bpmn")})

    @cached_property
    def decisions(self) -> dict[str, Model]:
        """The decision models by the stem of their file, which is the decision's id."""
        return {
            path.rsplit("/", 1)[-1].removesuffix(".dmn"): read_model(content, source=path)
            for path, content in self.files.items()
            if path.endswith(".dmn")
        }

    @cached_property
    def hashes(self) -> dict[str, str]:
        """The content hash of each file."""
        return {path: content_hash(content) for path, content in self.files.items()}

    @cached_property
    def following(self) -> dict[Place, frozenset[Place]]:
        """For each user task, the user tasks that may be the next."""
        return following_user_tasks(self.models)

    def model(self, process_key: str) -> ProcessModel:
        """The process of that key."""
        try:
            return self.models[process_key]
        except KeyError:
            raise UnknownProcessError(process_key) from None

    def form_hash(self, process_key: str, form_key: str) -> str:
        """The content hash of a user task's form."""
        path = f"forms/{process_key}/{form_key}.json"
        try:
            return self.hashes[path]
        except KeyError:
            raise UnknownBundleFileError(path) from None


class Catalogue:
    """Parsed bundles and forms of this process, filled on demand; safe to share between threads."""

    def __init__(self) -> None:
        self._bundles: dict[int, Bundle] = {}
        self._forms: dict[str, Form] = {}
        self._lock = threading.Lock()

    def bundle(self, connection: sa.Connection, bundle_id: int) -> Bundle:
        """The bundle of that id, read and parsed at its first use."""
        found = self._bundles.get(bundle_id)
        if found is None:
            with self._lock:
                found = self._bundles.get(bundle_id) or _read_bundle(connection, bundle_id)
                found.models, found.decisions, found.hashes  # noqa: B018 -- parse now, once, under the lock
                self._bundles[bundle_id] = found
        return found

    def form(self, connection: sa.Connection, form_hash: str) -> Form:
        """The form of that content hash."""
        found = self._forms.get(form_hash)
        if found is None:
            content = connection.execute(sa.select(artifact.c.content).where(artifact.c.hash == form_hash)).scalar()
            if content is None:
                raise UnknownBundleFileError(form_hash)
            found = self._forms[form_hash] = read_form(content)
        return found


def content_hash(content: bytes) -> str:
    """The sha256 by which a file is known, hex."""
    return hashlib.sha256(content).hexdigest()


def bundle_hash(files: Mapping[str, bytes]) -> str:
    """The sha256 by which a set of files is known: over the sorted paths and content hashes."""
    lines = "".join(f"{path}\0{content_hash(content)}\n" for path, content in sorted(files.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def store_bundle(
    connection: sa.Connection, files: Mapping[str, bytes], *, reason: str, now: datetime, deployed_by: int | None
) -> tuple[int, bool]:
    """Keep a set of files that admission has passed; return the bundle's id and whether it is new.

    The same files again are the same bundle, whatever the reason given.
    """
    whole = bundle_hash(files)
    known = connection.execute(sa.select(bundle.c.id).where(bundle.c.hash == whole)).scalar()
    if known is not None:
        return known, False
    models = Bundle(0, files).models
    bundle_id = connection.execute(
        bundle.insert()
        .values(hash=whole, reason=reason, deployed_at=now, deployed_by=deployed_by)
        .returning(bundle.c.id)
    ).scalar_one()
    _store_artifacts(connection, files)
    connection.execute(
        bundle_file.insert(),
        [
            {"bundle_id": bundle_id, "path": path, "artifact_hash": content_hash(content)}
            for path, content in files.items()
        ],
    )
    for key, model in sorted(models.items()):
        _define(connection, bundle_id, key, model)
    return bundle_id, True


def is_known(connection: sa.Connection, whole_hash: str) -> bool:
    """Whether this very set of files has been deployed."""
    return connection.execute(sa.select(bundle.c.id).where(bundle.c.hash == whole_hash)).scalar() is not None


def latest(connection: sa.Connection, process_key: str) -> Definition:
    """The newest version of a process: the one that new cases begin with."""
    return _definition(connection, process_key, None)


def definition(connection: sa.Connection, process_key: str, version: int) -> Definition:
    """One version of a process."""
    return _definition(connection, process_key, version)


def definitions(connection: sa.Connection, process_key: str | None = None) -> list[Definition]:
    """Every version of every process (or of one), newest first within a process."""
    query = sa.select(process_definition).order_by(
        process_definition.c.process_key, process_definition.c.version.desc()
    )
    if process_key is not None:
        query = query.where(process_definition.c.process_key == process_key)
    return [Definition(**row) for row in connection.execute(query).mappings()]


def bundle_with_decision(connection: sa.Connection, decision: str, process_key: str | None = None) -> int:
    """The newest bundle that holds a decision, of one process or of any; raise UnknownBundleFileError if none does."""
    path = bundle_file.c.path
    wanted = (
        path == f"processes/{process_key}/{decision}.dmn"
        if process_key
        else path.endswith(f"/{decision}.dmn", autoescape=True)
    )
    found: int | None = connection.execute(sa.select(sa.func.max(bundle_file.c.bundle_id)).where(wanted)).scalar()
    if found is None:
        raise UnknownBundleFileError(f"{decision}.dmn")
    return found


def diagram(connection: sa.Connection, bundle_id: int, process_key: str) -> bytes:
    """The BPMN XML of a process as it was deployed in a bundle."""
    return stored_file(connection, bundle_id, f"processes/{process_key}/{process_key}.bpmn")


def stored_file(connection: sa.Connection, bundle_id: int, path: str) -> bytes:
    """One file of a bundle."""
    content: bytes | None = connection.execute(
        sa.select(artifact.c.content)
        .join(bundle_file, bundle_file.c.artifact_hash == artifact.c.hash)
        .where(bundle_file.c.bundle_id == bundle_id, bundle_file.c.path == path)
    ).scalar()
    if content is None:
        raise UnknownBundleFileError(path)
    return content


def bundle_files(connection: sa.Connection, bundle_id: int) -> dict[str, bytes]:
    """Every file of a bundle by its path."""
    rows = connection.execute(
        sa.select(bundle_file.c.path, artifact.c.content)
        .join(artifact, bundle_file.c.artifact_hash == artifact.c.hash)
        .where(bundle_file.c.bundle_id == bundle_id)
    )
    return {row.path: row.content for row in rows}


def _read_bundle(connection: sa.Connection, bundle_id: int) -> Bundle:
    return Bundle(bundle_id, bundle_files(connection, bundle_id))


def _store_artifacts(connection: sa.Connection, files: Mapping[str, bytes]) -> None:
    rows: dict[str, dict[str, Any]] = {
        content_hash(content): {
            "hash": content_hash(content), "kind": KINDS[path.rsplit(".", 1)[-1]], "content": content,
        }
        for path, content in files.items()
    }  # fmt: skip
    known = set(connection.execute(sa.select(artifact.c.hash).where(artifact.c.hash.in_(rows))).scalars())
    fresh = [row for key, row in rows.items() if key not in known]
    if fresh:
        connection.execute(artifact.insert(), fresh)


def _define(connection: sa.Connection, bundle_id: int, key: str, model: ProcessModel) -> None:
    newest = connection.execute(
        sa.select(sa.func.max(process_definition.c.version)).where(process_definition.c.process_key == key)
    ).scalar()
    connection.execute(
        process_definition.insert().values(
            process_key=key, version=(newest or 0) + 1, bundle_id=bundle_id, title_zh=model.title_zh,
            title_en=model.title_en, start_role=model.start_role,
        )
    )  # fmt: skip


def _definition(connection: sa.Connection, process_key: str, version: int | None) -> Definition:
    query = sa.select(process_definition).where(process_definition.c.process_key == process_key)
    if version is not None:
        query = query.where(process_definition.c.version == version)
    row = connection.execute(query.order_by(process_definition.c.version.desc()).limit(1)).mappings().first()
    if row is None:
        raise UnknownProcessError(process_key, version)
    return Definition(**row)
