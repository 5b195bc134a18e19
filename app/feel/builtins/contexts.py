"""Built-ins on contexts; they return new contexts and never change one."""

from collections.abc import Mapping
from typing import Any

from app.feel.builtins.arguments import context, items, single, text
from app.feel.builtins.registry import builtin
from app.feel.errors import Undefined
from app.feel.kinds import STRING
from app.feel.runtime import Run


def _get_value(run: Run, m: Any, key: Any) -> Any:
    return _walk(run, context(m), [text(part) for part in items(key)])


def _walk(run: Run, found: Any, keys: list[str]) -> Any:
    if not keys:
        raise Undefined("the path to the value is empty")
    for key in keys:
        if not isinstance(found, Mapping) or key not in found:
            return run.null(f"the context has no entry {key}")
        found = found[key]
    return found


def _get_entries(run: Run, m: Any) -> list[dict[str, Any]]:
    entries = [{"key": key, "value": value} for key, value in context(m).items()]
    run.spend(len(entries))
    return entries


def _context(_run: Run, entries: Any) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for entry in items(entries):
        pair = context(entry)
        if "key" not in pair or "value" not in pair:
            raise Undefined("each entry needs a key and a value")
        key = single(pair["key"], STRING)
        if key in made:
            raise Undefined(f"two entries have the key {key}")
        made[key] = pair["value"]
    return made


def _put(_run: Run, target: Any, key: Any, value: Any) -> dict[str, Any]:
    return {**context(target), text(key): value}


def _put_deep(run: Run, target: Any, keys: Any, value: Any) -> dict[str, Any]:
    if not isinstance(keys, list):
        return _put(run, target, keys, value)
    path = [text(key) for key in keys]
    if not path:
        raise Undefined("the list of keys is empty")
    made: dict[str, Any] = dict(context(target))
    inner = made
    for key in path[:-1]:
        inner[key] = dict(context(inner.get(key)))
        inner = inner[key]
    inner[path[-1]] = value
    return made


def _merge(run: Run, contexts: Any) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for each in items(contexts):
        made.update(context(each))
    run.spend(len(made))
    return made


CONTEXTS = (
    builtin("get value", ("m, key", _get_value)),
    builtin("get entries", ("m", _get_entries)),
    builtin("context", ("entries", _context)),
    builtin("context put", ("context, keys, value", _put_deep), ("context, key, value", _put)),
    builtin("context merge", ("contexts", _merge)),
)
