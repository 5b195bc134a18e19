"""An answer as people read it: amounts in yuan with separators, options by their title, yes and no in words."""

from __future__ import annotations

from typing import Any

from app.forms import Field
from app.forms.field import ONE_OF, SCALED
from app.forms.text import Text
from app.forms.typed import read_text

_YES, _NO = Text("是", "Yes"), Text("否", "No")


def lines_of(field: Field, answer: Any, language: str) -> tuple[str, ...]:
    """The lines that show an answer; none if there is none. What could not be read is shown as it was typed."""
    if answer is None or answer == []:
        return ()
    if isinstance(answer, bool):
        return ((_YES if answer else _NO).in_language(language),)
    if isinstance(answer, int) and field.kind in SCALED:
        return (_number(field, answer, language),)
    if isinstance(answer, list):
        return tuple(_option(field, value, language) for value in answer if isinstance(value, str))
    if field.kind in ONE_OF:
        return (_option(field, answer, language),)
    return tuple(answer.split("\n")) if isinstance(answer, str) else ()


def _number(field: Field, answer: int, language: str) -> str:
    text = read_text(field, answer)
    unit = field.unit.in_language(language)
    return f"{text} {unit}" if unit else text


def _option(field: Field, value: Any, language: str) -> str:
    found = next((option for option in field.options if option.value == value), None)
    return found.title.in_language(language) if found else str(value)
