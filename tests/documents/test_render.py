"""Documents as PDF: archival, readable by machines, the same bytes for the same data, and data that stay data."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pypdf
import pytest
import typst
import zxingcpp

from app.documents.content import Content, label, write
from app.documents.render import Rendered, qr_svg, render, verification_url
from tests.documents.pixels import grey

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


@pytest.mark.parametrize("code", ["L-7K2Q-94TD", "NXJG-2026-0007"])
def test_a_camera_reads_the_verification_address_from_the_qr_code(code: str) -> None:
    url = verification_url(ROOT, code)
    drawn = qr_svg(url)

    read = zxingcpp.read_barcodes(grey(_picture(drawn)), formats=zxingcpp.BarcodeFormat.QRCode)

    assert [one.text for one in read] == [url]
    assert url == f"https://q.example/public/verify/{code}"
    assert drawn == qr_svg(url)


def test_the_archival_kind_keeps_its_rules_of_structure() -> None:
    """What ISO 19005-2 asks for and can be seen without a validator of its own."""
    reader = pypdf.PdfReader(io.BytesIO(pdf(letter()).pdf))
    root: Any = reader.trailer["/Root"]
    (intent,) = root["/OutputIntents"]
    profile = intent["/DestOutputProfile"].get_object()

    assert not reader.is_encrypted
    assert "/ID" in reader.trailer
    assert intent["/S"] == "/GTS_PDFA1"
    assert (profile["/N"], profile.get_data()[36:40]) == (3, b"acsp")
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "zh-CN"
    assert "/StructTreeRoot" in root
    assert "/Filter" not in root["/Metadata"].get_object()
    assert not {"/AA", "/OpenAction", "/JavaScript", "/EmbeddedFiles"} & {*root, *root.get("/Names", {})}
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]


def test_every_font_of_the_archival_kind_is_embedded_and_its_text_can_be_read_out() -> None:
    fonts = {font for page in pypdf.PdfReader(io.BytesIO(pdf(letter()).pdf)).pages for font in _fonts(page)}

    assert fonts
    assert all(is_embedded and has_unicode for _, is_embedded, has_unicode in fonts)


def _picture(svg: str) -> bytes:
    """A drawing as PNG, four pixels a module."""
    source = b'#set page(width: auto, height: auto, margin: 8pt)\n#image(bytes(sys.inputs.svg), format: "svg")'
    made = typst.compile(source, format="png", ppi=288, sys_inputs={"svg": svg})
    assert isinstance(made, bytes)
    return made


def _fonts(page: Any) -> Iterator[tuple[str, bool, bool]]:
    """Each font of a page: its name, whether its glyphs are in the file, whether they are told as characters."""
    for font in (one.get_object() for one in page["/Resources"]["/Font"].values()):
        descendant = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
        embedded = descendant["/FontDescriptor"].keys() & {"/FontFile", "/FontFile2", "/FontFile3"}
        yield str(font["/BaseFont"]), bool(embedded), "/ToUnicode" in font
