"""A diagram file as XML, and what its parts refer to by id: lanes, messages, errors, correlations, boundary events."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from lxml import etree

from app.engine.kernel.errors import KernelRefusal

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
QL = "urn:quanliu:bpmn:1.0"

Node = etree._Element  # noqa: SLF001 -- the only name that lxml gives its elements


def bpmn(name: str) -> str:
    """The full tag of a BPMN element."""
    return f"{{{BPMN}}}{name}"


def ql(name: str) -> str:
    """The full tag of one of our extension elements."""
    return f"{{{QL}}}{name}"


def local_name(node: Node) -> str:
    """The tag without its namespace."""
    return str(etree.QName(node).localname)


def text_of(node: Node | None) -> str:
    """The text inside an element, without white space around it; '' when there is none."""
    return "".join(map(str, node.itertext())).strip() if node is not None else ""


class Document:
    """One file of a bundle."""

    def __init__(self, file: str, content: bytes) -> None:
        """Read the XML; raise KernelRefusal if it is none, or declares a document type."""
        self.file = file
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
        )
        try:
            self.root: Node = etree.fromstring(content, parser)
        except etree.XMLSyntaxError as error:
            raise KernelRefusal(
                file, "", f"it is not XML: {error}", "Save the diagram again with a BPMN editor"
            ) from error
        if self.root.getroottree().docinfo.internalDTD is not None:
            raise KernelRefusal(file, "", "it declares a document type", "Remove the DOCTYPE")

    def refuse(self, node: Node, reason: str, remedy: str) -> KernelRefusal:
        """The refusal of one of its elements, by its id or that of the nearest element around it that has one."""
        here: Node | None = node
        while here is not None and not here.get("id"):
            here = here.getparent()
        return KernelRefusal(self.file, str(here.get("id")) if here is not None else local_name(node), reason, remedy)

    def find_all(self, name: str) -> Iterator[Node]:
        """Every BPMN element of that name, in the order of the text."""
        return iter(self.root.iter(bpmn(name)))

    @cached_property
    def lanes(self) -> dict[str, str]:
        """The innermost lane's id by the id of the element in it."""
        found: dict[str, str] = {}
        for reference in self.find_all("flowNodeRef"):  # an outer lane's references stand before its inner lanes
            lane = reference.getparent()
            if lane is not None:
                found[text_of(reference)] = lane.get("id", "")
        return found

    @cached_property
    def messages(self) -> dict[str, str]:
        """Message names by id."""
        return {node.get("id", ""): node.get("name") or node.get("id") or "" for node in self.find_all("message")}

    @cached_property
    def errors(self) -> dict[str, str]:
        """Error codes by id; '' for an error without a code."""
        return {node.get("id", ""): node.get("errorCode", "") for node in self.find_all("error")}

    @cached_property
    def signals(self) -> dict[str, str]:
        """Signal names by id."""
        return {node.get("id", ""): node.get("name") or node.get("id") or "" for node in self.find_all("signal")}

    @cached_property
    def escalations(self) -> dict[str, str]:
        """Escalation codes by id; '' for an escalation without a code."""
        return {node.get("id", ""): node.get("escalationCode", "") for node in self.find_all("escalation")}

    @cached_property
    def by_id(self) -> dict[str, Node]:
        """Every element that has an id."""
        return {node.get("id", ""): node for node in self.root.iter() if isinstance(node.tag, str) and node.get("id")}

    def definitions(self, event: Node) -> list[Node]:
        """The definitions of an event, those that it refers to included."""
        found = []
        for child in event:
            name = local_name(child)
            if name.endswith("EventDefinition"):
                found.append(child)
            elif name == "eventDefinitionRef":
                target = self.by_id.get(text_of(child).rpartition(":")[2])
                if target is None or not local_name(target).endswith("EventDefinition"):
                    raise self.refuse(event, f"there is no event definition {text_of(child)!r}", "Refer to one")
                found.append(target)
        return found

    @cached_property
    def boundary_events(self) -> dict[str, list[Node]]:
        """Boundary events by the id of the activity they are attached to; those for compensation wait for nothing."""
        found: dict[str, list[Node]] = {}
        for node in self.find_all("boundaryEvent"):
            if not self.is_compensation(node):
                found.setdefault(node.get("attachedToRef", ""), []).append(node)
        return found

    def is_compensation(self, event: Node) -> bool:
        """Whether a boundary event only names the activity that undoes another."""
        return [local_name(one) for one in self.definitions(event)] == ["compensateEventDefinition"]

    def correlation_of(self, message_id: str) -> str | None:
        """The expression over process data that gives the key which a message must carry.

        It stands in a correlationSubscription's dataPath for the message's correlation property; without one, the
        property's own messagePath is read with the names of process data.
        """
        for retrieval in self.find_all("correlationPropertyRetrievalExpression"):
            if retrieval.get("messageRef") != message_id:
                continue
            owner = retrieval.getparent()
            bound = self._bindings.get(owner.get("id") or "") if owner is not None else None
            return bound or text_of(retrieval)
        return None

    @cached_property
    def _bindings(self) -> dict[str, str]:
        return {
            node.get("correlationPropertyRef", ""): text_of(node.find(bpmn("dataPath")))
            for node in self.find_all("correlationPropertyBinding")
        }
