"""BPMN errors: from where they arise outwards to the nearest boundary event that catches them."""

from __future__ import annotations

from app.engine.kernel.happenings import Kind
from app.engine.kernel.tokens import Token


def find_boundary(token: Token, code: str | None) -> Token | None:
    """The waiting error boundary event that would catch `code`; for None, any error boundary event around.

    The search goes from the activity through its multi-instance and its subprocess to the calling process. On one
    activity an event for the very code comes before one that catches all.
    """
    inner: Token | None = token
    while inner is not None:
        guard = inner.parent
        if guard is None:
            inner = inner.workflow.caller
            continue
        catching: list[Token] = [one for one in guard.members() if one.task_spec.caught_code is not None]
        matching = [one for one in catching if code is None or one.task_spec.caught_code in {"", code}]
        if matching:
            return max(matching, key=lambda one: bool(one.task_spec.caught_code))
        inner = guard
    return None


def catch_error(token: Token, code: str) -> bool:
    """Let the boundary event that catches the code take over, withdrawing the activity; False when there is none."""
    boundary = find_boundary(token, code)
    if boundary is None:
        return False
    boundary.workflow.top_workflow.note(Kind.ERROR_CAUGHT, boundary)
    boundary.task_spec.fire(boundary)
    return True
