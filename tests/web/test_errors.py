"""From exceptions to answers: rules are explained, defects say nothing but a reference."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.clock import ClockRunsBackwardsError
from app.domain.errors import ApplicationStillOpenError
from app.engine.errors import (
    AnswersInvalidError,
    BusinessKeyTakenError,
    HistoryBrokenError,
    NotACandidateError,
    StaleVersionError,
    UnknownTaskError,
)
from app.factory import create_app
from app.web import permissions
from app.web.context import Context

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
SECRET = "91640100MA7600003X"

Failing = Callable[[Exception], FlaskClient]


@pytest.fixture
def failing(app: Flask, parts: Context, monkeypatch: pytest.MonkeyPatch) -> Failing:
    """A client of an application of its own with a page and a call that raise what they are given."""
    own = create_app(parts.settings)
    own.config.update(app.config)

    def prepare(error: Exception) -> FlaskClient:
        def fail() -> str:
            raise error

        for endpoint, path in (("failing_page", "/failing"), ("failing_call", "/api/v1/failing")):
            monkeypatch.setitem(permissions.PERMISSIONS, endpoint, permissions.PUBLIC)
            own.add_url_rule(path, endpoint, fail)
        return own.test_client()

    return prepare


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (UnknownTaskError(7), 404, "unknown_task"),
        (StaleVersionError("user task", 1, 2), 409, "stale_version"),
        (BusinessKeyTakenError("agency_certification", "2026-00001"), 409, "business_key_taken"),
        (NotACandidateError(7, 8), 403, "not_a_candidate"),
        (AnswersInvalidError([]), 422, "answers_invalid"),
        (ClockRunsBackwardsError(NOON, NOON), 422, "clock_runs_backwards"),
        (ApplicationStillOpenError(3), 422, "application_still_open"),
        (HistoryBrokenError(1, 2), 500, "unexpected"),
        (RuntimeError("a defect"), 500, "unexpected"),
    ],
)
def test_each_kind_of_error_has_its_status_and_code(failing: Failing, error: Exception, status: int, code: str) -> None:
    answer = failing(error).get("/api/v1/failing")

    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert (answer.json["status"], answer.json["code"]) == (status, code)


def test_a_broken_rule_names_its_article_and_speaks_the_readers_language(failing: Failing) -> None:
    client = failing(ApplicationStillOpenError(3))

    chinese = client.get("/failing", headers={"Accept-Language": "zh"})
    english = client.get("/failing", headers={"Accept-Language": "en"})

    assert "贵机构已有一件认定申请正在办理" in chinese.text
    assert "Your agency has an application under way" in english.text
    assert "A8.1" in chinese.text
    assert "A8.1" in english.text


@pytest.mark.parametrize("path", ["/failing", "/api/v1/failing"])
def test_a_broken_constraint_is_a_defect_that_shows_neither_statement_nor_values(failing: Failing, path: str) -> None:
    broken = sa.exc.IntegrityError("INSERT INTO organisation …", {"credit_code": SECRET}, Exception("UNIQUE"))

    answer = failing(broken).get(path)

    assert answer.status_code == 500
    assert "INSERT" not in answer.text
    assert SECRET not in answer.text


def test_a_defect_gives_a_reference_that_the_log_repeats(failing: Failing, capsys: pytest.CaptureFixture[str]) -> None:
    answer = failing(RuntimeError("a defect")).get("/api/v1/failing")

    assert answer.json["reference"] in capsys.readouterr().out


def test_a_defect_shown_to_a_person_offers_the_way_back(failing: Failing) -> None:
    answer = failing(RuntimeError("a defect")).get("/failing")

    assert answer.status_code == 500
    assert "a defect" not in answer.text
    assert 'href="/"' in answer.text


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [("/nothing-here", "GET", 404), ("/healthz", "POST", 405), ("/api/v1/nothing", "GET", 404)],
)
def test_what_flask_refuses_has_our_page_too(app: Flask, path: str, method: str, status: int) -> None:
    answer = app.test_client().open(path, method=method)

    assert answer.status_code == status
    assert "Werkzeug" not in answer.text
    assert "<title>404 Not Found</title>" not in answer.text


def test_a_request_that_is_too_large_is_told_so(app: Flask, client_of: Callable[[str | None], FlaskClient]) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 1_000

    answer = client_of(None).post("/sign-in", data={"login": "x" * 2_000, "password": "y"})

    assert answer.status_code == 413
