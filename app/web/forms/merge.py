"""Puts two sets of answers together: mine, with the places that I choose taken from the other. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

TAKE = "_take:"
"""The name of a choice is this before the pointer of its place; its value says whose answer stays."""
THERE = "there"


def chosen_there(fields: Iterable[tuple[str, str]]) -> list[str]:
    """The pointers of the places whose answer is to come from the other window."""
    return [name.removeprefix(TAKE) for name, value in fields if name.startswith(TAKE) and value == THERE]


def taken_over(mine: Mapping[str, Any], theirs: Mapping[str, Any], pointers: Iterable[str]) -> dict[str, Any]:
    """My answers with those at the pointers as they have them; what they have not is left out."""
    merged: dict[str, Any] = deepcopy(dict(mine))
    for pointer in pointers:
        _copy(merged, theirs, pointer.strip("/").split("/"))
    return merged


def _copy(mine: Any, theirs: Any, path: list[str]) -> None:
    """Set or leave out one place, making the groups and rows on the way to it."""
    name, rest = path[0], path[1:]
    other = _at(theirs, name)
    if rest:
        inner = _at(mine, name)
        if inner is None and other is not None:
            inner = [] if isinstance(other, list) else {}
            _set(mine, name, inner)
        if inner is not None:
            _copy(inner, other, rest)
    elif other is None:
        _leave_out(mine, name)
    else:
        _set(mine, name, deepcopy(other))


def _at(node: Any, name: str) -> Any:
    if isinstance(node, Mapping):
        return node.get(name)
    if isinstance(node, list) and name.isdigit() and int(name) < len(node):
        return node[int(name)]
    return None


def _set(node: Any, name: str, value: Any) -> None:
    if isinstance(node, dict):
        node[name] = value
    elif isinstance(node, list) and name.isdigit():
        if int(name) < len(node):
            node[int(name)] = value
        elif int(name) == len(node):
            node.append(value)


def _leave_out(node: Any, name: str) -> None:
    """A row is left out only by itself, on the page: emptied cells would be worse than a row too many."""
    if isinstance(node, dict):
        node.pop(name, None)
