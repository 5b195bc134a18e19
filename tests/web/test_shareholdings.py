"""Shareholdings in the browser, and interests that appear while experts are at work: they make way at once (A8.3)."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.db import reading, unit_of_work
from app.domain.affiliation import declare_affiliation
from app.domain.expert import Expert
from app.domain.organisation import Organisation
from app.domain.panel import PanelSeat, SeatReplacement
from app.domain.person import Person
from app.domain.shareholding import Shareholding
from app.web.late_interests import replace_tied
from tests import answers
from tests.people import BEGINNING
from tests.walk import Walk


@pytest.fixture
def walk(parts, cast):
    """A case to be led to a stage."""
    made = Walk(parts, cast)
    made.set_clock()
    return made


@pytest.fixture
def code_of(parts, cast):
    """The credit code of an organisation of the cast."""

    def find(name):
        with reading(parts.database) as unit:
            return unit.session.get_one(Organisation, cast[name]).credit_code

    return find


@pytest.fixture
def share(code_of):
    """A share of the agency as somebody types it."""

    def typed(holder, /, **more):
        return {
            "organisation": code_of("agency_firm"), "holder": holder, "percent": "25.5", "since_on": "2026-01-01",
            "source": "公示系统", **more,
        }  # fmt: skip

    return typed


def replaced(parts):
    """Who made way, with the cause."""
    with reading(parts.database) as unit:
        query = sa.select(PanelSeat.person_id, SeatReplacement.cause).join(
            SeatReplacement, SeatReplacement.seat_id == PanelSeat.id
        )
        return unit.session.execute(query.order_by(PanelSeat.id)).all()


def test_the_office_records_and_ends_a_share_with_who_when_and_why(walk, client_of, share, parts):
    client = client_of("reviewer_a")

    page = client.post("/shareholdings", data=share("expert_1"), follow_redirects=True).text
    assert "持有宁夏砺信信用服务有限公司 25.50% 的股份" in page
    assert "马砚秋" in page
    assert "公示系统" in page
    given = {"until_on": "2026-10-31", "reason": "已转让。"}
    ended = client_of("supervisor").post("/shareholdings/1/end", data=given, follow_redirects=True).text

    assert "已终止" in ended
    assert "已转让。" in ended
    with reading(parts.database) as unit:
        assert unit.session.get_one(Shareholding, 1).percent_hundredths == 2_550


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"organisation": "X"}, "没有这个统一社会信用代码的单位"),
        ({"holder": "nobody"}, "没有这个账号"),
        ({"percent": "a lot"}, "请以百分数填写"),
        ({"percent": "25.555"}, "请以百分数填写"),
        ({"percent": "100.01"}, "0.01 到 100.00"),
        ({"since_on": "soon"}, "2026-12-31"),
        ({"since_on": "2099-01-01"}, "起始日不能晚于今天"),
        ({"source": ""}, "请写明来源或理由"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(walk, client_of, share, wrong, said):
    answer = client_of("reviewer_a").post("/shareholdings", data=share("expert_1", **wrong))

    assert answer.status_code == 422
    assert said in answer.text
    for typed in {"source": "公示系统", "percent": "25.5", **wrong}.values():
        assert f'value="{typed}"' in answer.text


def test_whoever_is_tied_to_an_organisation_finds_nothing_of_its_shares(walk, client_of, share, cast, parts):
    client_of("reviewer_a").post("/shareholdings", data=share("expert_1"))
    client_of("reviewer_a").post("/shareholdings", data=share("reviewer_b"))
    tied = client_of("reviewer_b")

    assert "砺信" not in tied.get("/shareholdings").text
    assert tied.post("/shareholdings/1/end", data={"until_on": "2026-10-31", "reason": "x"}).status_code == 404
    as_unknown = tied.post("/shareholdings", data=share("expert_2")).text
    assert "没有这个统一社会信用代码的单位" in as_unknown


def test_the_bureau_reads_and_an_agency_does_not_even_that(walk, client_of, share):
    client_of("reviewer_a").post("/shareholdings", data=share("expert_1"))

    assert "砺信" in client_of("bureau").get("/shareholdings").text
    assert client_of("bureau").post("/shareholdings", data=share("expert_2")).status_code == 403
    assert client_of("agency").get("/shareholdings").status_code == 403


def test_an_admitted_expert_whose_share_is_recorded_makes_way_at_once(walk, client_of, share, parts):
    walk.declared()
    task = walk.open("score_application")[0]
    login = walk.login_of(task.assignee_id)
    assert client_of(login).get(f"/tasks/{task.id}").status_code == 200

    client_of("supervisor").post("/shareholdings", data=share(login))

    assert client_of(login).get(f"/tasks/{task.id}").status_code == 404
    walk.pass_time(minutes=1)
    assert [tuple(one) for one in replaced(parts)] == [(task.assignee_id, "computed")]
    successor = walk.open("declare_interests")[0].assignee_id
    assert successor != task.assignee_id
    with reading(parts.database) as unit:
        assert unit.session.get_one(Person, successor).login.startswith("expert_")


def test_a_tie_over_two_steps_is_found_by_the_sweep_and_only_once(walk, parts, cast):
    walk.drawn()
    with unit_of_work(parts.database) as unit:
        seat = unit.session.scalars(sa.select(PanelSeat).order_by(PanelSeat.id)).first()
        person_id = seat.person_id
        employer_id = unit.session.get_one(Expert, person_id).employer_id
        declare_affiliation(
            unit.session, employer_id, cast["agency_firm"], explanation="同一集团", declared_by=cast["supervisor"],
            now=BEGINNING,
        )  # fmt: skip

    assert replace_tied(parts.database, parts.runtime, now=walk.now) == 1
    assert replace_tied(parts.database, parts.runtime, now=walk.now) == 0

    walk.pass_time(minutes=1)
    assert [tuple(one) for one in replaced(parts)] == [(person_id, "computed")]


def test_without_a_tie_nobody_makes_way(walk, parts):
    walk.declared()

    assert replace_tied(parts.database, parts.runtime, now=walk.now) == 0
    assert replaced(parts) == []


def test_scores_given_before_stand_and_the_supervisor_reads_the_tie(walk, client_of, share, parts):
    walk.declared()
    task = walk.open("score_application")[0]
    walk.complete(task.id, task.assignee_id, answers.scores(80, 80))
    client = client_of("supervisor")

    client.post("/shareholdings", data=share(walk.login_of(task.assignee_id)))

    assert replaced(parts) == []
    assert "评分之后与申请机构有了利益关系" in client.get("/panels/2026-00001").text
