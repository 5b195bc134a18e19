"""Compiles paths and filters, and knows the properties of temporal values and ranges."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from app.feel import kinds
from app.feel.calendar_days import epoch_days, offset_seconds, zone_name
from app.feel.compare import number, span
from app.feel.kinds import kind
from app.feel.nodes import Between, Comparison, Filter, In, InstanceOf, Literal, Logic, Path, Quantified
from app.feel.runtime import Code, Frame, Run
from app.feel.scope import Scope, item_of_filter
from app.feel.values import NANOSECONDS_PER_SECOND, DaysTimeDuration

if TYPE_CHECKING:
    from app.feel.compiler import Compiler


def _offset(value: Any) -> DaysTimeDuration | None:
    seconds = offset_seconds(value)
    return None if seconds is None else DaysTimeDuration(seconds * NANOSECONDS_PER_SECOND)


def _part(divisor: int, modulus: int | None) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        nanoseconds = span(value).nanoseconds
        whole = abs(nanoseconds) // NANOSECONDS_PER_SECOND // divisor
        rest = whole if modulus is None else whole % modulus
        return -rest if nanoseconds < 0 else rest

    return read


def _signed(months: int, part: int) -> int:
    return -part if months < 0 else part


_DATE: dict[str, Callable[[Any], Any]] = {
    "year": lambda value: value.year,
    "month": lambda value: value.month,
    "day": lambda value: value.day,
    "weekday": lambda value: (epoch_days(value) + 3) % 7 + 1,
}
_TIME: dict[str, Callable[[Any], Any]] = {
    "hour": lambda value: value.hour,
    "minute": lambda value: value.minute,
    "second": lambda value: value.second,
    "time offset": _offset,
    "timezone": zone_name,
}
_PROPERTIES: dict[str, dict[str, Callable[[Any], Any]]] = {
    kinds.DATE: _DATE,
    kinds.TIME: _TIME,
    kinds.DATE_TIME: {**_DATE, **_TIME},
    kinds.MONTHS: {
        "years": lambda value: _signed(value.months, abs(value.months) // 12),
        "months": lambda value: _signed(value.months, abs(value.months) % 12),
    },
    kinds.DAYS: {
        "days": _part(86_400, None),
        "hours": _part(3600, 24),
        "minutes": _part(60, 60),
        "seconds": _part(1, 60),
    },
    kinds.RANGE: {
        "start": lambda value: value.start,
        "end": lambda value: value.end,
        # An end that is open because there is none counts as not included.
        "start included": lambda value: value.start_included,
        "end included": lambda value: value.end_included,
    },
}


_TRUTHS = (Comparison, Between, In, Logic, Quantified, InstanceOf)


def compile_path(compiler: "Compiler", node: Path, scope: Scope | None) -> Code:
    """`a.b`; on a list it is the list of the items' values."""
    base = compiler.compile(node.base, scope)
    name = node.name

    def read(run: Run, frame: Frame) -> Any:
        value = base(run, frame)
        if type(value) is dict and name in value:
            return value[name]
        return read_property(value, name, run)

    return read


def read_property(value: Any, name: str, run: Run) -> Any:
    """The entry or property of a value, null if it has none."""
    which = kind(value)
    if which == kinds.LIST:
        run.spend(len(value))
        return [read_property(item, name, run) for item in value]
    if isinstance(value, Mapping):
        return value[name] if name in value else run.null(f"the context has no entry {name}")
    found = _PROPERTIES.get(which, {}).get(name)
    return run.null(f"{which} has no property {name}") if found is None else found(value)


def compile_filter(compiler: "Compiler", node: Filter, scope: Scope | None) -> Code:
    """`a[b]`: by position if b is a number (negative from the end), else the items for which b is true."""
    base = compiler.compile(node.base, scope)
    condition = compiler.compile(node.condition, item_of_filter(scope))
    constant = node.condition.value if isinstance(node.condition, Literal) else None
    if isinstance(constant, int) and not isinstance(constant, bool):
        return _item_at(base, constant)
    never_a_number = isinstance(node.condition, _TRUTHS)

    def choose(run: Run, frame: Frame) -> Any:
        items = _as_list(base(run, frame))
        run.spend(len(items))
        if not items:
            # Only the condition tells whether it chooses by position; what else it says of no item is nobody's problem.
            by_condition = never_a_number or kind(condition(run.quiet(), (None, frame))) != kinds.NUMBER
            return [] if by_condition else run.null("an empty list has no items")
        chosen = []
        for item in items:
            verdict = condition(run, (item, frame))
            if kind(verdict) == kinds.NUMBER:
                return _at(items, number(verdict), run)
            if verdict is True:
                chosen.append(item)
            elif kind(verdict) not in {kinds.BOOLEAN, kinds.NULL}:
                return run.null("a filter is neither a condition nor a number")
        return chosen

    return choose


def _item_at(base: Code, position: int) -> Code:
    return lambda run, frame: _at(_as_list(base(run, frame)), position, run)


def _as_list(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def _at(items: list[Any], position: int | Decimal, run: Run) -> Any:
    index = int(position)
    if position != index or index == 0 or abs(index) > len(items):
        return run.null(f"the list of {len(items)} items has no item {position}")
    return items[index - 1 if index > 0 else index]
