"""Tokens: SpiffWorkflow's task, as the kernel uses it.

A case holds unfinished tasks only. A finished task hands its token on and is forgotten in the same step, so that
neither the cost of a step nor the size of a state grows with what has passed, and no rule ever looks at history.
Variables belong to the scope (the process, or one item of a multi-instance), as BPMN has it, not to the token:
parallel branches cannot overwrite each other's results with stale copies when they join.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

FUTURE, WAITING, READY, STARTED = TaskState.FUTURE, TaskState.WAITING, TaskState.READY, TaskState.STARTED
COMPLETED, CANCELLED = TaskState.COMPLETED, TaskState.CANCELLED
FINISHED = TaskState.FINISHED_MASK


class Token(Task):  # type: ignore[misc]
    """A token at an element; its parent is the container it is in (a guard, a multi-instance, a race), else None."""

    id: int
    _state: int
    workflow: Any
    task_spec: Any
    internal_data: dict[str, Any]

    def __init__(
        self, workflow: Any, spec: Any, parent: Token | None = None, *, source: str = "", number: int = 0
    ) -> None:
        """Place a token.

        Args:
            workflow: the process or subprocess instance that it lives in.
            spec: the element.
            parent: the container, if it belongs to one.
            source: the name of the element that it comes from; joins count by it.
            number: its number within the case; 0 for the next free one.
        """
        top = workflow.top_workflow
        super().__init__(workflow, spec, parent, FUTURE, number or top.next_number())
        self.source = source
        self.data: dict[str, Any] = workflow.data if parent is None else parent.data

    def _set_state(self, value: int) -> None:
        """Change the state and note what that means; unlike the library's, without a clock and without log records."""
        before, self._state = self._state, value
        if value == before:
            return
        top = self.workflow.top_workflow
        if value == READY and not self.task_spec.manual:
            top.ready.append(self)
        kind = self.task_spec.kind_of(before, value)
        if kind is not None:
            top.note(kind, self)

    def run(self) -> None:
        """Do what the element does; the token moves on when it is done, or stays STARTED until someone finishes it."""
        done = self.task_spec._run_hook(self)  # noqa: SLF001 -- the library's hook
        if self.is_finished:  # an error boundary has taken over
            return
        if done:
            self.complete()
        elif not self.is_waiting:
            self._set_state(STARTED)

    def cancel(self) -> None:
        """Withdraw the token with everything inside it, and forget it."""
        if self.is_finished:
            return
        for child in self.members():
            child.cancel()
        self.task_spec._on_cancel(self)  # noqa: SLF001 -- the library's hook
        self._set_state(CANCELLED)
        self.workflow.forget(self)

    def members(self) -> list[Token]:
        """The unfinished tokens inside this container, oldest first."""
        return [self.workflow.tasks[child] for child in self._children]

    @property
    def is_finished(self) -> bool:
        """Whether the token has moved on or was withdrawn."""
        return bool(self._state & FINISHED)

    @property
    def is_ready(self) -> bool:
        """Whether the element can run now."""
        return bool(self._state == READY)

    @property
    def is_waiting(self) -> bool:
        """Whether the element waits for an event or for other tokens."""
        return bool(self._state == WAITING)

    @property
    def is_started(self) -> bool:
        """Whether the element is at work: a container, a subprocess, an asynchronous service task."""
        return bool(self._state == STARTED)

    def context(self) -> dict[str, Any]:
        """What expressions see here: the variables and the host's functions."""
        return {**self.data, **self.workflow.top_workflow.host.functions()}
