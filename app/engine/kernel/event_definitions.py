"""From an event definition to what is waited for or thrown."""

from __future__ import annotations

from dataclasses import dataclass

from app.engine.kernel.documents import Node, bpmn, local_name, text_of
from app.engine.kernel.extensions import Place
from app.engine.kernel.throw_specs import (
    CancelTransaction,
    Compensate,
    Terminate,
    Throw,
    ThrowError,
    ThrowEscalation,
    ThrowMessage,
    ThrowSignal,
)
from app.engine.kernel.timers import LITERAL, Timer, TimerKind, check_literal
from app.engine.kernel.triggers import Cancel, Condition, ErrorCode, Escalation, Message, Signal, Trigger

_LAST = (Compensate, ThrowError, CancelTransaction, Terminate)
"""What ends or holds up the event, after everything else that it throws."""


@dataclass(frozen=True, slots=True)
class DefinitionReader:
    """Reads the definitions of one event."""

    place: Place
    node: Node

    def trigger(self, definition: Node, *, repeats: bool) -> Trigger:
        """What is waited for."""
        kind = local_name(definition)
        if kind == "timerEventDefinition":
            return self.timer(definition, repeats=repeats)
        if kind == "messageEventDefinition":
            return self.message(definition)
        if kind == "conditionalEventDefinition":
            condition = definition.find(bpmn("condition"))
            return Condition(self.place.formula(text_of(condition), condition))
        return self._caught(kind, definition)

    def _caught(self, kind: str, definition: Node) -> Trigger:
        if kind == "signalEventDefinition":
            return Signal(self._signal(definition))
        if kind == "errorEventDefinition":
            return ErrorCode(self._code(definition, "errorRef"))
        if kind == "escalationEventDefinition":
            return Escalation(self._code(definition, "escalationRef"))
        if kind == "cancelEventDefinition":
            return Cancel()
        raise AssertionError(f"{kind} is allowed nowhere that something is waited for")

    def throws(self, definitions: list[Node]) -> tuple[Throw, ...]:
        """What is thrown, in the order of the diagram; what ends the event comes last."""
        found = [self.throw(one) for one in definitions]
        return tuple(sorted(found, key=lambda one: _LAST.index(type(one)) + 1 if isinstance(one, _LAST) else 0))

    def throw(self, definition: Node) -> Throw:
        """One of them."""
        kind = local_name(definition)
        if kind == "messageEventDefinition":
            return self.throw_message(definition)
        if kind == "compensateEventDefinition":
            return Compensate(definition.get("activityRef"), definition.get("waitForCompletion", "true") == "true")
        if kind in {"errorEventDefinition", "escalationEventDefinition"}:
            return self._throw_code(kind, definition)
        if kind == "signalEventDefinition":
            return ThrowSignal(self._signal(definition))
        return Terminate() if kind == "terminateEventDefinition" else CancelTransaction()

    def _throw_code(self, kind: str, definition: Node) -> Throw:
        word = kind.removesuffix("EventDefinition")
        code = self._code(definition, f"{word}Ref")
        if not code:
            reason, remedy = f"it throws an {word} without a code", f"Refer to a bpmn:{word} with {word}Code"
            raise self.place.document.refuse(self.node, reason, remedy)
        return ThrowError(code) if word == "error" else ThrowEscalation(code)

    def throw_message(self, node: Node) -> ThrowMessage:
        """The message that a throw event or send task refers to, with what `ql:message` puts into it."""
        found = self.message(node)
        return ThrowMessage(found.name, found.correlation, self.place.mapping(self.place.extension("message"), "input"))

    def message(self, node: Node) -> Message:
        """The message that the node refers to."""
        reference = node.get("messageRef") or ""
        name = self.place.document.messages.get(reference)
        if not name:
            raise self.place.document.refuse(
                self.node, "it refers to no message", "Set messageRef to a bpmn:message with a name"
            )
        key = self.place.document.correlation_of(reference)
        return Message(
            name,
            None if key is None else self.place.formula(key),
            self.place.mapping(self.place.extension("message"), "output"),
        )

    def timer(self, definition: Node, *, repeats: bool) -> Timer:
        """The timer of a definition."""
        found = [child for child in definition if local_name(child) in set(TimerKind)]
        if len(found) != 1:
            raise self.place.document.refuse(
                self.node, "its timer needs one of date, duration and cycle", "Give one of them"
            )
        kind, text = TimerKind(local_name(found[0])), text_of(found[0])
        if kind is TimerKind.CYCLE and not repeats:
            raise self.place.document.refuse(
                self.node, "a cycle makes sense on an event that interrupts nothing alone", "Use timeDuration"
            )
        if LITERAL.fullmatch(text) is None:
            return Timer(kind, self.place.formula(text, found[0]))
        try:
            check_literal(kind, text)
        except (ValueError, OverflowError) as error:
            raise self.place.document.refuse(self.node, f"its timer: {error}", "Correct the ISO 8601 text") from error
        return Timer(kind, text)

    def link(self, definitions: list[Node]) -> str:
        """The name of the link; a link stands alone."""
        name = definitions[0].get("name")
        if len(definitions) != 1 or not name:
            raise self.place.document.refuse(self.node, "a link is one definition with a name", "Give it its name")
        return name

    def _signal(self, definition: Node) -> str:
        name = self.place.document.signals.get(definition.get("signalRef") or "")
        if not name:
            raise self.place.document.refuse(
                self.node, "it refers to no signal", "Set signalRef to a bpmn:signal with a name"
            )
        return name

    def _code(self, definition: Node, attribute: str) -> str:
        """The code that a definition refers to; '' without a reference."""
        reference = definition.get(attribute)
        if not reference:
            return ""
        document = self.place.document
        known = document.errors if attribute == "errorRef" else document.escalations
        if reference not in known:
            reason = f"{attribute} {reference!r} leads to nothing"
            raise document.refuse(self.node, reason, "Refer to what this file defines")
        return known[reference]
