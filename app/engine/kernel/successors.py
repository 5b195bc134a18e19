"""Which user tasks come next: what the flows lead to from a user task, before another person has done anything."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any

from app.engine.kernel.container_specs import GuardSpec, MultiInstanceSpec, SubprocessSpec
from app.engine.kernel.element_parsers import GUARD
from app.engine.kernel.element_specs import ProcessSpec, UserTaskSpec
from app.engine.kernel.model import ProcessModel, UserTaskElement

Place = tuple[str, str]
"""(process key, element id)."""


def following_user_tasks(models: Mapping[str, ProcessModel]) -> dict[Place, frozenset[Place]]:
    """For each user task of a bundle, the user tasks that may be the next.

    Every branch counts as possible: what will be decided is not known. Calls are entered and left again; boundary
    events of the tasks on the way are not followed, since they are not the way that was planned.
    """
    specs: dict[str, ProcessSpec] = {}
    for model in models.values():
        specs |= model.specs
    frames = _frames(specs.values())
    found: dict[Place, set[Place]] = {}
    for scope in specs.values():
        for spec in scope.task_specs.values():
            if isinstance(spec, UserTaskSpec):
                here = (spec.element.process_key, spec.element.id)
                found.setdefault(here, set()).update(_next(spec, scope, specs, frames))
    return {place: frozenset(following) for place, following in found.items()}


Frames = Mapping[str, list[tuple[ProcessSpec, Any]]]
"""By the name of a process: the elements that run it, each with the process that it lies in."""


def _frames(scopes: Iterable[ProcessSpec]) -> Frames:
    frames: dict[str, list[tuple[ProcessSpec, Any]]] = {}
    for scope in scopes:
        for spec in scope.task_specs.values():
            if isinstance(spec, SubprocessSpec):
                frames.setdefault(spec.spec, []).append((scope, spec))
    return frames


def _next(start: Any, scope: ProcessSpec, specs: Mapping[str, ProcessSpec], frames: Frames) -> set[Place]:
    """Breadth first from behind `start`."""
    found: set[Place] = set()
    seen: set[tuple[str, str, str]] = set()
    ways = deque(_behind(start, scope, frames))
    while ways:
        where, spec, kind = ways.popleft()
        if (where.name, spec.name, kind) in seen:
            continue
        seen.add((where.name, spec.name, kind))
        if kind == "behind":
            ways.extend(_behind(spec, where, frames))
        elif isinstance(spec, UserTaskSpec):
            element: UserTaskElement = spec.element
            found.add((element.process_key, element.id))
        else:
            ways.extend(_into(spec, where, specs, frames))
    return found


Way = tuple[ProcessSpec, Any, str]
"""A process, an element of it, and whether one stands `at` it or `behind` it."""


def _into(spec: Any, scope: ProcessSpec, specs: Mapping[str, ProcessSpec], frames: Frames) -> list[Way]:
    """From an element that is no user task to what it holds, or to what lies behind it."""
    if isinstance(spec, GuardSpec):
        return [(scope, scope.task_specs[spec.name.removesuffix(GUARD)], "at")]
    if isinstance(spec, MultiInstanceSpec):
        return [(scope, scope.task_specs[spec.instance], "at")]
    if isinstance(spec, SubprocessSpec):
        inside = specs[spec.spec]
        return [(inside, one, "at") for one in inside.start.outputs]
    return _behind(spec, scope, frames)


def _behind(spec: Any, scope: ProcessSpec, frames: Frames) -> list[Way]:
    """Along the flows; at the end of a subprocess or called process, behind whatever runs it."""
    around = _repetition(spec, scope)
    if around is not None:
        return [(scope, around, "behind")]
    if spec.outputs:
        return [(scope, one, "at") for one in spec.outputs]
    return [(outer, frame, "behind") for outer, frame in frames.get(scope.name, ())]


def _repetition(spec: Any, scope: ProcessSpec) -> Any:
    """The multi-instance whose instance the element is."""
    return next(
        (
            one
            for one in scope.task_specs.values()
            if isinstance(one, MultiInstanceSpec) and one.instance == spec.name and one is not spec
        ),
        None,
    )
