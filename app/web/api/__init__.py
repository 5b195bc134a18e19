"""The API `/api/v1`: the same verbs as the pages, for machines. OpenAPI at `/api/v1/openapi.json`, pages at `/api/docs`."""

from __future__ import annotations

from typing import Any

import flask_smorest as smorest
from flask import Flask

from app.web.api import (
    books,
    clock,
    comments,
    decisions,
    deployments,
    forms,
    instances,
    log,
    messages,
    processes,
    tasks,
)
from app.web.api.schemas import ProblemSchema

BLUEPRINTS = (
    deployments.blueprint, processes.blueprint, instances.blueprint, messages.blueprint, tasks.blueprint,
    forms.blueprint, comments.blueprint, books.blueprint, decisions.blueprint, clock.blueprint, log.blueprint,
)  # fmt: skip


class Api(smorest.Api):  # type: ignore[misc]
    """flask-smorest with our errors: they are problem documents, and `app.web.errors` alone writes them."""

    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """Leave errors to `app.web.errors`."""


def register_api(app: Flask) -> Api:
    """Put the API on the application."""
    app.config.update(
        API_TITLE="Quanliu 券流",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS=_spec_options(),
    )
    api = Api(app)
    for blueprint in BLUEPRINTS:
        api.register_blueprint(blueprint)
    return api


def _spec_options() -> dict[str, Any]:
    return {
        "info": {"description": "Bearer token or session. Errors are application/problem+json (RFC 9457)."},
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "session"},
            }
        },
        "security": [{"bearer": []}, {"session": []}],
    }
