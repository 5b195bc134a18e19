"""Events that are thrown: each definition of a throw or end event is one act, done in the order of the diagram."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from app.engine.kernel.element_specs import ElementSpec
from app.engine.kernel.error_path import catch_error, catch_escalation
from app.engine.kernel.errors import UncaughtBpmnError
from app.engine.kernel.event_specs import correlation_text
from app.engine.kernel.expressions import Formula, json_of
from app.engine.kernel.model import Output
from app.engine.kernel.tokens import Token
from app.engine.kernel.undo import begin_undo


@dataclass(frozen=True, slots=True)
class Thrown:
    """What a case has thrown to the world outside it."""

    kind: str
    """`message`, `signal`, or `escalation` for one that nothing in the case caught."""
    name: str
    correlation: str | None
    payload: Mapping[str, Any]


class Throw(Protocol):
    """One act of throwing."""

    def throw(self, token: Token) -> bool:
        """Do it; False when the token has to wait for what it set going."""


@dataclass(frozen=True, slots=True)
class ThrowMessage:
    """Sends a message to whoever waits for it, in this case or another."""

    name: str
    correlation: Formula | None
    inputs: tuple[Output, ...]

    def throw(self, token: Token) -> bool:
        """Hand it to the world outside, which knows who waits."""
        context = token.context()
        key = None if self.correlation is None else correlation_text(self.correlation, context)
        payload = json_of(self.inputs, context, token.task_spec.element)
        token.workflow.top_workflow.thrown.append(Thrown("message", self.name, key, payload))
        return True


@dataclass(frozen=True, slots=True)
class ThrowSignal:
    """Sends a signal to everyone who waits for it now."""

    name: str

    def throw(self, token: Token) -> bool:
        """Those in this case get it at once, the world outside later."""
        top = token.workflow.top_workflow
        top.broadcast(self.name)
        top.thrown.append(Thrown("signal", self.name, None, {}))
        return True


@dataclass(frozen=True, slots=True)
class ThrowEscalation:
    """Escalates: the nearest event around that catches the code acts; without one the flow goes on."""

    code: str

    def throw(self, token: Token) -> bool:
        """What nobody catches is noted for the world outside."""
        top = token.workflow.top_workflow
        if not catch_escalation(token, self.code):
            top.thrown.append(Thrown("escalation", self.code, None, {}))
        return True


@dataclass(frozen=True, slots=True)
class ThrowError:
    """Throws an error: the nearest event around that catches the code takes over."""

    code: str

    def throw(self, token: Token) -> bool:
        """Raises UncaughtBpmnError when nothing catches it."""
        if not catch_error(token, self.code):
            raise UncaughtBpmnError(token.task_spec.process_key, token.task_spec.bpmn_id, self.code)
        return True


@dataclass(frozen=True, slots=True)
class Terminate:
    """Withdraws every other token of its scope."""

    def throw(self, token: Token) -> bool:
        """At once."""
        withdraw_others(token)
        return True


@dataclass(frozen=True, slots=True)
class Compensate:
    """Undoes what was completed in the scope, or one activity of it, the latest first."""

    activity: str | None
    waits: bool

    def throw(self, token: Token) -> bool:
        """Begin; the token waits for the end of it unless the diagram says otherwise."""
        return begin_undo(token, self.activity, waits=self.waits)


@dataclass(frozen=True, slots=True)
class CancelTransaction:
    """Withdraws what is at work in the transaction and undoes what was completed."""

    def throw(self, token: Token) -> bool:
        """Begin; when all is undone the transaction is left by its cancel event."""
        withdraw_others(token)
        return begin_undo(token, None, waits=True)


class ThrowSpec(ElementSpec):
    """A throw or end event or send task: throws, then passes the token on."""

    def __init__(self, wf_spec: Any, bpmn_id: str, *, throws: tuple[Throw, ...], **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.throws = throws

    def _run_hook(self, token: Token) -> bool:
        begun = token.internal_data.get("thrown", 0)
        for number, one in enumerate(self.throws[begun:], start=begun + 1):
            token.internal_data["thrown"] = number
            if not one.throw(token) or token.is_finished:
                return False
        if any(isinstance(one, CancelTransaction) for one in self.throws):
            leave_transaction(token)
        return True


def withdraw_others(token: Token) -> None:
    """Withdraw every other token of a scope."""
    for other in list(token.workflow.tasks.values()):
        if other is not token:
            other.cancel()


def leave_transaction(token: Token) -> None:
    """The cancel event on the boundary takes over; without one the transaction ends and nothing follows it."""
    caller = token.workflow.caller
    if caller is None:
        raise AssertionError("admission keeps cancel events inside transactions")
    guard = caller.parent
    if guard is not None:
        for event in guard.members():
            if getattr(event.task_spec, "catches_cancel", False):
                event.task_spec.fire(event)
                return
    (guard or caller).cancel()
    caller.workflow.spec.settle(caller.workflow)
