"""Draws the sample form with the real templates and catalogues, and reads the page strictly."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from werkzeug.datastructures import MultiDict

from app.forms import FieldError, Form, read_form
from app.web.forms.render import Showing, form_view

ROOT = Path(__file__).parents[3]
WEB = ROOT / "app" / "web"
PAGE = """<!doctype html><html lang="zh-CN"><head><title>t</title></head><body class="ql"><main>
{% import "forms/form.html" as forms %}
{% if is_read_only %}{{ forms.answers(view) }}{% else %}
<form method="post" enctype="multipart/form-data" novalidate class="ql-stack" aria-label="{{ view.title }}">
{{ forms.default_button() }}{{ forms.error_summary(view) }}{{ forms.fields(view.fields) }}{{ forms.buttons(view) }}
</form>{% endif %}</main></body></html>"""


@pytest.fixture(scope="session")
def form() -> Form:
    """The sample form with a field of each kind."""
    return read_form((ROOT / "tests" / "forms" / "everything.json").read_bytes())


@pytest.fixture(scope="session")
def environments() -> dict[str, Environment]:
    """Jinja with the catalogue of each language, undefined names being errors."""
    with (WEB / "translations" / "zh_CN" / "forms.po").open("rb") as file:
        catalogue = read_po(file, locale="zh_CN")
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return {"zh": _environment(Translations(compiled)), "en": _environment(NullTranslations())}


@pytest.fixture
def draw(form: Form, environments: dict[str, Environment]) -> Callable[..., str]:
    """Draws a form with answers; returns the page."""

    def page(
        answers: Mapping[str, Any],
        errors: Sequence[FieldError] = (),
        *,
        of: Form = form,
        language: str = "zh",
        **showing: Any,
    ) -> str:
        how = Showing(language, **showing)
        view = form_view(of, answers, how, errors)
        return environments[language].from_string(PAGE).render(view=view, is_read_only=how.is_read_only)

    return page


@pytest.fixture
def posted() -> Callable[[str], MultiDict[str, str]]:
    """What a browser would post from a page if its reader changed nothing and pressed no button."""
    return successful_controls


def _environment(translations: NullTranslations) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(WEB / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]
    return environment


def successful_controls(page: str) -> MultiDict[str, str]:
    form = lxml.html.document_fromstring(page).find(".//form")
    found: list[tuple[str, str]] = []
    for control in form.iter("input", "textarea", "select"):
        name, kind = control.get("name"), control.get("type", "text")
        if control.tag == "input" and kind in {"radio", "checkbox"} and control.get("checked") is None:
            continue
        if kind == "file":
            continue
        found.append((name, _value(control)))
    return MultiDict(found)


def _value(control: Any) -> str:
    if control.tag == "select":
        return str(control.value or "")
    if control.tag == "textarea":
        # A browser drops the first line break of a textarea's text; libxml2 does not.
        return (control.text or "").removeprefix("\n").replace("\n", "\r\n")
    return str(control.get("value", "on"))
