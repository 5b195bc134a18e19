"""The requirements between the elements of a model: who needs what, in which order."""

from dataclasses import dataclass, field

from app.dmn.xml_source import Element, Source, attribute, local
from app.feel.name_book import normalize_name


@dataclass(slots=True)
class Item:
    """A decision, input, piece of knowledge or service, and the ids of what it requires."""

    id: str
    name: str
    kind: str
    element: Element
    inputs: list[str] = field(default_factory=list)
    decisions: list[str] = field(default_factory=list)
    knowledge: list[str] = field(default_factory=list)


_KINDS = ("decision", "inputData", "businessKnowledgeModel", "decisionService")
_LINKS = {"requiredInput": "inputs", "requiredDecision": "decisions", "requiredKnowledge": "knowledge"}


def read_graph(source: Source) -> dict[str, Item]:
    """All items of the file by id; refuses references to nowhere and circles of decisions."""
    items: dict[str, Item] = {}
    for element in source.children(source.root, *_KINDS):
        item = _read_item(source, element)
        if item.id in items:
            source.refuse(element, f"the id {item.id} is used twice", "Give each element its own id")
        items[item.id] = item
    for item in items.values():
        _read_links(source, item, items)
    for item in items.values():
        if item.kind == "decision":
            required_order(source, item, items)
    return items


def _read_item(source: Source, element: Element) -> Item:
    variable = source.child(element, "variable")
    name = normalize_name(attribute(element, "name"))
    if not name:
        source.refuse(element, "it has no name", "Name it")
    named = normalize_name(attribute(variable, "name")) if variable is not None else ""
    return Item(attribute(element, "id") or name, named or name, local(element), element)


def _read_links(source: Source, item: Item, items: dict[str, Item]) -> None:
    for requirement in source.children(item.element, "informationRequirement", "knowledgeRequirement"):
        for link in source.children(requirement, *_LINKS):
            target = _target(source, link, items)
            getattr(item, _LINKS[local(link)]).append(target.id)


def _target(source: Source, link: Element, items: dict[str, Item]) -> Item:
    reference = attribute(link, "href")
    found = items.get(reference.removeprefix("#"))
    if found is None:
        source.refuse(link, f"{reference} leads nowhere", "Draw the requirement again")
    return found


def linked(source: Source, parent: Element, name: str, items: dict[str, Item]) -> list[Item]:
    """The items that children of this name refer to, in their order."""
    return [_target(source, link, items) for link in source.children(parent, name)]


def required_order(
    source: Source, last: Item, items: dict[str, Item], given: frozenset[str] = frozenset()
) -> list[Item]:
    """The decisions to evaluate for the last one, each after those that it requires; `given` ids are not evaluated."""
    order: list[Item] = []
    done: set[str] = set(given)
    path: list[str] = []
    waiting: list[tuple[str, bool]] = [(last.id, False)]
    while waiting:
        item_id, leaving = waiting.pop()
        if leaving:
            path.pop()
            done.add(item_id)
            order.append(items[item_id])
        elif item_id in path:
            source.refuse(items[item_id].element, "the decision requires itself", "Break the circle of requirements")
        elif item_id not in done:
            path.append(item_id)
            waiting.append((item_id, True))
            waiting.extend((each, False) for each in reversed(items[item_id].decisions) if each not in done)
    return order
