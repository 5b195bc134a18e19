"""Process and subprocess instances: SpiffWorkflow's workflows, as the kernel uses them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow

from app.engine.kernel.errors import StateUnreadableError, StepLimitError
from app.engine.kernel.happenings import Happening, Kind
from app.engine.kernel.script_engine import SCRIPT_ENGINE
from app.engine.kernel.tokens import Token


class _Scope:
    """What a process and a subprocess instance share: living tokens, oldest first, and nothing else."""

    tasks: dict[int, Token]
    data: dict[str, Any]
    spec: Any
    top_workflow: Any
    completed: bool
    records: list[Any] = []  # noqa: RUF012 -- replaced, never changed
    """What was completed and can be undone, the oldest first: see undo.py."""
    caller: Token | None = None
    """The token of the subprocess or call activity inside which this works; None for the case's own process."""

    def place(self, spec: Any, *, parent: Token | None = None, source: str = "") -> Token:
        """Put a new token at an element and let it arrive."""
        token = Token(self, spec, parent, source=source)
        spec._update(token)  # noqa: SLF001 -- the library's hook
        return token

    def hand_on(self, token: Token, following: Iterable[Any]) -> None:
        """A completed token's last act: new tokens behind it, word to its container, and it is forgotten."""
        for spec in following:
            self.place(spec, source=token.task_spec.name)
        container = token.parent
        self.forget(token)
        if container is not None:
            container.task_spec.member_completed(container, token)
        self.spec.settle(self)

    def remember(self, name: str, inside: Any) -> None:
        """Note that an activity was completed which can be undone."""
        self.records = [*self.records, [name, inside]]

    def forget(self, token: Token) -> None:
        """Take a finished token out."""
        del self.tasks[token.id]
        container = token.parent
        if container is not None:
            container._children.remove(token.id)  # noqa: SLF001

    def withdraw_all(self) -> None:
        """Withdraw every token."""
        for token in list(self.tasks.values()):
            token.cancel()

    def end(self) -> None:
        """Complete, once."""
        if not self.completed:
            self.completed = True
            self.on_completed()

    def on_completed(self) -> None:
        """What follows from the end."""
        raise NotImplementedError


class SubprocessScope(_Scope, BpmnSubWorkflow):  # type: ignore[misc]
    """An embedded subprocess or called process at work inside `caller`, the token of its activity."""

    caller: Token

    def __init__(self, spec: Any, caller: Token, data: dict[str, Any]) -> None:
        self.caller = caller
        super().__init__(spec, caller.id, caller.workflow.top_workflow, deserializing=True)
        self.data = data

    def _calculate_depth(self) -> int:
        return int(self.caller.workflow.depth) + 1

    @property
    def parent_workflow(self) -> Any:
        """The instance that the caller lives in."""
        return self.caller.workflow

    @property
    def shares_data(self) -> bool:
        """Whether it works on the variables of its caller."""
        return self.data is self.caller.data

    def on_completed(self) -> None:
        """Leave the subprocess: its caller completes."""
        del self.top_workflow.subprocesses[self.caller.id]
        self.caller.task_spec.scope_completed(self.caller, self)


class ProcessScope(_Scope, BpmnWorkflow):  # type: ignore[misc]
    """A case: the process instance with all its subprocess instances, the queue of what can run, and what happened."""

    subprocesses: dict[int, SubprocessScope]

    def __init__(
        self, spec: Any, specs: Mapping[str, Any], host: Any, data: dict[str, Any], *, number: int = 0
    ) -> None:
        self.number = number
        self.host = host
        self.ready: deque[Token] = deque()
        self.happenings: list[Happening] = []
        self.thrown: list[Any] = []
        super().__init__(spec, specs, SCRIPT_ENGINE, deserializing=True)
        self.data = data

    def next_number(self) -> int:
        """The next free token number of this case."""
        self.number += 1
        return self.number

    def note(self, kind: Kind, token: Token) -> None:
        """Write down what happened at a token's element."""
        spec = token.task_spec
        self.happenings.append(Happening(kind, spec.bpmn_id, token.id, token.workflow.spec.process_key))

    def open_subprocess(self, caller: Token, data: dict[str, Any]) -> SubprocessScope:
        """Begin the subprocess that the caller's element names."""
        scope = self.restore_subprocess(caller, data)
        scope.spec.begin(scope)
        return scope

    def broadcast(self, signal: str) -> int:
        """Everyone who waits for a signal gets it, the longest waiting first; how many did."""
        waiting = [one for one in self.tokens() if one.is_waiting and _awaits(one, signal)]
        reached = 0
        for token in sorted(waiting, key=lambda one: one.id):
            if not token.is_finished:
                token.task_spec.fire(token)
                reached += 1
        return reached

    def restore_subprocess(self, caller: Token, data: dict[str, Any]) -> SubprocessScope:
        """Attach a subprocess instance to its caller, without a token in it."""
        spec = self.subprocess_specs.get(caller.task_spec.spec)
        if spec is None:
            raise StateUnreadableError(f"there is no process {caller.task_spec.spec!r}")
        scope = self.subprocesses[caller.id] = SubprocessScope(spec, caller, data)
        return scope

    def tokens(self) -> Iterator[Token]:
        """Every living token, the process's own first, then those of subprocesses, each oldest first."""
        yield from self.tasks.values()
        for scope in self.subprocesses.values():
            yield from scope.tasks.values()

    def find(self, number: int) -> Token | None:
        """The living token of that number."""
        for scope in (self, *self.subprocesses.values()):
            token = scope.tasks.get(number)
            if token is not None:
                return token
        return None

    def run_ready(self, limit: int) -> None:
        """Run whatever can run until all tokens wait.

        Raises StepLimitError after `limit` steps.
        """
        steps, looks = 0, self.spec.has_conditions
        while True:
            token = self._met() if looks else None
            if token is None and self.ready:
                token = self.ready.popleft()
                if not token.is_ready:  # withdrawn meanwhile by an earlier one
                    continue
                token.run()
            if token is not None:
                steps += 1
                if steps > limit:
                    raise StepLimitError(limit, token.task_spec.bpmn_id or token.task_spec.name)
            elif not self._release_inclusive_joins():
                return

    def _met(self) -> Token | None:
        """A conditional event whose condition has become true, after it has fired."""
        waiting = [one for one in self.tokens() if one.is_waiting and one.task_spec.condition is not None]
        return next((one for one in waiting if one.task_spec.look(one)), None)

    def _release_inclusive_joins(self) -> bool:
        scopes = [scope for scope in (self, *self.subprocesses.values()) if scope.spec.has_inclusive_join]
        tokens = [token for scope in scopes for token in scope.tasks.values()]
        waiting = [token for token in tokens if token.is_waiting and token.task_spec.waits_for_quiet]
        return any(token.task_spec.release(token) for token in waiting if token.is_waiting)

    def on_completed(self) -> None:
        """The case is over."""
        self.happenings.append(Happening(Kind.PROCESS_COMPLETED, self.spec.process_key, 0, self.spec.process_key))

    def take_apart(self) -> None:
        """Cut the circles between tokens and scopes, so that memory is freed at once and not by the collector."""
        for scope in (*self.subprocesses.values(), self):
            for token in scope.tasks.values():
                token.workflow = None
            scope.tasks.clear()
            scope.__dict__.pop("top_workflow", None)
            scope.__dict__.pop("caller", None)
        self.subprocesses.clear()
        self.ready.clear()
        self.event_manager = None


def _awaits(token: Token, name: str) -> bool:
    signal = getattr(token.task_spec, "signal", None)
    return signal is not None and signal.name == name
