"""The API of docs/architecture.md: what it answers, and what it says when something is wrong."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.db import unit_of_work
from app.domain.stored_file import FileStorage, Upload, store_file
from app.web.demo.pdf import small_pdf
from tests import answers

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def api(app: Any, token_of: Any) -> Any:
    """Call the API as somebody: api("agency").get("/tasks")."""

    class Caller:
        def __init__(self, login: str) -> None:
            self.client, self.headers = app.test_client(), token_of(login)

        def get(self, path: str, **query: Any) -> Any:
            return self.client.get(f"/api/v1{path}", query_string=query, headers=self.headers)

        def post(self, path: str, body: Any = None) -> Any:
            return self.client.post(f"/api/v1{path}", json=body, headers=self.headers)

        def put(self, path: str, body: Any) -> Any:
            return self.client.put(f"/api/v1{path}", json=body, headers=self.headers)

        def deploy(self, files: dict[str, bytes], *, check: bool = False) -> Any:
            data = {"reason": "test", "files": [(io.BytesIO(content), name) for name, content in files.items()]}
            return self.client.post(
                f"/api/v1/deployments{'?check=true' if check else ''}", data=data, headers=self.headers
            )

    return Caller


@pytest.fixture
def application(parts: Any, cast: dict[str, int]) -> dict[str, Any]:
    """Complete answers whose files the agency has uploaded."""
    upload = Upload("营业执照.pdf", small_pdf(("licence",)), ("application/pdf",), 20)
    with unit_of_work(parts.database) as unit:
        storage = FileStorage(parts.settings.storage_url)
        record = store_file(unit.session, storage, upload, cast["agency"], now=datetime.now(UTC))
        reference = {"file": record.sha256, "name": "营业执照.pdf"}
    return answers.application(licence=reference, qualifications=[reference])


def start(api: Any, cast: dict[str, int]) -> int:
    body = {
        "process": "agency_certification",
        "variables": {"organisation_id": cast["agency_firm"]},
        "organisation_id": cast["agency_firm"],
        "subject": "砺信",
    }
    answer = api("agency").post("/instances", body)
    assert answer.status_code == 201, answer.json
    return int(answer.json["id"])


def test_a_case_is_started_claimed_filled_in_and_goes_on(api: Any, cast: Any, application: Any) -> None:
    case = start(api, cast)
    (task,) = api("agency").get("/tasks", view="claimable").json["tasks"]

    assert api("agency").post(f"/tasks/{task['id']}/claim").json["assignee_id"] == cast["agency"]
    shown = api("agency").get(f"/tasks/{task['id']}").json
    assert "introduction" in shown["form"]["properties"]
    sent = {"data": application, "version": shown["version"], "key": "once"}
    assert api("agency").post(f"/tasks/{task['id']}/complete", sent).json == {"instance_id": case}
    assert api("agency").post(f"/tasks/{task['id']}/complete", sent).status_code == 200

    names = {one["element_id"] for one in api("reviewer_a").get("/tasks", view="claimable").json["tasks"]}
    assert names == {"verify_authenticity", "verify_compliance"}
    assert api("supervisor").get(f"/instances/{case}").json["status"] == "running"
    kinds = [one["kind"] for one in api("supervisor").get(f"/instances/{case}/history").json]
    assert kinds[0] == "started"
    assert "task_completed" in kinds


@pytest.mark.parametrize(
    ("named", "stated", "status"),
    [("own", "other", 422), ("other", "other", 403), (None, "other", 403), (None, "own", 201)],
)
def test_a_case_is_begun_for_ones_own_organisation_alone(
    api: Any, cast: Any, named: str | None, stated: str, status: int
) -> None:
    organisations = {"own": cast["agency_firm"], "other": cast["operator"], None: None}
    body = {
        "process": "agency_certification",
        "variables": {"organisation_id": organisations[stated]},
        "organisation_id": organisations[named],
    }

    answer = api("agency").post("/instances", body)

    assert answer.status_code == status


def test_wrong_answers_are_named_field_by_field(api: Any, cast: Any, application: Any) -> None:
    start(api, cast)
    (task,) = api("agency").get("/tasks", view="claimable").json["tasks"]
    wrong = {**application, "staff": 0, "sneaked": 1}

    answer = api("agency").post(f"/tasks/{task['id']}/complete", {"data": wrong, "version": 1})

    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert answer.json["code"] == "answers_invalid"
    assert {one["path"] for one in answer.json["errors"]} == {"/staff", "/sneaked"}


def test_a_guessed_file_opens_nothing(api: Any, cast: Any, application: Any) -> None:
    start(api, cast)
    (task,) = api("agency").get("/tasks", view="claimable").json["tasks"]
    guessed = {**application, "licence": {"file": "ab" * 32, "name": "x.pdf"}}

    answer = api("agency").post(f"/tasks/{task['id']}/complete", {"data": guessed, "version": 1})

    assert answer.status_code == 422
    assert [one["path"] for one in answer.json["errors"]] == ["/licence"]


def test_a_stale_version_is_a_conflict(api: Any, cast: Any, application: Any) -> None:
    start(api, cast)
    (task,) = api("agency").get("/tasks", view="claimable").json["tasks"]
    api("agency").post(f"/tasks/{task['id']}/claim")

    answer = api("agency").post(f"/tasks/{task['id']}/complete", {"data": application, "version": 1})

    assert (answer.status_code, answer.json["code"]) == (409, "stale_version")


def test_a_foreign_task_is_as_unknown_as_none(api: Any, cast: Any) -> None:
    start(api, cast)
    (task,) = api("agency").get("/tasks", view="claimable").json["tasks"]

    foreign, none = (api("reviewer_a").get(f"/tasks/{number}") for number in (task["id"], 999_999))

    assert (foreign.status_code, foreign.json) == (none.status_code, none.json)


def test_drafts_are_kept_by_version(api: Any, cast: Any) -> None:
    start(api, cast)
    (task,) = api("agency").get("/tasks", view="claimable").json["tasks"]
    path = f"/tasks/{task['id']}/draft"

    assert api("agency").post(path, {"data": {"introduction": "半句"}, "version": 0}).json == {"version": 1}
    assert api("agency").post(path, {"data": {"introduction": "别的"}, "version": 0}).status_code == 409
    assert api("agency").get(f"/tasks/{task['id']}").json["draft"]["data"] == {"introduction": "半句"}


def test_who_asks_costs_one_statement_and_a_list_found_by_number_another(api: Any, cast: Any, parts: Any) -> None:
    start(api, cast)
    agency = api("agency")
    statements: list[str] = []
    sa.event.listen(parts.database, "before_cursor_execute", lambda *given: statements.append(given[2]))

    found = agency.get("/tasks", view="claimable", q="2026-00001").json["tasks"]

    assert [task["element_id"] for task in found] == ["submit_application"]
    asked = [one for one in statements if one.startswith("SELECT")]
    assert [one for one in asked if "FROM clock_setting" not in one] == [asked[0], asked[-1]]  # set by hand in tests


def test_operations_need_a_reason_and_are_remembered(api: Any, cast: Any) -> None:
    case = start(api, cast)

    assert api("admin").post(f"/instances/{case}/suspend", {"reason": ""}).status_code == 422
    assert api("admin").post(f"/instances/{case}/suspend", {"reason": "异议"}).json["status"] == "suspended"
    assert api("admin").post(f"/instances/{case}/suspend", {"reason": "异议"}).status_code == 409
    assert api("admin").post(f"/instances/{case}/resume", {"reason": "撤回"}).json["status"] == "running"
    assert api("admin").post(f"/instances/{case}/cancel", {"reason": "注销"}).json["status"] == "cancelled"
    details = [one["detail"] for one in api("admin").get(f"/instances/{case}/history").json]
    assert [one["reason"] for one in details if "reason" in one] == ["异议", "撤回", "注销"]


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer nonsense", "Basic YTpi"])
def test_without_a_good_token_there_is_nothing(app: Any, token: str) -> None:
    answer = app.test_client().get("/api/v1/tasks", headers={"Authorization": token})

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_decision_is_asked_without_effect(api: Any) -> None:
    body = {"inputs": {"agency_score": 6_999, "passed_items": 2, "pass_mark": 7_000}}

    answer = api("supervisor").post("/decisions/pass_marks/evaluate", body)

    assert answer.json["result"]["outcome"] == "failed"
    assert answer.json["trace"]


def test_forms_and_diagrams_can_be_read(api: Any) -> None:
    form = api("agency").get("/forms/agency_certification/conclude")
    assert form.json["properties"]["outcome"]["enum"] == ["refuse", "certify"]
    versions = api("agency").get("/processes/agency_certification").json
    assert [one["version"] for one in versions] == [1]
    xml = api("agency").get("/processes/agency_certification/versions/1/xml")
    assert xml.data == (ROOT / "processes/agency_certification/agency_certification.bpmn").read_bytes()


def test_shipped_files_deployed_again_are_the_same_bundle(api: Any) -> None:
    path = "processes/agency_certification/agency_certification.bpmn"

    answer = api("admin").deploy({path: (ROOT / path).read_bytes()})

    assert (answer.status_code, answer.json["is_new"]) == (200, False)


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "doctype"),
        (b"<not", "not_xml"),
        (b"<a>" * 200 + b"</a>" * 200, "too_deep"),
    ],
)
def test_hostile_files_are_refused_with_a_reason(api: Any, content: bytes, rule: str) -> None:
    answer = api("admin").deploy({"processes/bad/bad.bpmn": content})

    assert answer.status_code == 422
    assert answer.json["problems"][0]["rule"] == rule
    assert answer.json["problems"][0]["remedy"]


def test_a_check_changes_nothing(api: Any) -> None:
    answer = api("admin").deploy({"processes/bad/bad.bpmn": b"<not"}, check=True)

    assert answer.status_code == 200
    assert answer.json["problems"]


def test_the_clock_is_moved_by_the_admin_alone_and_only_forward(api: Any) -> None:
    assert api("agency").put("/clock", {"now": "2027-01-01T00:00:00Z"}).status_code == 403
    assert api("admin").put("/clock", {"now": "2027-01-01T00:00:00Z"}).status_code == 200
    assert api("admin").put("/clock", {"now": "2026-12-31T00:00:00Z"}).status_code == 422


def test_a_message_that_nobody_awaits_is_unknown(api: Any) -> None:
    answer = api("admin").post("/messages", {"name": "payment_arrived", "correlation": "R-1"})

    assert (answer.status_code, answer.json["code"]) == (404, "message_not_awaited")


def test_the_log_has_one_head(api: Any, cast: Any) -> None:
    start(api, cast)

    head = api("auditor").get("/log/head").json

    assert (head["cases"], len(head["hash"])) == (1, 64)


def test_the_document_describes_every_call(api: Any, app: Any) -> None:
    document = api("agency").get("/openapi.json").json
    described = {path.replace("{", "<").replace("}", ">") for path in document["paths"]}
    routes = {
        rule.rule.replace("<int:", "<").replace("<string:", "<")
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1") and rule.endpoint != "api-docs.openapi_json"
    }

    assert document["openapi"] == "3.1.0"
    assert described == routes
