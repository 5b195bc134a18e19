"""The discussion on its pages: opinions without names for those who take part, the case file afterwards."""

from __future__ import annotations

import re

import pytest

from tests import answers
from tests.walk import Walk

QUESTION = "服务业绩是否有回访记录？"


@pytest.fixture
def walk(parts, cast):
    """A case to be led to a stage."""
    return Walk(parts, cast)


def hidden(page, name):
    """The value of a hidden field."""
    return re.search(rf'name="{name}" value="([^"]*)"', page).group(1)


def without_tokens(page):
    """A page without what is new in every answer."""
    return re.sub(r'name="(csrf_token|csrf-token|key)" (value|content)="[^"]*"', "", page)


def sending(page, given):
    """A post of the page's form with these scores."""
    fields = {name: hidden(page, name) for name in ("seen_version", "draft_version", "key")}
    for subject, criteria in (("agency", given["agency"]), ("items.0", given["items"][0])):
        for name, one in criteria.items():
            if isinstance(one, dict):
                fields[f"{subject}.{name}.score_hundredths"] = str(one["score_hundredths"] / 100)
                fields[f"{subject}.{name}.reason"] = one.get("reason", "")
    return fields | {"items.0._row": "1", "_action": "submit"}


def test_the_supervisor_sees_scores_without_names_before_asking(walk, client_of):
    walk.divergent()
    task_id = walk.task("call_discussion")

    page = client_of("supervisor").get(f"/tasks/{task_id}").text

    assert "专家组评分（不署名）" in page
    assert "总分 90.00，75.00，75.00，75.00，59.00" in page
    assert not re.search("专家[0-9]", page.split("专家组评分（不署名）")[1])


@pytest.mark.parametrize("login", ["reviewer_a", "bureau", "auditor"])
def test_the_rest_of_the_office_sees_no_scores(walk, client_of, login):
    walk.divergent()

    page = client_of(login).get(f"/tasks/{walk.task('call_discussion')}").text

    assert "专家组评分（不署名）" not in page
    assert "59.00" not in page


def test_an_expert_finds_the_question_the_opinions_and_the_own_scores(walk, client_of):
    walk.discussed()
    task = walk.open("revise_scores")[0]

    page = client_of(walk.login_of(task.assignee_id)).get(f"/tasks/{task.id}").text

    assert QUESTION in page
    assert "总分 90.00，75.00，75.00，75.00，59.00" in page
    assert 'name="agency.service_record.score_hundredths" min="0" max="20" step="0.5" value="9"' in page
    assert not re.search("专家[0-9]", page.split("专家组评分（不署名）")[1])


def test_an_experts_own_page_is_nothing_to_the_others(walk, client_of):
    walk.discussed()
    first, second = walk.open("revise_scores")[:2]

    assert client_of(walk.login_of(second.assignee_id)).get(f"/tasks/{first.id}").status_code == 404


def test_a_change_without_a_new_reason_is_asked_for_at_its_field_and_loses_nothing(walk, client_of):
    walk.discussed()
    task = walk.open("revise_scores")[0]
    client = client_of(walk.login_of(task.assignee_id))
    page = client.get(f"/tasks/{task.id}").text
    given = answers.scores(59, 80)
    given["agency"]["service_record"]["score_hundredths"] = 1_200

    answer = client.post(f"/tasks/{task.id}", data=sending(page, given), follow_redirects=True)

    assert answer.status_code == 422
    assert "请写明为什么改" in answer.text
    assert 'id="f-agency-service_record-reason-error"' in answer.text
    assert 'step="0.5" value="12"' in answer.text


def test_confirming_is_sending_the_form_as_it_is(walk, client_of):
    walk.discussed()
    task = walk.open("revise_scores")[0]
    client = client_of(walk.login_of(task.assignee_id))
    page = client.get(f"/tasks/{task.id}").text

    check = client.post(f"/tasks/{task.id}", data=sending(page, answers.scores(59, 80)), follow_redirects=True).text
    sent = {name: hidden(check, name) for name in ("seen_version", "draft_version", "key")}

    assert client.post(f"/tasks/{task.id}/send", data=sent).status_code == 302
    assert len(walk.open("revise_scores")) == 4


def test_the_case_file_shows_first_scores_beside_revisions_and_who_did_not_reply(walk, client_of):
    walk.discussed()
    lowest = walk.open("revise_scores")[0]
    given = answers.scores(59, 80)
    given["agency"]["service_record"] = {"score_hundredths": 1_200, "reason": "补看了回访记录。"}
    walk.complete(lowest.id, lowest.assignee_id, given)
    walk.pass_time(days=9)

    page = client_of("supervisor").get(f"/tasks/{walk.task('conclude')}").text

    assert "已修改" in page
    assert page.count("逾期未复评，维持原评分") == 4
    assert "补看了回访记录。" in page
    assert "原 59.00" in page


@pytest.mark.parametrize("tab", ["work", "materials", "course", "diagram"])
def test_applicants_learn_nothing_of_a_discussion(walk, client_of, tab):
    walk.divergent()
    client, address = client_of("agency"), f"/cases/{walk.case}?tab={tab}"
    before = without_tokens(client.get(address).text)
    walk.act("call_discussion", "supervisor", {"question": QUESTION})

    assert without_tokens(client.get(address).text) == before
    assert not re.search("讨论|复评|分歧", before)
