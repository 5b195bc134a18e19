"""The requirements between the elements of a model: who needs what, in which order."""

from dataclasses import dataclass, field

from app.dmn.imports import Home, Space
from app.dmn.xml_source import Element, attribute, local
from app.feel.name_book import normalize_name


@dataclass(slots=True)
class Item:
    """A decision, input, piece of knowledge or service, and the keys of what it requires."""

    id: str
    name: str
    kind: str
    element: Element
    home: Home
    inputs: list[str] = field(default_factory=list)
    decisions: list[str] = field(default_factory=list)
    knowledge: list[str] = field(default_factory=list)

    @property
    def space(self) -> Space:
        """Where it stands among the imports."""
        return self.home.space


_KINDS = ("decision", "inputData", "businessKnowledgeModel", "decisionService")
_LINKS = {"requiredInput": "inputs", "requiredDecision": "decisions", "requiredKnowledge": "knowledge"}


def read_graph(home: Home, items: dict[str, Item]) -> None:
    """Add all items of a file by key, those that it imports before; refuses references to nowhere and circles."""
    for below in home.imported.values():
        read_graph(below, items)
    own: list[Item] = []
    for element in home.source.children(home.source.root, *_KINDS):
        item = _read_item(home, element)
        if item.id in items:
            home.source.refuse(element, f"the id {item.id} is used twice", "Give each element its own id")
        items[item.id] = item
        own.append(item)
    for item in own:
        _read_links(item, items)
    for item in own:
        if item.kind == "decision":
            required_order(item, items)


def _read_item(home: Home, element: Element) -> Item:
    variable = home.source.child(element, "variable")
    name = normalize_name(attribute(element, "name"))
    if not name:
        home.source.refuse(element, "it has no name", "Name it")
    named = normalize_name(attribute(variable, "name")) if variable is not None else ""
    return Item(home.key(attribute(element, "id") or name), named or name, local(element), element, home)


def _read_links(item: Item, items: dict[str, Item]) -> None:
    source = item.home.source
    for requirement in source.children(item.element, "informationRequirement", "knowledgeRequirement"):
        for link in source.children(requirement, *_LINKS):
            target = _target(item.home, link, items)
            getattr(item, _LINKS[local(link)]).append(target.id)


def _target(home: Home, link: Element, items: dict[str, Item]) -> Item:
    reference = attribute(link, "href")
    found = items.get(home.key_of(reference))
    if found is None:
        home.source.refuse(link, f"{reference} leads nowhere", "Draw the requirement again")
    return found


def linked(parent: Item, name: str, items: dict[str, Item]) -> list[Item]:
    """The items that children of this name refer to, in their order."""
    home = parent.home
    return [_target(home, link, items) for link in home.source.children(parent.element, name)]


def required_order(last: Item, items: dict[str, Item], given: frozenset[str] = frozenset()) -> list[Item]:
    """The decisions to evaluate for the last one, each after those that it requires; `given` keys are not evaluated."""
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
            circle = items[item_id]
            circle.home.source.refuse(
                circle.element, "the decision requires itself", "Break the circle of requirements"
            )
        elif item_id not in done:
            path.append(item_id)
            waiting.append((item_id, True))
            waiting.extend((each, False) for each in reversed(items[item_id].decisions) if each not in done)
    return order
