"""Logs: readable lines in a demo, JSON in production; never a person's data."""

from __future__ import annotations

import logging

import structlog

from app.settings import AppEnv


def configure_logs(env: AppEnv) -> None:
    """Set structlog up for the process."""
    level = logging.INFO if env is AppEnv.PRODUCTION else logging.WARNING
    last: structlog.typing.Processor = (
        structlog.processors.JSONRenderer() if env is AppEnv.PRODUCTION else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
    )
