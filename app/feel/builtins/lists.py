"""Built-ins on lists; positions count from 1, negative ones from the end."""

from collections.abc import Callable
from functools import cmp_to_key
from typing import Any

from app.feel.builtins.arguments import items, whole
from app.feel.builtins.registry import Builtin, builtin
from app.feel.calendar_days import offset_seconds, zone_name
from app.feel.compare import equal, order, same
from app.feel.errors import Undefined
from app.feel.kinds import BOOLEAN, DATE_TIME, FUNCTION, TIME, kind
from app.feel.runtime import Run, invoke


def _grown(run: Run, made: list[Any]) -> list[Any]:
    run.spend(len(made))
    return made


def _index(values: list[Any], position: Any, *, beyond: int = 0) -> int:
    place = whole(position)
    if place == 0 or abs(place) > len(values) + (beyond if place > 0 else 0):
        raise Undefined(f"the list of {len(values)} items has no position {place}")
    return place - 1 if place > 0 else len(values) + place


def _contains(run: Run, values: Any, element: Any) -> bool:
    run.spend(len(items(values)))
    return any(same(item, element, run.spend) for item in items(values))


def _extreme(sign: int) -> Callable[[Run, Any], Any]:
    def find(run: Run, values: Any) -> Any:
        found = items(values)
        run.spend(len(found))
        if not found:
            return None
        best = found[0]
        if order(best, best) is None:
            raise Undefined("min and max need values with an order")
        for item in found[1:]:
            position = order(item, best)
            if position is None:
                raise Undefined("min and max need values of one kind")
            if position == sign:
                best = item
        return best

    return find


def _all(_run: Run, values: Any) -> bool | None:
    return _conclude(items(values), decisive=False)


def _any(_run: Run, values: Any) -> bool | None:
    return _conclude(items(values), decisive=True)


def _conclude(values: list[Any], *, decisive: bool) -> bool | None:
    if any(item is decisive for item in values):
        return decisive
    if all(kind(item) == BOOLEAN for item in values):
        return not decisive
    return None


def _sublist(run: Run, values: Any, start: Any, length: Any = None) -> list[Any]:
    found = items(values)
    first = _index(found, start)
    last = len(found) if length is None else first + whole(length)
    if last < first or last > len(found):
        raise Undefined("the sublist ends outside the list")
    return _grown(run, found[first:last])


def _append(run: Run, values: Any, *more: Any) -> list[Any]:
    return _grown(run, [*items(values), *more])


def _concatenate(run: Run, *lists: Any) -> list[Any]:
    return _grown(run, [item for values in lists for item in items(values)])


def _insert_before(run: Run, values: Any, position: Any, new: Any) -> list[Any]:
    found = items(values)
    index = _index(found, position, beyond=1)
    return _grown(run, [*found[:index], new, *found[index:]])


def _remove(run: Run, values: Any, position: Any) -> list[Any]:
    found = items(values)
    index = _index(found, position)
    return _grown(run, [*found[:index], *found[index + 1 :]])


def _replace(run: Run, values: Any, place: Any, new: Any) -> list[Any]:
    found = items(values)
    if kind(place) != FUNCTION:
        index = _index(found, place)
        return _grown(run, [*found[:index], new, *found[index + 1 :]])
    verdicts = [invoke(place, [item, new], run) for item in found]
    if any(kind(verdict) != BOOLEAN for verdict in verdicts):
        raise Undefined("the match function gives no true or false")
    return _grown(run, [new if hit else item for item, hit in zip(found, verdicts, strict=True)])


def _index_of(run: Run, values: Any, match: Any) -> list[Any]:
    found = items(values)
    run.spend(len(found))
    return [place for place, item in enumerate(found, 1) if same(item, match, run.spend)]


def _distinct(run: Run, values: Any) -> list[Any]:
    kept: list[Any] = []
    for item in items(values):
        run.spend(len(kept) + 1)
        if not any(same(item, earlier, run.spend) for earlier in kept):
            kept.append(item)
    return kept


def _union(run: Run, *lists: Any) -> list[Any]:
    return _distinct(run, _concatenate(run, *lists))


def _flatten(run: Run, values: Any) -> list[Any]:
    flat: list[Any] = []
    waiting = list(reversed(items(values)))
    while waiting:
        run.spend(1)
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(reversed(item))
        else:
            flat.append(item)
    return flat


def _sort(run: Run, values: Any, precedes: Any = None) -> list[Any]:
    found = items(values)
    if precedes is None:
        return _sorted(run, found, _natural_order)
    if kind(precedes) != FUNCTION:
        raise Undefined(f"a function is expected, not a {kind(precedes)}")
    return _sorted(run, found, lambda left, right: -1 if invoke(precedes, [left, right], run) is True else 1)


def _natural_order(left: Any, right: Any) -> int:
    position = order(left, right)
    if position is None:
        raise Undefined("values of different kinds have no order")
    return position


def _sorted(run: Run, values: list[Any], compare: Callable[[Any, Any], int]) -> list[Any]:
    run.spend(len(values))
    return sorted(values, key=cmp_to_key(compare))


def _equal(run: Run, left: Any, right: Any) -> bool:
    """`is`: equal, of the same kind, and with the same zone or offset."""
    if kind(left) != kind(right) or equal(left, right, run.spend) is not True:
        return False
    return _place(left) == _place(right)


def _place(value: Any) -> tuple[object, object]:
    """The zone of a value by name or, without a name, by offset; a zone and its offset of today are not the same."""
    if kind(value) not in {TIME, DATE_TIME} or value.tzinfo is None:
        return None, None
    name = zone_name(value)
    return name, None if name else offset_seconds(value)


def _count(_run: Run, values: Any) -> int:
    return len(items(values))


def _variadic(name: str, function: Callable[..., Any]) -> Builtin:
    """A built-in that takes one list or more."""
    more = ", ".join(f"list {number}?" for number in range(2, 100))
    return builtin(name, (f"list, {more}", function))


LISTS = (
    builtin("is", ("value1, value2", _equal)),
    builtin("list contains", ("list, element", _contains)),
    builtin("count", ("list*", _count)),
    builtin("min", ("list*", _extreme(-1))),
    builtin("max", ("list*", _extreme(1))),
    builtin("all", ("list*", _all)),
    builtin("any", ("list*", _any)),
    builtin("sublist", ("list, start position, length?", _sublist)),
    builtin("append", ("list, item, " + ", ".join(f"item {n}?" for n in range(2, 100)), _append)),
    _variadic("concatenate", _concatenate),
    _variadic("union", _union),
    builtin("insert before", ("list, position, newItem", _insert_before)),
    builtin("remove", ("list, position", _remove)),
    builtin("list replace", ("list, position, newItem", _replace), ("list, match, newItem", _replace)),
    builtin("reverse", ("list", lambda run, values: _grown(run, items(values)[::-1]))),
    builtin("index of", ("list, match", _index_of)),
    builtin("distinct values", ("list", _distinct)),
    builtin("flatten", ("list", _flatten)),
    builtin("sort", ("list, precedes?", _sort)),
)
