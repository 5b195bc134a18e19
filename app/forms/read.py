"""Builds the tree of fields from a checked form file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from app.forms.branches import branches_of
from app.forms.check import check_form
from app.forms.dialect import SCHEMA_URI, hints_of, kind_of
from app.forms.field import Band, Details, Field, FileRule, Form, Kind, Option, Rubric, Tone
from app.forms.limits import FILE_MAX_MIB
from app.forms.load import expand, load_json
from app.forms.plain import plain_object
from app.forms.problem import InvalidFormError
from app.forms.text import EMPTY, Text

_SCORE = Text("得分", "Score")
_REASON = Text("理由", "Reason")
_SUBMIT = Text("提交", "Submit")
_AUTOCOMPLETE = {Kind.EMAIL: "email", Kind.PHONE: "tel"}
_YUAN = Text("元", "yuan")


@lru_cache(maxsize=256)
def read_form(content: bytes) -> Form:
    """The form in a file; the same content is read once in a process. Raises InvalidFormError."""
    problems = check_form(content, "form.json")
    if problems:
        raise InvalidFormError(problems)
    document = expand(load_json(content))
    hints = hints_of(document)
    schema = {"$schema": SCHEMA_URI, **plain_object(document)}
    return Form(
        content_hash=hashlib.sha256(content).hexdigest(),
        title=_text(hints, "title"),
        help=_text(hints, "help"),
        layout=hints.get("layout", "plain"),
        submit_title=_text(hints, "submit") if "submit" in hints else _SUBMIT,
        root=Field(
            "", Kind.GROUP, _text(hints, "title"), required=True, schema=schema, children=_fields(document, schema)
        ),
        schema=schema,
    )


def _fields(schema: Mapping[str, Any], plain: Mapping[str, Any]) -> tuple[Field, ...]:
    required = frozenset(schema.get("required", ()))
    conditions = dict(_conditions(schema))
    return tuple(
        _field(name, part, plain["properties"].get(name, {}), required=name in required, when=conditions.get(name))
        for name, part in schema.get("properties", {}).items()
    )


def _conditions(schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """For each field that depends on others, the condition under which it is asked for."""
    for branch in branches_of(schema):
        for name, part in branch.otherwise.get("properties", {}).items():
            if part is False:
                yield name, branch.condition
        for name, part in branch.then.get("properties", {}).items():
            if part is False:
                yield name, {"not": branch.condition}


def _field(
    name: str, schema: Mapping[str, Any], plain: Mapping[str, Any], *, required: bool, when: Mapping[str, Any] | None
) -> Field:
    kind, hints = kind_of(schema), hints_of(schema)
    if kind is None:
        raise ValueError(f"{name}: a field of no known kind passed the check")
    return Field(
        name=name,
        kind=kind,
        title=_text(hints, "title"),
        required=required,
        schema=plain,
        when=when,
        help=_text(hints, "text" if kind is Kind.NOTE else "help"),
        placeholder=_text(hints, "placeholder"),
        unit=_YUAN if kind is Kind.MONEY else _text(hints, "unit"),
        article=hints.get("article", ""),
        autocomplete=hints.get("autocomplete", _AUTOCOMPLETE.get(kind, "")),
        decimals=2 if kind is Kind.MONEY else hints.get("decimals", 0),
        options=_options(schema, hints),
        children=_children(kind, schema, plain),
        details=_details(hints),
        files=_file_rule(kind, schema, plain),
        rubric=_rubric(hints) if kind is Kind.CRITERION else None,
        row_title=_text(hints, "row_title"),
        add_title=_text(hints, "add"),
        not_before=hints.get("not_before", ""),
        not_after=hints.get("not_after", ""),
        earliest=hints.get("earliest", ""),
        latest=hints.get("latest", ""),
        error_texts={code: Text(**text) for code, text in hints.get("errors", {}).items()},
    )


def _text(hints: Mapping[str, Any], key: str) -> Text:
    return Text(**hints[key]) if key in hints else EMPTY


def _options(schema: Mapping[str, Any], hints: Mapping[str, Any]) -> tuple[Option, ...]:
    values = schema.get("enum") or schema.get("items", {}).get("enum", ())
    written = hints.get("options", {})
    return tuple(
        Option(
            value,
            Text(**written[value]["title"]),
            _text(written[value], "help"),
            Tone(written[value].get("tone", "quiet")),
        )
        for value in values
    )


def _children(kind: Kind, schema: Mapping[str, Any], plain: Mapping[str, Any]) -> tuple[Field, ...]:
    if kind is Kind.GROUP:
        return _fields(schema, plain)
    if kind is Kind.ROWS:
        return _fields(schema["items"], plain["items"])
    if kind is not Kind.CRITERION:
        return ()
    parts = plain["properties"]
    return (
        Field("score_hundredths", Kind.DECIMAL, _SCORE, required=True, schema=parts["score_hundredths"], decimals=2),
        Field("reason", Kind.LONG_TEXT, _REASON, required=False, schema=parts["reason"]),
    )


def _details(hints: Mapping[str, Any]) -> Details | None:
    written = hints.get("details")
    return Details(Text(**written["summary"]), Text(**written["text"]), written.get("article", "")) if written else None


def _file_rule(kind: Kind, schema: Mapping[str, Any], plain: Mapping[str, Any]) -> FileRule | None:
    if kind not in {Kind.FILE, Kind.FILES}:
        return None
    hints = hints_of(schema if kind is Kind.FILE else schema["items"])
    most = 1 if kind is Kind.FILE else int(plain["maxItems"])
    return FileRule(tuple(hints["media_types"]), hints.get("max_mib", FILE_MAX_MIB), most)


def _rubric(hints: Mapping[str, Any]) -> Rubric:
    bands = tuple(Band(Text(**b["title"]), b["from"], b["to"], Text(**b["anchor"])) for b in hints["bands"])
    return Rubric(
        hints["weight"], hints.get("step_hundredths", 50), bands, hints.get("reason_from"), hints.get("reason_below")
    )
