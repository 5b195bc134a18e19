"""Which texts of the interface the code and the templates ask a translation for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract

from app.commands.steps import ROOT

KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "_l": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
}
_FOLDERS = ("app", "handlers")
_JINJA = {"extensions": "jinja2.ext.do,jinja2.ext.loopcontrols", "silent": "false", "trim_blocks": "true"}


def texts_in_use(root: Path = ROOT) -> Iterator[tuple[str, str]]:
    """Pairs of a text (the singular of a plural) and the place `file:line` that uses it; syntax errors are raised."""
    for folder in _FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            method = _method(path)
            if method is not None:
                yield from _texts(root, path, method)


def _method(path: Path) -> str | None:
    if path.suffix == ".py":
        return "python"
    if path.suffix in {".html", ".jinja", ".txt", ".xml"} and "templates" in path.parts:
        return "jinja2.ext:babel_extract"
    return None


def _texts(root: Path, path: Path, method: str) -> Iterator[tuple[str, str]]:
    options = _JINJA if method != "python" else {}
    with path.open("rb") as file:
        for line, message, _comments, _context in extract(method, file, keywords=KEYWORDS, options=options):
            yield (message if isinstance(message, str) else message[0]), f"{path.relative_to(root)}:{line}"
