"""Fixtures that every test may use: both databases, fresh for each test, with the whole schema."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.db import create_engine, unit_of_work
from app.engine.deployment import deploy_shipped
from app.factory import put_together
from app.migrations import migrate
from app.settings import AppEnv, Settings
from tests.no_python import python_forbidden
from tests.people import settle
from tests.postgresql import private_cluster
from tests.serving import ROOT


@pytest.fixture(scope="session", autouse=True)
def _no_python_from_uploads() -> Iterator[None]:
    """Every test runs with eval, exec and compile closed to what came from an upload or from stored state."""
    with python_forbidden():
        yield


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database with the whole schema, copied for each test."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    engine = create_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def settled_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    """A database with everybody settled and the shipped processes deployed, copied by who needs it; and who is who."""
    folder = tmp_path_factory.mktemp("settled")
    path = folder / "settled.sqlite3"
    shutil.copy(sqlite_template, path)
    parts = put_together(Settings(env=AppEnv.TEST, database_url=f"sqlite:///{path}", instance_dir=folder))
    with unit_of_work(parts.database) as unit:
        cast = settle(unit.session)
        deploy_shipped(unit, ROOT, parts.known, now=datetime.now(UTC))
    parts.database.dispose()
    return path, cast


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL (without database) of a private PostgreSQL cluster: own port, own folder, run as a non-root user."""
    with private_cluster() as url:
        yield url


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str) -> str:
    """The name of an empty PostgreSQL database with the whole schema."""
    with sa.create_engine(postgresql_server + "/postgres", isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE quanliu_template")
    engine = create_engine(postgresql_server + "/quanliu_template")
    migrate(engine)
    engine.dispose()
    return "quanliu_template"


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh SQLite database with the schema."""
    path = tmp_path / "test.sqlite3"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(postgresql_server: str, postgresql_template: str) -> Iterator[str]:
    """A fresh PostgreSQL database with the schema; dropped after the test."""
    name = f"test_{os.urandom(6).hex()}"
    admin = sa.create_engine(postgresql_server + "/postgres", isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {postgresql_template}")
    yield f"{postgresql_server}/{name}"
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    admin.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The same test on both databases."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def database(database_url: str) -> Iterator[sa.Engine]:
    """An engine on a fresh database with the whole schema."""
    engine = create_engine(database_url)
    yield engine
    engine.dispose()
