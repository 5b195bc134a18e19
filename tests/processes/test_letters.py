"""What the agency and the experts are sent on every path: letters with reasons and articles, and messages (A8.2, A8.6, A8.7)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app.db import reading
from app.documents.content import Content
from app.domain.issued_document import IssuedDocument, documents_for, documents_of_case
from app.domain.message import messages_of
from tests import answers

NUMBER = "2026-00001"


def letters(story: Any) -> list[IssuedDocument]:
    with reading(story.database) as unit:
        return list(reversed(documents_of_case(unit.session, NUMBER)))


def told(story: Any, login: str = "agency") -> list[str]:
    with reading(story.database) as unit:
        return [one.template for one in reversed(messages_of(unit.session, story.cast[login]))]


def words(document: IssuedDocument, language: str = "zh") -> str:
    content = Content.from_json(document.contents[language])
    paragraphs = "\n".join("".join(text for text, _ in one) for one in (*content.before, *content.after))
    return paragraphs + "\n" + "\n".join(" | ".join(row) for row in content.rows)


def to_the_notice(story: Any, agency: int = 80, *items: int) -> None:
    story.to_the_panel(len(items) or 2)
    story.every_expert("declare_interests", {"declaration": "none"})
    story.every_expert("score_application", answers.scores(agency, *(items or (80, 50))))
    story.act("conclude", "supervisor", {"reason": "达标。", "outcome": "certify"})


def test_a_certified_agency_gets_decision_and_certificate(story: Any) -> None:
    to_the_notice(story)
    assert told(story) == ["notice_published"]
    story.pass_time(days=10)
    story.act("file_certification", "bureau", {"remarks": "同意。", "outcome": "filed"})

    decision, certificate = letters(story)

    assert (decision.kind, decision.number, certificate.kind) == ("certified", "券认〔2026〕1 号", "certificate")
    assert certificate.number == certificate.code == "NXJG-2026-0001"
    assert decision.issued_by == story.cast["bureau"]
    assert "证书编号 NXJG-2026-0001，有效期自 2026 年 11 月 12 日至 2028 年 11 月 12 日" in words(decision)
    assert "企业信用管理咨询1 | 80.00 | 列入 | A8.5\n企业信用管理咨询2 | 50.00 | 不列入 | A8.5" in words(decision)
    assert "listed | A8.5" in words(decision, "en")
    assert words(certificate).strip().endswith("企业信用管理咨询1")
    assert told(story) == ["notice_published", "certified"]


def test_a_refused_agency_reads_reasons_article_and_until_when_it_may_ask_for_a_review(story: Any) -> None:
    story.submit()
    story.act("verify_authenticity", "reviewer_a", answers.authenticity("refused") | {"remarks": "执照已注销。"})
    story.act("verify_compliance", "reviewer_b", answers.compliance())

    (letter,) = letters(story)

    assert letter.kind == "refused"
    assert "决定不予认定（A8.2）" in words(letter)
    assert "\n执照已注销。\n" in words(letter)
    assert "11 月 16 日（周一）24:00 前在系统中申请一次复核，由没有参加本决定的人员办理（A8.7）" in words(letter)
    assert told(story) == ["refused"]


def test_reasons_that_the_machine_found_stand_in_the_language_of_the_letter(story: Any) -> None:
    story.to_the_panel(items=1)
    story.every_expert("declare_interests", {"declaration": "none"})
    story.every_expert("score_application", answers.scores(50, 50))

    letter = next(one for one in letters(story) if one.kind == "refused")

    assert "机构得分 50.00，合格线 70.00。" in words(letter)
    assert "The agency scored 50.00; the pass mark is 70.00." in words(letter, "en")


def test_a_correction_notice_lists_every_point_and_a_lapse_says_so(story: Any) -> None:
    story.submit()
    asked = answers.asks(("licence", None), ("item", 2))
    story.act("verify_authenticity", "reviewer_a", answers.authenticity() | asked)
    story.act("verify_compliance", "reviewer_b", answers.compliance() | answers.asks(("categories", None)))

    (notice,) = letters(story)

    rows = [line.split(" | ") for line in words(notice).splitlines() if " | " in line]
    assert [(row[0], row[2]) for row in rows] == [
        ("营业执照", "A8.1"), ("服务项目：企业信用管理咨询2", "A8.1"), ("服务类别", "A7.1"),
    ]  # fmt: skip
    assert "有 3 处需要补正" in words(notice)
    assert "请在 11 月 16 日（周一）24:00 前" in words(notice)
    story.pass_time(days=20)
    assert [one.kind for one in letters(story)] == ["correction", "lapsed"]
    assert "在 11 月 16 日（周一）24:00 前没有收到补正材料" in words(letters(story)[1])
    assert told(story) == ["correction_asked", "lapsed"]


def test_an_expert_gets_a_receipt_of_their_own_doing_alone(story: Any) -> None:
    story.to_the_panel(1)
    story.every_expert("declare_interests", {"declaration": "none"})
    first = story.holder("score_application")
    story.now += timedelta(hours=1)
    story.act("score_application", first, answers.scores(80, 80))

    with reading(story.database) as unit:
        (receipt,) = documents_for(unit.session, story.cast[first], [])
        others = [login for login in story.cast if login.startswith("expert") and login != first]
        assert not any(documents_for(unit.session, story.cast[login], []) for login in others)

    assert (receipt.kind, receipt.number, receipt.person_id) == ("receipt", "券回〔2026〕1 号", story.cast[first])
    assert "申明无利益关系 | 2026-11-02 09:00\n提交评分 | 2026-11-02 10:00" in words(receipt)
    assert letters(story) == []
    assert told(story, first) == ["seat_assigned"]
