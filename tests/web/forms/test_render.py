"""A form on a page: every control labelled, every reference resolved, nothing typed lost, nothing preselected."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from app.forms import Form, answers_from_html, read_form, validate
from app.web.forms.render import Showing, form_view
from app.web.forms.view import ScoreView, SubjectView
from tests.answers import scores

Draw = Callable[..., str]
ROOT = Path(__file__).resolve().parents[3]

ANSWERS: dict[str, Any] = {
    "organisation": "宁夏 \"砺信\" <b>&amp;</b> 'x'", "credit_code": "91640200MA75QJ8P3C", "employees": 46, "rate_hundredths": 9850,
    "amount_fen": 180_000, "signed_on": "2026-11-10", "ends_on": "2027-02-28", "email": "post@example.cn", "phone": "0951-5012345",
    "receipt": "8F3K-27QM", "is_listed": False, "category": "credit", "finding": "agree", "fields": ["law", "tax"],
    "licence": {"file": "a" * 64, "name": "执照.pdf"}, "papers": [{"file": "b" * 64, "name": "a.pdf"}, {"file": "c" * 64, "name": "b.pdf"}],
    "staff": [{"name": "韩知白", "years": 12, "is_head": True}, {"name": "祁雁回", "is_head": False}],
    "contact": {"name": "魏长礼", "position": "经理"}, "interest": "none", "qualification": {"score_hundredths": 1550}, "confirmed": True,
}  # fmt: skip
BROKEN: dict[str, Any] = {
    **ANSWERS, "employees": "四十六", "amount_fen": "12.345", "signed_on": "2026-02-31", "interest": "conflict", "confirmed": False,
    "qualification": {"score_hundredths": 700}, "staff": [{"years": "x", "is_head": False}],
}  # fmt: skip


class Balance(HTMLParser):
    """Fails on a tag that is closed in the wrong order, twice, or never, and on an attribute given twice."""

    VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), (tag, attrs)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, (tag, self.getpos())


def parsed(page: str) -> Any:
    """The page, strictly: a browser would forgive what fails here."""
    balance = Balance()
    balance.feed(page)
    assert balance.open == []
    return lxml.html.document_fromstring(page)


def check_page(page: str) -> Any:
    tree = parsed(page)
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids)), [each for each in ids if ids.count(each) > 1]
    for attribute in ("aria-describedby", "aria-labelledby", "for"):
        for value in tree.xpath(f"//@{attribute}"):
            for reference in value.split():
                assert reference in ids, (attribute, reference)
    for href in tree.xpath("//div[@role='alert']//a/@href"):
        assert href.removeprefix("#") in ids
    for control in tree.xpath("//input[not(@type='hidden')] | //textarea | //select"):
        labels = tree.xpath("//label[@for=$id]", id=control.get("id")) + control.xpath("ancestor::label")
        assert labels, control.attrib
        assert "".join(labels[0].itertext()).strip()
    for group in tree.xpath("//fieldset"):
        assert group.xpath("./legend"), group.attrib
    for button in tree.xpath("//button"):
        assert "".join(button.itertext()).strip()
    assert not tree.xpath("//script | //style | //@style")
    assert not [name for name in tree.xpath("//@*") if getattr(name, "attrname", "").startswith("on")]
    return tree


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("is_read_only", [False, True])
@pytest.mark.parametrize("case", ["empty", "good", "broken"])
def test_the_page_holds_together(form: Form, draw: Draw, language: str, is_read_only: bool, case: str) -> None:
    answers = {"empty": {}, "good": ANSWERS, "broken": BROKEN}[case]
    errors = validate(form, answers) if case == "broken" else []

    tree = check_page(
        draw(answers, errors, language=language, is_read_only=is_read_only, article_url=lambda rule: f"/rules/{rule}")
    )

    text = "".join(tree.itertext())
    assert ("机构名称" in text) == (language == "zh")
    assert "\ufffd" not in text
    if language == "en":
        typed = "宁夏|砺信|韩知白|祁雁回|魏长礼|经理|执照|四十六"
        assert re.findall(r"[一-鿿]+", re.sub(typed, "", text)) == []


def test_nothing_is_preselected_on_an_empty_form(draw: Draw) -> None:
    tree = parsed(draw({}))

    assert tree.xpath("//input[@checked]") == []
    assert tree.xpath("//option[@selected]") == []


def test_answers_come_back_unchanged_from_their_page(
    form: Form, draw: Draw, posted: Callable[[str], MultiDict[str, str]]
) -> None:
    for answers in (ANSWERS, BROKEN):
        again, _ = answers_from_html(form, posted(draw(answers)), answers)

        assert again == answers


TYPED = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], include_characters="\n"), max_size=60)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TYPED, min_size=9, max_size=9))
def test_whatever_is_typed_stands_on_the_page_again(
    form: Form, draw: Draw, posted: Callable[[str], MultiDict[str, str]], texts: list[str]
) -> None:
    names = [
        "organisation", "employees", "amount_fen", "signed_on", "credit_code", "phone", "reason", "staff.0.name", "contact.position",
    ]  # fmt: skip
    typed, _ = answers_from_html(form, MultiDict(dict(zip(names, texts, strict=True))), {})

    again, _ = answers_from_html(form, posted(draw(typed)), typed)

    assert again == typed


def test_an_error_stands_by_its_control_and_in_the_list(form: Form, draw: Draw) -> None:
    tree = check_page(draw(BROKEN, validate(form, BROKEN)))

    control = tree.xpath("//input[@name='employees']")[0]
    assert control.get("aria-invalid") == "true"
    assert control.get("value") == "四十六"
    assert "f-employees-error" in control.get("aria-describedby").split()
    assert tree.xpath("//p[@id='f-employees-error']/text()") == ["从业人员请填写整数，例如 46。"]
    links = {link.get("href"): "".join(link.itertext()) for link in tree.xpath("//div[@role='alert']//a")}
    assert links["#f-employees"] == "从业人员请填写整数，例如 46。"
    assert links["#f-staff-0-name"] == "人员 1：请填写姓名。"
    assert links["#f-qualification-reason"] == "低于 9 分须写理由，机构会看到它。"
    assert "有 9 处需要修改" in "".join(tree.xpath("//div[@role='alert']")[0].itertext())


def test_optional_fields_say_so_and_conditional_ones_do_not(draw: Draw) -> None:
    tree = parsed(draw({}))

    def label(name: str) -> str:
        return "".join(tree.xpath(f"//label[@for='f-{name}']")[0].itertext())

    assert label("email") == "电子邮箱 （可不填）"
    assert label("organisation") == "机构名称"
    assert label("reason") == "理由"
    assert label("interest_note") == "说明"
    assert label("employees") == "从业人员（人）"


def test_outcomes_are_the_buttons_with_one_of_them_filled(draw: Draw) -> None:
    tree = parsed(draw({}, button_notes={"pass": "2,400.00 元"}))

    buttons = tree.xpath("//div[@class='ql-outcome']//button[@name='outcome']")
    assert [(b.get("value"), "".join(b.itertext())) for b in buttons] == [
        ("refuse", "不予通过"), ("corrections", "要求补正"), ("pass", "通过，2,400.00 元"),
    ]  # fmt: skip
    assert len(tree.xpath("//button[contains(@class, 'btn-primary')]")) == 1
    assert "btn-danger" in buttons[0].get("class")


def test_return_in_a_text_field_only_saves(draw: Draw) -> None:
    first = parsed(draw({})).xpath("//form//button")[0]

    assert (first.get("name"), first.get("value")) == ("_action", "save_draft")


def test_rows_have_their_buttons_and_a_full_list_cannot_grow(draw: Draw) -> None:
    tree = parsed(draw({"staff": [{"name": "甲"}] * 3}))

    assert tree.xpath("//button[@name='_remove']/@value") == ["staff.0", "staff.1", "staff.2"]
    assert tree.xpath("//button[@name='_add']") == []
    assert parsed(draw({})).xpath("//button[@name='_add']/@value") == ["staff"]
    assert parsed(draw({})).xpath("//button[@name='_remove']") == []
    assert parsed(draw({})).xpath("//input/@name[contains(., 'staff.0.name')]") == ["staff.0.name"]


def test_locked_fields_have_no_control(draw: Draw) -> None:
    tree = check_page(draw(ANSWERS, unlocked=frozenset({"/employees", "/staff/0/years"})))

    names = set(tree.xpath("//form//input/@name | //form//textarea/@name | //form//select/@name"))
    assert names == {"employees", "staff.0.years", "staff.0._row", "staff.1._row"}
    assert "0951-5012345" in "".join(tree.itertext())
    assert tree.xpath("//button[@name='_add' or @name='_remove']") == []


def test_a_score_shows_its_band_and_asks_for_its_reason(draw: Draw) -> None:
    low = parsed(draw({"qualification": {"score_hundredths": 850}}))
    middle = parsed(draw({"qualification": {"score_hundredths": 1650}}))

    assert "".join(low.xpath("//ol[@class='ql-bands']/li[@aria-current]")[0].itertext()) == "差 0–8缺必需资质"
    assert "良" in "".join(middle.xpath("//ol[@class='ql-bands']/li[@aria-current]")[0].itertext())
    assert low.xpath("//textarea[@name='qualification.reason'][ancestor::details]") == []
    assert len(middle.xpath("//textarea[@name='qualification.reason'][ancestor::details]")) == 1


def test_the_total_appears_only_when_all_is_scored(draw: Draw) -> None:
    assert "合计在全部打分后显示，还差 1 项" in "".join(parsed(draw({})).itertext())
    assert "合计 15.50" in "".join(parsed(draw(ANSWERS)).itertext())


def test_each_subject_has_a_total_of_its_own_once_all_are_scored() -> None:
    form = read_form((ROOT / "forms" / "expert_review" / "score_application.json").read_bytes())
    whole, started = scores(75, 80, 70), scores(75, 80, 70)
    del started["items"][1]["quality"]

    agency, first = SubjectView("机构", "f-agency", 5, 5), SubjectView("项目 1", "f-items-0", 3, 3)
    assert form_view(form, whole, Showing("zh")).score == ScoreView(
        11, 11, "机构 75.00；项目 1 80.00；项目 2 70.00", (agency, first, SubjectView("项目 2", "f-items-1", 3, 3))
    )
    assert form_view(form, started, Showing("zh")).score == ScoreView(
        10, 11, "", (agency, first, SubjectView("项目 2", "f-items-1", 2, 3))
    )
    assert form_view(form, {}, Showing("zh")).score == ScoreView(0, 5, "")


def test_markup_in_answers_and_texts_stays_text(draw: Draw) -> None:
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    answers = {
        "organisation": evil,
        "reason": f"</textarea>{evil}",
        "contact": {"name": evil},
        "licence": {"file": evil, "name": evil},
    }

    for is_read_only in (False, True):
        tree = check_page(draw(answers, is_read_only=is_read_only, computed={"/face_value": evil}))
        assert not tree.xpath("//img | //script")
        assert evil in "".join(tree.itertext()) + "".join(tree.xpath("//@value"))


def test_answers_are_read_as_people_write_them(draw: Draw) -> None:
    text = " ".join("".join(parsed(draw(ANSWERS, is_read_only=True)).itertext()).split())

    for expected in ("1,800.00 元", "98.5 %", "46 人", "信用", "法律税务", "人员 1", "执照.pdf", "15.5"):
        assert expected in text
    assert "未填" in text


def test_files_can_be_opened_kept_and_taken_out(draw: Draw) -> None:
    tree = check_page(draw(ANSWERS, file_url=lambda sha256: f"/files/{sha256}"))

    assert tree.xpath("//input[@name='papers._kept']/@value") == ["b" * 64, "c" * 64]
    assert tree.xpath("//input[@name='papers._dropped']/@value") == ["b" * 64, "c" * 64]
    assert f"/files/{'a' * 64}" in tree.xpath("//a/@href")
    upload = tree.xpath("//input[@type='file'][@name='papers']")[0]
    assert (upload.get("accept"), upload.get("multiple") is not None) == (".pdf", True)
