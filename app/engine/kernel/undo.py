"""Compensation: what was completed and can be undone is remembered in its scope, and undone the latest first.

A record is [name of the activity, records of what was completed inside it or 0]. Only activities with a compensation
handler are remembered, and subprocesses in which something is.
"""

from __future__ import annotations

from typing import Any

from app.engine.kernel.element_specs import ElementSpec
from app.engine.kernel.tokens import STARTED, Token

Record = list[Any]


class UndoSpec(ElementSpec):
    """The hidden work of undoing: holds one handler after the other, and then tells whoever asked for it."""

    is_hidden = True

    def _update_hook(self, token: Token) -> bool:
        token._set_state(STARTED)  # noqa: SLF001
        return self._is_done(token)

    def member_completed(self, token: Token, _member: Token) -> None:
        """One handler is done."""
        if self._is_done(token):
            token._ready()  # noqa: SLF001

    def withdraw_rivals(self, token: Token, winner: Token) -> None:
        """Handlers have no rivals."""

    def _is_done(self, token: Token) -> bool:
        rest = token.internal_data["rest"]
        if not rest:
            return True
        (name, inside), token.internal_data["rest"] = rest[-1], rest[:-1]
        scope, spec = token.workflow, token.workflow.spec.task_specs[name]
        if spec.handler is not None:
            scope.place(scope.spec.task_specs[spec.handler], parent=token, source=self.name)
        else:
            again = Token(scope, spec, token, source=self.name)
            again.internal_data["undoing"] = inside
            spec._update(again)  # noqa: SLF001
        return False

    def _on_complete(self, token: Token) -> None:
        asked_by = token.workflow.top_workflow.find(token.internal_data["for"])
        if asked_by is not None and not asked_by.is_finished:
            asked_by._ready()  # noqa: SLF001
        super()._on_complete(token)


def begin_undo(token: Token, activity: str | None, *, waits: bool) -> bool:
    """Undo what its scope remembers, or one activity of it; False when the token has to wait.

    In an event subprocess, the scope is the one around it.
    """
    scope = token.workflow
    if scope.spec.is_handler:
        scope = scope.caller.workflow
    records = [one for one in scope.records if activity is None or name_of(one) == activity]
    scope.records = [one for one in scope.records if one not in records]
    if not records:
        return True
    place_undo(scope, records, asked_by=token.id if waits else 0)
    return not waits


def place_undo(scope: Any, records: list[Record], *, asked_by: int) -> None:
    """Begin to undo these records in a scope."""
    spec = scope.spec.task_specs[":undo"]
    token = Token(scope, spec)
    token.internal_data.update({"rest": records, "for": asked_by})
    spec._update(token)  # noqa: SLF001


def name_of(record: Record) -> str:
    """The element that a record is of."""
    return str(record[0]).partition(":")[0]
