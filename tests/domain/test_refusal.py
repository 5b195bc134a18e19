"""Reasons that the machine finds: in both languages, with figures and articles (A8.5, A8.7)."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.certification import ApplicationCheck, conclude_refused, lapse_application
from app.domain.refusal import failed_conditions, missed_marks
from app.domain.service_item import items_of
from tests.people import BEGINNING


def test_every_score_stands_beside_its_mark_in_both_languages(world: Any) -> None:
    application = world.apply(items=1)
    application.score_hundredths = 6_999
    items_of(world.session, application.id)[0].score_hundredths = 5_950

    assert missed_marks(world.session, application) == {
        "zh": "机构得分 69.99，合格线 70.00。项目“项目1”得分 59.50，合格线 60.00。",
        "en": "The agency scored 69.99; the pass mark is 70.00. Item “项目1” scored 59.50; the pass mark is 60.00.",
    }


@pytest.mark.parametrize(
    ("name", "article", "zh", "en"),
    [
        ("credit_code", "A4.1", "统一社会信用代码校验不符（A4.1）。", "The check digit of the unified social credit code is wrong (A4.1)."),
        ("region", "A4.1", "不在自治区内注册（A4.1）。", "It is not registered in the autonomous region (A4.1)."),
        ("bad_credit", "A11.4", "有不良信用记录（A11.4）。", "It has a bad-credit entry (A11.4)."),
        ("affiliation", "A11.9", "是运营单位或其关联方（A11.9）。", "It is the operator or an affiliate of it (A11.9)."),
    ],
)  # fmt: skip
def test_every_condition_has_its_words(name: str, article: str, zh: str, en: str) -> None:
    assert failed_conditions([ApplicationCheck(name=name, article=article)]) == {"zh": zh, "en": en}


def test_what_a_person_wrote_stands_as_it_was_written(world: Any) -> None:
    application = world.apply()
    conclude_refused(world.session, application.id, reason="材料不实。", article="A8.2", now=BEGINNING)

    assert (application.why("zh"), application.why("en")) == ("材料不实。", "材料不实。")


def test_a_lapse_is_told_in_the_readers_language(world: Any) -> None:
    application = world.apply()
    lapse_application(world.session, application.id, now=BEGINNING)

    assert application.why("zh") == "补正期限内没有收到补正材料。"
    assert application.why("en") == "The corrections did not come in time."
