"""From the diagram files of a bundle to its process models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException

from app.engine.kernel.documents import Document
from app.engine.kernel.element_specs import ElementSpec, ProcessSpec
from app.engine.kernel.errors import KernelRefusal
from app.engine.kernel.event_specs import CatchSpec, RaceSpec
from app.engine.kernel.extensions import Place
from app.engine.kernel.gateway_specs import InclusiveSpec, ParallelSpec
from app.engine.kernel.model import Element, ProcessModel
from app.engine.kernel.process_reader import DiagramReader, ProcessReader

__all__ = ["KernelRefusal", "parse_models"]


def parse_models(diagrams: Mapping[str, bytes]) -> dict[str, ProcessModel]:
    """The models of all executable processes in the files of one bundle, by key.

    Args:
        diagrams: the files by their path; called processes must be among them.

    Raises:
        KernelRefusal: for the first thing found that the kernel cannot run soundly.
    """
    reader = DiagramReader()
    readers = [one for path, content in diagrams.items() for one in reader.add_document(Document(path, content))]
    for one in readers:
        _read(one)
    _check_calls(reader)
    for spec in reader.specs.values():
        _prepare(spec)
    specs = MappingProxyType(reader.specs)
    return {one.process_key: _model(one, specs, reader) for one in readers}


def _read(reader: ProcessReader) -> None:
    try:
        reader.get_spec()
    except ValidationException as error:
        raise KernelRefusal(reader.document.file, reader.process_key, str(error), "Correct the diagram") from error
    except RecursionError as error:
        raise KernelRefusal(
            reader.document.file, reader.process_key, "it is nested too deeply", "Use called processes"
        ) from error


def _check_calls(reader: DiagramReader) -> None:
    """Every called process is in the bundle, and none calls itself, not even through others."""
    for document, node, _, called in reader.calls:
        if called not in reader.specs or "/" in called:
            raise document.refuse(node, f"the bundle holds no process {called!r}", "Deploy the called process with it")
    calls: dict[str, set[str]] = {}
    for _, _, caller, called in reader.calls:
        calls.setdefault(caller, set()).add(called)
    for document, node, caller, called in reader.calls:
        if caller in _reached(called, calls):
            raise document.refuse(node, f"{caller} calls itself through {called}", "Draw the repetition as a loop")


def _reached(start: str, calls: Mapping[str, set[str]]) -> set[str]:
    seen, todo = {start}, [start]
    while todo:
        fresh = calls.get(todo.pop(), set()) - seen
        seen |= fresh
        todo.extend(fresh)
    return seen


def _prepare(spec: ProcessSpec) -> None:
    """Check what shows only when a process is whole, and work out now what threads will read."""
    for element in spec.task_specs.values():
        if isinstance(element, RaceSpec):
            _check_race(spec, element)
        if isinstance(element, ParallelSpec):
            element.needed  # noqa: B018 -- filled once, before threads share it
        if isinstance(element, InclusiveSpec) and element.waits_for_quiet:
            _check_inclusive(spec, element)


def _check_race(spec: ProcessSpec, race: RaceSpec) -> None:
    for target in race.outputs:
        if not isinstance(target, CatchSpec) or len(target.inputs) != 1:
            raise KernelRefusal(
                spec.file, race.bpmn_id, "an event-based gateway leads to events that nothing else leads to",
                "Let each of its flows lead to a catch event or receive task of its own",
            )  # fmt: skip


def _check_inclusive(spec: ProcessSpec, join: InclusiveSpec) -> None:
    spec.has_inclusive_join = True
    if any(join.name in reach or _leads_to(spec, join, reach) for reach in join.upstream.values()):
        raise KernelRefusal(
            spec.file, join.bpmn_id, "an inclusive gateway that joins inside a loop cannot know what is still to come",
            "Use a parallel gateway, or take the join out of the loop",
        )  # fmt: skip


def _leads_to(spec: ProcessSpec, join: InclusiveSpec, upstream: frozenset[str]) -> bool:
    return any(join.name in spec.task_specs[name]._inputs for name in upstream)  # noqa: SLF001


def _model(reader: ProcessReader, specs: Mapping[str, ProcessSpec], bundle: DiagramReader) -> ProcessModel:
    key, start = reader.process_key, reader.spec.start.outputs[0]
    title_zh, title_en = Place(reader.document, reader.node, key, None).title()
    elements: dict[str, Element] = {spec.bpmn_id: spec.element for spec in _elements(specs, key)}
    return ProcessModel(
        key=key,
        name=reader.get_name(),
        title_zh=title_zh,
        title_en=title_en,
        start_role=start.lane,
        elements=MappingProxyType(elements),
        called=frozenset(called for _, _, caller, called in bundle.calls if caller == key),
        spec=specs[key],
        specs=specs,
    )


def _elements(specs: Mapping[str, ProcessSpec], key: str) -> Iterator[ElementSpec]:
    for spec in specs.values():
        if spec.process_key == key:
            yield from (element for element in spec.task_specs.values() if not element.is_hidden)
