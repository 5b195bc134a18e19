"""From the events of a diagram to their specs."""

from __future__ import annotations

from typing import Any

from app.engine.kernel.documents import Node, local_name, text_of
from app.engine.kernel.element_parsers import ElementParser
from app.engine.kernel.element_specs import ElementSpec, EndSpec, ErrorEndSpec
from app.engine.kernel.event_specs import Message
from app.engine.kernel.timers import LITERAL, Timer, TimerKind, check_literal


class EventParser(ElementParser):
    """Any event: at most one definition, of a kind that the kernel can run where it stands."""

    allowed: frozenset[str] = frozenset()

    def definition(self) -> Node | None:
        """The event's definition; None for a plain event."""
        found = [child for child in self.node if local_name(child).endswith(("EventDefinition", "eventDefinitionRef"))]
        if len(found) > 1:
            raise self.place.document.refuse(self.node, "it has several event definitions", "Draw one event for each")
        kind = local_name(found[0]) if found else ""
        if kind not in self.allowed:
            remedy = f"Possible here: {', '.join(sorted(one or 'no definition' for one in self.allowed))}"
            raise self.place.document.refuse(
                self.node, f"{kind or 'an event without a definition'} is not supported here", remedy
            )
        return found[0] if found else None

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
                self.node, "a cycle makes sense on a non-interrupting boundary event alone", "Use timeDuration"
            )
        if LITERAL.fullmatch(text) is None:
            return Timer(kind, self.place.formula(text, found[0]))
        try:
            check_literal(kind, text)
        except (ValueError, OverflowError) as error:
            raise self.place.document.refuse(self.node, f"its timer: {error}", "Correct the ISO 8601 text") from error
        return Timer(kind, text)

    def error_code(self, definition: Node) -> str:
        """The code of the error that a definition refers to; '' without a reference."""
        reference = definition.get("errorRef")
        if not reference:
            return ""
        if reference not in self.place.document.errors:
            raise self.place.document.refuse(
                self.node, f"there is no error {reference!r}", "Refer to a bpmn:error of this file"
            )
        return self.place.document.errors[reference]


class StartEventParser(EventParser):
    """A plain start event."""

    allowed = frozenset({""})

    def create_task(self) -> ElementSpec:
        """Behind the hidden start."""
        self.definition()
        spec = self.new_spec()
        self.spec.start.connect(spec)
        return spec


class ThrowEventParser(EventParser):
    """An intermediate throw event without a definition: a milestone."""

    allowed = frozenset({""})

    def create_task(self) -> ElementSpec:
        """Passes."""
        self.definition()
        return self.new_spec()


class EndEventParser(EventParser):
    """An end event: plain, terminate or error."""

    allowed = frozenset({"", "terminateEventDefinition", "errorEventDefinition"})

    def create_task(self) -> ElementSpec:
        """Its spec depends on its definition."""
        definition = self.definition()
        if definition is None or local_name(definition) == "terminateEventDefinition":
            return EndSpec(self.spec, self.bpmn_id, terminates=definition is not None, lane=self.lane)
        code = self.error_code(definition)
        if not code:
            raise self.place.document.refuse(
                self.node, "it throws an error without a code", "Refer to a bpmn:error with errorCode"
            )
        return ErrorEndSpec(self.spec, self.bpmn_id, error_code=code, lane=self.lane)


class CatchEventParser(EventParser):
    """An intermediate catch event for a timer or a message."""

    allowed = frozenset({"timerEventDefinition", "messageEventDefinition"})

    def create_task(self) -> ElementSpec:
        """With its trigger."""
        definition = self.definition()
        if definition is None:
            raise AssertionError("a plain catch event is not allowed")
        return self.new_spec(trigger=self.trigger(definition))

    def trigger(self, definition: Node, *, repeats: bool = False) -> Any:
        """What is waited for."""
        if local_name(definition) == "timerEventDefinition":
            return self.timer(definition, repeats=repeats)
        return self.message(definition)


class BoundaryEventParser(CatchEventParser):
    """A boundary event for a timer, a message or an error."""

    allowed = frozenset({"timerEventDefinition", "messageEventDefinition", "errorEventDefinition"})

    def create_task(self) -> ElementSpec:
        """With its trigger and whether it interrupts."""
        definition = self.definition()
        if definition is None:
            raise AssertionError("a plain boundary event is not allowed")
        interrupts = self.node.get("cancelActivity", "true") == "true"
        if local_name(definition) != "errorEventDefinition":
            return self.new_spec(trigger=self.trigger(definition, repeats=not interrupts), interrupts=interrupts)
        if not interrupts:
            raise self.place.document.refuse(self.node, "an error always interrupts", 'Set cancelActivity="true"')
        return self.new_spec(trigger=self.error_code(definition), interrupts=True)


class ReceiveTaskParser(EventParser):
    """A receive task: an activity that waits for a message."""

    def create_task(self) -> ElementSpec:
        """With its message."""
        if self.node.get("instantiate") == "true":
            raise self.place.document.refuse(
                self.node, "a receive task that starts a case is not supported", "Use a start event"
            )
        return self.new_spec(trigger=self.message(self.node))
