"""One case at work within one transaction: start or load it, act, run, look, store it.

An execution lives as long as its transaction. After an exception it may be half changed: throw it away, roll back,
load again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Self

from app.engine.kernel.codec import decode, encode
from app.engine.kernel.element_specs import ServiceTaskSpec, UserTaskSpec
from app.engine.kernel.error_path import catch_error, find_boundary
from app.engine.kernel.errors import ReservedNameError, TaskNotOpenError
from app.engine.kernel.expressions import RESERVED_NAMES, json_of
from app.engine.kernel.happenings import Happening, Kind
from app.engine.kernel.host import Host
from app.engine.kernel.json_values import to_json
from app.engine.kernel.model import ProcessModel
from app.engine.kernel.scopes import ProcessScope
from app.engine.kernel.throw_specs import Thrown
from app.engine.kernel.timers import is_due
from app.engine.kernel.tokens import Token
from app.engine.kernel.waits import OpenTask, PendingService, Subscription

__all__ = ["Execution", "Happening", "Host", "OpenTask", "PendingService", "Subscription"]

STEP_LIMIT = 10_000


class Execution:
    """A case in memory."""

    def __init__(self, process: ProcessScope, step_limit: int = STEP_LIMIT) -> None:
        self.step_limit = step_limit
        self._process = process

    @classmethod
    def start(cls, model: ProcessModel, data: Mapping[str, Any], host: Host) -> Self:
        """A new case before its first step.

        Raises:
            ReservedNameError, NotJsonError: for variables that cannot be.
        """
        process = ProcessScope(model.spec, model.specs, host, _variables(data))
        model.spec.begin(process)
        return cls(process)

    @classmethod
    def start_by(
        cls, model: ProcessModel, event: str, data: Mapping[str, Any], host: Host, payload: Mapping[str, Any]
    ) -> Self:
        """A new case that one of its start events begins, a message's with what the message carries.

        Args:
            model: the process.
            event: the id of the start event.
            data: the variables.
            host: the world around it.
            payload: what the message carries.
        """
        process = ProcessScope(model.spec, model.specs, host, _variables(data))
        spec = model.spec.task_specs[event]
        if spec.inputs and spec.inputs[0] is not model.spec.start and not spec.inputs[0].is_hidden:
            model.spec.begin(process)  # behind a gateway that starts the process: the others are waited for as well
            process.run_ready(STEP_LIMIT)
            token = next(one for one in process.tasks.values() if one.task_spec is spec)
        else:
            for name in model.spec.watches:
                process.place(model.spec.task_specs[name])
            token = process.place(spec)
        if spec.message is None:
            spec.fire(token)
        else:
            spec.receive(token, _variables(payload))
        return cls(process)

    @classmethod
    def load(cls, model: ProcessModel, state: bytes, host: Host) -> Self:
        """The case that `dump` wrote, on the model it was started on.

        Raises StateUnreadableError.
        """
        return cls(decode(state, model.spec, model.specs, host))

    def dump(self) -> bytes:
        """The case in its compact form; it holds living tokens alone, so there is nothing to thin out.

        Raises NotJsonError.
        """
        return encode(self._process)

    def run(self) -> None:
        """Run until every token waits for a person, a message, a timer or a worker.

        Raises:
            StepLimitError: after `step_limit` steps. ExpressionFailedError, NoFlowTakenError, UncaughtBpmnError, and
            what operations raise and no boundary catches.
        """
        self._process.run_ready(self.step_limit)

    @property
    def is_completed(self) -> bool:
        """Whether no token is left."""
        return bool(self._process.completed)

    def variables(self) -> Mapping[str, Any]:
        """The process data."""
        return self._process.data

    def events(self) -> list[Happening]:
        """What happened since this execution was started or loaded, in order."""
        return list(self._process.happenings)

    def tokens(self, process_key: str | None = None) -> list[str]:
        """The ids of the elements where tokens are, each once, on the diagram of the case's process or of another."""
        key = process_key or self._process.spec.process_key
        here = (token for token in self._process.tokens() if token.workflow.spec.process_key == key)
        return list(dict.fromkeys(token.task_spec.bpmn_id for token in here if _shows(token)))

    def open_tasks(self) -> list[OpenTask]:
        """The user tasks that wait for a person."""
        return [
            OpenTask(token.id, token.task_spec.element, token.data, _item_key(token))
            for token in self._process.tokens()
            if token.is_ready and isinstance(token.task_spec, UserTaskSpec)
        ]

    def complete(self, engine_task_id: int, answers: Mapping[str, Any]) -> None:
        """A person has answered: write the outputs into the variables, and let the token go on at the next run.

        Raises TaskNotOpenError, NotJsonError.
        """
        token = self._find(engine_task_id)
        if not (token.is_ready and isinstance(token.task_spec, UserTaskSpec)):
            raise TaskNotOpenError(engine_task_id)
        element = token.task_spec.element
        token.data.update(json_of(element.outputs, {**token.context(), "answers": answers}, element))
        token.complete()

    def data_of(self, engine_task_id: int) -> Mapping[str, Any]:
        """The variables visible to a token.

        Raises TaskNotOpenError.
        """
        return self._find(engine_task_id).data

    def subscriptions(self) -> list[Subscription]:
        """The messages that the case waits for, the longest awaited first."""
        return [
            Subscription(token.id, token.task_spec.message.name, token.internal_data.get("key"))
            for token in self._waiting("message")
        ]

    def deliver(self, message: str, correlation: str | None, payload: Mapping[str, Any]) -> bool:
        """Hand a message to the one event that has waited for it longest; False when none waits for it.

        An event with a correlation takes only a message that carries the same.

        Raises ReservedNameError, NotJsonError for a payload that cannot become variables.
        """
        for token in self._waiting("message"):
            key = token.internal_data.get("key")
            if token.task_spec.message.name == message and key in {None, correlation}:
                token.task_spec.receive(token, _variables(payload))
                return True
        return False

    def thrown(self) -> list[Thrown]:
        """What the case has thrown to the world outside since it was started or loaded, in order."""
        return list(self._process.thrown)

    def hear(self, signal: str) -> int:
        """A signal from outside: every event that waits for it happens; how many did."""
        return int(self._process.broadcast(signal))

    def due_at(self) -> datetime | None:
        """When the next timer falls due."""
        moments = (datetime.fromisoformat(token.internal_data["due"]) for token in self._waiting("timer"))
        return min(moments, default=None)

    def fire_due(self) -> int:
        """Fire the timers whose moment has come, in the order of their moments, each once; how many fired."""
        now, fired = self._process.host.now(), 0
        for token in sorted(self._waiting("timer"), key=lambda one: str(one.internal_data["due"])):
            if not token.is_finished and is_due(token.internal_data, now):
                token.task_spec.ring(token)
                fired += 1
        return fired

    def pending_services(self) -> list[PendingService]:
        """The asynchronous service tasks that wait for a worker, with their inputs as JSON values."""
        return [
            PendingService(
                token.id,
                token.task_spec.element,
                token.task_spec.inputs_of(token),
                find_boundary(token, None) is not None,
            )
            for token in self._process.tokens()
            if token.is_started and isinstance(token.task_spec, ServiceTaskSpec)
        ]

    def finish_service(self, engine_task_id: int, result: Mapping[str, Any] | None) -> None:
        """A worker has done it; then call `run`.

        Raises TaskNotOpenError.
        """
        token = self._service(engine_task_id)
        token.task_spec.take(token, dict(result or {}))
        token.complete()

    def fail_service(self, engine_task_id: int, code: str) -> bool:
        """A worker met an error with a code; whether an error boundary took it. If so, call `run`.

        Raises TaskNotOpenError.
        """
        return catch_error(self._service(engine_task_id), code)

    def cancel(self) -> None:
        """Withdraw every token; the case is over."""
        process = self._process
        if not process.completed:
            process.withdraw_all()
            process.completed = True
            key = process.spec.process_key
            process.happenings.append(Happening(Kind.PROCESS_CANCELLED, key, 0, key))

    def release(self) -> None:
        """Free the memory at once; the execution cannot be used afterwards."""
        self._process.take_apart()

    def _find(self, engine_task_id: int) -> Token:
        token = self._process.find(engine_task_id)
        if token is None:
            raise TaskNotOpenError(engine_task_id)
        return token

    def _service(self, engine_task_id: int) -> Token:
        token = self._find(engine_task_id)
        if not (token.is_started and isinstance(token.task_spec, ServiceTaskSpec)):
            raise TaskNotOpenError(engine_task_id)
        return token

    def _waiting(self, trigger: str) -> list[Token]:
        waiting = [one for one in self._process.tokens() if one.is_waiting]
        return sorted(
            (one for one in waiting if getattr(one.task_spec, trigger, None) is not None), key=lambda one: one.id
        )


def _variables(data: Mapping[str, Any]) -> dict[str, Any]:
    for name in data:
        if name in RESERVED_NAMES:
            raise ReservedNameError(name)
    return dict(to_json(data))


def _shows(token: Token) -> bool:
    """Whether a token stands on the diagram; an armed boundary event and a frame do not."""
    return not token.task_spec.is_hidden and not hasattr(token.task_spec, "interrupts")


def _item_key(token: Token) -> str | None:
    places = [str(index + 1) for index in reversed(list(_indices(token)))]
    return ".".join(places) or None


def _indices(token: Token) -> Iterator[int]:
    """The places of the items around a token, the innermost first."""
    inner: Token | None = token
    while inner is not None:
        if inner.parent is not None:
            index = inner.internal_data.get("index")
            if index is not None:
                yield index
            inner = inner.parent
        else:
            inner = inner.workflow.caller
