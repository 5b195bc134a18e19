"""Checks the hints (`x-ql`) of one field: each has its shape, each text both languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from app.forms.dialect import VOCABULARY
from app.forms.error_codes import ERROR_CODES
from app.forms.field import Kind, Tone
from app.forms.formats import has_control_characters, is_date
from app.forms.limits import FILE_MAX_MIB

TEXT_HINT_MAX_CHARACTERS = 2_000
MEDIA_TYPES = frozenset({
    "application/pdf", "image/png", "image/jpeg",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
})  # fmt: skip
AUTOCOMPLETE = frozenset({
    "off", "name", "email", "tel", "organization", "organization-title", "street-address", "postal-code", "url", "bday",
})  # fmt: skip
Finding = tuple[str, str, dict[str, object]]
"""Where (below the field), which problem, its parameters."""
_ARTICLE = re.compile(r"A\d{1,2}\.\d{1,2}", re.ASCII)
_UNTITLED = frozenset({Kind.NOTE})


def check_hints(kind: Kind, hints: Any, *, is_titled: bool = True) -> Iterator[Finding]:
    """What is wrong with the hints of a field of this kind.

    Args:
        is_titled: False for the entries of a list, whose title stands on the list.
    """
    if not isinstance(hints, Mapping):
        yield "", "not_object", {}
        return
    vocabulary = VOCABULARY[kind]
    for name in hints.keys() - vocabulary.all_hints:
        allowed = ", ".join(sorted(vocabulary.all_hints))
        yield f"/{name}", "unknown_hint", {"name": name, "kind": kind, "allowed": allowed}
    for name in sorted(vocabulary.needed - hints.keys()):
        yield "", "missing_hint", {"name": name}
    if is_titled and kind not in _UNTITLED and "title" not in hints:
        yield "", "missing_text", {"name": "title"}
    for name in vocabulary.all_hints & hints.keys():
        yield from _CHECKS[name](name, hints[name])


def check_text(name: str, value: Any) -> Iterator[Finding]:
    """What is wrong with a text for people: both languages, neither empty, nothing else."""
    languages = value if isinstance(value, Mapping) else {}
    if not all(isinstance(languages.get(key), str) and languages[key].strip() for key in ("zh", "en")):
        yield f"/{name}", "missing_text", {"name": name}
    elif len(languages) > 2 or any(_is_unfit(text) for text in languages.values()):
        yield f"/{name}", "bad_text", {"name": name, "limit": TEXT_HINT_MAX_CHARACTERS}


def bad_hint(name: str, zh: str, en: str) -> Finding:
    """A hint that has the wrong shape."""
    return f"/{name}", "bad_hint", {"name": name, "expected_zh": zh, "expected_en": en}


def is_whole(value: Any, least: int, most: int) -> bool:
    """Whether the value is an integer (no boolean) between the two, both included."""
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _is_unfit(text: Any) -> bool:
    return not isinstance(text, str) or len(text) > TEXT_HINT_MAX_CHARACTERS or has_control_characters(text)


def _widget(_name: str, _value: Any) -> Iterator[Finding]:
    """The widget was judged when the kind was found."""
    return iter(())


def _whole(least: int, most: int) -> Callable[[str, Any], Iterator[Finding]]:
    def check(name: str, value: Any) -> Iterator[Finding]:
        if not is_whole(value, least, most):
            yield bad_hint(name, f"{least} 至 {most} 的整数", f"a whole number from {least} to {most}")

    return check


def _article(name: str, value: Any) -> Iterator[Finding]:
    if not isinstance(value, str) or not _ARTICLE.fullmatch(value):
        yield bad_hint(name, "条款编号，例如 A8.2", "the id of a rule such as A8.2")


def _day(name: str, value: Any) -> Iterator[Finding]:
    if not isinstance(value, str) or not is_date(value):
        yield bad_hint(name, "日期，例如 2026-01-31", "a date such as 2026-01-31")


def _sibling(name: str, value: Any) -> Iterator[Finding]:
    if not isinstance(value, str):
        yield bad_hint(name, "同一层另一个日期字段的名称", "the name of another date beside it")


def _autocomplete(name: str, value: Any) -> Iterator[Finding]:
    if not isinstance(value, str) or value not in AUTOCOMPLETE:
        known = ", ".join(sorted(AUTOCOMPLETE))
        yield bad_hint(name, f"其中之一：{known}", f"one of {known}")


def _media_types(name: str, value: Any) -> Iterator[Finding]:
    if not isinstance(value, list) or not value or not all(isinstance(i, str) and i in MEDIA_TYPES for i in value):
        known = ", ".join(sorted(MEDIA_TYPES))
        yield bad_hint(name, f"这些类型中的一个或几个：{known}", f"a list of some of {known}")


def _errors(name: str, value: Any) -> Iterator[Finding]:
    for code, text in value.items() if isinstance(value, Mapping) else ():
        if code not in ERROR_CODES:
            allowed = ", ".join(sorted(ERROR_CODES))
            yield f"/{name}/{code}", "unknown_error_code", {"name": code, "allowed": allowed}
        else:
            yield from check_text(f"{name}/{code}", text)
    if not isinstance(value, Mapping):
        yield bad_hint(name, "从错误代码到文字的对象", "an object from error codes to texts")


def _details(name: str, value: Any) -> Iterator[Finding]:
    if not isinstance(value, Mapping) or not {"summary", "text"} <= value.keys() <= {"summary", "text", "article"}:
        yield bad_hint(name, "含 summary、text，可含 article", "an object of summary, text and perhaps article")
        return
    yield from check_text(f"{name}/summary", value["summary"])
    yield from check_text(f"{name}/text", value["text"])
    if "article" in value:
        yield from _article(f"{name}/article", value["article"])


def _options(name: str, value: Any) -> Iterator[Finding]:
    for key, option in value.items() if isinstance(value, Mapping) else ():
        if not isinstance(option, Mapping) or not option.keys() <= {"title", "help", "tone"}:
            yield bad_hint(f"{name}/{key}", "含 title，可含 help、tone", "an object of title and perhaps help and tone")
            continue
        yield from check_text(f"{name}/{key}/title", option.get("title"))
        if "help" in option:
            yield from check_text(f"{name}/{key}/help", option["help"])
        if option.get("tone", "quiet") not in list(Tone):
            tones = ", ".join(Tone)
            yield bad_hint(f"{name}/{key}/tone", f"其中之一：{tones}", f"one of {tones}")
    if not isinstance(value, Mapping):
        yield bad_hint(name, "从取值到选项的对象", "an object from values to options")


def _bands(name: str, value: Any) -> Iterator[Finding]:
    bands = value if isinstance(value, list) and 2 <= len(value) <= 8 else []
    for index, band in enumerate(bands):
        place = f"{name}/{index}"
        if not isinstance(band, Mapping) or band.keys() != {"title", "from", "to", "anchor"}:
            yield bad_hint(place, "含 title、from、to、anchor", "an object of title, from, to and anchor")
            continue
        yield from check_text(f"{place}/title", band["title"])
        yield from check_text(f"{place}/anchor", band["anchor"])
        if not is_whole(band["from"], 0, 1_000) or not is_whole(band["to"], 0, 1_000):
            yield bad_hint(place, "from、to 为整数分", "from and to in whole points")
    if not bands:
        yield bad_hint(name, "2 至 8 个等级", "a list of 2 to 8 bands")


_CHECKS: Mapping[str, Callable[[str, Any], Iterator[Finding]]] = {
    "widget": _widget, "title": check_text, "help": check_text, "placeholder": check_text, "unit": check_text,
    "text": check_text, "row_title": check_text, "add": check_text, "article": _article, "details": _details,
    "errors": _errors, "autocomplete": _autocomplete, "options": _options, "decimals": _whole(1, 6),
    "earliest": _day, "latest": _day, "not_before": _sibling, "not_after": _sibling,
    "media_types": _media_types, "max_mib": _whole(1, FILE_MAX_MIB), "weight": _whole(1, 1_000),
    "step_hundredths": _whole(1, 10_000), "bands": _bands,
    "reason_from": _whole(0, 1_000), "reason_below": _whole(0, 1_000),
}  # fmt: skip
