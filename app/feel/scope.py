"""Where a compiled expression finds the value of a name.

Each scope is one level of `Frame`: a variable, the entries of a context that is being made, or the item of a filter.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.feel.builtin_names import BUILTIN_NAMES
from app.feel.runtime import Code, Frame, Run
from app.feel.types import FeelType

MISSING = object()


@dataclass(frozen=True, slots=True)
class Scope:
    """One level of local names, inside the levels around it."""

    kind: str  # variable, partial, entries or item
    names: frozenset[str]
    around: "Scope | None"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the compiler knows beside the tree, and the free names that it has met so far."""

    names: frozenset[str]
    types: Mapping[str, FeelType]
    builtins: Mapping[str, Any]
    free: set[str] = field(default_factory=set)


def variable(name: str, around: Scope | None) -> Scope:
    """A level that holds one variable."""
    return Scope("variable", frozenset((name,)), around)


def partial_results(around: Scope | None) -> Scope:
    """A level that holds the results of a loop so far."""
    return Scope("partial", frozenset(("partial",)), around)


def entries(names: frozenset[str], around: Scope | None) -> Scope:
    """A level that holds a context under construction."""
    return Scope("entries", names, around)


def item_of_filter(around: Scope | None) -> Scope:
    """A level that holds the item of a filter, whose own entries are names too."""
    return Scope("item", frozenset(("item",)), around)


def reader(
    name: str, scope: Scope | None, known: Surroundings, *, called: bool = False, in_filter: bool = False
) -> Code:
    """The code that reads a name; `called` tells that a call follows, so a built-in is meant if nobody else is."""
    skipped = 0
    level = scope
    while level is not None and not _concerns(level, name):
        skipped += 1
        level = level.around
    if level is None:
        _note_free(name, known, called=called, in_filter=in_filter)
        return _root_reader(name, known)
    if level.kind == "variable":
        return _frame_reader(skipped)
    if level.kind == "partial":
        return _skipping(skipped, _read_partial)
    if level.kind == "entries":
        return _skipping(skipped, lambda _run, frame: frame[0].get(name))  # type: ignore[index]
    return _skipping(skipped, _item_reader(name, reader(name, level.around, known, called=called, in_filter=True)))


def _concerns(level: Scope, name: str) -> bool:
    return level.kind == "item" or name in level.names


def _note_free(name: str, known: Surroundings, *, called: bool, in_filter: bool) -> None:
    # Inside a filter an unknown name is most likely an entry of the item.
    if name in known.names or not (in_filter or (called and name in BUILTIN_NAMES)):
        known.free.add(name)


def _root_reader(name: str, known: Surroundings) -> Code:
    builtin = known.builtins.get(name)

    def read(run: Run, _frame: Frame) -> Any:
        value = run.variables.get(name, MISSING)
        if value is MISSING:
            if builtin is not None:
                return builtin
            return run.null(f"the variable {name} is not there")
        return value

    return read


def _read_partial(run: Run, frame: Frame) -> Any:
    # A copy, because the list still grows and must not come to contain itself.
    results = frame[0]  # type: ignore[index]
    run.spend(1 + len(results) // 100)
    return list(results)


def _frame_reader(skipped: int) -> Code:
    if skipped == 0:
        return lambda _run, frame: frame[0]  # type: ignore[index]
    if skipped == 1:
        return lambda _run, frame: frame[1][0]  # type: ignore[index]
    return _skipping(skipped, lambda _run, frame: frame[0])  # type: ignore[index]


def _skipping(skipped: int, code: Code) -> Code:
    if skipped == 0:
        return code
    if skipped == 1:
        return lambda run, frame: code(run, frame[1])  # type: ignore[index]

    def read(run: Run, frame: Frame) -> Any:
        for _ in range(skipped):
            frame = frame[1]  # type: ignore[index]
        return code(run, frame)

    return read


def _item_reader(name: str, outside: Code) -> Code:
    def read(run: Run, frame: Frame) -> Any:
        item = frame[0]  # type: ignore[index]
        if isinstance(item, dict) and name in item:
            return item[name]
        return item if name == "item" else outside(run, frame[1])  # type: ignore[index]

    return read
