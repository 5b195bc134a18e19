"""A posted page: answers, rows, files, locks and buttons."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from app.forms import Form, Press, answers_from_html, validate

SHA, OTHER = "a" * 64, "b" * 64


def read(form: Form, posted: dict[str, Any], previous: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
    return answers_from_html(form, MultiDict(posted), previous or {}, **options)[0]


def press(form: Form, posted: dict[str, Any], previous: dict[str, Any] | None = None) -> tuple[str, str]:
    action = answers_from_html(form, MultiDict(posted), previous or {})[1]
    return action.press, action.pointer


def test_typed_texts_become_typed_answers(form: Form) -> None:
    posted = {
        "organisation": " 宁夏砺信 ", "employees": "46", "amount_fen": "1,800.00", "rate_hundredths": "98.5",
        "signed_on": "2026/11/10", "is_listed": "no", "fields": ["tax", "law"], "contact.name": "魏长礼",
        "qualification.score_hundredths": "15", "interest": "none", "confirmed": "yes",
    }  # fmt: skip

    answers = read(form, posted)

    assert answers == {
        "organisation": "宁夏砺信", "employees": 46, "amount_fen": 180_000, "rate_hundredths": 9_850, "signed_on": "2026-11-10",
        "is_listed": False, "fields": ["law", "tax"], "contact": {"name": "魏长礼"}, "qualification": {"score_hundredths": 1500},
        "interest": "none", "confirmed": True, "staff": [],
    }  # fmt: skip


def test_what_cannot_be_read_stays_as_typed_and_is_refused(form: Form) -> None:
    answers = read(form, {"employees": "四十六", "signed_on": "2026-02-31", "category": "military"})

    assert (answers["employees"], answers["signed_on"], answers["category"]) == ("四十六", "2026-02-31", "military")
    codes = {error.pointer: error.code for error in validate(form, answers)}
    assert codes["/employees"] == codes["/signed_on"] == "malformed"
    assert codes["/category"] == "not_offered"


def test_names_that_are_no_field_are_not_read(form: Form) -> None:
    assert "x" not in read(form, {"x": "1", "csrf_token": "2", "face_value": "3", "hint": "4", "staff.0.x": "5"})
    assert "face_value" not in read(form, {"face_value": "3"})


def test_rows_are_read_in_order_and_gaps_close(form: Form) -> None:
    posted = {"staff.10.name": "丙", "staff.2.name": "乙", "staff.2.is_head": "yes", "staff.0._row": "1"}

    staff = read(form, posted)["staff"]

    assert staff == [{"is_head": False}, {"name": "乙", "is_head": True}, {"name": "丙", "is_head": False}]


def test_adding_a_row_keeps_what_was_typed(form: Form) -> None:
    posted = {"_add": "staff", "staff.0.name": "甲", "organisation": "宁夏"}

    assert press(form, posted) == (Press.ADD_ROW, "/staff")
    assert read(form, posted)["staff"] == [{"name": "甲", "is_head": False}, {}]
    assert read(form, posted)["organisation"] == "宁夏"


def test_a_full_list_does_not_grow(form: Form) -> None:
    posted = {"_add": "staff", **{f"staff.{n}.name": "甲" for n in range(3)}}

    assert len(read(form, posted)["staff"]) == 3


def test_removing_a_row_takes_out_that_row(form: Form) -> None:
    posted = {"_remove": "staff.1", **{f"staff.{n}.name": name for n, name in enumerate("甲乙丙")}}

    assert press(form, posted) == (Press.REMOVE_ROW, "/staff")
    assert [row["name"] for row in read(form, posted)["staff"]] == ["甲", "丙"]


@pytest.mark.parametrize("name", ["_add", "_remove"])
@pytest.mark.parametrize(
    "value", ["organisation", "nobody", "", "staff.x", "contact", "../x", "staff.0.name", "0", ".", "staff."]
)
def test_a_made_up_list_only_saves(form: Form, name: str, value: str) -> None:
    assert press(form, {name: value, "organisation": "宁夏"}) == (Press.SAVE_DRAFT, "")


def test_ten_thousand_rows_are_read_no_further_than_needed_to_refuse_them(form: Form) -> None:
    posted = {f"staff.{n}.name": "甲" for n in range(9_999)}

    answers = read(form, posted)

    assert len(answers["staff"]) == 4
    assert ("/staff", "too_many") in [(error.pointer, error.code) for error in validate(form, answers)]


@pytest.mark.parametrize(
    ("posted", "expected"),
    [
        ({}, Press.SAVE_DRAFT), ({"_action": "save_draft"}, Press.SAVE_DRAFT), ({"_action": "submit"}, Press.SUBMIT),
        ({"outcome": "pass"}, Press.SUBMIT), ({"_action": "delete"}, Press.SAVE_DRAFT),
    ],
)  # fmt: skip
def test_the_pressed_button_is_known(form: Form, posted: dict[str, Any], expected: Press) -> None:
    assert press(form, posted) == (expected, "")


def test_an_outcome_of_an_earlier_draft_is_not_taken_over(form: Form) -> None:
    assert "outcome" not in read(form, {"organisation": "宁夏"}, {"outcome": "pass"})


def test_a_kept_file_must_stand_in_the_earlier_answers(form: Form) -> None:
    previous = {"licence": {"file": SHA, "name": "执照.pdf"}}

    assert read(form, {"licence._kept": SHA}, previous)["licence"] == previous["licence"]
    assert "licence" not in read(form, {"licence._kept": OTHER}, previous)
    assert "licence" not in read(form, {"licence._kept": SHA, "licence._dropped": SHA}, previous)
    assert "licence" not in read(form, {"licence": SHA, "licence.file": SHA}, previous)


def test_a_new_file_replaces_the_one_and_joins_the_many(form: Form) -> None:
    new = {"file": OTHER, "name": "新.pdf"}
    previous = {"licence": {"file": SHA, "name": "旧.pdf"}, "papers": [{"file": SHA, "name": "旧.pdf"}]}
    posted = {"licence._kept": SHA, "papers._kept": SHA}

    answers = read(form, posted, previous, uploads={"licence": [new], "papers": [new, new]})

    assert answers["licence"] == new
    assert answers["papers"] == [*previous["papers"], new]


def test_locked_fields_keep_their_answer_whatever_is_posted(form: Form, answers: dict[str, Any]) -> None:
    posted = {
        "employees": "46",
        "organisation": "别的机构",
        "staff.0.name": "别人",
        "staff.1.name": "祁雁回",
        "contact.name": "别人",
    }
    previous = {**answers, "employees": 146}

    read_back = read(form, posted, previous, unlocked=frozenset({"/employees", "/staff/1/years", "/contact/position"}))

    assert read_back["employees"] == 46
    assert read_back["organisation"] == answers["organisation"]
    assert [row["name"] for row in read_back["staff"]] == ["韩知白", "祁雁回"]
    assert read_back["contact"]["name"] == "魏长礼"


def test_unlocking_single_cells_adds_and_removes_no_row(form: Form, answers: dict[str, Any]) -> None:
    unlocked = frozenset({"/staff/1/years"})

    for posted in ({"_add": "staff"}, {"_remove": "staff.0"}, {"staff.7.name": "别人"}, {"staff.1.years": "9"}):
        read_back = read(form, posted, answers, unlocked=unlocked)
        assert len(read_back["staff"]) == 2
    assert read_back["staff"][1]["years"] == 9


def test_a_wholly_unlocked_list_may_grow(form: Form, answers: dict[str, Any]) -> None:
    posted = {"_add": "staff", "staff.0.name": "甲"}

    assert len(read(form, posted, answers, unlocked=frozenset({"/staff"}))["staff"]) == 2
