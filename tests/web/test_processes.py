"""The process library: versions, what they hold, and deploying with every problem in words."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from app.web.decision_tables import decisions_in
from tests.walk import Walk

ROOT = Path(__file__).resolve().parents[2]
BPMN = ROOT / "processes" / "agency_certification" / "agency_certification.bpmn"


@pytest.fixture
def admin(client_of):
    """A process administrator."""
    return client_of("admin")


def upload(name, content, reason="试运行"):
    """The post of the deploy form."""
    return {"files": (io.BytesIO(content), name), "reason": reason}


def test_the_library_lists_versions_with_their_running_cases(parts, cast, client_of):
    Walk(parts, cast).submitted()

    page = client_of("supervisor").get("/processes").text

    assert "agency_certification" in page
    assert "随软件提供" in page
    assert '<td class="ql-num">1</td>' in page
    assert "由其他流程调用" in page


def test_only_process_administrators_see_the_form(client_of, admin):
    assert 'name="files"' in admin.get("/processes").text
    assert 'name="files"' not in client_of("supervisor").get("/processes").text


def test_a_version_lays_open_diagram_forms_and_tables(admin):
    page = admin.get("/processes/agency_certification/versions/1").text

    assert "data-diagram" in page
    assert "pass_marks" in page
    assert "submit_application" in page


def test_the_diagram_comes_as_xml(admin):
    answer = admin.get("/processes/agency_certification/versions/1/diagram.xml")

    assert answer.mimetype == "application/xml"
    assert answer.data == BPMN.read_bytes()


@pytest.mark.parametrize("address", ["/processes/nonsense/versions/1", "/processes/agency_certification/versions/9"])
def test_an_unknown_version_is_not_there(admin, address):
    assert admin.get(address).status_code == 404


def test_a_changed_diagram_becomes_the_next_version(admin):
    changed = BPMN.read_bytes().replace("填写认定申请".encode(), "填写申请".encode())

    answer = admin.post("/processes/deploy", data=upload(BPMN.name, changed), follow_redirects=True)

    assert "已发布为流程包 3" in answer.text
    assert "祁雁回" in answer.text
    assert "试运行" in answer.text


def test_the_same_files_again_are_the_same_bundle(admin):
    answer = admin.post("/processes/deploy", data=upload(BPMN.name, BPMN.read_bytes()), follow_redirects=True)

    assert "这些文件已经发布过" in answer.text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"no xml at all", "agency_certification.bpmn"),
        (BPMN.read_bytes().replace(b"agency_certification.open_application", b"nobody.knows"), "open_application"),
        (BPMN.read_bytes().replace(b"<bpmn:serviceTask", b"<bpmn:scriptTask").replace(
            b"</bpmn:serviceTask", b"</bpmn:scriptTask"), "open_application"),
    ],
)  # fmt: skip
def test_a_diagram_with_problems_is_refused_with_file_element_reason_and_remedy(admin, content, said):
    answer = admin.post("/processes/deploy", data=upload(BPMN.name, content))

    assert answer.status_code == 422
    assert "个问题，未发布" in answer.text
    assert said in answer.text


def test_a_deployment_needs_files_and_a_reason(admin):
    answer = admin.post("/processes/deploy", data={"reason": ""})

    assert answer.status_code == 422
    assert 'id="files-error"' in answer.text
    assert 'id="reason-error"' in answer.text


def test_a_decision_table_is_read_row_by_row():
    decisions = [one for path in sorted(BPMN.parent.glob("*.dmn")) for one in decisions_in(path.read_bytes())]

    tables = [one for one in decisions if one.columns]
    assert {"pass_marks"} <= {one.name for one in decisions}
    assert all(len(row) == len(one.columns) for one in tables for row in one.rows)


@pytest.mark.parametrize(
    ("language", "said", "unsaid"), [("en", "no item passes", "没有项目达标"), ("zh", "没有项目达标", "no item passes")]
)
def test_a_decision_table_says_why_beside_each_row_in_the_readers_language(client_of, language, said, unsaid) -> None:
    client = client_of("auditor")
    with client.session_transaction() as session:
        session["language"] = language

    page = client.get("/processes/agency_certification/versions/1").text

    assert said in page
    assert unsaid not in page
