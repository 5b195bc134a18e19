"""From exceptions to answers: the only place that speaks HTTP. A page for people, RFC 9457 for machines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import structlog
from flask import Flask, jsonify, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from app.engine import errors as engine
from app.engine.inbox import InvalidCursorError
from app.engine.kernel.errors import KernelError
from app.engine.task_marks import NotInTheFutureError
from app.forms import message
from app.web.languages import language
from app.web.query import QueryError
from app.web.request_log import request_id

_log = structlog.get_logger()

BY_BRANCH: tuple[tuple[type[Exception], int], ...] = (
    (engine.NotFound, 404),
    (engine.Conflict, 409),
    (engine.Refused, 403),
    (engine.DeploymentRefusedError, 422),
    (engine.AnswersInvalidError, 422),
    (InvalidCursorError, 422),
    (NotInTheFutureError, 422),
    (QueryError, 422),
    (KernelError, 422),
)

RULES = ("app.domain.", "app.dmn.", "app.clock")
"""Where the programme's own rules live. A library's exception may have a `code` as well (SQLAlchemy's do, with the
statement and its values as text): that is a defect, and nothing of it is shown."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, ready to be shown."""

    status: int
    code: str
    title: str
    detail: str
    rule: str | None = None
    errors: tuple[dict[str, Any], ...] = ()
    problems: tuple[dict[str, Any], ...] = ()
    reference: str | None = None


def register_errors(app: Flask) -> None:
    """Answer every exception."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(Exception, _any)


def wants_json() -> bool:
    """Whether the caller is a machine."""
    return request.path.startswith("/api/") or request.accept_mimetypes.best == "application/json"


def explain(error: Exception) -> Problem | None:
    """The problem that an exception of engine or domain is; None if it is nobody's rule but a defect."""
    for branch, status in BY_BRANCH:
        if isinstance(error, branch):
            return _expected(error, status)
    if type(error).__module__.startswith(RULES) and isinstance(getattr(error, "code", None), str):
        return _expected(error, 422)
    return None


def _expected(error: Exception, status: int) -> Problem:
    code = str(getattr(error, "code", type(error).__name__))
    return Problem(
        status,
        code,
        _title(status),
        _words(code) or _own_words(error, code),
        rule=getattr(error, "rule", None),
        errors=tuple(_field_errors(error)),
        problems=tuple(getattr(error, "problems", ())),
    )


def _own_words(error: Exception, code: str) -> str:
    """The error's own words; a machine reads what failed in the diagram, a person whom to tell."""
    if getattr(error, f"message_{language()}", None) or wants_json():
        return message_of(error)
    return gettext(
        "This step does not work out as it is drawn. Nothing has been changed; tell your process administrator: %(code)s.",
        code=code,
    )


def message_of(error: Exception) -> str:
    """The error's own words in the reader's language, where it has them."""
    own = getattr(error, f"message_{language()}", None)
    return str(own or error)


def _field_errors(error: Exception) -> list[dict[str, Any]]:
    if not isinstance(error, engine.AnswersInvalidError):
        return []
    return [{"path": one.pointer, "message": message(one, language())} for one in error.errors]


def _http(error: HTTPException) -> Response | tuple[Response, int]:
    status = error.code or 500
    if isinstance(error, CSRFError):
        return _answer(
            Problem(
                400, "csrf", _title(400), gettext("The page was open for too long. Go back, reload it and send again.")
            )
        )
    data = getattr(error, "data", None)
    errors = tuple(_marshmallow_errors(data["messages"])) if isinstance(data, dict) and "messages" in data else ()
    code = {400: "bad_request", 401: "unauthorized", 403: "forbidden", 404: "not_found"}.get(status, f"http_{status}")
    return _answer(Problem(status, code, _title(status), _advice(status), errors=errors))


def _database(error: OperationalError) -> Response | tuple[Response, int]:
    """A lock that did not come in time is a conflict; everything else is a defect."""
    text = str(error.orig)
    if "lock timeout" in text or "database is locked" in text:
        return _answer(
            Problem(
                409, "busy", _title(409), gettext("Somebody else is changing the same thing. Try again in a moment.")
            )
        )
    return _any(error)


def _any(error: Exception) -> Response | tuple[Response, int]:
    problem = explain(error)
    if problem is not None:
        return _answer(problem)
    reference = request_id()
    _log.error("unexpected", request_id=reference, endpoint=request.endpoint, exc_info=error)
    return _answer(Problem(500, "unexpected", _title(500), _advice(500), reference=reference))


def _answer(problem: Problem) -> Response | tuple[Response, int]:
    if wants_json():
        document = {
            "type": "about:blank",
            "title": problem.title,
            "status": problem.status,
            "detail": problem.detail,
            "code": problem.code,
            "rule": problem.rule,
        }
        for name in ("errors", "problems"):
            if getattr(problem, name):
                document[name] = list(getattr(problem, name))
        if problem.reference:
            document["reference"] = problem.reference
        response = jsonify(document)
        response.mimetype = "application/problem+json"
        response.status_code = problem.status
        if problem.status == 401:
            response.headers["WWW-Authenticate"] = "Bearer"
        return response
    page = Response(render_template("errors/problem.html", problem=problem), mimetype="text/html")
    page.status_code = problem.status
    return page


def _marshmallow_errors(messages: Any, path: str = "") -> list[dict[str, Any]]:
    if isinstance(messages, dict):
        found = []
        for key, inner in messages.items():
            step = "" if not path and key in ("json", "query", "form", "files") else f"/{key}"
            found += _marshmallow_errors(inner, path + step)
        return found
    lines = messages if isinstance(messages, list) else [messages]
    return [{"path": path or "/", "message": str(line)} for line in lines]


def _title(status: int) -> str:
    titles = {
        400: gettext("The request could not be read"),
        401: gettext("Sign in first"),
        403: gettext("This is not yours to do"),
        404: gettext("There is nothing here"),
        405: gettext("This address does not take that"),
        409: gettext("Somebody was faster"),
        413: gettext("That is too large"),
        415: gettext("That kind of content is not taken"),
        422: gettext("Something needs mending"),
        429: gettext("Too many tries"),
    }
    return str(titles.get(status, gettext("Something went wrong on our side")))


def _advice(status: int) -> str:
    advice = {
        400: gettext("Go back, reload the page and try again."),
        401: gettext("This address needs a session or a bearer token."),
        403: gettext("Your role does not allow it. If you need it for your work, ask your system administrator."),
        404: gettext("The address is wrong, or the page is not for you. Check it, or begin at the home page."),
        405: gettext("Go back and use the buttons of the page."),
        409: gettext("Load the page again to see how things stand now."),
        413: gettext("Send a smaller file."),
        415: gettext("Send JSON, or the form of the page."),
        422: gettext("Look at the fields that are named and send again."),
        429: gettext("Wait a minute and try again."),
    }
    return str(advice.get(status, gettext("It has been recorded. Try again; if it stays, tell us the reference.")))


def _words(code: str) -> str:
    """What the engine's codes mean to a person; nothing of ids leaks."""
    words = {
        "unknown_task": _advice(404),
        "unknown_instance": _advice(404),
        "unknown_process": gettext("No process of that name is deployed."),
        "unknown_bundle_file": gettext("The deployment holds no such form, table or diagram."),
        "task_not_open": gettext(
            "This task has been completed or withdrawn meanwhile. What you typed is kept as your draft."
        ),
        "task_claimed_by_another": gettext("Somebody else has claimed this task."),
        "stale_version": gettext(
            "This has changed since you opened it. Load it again to see the difference; your text is kept."
        ),
        "instance_not_running": gettext("The case is suspended or has ended; nothing can be done in it now."),
        "not_a_candidate": gettext("This task is for another role or another organisation."),
        "separation_of_duties": gettext(
            "You have already acted in this case where two different people are asked for."
        ),
        "not_the_assignee": gettext("This task is not with you."),
        "may_not_start": gettext("Your role does not begin this process."),
        "business_key_taken": gettext("A case of that number exists already."),
        "message_not_awaited": gettext("No case waits for this message."),
        "deployment_refused": gettext("The files cannot be deployed yet."),
        "not_in_the_future": gettext("The day must lie in the future."),
        "invalid_cursor": gettext("The list has moved on. Begin at its first page."),
        "answers_invalid": gettext("Some answers need mending."),
    }
    return str(words.get(code, ""))
