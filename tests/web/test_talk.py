"""Talk about a case: who says what to whom, who hears it, who is asked, and who learns nothing."""

from __future__ import annotations

import re

import pytest

from app.db import reading
from app.domain.message import messages_of
from tests import answers
from tests.walk import Walk


@pytest.fixture
def walk(parts, cast):
    """A case whose application has been handed in."""
    walk = Walk(parts, cast)
    walk.submitted()
    return walk


def say(client, walk, text, audience="team"):
    """Write a comment on the case and return the page that follows."""
    return client.post(f"/cases/{walk.case}/comments", data={"text": text, "audience": audience}, follow_redirects=True)


def heard(client, walk):
    """The talk as somebody reads it."""
    return client.get(f"/cases/{walk.case}?tab=talk").text


def told(parts, person_id):
    """The subjects of a person's notices."""
    with reading(parts.database) as unit:
        return [one.texts["zh"]["subject"] for one in messages_of(unit.session, person_id)]


def test_the_team_hears_what_is_for_the_team_and_the_applicant_does_not(walk, client_of):
    say(client_of("reviewer_a"), walk, "内部意见。")
    say(client_of("reviewer_a"), walk, "请补彩色扫描件。", "applicant")

    for login in ("reviewer_b", "supervisor", "bureau", "auditor"):
        assert "内部意见。" in heard(client_of(login), walk)
    applicants = heard(client_of("agency"), walk)
    assert "内部意见。" not in applicants
    assert "请补彩色扫描件。" in applicants
    assert "马砚秋" not in applicants.partition("<main")[2]


def test_nobody_learns_by_a_count_what_they_may_not_hear(walk, client_of):
    before = heard(client_of("agency"), walk)
    for text in ("一", "二", "三"):
        say(client_of("reviewer_a"), walk, text)

    assert without_tokens(heard(client_of("agency"), walk)) == without_tokens(before)
    assert re.search(
        r"留言 <span>3</span>", client_of("reviewer_b").get(f"/tasks/{walk.task('verify_authenticity')}").text
    )


def test_experts_hear_nothing_and_the_address_is_not_there_for_them(walk, client_of, parts, cast):
    say(client_of("reviewer_a"), walk, "内部意见。")
    walk.act("verify_authenticity", "reviewer_a", answers.authenticity())
    walk.act("verify_compliance", "reviewer_b", answers.compliance())
    walk.act("prepare_panel", "supervisor", {})
    task = walk.open("declare_interests")[0]
    expert = client_of(walk.login_of(task.assignee_id))

    page = expert.get(f"/tasks/{task.id}?tab=talk").text

    assert "内部意见。" not in page
    assert "留言" not in page
    assert expert.post(f"/cases/{walk.case}/comments", data={"text": "我"}).status_code == 403


def test_an_applicants_comment_is_for_the_office_and_themselves(walk, client_of, parts, cast):
    client_of("reviewer_a").post(f"/tasks/{walk.task('verify_authenticity')}/claim")

    say(client_of("agency"), walk, "材料已寄出。@马砚秋", "team")

    assert "材料已寄出。" in heard(client_of("reviewer_b"), walk)
    assert "韩知白（宁夏砺信信用服务有限公司）" in heard(client_of("reviewer_b"), walk)
    assert "材料已寄出。" in heard(client_of("agency"), walk)
    assert any("新留言" in one for one in told(parts, cast["reviewer_a"]))


@pytest.mark.parametrize("call", ["@纪安澜", "请@纪安澜看一下", "@reviewer_b", "@Reviewer_B."])
def test_whoever_is_called_by_name_or_login_is_told_and_marked_until_they_answer(walk, client_of, parts, cast, call):
    say(client_of("reviewer_a"), walk, f"第二份资质 {call}")
    client = client_of("reviewer_b")

    assert told(parts, cast["reviewer_b"]) == ["马砚秋提到您：案件 2026-00001"]
    assert "有人请您答复" in heard(client, walk)
    client.post(f"/cases/{walk.case}/mentions/done")
    assert "有人请您答复" not in heard(client, walk)


@pytest.mark.parametrize("text", ["请 @不存在 看", "@韩知白", "@agency", "@expert_1"])
def test_a_call_that_reaches_no_colleague_is_refused_and_nothing_typed_is_lost(walk, client_of, text):
    answer = say(client_of("reviewer_a"), walk, text)

    assert answer.status_code == 422
    assert "没有叫" in answer.text
    assert text in answer.text
    assert text not in heard(client_of("reviewer_a"), walk)


def test_an_e_mail_address_calls_nobody(walk, client_of):
    assert say(client_of("reviewer_a"), walk, "发到 a.b@example.org 即可").status_code == 200


def test_a_withdrawn_comment_is_read_by_nobody_and_its_place_stays(walk, client_of):
    client = client_of("reviewer_a")
    page = say(client, walk, "说错了").text
    number = re.search(r'id="comment-(\d+)"', page).group(1)
    address = f"/cases/{walk.case}/comments/{number}/withdraw"

    assert client_of("reviewer_b").post(address).status_code == 422
    client.post(address)

    page = heard(client_of("reviewer_b"), walk)
    assert "说错了" not in page
    assert "撤回" in page


def test_the_api_says_something_and_hides_the_talk_from_experts(walk, app, client_of, token_of):
    client = app.test_client()
    path = f"/api/v1/tasks/{walk.task('verify_authenticity')}/comment"

    said = client.post(path, json={"text": "接口留言"}, headers=token_of("reviewer_a"))
    unknown = client.post(path, json={"text": "接口留言"}, headers=token_of("agency"))
    empty = client.post(path, json={"text": ""}, headers=token_of("reviewer_a"))

    assert (said.status_code, unknown.status_code, empty.status_code) == (201, 404, 422)
    assert "接口留言" in heard(client_of("reviewer_b"), walk)


def without_tokens(page):
    """The page without what differs each time."""
    return re.sub(r'(csrf_token" value|csrf-token" content)="[^"]*"', "", page)
