"""A walk over every page in each language: no Chinese in English pages and no English in Chinese ones, but names and data."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from app.db import metadata, reading
from app.factory import create_app
from app.settings import AppEnv, Settings
from app.web.context import EXTENSION, Context
from app.web.demo import PASSWORD
from tests.gallery import Stop, stops
from tests.gallery_site import Gallery, build_gallery

CHINESE = re.compile(r"[\u3400-\u9fff]+")
ENGLISH = re.compile(r"[A-Za-z]{3,}(?:[ '’-][A-Za-z]+)*")
PLACE = re.compile(r"\{\w+\}")
"""A place in a text of a message that is filled in later."""
COLUMNS = {"流水号", "日期", "支出", "收入", "余额", "对方户名", "对方账号", "摘要"}
"""What the columns of a bank's statement are called, whatever language one reads."""
SAID_IN_CHINESE = {
    "WCAG", "Chromium", "axe", "PDF", "CSV", "JSON", "XML", "BPMN", "DMN", "FEEL", "TOTP", "OIDC", "bundle", "holiday", "workday",
    "px", "passkey", "Passkey", "Tab", "Enter", "Esc", "Shift", "Ctrl", "English", "JavaScript", "Excel", "JPEG", "PNG", "PIN", "UNIQUE", "Aegis", "FreeOTP", "due", "step", "Quanliu", "UTF", "AAA", "csv", "docs", "recompute",
    "KQM", "XTP", "WHC",
}  # fmt: skip
"""English words that Chinese people write, too; what is to be typed as it stands."""


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Gallery]]:
    """The gallery behind the application, without a server."""
    folder = tmp_path_factory.mktemp("words")
    shutil.copy(sqlite_template, folder / "site.sqlite3")
    settings = Settings(
        env=AppEnv.TEST, database_url=f"sqlite:///{folder}/site.sqlite3", storage_url=f"file://{folder}/files",
        clock="manual", instance_dir=folder,
    )  # fmt: skip
    made = create_app(settings)
    made.config.update(WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    parts: Context = made.extensions[EXTENSION]
    yield made, build_gallery(parts)
    parts.database.dispose()


@pytest.fixture(scope="module")
def data(site: tuple[Flask, Gallery]) -> str:
    """Everything that the database holds as text and that is no text of the interface: names, answers, numbers."""
    found: list[str] = []
    with reading(site[1].parts.database) as unit:
        for table in metadata.sorted_tables:
            columns = [one for one in table.columns if not one.name.endswith(("_zh", "_en")) and one.name != "texts"]
            named = [one for one in table.columns if one.name in {"name_zh", "name_en", "subject"}]
            for row in unit.connection.execute(sa.select(*columns, *named)):
                found += [str(value) for value in row if isinstance(value, (str, list, dict))]
    return "\n".join(found)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_page_speaks_one_language(site: tuple[Flask, Gallery], data: str, language: str) -> None:
    app, gallery = site
    clients: dict[str | None, FlaskClient] = {}

    wrong = {
        stop.name: said
        for stop in stops(app)
        if stop.act is None and (said := foreign(_page(app, gallery, clients, stop, language), language, data))
    }

    assert wrong == {}


def test_foreign_words_are_found() -> None:
    page = "<main><p>Due 今天到期</p><p lang='zh-CN'>中文</p><p>宁夏砺信</p></main>"

    assert foreign(page, "en", "宁夏砺信信用服务") == ["今天到期"]
    assert foreign("<main><p>今天 due today</p><p>PDF</p></main>", "zh", "") == ["due today"]


def foreign(page: str, language: str, data: str) -> list[str]:
    """The runs of the other language that are neither marked as such nor data."""
    tree = html.fromstring(page)
    pattern, known = (CHINESE, {"中文", *COLUMNS}) if language == "en" else (ENGLISH, SAID_IN_CHINESE)
    runs = {run.strip() for text in _texts(tree) for run in pattern.findall(PLACE.sub("", text))}
    return sorted(run for run in runs if run and run not in data and not set(re.findall(r"[\w’'-]+", run)) <= known)


def _texts(tree: Any) -> Iterator[str]:
    """What is read on a page: texts, and the attributes that are read aloud; but what says its own language."""
    for element in tree.iter():
        if (
            not isinstance(element.tag, str)
            or element.tag in {"script", "style", "textarea", "code"}
            or _is_marked(element)
        ):
            continue
        yield element.text or ""
        yield from (element.get(name) or "" for name in ("aria-label", "title", "placeholder", "alt"))
        yield from (child.tail or "" for child in element)


def _is_marked(element: Any) -> bool:
    own = [
        one
        for one in (element, *element.iterancestors())
        if one.tag != "html" and (one.get("lang") or "ql-code" in (one.get("class") or ""))
    ]
    return bool(own)


def _page(app: Flask, gallery: Gallery, clients: dict[str | None, FlaskClient], stop: Stop, language: str) -> str:
    login, address = stop.who(gallery), stop.address(gallery)
    client = clients.get(login) or clients.setdefault(login, _client(app, login, language))
    answer = client.get(address)
    return answer.text if answer.status_code != 302 else "<p></p>"


def _client(app: Flask, login: str | None, language: str) -> FlaskClient:
    client = app.test_client()
    if login is not None:
        assert client.post("/sign-in", data={"login": login, "password": PASSWORD}).status_code == 302
    with client.session_transaction() as session:
        session["language"] = language
    return client
