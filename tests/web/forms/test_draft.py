"""Drafts: what a page opens with, and what differs between two windows."""

from __future__ import annotations

from app.forms import Form
from app.web.forms.draft import changes, starting_answers


def test_a_draft_comes_before_what_was_given(form: Form) -> None:
    given, draft = {"organisation": "甲", "employees": 1}, {"organisation": "乙"}

    assert starting_answers(form, draft, given) == {"organisation": "乙"}
    assert starting_answers(form, {}, given) == {}
    assert starting_answers(form, None, given) == given


def test_a_page_never_opens_with_a_decision_or_with_a_field_that_is_gone(form: Form) -> None:
    assert starting_answers(form, {"outcome": "pass", "old_field": 1, "employees": "x"}, {}) == {"employees": "x"}


def test_changes_are_shown_place_by_place_as_people_read_them(form: Form) -> None:
    before = {
        "employees": 146, "amount_fen": 100, "staff": [{"name": "甲"}], "contact": {"name": "乙"},
        "licence": {"file": "a" * 64, "name": "旧.pdf"}, "email": "a@b.cn",
    }  # fmt: skip
    after = {
        "employees": 46, "amount_fen": 180_000, "staff": [{"name": "甲"}, {"name": "丙"}], "contact": {"name": "丁"},
        "licence": {"file": "b" * 64, "name": "新.pdf"}, "email": "a@b.cn",
    }  # fmt: skip

    found = [(each.pointer, each.before, each.after) for each in changes(form, before, after, "zh")]

    assert found == [
        ("/employees", ("146 人",), ("46 人",)),
        ("/amount_fen", ("1.00 元",), ("1,800.00 元",)),
        ("/licence", ("旧.pdf",), ("新.pdf",)),
        ("/staff/1/name", (), ("丙",)),
        ("/contact/name", ("乙",), ("丁",)),
    ]


def test_equal_answers_have_no_changes(form: Form) -> None:
    assert changes(form, {"employees": 1}, {"employees": 1}, "en") == []
