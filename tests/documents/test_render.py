"""Documents as PDF: archival, readable by machines, the same bytes for the same data, and data that stay data."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from typing import Any

import pypdf
import pytest
import segno

from app.documents.content import Content, label, write
from app.documents.render import Rendered, qr_svg, render, verification_url

ON = date(2026, 11, 24)
DUE = datetime(2026, 12, 8, 16, 0, tzinfo=UTC)
ROOT = "https://q.example"
REASON = "机构得分 62.00，合格线 70.00。\n#let x = 1 *粗* $y$ @ref <label> \\ // 注"


def letter(language: str = "zh", addressee: str = "宁夏砺信信用服务有限公司", reason: str = REASON) -> Content:
    values = {
        "submitted_on": ON, "case_number": "2026-00018", "article": "A8.5", "reason": reason, "review_until": DUE,
    }  # fmt: skip
    return write("refused", language, values, letterhead="宁夏券流运营中心", addressee=addressee, on=ON)


def certificate() -> Content:
    facts = [(label("certificate_number", "zh"), "NXJG-2026-0007"), (label("credit_code", "zh"), "91640100MA7700001X")]
    return write(
        "certificate", "zh", {}, letterhead="宁夏券流运营中心", addressee="宁夏砺信信用服务有限公司", on=ON,
        rows=[["企业信用管理咨询"]], facts=facts,
    )  # fmt: skip


def pdf(content: Content, code: str = "L-7K2Q-94TD") -> Rendered:
    return render(content, number="券认〔2026〕41 号", code=code, root_url=ROOT)


def text_of(made: Rendered) -> str:
    pages = pypdf.PdfReader(io.BytesIO(made.pdf)).pages
    return "".join(page.extract_text() for page in pages).replace("\n", "").replace(" ", "")


def metadata(made: Rendered) -> str:
    root: Any = pypdf.PdfReader(io.BytesIO(made.pdf)).trailer["/Root"]
    return str(root["/Metadata"].get_object().get_data().decode())


def test_a_letter_says_number_addressee_reasons_article_remedy_sender_and_code() -> None:
    said = text_of(pdf(letter()))

    for words in (
        "券认〔2026〕41号", "不予认定决定书", "宁夏砺信信用服务有限公司：", "案号2026-00018", "（A8.5）", "机构得分62.00，合格线70.00。",
        "12月8日（周二）24:00", "由没有参加本决定的人员办理（A8.7）", "宁夏券流运营中心", "2026年11月24日", "核验码L-7K2Q-94TD",
    ):  # fmt: skip
        assert words in said


def test_what_somebody_typed_is_never_markup() -> None:
    assert "#letx=1*粗*$y$@ref<label>\\//注" in text_of(pdf(letter()))


def test_a_certificate_names_agency_number_code_and_items() -> None:
    said = text_of(pdf(certificate(), "NXJG-2026-0007"))

    for words in (
        "服务机构认定证书",
        "宁夏砺信信用服务有限公司",
        "NXJG-2026-0007",
        "91640100MA7700001X",
        "企业信用管理咨询",
    ):
        assert words in said


@pytest.mark.parametrize("content", [letter(), letter("en"), certificate()], ids=["letter", "english", "certificate"])
def test_a_document_is_pdf_a_and_pdf_ua_with_title_and_language(content: Content) -> None:
    made = pdf(content)
    said = metadata(made)

    assert made.is_archival
    assert "<pdfaid:part>2</pdfaid:part>" in said
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in said
    assert "<pdfuaid:part>1</pdfuaid:part>" in said
    assert content.title in said


def test_the_same_data_give_the_same_bytes_and_other_data_others() -> None:
    kept = Content.from_json(letter().as_json())

    assert pdf(letter()).pdf == pdf(kept).pdf
    assert pdf(letter()).pdf != pdf(letter(reason="别的理由。")).pdf


def test_a_character_that_no_font_has_costs_the_archival_kind_and_nothing_else() -> None:
    made = pdf(letter(addressee="宁夏\U0010fffd有限公司"))

    assert not made.is_archival
    assert "不予认定决定书" in text_of(made)


def test_a_rare_character_of_a_name_stands_in_the_archival_kind() -> None:
    assert "𠮷" in text_of(pdf(letter(addressee="宁夏𠮷祥有限公司")))


def test_the_qr_code_is_the_verification_address() -> None:
    url = verification_url(ROOT, "L-7K2Q-94TD")
    wanted = segno.make(url, error="m", micro=False)
    drawn = qr_svg(url)

    assert url == "https://q.example/public/verify/L-7K2Q-94TD"
    assert drawn == qr_svg(url)
    assert _dark_modules(drawn) == sum(module for row in wanted.matrix for module in row)
    assert drawn != qr_svg(url + "X")


def _dark_modules(svg: str) -> int:
    """How many modules the path of strokes covers: each `h` draws so many."""
    path = svg.partition(' d="')[2].partition('"')[0]
    return sum(int(piece.partition("m")[0]) for piece in path.split("h")[1:])
