"""Reads item definitions: the types that a model declares for its data."""

from collections.abc import Mapping

from app.dmn.errors import UnreadableCellError
from app.dmn.xml_source import Element, Source, attribute, describe
from app.feel.errors import FeelError
from app.feel.expression import compile_unary_tests
from app.feel.name_book import normalize_name
from app.feel.types import (
    ANY,
    BUILT_IN_TYPES,
    Constrained,
    ContextOfType,
    FeelType,
    FunctionOfType,
    ListOfType,
)

_MAX_DEPTH = 30


class ItemTypes:
    """The declared types of a model, resolved by name, and the names of all their components."""

    def __init__(self, source: Source, imported: Mapping[str, "ItemTypes"] | None = None) -> None:
        self._source = source
        self._imported = imported or {}
        definitions = source.children(source.root, "itemDefinition")
        self._elements = {normalize_name(attribute(each, "name")): each for each in definitions}
        self._types: dict[str, FeelType] = {}
        self.component_names = frozenset(
            normalize_name(attribute(e, "name")) for e in source.root.iter("{*}itemComponent")
        )
        for prefix, other in self._imported.items():
            self.component_names |= other.component_names
            self._types |= {_qualified(prefix, name): found for name, found in other.types.items()}
        for name in self._elements:
            self._named(name, self._elements[name], 0)

    @property
    def types(self) -> Mapping[str, FeelType]:
        """All declared types by name."""
        return self._types

    def allowed_text(self, type_name: str) -> str:
        """The text of the allowed values of a declared type, empty without any."""
        name = normalize_name(type_name)
        element = self._elements.get(name)
        if element is None:
            prefix, _, inner = name.rpartition(".")
            other = self._imported.get(prefix)
            return other.allowed_text(inner) if other else ""
        return self._source.text(self._source.child(element, "allowedValues"))

    def resolve(self, element: Element, type_name: str) -> FeelType:
        """The type of a typeRef of the element; any without one."""
        return self._named(type_name, element, 0) if type_name else ANY

    def _named(self, type_name: str, element: Element, depth: int) -> FeelType:
        name = normalize_name(type_name.removeprefix("feel:"))
        if depth > _MAX_DEPTH:
            self._source.refuse(element, f"the type {name} contains itself", "Break the circle of types")
        if name in self._types:
            return self._types[name]
        if name in self._elements:
            self._types[name] = self._defined(self._elements[name], depth)
            return self._types[name]
        if name not in BUILT_IN_TYPES:
            self._source.refuse(element, f"the type {name} is not defined", "Add an item definition of this name")
        return BUILT_IN_TYPES[name]

    def _defined(self, element: Element, depth: int) -> FeelType:
        wanted = self._base(element, depth)
        if attribute(element, "isCollection") == "true":
            return ListOfType(self._allowed(element, wanted))
        return self._allowed(element, wanted)

    def _base(self, element: Element, depth: int) -> FeelType:
        components = self._source.children(element, "itemComponent")
        if components:
            return ContextOfType(
                tuple((normalize_name(attribute(c, "name")), self._defined(c, depth + 1)) for c in components)
            )
        function = self._source.child(element, "functionItem")
        if function is not None:
            return FunctionOfType(len(self._source.children(function, "parameters")))
        reference = self._source.child(element, "typeRef")
        name = "" if reference is None else (reference.text or "").strip()
        return self._named(name, element, depth + 1) if name else ANY

    def _allowed(self, element: Element, base: FeelType) -> FeelType:
        text = self._source.text(self._source.child(element, "allowedValues"))
        if not text:
            return base
        try:
            tests = compile_unary_tests(text)
        except FeelError as error:
            raise UnreadableCellError(error, source=self._source.name, element=describe(element), text=text) from error
        return Constrained(base, lambda value: tests.matches(value, {}) is True)


def _qualified(prefix: str, name: str) -> str:
    return f"{prefix}.{name}" if prefix else name
