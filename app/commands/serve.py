"""The last steps of `make run`: migrate, seed the demo, then become the web server with its embedded worker."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from app.commands.steps import main_of, run, step
from app.settings import AppEnv, Settings

FLASK = [sys.executable, "-m", "flask", "--app", "app.factory"]
GUNICORN = [sys.executable, "-m", "gunicorn", "--config", "python:app.gunicorn_settings", "app.factory:create_app()"]


def serve() -> None:
    """Bring the database up to date and serve; SIGINT and SIGTERM stop web and worker."""
    os.environ.setdefault("APP_ENV", AppEnv.DEMO.value)
    settings = Settings.from_environment()
    Path(settings.instance_dir).mkdir(parents=True, exist_ok=True)
    with step("bringing the database up to date"):
        run([*FLASK, "migrate"])
    if settings.env is AppEnv.DEMO:
        with step("looking after the demo's people and cases"):
            run([*FLASK, "seed-demo"])
    os.execv(GUNICORN[0], GUNICORN)


if __name__ == "__main__":
    main_of(serve)
