"""Many tasks at once: what would come of each is said first, then what came; one that cannot be done keeps no other."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.db import reading, unit_of_work
from app.engine import catalogue, instances
from app.engine.instances import Start
from app.engine.tables import user_task
from tests.drawing import flows, form, process, task
from tests.walk import Walk

TITLE = {"zh": "登记", "en": "Register"}


@pytest.fixture
def walk(parts, cast):
    """Two cases whose checks wait for reviewers."""
    made = Walk(parts, cast)
    made.submitted()
    return made


@pytest.fixture
def registered(walk, parts):
    """Three cases of a small process whose step may be decided for many at once; their task ids."""
    body = (
        '<bpmn:startEvent id="begin"/>' + task("enrol", extension='<ql:bulk allowed="true"/>', output="note=answers.note")
        + '<bpmn:endEvent id="done"/>' + flows("begin enrol", "enrol done")
    )  # fmt: skip
    files = {
        "processes/roll/roll.bpmn": process("roll", body, lanes={"reviewer": "begin enrol done"}),
        "forms/roll/enrol.json": form(
            note={"type": "string", "minLength": 1, "maxLength": 40, "x-ql": {"title": TITLE}}
        ),
    }
    with unit_of_work(parts.database) as unit:
        catalogue.store_bundle(unit.connection, files, reason="test", now=walk.now, deployed_by=None)
    for number in range(1, 4):
        with unit_of_work(parts.database) as unit:
            instances.start_instance(
                unit, parts.runtime, Start("roll", f"R-{number}", {}, f"第{number}户"), now=walk.now
            )
    with reading(parts.database) as unit:
        query = sa.select(user_task.c.id).where(user_task.c.element_id == "enrol").order_by(user_task.c.id)
        return list(unit.connection.execute(query).scalars())


def post(client, path, act, ids, **more):
    return client.post(f"/inbox/bulk{path}", data={"act": act, "id": [str(one) for one in ids], **more})


def holders(parts):
    with reading(parts.database) as unit:
        query = sa.select(user_task.c.id, user_task.c.assignee_id).where(user_task.c.status == "open")
        return {row.id: row.assignee_id for row in unit.connection.execute(query)}


def both(walk):
    return [walk.task("verify_authenticity"), walk.task("verify_compliance")]


def test_claiming_says_first_what_can_be_claimed_and_changes_nothing(walk, client_of, parts):
    page = post(client_of("reviewer_a"), "", "claim", [*both(walk), 999]).text

    assert "所选 3 件中有 2 件可以办理；尚未执行。" in page
    assert "没有这个任务，或它不归您办理。" in page
    assert set(holders(parts).values()) == {None}


def test_each_task_has_its_own_result(walk, client_of, parts, cast):
    """Both checks may not be claimed by the same person: the second says why."""
    first, second = both(walk)

    page = post(client_of("reviewer_a"), "/run", "claim", [first, second]).text

    assert "2 件中已办 1 件。" in page
    assert "未办：" in page
    assert holders(parts) == {first: cast["reviewer_a"], second: None}


def test_a_supervisor_gives_on_changes_the_day_and_flags(walk, client_of, parts, cast):
    chief, ids = client_of("supervisor"), both(walk)

    page = post(chief, "", "assign", ids).text
    post(chief, "/run", "assign", ids[:1], person_id=str(cast["reviewer_b"]), reason="均衡工作量")
    post(chief, "/run", "due", ids, due_on="2026-11-30", reason="节前顺延")
    post(chief, "/run", "flag", ids)

    assert "纪安澜" in page
    assert holders(parts)[ids[0]] == cast["reviewer_b"]
    listed = client_of("reviewer_a").get("/inbox?view=claimable").text
    assert "11 月 30 日（周一）24:00" in listed
    assert listed.count('data-state="flagged"') == 1


@pytest.mark.parametrize(
    ("act", "given", "words"),
    [
        ("assign", {"reason": "x"}, "请选择人员。"),
        ("assign", {"person_id": "1"}, "请写明理由，理由会记录在案。"),
        ("due", {"due_on": "2026-11-01", "reason": "x"}, "请填写今天或今天之后的日期。"),
        ("due", {"due_on": "x", "reason": "留着的话"}, "请填写今天或今天之后的日期。"),
        ("snooze", {}, "请填写今天之后的日期，或工作日数。"),
    ],
)
def test_what_is_missing_is_asked_for_and_what_was_typed_stays(walk, client_of, act, given, words):
    answer = post(client_of("supervisor"), "/run", act, both(walk), **given)

    assert answer.status_code == 422
    assert words in answer.text
    assert f'value="{given.get("reason", "")}"' in answer.text


@pytest.mark.parametrize("act", ["assign", "due"])
def test_only_a_supervisor_gives_on_or_changes_the_day(walk, client_of, act):
    assert post(client_of("reviewer_a"), "/run", act, both(walk), reason="x", person_id="1").status_code == 403


def test_putting_aside_works_for_many(walk, client_of):
    client = client_of("reviewer_a")

    post(client, "/run", "snooze", both(walk), days="3")

    assert client.get("/inbox?view=snoozed").text.count("data-row") == 2


def test_nothing_chosen_is_said(client_of):
    page = client_of("reviewer_a").post("/inbox/bulk", data={"act": "claim"}, follow_redirects=True).text

    assert "请至少选择一个任务。" in page


def test_a_step_is_decided_together_only_where_its_diagram_allows_it(walk, client_of, registered):
    page = post(client_of("reviewer_a"), "", "decide", [*both(walk), *registered]).text

    assert "所选 5 件中有 3 件可以办理" in page
    assert page.count("此步骤须逐件决定。") == 2
    assert 'name="note"' in page


def test_one_answer_completes_all_of_them(client_of, registered, parts):
    client = client_of("reviewer_a")
    post(client_of("reviewer_b"), "/run", "claim", registered[:1])

    page = post(client, "/run", "decide", registered, note="同意", _action="submit").text

    assert "2 件中已办 2 件。" in page
    with reading(parts.database) as unit:
        query = sa.select(user_task.c.status).where(user_task.c.id.in_(registered)).order_by(user_task.c.id)
        assert list(unit.connection.execute(query).scalars()) == ["open", "completed", "completed"]


def test_a_wrong_answer_completes_none_and_stays_typed(client_of, registered, parts):
    answer = post(client_of("reviewer_a"), "/run", "decide", registered, note="长" * 41, _action="submit")

    assert answer.status_code == 422
    assert "长" * 41 in answer.text
    assert len(holders(parts)) == 5


def test_chosen_tasks_are_exported_as_far_as_they_are_the_readers(walk, client_of):
    mine = post(client_of("reviewer_a"), "", "export", [*both(walk), 999])
    foreign = post(client_of("expert_1"), "", "export", both(walk))

    assert mine.mimetype == foreign.mimetype
    assert len(mine.data) > len(foreign.data)
