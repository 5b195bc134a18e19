"""A blueprint that documents its problem responses."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import flask_smorest as smorest

from app.web.api.schemas import ProblemSchema

ALWAYS = (401, 403)


class ApiBlueprint(smorest.Blueprint):  # type: ignore[misc]
    """flask-smorest's blueprint, with one word for the errors that a call may answer."""

    def problems(self, *statuses: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Document that the call may answer these statuses, each with a problem document."""

        def declare(view: Callable[..., Any]) -> Callable[..., Any]:
            for status in sorted({*ALWAYS, *statuses}):
                document = self.alt_response(
                    status, schema=ProblemSchema, content_type="application/problem+json",
                    description=HTTPStatus(status).phrase,
                )  # fmt: skip
                view = document(view)
            return view

        return declare
