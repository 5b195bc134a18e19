"""From the diagram files of a bundle to its process models."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException

from app.engine.kernel.complex_gateway import ComplexSpec
from app.engine.kernel.documents import Document
from app.engine.kernel.element_specs import ElementSpec, ProcessSpec
from app.engine.kernel.errors import KernelRefusal
from app.engine.kernel.event_specs import CatchSpec, RaceSpec
from app.engine.kernel.extensions import Place
from app.engine.kernel.gateway_specs import InclusiveSpec, ParallelSpec
from app.engine.kernel.model import Element, ProcessModel, StartTrigger
from app.engine.kernel.process_reader import MAX_LEVELS, Call, DiagramReader, ProcessReader

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
    _note_conditions(reader.specs.values())
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
    """Every called process is in the bundle, none calls itself, not even through others, and no chain is too long."""
    calls: dict[str, list[Call]] = {}
    for call in reader.calls:
        if call.called not in reader.levels:
            reason = f"the bundle holds no process {call.called!r}"
            raise call.document.refuse(call.node, reason, "Deploy the called process with it")
        calls.setdefault(call.caller, []).append(call)
    known: dict[str, int] = {}
    for key in reader.levels:
        _depth(key, (key,), calls, reader.levels, known)


def _depth(
    key: str, path: tuple[str, ...], calls: Mapping[str, list[Call]], levels: Mapping[str, int], known: dict[str, int]
) -> int:
    """How many subprocesses and called processes lie in each other inside a process; `path` leads to it by calls."""
    if key not in known:
        deepest = levels[key]
        for call in calls.get(key, ()):
            if call.called in path:
                raise call.document.refuse(call.node, f"{call.called} calls itself", "Draw the repetition as a loop")
            inside = _depth(call.called, (*path, call.called), calls, levels, known) if len(path) <= MAX_LEVELS else 0
            deepest = max(deepest, call.level + 1 + inside)
            if deepest > MAX_LEVELS or len(path) > MAX_LEVELS:
                reason = f"more than {MAX_LEVELS} processes and subprocesses lie in each other"
                raise call.document.refuse(call.node, reason, "Call less deeply")
        known[key] = deepest
    return known[key]


def _prepare(spec: ProcessSpec) -> None:
    """Check what shows only when a process is whole, and work out now what threads will read."""
    for element in spec.task_specs.values():
        if isinstance(element, RaceSpec):
            _check_race(spec, element)
        if isinstance(element, ParallelSpec):
            element.needed  # noqa: B018 -- filled once, before threads share it
        if isinstance(element, InclusiveSpec) and element.waits_for_quiet:
            _check_join(spec, element)


def _note_conditions(specs: Iterable[ProcessSpec]) -> None:
    """Every process knows whether a condition is waited for anywhere, so that only those cases look for it."""
    every = list(specs)
    found = any(element.condition is not None for spec in every for element in spec.task_specs.values())
    for spec in every:
        spec.has_conditions = found


def _check_race(spec: ProcessSpec, race: RaceSpec) -> None:
    for target in race.outputs:
        is_sound = isinstance(target, CatchSpec) and len(target.inputs) == 1
        if not (race.is_hidden or is_sound):
            raise KernelRefusal(
                spec.file, race.bpmn_id, "an event-based gateway leads to events that nothing else leads to",
                "Let each of its flows lead to a catch event or receive task of its own",
            )  # fmt: skip


def _check_join(spec: ProcessSpec, join: InclusiveSpec) -> None:
    spec.has_inclusive_join = True
    join.upstream  # noqa: B018 -- filled once, before threads share it
    if isinstance(join, ComplexSpec) and join.activation is None:
        raise KernelRefusal(
            spec.file, join.bpmn_id, "a complex gateway that joins says nowhere when it goes on",
            "Give it an activationCondition",
        )  # fmt: skip


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
        called=frozenset(call.called for call in bundle.calls if call.caller == key),
        starts=tuple(_starts(reader)),
        spec=specs[key],
        specs=specs,
    )


def _starts(reader: ProcessReader) -> Iterator[StartTrigger]:
    specs = reader.spec.task_specs
    for start in [*reader.typed_starts, *_instantiating(reader)]:
        for spec in (start, *(specs[name] for name in getattr(start, "members", ()))):
            for trigger in ("message", "signal"):
                waited_for = getattr(spec, trigger, None)
                if waited_for is not None:
                    yield StartTrigger(start.name, trigger, waited_for.name)


def _instantiating(reader: ProcessReader) -> Iterator[ElementSpec]:
    """Receive tasks that start a process, and the events behind gateways that do."""
    specs = reader.spec.task_specs
    for node in reader.node:
        if node.get("instantiate") == "true" and node.get("id") in specs:
            spec = specs[node.get("id")]
            yield from [spec] if isinstance(spec, CatchSpec) else spec.outputs


def _elements(specs: Mapping[str, ProcessSpec], key: str) -> Iterator[ElementSpec]:
    for spec in specs.values():
        if spec.process_key == key:
            yield from (element for element in spec.task_specs.values() if not element.is_hidden)
