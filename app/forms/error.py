"""One thing that is wrong with the answers, and the words for it: what to do, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.forms.field import ONE_OF, SCALED, Field, Form, Kind
from app.forms.messages import BY_CODE, BY_KIND
from app.forms.pointer import tokens_of
from app.forms.text import EMPTY, Text
from app.forms.typed import read_text

_FORM = Text("表单", "the form")
_MEDIA_NAMES = {
    "application/pdf": "PDF", "image/png": "PNG", "image/jpeg": "JPEG",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Raw:
    """A finding on its way to becoming an error."""

    tokens: tuple[str, ...]
    code: str
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FieldError:
    """One place in the answers that must be mended."""

    pointer: str
    """JSON pointer into the answers; "" is the form as a whole."""
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    text: Text = EMPTY
    """The message in both languages; it says what to do."""


def field_error(form: Form, pointer: str, code: str, **params: Any) -> FieldError:
    """An error at a place of a form, also for rules that live outside the form (a foreign file, a register's answer).

    Raises KeyError for a code that has no words.
    """
    tokens = tokens_of(pointer)
    found = form.field_at(tokens) if tokens else None
    parent = form.field_at(tokens[:-1]) if tokens else None
    is_in_criterion = parent is not None and parent.kind is Kind.CRITERION
    named = parent if is_in_criterion and parent is not None else found
    own = named.error_texts.get(code) if named else None
    shown = {"title": named.title if named else _FORM, **_shown(form, tokens, found, params)}
    return FieldError(pointer, code, params, own or _filled(_words(code, found), shown))


def message(error: FieldError, language: str) -> str:
    """What the error says to a reader of this language (`zh…` or `en…`)."""
    return error.text.in_language(language)


def _words(code: str, found: Field | None) -> Text:
    kind = found.kind if found else None
    if kind is not None and (code, kind) in BY_KIND:
        return BY_KIND[code, kind]
    if kind in ONE_OF and (code, Kind.CHOICE) in BY_KIND:
        return BY_KIND[code, Kind.CHOICE]
    return BY_CODE[code]


def _filled(words: Text, shown: Mapping[str, Any]) -> Text:
    zh = {key: value.zh if isinstance(value, Text) else value for key, value in shown.items()}
    en = {key: value.en if isinstance(value, Text) else value for key, value in shown.items()}
    return Text(words.zh.format_map(zh), _sentence(words.en.format_map(en)))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _shown(form: Form, tokens: tuple[str, ...], found: Field | None, params: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters as people read them: amounts in yuan, scores in points, the other field by its title."""
    shown = dict(params)
    if found is not None and found.kind in SCALED and isinstance(params.get("limit"), int):
        shown["limit"] = read_text(found, params["limit"])
    if "other" in params:
        other = form.field_at((*tokens[:-1], params["other"]))
        shown["other"] = other.title if other else Text(params["other"], params["other"])
    if found is not None:
        shown |= {"unit": found.unit, "decimals": found.decimals}
    if found is not None and found.files:
        names = [_MEDIA_NAMES[media_type] for media_type in found.files.media_types]
        shown |= {"types": Text("、".join(names), ", ".join(names)), "max_mib": found.files.max_mib}
    if "name" in params:
        shown["name"] = "".join(c if c.isprintable() else "?" for c in str(params["name"]))
    return shown
