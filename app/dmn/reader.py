"""Reads a DMN file into a model; every expression is compiled here, and what is not supported is refused."""

from collections.abc import Iterable

from app.dmn.graph import Item, read_graph
from app.dmn.imports import Home, Library, open_home
from app.dmn.model import Model, Step
from app.dmn.model_file import ModelFile
from app.dmn.xml_source import Element, Source, attribute, local

_KNOWN_ROOT_PARTS = {
    "description",
    "extensionElements",
    "import",
    "itemDefinition",
    "decision",
    "inputData",
    "businessKnowledgeModel",
    "decisionService",
    "knowledgeSource",
    "businessContextElement",
    "artifact",
    "textAnnotation",
    "association",
    "group",
    "elementCollection",
    "organizationUnit",
    "performanceIndicator",
}


def read_model(content: bytes, *, source: str = "", tolerant: bool = False, imports: Iterable[bytes] = ()) -> Model:
    """The model of a DMN 1.2 to 1.5 file; `source` names it in errors, `imports` are the files that it may import.

    `tolerant` is for foreign models: a decision that cannot be read becomes null instead of refusing the whole file.
    Raises DmnReadError.
    """
    home = open_home(Source(content, source), Library(imports))
    items: dict[str, Item] = {}
    _check_parts(home)
    read_graph(home, items)
    file = _read_file(home, items, {}, tolerant=tolerant)
    return Model(
        attribute(home.source.root, "name"), source, file.decisions(), tuple(file.services), file.function_decisions()
    )


def _read_file(home: Home, items: dict[str, Item], steps: dict[str, Step], *, tolerant: bool) -> ModelFile:
    """The file and, before it, those that it imports; their steps are added by key."""
    below = [_read_file(each, items, steps, tolerant=tolerant) for each in home.imported.values()]
    return ModelFile(home, items, steps, below, tolerant=tolerant)


def _check_parts(home: Home) -> None:
    for below in home.imported.values():
        _check_parts(below)
    for child in home.source.children(home.source.root):
        if local(child) not in _KNOWN_ROOT_PARTS and not _is_diagram(child):
            home.source.refuse(child, f"{local(child)} is not supported", "Put everything into one file without it")


def _is_diagram(element: Element) -> bool:
    return local(element) == "DMNDI"
