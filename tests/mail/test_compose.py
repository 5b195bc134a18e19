"""What an e-mail looks like: text and HTML say the same, values are never markup."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from app.domain.message_template import templates
from app.domain.message_text import fill
from app.domain.outbox import OutboxEmail
from app.mail.compose import compose, html_of, text_of, view_of

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
TEXTS = {
    "subject": "请补正 3 处", "body": "您好。\n第二段。", "whose_move": "您", "latest": "12 月 8 日（周二）24:00", "button": "打开案件",
}  # fmt: skip


def message(texts: dict[str, str] = TEXTS, **more: Any) -> Any:
    email = OutboxEmail(address="one@example.org", message_identifier="a1b2")
    view = view_of(texts, "zh", link="/messages/7", root_url="https://q.example", **more)
    return compose(email, view, sender="券流 <noreply@q.example>", now=NOW)


def test_the_head_names_sender_reader_subject_and_a_lasting_identifier() -> None:
    made = message()

    assert made["From"] == "券流 <noreply@q.example>"
    assert (made["To"], made["Subject"]) == ("one@example.org", "请补正 3 处")
    assert made["Message-ID"] == "<a1b2@q.example>"
    assert made["Auto-Submitted"] == "auto-generated"


def test_text_and_html_say_whose_move_until_when_and_where_to_go() -> None:
    made = message()
    text, html = made.get_body(["plain"]).get_content().replace("\r", ""), made.get_body(["html"]).get_content()

    assert text.startswith(
        "您好。\n\n第二段。\n\n轮到：您\n最晚：12 月 8 日（周二）24:00\n\n打开案件：https://q.example/messages/7\n"
    )
    for said in (
        "请补正 3 处",
        "您好。",
        "轮到",
        "12 月 8 日（周二）24:00",
        'href="https://q.example/messages/7"',
        "打开案件",
    ):
        assert said in html
    assert "<style" not in html
    assert "<script" not in html


@pytest.mark.parametrize(("is_served", "said"), [(True, "不能关闭"), (False, "改为只收站内消息")])
def test_the_foot_says_whether_it_can_be_switched_off(is_served: bool, said: str) -> None:
    made = message(is_served=is_served)

    assert said in made.get_body(["plain"]).get_content()


def test_what_somebody_typed_is_text_in_an_e_mail() -> None:
    html = message(TEXTS | {"body": "<img src=x onerror=alert(1)>"}).get_body(["html"]).get_content()

    assert "<img" not in html
    assert "&lt;img src=x" in html


def test_a_subject_with_a_line_break_is_no_header_of_its_own() -> None:
    with pytest.raises(ValueError, match="linefeed"):
        message(TEXTS | {"subject": "标题\nBcc: all@example.org"})


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("one", templates(), ids=lambda one: one.key)
def test_every_shipped_template_makes_an_e_mail(one: Any, language: str) -> None:
    texts = fill(one.texts[language], one.samples, language)
    view = view_of(texts, language, link="/messages/7", root_url="https://q.example", is_served=one.is_served)

    assert texts["subject"] in html_of(view)
    assert view.paragraphs[0] in text_of(view)
    assert (view.button in html_of(view)) is bool(texts.get("button")) or not view.button
