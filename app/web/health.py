"""Alive, ready, measured."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.db import reading
from app.engine.tables import incident, instance, service_job, user_task
from app.migrations import is_current
from app.web.assets.manifest import AssetNotBuiltError, asset_path
from app.web.context import context
from app.web.request_log import measures

blueprint = Blueprint("health", __name__)

LOOPBACK = frozenset({"127.0.0.1", "::1"})
PASSED_ON = ("X-Forwarded-For", "Forwarded", "X-Real-IP")
"""What a proxy adds: behind one, everybody seems to call from this machine."""


@blueprint.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """The database answers, its schema is the newest, the assets are built."""
    checks = {"database": _database_answers(), "schema": False, "assets": _assets_are_built()}
    checks["schema"] = checks["database"] and is_current(context().database)
    return jsonify(status="ok" if all(checks.values()) else "not ready", checks=checks), 200 if all(
        checks.values()
    ) else 503


@blueprint.get("/metrics")
def metrics() -> Response:
    """Counts for Prometheus, which runs on this machine: what a reverse proxy passes on is refused.

    Requests are those of the process that answers; the gauges are read from the database.
    """
    if request.remote_addr not in LOOPBACK or any(name in request.headers for name in PASSED_ON):
        raise NotFound
    registry = CollectorRegistry()
    with reading(context().database) as unit:
        for name, text, query in _GAUGES:
            Gauge(name, text, registry=registry).set(unit.connection.execute(query).scalar_one())
    measured = generate_latest(registry) + generate_latest(measures().registry)
    return Response(measured, content_type=CONTENT_TYPE_LATEST)


_GAUGES = (
    (
        "quanliu_instances_running",
        "Cases that run",
        sa.select(sa.func.count()).select_from(instance).where(instance.c.status == "running"),
    ),
    (
        "quanliu_user_tasks_open",
        "User tasks that are open",
        sa.select(sa.func.count()).select_from(user_task).where(user_task.c.status == "open"),
    ),
    (
        "quanliu_service_jobs_waiting",
        "Asynchronous service tasks that wait",
        sa.select(sa.func.count()).select_from(service_job).where(service_job.c.status == "waiting"),
    ),
    (
        "quanliu_incidents_open",
        "Incidents nobody has settled",
        sa.select(sa.func.count()).select_from(incident).where(incident.c.resolved_at.is_(None)),
    ),
)


def _database_answers() -> bool:
    try:
        with reading(context().database) as unit:
            return bool(unit.connection.execute(sa.select(1)).scalar())
    except sa.exc.SQLAlchemyError:
        return False


def _assets_are_built() -> bool:
    try:
        return bool(asset_path("quanliu.css"))
    except (AssetNotBuiltError, OSError):
        return False
