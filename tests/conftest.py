"""Fixtures that every test may use: both databases, fresh for each test, with the whole schema."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.db import create_engine, metadata
from app.migrations import load_tables
from tests.no_python import python_forbidden


@pytest.fixture(scope="session", autouse=True)
def _no_python_from_uploads() -> Iterator[None]:
    """Every test runs with eval, exec and compile closed to what came from an upload or from stored state."""
    with python_forbidden():
        yield


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database with the whole schema, copied for each test."""
    load_tables()
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    engine = create_engine(f"sqlite:///{path}")
    metadata.create_all(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL (without database) of a private PostgreSQL cluster: own port, own folder, run as a non-root user."""
    with _cluster() as url:
        yield url


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str) -> str:
    """The name of an empty PostgreSQL database with the whole schema."""
    load_tables()
    with sa.create_engine(postgresql_server + "/postgres", isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE quanliu_template")
    engine = create_engine(postgresql_server + "/quanliu_template")
    metadata.create_all(engine)
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


class _cluster:  # noqa: N801 -- reads as a function in the with statement
    """Starts PostgreSQL and stops it: Debian's binaries when present, else the wheel's."""

    def __enter__(self) -> str:
        self.folder = Path(tempfile.mkdtemp(prefix="quanliu-pg-"))
        self.bin = _postgresql_bin()
        self.user = _unprivileged_user()
        if self.user:
            shutil.chown(self.folder, self.user)
        data = self.folder / "data"
        self._run("initdb", "-D", str(data), "-U", "quanliu", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        options = f"-p {port} -c listen_addresses=127.0.0.1 -k {self.folder} -c max_connections=100 -c fsync=off"
        self._run("pg_ctl", "-D", str(data), "-w", "-l", str(self.folder / "log"), "-o", options, "start")
        return f"postgresql+psycopg://quanliu@127.0.0.1:{port}"

    def __exit__(self, *_exc: object) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        done = subprocess.run(
            [str(self.bin / program), *arguments],
            user=self.user,
            capture_output=True,
            text=True,
            env=environment,
            cwd=self.folder,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr or done.stdout}")


def _postgresql_bin() -> Path:
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if debian:
        return debian[-1]
    for folder in map(Path, sys.path):
        for found in folder.glob("**/bin/initdb"):
            return found.parent
    raise RuntimeError("no PostgreSQL binaries: install Debian's postgresql, or the wheel in requirements-dev.txt")


def _unprivileged_user() -> str | None:
    """PostgreSQL refuses to run as root; any unprivileged account will do."""
    return "nobody" if os.geteuid() == 0 else None
