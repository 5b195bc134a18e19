"""The application in front of a fresh database, and clients that are signed in as somebody."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import unit_of_work
from app.domain.api_token import issue_token
from app.factory import create_app, put_together
from app.settings import AppEnv, Settings
from app.web.context import EXTENSION, Context
from app.web.limits import limiter
from app.web.request_log import EXTENSION as MEASURES
from app.web.request_log import Measures
from app.web.sweeps import sweeps
from tests.people import PASSWORD


@pytest.fixture(scope="session")
def built_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application, built once: its routes and templates are the same for every test, its parts are given by `app`."""
    made = create_app(_settings(tmp_path_factory.mktemp("built")))
    made.config.update(TESTING=False, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    return made


@pytest.fixture
def app(built_app: Flask, settled_template: tuple[Path, dict[str, int]], tmp_path: Path) -> Iterator[Flask]:
    """The application on a fresh SQLite, with everybody settled and the shipped processes deployed."""
    template, cast = settled_template
    shutil.copy(template, tmp_path / "test.sqlite3")
    parts = put_together(_settings(tmp_path))
    config, extensions = dict(built_app.config), dict(built_app.extensions)
    built_app.extensions |= {
        EXTENSION: parts, "job_registry": sweeps(parts), MEASURES: Measures(), "cast": dict(cast),
    }  # fmt: skip
    # one limiter for the whole process: an application that a test built for itself may have turned it on
    limiter.enabled = False
    yield built_app
    parts.database.dispose()
    for kept, now in ((config, built_app.config), (extensions, built_app.extensions)):
        now.clear()
        now.update(kept)


def _settings(folder: Path) -> Settings:
    return Settings(
        env=AppEnv.TEST, database_url=f"sqlite:///{folder}/test.sqlite3", storage_url=f"file://{folder}/files",
        clock="manual", instance_dir=folder,
    )  # fmt: skip


@pytest.fixture
def parts(app: Flask) -> Context:
    """The application's parts."""
    found: Context = app.extensions[EXTENSION]
    return found


@pytest.fixture
def cast(app: Flask) -> dict[str, int]:
    """Person ids by login."""
    found: dict[str, int] = app.extensions["cast"]
    return found


@pytest.fixture
def client_of(app: Flask) -> Callable[[str | None], FlaskClient]:
    """A client signed in as somebody; None: as nobody."""

    def sign_in(login: str | None) -> FlaskClient:
        client = app.test_client()
        if login is not None:
            answer = client.post("/sign-in", data={"login": login, "password": PASSWORD})
            assert answer.status_code == 302, answer.text
        return client

    return sign_in


@pytest.fixture
def token_of(parts: Context, cast: dict[str, int]) -> Callable[[str], dict[str, str]]:
    """The header that makes a machine act as somebody."""

    def header(login: str) -> dict[str, str]:
        with unit_of_work(parts.database) as unit:
            token = issue_token(unit.session, cast[login], now=datetime.now(UTC))
        return {"Authorization": f"Bearer {token}"}

    return header


@pytest.fixture
def english_of(client_of: Callable[[str | None], FlaskClient]) -> Callable[[str | None], FlaskClient]:
    """A client signed in as somebody who reads English."""

    def sign_in(login: str | None) -> FlaskClient:
        client = client_of(login)
        with client.session_transaction() as kept:
            kept["language"] = "en"
        return client

    return sign_in
