"""The types of FEEL: which values belong to them, and how a value is coerced into them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from app.feel import kinds
from app.feel.calendar_days import midnight
from app.feel.errors import Undefined
from app.feel.kinds import kind
from app.feel.nodes import ContextType, FunctionType, ListType, NamedType, Node, RangeType
from app.feel.values import BuiltinFunction, FeelFunction, HostFunction, Range


class FeelType(Protocol):
    """A set of values."""

    def accepts(self, value: Any) -> bool:
        """Whether the value belongs to the type."""
        ...


@dataclass(frozen=True, slots=True)
class AnyOf:
    """The type `Any`: all values but null."""

    def accepts(self, value: Any) -> bool:
        """Whether the value is not null."""
        return value is not None


@dataclass(frozen=True, slots=True)
class KindOf:
    """A type named by the kind of its values, such as `number`."""

    name: str

    def accepts(self, value: Any) -> bool:
        """Whether the value is of this kind."""
        return kind(value) == self.name


@dataclass(frozen=True, slots=True)
class ListOfType:
    """Lists whose items all belong to a type."""

    item: FeelType

    def accepts(self, value: Any) -> bool:
        """Whether the value is a list of such items; null items are allowed."""
        return isinstance(value, list) and all(item is None or self.item.accepts(item) for item in value)


@dataclass(frozen=True, slots=True)
class ContextOfType:
    """Contexts that have these fields, and perhaps more."""

    fields: tuple[tuple[str, FeelType], ...]

    def accepts(self, value: Any) -> bool:
        """Whether the value is a context with all the fields, each null or of its type."""
        return isinstance(value, Mapping) and all(
            name in value and (value[name] is None or type_.accepts(value[name])) for name, type_ in self.fields
        )


@dataclass(frozen=True, slots=True)
class RangeOfType:
    """Ranges whose ends belong to a type."""

    item: FeelType

    def accepts(self, value: Any) -> bool:
        """Whether the value is a range with such ends."""
        if not isinstance(value, Range):
            return False
        return all(end is None or self.item.accepts(end) for end in (value.start, value.end))


@dataclass(frozen=True, slots=True)
class FunctionOfType:
    """Functions with so many parameters, None for any number."""

    parameters: int | None

    def accepts(self, value: Any) -> bool:
        """Whether the value is such a function."""
        if isinstance(value, BuiltinFunction):
            return self.parameters is None or value.takes(self.parameters)
        if not isinstance(value, FeelFunction | HostFunction):
            return False
        return self.parameters is None or len(value.parameters) == self.parameters


@dataclass(frozen=True, slots=True)
class Constrained:
    """The values of a type that also pass a test: a DMN item definition with allowed values."""

    base: FeelType
    allows: Callable[[Any], bool]

    def accepts(self, value: Any) -> bool:
        """Whether the value is of the base type and allowed."""
        return self.base.accepts(value) and self.allows(value)


ANY = AnyOf()
BUILT_IN_TYPES: dict[str, FeelType] = {
    "Any": ANY,
    "Null": KindOf(kinds.NULL),
    "list": ListOfType(ANY),
    "context": ContextOfType(()),
    "range": RangeOfType(ANY),
    "function": FunctionOfType(None),
    **{
        name: KindOf(name)
        for name in (
            kinds.NUMBER,
            kinds.STRING,
            kinds.BOOLEAN,
            kinds.DATE,
            kinds.TIME,
            kinds.DATE_TIME,
            kinds.DAYS,
            kinds.MONTHS,
        )
    },
    # The names that DMN's typeRef uses.
    "dateTime": KindOf(kinds.DATE_TIME),
    "dayTimeDuration": KindOf(kinds.DAYS),
    "yearMonthDuration": KindOf(kinds.MONTHS),
}


def resolve_type(node: Node, types: Mapping[str, FeelType]) -> FeelType:
    """The type that the text names; raises KeyError with the name if nobody defines it."""
    if isinstance(node, NamedType):
        found = types.get(node.name) or BUILT_IN_TYPES.get(node.name)
        if found is None:
            raise KeyError(node.name)
        return found
    if isinstance(node, ListType):
        return ListOfType(resolve_type(node.item, types))
    if isinstance(node, RangeType):
        return RangeOfType(resolve_type(node.item, types))
    if isinstance(node, ContextType):
        return ContextOfType(tuple((name, resolve_type(field, types)) for name, field in node.fields))
    assert isinstance(node, FunctionType), "the parser makes no other type"
    return FunctionOfType(len(node.parameters))


def coerce(value: Any, wanted: FeelType) -> Any:
    """The value as the wanted type: a single item may stand for its list and a list of one for its item.

    A date may stand for its midnight in UTC. Raises Undefined if the value does not fit.
    """
    if value is None or wanted is ANY or wanted.accepts(value):
        return value
    if isinstance(value, list) and len(value) == 1 and wanted.accepts(value[0]):
        return value[0]
    if not isinstance(value, list) and wanted.accepts([value]):
        return [value]
    if kind(value) == kinds.DATE and wanted.accepts(midnight(value)):
        return midnight(value)
    raise Undefined(f"a value of kind {kind(value)} does not fit the type that is declared")
