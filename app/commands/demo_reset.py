"""`make demo-reset`: throw the demo's database and files away, so that the next start seeds them afresh."""

from __future__ import annotations

import shutil

import sqlalchemy as sa

from app.commands.steps import StepFailedError, main_of, say
from app.settings import AppEnv, Settings


def reset_demo() -> None:
    """Delete the instance folder of a SQLite demo; raise StepFailedError anywhere else."""
    settings = Settings.from_environment()
    url = sa.make_url(settings.database_url)
    if settings.env is not AppEnv.DEMO or url.get_backend_name() != "sqlite":
        raise StepFailedError("only a demo on SQLite is reset by this command")
    shutil.rmtree(settings.instance_dir, ignore_errors=True)
    say("The demo is empty; `make run` fills it again.")


if __name__ == "__main__":
    main_of(reset_demo)
