"""The texts of messages: a {name} is all that they can do."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from app.domain.message_template import templates
from app.domain.message_text import LONGEST, PARTS, check_texts, fill

ENDS = datetime(2026, 12, 8, 16, 0, tzinfo=UTC)


def texts(**parts: str) -> dict[str, dict[str, str]]:
    whole = {"subject": "标题", "body": "正文"}
    return {"zh": whole | parts, "en": whole}


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        ("第一行\r\nBcc: 坏人\x00", "第一行 Bcc: 坏人", "第一行 Bcc: 坏人"),
        (ENDS, "12 月 8 日（周二）24:00", "Tue 8 Dec 24:00"),
        (date(2028, 2, 29), "2028 年 2 月 29 日", "29 Feb 2028"),
        (7, "7", "7"),
        ({"zh": "维持", "en": "upheld"}, "维持", "upheld"),
        ("<script>{case_number}</script>", "<script>{case_number}</script>", "<script>{case_number}</script>"),
    ],
)
def test_a_value_is_one_line_of_text_in_each_language_and_never_read_again(value: Any, zh: str, en: str) -> None:
    given = {"what": value, "case_number": "2026-00001"}

    assert fill({"subject": "{what}"}, given, "zh") == {"subject": zh}
    assert fill({"subject": "{what}"}, given, "en") == {"subject": en}


def test_a_part_that_comes_to_nothing_is_left_out() -> None:
    assert fill({"subject": "标题", "latest": "{due_at}"}, {"due_at": ""}, "zh") == {"subject": "标题"}


@pytest.mark.parametrize(
    ("part", "text", "code"),
    [
        ("subject", "", "message_part_missing"),
        ("body", " \n", "message_part_missing"),
        ("latest", "", None),
        ("subject", "题" * LONGEST["subject"], None),
        ("subject", "题" * (LONGEST["subject"] + 1), "message_part_too_long"),
        ("body", "{name}，{case_number}", None),
        ("body", "{who}", "unknown_placeholder"),
        ("body", "{name.__class__}", "stray_brace"),
        ("body", "{name[0]}", "stray_brace"),
        ("body", "{{name}}", "stray_brace"),
        ("body", "{% for one in name %}", "stray_brace"),
        ("body", "{Name}", "stray_brace"),
    ],
)
def test_a_text_that_cannot_be_used_is_refused_with_what_to_do(part: str, text: str, code: str | None) -> None:
    found = check_texts(texts(**{part: text}), ["name", "case_number"])

    assert [(one.language, one.part, one.code) for one in found] == ([("zh", part, code)] if code else [])
    assert all(one.message_zh and one.message_en for one in found)


def test_an_unknown_name_is_answered_with_those_that_there_are() -> None:
    (found,) = check_texts(texts(body="{who}"), ["name", "case_number"])

    assert "{who}" in found.message_zh
    assert "{case_number} {name}" in found.message_en


@pytest.mark.parametrize("one", templates(), ids=lambda one: one.key)
def test_every_shipped_template_can_be_used_in_both_languages(one: Any) -> None:
    assert check_texts(one.texts, one.names) == []
    assert all(one.title[language] for language in ("zh", "en"))
    assert all(value.title[language] for value in one.values for language in ("zh", "en"))
    zh, en = (fill(one.texts[language], one.samples, language) for language in ("zh", "en"))
    assert zh.keys() == en.keys() <= set(PARTS)
    assert not any("{" in text for text in (*zh.values(), *en.values()))
