"""Data inputs and outputs of the standard: which variable lies behind each."""

from __future__ import annotations

from app.engine.kernel.documents import Document, Node, bpmn, local_name, text_of
from app.engine.kernel.extensions import Place
from app.engine.kernel.model import DataPorts


def read_ports(place: Place) -> DataPorts:
    """The ports of a task, by its data associations."""
    inputs = [_port(place, one, port="targetRef", other="sourceRef") for one in _associations(place, "Input")]
    outputs = [_port(place, one, port="sourceRef", other="targetRef") for one in _associations(place, "Output")]
    return DataPorts(tuple(inputs), tuple(outputs))


def _associations(place: Place, way: str) -> list[Node]:
    return list(place.node.iterfind(bpmn(f"data{way}Association")))


def _port(place: Place, association: Node, *, port: str, other: str) -> tuple[str, str, str]:
    inner, outer = text_of(association.find(bpmn(port))), text_of(association.find(bpmn(other)))
    if not inner or not outer:
        raise place.document.refuse(association, "the association has no two ends", "Give it a source and a target")
    node = place.document.by_id.get(inner)
    return inner, (node.get("name") if node is not None else None) or inner, _variable(place.document, outer)


def _variable(document: Document, reference: str) -> str:
    """The data object behind a reference; other items are variables by their own id."""
    node = document.by_id.get(reference)
    if node is not None and local_name(node) == "dataObjectReference":
        return node.get("dataObjectRef") or reference
    if node is not None and local_name(node) == "dataStoreReference":
        return node.get("dataStoreRef") or reference
    return reference
