"""Where the answers hold files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from app.forms.field import Field, FileRule, Form, Kind


@dataclass(frozen=True, slots=True)
class FileAnswer:
    """One file in the answers: where, which, under what name, and what its field allows."""

    pointer: str
    sha256: str
    name: str
    rule: FileRule


def files_of(form: Form, answers: Mapping[str, Any]) -> list[FileAnswer]:
    """Every file that valid answers hold, in the order of the page; what is no file reference is passed over."""
    return list(_files(form.fields, answers, ""))


def _files(fields: tuple[Field, ...], answers: Any, pointer: str) -> Iterator[FileAnswer]:
    if not isinstance(answers, Mapping):
        return
    for field in fields:
        value, place = answers.get(field.name), f"{pointer}/{field.name}"
        if field.files:
            references = value if isinstance(value, list) else [value]
            yield from (_answer(place, ref, field.files) for ref in references if _is_reference(ref))
        elif field.kind is Kind.ROWS and isinstance(value, list):
            for index, row in enumerate(value):
                yield from _files(field.children, row, f"{place}/{index}")
        elif field.children:
            yield from _files(field.children, value, place)


def _is_reference(value: Any) -> TypeGuard[Mapping[str, str]]:
    return isinstance(value, Mapping) and isinstance(value.get("file"), str) and isinstance(value.get("name"), str)


def _answer(pointer: str, reference: Mapping[str, str], rule: FileRule) -> FileAnswer:
    return FileAnswer(pointer, reference["file"], reference["name"], rule)
