"""The names that tie the folders: process = file, task = form, operation = handler, decision = table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from app.dmn import DmnError, read_model
from app.engine.admission.diagram import Diagram, definitions, kind, own, owns
from app.engine.admission.elements import BPMN
from app.engine.admission.known import KnownNames
from app.engine.admission.problems import Problem, problem
from app.forms import check_form, read_form

Files = Mapping[str, bytes]
TEXT = re.compile(r'"(\\.|[^"\\])*"')
ANSWER = re.compile(r"(?<![\w.])answers\s*\.\s*(\w+)")


def check_set(diagrams: list[Diagram], files: Files) -> Iterator[Problem]:
    """What concerns the set as a whole: forms and tables are sound, something can be executed."""
    if not any(diagram.executable for diagram in diagrams):
        yield problem("no_process", diagrams[0].path if diagrams else "")
    for path, content in sorted(files.items()):
        if path.endswith(".json"):
            for one in check_form(content, path):
                yield problem("form_faulty", path, one.pointer, reason_zh=one.message_zh, reason_en=one.message_en)
        if path.endswith(".dmn"):
            yield from _decision(path, content)


def check(diagram: Diagram, known: KnownNames, files: Files) -> Iterator[Problem]:
    """The names in one diagram."""
    yield from _processes(diagram)
    for node in diagram.nodes("userTask"):
        yield from _user_task(diagram, node, files)
    for node in diagram.nodes("serviceTask"):
        yield from _service_task(diagram, node, known)
    for node in diagram.nodes("businessRuleTask"):
        yield from _rule_task(diagram, node, files)
    for node in diagram.nodes("boundaryEvent"):
        yield from _error_boundary(diagram, node, known)


def _processes(diagram: Diagram) -> Iterator[Problem]:
    if diagram.path.split("/")[1] != diagram.key:
        yield problem("folder_name", diagram.path, name=diagram.key)
    if len(diagram.executable) > 1:
        yield problem("several_processes", diagram.path)
    for process in diagram.processes:
        name = process.get("id")
        if process.get("isExecutable") != "true":
            yield problem("not_executable", diagram.path, name, process.sourceline, name=name)
        elif name != diagram.key:
            yield problem("process_name", diagram.path, name, process.sourceline, name=name)


def _user_task(diagram: Diagram, node: Any, files: Files) -> Iterator[Problem]:
    name = str(node.get("id"))
    form = own(node, "form")
    path = f"forms/{_process_of(node)}/{(form.get('key') if form is not None else None) or name}.json"
    if path not in files:
        yield problem("form_missing", diagram.path, name, node.sourceline, name=path)
    elif not check_form(files[path], path):
        has = set(read_form(files[path]).properties)
        for output in owns(node, "form/output"):
            for answer in _answers_used(str(output.get("value"))):
                if answer not in has:
                    yield problem("answer_unknown", diagram.path, name, output.sourceline, name=f"answers.{answer}")
    separate = own(node, "separate-from")
    for other in (separate.get("tasks", "") if separate is not None else "").split():
        target = diagram.by_id.get(other)
        if target is None or kind(target) != "userTask":
            yield problem("separate_unknown", diagram.path, name, node.sourceline, name=other)


def _answers_used(text: str) -> list[str]:
    """The fields that an expression takes from the answers; words within texts don't count."""
    return ANSWER.findall(TEXT.sub("", text))


def _service_task(diagram: Diagram, node: Any, known: KnownNames) -> Iterator[Problem]:
    name, called = str(node.get("id")), own(node, "operation")
    if called is None:
        yield problem("operation_missing", diagram.path, name, node.sourceline)
        return
    operation = known.operations.get(str(called.get("name")))
    if operation is None:
        yield problem("operation_unknown", diagram.path, name, called.sourceline, name=called.get("name"))
        return
    given = {str(one.get("name")) for one in owns(node, "operation/input")}
    yield from inputs(diagram, node, given, operation.parameters, operation.required, operation.name)


def _rule_task(diagram: Diagram, node: Any, files: Files) -> Iterator[Problem]:
    name, called = str(node.get("id")), own(node, "decision")
    key = str(called.get("name")) if called is not None else ""
    path = f"processes/{_process_of(node)}/{key}.dmn"
    if path not in files:
        yield problem("decision_missing", diagram.path, name, node.sourceline, name=key)
        return
    try:
        wanted = frozenset(read_model(files[path], source=path).decision(key).inputs)
    except DmnError:
        return  # said where the table is checked
    given = {str(one.get("name")) for one in owns(node, "decision/input")}
    yield from inputs(diagram, node, given, wanted, wanted, key)


def inputs(
    diagram: Diagram, node: Any, given: set[str], parameters: frozenset[str], required: frozenset[str], callee: str
) -> Iterator[Problem]:
    """What is handed to an operation, decision or process against what it takes and needs."""
    for extra in sorted(given - parameters):
        yield problem("input_unknown", diagram.path, node.get("id"), node.sourceline, name=extra, callee=callee)
    for missing in sorted(required - given):
        yield problem("input_missing", diagram.path, node.get("id"), node.sourceline, name=missing, callee=callee)


def _decision(path: str, content: bytes) -> Iterator[Problem]:
    key = path.rsplit("/", 1)[-1].removesuffix(".dmn")
    try:
        read_model(content, source=path).decision(key)
    except DmnError as error:
        yield problem("decision_faulty", path, getattr(error, "element", None), reason=str(error))


def _error_boundary(diagram: Diagram, node: Any, known: KnownNames) -> Iterator[Problem]:
    host = diagram.by_id.get(str(node.get("attachedToRef")))
    for one in definitions(node):
        error = diagram.by_id.get(str(one.get("errorRef")))
        if kind(one) != "errorEventDefinition" or error is None or host is None or kind(host) == "callActivity":
            continue
        code = error.get("errorCode")
        if code and code not in _raised(diagram, host, known):
            yield problem("error_unthrown", diagram.path, node.get("id"), node.sourceline, name=code)


def _raised(diagram: Diagram, host: Any, known: KnownNames) -> set[str]:
    """Every error code that can come out of an activity: of its operations and of its error ends."""
    codes: set[str] = set()
    for node in host.iter():
        if not isinstance(node.tag, str):
            continue
        if kind(node) == "operation":
            operation = known.operations.get(str(node.get("name")))
            codes |= operation.error_codes if operation else set()
        if kind(node) == "callActivity":
            codes |= {str(error.get("errorCode")) for error in diagram.root.iter(f"{{{BPMN}}}error")}
        if kind(node) == "endEvent":
            for one in definitions(node):
                error = diagram.by_id.get(str(one.get("errorRef")))
                codes |= {str(error.get("errorCode"))} if error is not None else set()
    return codes


def _process_of(node: Any) -> str:
    while kind(node) != "process":
        node = node.getparent()
    return str(node.get("id"))
