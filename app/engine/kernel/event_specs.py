"""Events that are waited for: timers, messages and errors, in the flow of tokens or on the boundary of an activity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.engine.kernel.element_specs import ElementSpec
from app.engine.kernel.expressions import Formula, json_of
from app.engine.kernel.happenings import Kind
from app.engine.kernel.json_values import to_json
from app.engine.kernel.model import Output
from app.engine.kernel.timers import Timer, next_round
from app.engine.kernel.tokens import COMPLETED, STARTED, WAITING, Token


@dataclass(frozen=True, slots=True)
class Message:
    """The message that an event waits for."""

    name: str
    correlation: Formula | None
    """Gives the text that a message must carry to be meant for this case; None: the name is enough."""
    outputs: tuple[Output, ...]
    """What is taken from `payload` into the variables; when empty, the whole payload is."""


class CatchSpec(ElementSpec):
    """An intermediate catch event or receive task: the token waits for its timer or message."""

    def __init__(self, wf_spec: Any, bpmn_id: str, *, trigger: Timer | Message | str, **kwargs: Any) -> None:
        """Take the trigger: a timer, a message, or, on a boundary, an error code."""
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.timer = trigger if isinstance(trigger, Timer) else None
        self.message = trigger if isinstance(trigger, Message) else None
        self.caught_code = trigger if isinstance(trigger, str) else None

    def _update_hook(self, token: Token) -> bool:
        if self.timer is not None:
            now = token.workflow.top_workflow.host.now()
            token.internal_data.update(self.timer.arm(token.context(), now))
        elif self.message is not None and self.message.correlation is not None:
            token.internal_data["key"] = _correlation_text(self.message.correlation, token.context())
        token._set_state(WAITING)  # noqa: SLF001
        return False

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

    def fire(self, token: Token) -> None:
        """What was waited for has happened: whoever waited beside it is withdrawn, and the token goes on."""
        group = token.parent
        if group is not None:
            group.task_spec.withdraw_rivals(group, token)
        token._set_state(COMPLETED)  # noqa: SLF001
        self._on_complete(token)


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
        scope = token.workflow
        for spec in self.outputs:
            scope.place(spec, source=self.name)
        if self.timer is None:
            return
        again = next_round(token.internal_data, scope.top_workflow.host.now())
        if again is None:
            token._set_state(COMPLETED)  # noqa: SLF001
            scope.forget(token)
        else:
            token.internal_data = again


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


def _correlation_text(correlation: Formula, context: Mapping[str, Any]) -> str | None:
    value = to_json(correlation.value(context))
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise correlation.refuse(context, f"is {value!r}; a correlation is text or a number")
