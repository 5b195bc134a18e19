"""The compact form in which a case is stored: its variables, and a short row for each living token.

    {"v": 1, "n": last number, "d": variables, "t": rows, "s": [[caller, variables or 0 when shared, rows], …]}
    "c", where something can be undone: [[number of the scope's caller or 0, records], …]
    row = [number, element, state, container or 0, what the element remembers or 0, own variables or 0]

Only JSON goes in and comes out, and no key of the variables has a meaning here, so nothing that a person types can
turn into anything else when it is read back. An item's own variables are kept as the difference from those around it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from app.engine.kernel.errors import NotJsonError, StateUnreadableError
from app.engine.kernel.scopes import ProcessScope, SubprocessScope
from app.engine.kernel.tokens import READY, Token

VERSION = 1
_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_SUBCLASS | orjson.OPT_PASSTHROUGH_DATACLASS


def encode(process: ProcessScope) -> bytes:
    """The stored form of a case between two runs.

    Raises NotJsonError when a variable is no JSON value.
    """
    state = {
        "v": VERSION,
        "n": process.number,
        "d": process.data,
        "t": _rows(process),
        "s": [
            (number, 0 if scope.shares_data else scope.data, _rows(scope))
            for number, scope in process.subprocesses.items()
        ],
    }
    records = [(number, scope.records) for number, scope in _scopes(process) if scope.records]
    if records:
        state["c"] = records
    try:
        return orjson.dumps(state, option=_OPTIONS)
    except orjson.JSONEncodeError as error:
        raise NotJsonError(f"the variables of the case are not JSON: {error}") from error


def decode(blob: bytes, spec: Any, specs: Mapping[str, Any], host: Any) -> ProcessScope:
    """The case that `encode` wrote, on the same model.

    Raises StateUnreadableError when the bytes are not such a state, or name elements that the model does not have.
    """
    try:
        state = orjson.loads(blob)
        if state["v"] != VERSION:
            raise StateUnreadableError(f"version {state['v']!r} is unknown")
        process = ProcessScope(spec, specs, host, state["d"], number=state["n"])
        _restore(process, state["t"])
        for number, data, rows in state["s"]:
            token = process.find(number)
            if token is None:
                raise StateUnreadableError(f"subprocess {number} has no caller")
            _restore(process.restore_subprocess(token, token.data if data == 0 else data), rows)
        for number, records in state.get("c", ()):
            (process.subprocesses[number] if number else process).records = records
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, IndexError) as error:
        raise StateUnreadableError(repr(error)) from error
    process.completed = not process.tasks
    return process


def _scopes(process: ProcessScope) -> Iterator[tuple[int, ProcessScope | SubprocessScope]]:
    yield 0, process
    yield from process.subprocesses.items()


def _rows(scope: ProcessScope | SubprocessScope) -> list[tuple[Any, ...]]:
    rows = []
    for token in scope.tasks.values():
        container = token.parent
        own = _difference(token, container) if container is not None and token.data is not container.data else 0
        rows.append((
            token.id, token.task_spec.name, token.state, 0 if container is None else container.id,
            token.internal_data or 0, own,
        ))  # fmt: skip
    return rows


def _difference(token: Token, container: Token) -> tuple[dict[str, Any], list[str]]:
    around, own = container.data, token.data
    changed = {key: value for key, value in own.items() if key not in around or not _same(around[key], value)}
    return changed, [key for key in around if key not in own]


def _same(one: Any, other: Any) -> bool:
    """Whether two values are surely the same JSON; 1, 1.0 and true differ, and equal containers may be told apart."""
    if one is other:
        return True
    return type(one) is type(other) and type(one) in {str, int, float} and bool(one == other)


def _restore(scope: ProcessScope | SubprocessScope, rows: list[list[Any]]) -> None:
    specs = scope.spec.task_specs
    for number, name, state, container, remembered, own in rows:
        token = Token(scope, specs[name], scope.tasks[container] if container else None, number=number)
        token._state = state  # noqa: SLF001 -- restoring is no event of the case
        if remembered:
            token.internal_data = remembered
        if own:
            changed, missing = own
            token.data = {key: value for key, value in token.data.items() if key not in missing} | changed
        if state == READY and not token.task_spec.manual:
            scope.top_workflow.ready.append(token)
