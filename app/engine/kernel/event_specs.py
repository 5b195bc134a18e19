"""Events that are waited for, in the flow of tokens, on the boundary of an activity, or at the head of an event subprocess."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.engine.kernel.element_specs import ElementSpec
from app.engine.kernel.expressions import Formula, json_of
from app.engine.kernel.happenings import Kind
from app.engine.kernel.json_values import to_json
from app.engine.kernel.timers import Timer, next_round
from app.engine.kernel.tokens import COMPLETED, STARTED, WAITING, Token
from app.engine.kernel.triggers import Cancel, Condition, ErrorCode, Escalation, Message, Signal, Trigger

__all__ = ["BoundarySpec", "CatchSpec", "Message", "RaceSpec", "WatchSpec"]


class CatchSpec(ElementSpec):
    """A catch event, typed start event or receive task: the token waits for what triggers it."""

    def __init__(self, wf_spec: Any, bpmn_id: str, *, trigger: Trigger | None = None, **kwargs: Any) -> None:
        """Take the trigger; None only where several events are members of this one."""
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.timer = trigger if isinstance(trigger, Timer) else None
        self.message = trigger if isinstance(trigger, Message) else None
        self.signal = trigger if isinstance(trigger, Signal) else None
        self.condition = trigger if isinstance(trigger, Condition) else None
        self.caught_code = trigger.code if isinstance(trigger, ErrorCode) else None
        self.caught_escalation = trigger.code if isinstance(trigger, Escalation) else None
        self.catches_cancel = isinstance(trigger, Cancel)

    def _update_hook(self, token: Token) -> bool:
        self.arm(token)
        token._set_state(WAITING)  # noqa: SLF001
        return False

    def arm(self, token: Token) -> None:
        """Note what the waiting needs: the moment of a timer, the key of a message."""
        if self.timer is not None:
            now = token.workflow.top_workflow.host.now()
            token.internal_data.update(self.timer.arm(token.context(), now))
        elif self.message is not None and self.message.correlation is not None:
            token.internal_data["key"] = correlation_text(self.message.correlation, token.context())

    def receive(self, token: Token, payload: Mapping[str, Any]) -> None:
        """The awaited message is here."""
        top = token.workflow.top_workflow
        top.note(Kind.MESSAGE_RECEIVED, token)
        if self.message is not None and self.message.outputs:
            token.data.update(
                json_of(self.message.outputs, {**token.context(), "payload": dict(payload)}, self.element)
            )
        else:
            token.data.update(to_json(payload))
        self.fire(token)

    def ring(self, token: Token) -> None:
        """The timer's moment has come."""
        token.workflow.top_workflow.note(Kind.TIMER_FIRED, token)
        self.fire(token)

    def look(self, token: Token) -> bool:
        """Whether the condition has become true since the last look; if so the event fires."""
        if self.condition is None:
            return False
        was, now = token.internal_data.get("met", False), self.condition.formula.value(token.context()) is True
        if now != was:
            token.internal_data["met"] = now
        if now and not was:
            self.fire(token)
            return True
        return False

    def fire(self, token: Token) -> None:
        """What was waited for has happened: whoever waited beside it is withdrawn, and the token goes on."""
        group = token.parent
        if group is not None:
            group.task_spec.withdraw_rivals(group, token)
        token._set_state(COMPLETED)  # noqa: SLF001
        self._on_complete(token)

    def stay(self, token: Token) -> None:
        """After an event that interrupts nothing: wait on, unless a timer has run out."""
        if self.timer is None:
            return
        scope = token.workflow
        again = next_round(token.internal_data, scope.top_workflow.host.now())
        if again is None:
            token._set_state(COMPLETED)  # noqa: SLF001
            scope.forget(token)
        else:
            token.internal_data = again


class BoundarySpec(CatchSpec):
    """An event on the boundary of an activity, armed while the activity is at work."""

    def __init__(self, wf_spec: Any, bpmn_id: str, *, interrupts: bool, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.interrupts = interrupts

    def kind_of(self, before: int, after: int) -> Kind | None:
        """Being armed and withdrawn is no event of the case; firing is noted as such."""
        return super().kind_of(before, after) if after == COMPLETED else None

    def fire(self, token: Token) -> None:
        """Take over, or start a token beside the activity and stay armed if it can happen again."""
        if self.interrupts:
            super().fire(token)
            return
        for spec in self.following(token):
            token.workflow.place(spec, source=self.name)
        self.stay(token)


class WatchSpec(CatchSpec):
    """The hidden watch of an event subprocess: a token waits for its start event while the scope around it is at work."""

    is_hidden = True
    is_watch = True

    def __init__(self, wf_spec: Any, bpmn_id: str, *, interrupts: bool, begins: str, **kwargs: Any) -> None:
        """Take the name of the event subprocess, and whether it takes over the scope around it."""
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.interrupts = interrupts
        self.begins = begins

    def fire(self, token: Token) -> None:
        """Begin the event subprocess, alone in its scope if it interrupts."""
        scope = token.workflow
        if self.interrupts:
            for other in list(scope.tasks.values()):
                if other is not token:
                    other.cancel()
        scope.place(self._wf_spec.task_specs[self.begins], source=self.name)
        if self.interrupts:
            token.cancel()
        else:
            self.stay(token)


class RaceSpec(ElementSpec):
    """An event-based gateway: every event behind it is waited for, the first one wins."""

    def _update_hook(self, token: Token) -> bool:
        token._set_state(STARTED)  # noqa: SLF001
        for spec in self.outputs:
            token.workflow.place(spec, parent=token, source=self.name)
        return False

    def withdraw_rivals(self, token: Token, winner: Token) -> None:
        """One event has happened."""
        for other in token.members():
            if other is not winner:
                other.cancel()

    def member_completed(self, token: Token, _winner: Token) -> None:
        """The winner's token has gone on; the gateway is done."""
        token._set_state(COMPLETED)  # noqa: SLF001
        token.workflow.hand_on(token, ())


def correlation_text(correlation: Formula, context: Mapping[str, Any]) -> str | None:
    """The key of a message as text; None when there is none."""
    value = to_json(correlation.value(context))
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise correlation.refuse(context, f"is {value!r}; a correlation is text or a number")
