"""The desk: putting aside, flags, handing over, substitutes, saved views, keys, the strip of new tasks."""

from __future__ import annotations

import pytest

from tests import answers
from tests.walk import Walk


@pytest.fixture
def walk(parts, cast):
    """A case whose two checks wait for reviewers."""
    made = Walk(parts, cast)
    made.submitted()
    return made


def rows(client, view, **query):
    return client.get("/inbox", query_string={"view": view, **query}).text.count("data-row")


def test_a_task_put_aside_leaves_ones_lists_and_comes_back_by_itself(walk, client_of):
    ann, bob = client_of("reviewer_a"), client_of("reviewer_b")
    task = walk.task("verify_authenticity")

    ann.post(f"/tasks/{task}/snooze", data={"days": "2", "reason": "等原件"})

    assert (rows(ann, "claimable"), rows(ann, "snoozed"), rows(bob, "claimable")) == (1, 1, 2)
    assert "搁置至 11 月 4 日（周三）" in ann.get("/inbox?view=snoozed").text
    walk.pass_time(days=2)
    assert (rows(ann, "claimable"), rows(ann, "snoozed")) == (2, 0)


@pytest.mark.parametrize(
    "given", [{}, {"days": "0"}, {"days": "61"}, {"days": "x"}, {"until": "2026-11-02"}, {"until": "x"}]
)
def test_nothing_is_put_aside_until_the_past(walk, client_of, given):
    ann = client_of("reviewer_a")

    page = ann.post(f"/tasks/{walk.task('verify_authenticity')}/snooze", data=given, follow_redirects=True).text

    assert "请填写今天之后的日期，或 1 至 60 个工作日。" in page
    assert rows(ann, "snoozed") == 0


def test_a_task_can_be_taken_up_again_early(walk, client_of):
    ann, task = client_of("reviewer_a"), walk.task("verify_authenticity")
    ann.post(f"/tasks/{task}/snooze", data={"until": "2026-11-20"})

    ann.post(f"/tasks/{task}/wake")

    assert (rows(ann, "claimable"), rows(ann, "snoozed")) == (2, 0)


def test_a_flag_is_seen_by_the_team_and_can_be_searched(walk, client_of):
    ann, bob, task = client_of("reviewer_a"), client_of("reviewer_b"), walk.task("verify_authenticity")

    ann.post(f"/tasks/{task}/flag", data={"on": "yes"})

    assert rows(bob, "claimable", q="flag:yes") == 1
    assert 'data-state="flagged"' in bob.get("/inbox?view=claimable").text
    bob.post(f"/tasks/{task}/flag")
    assert rows(ann, "claimable", q="flag:yes") == 0


def test_only_a_supervisor_calls_a_task_urgent(walk, client_of):
    task = walk.task("verify_authenticity")

    assert client_of("reviewer_a").post(f"/tasks/{task}/urgent", data={"on": "yes"}).status_code == 403
    client_of("supervisor").post(f"/tasks/{task}/urgent", data={"on": "yes"})
    assert 'class="ql-urgent">急' in client_of("reviewer_b").get("/inbox?view=claimable").text


def test_an_applicant_puts_no_flag_on_anything(walk, client_of):
    walk.start()

    assert (
        client_of("agency").post(f"/tasks/{walk.task('submit_application')}/flag", data={"on": "yes"}).status_code
        == 403
    )


@pytest.mark.parametrize("act", ["snooze", "wake", "flag", "hand-over"])
def test_a_foreign_task_is_as_unknown_as_none(walk, client_of, act):
    stranger, task = client_of("expert_1"), walk.task("verify_authenticity")
    given = {"days": "2", "on": "yes", "person_id": str(walk.cast["reviewer_b"]), "reason": "x"}

    answers_ = [stranger.post(f"/tasks/{one}/{act}", data=given) for one in (task, 999)]

    assert [answer.status_code for answer in answers_] == [404, 404]


def test_ones_own_task_is_handed_over_with_a_reason(walk, client_of):
    ann, bob, task = client_of("reviewer_a"), client_of("reviewer_b"), walk.task("verify_authenticity")
    ann.post(f"/tasks/{task}/claim")

    page = ann.get(f"/tasks/{task}").text
    ann.post(f"/tasks/{task}/hand-over", data={"person_id": str(walk.cast["reviewer_b"]), "reason": "出差"})

    assert "转交" in page
    assert (rows(ann, "mine"), rows(bob, "mine")) == (0, 1)
    assert "出差" in bob.get(f"/tasks/{task}?tab=course").text


def test_a_substitute_finds_the_tasks_of_the_absent_and_completes_them_for_them(walk, client_of, token_of):
    ann, bob, task = client_of("reviewer_a"), client_of("reviewer_b"), walk.task("verify_authenticity")
    ann.post(f"/tasks/{task}/claim")
    days = {"starts_on": "2026-11-02", "ends_on": "2026-11-03"}

    kept = ann.post("/inbox/absence", data={**days, "substitute_id": str(walk.cast["reviewer_b"])})

    assert kept.status_code == 302
    assert "我，代马砚秋" in bob.get("/inbox?view=mine").text
    given = {"data": answers.authenticity(), "version": 2}
    answered = client_of(None).post(f"/api/v1/tasks/{task}/complete", json=given, headers=token_of("reviewer_b"))
    assert answered.status_code == 200
    assert "纪安澜（代马砚秋）：核验真实性" in ann.get(f"/tasks/{task}?tab=course").text


def test_a_substitute_has_nothing_before_and_after_the_absence(walk, client_of):
    ann, bob = client_of("reviewer_a"), client_of("reviewer_b")
    ann.post(f"/tasks/{walk.task('verify_authenticity')}/claim")
    days = {"starts_on": "2026-11-03", "ends_on": "2026-11-03"}
    ann.post("/inbox/absence", data={**days, "substitute_id": str(walk.cast["reviewer_b"])})

    seen = [rows(bob, "mine")]
    for _ in range(2):
        walk.pass_time(days=1)
        seen.append(rows(bob, "mine"))

    assert seen == [0, 1, 0]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"starts_on": "", "ends_on": ""}, "请填写开始日和结束日。"),
        ({"starts_on": "2026-11-05", "ends_on": "2026-11-04"}, "结束日不能早于开始日"),
        ({"starts_on": "2026-10-01", "ends_on": "2026-11-01"}, "也不能早于今天"),
        ({"starts_on": "2026-11-02", "ends_on": "2026-11-04", "substitute_id": ""}, "请选择代理人。"),
        (
            {"starts_on": "2026-11-02", "ends_on": "2026-11-04", "substitute_id": "supervisor"},
            "只有同一角色的同事可以代理",
        ),
        ({"starts_on": "2026-11-02", "ends_on": "2026-11-04", "substitute_id": "reviewer_a"}, "不能由本人代理本人"),
    ],
)
def test_an_absence_that_cannot_be_is_refused_in_words(walk, client_of, given, words):
    someone = given.get("substitute_id", "reviewer_b")
    given = {**given, "substitute_id": str(walk.cast.get(someone, ""))}

    answer = client_of("reviewer_a").post("/inbox/absence", data=given)

    assert answer.status_code == 422
    assert words in answer.text


def test_a_supervisor_names_a_substitute_for_others_and_ends_it(walk, client_of):
    chief, ann, bob = client_of("supervisor"), client_of("reviewer_a"), client_of("reviewer_b")
    ann.post(f"/tasks/{walk.task('verify_authenticity')}/claim")
    given = {"starts_on": "2026-11-02", "ends_on": "2026-11-09", "substitute_id": str(walk.cast["reviewer_b"])}

    chief.post("/inbox/absence", data={**given, "absent_id": str(walk.cast["reviewer_a"])})
    assert rows(bob, "mine") == 1
    assert bob.post("/inbox/absence/1/end").status_code == 404
    assert chief.post("/inbox/absence/1/end").status_code == 302

    assert rows(bob, "mine") == 0


def test_a_view_is_saved_counted_renamed_and_deleted(walk, client_of):
    ann = client_of("reviewer_a")
    address = {"view": "claimable", "q": "step:authenticity"}

    ann.post("/inbox/views/new", data={**address, "name": "  真实性  核验 "})

    page = ann.get("/inbox", query_string=address).text
    assert "真实性 核验 1</h1>" in page
    assert ann.post("/inbox/views/new", data={**address, "name": "真实性 核验"}).status_code == 422
    ann.post("/inbox/views/1", data={"name": "真", "act": "rename"})
    assert "真 1</h1>" in ann.get("/inbox", query_string=address).text
    ann.post("/inbox/views/1", data={"act": "delete"})
    assert "真 1</h1>" not in ann.get("/inbox", query_string=address).text


def test_a_view_of_ones_own_is_nobody_elses(walk, client_of):
    client_of("reviewer_a").post("/inbox/views/new", data={"view": "mine", "q": "flag:yes", "name": "我的"})
    bob = client_of("reviewer_b")

    assert "我的</span>" not in bob.get("/inbox").text
    assert [bob.get(f"/inbox/views/{one}").status_code for one in (1, 99)] == [404, 404]


def test_a_supervisor_shares_a_view_with_a_role(walk, client_of):
    client_of("supervisor").post(
        "/inbox/views/new", data={"view": "claimable", "q": "due:<3d", "name": "本周到期", "role": "reviewer"}
    )
    client_of("reviewer_a").post("/inbox/views/new", data={"view": "claimable", "name": "想共用", "role": "reviewer"})

    page = client_of("reviewer_b").get("/inbox").text

    assert "审核员共用" in page
    assert "本周到期" in page
    assert "想共用" not in page


def test_keys_can_be_changed_and_turned_off(walk, client_of):
    ann = client_of("reviewer_a")
    chosen = {"down": "n", "up": "k", "claim": "c", "release": "u", "assign": "a", "following": "e", "flag": "f"}
    fixed = {"search": "/", "help": "?"}

    assert '"down": "j"' in ann.get("/inbox").text
    ann.post("/account/keys", data=chosen | fixed)
    assert '"down": "n"' in ann.get("/inbox").text
    assert ann.post("/account/keys", data=chosen | fixed | {"up": "n"}).status_code == 422
    ann.post("/account/keys", data=chosen | fixed | {"off": "yes"})
    assert "data-keys=" not in ann.get("/inbox").text
    ann.post("/account/keys", data={"reset": "yes"})
    assert '"down": "j"' in ann.get("/inbox").text


def test_the_strip_counts_what_has_come_since_and_costs_nothing_when_nothing_has(walk, client_of):
    ann = client_of("reviewer_a")
    page = ann.get("/inbox?view=claimable").text
    seen = {name: page.split(f'data-{name}="')[1].split('"')[0] for name in ("task", "at")}

    before = ann.get("/inbox/new", query_string=seen)
    again = ann.get("/inbox/new", query_string=seen, headers={"If-None-Match": before.headers["ETag"]})
    walk.act("verify_authenticity", "reviewer_b", answers.authenticity())
    walk.act("verify_compliance", "reviewer_a", answers.compliance())
    chief = client_of("supervisor").get("/inbox/new", query_string=seen)

    assert (before.json, again.status_code) == ({"new": 0}, 304)
    assert chief.json == {"new": 1}


def test_the_newest_number_tells_an_expert_nothing_of_the_others(walk, client_of):
    walk.act("verify_authenticity", "reviewer_a", answers.authenticity())
    walk.act("verify_compliance", "reviewer_b", answers.compliance())
    walk.act("prepare_panel", "supervisor", {})
    first, second = walk.open("declare_interests")[:2]
    expert = client_of(walk.login_of(second.assignee_id))
    before = expert.get("/inbox").text.split('data-task="')[1].split('"')[0]

    walk.complete(first.id, first.assignee_id, {"declaration": "none"})

    assert expert.get("/inbox").text.split('data-task="')[1].split('"')[0] == before


def test_the_api_puts_aside_and_hands_over(walk, client_of, token_of):
    client, header, task = client_of(None), token_of("reviewer_a"), walk.task("verify_authenticity")

    aside = client.post(f"/api/v1/tasks/{task}/snooze", json={"working_days": 2}, headers=header)
    both = client.post(
        f"/api/v1/tasks/{task}/snooze", json={"working_days": 2, "until": "2026-11-09T00:00:00+08:00"}, headers=header
    )
    past = client.post(f"/api/v1/tasks/{task}/snooze", json={"until": "2026-11-01T00:00:00+08:00"}, headers=header)
    client.post(f"/api/v1/tasks/{task}/wake", headers=header)
    client.post(f"/api/v1/tasks/{task}/claim", headers=header)
    over = client.post(
        f"/api/v1/tasks/{task}/hand-over", json={"person_id": walk.cast["reviewer_b"], "reason": "出差"}, headers=header
    )

    assert aside.json["until"].startswith("2026-11-03T16:00:00")
    assert (both.status_code, past.status_code) == (422, 422)
    assert over.json["assignee_id"] == walk.cast["reviewer_b"]
