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
from app.engine.deployment import deploy_shipped
from app.factory import create_app
from app.settings import AppEnv, Settings
from app.web.context import EXTENSION, Context
from tests.people import PASSWORD, settle

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def settled_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    """A database with everybody settled and the shipped processes deployed, copied for each test; and who is who."""
    folder = tmp_path_factory.mktemp("settled")
    path = folder / "settled.sqlite3"
    shutil.copy(sqlite_template, path)
    made = create_app(Settings(env=AppEnv.TEST, database_url=f"sqlite:///{path}", instance_dir=folder))
    parts: Context = made.extensions[EXTENSION]
    with unit_of_work(parts.database) as unit:
        cast = settle(unit.session)
        deploy_shipped(unit, ROOT, parts.known, now=datetime.now(UTC))
    parts.database.dispose()
    return path, cast


@pytest.fixture
def app(settled_template: tuple[Path, dict[str, int]], tmp_path: Path) -> Iterator[Flask]:
    """The application on SQLite, with everybody settled and the shipped processes deployed."""
    template, cast = settled_template
    shutil.copy(template, tmp_path / "test.sqlite3")
    settings = Settings(
        env=AppEnv.TEST, database_url=f"sqlite:///{tmp_path}/test.sqlite3", storage_url=f"file://{tmp_path}/files", clock="manual",
        instance_dir=tmp_path,
    )  # fmt: skip
    made = create_app(settings)
    made.config.update(TESTING=False, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    parts: Context = made.extensions[EXTENSION]
    made.extensions["cast"] = dict(cast)
    yield made
    parts.database.dispose()


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
