"""The page before sending, sending, and what is said afterwards: what was sent, whose move it is, the next task."""

from __future__ import annotations

import io
import re

import pytest

from app.db import unit_of_work
from app.domain.organisation import OrganisationKind
from app.domain.role_grant import Role
from app.web.demo.pdf import small_pdf
from tests import answers
from tests.filling import claimed, hidden, send, sending
from tests.people import organisation, person
from tests.walk import Walk


def other_firm(parts, cast, name):
    """The walk of another agency, reviewed by the same people."""
    with unit_of_work(parts.database) as unit:
        firm = organisation(
            unit.session, {"甲": 50, "乙": 51}[name], OrganisationKind.AGENCY, f"宁夏{name}服务有限公司"
        )
        member = person(unit.session, f"agency_{ord(name)}", f"{name}某", Role.AGENCY, firm.id)
        return Walk(parts, {**cast, "agency_firm": firm.id, "agency": member.id})


@pytest.fixture
def walk(parts, cast):
    """A case to be led to a stage."""
    return Walk(parts, cast)


FINDINGS = {key: value for key, value in answers.authenticity().items() if key != "outcome"}


def test_before_sending_one_sees_the_answers_and_what_comes_of_them_and_nothing_is_sent(walk, client_of):
    walk.submitted()
    task_id, client = walk.task("verify_authenticity"), client_of("reviewer_a")
    post = sending(claimed(client, task_id), outcome="passed", **FINDINGS)

    page = client.post(f"/tasks/{task_id}", data=post, follow_redirects=True).text

    assert "提交前核对" in page
    assert "已在登记系统核对。" in page
    assert "轮到：审核员" in page
    assert "核验合规性" in page
    assert len(walk.open("verify_authenticity")) == 1


def test_before_refusing_the_office_reads_what_the_applicant_will_read(walk, client_of):
    walk.submitted()
    walk.act("verify_authenticity", "reviewer_a", answers.authenticity())
    task_id, client = walk.task("verify_compliance"), client_of("reviewer_b")
    refusal = {key: value for key, value in answers.compliance().items() if key != "outcome"}
    refusal |= {"is_not_on_bad_credit_list": "fails", "remarks": "在失信名单上。"}

    page = client.post(
        f"/tasks/{task_id}", data=sending(claimed(client, task_id), outcome="refused", **refusal), follow_redirects=True
    ).text

    assert "申请人将收到" in page
    assert 'class="ql-letter"' in page
    assert "在失信名单上。" in page.partition("申请人将收到")[2]


def test_the_other_half_is_not_offered_to_whoever_did_the_first(walk, client_of):
    walk.submitted()
    task_id, client = walk.task("verify_authenticity"), client_of("reviewer_a")
    page = claimed(client, task_id)

    answer = send(client, task_id, sending(page, outcome="passed", back="/inbox?view=mine", **FINDINGS))

    assert "您没有其他待办。" in answer.text


@pytest.mark.parametrize(
    ("back", "number"),
    [
        ("/inbox?view=claimable", "2026-00002"),
        ("/inbox?view=claimable&sort=-number", "2026-00003"),
        ("/inbox?view=claimable&q=number:00003&task=1&layout=list", "2026-00003"),
        ("/inbox?view=claimable&q=查无此事", "2026-00002"),
        ("/inbox?view=claimable&q=nonsense:1", "2026-00002"),
    ],
)
def test_the_next_task_is_the_first_of_the_list_that_one_came_from(walk, client_of, parts, cast, back, number):
    walk.submitted()
    for name in ("甲", "乙"):
        other_firm(parts, cast, name).submitted()
    task_id, client = walk.task("verify_authenticity"), client_of("reviewer_a")
    page = claimed(client, task_id)

    answer = send(client, task_id, sending(page, outcome="passed", back=back, **FINDINGS))

    assert f"下一件：{number}" in answer.text.replace("\n", "").replace("： ", "：")


def test_sending_twice_with_the_same_key_is_one_completion(walk, client_of):
    walk.submitted()
    task_id, client = walk.task("verify_authenticity"), client_of("reviewer_a")
    post = sending(claimed(client, task_id), outcome="passed", **FINDINGS)
    page = client.post(f"/tasks/{task_id}", data=post, follow_redirects=True).text

    answers = [client.post(f"/tasks/{task_id}/send", data=sending(page)) for _ in range(2)]

    assert [answer.headers["Location"] for answer in answers] == [f"/tasks/{task_id}/sent"] * 2


def test_what_was_not_looked_at_is_not_sent(walk, client_of):
    walk.submitted()
    task_id, client = walk.task("verify_authenticity"), client_of("reviewer_a")
    post = sending(claimed(client, task_id), outcome="passed", **FINDINGS)
    page = client.post(f"/tasks/{task_id}", data=post, follow_redirects=True).text
    changed = post | {"remarks": "另一个窗口改过。", "draft_version": hidden(page, "draft_version")}
    client.post(f"/tasks/{task_id}", data=changed)

    answer = client.post(f"/tasks/{task_id}/send", data=sending(page), follow_redirects=True)

    assert "请再核对一次" in answer.text
    assert "另一个窗口改过。" in answer.text
    assert len(walk.open("verify_authenticity")) == 1


def test_after_a_change_of_mind_the_decision_is_asked_again(walk, client_of):
    walk.submitted()
    task_id, client = walk.task("verify_authenticity"), client_of("reviewer_a")
    page = claimed(client, task_id)
    client.post(f"/tasks/{task_id}", data=sending(page, outcome="passed", **FINDINGS))
    again = sending(client.get(f"/tasks/{task_id}").text, **FINDINGS)

    client.post(f"/tasks/{task_id}/draft", data=again, headers={"Accept": "application/json"})

    assert client.get(f"/tasks/{task_id}/check").headers["Location"] == f"/tasks/{task_id}"


def test_what_changed_since_the_last_draft_is_named(walk, client_of):
    walk.submitted()
    task_id, client = walk.task("verify_authenticity"), client_of("reviewer_a")
    page = claimed(client, task_id)
    client.post(f"/tasks/{task_id}", data=sending(page, **FINDINGS | {"remarks": "初稿"}, _action="save_draft"))
    post = sending(client.get(f"/tasks/{task_id}").text, outcome="passed", **FINDINGS)

    page = client.post(f"/tasks/{task_id}", data=post, follow_redirects=True).text

    assert re.search(r"与 \d\d:\d\d 的草稿相比，改动了：核验说明。", page)


def test_what_a_rule_refuses_is_said_before_sending_and_the_draft_stays(walk, client_of):
    walk.start()
    task_id, client = walk.task("submit_application"), client_of("agency")
    page = claimed(client, task_id)
    sent = answers.as_posted(answers.application(1)) | {"items.0.category": "legal"}
    files = {name: (io.BytesIO(small_pdf([name])), f"{name}.pdf") for name in ("licence", "qualifications")}

    answer = client.post(f"/tasks/{task_id}", data=sending(page, _action="submit", **sent, **files),
                         content_type="multipart/form-data", follow_redirects=True)  # fmt: skip

    assert answer.status_code == 422
    assert "类别不在申请的服务类别之内" in answer.text
    assert "data-send" not in answer.text
    assert "三年来服务四十家小微企业。" in client.get(f"/tasks/{task_id}").text


def test_the_page_before_sending_is_its_writers_alone(walk, client_of):
    walk.submitted()
    task_id, client = walk.task("verify_authenticity"), client_of("reviewer_a")
    client.post(f"/tasks/{task_id}", data=sending(claimed(client, task_id), outcome="passed", **FINDINGS))

    for login in ("reviewer_b", "supervisor"):
        other = client_of(login)
        assert other.get(f"/tasks/{task_id}/check").headers["Location"] == f"/tasks/{task_id}"
        assert other.post(f"/tasks/{task_id}/send", data={"draft_version": "1"}).status_code == 302
    assert client_of("agency").get(f"/tasks/{task_id}/check").status_code == 404
    assert len(walk.open("verify_authenticity")) == 1


def test_an_expert_learns_nothing_of_the_others_before_sending_or_afterwards(walk, client_of):
    walk.drawn()
    task = walk.open("declare_interests")[0]
    client = client_of(walk.login_of(task.assignee_id))
    post = sending(client.get(f"/tasks/{task.id}").text, declaration="none", _action="submit")

    before = client.post(f"/tasks/{task.id}", data=post, follow_redirects=True).text
    after = client.post(f"/tasks/{task.id}/send", data=sending(before), follow_redirects=True).text

    for page in (before, after):
        assert "轮到您：" in page
        assert "轮到：" not in page
