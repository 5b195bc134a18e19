"""From what a document says to its PDF: typst, with the data as data. The same data give the same bytes."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import orjson
import segno
import typst

from app.documents.content import Content, label
from app.documents.fonts import FALLBACK, SANS, SERIF, font_folders

Standard = Literal["1.7", "a-2a", "ua-1"]
STANDARDS: tuple[Standard, ...] = ("a-2a", "ua-1")
"""PDF/A-2a, to be kept for ever, and PDF/UA-1, to be read by screen readers."""
_FOLDER = Path(__file__).parent
_LAYOUTS = {"certificate": "certificate.typ", "voucher": "certificate.typ"}


@dataclass(frozen=True, slots=True)
class Rendered:
    """A PDF, and whether it is of the archival kind."""

    pdf: bytes
    is_archival: bool


def verification_url(root_url: str, code: str) -> str:
    """Where the QR code leads."""
    return f"{root_url}/public/verify/{code}"


def qr_svg(url: str) -> str:
    """The QR code of an address as SVG, dark modules as one path."""
    drawn = io.BytesIO()
    segno.make(url, error="m", micro=False).save(drawn, kind="svg", border=2, xmldecl=False, dark="#24221e")
    return drawn.getvalue().decode()


def render(content: Content, *, number: str, code: str, root_url: str) -> Rendered:
    """Make the PDF of an issued document; raise FontsMissingError.

    A character that no font of this machine has cannot stand in PDF/A: then the PDF is an ordinary one and says so.
    """
    source = _FOLDER / _LAYOUTS.get(content.kind, "letter.typ")
    inputs = {"data": orjson.dumps(_data(content, number, code, root_url)).decode()}
    try:
        return Rendered(_compile(source, inputs, content, STANDARDS), is_archival=True)
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
    return Rendered(_compile(source, inputs, content, ("1.7",)), is_archival=False)


def _data(content: Content, number: str, code: str, root_url: str) -> Mapping[str, Any]:
    return {
        **content.as_json(),
        "number": number,
        "to": label("to", content.language, addressee=content.addressee),
        "foot": [label("verify", content.language, code=code), label("electronic", content.language)],
        "qr": qr_svg(verification_url(root_url, code)),
        "fonts": {"serif": [SERIF, FALLBACK], "sans": [SANS, FALLBACK]},
    }


def _compile(source: Path, inputs: dict[str, str], content: Content, standards: tuple[Standard, ...]) -> bytes:
    return typst.compile(
        source, format="pdf", sys_inputs=inputs, pdf_standards=list(standards), font_paths=list(font_folders()),
        ignore_system_fonts=True, timestamp=datetime(*content.dated_on, tzinfo=UTC),
    )  # fmt: skip
