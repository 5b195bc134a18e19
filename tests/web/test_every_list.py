"""Every list goes to Excel with the rows of its page, for whoever may see the page and for nobody else."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.factory import create_app
from app.settings import AppEnv, Settings
from app.web.context import EXTENSION
from app.web.demo import PASSWORD
from app.web.excel import XLSX
from app.web.permissions import PERMISSIONS, PUBLIC
from tests.gallery import Stop, stops
from tests.gallery_site import Gallery, build_gallery
from tests.spreadsheets import has_formulas, rows_of

NO_FILES = {
    "inbox.show": "its file is the address /inbox/export, tests/web/test_inbox.py",
}
"""Pages with a list whose file is elsewhere."""
ONE_ROW_FOR_EACH_PART = {"public.list_agencies"}
"""Lists whose file has more rows than the page: one for each service item of an agency."""
LISTS = 25
"""So many pages of the gallery, at least, show a list that is no longer than a page and not empty."""


class _Lists(HTMLParser):
    """The rows of what is marked data-list, as text, the address of the file, and whether another page follows."""

    VOID = frozenset({"input", "br", "img", "meta", "link", "hr", "source", "wbr", "col"})

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[str] = []
        self.address = ""
        self.is_list = self.has_next = False
        self._depth = 0
        """Below the marked element; 0: outside."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "a" and "format=xlsx" in (found.get("href") or ""):
            self.address = str(found["href"])
        self.has_next |= tag == "a" and found.get("rel") == "next"
        if self._depth and tag not in self.VOID:
            self._depth += 1
            if self._depth == 2:
                self.rows.append("")
        elif "data-list" in found:
            self.is_list, self._depth = True, 1

    def handle_endtag(self, tag: str) -> None:
        if self._depth and tag not in self.VOID:
            self._depth -= 1

    def handle_data(self, data: str) -> None:
        if self._depth > 1:
            self.rows[-1] += data


@pytest.fixture(scope="module")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Gallery]]:
    folder = tmp_path_factory.mktemp("lists")
    shutil.copy(sqlite_template, folder / "site.sqlite3")
    settings = Settings(
        env=AppEnv.TEST, database_url=f"sqlite:///{folder}/site.sqlite3", storage_url=f"file://{folder}/files",
        clock="manual", instance_dir=folder,
    )  # fmt: skip
    made = create_app(settings)
    made.config.update(WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    parts = made.extensions[EXTENSION]
    yield made, build_gallery(parts)
    parts.database.dispose()


class _Visitors:
    """Clients by login."""

    def __init__(self, app: Flask) -> None:
        self._app, self._clients = app, dict[str | None, FlaskClient]()

    def client(self, login: str | None) -> FlaskClient:
        if login not in self._clients:
            self._clients[login] = client = self._app.test_client()
            if login is not None:
                client.post("/sign-in", data={"login": login, "password": PASSWORD})
        return self._clients[login]


def test_every_list_is_exported_with_the_rows_of_its_page(site: tuple[Flask, Gallery]) -> None:
    app, gallery = site
    visitors, compared, without = _Visitors(app), 0, list[str]()
    for stop in _pages(app):
        login = stop.who(gallery)
        page = visitors.client(login).get(stop.address(gallery))
        found = _lists(page.get_data(as_text=True))
        if not found.rows or stop.endpoint in NO_FILES:
            continue
        if not found.address:
            without.append(stop.name)
            continue
        compared += _compare(stop, found, visitors.client(login).get(found.address))
        if PERMISSIONS[stop.endpoint] != PUBLIC:
            assert visitors.client(None).get(found.address).status_code != 200, stop.name
    assert without == []
    assert compared >= LISTS


def test_every_template_that_is_called_a_list_says_which_rows_are_its_own() -> None:
    unmarked = {
        path.parent.name
        for path in (Path(__file__).parents[2] / "app" / "web" / "templates").rglob("list.html")
        if not any(mark in path.read_text(encoding="utf-8") for mark in ("data-list", "is_list", "table.html"))
    }

    assert unmarked == set()


def test_a_file_is_refused_to_whoever_may_not_see_the_page(site: tuple[Flask, Gallery]) -> None:
    app, _ = site
    visitors = _Visitors(app)

    for address in (
        "/people",
        "/payments",
        "/panels",
        "/bad-credit",
        "/shareholdings",
        "/parameters",
        "/role-requests",
    ):
        assert visitors.client("enterprise2").get(f"{address}?format=xlsx").status_code in {403, 404}, address


def _pages(app: Flask) -> list[Stop]:
    """One stop for each address; what is only looked at after an act is the same list."""
    return [stop for stop in stops(app) if stop.act is None]


def _lists(html: str) -> _Lists:
    found = _Lists()
    found.feed(html)
    return found


def _compare(stop: Stop, page: _Lists, answer: Any) -> bool:
    """Each row of the file stands on the page and each row of the page in the file; said whether they could be compared."""
    assert answer.status_code == 200, stop.name
    assert answer.mimetype == XLSX, stop.name
    headings, *rows = rows_of(answer.data)
    assert all(headings), stop.name
    assert not has_formulas(answer.data), stop.name
    keys = [_key(row) for row in rows]
    shown = [" ".join(row.split()) for row in page.rows]
    for row in shown:
        assert any(key in row for key in keys), (stop.name, row)
    if page.has_next:
        return False
    for key in keys:
        assert any(key in row for row in shown), (stop.name, key)
    if stop.endpoint not in ONE_ROW_FOR_EACH_PART:
        assert len(rows) == len(shown), stop.name
    return True


def _key(row: list[str]) -> str:
    """The first text of a row; a row of figures alone: "", which stands everywhere."""
    return next((cell for cell in row if cell and not cell.replace(".", "", 1).removeprefix("-").isdigit()), "")
