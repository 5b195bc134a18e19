"""From the events of a diagram to their specs: what may be caught and thrown where (table 10.93 of the standard)."""

from __future__ import annotations

from typing import Any

from app.engine.kernel.documents import Node, bpmn, local_name
from app.engine.kernel.element_parsers import ElementParser
from app.engine.kernel.element_specs import ElementSpec, EndSpec, ErrorEndSpec, PassSpec
from app.engine.kernel.event_definitions import DefinitionReader
from app.engine.kernel.event_specs import BoundarySpec, CatchSpec, WatchSpec
from app.engine.kernel.several_specs import MemberSpec, SeveralBoundarySpec, SeveralCatchSpec, SeveralWatchSpec
from app.engine.kernel.throw_specs import ThrowError, ThrowSpec
from app.engine.kernel.triggers import Trigger

_CAUGHT = frozenset(
    {"messageEventDefinition", "timerEventDefinition", "conditionalEventDefinition", "signalEventDefinition"}
)
_THROWN = frozenset({
    "messageEventDefinition", "escalationEventDefinition", "compensateEventDefinition", "signalEventDefinition",
})  # fmt: skip
_WITHIN = _CAUGHT | {"escalationEventDefinition"}
"""What can be caught from inside an activity or scope without ending it."""

MEMBER = ":member"


class EventParser(ElementParser):
    """Any event: its definitions, each of a kind that is possible where it stands."""

    allowed: frozenset[str] = frozenset()

    def definitions(self, allowed: frozenset[str] | None = None) -> list[Node]:
        """The event's definitions; none for a plain event."""
        possible = self.allowed if allowed is None else allowed
        found = self.place.document.definitions(self.node)
        for kind in [local_name(one) for one in found] or [""]:
            if kind not in possible:
                remedy = f"Possible here: {', '.join(sorted(one or 'no definition' for one in possible))}"
                reason = f"{kind or 'an event without a definition'} is not possible here"
                raise self.place.document.refuse(self.node, reason, remedy)
        return found

    @property
    def reader(self) -> DefinitionReader:
        """Reads this event's definitions."""
        return DefinitionReader(self.place, self.node)

    @property
    def needs_all(self) -> bool:
        """Whether all definitions have to happen."""
        return bool(self.node.get("parallelMultiple") == "true")

    def catching(self, classes: tuple[type[CatchSpec], type[Any]], triggers: list[Trigger], **more: Any) -> ElementSpec:
        """The spec of an event that waits for one trigger, or for several through members."""
        one, several = classes
        name = more.pop("name", self.bpmn_id)
        common = {"lane": self.lane, "bpmn_name": self.node.get("name"), **more}
        if len(triggers) == 1:
            return one(self.spec, name, trigger=triggers[0], **common)
        spec = several(self.spec, name, needs_all=self.needs_all, **common)
        for number, trigger in enumerate(triggers):
            member = MemberSpec(self.spec, f"{name}{MEMBER}{number}", trigger=trigger, lane=self.lane)
            self._settle(member, self.read_element())
            spec.members.append(member.name)
        return spec  # type: ignore[no-any-return]


class StartEventParser(EventParser):
    """A start event: plain, or of a process with what begins it; that of an event subprocess is watched for outside."""

    def create_task(self) -> ElementSpec:
        """Behind the hidden start."""
        inside = self.process_parser
        if inside.is_handler:
            return self._connected(PassSpec(self.spec, self.bpmn_id, lane=self.lane))
        found = self.definitions(frozenset({""}) | (_CAUGHT if inside.level == 0 else frozenset()))
        if not found:
            return self._connected(PassSpec(self.spec, self.bpmn_id, lane=self.lane, bpmn_name=self.node.get("name")))
        triggers = [self.reader.trigger(one, repeats=False) for one in found]
        spec = self.catching((CatchSpec, SeveralCatchSpec), triggers)
        inside.typed_starts.append(spec)
        return spec

    def _connected(self, spec: ElementSpec) -> ElementSpec:
        self.spec.start.connect(spec)
        return spec


class WatchParser(EventParser):
    """The start event of an event subprocess, read as the watch for it in the scope around it."""

    def parse_watch(self, handler: str) -> ElementSpec | None:
        """The watch; None for a compensation, which is only called upon."""
        interrupts = self.node.get("isInterrupting", "true") == "true"
        ends = frozenset({"errorEventDefinition", "compensateEventDefinition"}) if interrupts else frozenset()
        found = self.definitions(_WITHIN | ends)
        if any(local_name(one) == "compensateEventDefinition" for one in found):
            self.spec.undo_handler = handler
            return None
        triggers = [self.reader.trigger(one, repeats=not interrupts) for one in found]
        spec = self.catching(
            (WatchSpec, SeveralWatchSpec), triggers, interrupts=interrupts, begins=handler, name=f"{handler}:watch"
        )
        self._settle(spec, self.read_element())
        self.spec.watches.append(spec.name)
        return spec


class ThrowEventParser(EventParser):
    """An intermediate throw event; without a definition a milestone."""

    allowed = _THROWN | {"", "linkEventDefinition"}

    def create_task(self) -> ElementSpec:
        """Throws, then passes."""
        found = self.definitions()
        if any(local_name(one) == "linkEventDefinition" for one in found):
            self.process_parser.link_sources.append((self.reader.link(found), self.bpmn_id))
            return PassSpec(self.spec, self.bpmn_id, lane=self.lane)
        if not found:
            return self.new_spec()
        return ThrowSpec(self.spec, self.bpmn_id, throws=self.reader.throws(found), lane=self.lane)


class EndEventParser(EventParser):
    """An end event: plain, or with what it throws, ends or withdraws."""

    allowed = _THROWN | {"", "terminateEventDefinition", "errorEventDefinition", "cancelEventDefinition"}

    def create_task(self) -> ElementSpec:
        """Its spec depends on its definitions."""
        found = self.definitions()
        kinds = [local_name(one) for one in found]
        if not found or kinds == ["terminateEventDefinition"]:
            return EndSpec(self.spec, self.bpmn_id, terminates=bool(found), lane=self.lane)
        if "cancelEventDefinition" in kinds and self.process_parser.node.tag != bpmn("transaction"):
            raise self.place.document.refuse(
                self.node, "a cancel end event lies outside of a transaction", "Draw it directly in a transaction"
            )
        throws = self.reader.throws(found)
        if len(throws) == 1 and isinstance(throws[0], ThrowError):
            return ErrorEndSpec(self.spec, self.bpmn_id, error_code=throws[0].code, lane=self.lane)
        return ThrowSpec(self.spec, self.bpmn_id, throws=throws, lane=self.lane)


class CatchEventParser(EventParser):
    """An intermediate catch event."""

    allowed = _CAUGHT | {"linkEventDefinition"}

    def create_task(self) -> ElementSpec:
        """With its triggers; a link is where a flow goes on."""
        found = self.definitions()
        if any(local_name(one) == "linkEventDefinition" for one in found):
            self.process_parser.link_targets.append((self.reader.link(found), self.bpmn_id))
            return PassSpec(self.spec, self.bpmn_id, lane=self.lane)
        triggers = [self.reader.trigger(one, repeats=False) for one in found]
        return self.catching((CatchSpec, SeveralCatchSpec), triggers)


class BoundaryEventParser(EventParser):
    """A boundary event."""

    def create_task(self) -> ElementSpec:
        """With its triggers and whether it interrupts."""
        interrupts = self.node.get("cancelActivity", "true") == "true"
        if self.place.document.is_compensation(self.node):
            return PassSpec(self.spec, self.bpmn_id, lane=self.lane)
        ends = frozenset({"errorEventDefinition", "cancelEventDefinition"}) if interrupts else frozenset()
        found = self.definitions(_WITHIN | ends)
        triggers = [self.reader.trigger(one, repeats=not interrupts) for one in found]
        return self.catching((BoundarySpec, SeveralBoundarySpec), triggers, interrupts=interrupts)


class ReceiveTaskParser(EventParser):
    """A receive task: an activity that waits for a message."""

    def create_task(self) -> ElementSpec:
        """With its message; one that starts a case has no flow into it."""
        return self.new_spec(trigger=self.reader.message(self.node))


class SendTaskParser(EventParser):
    """A send task: throws a message."""

    def create_task(self) -> ElementSpec:
        """With its message."""
        return self.new_spec(throws=(self.reader.throw_message(self.node),))
