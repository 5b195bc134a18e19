"""Random people do random things to a certification: nobody ever signs twice where two signatures are asked for.

The pairs that must differ are written here from the measure (A8.2, A8.3, A8.6, A8.7), not read from the diagram.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from app.db import create_engine, reading, unit_of_work
from app.domain.errors import DomainError
from app.domain.notice import Notice
from app.domain.objection import ObjectionEntry, raise_objection
from app.domain.panel import PanelSeat
from app.domain.role_grant import Role, grant_role, revoke_role
from app.engine import user_tasks
from app.engine.errors import AnswersInvalidError, Conflict, MessageNotAwaitedError, NotFound, Refused
from app.engine.messages import Message, correlate_message
from app.engine.tables import user_task
from tests import answers
from tests.case_story import Story, told_on
from tests.people import person

VERIFIED = frozenset({"verify_authenticity", "verify_compliance"})
APART = {
    "allow_corrections": VERIFIED,
    "conclude": VERIFIED,
    "examine_objection": VERIFIED | {"conclude"},
    "file_certification": VERIFIED | {"conclude", "examine_objection"},
    "examine_review": VERIFIED | {"conclude", "allow_corrections", "prepare_panel", "mend_pool"},
}
"""Whoever has completed the first may have completed none of the others in the same case."""
JACKS = {
    "jack_a": (Role.REVIEWER, Role.SUPERVISOR), "jack_b": (Role.REVIEWER, Role.SUPERVISOR, Role.BUREAU),
    "jack_c": (Role.SUPERVISOR, Role.BUREAU), "jack_d": (Role.REVIEWER, Role.EXPERT), "insider": (Role.REVIEWER, Role.SUPERVISOR),
}  # fmt: skip
"""People of many roles, who try to sign everywhere; the insider belongs to the applicant as well."""


OFFICE = [*JACKS, "agency", "reviewer_a", "reviewer_b", "supervisor", "bureau"]


WAYS = [
    (0, 0, 0),
    (1, 0, 0),
    (2, 1, 1),
    (2, 3, 1),
    (4, 1, 0),
    (5, 1, 1),
    (5, 0, 1),
    (6, 0, 0),
    (6, 0, 1),
    (6, 0, 8),
    (6, 0, 8),
    (6, 1, 8),
]
"""How a case begins: steps that everybody takes, which of their answers they give, and days that pass then."""


class Acts(RuleBasedStateMachine):
    """One case, and everybody who would like a hand in it."""

    template: Path
    reached: ClassVar[Counter[str]] = Counter()

    @initialize(order=st.permutations(OFFICE), way=st.sampled_from(WAYS))
    def settle(self, order: list[str], way: tuple[int, int, int]) -> None:
        """Begin a case and bring it some way: to the verification, to the panel, to the notice."""
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "acts.sqlite3"
        shutil.copy(self.template, path)
        self.story: Story = told_on(create_engine(f"sqlite:///{path}"))
        with unit_of_work(self.story.database) as unit:
            for login, roles in JACKS.items():
                self.story.cast[login] = person(unit.session, login, login).id
                for role in roles:
                    grant_role(
                        unit.session, self.story.cast[login], role, self.story.cast["operator"], by=None,
                        now=self.story.now,
                    )  # fmt: skip
            grant_role(
                unit.session, self.story.cast["insider"], Role.AGENCY, self.story.cast["agency_firm"], by=None,
                now=self.story.now,
            )  # fmt: skip
        self.people = sorted(login for login, _ in self.story.cast.items() if login not in ORGANISATIONS)
        self.story.start("agency_certification", organisation="agency_firm")
        steps, choice, days = way
        for _ in range(steps):
            self.go_on(order, choice)
        self.wait(days)

    @rule(
        data=st.data(),
        who=st.sampled_from([*JACKS, *JACKS, "agency", "reviewer_a", "reviewer_b", "supervisor", "bureau"]),
    )
    def act(self, data: st.DataObject, who: str) -> None:
        """Somebody of the office completes a task, if they can."""
        task = self._some_task(data)
        if task is not None:
            self._try(task, self.story.cast[who], data)

    @rule(order=st.permutations(OFFICE), choice=st.sampled_from([0, 0, 0, 1, 1, 2, 3]))
    def go_on(self, order: list[str], choice: int) -> None:
        """Everything that is to be done is done by whoever comes first and can, mostly well: so that cases get far."""
        for task in self.story.tasks():
            given = SAYS[task.element_id][min(choice, len(SAYS[task.element_id]) - 1)]
            holders = [task.assignee_id] if task.assignee_id else [self.story.cast[login] for login in order]
            for person_id in holders:
                with suppress(Refused, Conflict, NotFound, AnswersInvalidError, DomainError):
                    self.story.complete(task.id, person_id, given)
                    break

    @rule(data=st.data())
    def act_as_the_holder(self, data: st.DataObject) -> None:
        """Whoever holds a task completes it: experts do."""
        task = self._some_task(data)
        if task is not None and task.assignee_id is not None:
            self._try(task, task.assignee_id, data)

    @rule(data=st.data(), who=st.sampled_from([*JACKS, "reviewer_a", "supervisor"]))
    def claim(self, data: st.DataObject, who: str) -> None:
        task = self._some_task(data)
        if task is None:
            return
        try:
            with unit_of_work(self.story.database) as unit:
                user_tasks.claim_task(
                    unit, self.story.runtime, task.id, actor=self.story.actor(who), now=self.story.now
                )
        except (Refused, Conflict, NotFound):
            pass

    @rule(days=st.sampled_from([1, 1, 2, 8]))
    def wait(self, days: int) -> None:
        self.story.now += timedelta(days=days)
        self.story.work()

    @rule(who=st.sampled_from(["jack_a", "reviewer_a"]))
    def lose_a_role(self, who: str) -> None:
        """A reviewer moves on: what they verified goes to somebody else."""
        with unit_of_work(self.story.database) as unit:
            operator = self.story.cast["operator"]
            revoke_role(unit.session, self.story.cast[who], Role.REVIEWER, operator, by=None, now=self.story.now)

    @precondition(lambda self: any(self.reached_here("conclude")) and not self.story.tasks())
    @rule()
    def object_to_the_notice(self) -> None:
        with unit_of_work(self.story.database) as unit:
            notice = unit.session.scalars(sa.select(Notice).order_by(Notice.id.desc()).limit(1)).first()
            if notice is None or not notice.is_open(self.story.now):
                return
            entry = ObjectionEntry("周正", "zhou@example.cn", "不实。", person_id=self.story.cast["expert_1"])
            raise_objection(unit.session, notice.id, entry, now=self.story.now)
            try:
                message = Message("objection_received", str(notice.id), {})
                correlate_message(unit, self.story.runtime, message, now=self.story.now)
            except MessageNotAwaitedError:
                pass

    @invariant()
    def nobody_signs_twice(self) -> None:
        if not hasattr(self, "story"):
            return
        done = self._done()
        by_person: dict[int, set[str]] = {}
        for task in done:
            self.reached[task.element_id] += 1
            by_person.setdefault(task.completed_by, set()).add(task.element_id)
        for steps in by_person.values():
            assert not steps >= VERIFIED
            for step, others in APART.items():
                assert step not in steps or not steps & others, steps

    @invariant()
    def the_applicants_own_people_act_for_it_alone(self) -> None:
        if not hasattr(self, "story"):
            return
        own = {self.story.cast["agency"], self.story.cast["insider"]}
        for task in self._done():
            assert (task.completed_by in own) == (task.organisation_id is not None)

    @invariant()
    def experts_are_nobody_of_the_office_and_appraise_for_their_own_seat(self) -> None:
        if not hasattr(self, "story"):
            return
        with reading(self.story.database) as unit:
            seated = set(unit.session.scalars(sa.select(PanelSeat.person_id)))
        assert self.story.cast["jack_d"] not in seated
        for task in self._done():
            assert (task.role == "expert") == (task.completed_by in seated)

    def teardown(self) -> None:
        if hasattr(self, "story"):
            self.story.database.dispose()
            self.folder.cleanup()

    def reached_here(self, step: str) -> list[bool]:
        """Whether the step was done in this case."""
        return [task.element_id == step for task in self._done()]

    def _done(self) -> list[Any]:
        query = sa.select(user_task).where(user_task.c.status == "completed")
        with reading(self.story.database) as unit:
            return list(unit.connection.execute(query).all())

    def _some_task(self, data: st.DataObject) -> Any:
        tasks = self.story.tasks()
        return data.draw(st.sampled_from(tasks), label="task") if tasks else None

    def _try(self, task: Any, person_id: int, data: st.DataObject) -> None:
        given = data.draw(st.sampled_from(SAYS[task.element_id]), label=task.element_id)
        with suppress(Refused, Conflict, NotFound, AnswersInvalidError, DomainError):
            self.story.complete(task.id, person_id, given)


ORGANISATIONS = {"operator", "bureau_office", "agency_firm"}
SAYS: dict[str, list[dict[str, Any]]] = {
    "submit_application": [answers.application(1)],
    "mend_application": [answers.application(1), answers.application(1, staff=13)],
    "verify_authenticity": [
        answers.authenticity(), answers.authenticity() | answers.asks(("staff", None)), answers.authenticity(),
        answers.authenticity("refused"),
    ],
    "verify_compliance": [answers.compliance(), answers.compliance() | answers.asks(("item", 1)), answers.compliance("refused")],
    "allow_corrections": [{"reason": "是。", "outcome": "allowed"}, {"reason": "否。", "outcome": "denied"}],
    "prepare_panel": [{}],
    "mend_seat_pool": [{"what_was_done": "增补。"}],
    "call_discussion": [{"question": "价格一项差距大，请说明。"}],
    "revise_scores": [answers.scores(80, 80), answers.scores(75, 75)],
    "mend_pool": [{"what_was_done": "增补。"}],
    "declare_interests": [{"declaration": "none"}],
    "score_application": [answers.scores(80, 80), answers.scores(80, 80), answers.scores(50, 50)],
    "conclude": [{"reason": "达标。", "outcome": "certify"}, {"reason": "不达标。", "outcome": "refuse"}],
    "examine_objection": [{"finding": "不实。", "outcome": "dismissed"}, {"finding": "属实。", "outcome": "upheld"}],
    "file_certification": [{"remarks": "同意。", "outcome": "filed"}, {"remarks": "退回。", "outcome": "sent_back"}],
    "request_review": [{"grounds": "不服。", "outcome": "ask"}, {"outcome": "accept"}],
    "examine_review": [{"reason": "维持。", "outcome": "upheld"}, {"reason": "撤销。", "outcome": "overturned"}],
}  # fmt: skip


def test_nobody_signs_twice_whatever_people_try(sqlite_template: Path) -> None:
    Acts.template = sqlite_template
    Acts.reached.clear()
    run_state_machine_as_test(
        Acts,
        settings=settings(
            max_examples=12,
            stateful_step_count=60,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        ),
    )

    assert Acts.reached.keys() >= VERIFIED | APART.keys() | {"request_review", "score_application"}, Acts.reached


@pytest.mark.parametrize("step", sorted(APART))
def test_the_diagram_asks_for_what_the_measure_says(step: str) -> None:
    diagram = Path(__file__).resolve().parents[2] / "processes/agency_certification/agency_certification.bpmn"
    text = diagram.read_text(encoding="utf-8")
    block = text.split(f'<bpmn:userTask id="{step}"')[1].split("</bpmn:userTask>")[0]
    named = set(block.split('<ql:separate-from tasks="')[1].split('"')[0].split())

    assert named >= APART[step]
