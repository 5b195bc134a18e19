"""Our JSON Schema validator: the standard one of 2020-12, made strict and bounded.

An integer is an integer (1.0 is none), a pattern is matched in ASCII and as a whole, and a list or text beyond its
greatest length is not looked into any further.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator, TypeChecker, ValidationError
from jsonschema.validators import extend

from app.forms.field import Form
from app.forms.formats import CHECKER
from app.forms.pattern import compiled

HIDDEN = "hidden"
"""The keyword of errors about answers that a condition rules out."""
_STANDARD_ITEMS = Draft202012Validator.VALIDATORS["items"]
_STANDARD_PROPERTIES = Draft202012Validator.VALIDATORS["properties"]


def _is_integer(_checker: TypeChecker, value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_text(_checker: TypeChecker, value: object) -> bool:
    return isinstance(value, str)


def _pattern(validator: Any, pattern: str, value: Any, schema: Mapping[str, Any]) -> Iterator[ValidationError]:
    if not validator.is_type(value, "string") or len(value) > schema.get("maxLength", len(value)):
        return
    if not compiled(pattern).fullmatch(value):
        yield ValidationError("the text does not match the pattern")


def _items(validator: Any, items: Any, value: Any, schema: Mapping[str, Any]) -> Iterator[ValidationError]:
    if isinstance(value, list) and len(value) <= schema.get("maxItems", len(value)):
        yield from _STANDARD_ITEMS(validator, items, value, schema)


def _properties(
    validator: Any, properties: Mapping[str, Any], value: Any, schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    """The library forgets the place of what a `false` forbids."""
    for name, part in properties.items():
        if part is False and isinstance(value, Mapping) and name in value:
            yield ValidationError("not asked for", validator=HIDDEN, path=(name,))
    others = {name: part for name, part in properties.items() if part is not False}
    yield from _STANDARD_PROPERTIES(validator, others, value, schema)


_Validator: Any = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator,
    validators={"pattern": _pattern, "items": _items, "properties": _properties},
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_integer).redefine("string", _is_text),
)


@lru_cache(maxsize=512)
def _validator(form: Form) -> Any:
    return _Validator(form.schema, format_checker=CHECKER)


def errors_of(form: Form, answers: Mapping[str, Any]) -> Iterator[ValidationError]:
    """What the standard finds in the answers, in no particular order."""
    yield from _validator(form).iter_errors(answers)


def is_valid(condition: Mapping[str, Any], answers: Mapping[str, Any]) -> bool:
    """Whether the answers meet the schema of an `if`."""
    return bool(_Validator(condition, format_checker=CHECKER).is_valid(answers))
