"""The last steps of `make run`: migrate, make the demo, then become the web server with its embedded worker."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from app.commands.steps import main_of, run, step
from app.settings import AppEnv, Settings

FLASK = [sys.executable, "-m", "flask", "--app", "app.factory"]
GUNICORN = [sys.executable, "-m", "gunicorn", "--config", "python:app.gunicorn_settings", "app.factory:create_app()"]


def serve() -> None:
    """Bring the database up to date and serve; SIGINT and SIGTERM stop web and worker."""
    os.environ.setdefault("APP_ENV", AppEnv.DEMO.value)
    settings = Settings.from_environment()
    Path(settings.instance_dir).mkdir(parents=True, exist_ok=True)
    if settings.env is AppEnv.DEMO:
        make_demo(sa.make_url(settings.database_url))
    else:
        with step("bringing the database up to date"):
            run([*FLASK, "migrate"])
    os.execv(GUNICORN[0], GUNICORN)


def make_demo(url: sa.URL, fill: Callable[[sa.URL, str], None] | None = None) -> None:
    """Migrate and fill the demo; a first SQLite database is made beside its place and put there once it is whole.

    So a first start that is broken off leaves nothing half lived behind.

    Args:
        fill: migrates and seeds a database; is told what to say of it.
    """
    fill = fill or _fill
    place = Path(url.database or "") if url.get_backend_name() == "sqlite" else None
    if place is None or place.exists():
        fill(url, "looking after the demo's people and cases")
        return
    making = place.with_name(f"{place.name}.making")
    for left in place.parent.glob(f"{making.name}*"):
        left.unlink()
    fill(url.set(database=str(making)), "living a year of the demo's programme, about two minutes, once")
    with closing(sqlite3.connect(making)) as last:
        last.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    making.rename(place)


def _fill(url: sa.URL, what: str) -> None:
    environment = {"DATABASE_URL": url.render_as_string(hide_password=False)}
    with step("bringing the database up to date"):
        run([*FLASK, "migrate"], environment=environment)
    with step(what):
        run([*FLASK, "seed-demo"], environment=environment)


if __name__ == "__main__":
    main_of(serve)
