"""Reads a posted HTML form into typed answers, and which button was pressed.

Names of controls are the place in the answers with dots: `contract.signed_on`, `staff.0.name`. Beside them:

    staff.0._row        (hidden, "1") a row exists even if nothing was typed into it
    licence._kept       SHA-256 of a file that stands in the earlier answers and stays
    licence._dropped    SHA-256 of one that the person takes out
    _action             save_draft | submit
    _add, _remove       the name of a list (`staff`), or of one of its rows (`staff.0`)
    outcome's own name  a pressed outcome button, which also submits
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from app.forms.field import ONE_OF, SHOWN_ONLY, Field, Form, Kind
from app.forms.pointer import html_name
from app.forms.typed import answer_of

ACTION, ADD, REMOVE, ROW, KEPT, DROPPED = "_action", "_add", "_remove", "_row", "_kept", "_dropped"
_INDEX = re.compile(r"\d{1,4}", re.ASCII)


class Posted(Protocol):
    """What a web framework hands over: names with one or more texts."""

    def getlist(self, key: str, /) -> list[str]:
        """Every text posted under the name."""

    def keys(self) -> Iterable[str]:
        """Every name posted."""


class Press(StrEnum):
    """What the pressed button asks for."""

    SAVE_DRAFT = "save_draft"
    SUBMIT = "submit"
    ADD_ROW = "add_row"
    REMOVE_ROW = "remove_row"


@dataclass(frozen=True, slots=True)
class Action:
    """The pressed button; rows are already added or removed in the answers.

    Attributes:
        pointer: for rows, the list that grew or shrank.
    """

    press: Press
    pointer: str = ""


Uploads = Mapping[str, Sequence[Mapping[str, str]]]
"""Freshly stored files by the name of their control, each as `{"file": <sha256>, "name": …}`."""


def answers_from_html(
    form: Form, posted: Posted, previous_answers: Mapping[str, Any], *,
    uploads: Uploads | None = None, unlocked: frozenset[str] | None = None,
) -> tuple[dict[str, Any], Action]:  # fmt: skip
    """The answers that a posted form means, and the button that was pressed.

    Args:
        previous_answers: what stood before: locked fields keep their answer from here, kept files are looked up here.
        uploads: files that came with this post and were stored.
        unlocked: pointers of the only fields that may change (corrections); None: all may.
    """
    reading = _Reading(posted, _files_in(previous_answers), uploads or {}, unlocked)
    answers = reading.object(form.fields, "", previous_answers)
    return answers, reading.action(form, answers)


class _Reading:
    """One posted form while it is read."""

    def __init__(
        self, posted: Posted, kept: Mapping[str, Mapping[str, str]], uploads: Uploads, unlocked: frozenset[str] | None
    ) -> None:
        self.posted, self.kept, self.uploads, self.unlocked = posted, kept, uploads, unlocked
        self.row_indices = _row_indices(posted.keys())
        self.removed = self.last(REMOVE)

    def last(self, name: str) -> str:
        texts = self.posted.getlist(name)
        return str(texts[-1]) if texts else ""

    def object(self, fields: Sequence[Field], pointer: str, previous: Any) -> dict[str, Any]:
        before = previous if isinstance(previous, Mapping) else {}
        answers: dict[str, Any] = {}
        for field in fields:
            if field.kind in SHOWN_ONLY:
                continue
            value = self.field(field, f"{pointer}/{field.name}", before.get(field.name))
            if value is not None:
                answers[field.name] = value
        return answers

    def field(self, field: Field, pointer: str, previous: Any) -> Any:
        if field.kind is not Kind.OUTCOME and self.is_locked(pointer):
            return previous
        if field.kind in {Kind.GROUP, Kind.CRITERION}:
            return self.object(field.children, pointer, previous) or ({} if field.required else None)
        if field.kind is Kind.ROWS:
            return self.rows(field, pointer, previous)
        if field.kind in {Kind.FILE, Kind.FILES}:
            return self.files(field, html_name(pointer))
        return self.value(field, html_name(pointer))

    def is_locked(self, pointer: str) -> bool:
        """Whether neither the place, nor what it belongs to, nor anything inside it may change."""
        if self.unlocked is None:
            return False
        return not any(_touches(pointer, open_pointer) for open_pointer in self.unlocked)

    def value(self, field: Field, name: str) -> Any:
        if field.kind is Kind.CHECKBOX:
            return bool(self.last(name))
        if field.kind is Kind.CHECKBOXES:
            ticked = dict.fromkeys(map(str, self.posted.getlist(name)))
            offered = [option.value for option in field.options if option.value in ticked]
            return offered + [value for value in ticked if value not in offered] or None
        if field.kind in ONE_OF:
            return self.last(name) or None
        return answer_of(field, self.last(name))

    def files(self, field: Field, name: str) -> Any:
        dropped = set(self.posted.getlist(f"{name}.{DROPPED}"))
        kept = [
            dict(self.kept[digest])
            for digest in self.posted.getlist(f"{name}.{KEPT}")
            if digest in self.kept and digest not in dropped
        ]
        fresh = [dict(upload) for upload in self.uploads.get(name, ())]
        if field.kind is Kind.FILE:
            return (kept + fresh)[-1] if kept or fresh else None
        return list({reference["file"]: reference for reference in kept + fresh}.values()) or None

    def rows(self, field: Field, pointer: str, previous: Any) -> Any:
        before = previous if isinstance(previous, list) else []
        if self.unlocked is not None and not self.is_wholly_open(pointer):
            return [self.object(field.children, f"{pointer}/{index}", row) for index, row in enumerate(before)]
        name = html_name(pointer)
        indices = [i for i in self.row_indices.get(name, ()) if f"{name}.{i}" != self.removed]
        read = indices[: int(field.schema["maxItems"]) + 1]  # one too many is read: it is refused, not lost in silence
        rows = [self.object(field.children, f"{pointer}/{i}", before[i] if i < len(before) else None) for i in read]
        if self.last(ADD) == name and len(rows) < int(field.schema["maxItems"]):
            rows.append({})
        return rows if rows or field.required else None

    def is_wholly_open(self, pointer: str) -> bool:
        return any(pointer == each or pointer.startswith(each + "/") for each in self.unlocked or ())

    def action(self, form: Form, answers: Mapping[str, Any]) -> Action:
        lists = {*self.row_indices, self.last(ADD)}
        for press, name in ((Press.ADD_ROW, self.last(ADD)), (Press.REMOVE_ROW, self.last(REMOVE).rpartition(".")[0])):
            field = form.field_at(tuple(name.split("."))) if name in lists and name else None
            if field is not None and field.kind is Kind.ROWS:
                return Action(press, "/" + name.replace(".", "/"))
        outcome = form.outcome
        if self.last(ACTION) == Press.SUBMIT or (outcome is not None and outcome.name in answers):
            return Action(Press.SUBMIT)
        return Action(Press.SAVE_DRAFT)


def _touches(pointer: str, open_pointer: str) -> bool:
    return pointer == open_pointer or pointer.startswith(open_pointer + "/") or open_pointer.startswith(pointer + "/")


def _row_indices(names: Iterable[str]) -> dict[str, list[int]]:
    """For each list that has rows in the post, their numbers in order."""
    found: dict[str, set[int]] = {}
    for name in names:
        parts = name.split(".")
        for position, part in enumerate(parts[1:], start=1):
            if _INDEX.fullmatch(part):
                found.setdefault(".".join(parts[:position]), set()).add(int(part))
    return {name: sorted(indices) for name, indices in found.items()}


def _files_in(answers: Any) -> dict[str, Mapping[str, str]]:
    """Every file that the answers hold, by its SHA-256."""
    found: dict[str, Mapping[str, str]] = {}
    waiting = [answers]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Mapping):
            if isinstance(node.get("file"), str) and isinstance(node.get("name"), str) and len(node) == 2:
                found[node["file"]] = node
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
    return found
