"""What a discussion shows and keeps: opinions without names, revisions beside first scores, what SQL refuses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.domain.discussion import (
    Discussion,
    DiscussionReply,
    Reply,
    anonymous_opinions,
    let_first_scores_stand,
    open_discussion,
    record_revision,
    replies_of,
    reply_reference,
    widest_spread,
)
from app.domain.errors import (
    NotInThisPanelError,
    RevisionWithoutReasonError,
    RubricNotFollowedError,
    ScoresIncompleteError,
)
from app.domain.panel import declare_no_interest, seats_of
from app.domain.panel_draw import draw_panel
from app.domain.rubric import AGENCY_RUBRIC, ITEM_RUBRIC
from app.domain.score import AGENCY, Given, ScoreRevision, close_panel, first_totals_of, record_scores, totals_of
from app.domain.service_item import items_of
from tests.people import BEGINNING


class Round:
    """A panel of three that has scored its agency 60, 80 and 100 percent, and been asked to discuss."""

    def __init__(self, world: Any) -> None:
        self.session, self.by = world.session, world.cast["supervisor"]
        application = world.apply(items=1)
        panel = draw_panel(world.session, application.id, size=3, working_days=10, drawn_by=self.by, now=BEGINNING)
        self.panel_id, self.item_id = panel.id, items_of(world.session, application.id)[0].id
        self.seats = seats_of(world.session, panel.id)
        for seat, share in zip(self.seats, (60, 80, 100), strict=True):
            declare_no_interest(world.session, seat.id, person_id=seat.person_id, now=BEGINNING)
            record_scores(world.session, seat.id, self.full(share), person_id=seat.person_id, now=BEGINNING)
        self.replies = open_discussion(
            world.session, panel.id, question="业绩有回访吗？", called_by=self.by, working_days=5, now=BEGINNING
        )

    def full(self, share: int, reason: str = "见材料。", **agency: int) -> list[Given]:
        """So many percent of every weight; single criteria of the agency as named."""
        return [
            Given(subject, name, agency.get(name, weight * share // 100) if subject == AGENCY else weight // 2, reason)
            for subject, rubric in ((AGENCY, AGENCY_RUBRIC), (self.item_id, ITEM_RUBRIC))
            for name, weight in rubric.items()
        ]

    def revise(self, place: int, given: list[Given], person_id: int | None = None) -> None:
        seat = self.seats[place]
        record_revision(
            self.session, seat.id, given, person_id=seat.person_id if person_id is None else person_id, now=BEGINNING
        )

    def totals(self) -> Mapping[int, int]:
        return totals_of(self.session, self.panel_id)[AGENCY]


@pytest.fixture
def discussed(world: Any) -> Round:
    return Round(world)


def test_the_widest_spread_is_that_of_one_subject(discussed: Any) -> None:
    assert widest_spread(discussed.session, discussed.panel_id) == 4_000
    assert discussed.session.get_one(Discussion, discussed.panel_id).widest_spread_hundredths == 4_000


def test_opinions_stand_criterion_by_criterion_the_highest_first_without_a_name(discussed: Any) -> None:
    found = anonymous_opinions(discussed.session, discussed.panel_id)

    assert set(found) == {AGENCY, discussed.item_id}
    assert [(one.points_hundredths, one.reason) for one in found[AGENCY]["price"]] == [
        (1_500, "见材料。"), (1_200, "见材料。"), (900, "见材料。"),
    ]  # fmt: skip


def test_every_seat_is_asked_until_the_same_day(discussed: Any) -> None:
    assert {one.due_at for one in discussed.replies} == {datetime(2026, 11, 9, 16, tzinfo=UTC)}
    assert {one.remind_at for one in discussed.replies} == {datetime(2026, 11, 5, 16, tzinfo=UTC)}
    assert reply_reference(discussed.session, discussed.replies[0]) == {
        "seat_id": discussed.seats[0].id,
        "expert_id": discussed.seats[0].person_id,
        "remind_at": "2026-11-05T16:00:00+00:00",
        "due_at": "2026-11-09T16:00:00+00:00",
    }


def test_a_revision_counts_and_the_first_score_stays(discussed: Any) -> None:
    discussed.revise(0, discussed.full(60, "复核后业绩属实。", service_record=2_000))

    seat_id = discussed.seats[0].id
    assert discussed.totals()[seat_id] == 6_800
    assert first_totals_of(discussed.session, discussed.panel_id)[AGENCY][seat_id] == 6_000
    assert replies_of(discussed.session, discussed.panel_id)[seat_id].reply == Reply.REVISED
    assert len(discussed.session.scalars(sa.select(ScoreRevision)).all()) == 1


def test_sending_the_same_scores_confirms_them_whatever_the_reason_says(discussed: Any) -> None:
    discussed.revise(0, discussed.full(60, ""))

    assert replies_of(discussed.session, discussed.panel_id)[discussed.seats[0].id].reply == Reply.CONFIRMED
    assert len(discussed.session.scalars(sa.select(ScoreRevision)).all()) == 0


def test_the_panel_closes_with_the_last_scores(discussed: Any) -> None:
    discussed.revise(0, discussed.full(70, "复核后业绩属实。"))
    discussed.revise(1, discussed.full(80))
    let_first_scores_stand(discussed.session, discussed.seats[2].id, now=BEGINNING)

    application = close_panel(discussed.session, discussed.panel_id, now=BEGINNING)

    assert (application.score_hundredths, application.spread_hundredths) == (8_333, 3_000)


@pytest.mark.parametrize("reason", ["", "  ", "见材料。", "见材料。 "])
def test_a_changed_score_needs_a_reason_of_its_own(discussed: Any, reason: str) -> None:
    with pytest.raises(RevisionWithoutReasonError) as refused:
        discussed.revise(0, discussed.full(60, reason, price=1_500, service_record=2_000))

    assert refused.value.places == ((AGENCY, "service_record"), (AGENCY, "price"))


def test_nobody_replies_twice_or_for_somebody_else(discussed: Any) -> None:
    with pytest.raises(NotInThisPanelError):
        discussed.revise(0, discussed.full(60), person_id=discussed.seats[1].person_id)
    discussed.revise(0, discussed.full(60))

    with pytest.raises(NotInThisPanelError):
        discussed.revise(0, discussed.full(60))


def test_nobody_replies_after_the_first_scores_stand(discussed: Any) -> None:
    let_first_scores_stand(discussed.session, discussed.seats[0].id, now=BEGINNING)

    with pytest.raises(NotInThisPanelError):
        discussed.revise(0, discussed.full(60))


def test_a_revision_follows_the_rubric(discussed: Any) -> None:
    with pytest.raises(RubricNotFollowedError):
        discussed.revise(0, discussed.full(60, "更高。", price=1_501))
    with pytest.raises(ScoresIncompleteError):
        discussed.revise(0, discussed.full(60)[:-1])


@pytest.mark.parametrize(
    ("points", "reason", "constraint"),
    [(4_001, "更高。", "points_in_rubric"), (-1, "更低。", "points_in_rubric"), (1, "", "has_reason")],
)
def test_the_database_refuses_a_revision_out_of_bounds(
    discussed: Any, points: int, reason: str, constraint: str
) -> None:
    discussed.session.add(
        ScoreRevision(
            seat_id=discussed.seats[0].id, service_item_id=AGENCY, criterion="price", points_hundredths=points,
            reason=reason, revised_at=BEGINNING,
        )
    )  # fmt: skip

    with pytest.raises(IntegrityError, match=constraint):
        discussed.session.flush()


def test_the_database_knows_the_replies(discussed: Any) -> None:
    discussed.session.get_one(DiscussionReply, discussed.seats[0].id).reply = "shrugged"

    with pytest.raises(IntegrityError, match="reply"):
        discussed.session.flush()
