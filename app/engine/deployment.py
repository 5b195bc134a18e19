"""From files to a deployment: complete them, admit them, keep them."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path, PurePosixPath

import sqlalchemy as sa
from lxml import etree

from app.db import UnitOfWork
from app.engine import catalogue
from app.engine.admission import KnownNames, Operation, Problem, check_files_in_child
from app.engine.errors import DeploymentRefusedError, UnknownProcessError
from app.engine.kernel.parsing import KernelRefusal, parse_models
from app.engine.operations import Handler

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


def known_names(operations: Mapping[str, Handler], roles: frozenset[str]) -> KnownNames:
    """What diagrams may refer to: the handlers with their parameters, and the roles."""
    return KnownNames(operations={name: _operation(name, handler) for name, handler in operations.items()}, roles=roles)


def check(files: Mapping[str, bytes], known: KnownNames) -> list[Problem]:
    """Everything that speaks against a deployment; empty: it may be kept."""
    problems = check_files_in_child(files, known)
    if problems:
        return problems
    try:
        parse_models({path: content for path, content in files.items() if path.endswith(".bpmn")})
    except KernelRefusal as refusal:
        return [_as_problem(refusal)]
    return []


def deploy(
    unit: UnitOfWork,
    files: Mapping[str, bytes],
    known: KnownNames,
    *,
    reason: str,
    now: datetime,
    deployed_by: int | None,
) -> tuple[int, bool]:
    """Admit a set of files and keep it as a bundle; return its id and whether it is new.

    Files of the newest version that the upload leaves out (a form, a called process) are taken over as they are.

    Raises:
        DeploymentRefusedError: with every problem found.
    """
    whole = with_latest(unit.connection, files)
    problems = check(whole, known)
    if problems:
        raise DeploymentRefusedError(problems)
    return catalogue.store_bundle(unit.connection, whole, reason=reason, now=now, deployed_by=deployed_by)


def by_path(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Uploaded files under the paths that the catalogue knows.

    A bare `x.bpmn` is the process of that name; bare tables and forms belong to the one process of the upload.
    """
    stems = [PurePosixPath(name).stem for name in files if name.endswith(".bpmn")]
    owner = stems[0] if len(stems) == 1 else ""
    return {_path(name, owner): content for name, content in files.items()}


def with_latest(connection: sa.Connection, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files, and beneath them what the newest deployed version of the same processes holds."""
    whole: dict[str, bytes] = {}
    for key in sorted({path.split("/")[1] for path in files if path.count("/") == 2}):
        try:
            newest = catalogue.latest(connection, key)
        except UnknownProcessError:
            continue
        whole.update(catalogue.bundle_files(connection, newest.bundle_id))
    return {**whole, **files}


def deploy_shipped(unit: UnitOfWork, root: Path, known: KnownNames, *, now: datetime) -> list[int]:
    """Deploy what the software ships below `processes/` and `forms/`; what is deployed already stays as it is."""
    deployed = []
    for files in shipped_bundles(root):
        whole_hash = catalogue.bundle_hash(files)
        if catalogue.is_known(unit.connection, whole_hash):
            continue
        problems = check(files, known)
        if problems:
            raise DeploymentRefusedError(problems)
        bundle_id, _ = catalogue.store_bundle(
            unit.connection, files, reason="shipped with the software", now=now, deployed_by=None
        )
        deployed.append(bundle_id)
    return deployed


def shipped_bundles(root: Path) -> list[dict[str, bytes]]:
    """One set of files for each process that no other one calls: with what it calls, decides by and asks."""
    folders = {path.parent.name: path.parent for path in sorted((root / "processes").glob("*/*.bpmn"))}
    calls = {name: _called(path / f"{name}.bpmn") for name, path in folders.items()}
    called = set().union(*calls.values()) if calls else set()
    return [_files(root, _closure(name, calls)) for name in folders if name not in called]


def _path(name: str, owner: str) -> str:
    if "/" in name:
        return name
    stem = PurePosixPath(name).stem
    if name.endswith(".bpmn"):
        return f"processes/{stem}/{name}"
    return f"forms/{owner}/{name}" if name.endswith(".json") else f"processes/{owner}/{name}"


def _files(root: Path, names: set[str]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for name in sorted(names):
        for pattern in (f"processes/{name}/*.bpmn", f"processes/{name}/*.dmn", f"forms/{name}/*.json"):
            for path in sorted(root.glob(pattern)):
                found[path.relative_to(root).as_posix()] = path.read_bytes()
    return found


def _closure(name: str, calls: Mapping[str, set[str]]) -> set[str]:
    reached, open_names = {name}, [name]
    while open_names:
        fresh = calls.get(open_names.pop(), set()) - reached
        reached |= fresh
        open_names.extend(fresh)
    return reached


def _called(path: Path) -> set[str]:
    """The processes that a shipped diagram calls."""
    tree = etree.fromstring(path.read_bytes(), etree.XMLParser(resolve_entities=False, no_network=True))
    return {str(element.get("calledElement")) for element in tree.iter(f"{BPMN}callActivity")}


def _operation(name: str, handler: Handler) -> Operation:
    parameters = list(inspect.signature(handler).parameters.values())[1:]
    return Operation(
        name=name,
        parameters=frozenset(one.name for one in parameters),
        required=frozenset(one.name for one in parameters if one.default is inspect.Parameter.empty),
        error_codes=frozenset(getattr(handler, "error_codes", ())),
    )


def _as_problem(refusal: KernelRefusal) -> Problem:
    return Problem(
        file=refusal.file, element=refusal.element, rule="not_executable", message_zh=refusal.reason,
        message_en=refusal.reason, remedy_zh=refusal.remedy, remedy_en=refusal.remedy, line=None,
    )  # fmt: skip
