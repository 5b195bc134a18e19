"""The page of a task: claiming, drafts, completion, and what is said when somebody was faster."""

from __future__ import annotations

import io
import re

import pytest

from app.db import reading, unit_of_work
from app.engine.drafts import read_draft
from app.engine.instances import suspend_instance
from app.web.demo.pdf import small_pdf
from tests import answers
from tests.filling import claimed, send, sending
from tests.walk import Walk


@pytest.fixture
def walk(parts, cast):
    """A case to be led to a stage."""
    return Walk(parts, cast)


FINDINGS = {key: value for key, value in answers.authenticity().items() if key != "outcome"}


def test_an_unclaimed_task_shows_materials_and_asks_to_be_claimed(walk, client_of):
    walk.submitted()

    page = client_of("reviewer_a").get(f"/tasks/{walk.task('verify_authenticity')}").text

    assert "认领此任务" in page
    assert "专营企业信用管理咨询。" in page
    assert 'name="remarks"' not in page


def test_a_claimed_task_can_be_filled_in_and_completed(walk, client_of):
    walk.submitted()
    task_id, client = walk.task("verify_authenticity"), client_of("reviewer_a")
    page = claimed(client, task_id)

    answer = send(client, task_id, sending(page, outcome="passed", **FINDINGS))

    assert "已提交：核验真实性" in answer.text
    assert walk.open("verify_authenticity") == []


def test_the_loser_of_a_claim_reads_who_has_the_task(walk, client_of):
    walk.submitted()
    task_id = walk.task("verify_authenticity")
    client_of("reviewer_a").post(f"/tasks/{task_id}/claim")

    answer = client_of("reviewer_b").post(f"/tasks/{task_id}/claim")

    assert answer.status_code == 409
    assert "马砚秋 已于" in answer.text


def test_whoever_verified_one_half_may_not_take_the_other(walk, client_of):
    walk.submitted()
    client = client_of("reviewer_a")
    client.post(f"/tasks/{walk.task('verify_authenticity')}/claim")

    assert client.post(f"/tasks/{walk.task('verify_compliance')}/claim").status_code == 403


def test_a_released_task_can_be_claimed_by_somebody_else(walk, client_of):
    walk.submitted()
    task_id, first = walk.task("verify_authenticity"), client_of("reviewer_a")
    claimed(first, task_id)

    first.post(f"/tasks/{task_id}/release")

    assert client_of("reviewer_b").post(f"/tasks/{task_id}/claim").status_code == 302


def test_a_supervisor_gives_a_task_to_somebody_with_the_role_and_a_reason(walk, client_of, cast):
    walk.submitted()
    task_id, supervisor = walk.task("verify_authenticity"), client_of("supervisor")

    page = supervisor.get(f"/tasks/{task_id}").text
    supervisor.post(f"/tasks/{task_id}/assign", data={"person_id": cast["reviewer_b"], "reason": "休假"})

    assert "马砚秋</option>" in page
    assert "苏明远</option>" not in page
    assert walk.open("verify_authenticity")[0].assignee_id == cast["reviewer_b"]


def test_a_task_is_not_given_on_without_a_reason(walk, client_of, cast):
    walk.submitted()
    task_id = walk.task("verify_authenticity")

    answer = client_of("supervisor").post(
        f"/tasks/{task_id}/assign", data={"person_id": cast["reviewer_b"], "reason": " "}, follow_redirects=True
    )

    assert "请选择人员并写明理由。" in answer.text
    assert walk.open("verify_authenticity")[0].assignee_id is None


def test_every_mistake_stands_at_its_field_and_in_the_summary(walk, client_of):
    walk.submitted()
    task_id, client = walk.task("verify_authenticity"), client_of("reviewer_a")

    answer = client.post(f"/tasks/{task_id}", data=sending(claimed(client, task_id), outcome="passed", remarks=""))

    assert answer.status_code == 422
    assert 'href="#f-remarks"' in answer.text
    assert 'id="f-remarks-error"' in answer.text


def test_what_was_typed_stays_when_it_could_not_be_taken(walk, client_of):
    walk.submitted()
    task_id, client = walk.task("verify_authenticity"), client_of("reviewer_a")

    client.post(f"/tasks/{task_id}", data=sending(claimed(client, task_id), outcome="passed", remarks="已核对原件"))

    assert "已核对原件" in client.get(f"/tasks/{task_id}").text


def test_a_draft_is_saved_by_the_button_and_found_again(walk, client_of):
    walk.submitted()
    task_id, client = walk.task("verify_authenticity"), client_of("reviewer_a")

    post = sending(claimed(client, task_id), remarks="先记一笔", _action="save_draft")
    client.post(f"/tasks/{task_id}", data=post)

    assert "先记一笔" in client.get(f"/tasks/{task_id}").text
    assert walk.task("verify_authenticity") == task_id


def test_a_draft_saves_itself_and_says_its_version(walk, client_of):
    walk.submitted()
    task_id, client = walk.task("verify_authenticity"), client_of("reviewer_a")
    page = claimed(client, task_id)

    answer = client.post(
        f"/tasks/{task_id}/draft", data=sending(page, remarks="自动"), headers={"Accept": "application/json"}
    )

    assert answer.json["version"] == 1


def test_two_windows_that_save_the_same_draft_lose_nothing(walk, client_of, parts, cast):
    walk.submitted()
    task_id, client = walk.task("verify_authenticity"), client_of("reviewer_a")
    page = claimed(client, task_id)
    client.post(f"/tasks/{task_id}", data=sending(page, remarks="第一个窗口", _action="save_draft"))

    answer = client.post(f"/tasks/{task_id}", data=sending(page, remarks="第二个窗口", _action="save_draft"))

    assert answer.status_code == 409
    assert "第一个窗口" in answer.text
    assert "第二个窗口" in answer.text
    client.post(f"/tasks/{task_id}", data=sending(answer.text, remarks="第二个窗口", _action="save_draft"))
    with reading(parts.database) as unit:
        draft = read_draft(unit.connection, task_id, cast["reviewer_a"])
    assert draft is not None
    assert draft.answers["remarks"] == "第二个窗口"


def test_a_draft_is_for_its_writers_eyes_alone(walk, client_of):
    walk.submitted()
    task_id, client = walk.task("verify_authenticity"), client_of("reviewer_a")
    client.post(f"/tasks/{task_id}", data=sending(claimed(client, task_id), remarks="未定稿", _action="save_draft"))

    for login in ("reviewer_b", "supervisor", "auditor", "bureau"):
        assert "未定稿" not in client_of(login).get(f"/tasks/{task_id}").text


def test_a_task_that_was_taken_away_while_one_typed_shows_what_was_typed(walk, client_of, cast):
    walk.submitted()
    task_id, client = walk.task("verify_authenticity"), client_of("reviewer_a")
    page = claimed(client, task_id)
    client_of("supervisor").post(f"/tasks/{task_id}/assign", data={"person_id": cast["reviewer_b"], "reason": "休假"})

    answer = client.post(f"/tasks/{task_id}", data=sending(page, outcome="passed", **FINDINGS))

    assert answer.status_code == 409
    assert "已在登记系统核对。" in answer.text


def test_nobody_completes_a_task_of_a_suspended_case(walk, client_of, parts):
    walk.submitted()
    task_id, client = walk.task("verify_authenticity"), client_of("reviewer_a")
    page = claimed(client, task_id)
    with unit_of_work(parts.database) as unit:
        suspend_instance(unit, walk.case, reason="听证", now=walk.now, actor_id=None)

    answer = client.post(f"/tasks/{task_id}", data=sending(page, outcome="passed", **FINDINGS))

    assert answer.status_code == 409
    assert "已中止" in answer.text


def test_rows_are_added_and_taken_out_without_scripts(walk, client_of):
    walk.start()
    task_id, client = walk.task("submit_application"), client_of("agency")
    page = claimed(client, task_id)

    client.post(
        f"/tasks/{task_id}", data=sending(page, **{"items.0._row": "1", "items.0.name": "诊断", "_add": "items"})
    )
    added = client.get(f"/tasks/{task_id}").text
    client.post(f"/tasks/{task_id}", data=sending(added, **{
        "items.0._row": "1", "items.0.name": "诊断", "items.1._row": "1", "items.1.name": "辅导", "_remove": "items.0",
    }))  # fmt: skip
    left = client.get(f"/tasks/{task_id}").text

    assert 'name="items.1.name"' in added
    assert 'name="items.1.name"' not in left
    assert 'value="辅导"' in left


def test_an_uploaded_file_stays_with_the_draft_and_opens_for_its_owner_alone(walk, client_of):
    walk.start()
    task_id, client = walk.task("submit_application"), client_of("agency")
    page = claimed(client, task_id)
    upload = {"licence": (io.BytesIO(small_pdf(["licence"])), "执照.pdf"), "_action": "save_draft"}

    client.post(f"/tasks/{task_id}", data=sending(page, **upload), content_type="multipart/form-data")
    found = re.search(rf"/tasks/{task_id}/files/[0-9a-f]{{64}}", client.get(f"/tasks/{task_id}").text)

    assert found
    assert client.get(found.group()).mimetype == "application/pdf"
    assert client_of("reviewer_a").get(found.group()).status_code == 404


def test_a_file_that_is_no_pdf_is_refused_at_its_field(walk, client_of):
    walk.start()
    task_id, client = walk.task("submit_application"), client_of("agency")
    page = claimed(client, task_id)
    upload = {"licence": (io.BytesIO(b"MZ not a pdf"), "执照.pdf"), "_action": "submit"}

    answer = client.post(f"/tasks/{task_id}", data=sending(page, **upload), content_type="multipart/form-data")

    assert answer.status_code == 422
    assert 'id="f-licence-error"' in answer.text


@pytest.mark.parametrize("tab", ["work", "materials", "course", "diagram", "versions", "nonsense"])
def test_every_tab_of_a_task_opens(walk, client_of, tab):
    walk.scored()

    assert client_of("supervisor").get(f"/tasks/{walk.task('conclude')}?tab={tab}").status_code == 200


def test_after_the_panel_has_closed_the_supervisor_sees_the_scores(walk, client_of):
    walk.scored(82, 75)

    page = client_of("supervisor").get(f"/tasks/{walk.task('conclude')}").text

    assert "82.00" in page
    assert "75.00" in page


def test_an_unknown_task_is_not_there(client_of):
    assert client_of("reviewer_a").get("/tasks/999").status_code == 404


def test_a_hostile_way_back_leads_nowhere(walk, client_of):
    walk.submitted()

    answer = client_of("reviewer_a").post(
        f"/tasks/{walk.task('verify_authenticity')}/claim",
        data={"here": "https://example.org/", "back": "//example.org"},
    )

    assert answer.headers["Location"].startswith("/tasks/")
