"""The database: engine, unit of work, constraint naming.

Knows SQLAlchemy and the two databases (SQLite, PostgreSQL) and nothing of the programme. Every table of the application
hangs on `metadata`; records with behaviour are ORM classes below `Base`, tables of the hot path are plain Core tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Session

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = sa.MetaData(naming_convention=NAMING)

BUSY_TIMEOUT_MS = 30_000
"""How long a SQLite writer queues for the one write lock."""
LOCK_TIMEOUT_MS = 5_000
"""How long PostgreSQL waits for a row that another transaction holds before it is a conflict."""
_READ_ONLY = "quanliu_read_only"


class Base(DeclarativeBase):
    """The base of every mapped record."""

    metadata = metadata


class Instant(sa.types.TypeDecorator[datetime]):
    """An instant, always aware and in UTC; SQLite keeps it as sortable text of fixed width."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Refuse naive datetimes; hand the database UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant must be aware (UTC), got a naive datetime")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        """Return aware UTC whatever the database kept."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Json(sa.types.TypeDecorator[Any]):
    """JSON as text, written and read by orjson, alike on both databases."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str | None:  # noqa: ARG002
        """Write; None is SQL NULL."""
        return None if value is None else orjson.dumps(value).decode()

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Any:  # noqa: ARG002
        """Read."""
        return None if value is None else orjson.loads(value)


class UnitOfWork:
    """One transaction: a Core connection, and an ORM session on it that is made when first asked for."""

    __slots__ = ("_session", "connection")

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self._session: Session | None = None

    @property
    def session(self) -> Session:
        """The ORM session of this transaction; flushed before the commit, never committed by itself."""
        if self._session is None:
            self._session = Session(
                self.connection, join_transaction_mode="rollback_only", expire_on_commit=False, autoflush=True
            )
        return self._session

    def flush(self) -> None:
        """Write what the session still holds, so that Core statements see it."""
        if self._session is not None:
            self._session.flush()

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what happens inside if it raises, and nothing else."""
        self.flush()
        with self.connection.begin_nested():
            try:
                yield
                self.flush()
            except BaseException:
                if self._session is not None:
                    self._session.expunge_all()
                raise

    def close(self) -> None:
        """Let the session go; called by unit_of_work."""
        if self._session is not None:
            self._session.close()


def create_engine(url: str, **options: Any) -> sa.Engine:
    """An engine with the pragmas, isolation and locking that Quanliu relies on.

    SQLite: WAL, foreign keys, full synchronisation (money survives a power cut), and BEGIN IMMEDIATE for writers, so
    that two writers queue instead of failing. PostgreSQL: read committed; rows are locked by FOR UPDATE.
    """
    if url.startswith("postgresql://"):
        url = "postgresql+psycopg://" + url.removeprefix("postgresql://")
    if url.startswith("postgresql"):
        options.setdefault("connect_args", {}).setdefault("options", f"-c lock_timeout={LOCK_TIMEOUT_MS}")
    engine = sa.create_engine(url, **options)
    if engine.dialect.name == "sqlite":
        _tune_sqlite(engine)
    return engine


@contextmanager
def unit_of_work(engine: sa.Engine) -> Iterator[UnitOfWork]:
    """One write transaction: commits when the block ends well, rolls all of it back when it raises."""
    with engine.connect() as connection, connection.begin():
        unit = UnitOfWork(connection)
        try:
            yield unit
            unit.flush()
        finally:
            unit.close()


@contextmanager
def rehearsing(engine: sa.Engine) -> Iterator[UnitOfWork]:
    """One write transaction of which nothing is kept: to see what would come of a change."""
    with engine.connect() as connection:
        yield from _undone(connection)


@contextmanager
def reading(engine: sa.Engine) -> Iterator[UnitOfWork]:
    """One read-only view of the database; nothing done inside is kept, and no writer waits for it."""
    with engine.connect().execution_options(**{_READ_ONLY: True}) as connection:
        yield from _undone(connection)


def _undone(connection: sa.Connection) -> Iterator[UnitOfWork]:
    """A transaction that is rolled back whatever happened in it."""
    transaction = connection.begin()
    unit = UnitOfWork(connection)
    try:
        yield unit
    finally:
        unit.close()
        transaction.rollback()


def _tune_sqlite(engine: sa.Engine) -> None:
    @sa.event.listens_for(engine, "connect")
    def _on_connect(raw: Any, _record: Any) -> None:
        raw.isolation_level = None  # the driver must not begin by itself: see _on_begin
        cursor = raw.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def _on_begin(connection: sa.Connection) -> None:
        read_only = connection.get_execution_options().get(_READ_ONLY, False)
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
