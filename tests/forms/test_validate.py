"""Each kind of field: what is accepted, what is refused at and beyond its bounds, and in which words."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from app.forms import FieldError, Form, message, validate


def found(form: Form, answers: Any) -> list[tuple[str, str]]:
    return [(error.pointer, error.code) for error in validate(form, answers)]


def only(form: Form, answers: Any) -> FieldError:
    errors = validate(form, answers)
    assert len(errors) == 1, errors
    return errors[0]


def test_good_answers_have_no_errors(form: Form, answers: dict[str, Any]) -> None:
    assert validate(form, answers) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("organisation", "宁夏"), ("organisation", "宁" * 60),
        ("employees", 1), ("employees", 1000),
        ("rate_hundredths", 0), ("rate_hundredths", 10_000), ("rate_hundredths", 50),
        ("amount_fen", 100), ("amount_fen", 300_000),
        ("signed_on", "2026-01-01"), ("signed_on", "2026-12-31"),
        ("ends_on", "2026-11-10"),
        ("email", "a@b.cn"), ("email", "纪@例子.example.com".replace("例子", "li")),
        ("phone", "13900000000"), ("phone", "+86 13900000000"), ("phone", "(0951)5012345"), ("phone", "400-123-4567"),
        ("receipt", "AAAA-0000"),
        ("is_listed", True), ("is_listed", False),
        ("category", "legal"), ("finding", "override"),
        ("fields", ["law"]), ("fields", ["law", "patents"]),
        ("staff", [{"name": "甲"}]), ("staff", [{"name": "甲", "years": 60}] * 3),
        ("qualification", {"score_hundredths": 900}), ("qualification", {"score_hundredths": 1650}),
        ("qualification", {"score_hundredths": 0, "reason": "缺"}),
        ("qualification", {"score_hundredths": 2000, "reason": "全"}),
        ("papers", [{"file": "b" * 64, "name": "a.pdf"}] * 3),
    ],
)  # fmt: skip
def test_an_answer_within_its_bounds_is_accepted(form: Form, answers: dict[str, Any], name: str, value: Any) -> None:
    assert found(form, {**answers, name: value}) == []


@pytest.mark.parametrize(
    ("name", "value", "place", "code"),
    [
        ("organisation", "宁", "", "too_short"), ("organisation", "宁" * 61, "", "too_long"),
        ("organisation", 5, "", "malformed"), ("organisation", None, "", "malformed"), ("organisation", "  ", "", "required"),
        ("organisation", "", "", "required"), ("organisation", "宁\x00夏", "", "control_character"),
        ("organisation", "宁\ud800夏", "", "control_character"), ("organisation", ["宁夏"], "", "malformed"),
        ("credit_code", "91640200MA75QJ8P3D", "", "malformed"), ("credit_code", "91640200ma75qj8p3c", "", "malformed"),
        ("credit_code", "9164020", "", "malformed"),
        ("employees", 0, "", "too_small"), ("employees", 1001, "", "too_large"), ("employees", "四", "", "malformed"),
        ("employees", 46.0, "", "malformed"), ("employees", True, "", "malformed"), ("employees", 2**80, "", "too_large"),
        ("rate_hundredths", -50, "", "too_small"), ("rate_hundredths", 10_050, "", "too_large"),
        ("rate_hundredths", 9_849, "", "wrong_step"),
        ("amount_fen", 99, "", "too_small"), ("amount_fen", 300_001, "", "too_large"), ("amount_fen", "1.234", "", "malformed"),
        ("signed_on", "2025-12-31", "", "too_early"), ("signed_on", "2026-02-30", "", "malformed"),
        ("signed_on", "2026-1-2", "", "malformed"), ("signed_on", 20260101, "", "malformed"),
        ("signed_on", "２０２６-０１-０２", "", "malformed"),
        ("ends_on", "2026-11-09", "", "before_other"),
        ("email", "a@b", "", "malformed"), ("email", "a b@c.cn", "", "malformed"), ("email", "a@b..cn", "", "malformed"),
        ("phone", "12345", "", "malformed"), ("phone", "139000000001", "", "malformed"),
        ("receipt", "8F3K-27Q", "", "wrong_pattern"), ("receipt", "8f3k-27qm", "", "wrong_pattern"),
        ("receipt", "8F3K-27Q٣", "", "wrong_pattern"), ("receipt", "8F3K-27QM\n", "", "wrong_pattern"),
        ("is_listed", "yes", "", "malformed"), ("is_listed", 1, "", "malformed"),
        ("category", "military", "", "not_offered"), ("category", ["legal"], "", "malformed"),
        ("finding", "", "", "required"),
        ("fields", [], "", "required"), ("fields", ["law", "tax", "patents"], "", "too_many"),
        ("fields", ["law", "law"], "", "repeated"), ("fields", ["war"], "", "not_offered"), ("fields", "law", "", "malformed"),
        ("licence", "x", "", "malformed"), ("licence", {"file": "../etc/passwd", "name": "a"}, "", "malformed"),
        ("licence", {"file": "a" * 64}, "", "malformed"), ("licence", {"file": "a" * 64, "name": "a", "x": 1}, "", "malformed"),
        ("licence", {"file": "a" * 64, "name": "a\x00"}, "", "control_character"),
        ("papers", [{"file": "b" * 64, "name": "a.pdf"}] * 4, "", "too_many"), ("papers", [1], "", "malformed"),
        ("staff", [], "", "required"), ("staff", [{"name": "甲"}] * 4, "", "too_many"),
        ("staff", [{}], "/0/name", "required"), ("staff", [{"name": "甲"}, {"name": "乙", "years": 61}], "/1/years", "too_large"),
        ("staff", [{"name": "甲", "age": 3}], "/0/age", "unknown_field"), ("staff", [7], "/0", "malformed"),
        ("staff", {"0": {}}, "", "malformed"),
        ("contact", {}, "/name", "required"), ("contact", {"name": "甲", "x": 1}, "/x", "unknown_field"),
        ("interest", "conflict", "_note", "required"),
        ("confirmed", False, "", "must_be_ticked"), ("confirmed", "yes", "", "malformed"),
        ("outcome", "maybe", "", "not_offered"),
        ("qualification", {"score_hundredths": 2050, "reason": "全"}, "/score_hundredths", "too_large"),
        ("qualification", {"score_hundredths": 1525}, "/score_hundredths", "wrong_step"),
        ("qualification", {}, "/score_hundredths", "required"),
        ("qualification", {"score_hundredths": 850}, "/reason", "reason_required_below"),
        ("qualification", {"score_hundredths": 1700}, "/reason", "reason_required_from"),
        ("hint", "x", "", "unknown_field"), ("face_value", "9", "", "unknown_field"),
    ],
)  # fmt: skip
def test_an_answer_beyond_its_bounds_is_refused_at_its_place(
    form: Form, answers: dict[str, Any], name: str, value: Any, place: str, code: str
) -> None:
    assert found(form, {**answers, name: value}) == [(f"/{name}{place}", code)]


def test_a_condition_asks_for_more(form: Form, answers: dict[str, Any]) -> None:
    assert found(form, {**answers, "outcome": "refuse"}) == [("/reason", "required")]
    assert found(form, {**answers, "outcome": "refuse", "reason": "缺页"}) == []


def test_every_error_says_in_both_languages_what_to_do(form: Form) -> None:
    errors = validate(form, {"employees": "x", "staff": [{}], "confirmed": False, "unknown": 1})

    assert len(errors) > 8
    for error in errors:
        assert message(error, "zh-CN").endswith("。")
        assert message(error, "en").endswith(".")
        assert "{" not in message(error, "zh") + message(error, "en")
        assert not any("一" <= c <= "鿿" for c in message(error, "en"))


@pytest.mark.parametrize(
    ("name", "value", "zh", "en"),
    [
        ("organisation", "宁", "请写机构全称。", "Write the full name of the agency."),
        ("amount_fen", 300_001, "合同金额请填写不超过 3,000.00 元的金额。", "Contract amount: enter 3,000.00 yuan or less."),
        ("rate_hundredths", 1, "满意率请按 0.5 的整数倍填写。", "Satisfaction: enter a multiple of 0.5."),
        ("ends_on", "2026-01-02", "止日不能早于签订日期 2026-11-10。", "Ends on: enter 2026-11-10 (Signed on) or a later date."),
        (
            "qualification", {"score_hundredths": 100}, "低于 9 分须写理由，机构会看到它。",
            "Give a reason for a score below 9; the agency will read it.",
        ),
        ("qualification", {"score_hundredths": 2000}, "资质达到 17 分须写理由。", "Qualification: give a reason for a score of 17 or more."),
    ],
)  # fmt: skip
def test_the_words_carry_the_figures_as_people_read_them(
    form: Form, answers: dict[str, Any], name: str, value: Any, zh: str, en: str
) -> None:
    error = only(form, {**answers, name: value})

    assert (message(error, "zh"), message(error, "en")) == (zh, en)


def test_errors_come_in_the_order_of_the_page_and_foreign_names_last(form: Form) -> None:
    places = [pointer for pointer, _ in found(form, {"zzz": 1, "aaa": 2})]

    order = [
        "/organisation",
        "/credit_code",
        "/employees",
        "/amount_fen",
        "/signed_on",
        "/licence",
        "/staff",
        "/contact",
    ]
    assert places == [*order, "/interest", "/confirmed", "/outcome", "/aaa", "/zzz"]


def test_an_answer_that_a_condition_hides_is_refused(form: Form, answers: dict[str, Any]) -> None:
    assert found(form, {**answers, "interest_note": "无"}) == [("/interest_note", "not_applicable")]


@pytest.mark.parametrize("answers", [None, [], "x", 7, True])
def test_what_is_no_object_is_refused(form: Form, answers: Any) -> None:
    assert found(form, answers) == [("", "malformed")]


def test_hostile_sizes_are_refused_at_once(form: Form, answers: dict[str, Any]) -> None:
    deep: Any = "x"
    for _ in range(5_000):
        deep = [deep]
    cases = {
        "rows": {**answers, "staff": [{"name": "甲", "years": 1, "is_head": True}] * 10_000},
        "plain rows": {**answers, "staff": [{"name": "甲"}] * 9_000},
        "deep": {**answers, "organisation": deep},
        "long": {**answers, "organisation": "宁" * 5_000_000},
        "names": {f"field_{number}": 1 for number in range(19_000)},
    }
    begin = time.process_time()

    results = {name: found(form, case) for name, case in cases.items()}

    assert results["rows"] == results["deep"] == [("", "answers_too_large")]
    assert results["plain rows"] == [("/staff", "too_many")]
    assert results["long"] == [("/organisation", "too_long")]
    assert len([code for _, code in results["names"] if code == "unknown_field"]) == 20
    assert time.process_time() - begin < 3


def test_a_number_without_bounds_of_its_own_still_has_one(small_form: Callable[..., Form]) -> None:
    form = small_form({"type": "integer"})

    assert found(form, {"value": 2**53 - 1}) == []
    assert found(form, {"value": 2**53}) == [("/value", "too_large")]


def test_money_is_never_negative_unless_the_form_says_so(small_form: Callable[..., Form]) -> None:
    assert found(small_form({"type": "integer", "x-ql": {"widget": "money"}}), {"value": -1}) == [
        ("/value", "too_small")
    ]
    assert found(small_form({"type": "integer", "minimum": -5, "x-ql": {"widget": "money"}}), {"value": -1}) == []


def test_the_name_of_an_unknown_field_cannot_carry_control_characters_into_the_message(form: Form) -> None:
    errors = validate(form, {"a\x00\nb" + "x" * 500: 1})

    text = message(errors[-1], "zh")
    assert errors[-1].code == "unknown_field"
    assert "\x00" not in text
    assert len(text) < 100
