"""Our own words in a diagram, below `bpmn:extensionElements`: see docs/architecture.md, "The diagram's own words"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.engine.kernel.documents import Document, Node, bpmn, local_name, ql, text_of
from app.engine.kernel.expressions import RESERVED_NAMES, Formula
from app.engine.kernel.model import DecisionElement, FlowElement, Output, ServiceTaskElement, UserTaskElement
from app.feel import Expression, FeelError, compile_expression

DEFAULT_RETRIES = 3


@dataclass(frozen=True, slots=True)
class Place:
    """A node of a diagram with all that is needed to read it."""

    document: Document
    node: Node
    process_key: str
    lane: str | None

    @property
    def id(self) -> str:
        """The element's id."""
        return self.node.get("id", "")

    @property
    def name(self) -> str:
        """The element's name."""
        return self.node.get("name") or self.id

    def extension(self, name: str) -> Node | None:
        """Our extension element of that name, if there is one."""
        return next(self.extensions(name), None)

    def extensions(self, name: str) -> Iterator[Node]:
        """All our extension elements of that name."""
        return iter(self.node.iterfind(f"{bpmn('extensionElements')}/{ql(name)}"))

    def formula(self, text: str, node: Node | None = None) -> Formula:
        """The compiled expression."""
        return Formula(self.process_key, self.id, self.expression(text, node))

    def expression(self, text: str, node: Node | None = None) -> Expression:
        """The compiled expression; raises KernelRefusal when the text is not FEEL."""
        at = self.node if node is None else node
        if not text.strip():
            raise self.document.refuse(at, f"{local_name(at)} holds no expression", "Write a FEEL expression")
        try:
            return compile_expression(text)
        except FeelError as error:
            raise self.document.refuse(at, f"`{text}` is not FEEL: {error}", "Correct the expression") from error

    def optional(self, node: Node | None, attribute: str) -> Expression | None:
        """The expression of an attribute, if it is there."""
        text = node.get(attribute) if node is not None else None
        return None if text is None else self.expression(text, node)

    def mapping(self, node: Node | None, kind: str) -> tuple[Output, ...]:
        """The `ql:input` or `ql:output` entries of an extension element."""
        if node is None:
            return ()
        return tuple(self._entry(entry) for entry in node.iterfind(ql(kind)))

    def _entry(self, entry: Node) -> Output:
        name = entry.get("name", "")
        if not name or (local_name(entry) == "output" and name in RESERVED_NAMES):
            raise self.document.refuse(entry, f"{name!r} cannot be the name of a variable", "Choose another name")
        return Output(name, self.expression(entry.get("value", ""), entry))

    @property
    def articles(self) -> tuple[str, ...]:
        """The articles of law behind the element."""
        return tuple(node.get("id", "") for node in self.extensions("article"))

    def title(self) -> tuple[str, str]:
        """The title in Chinese and in English; the name stands in for what is missing."""
        node = self.extension("title")
        return (self.name, self.name) if node is None else (node.get("zh") or self.name, node.get("en") or self.name)

    def resource(self, kind: str) -> Expression | None:
        """The expression of a `potentialOwner` or `humanPerformer`."""
        path = f"{bpmn(kind)}/{bpmn('resourceAssignmentExpression')}/{bpmn('formalExpression')}"
        node = self.node.find(path)
        return None if node is None else self.expression(text_of(node), node)


def read_user_task(place: Place) -> UserTaskElement:
    """A user task; it must lie in a lane, which is the role of whoever may do it."""
    if place.lane is None:
        raise place.document.refuse(
            place.node, "the user task lies in no lane", "Put it in the lane of the role that does it"
        )
    form, due, bulk = place.extension("form"), place.extension("due"), place.extension("bulk")
    separate = place.extension("separate-from")
    title_zh, title_en = place.title()
    return UserTaskElement(
        id=place.id,
        name=place.name,
        title_zh=title_zh,
        title_en=title_en,
        process_key=place.process_key,
        role=place.lane,
        form_key=(form.get("key") if form is not None else None) or place.id,
        due_working_days=place.optional(due, "working_days"),
        due_duration=place.optional(due, "duration"),
        bulk=bulk is not None and bulk.get("allowed") == "true",
        separate_from=tuple((separate.get("tasks") or "").split()) if separate is not None else (),
        performer=place.resource("humanPerformer"),
        owner=place.resource("potentialOwner"),
        outputs=place.mapping(form, "output"),
        articles=place.articles,
        is_multi_instance=place.node.find(bpmn("multiInstanceLoopCharacteristics")) is not None,
    )


def read_service_task(place: Place) -> ServiceTaskElement:
    """A service task; it must name its operation."""
    operation = place.extension("operation")
    if operation is None or not operation.get("name"):
        raise place.document.refuse(place.node, "the service task names no operation", 'Add <ql:operation name="…"/>')
    later = place.extension("async")
    retries = "0" if later is None else later.get("retries") or str(DEFAULT_RETRIES)
    if not retries.isdigit():
        raise place.document.refuse(place.node, f"{retries!r} is no number of retries", "Write a whole number")
    return ServiceTaskElement(
        id=place.id,
        name=place.name,
        process_key=place.process_key,
        operation=operation.get("name", ""),
        inputs=place.mapping(operation, "input"),
        outputs=place.mapping(operation, "output"),
        is_async=later is not None,
        retries=int(retries),
        backoff=place.optional(later, "backoff"),
        error_codes=_codes_around(place),
        articles=place.articles,
    )


def read_decision(place: Place) -> DecisionElement:
    """A business rule task; it must name its decision."""
    decision = place.extension("decision")
    if decision is None or not decision.get("name"):
        raise place.document.refuse(
            place.node, "the business rule task names no decision", 'Add <ql:decision name="…"/>'
        )
    return DecisionElement(
        id=place.id,
        name=place.name,
        process_key=place.process_key,
        decision=decision.get("name", ""),
        inputs=place.mapping(decision, "input"),
        outputs=place.mapping(decision, "output"),
        articles=place.articles,
    )


def read_flow_element(place: Place) -> FlowElement:
    """Any other element."""
    return FlowElement(place.id, place.name, place.process_key, local_name(place.node), place.articles)


def _codes_around(place: Place) -> frozenset[str]:
    """The codes that error boundaries catch on the task and on the subprocesses around it."""
    codes: set[str] = set()
    node: Node | None = place.node
    while node is not None and node.tag != bpmn("process"):
        for boundary in place.document.boundary_events.get(node.get("id", ""), ()):
            for definition in boundary.iterfind(bpmn("errorEventDefinition")):
                codes.add(place.document.errors.get(definition.get("errorRef") or "", ""))
        node = node.getparent()
    return frozenset(codes)
