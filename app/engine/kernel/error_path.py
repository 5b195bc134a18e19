"""Errors and escalations: from where they arise outwards to the nearest event that catches them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from app.engine.kernel.happenings import Kind
from app.engine.kernel.tokens import Token

Caught = Callable[[Any], str | None]
"""What an event catches of a kind: a code, '' for all, None for nothing."""


def _error(spec: Any) -> str | None:
    return spec.caught_code  # type: ignore[no-any-return]


def _escalation(spec: Any) -> str | None:
    return getattr(spec, "caught_escalation", None)


def find_boundary(token: Token, code: str | None) -> Token | None:
    """The waiting event that would catch the error `code`; for None, any that catches errors.

    The search goes from the activity through its multi-instance and its subprocess to the calling process; in each
    scope the event subprocesses come after what lies on boundaries. On one activity an event for the very code comes
    before one that catches all.
    """
    return _find(token, code, _error)


def _find(token: Token, code: str | None, caught: Caught) -> Token | None:
    inner: Token | None = token
    while inner is not None:
        around = inner.parent
        candidates = _watches(inner) if around is None else _members(around)
        matching = [one for one in candidates if _matches(caught(one.task_spec), code)]
        if matching:
            return max(matching, key=lambda one: bool(caught(one.task_spec)))
        inner = inner.workflow.caller if around is None else around
    return None


def _matches(caught: str | None, code: str | None) -> bool:
    return caught is not None and (code is None or caught in {"", code})


def _watches(inner: Token) -> Iterator[Token]:
    scope = inner.workflow
    if scope.spec.watches:
        for token in list(scope.tasks.values()):
            if token.parent is None and token.task_spec.is_watch and token is not inner:
                yield from _with_members(token)


def _members(around: Token) -> Iterator[Token]:
    for token in around.members():
        yield from _with_members(token)


def _with_members(token: Token) -> Iterator[Token]:
    yield token
    if token.task_spec.is_several:
        yield from token.members()


def catch_error(token: Token, code: str) -> bool:
    """Let the event that catches the code take over, withdrawing the activity; False when there is none."""
    catching = find_boundary(token, code)
    if catching is None:
        return False
    catching.workflow.top_workflow.note(Kind.ERROR_CAUGHT, catching)
    catching.task_spec.fire(catching)
    return True


def catch_escalation(token: Token, code: str) -> bool:
    """Let the event that catches the escalation act, beside the activity or in its place; False when there is none."""
    catching = _find(token, code, _escalation)
    if catching is None:
        return False
    catching.task_spec.fire(catching)
    return True
