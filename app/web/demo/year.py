"""A year of a small programme, lived by its people: agencies are certified and firms use their services.

Everything goes through the verbs of the engine and the domain, in the order of the days; nothing is written by hand. The
same seed gives the same year.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

import sqlalchemy as sa

from app.db import UnitOfWork, unit_of_work
from app.domain.agency import Agency
from app.domain.calendar import calendar_of, local_day
from app.domain.case_number import next_case_number
from app.domain.certificate import current_certificate, renewal_opens_on
from app.domain.organisation import Organisation
from app.domain.service_item import ServiceItem, listed_items
from app.engine import instances
from app.engine.instances import Start
from app.engine.service_jobs import run_due_jobs
from app.engine.timers import fire_due_timers
from app.web.case_signals import deliver_signals
from app.web.context import Context
from app.web.demo import answers, certification_habits, voucher_habits
from app.web.demo.desks import Desks, Habit
from app.web.demo.firm_names import agency_names, enterprise_names
from app.web.demo.firms import store_paper
from app.web.demo.people import BUREAU, OFFICE, Cast
from app.web.demo.year_bank import YearBank
from app.web.demo.year_firms import YearAgency, YearEnterprise, settle_agency, settle_enterprise
from app.web.demo.year_turns import object_to_some, withdraw_some
from app.web.promotions import tell_promoted

SEED = 2016
ROUNDS = 50
"""More rounds than one day needs; an endless cycle of timers stops here."""
AGENCIES_EVERY_DAY = 4
MOST_APPLICATIONS_OF_ONE = 2
LEAST_CONTRACT_PERCENT = 80
MOST_CONTRACT_PERCENT = 110
"""Contracts lie between these shares of the published price."""
GREEDY_SHARE = 0.25
"""How many enterprises ask for as much as the form takes: half the contract, the cap or what is left of the year binds."""
GREEDY_FEN = 500_000
RENEWING_AGENCIES = 3
"""So many agencies were certified so long before that they renew in the year (A8.6)."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large a programme is lived: agencies that apply, applications for vouchers, and the first plan's money."""

    agencies: int = 50
    applications: int = 800
    first_plan_fen: int = 90_000_000
    second_plan_fen: int = 36_000_000

    @classmethod
    def of(cls, agencies: int, applications: int) -> Size:
        """A programme of another size, with as much money for each application."""
        first, second = cls().first_plan_fen // cls().applications, cls().second_plan_fen // cls().applications
        return cls(agencies, applications, applications * first, applications * second)

    @property
    def enterprises(self) -> int:
        """Every enterprise applies once or twice."""
        return self.applications * 3 // 5 + 1


class Year:
    """The story, day by day; applications and money come in its policy year alone."""

    def __init__(
        self, unit: UnitOfWork, parts: Context, cast: Cast, policy_year: int, *, now: datetime, size: Size,
        seed: int = SEED,
    ) -> None:  # fmt: skip
        self.parts, self.size, self.policy_year = parts, size, policy_year
        own = {"submit_application": Habit(self._fill_in), "mend_application": Habit(self._mend, (1, 3))}
        habits = {**certification_habits.CERTIFICATION_HABITS, **voucher_habits.VOUCHER_HABITS, **own}
        self.desks = Desks(unit, parts, seed, habits, now)
        for login, _, _, role in (*OFFICE, *BUREAU):
            self.desks.office.setdefault(str(role), []).append(cast.people[login])
        self._enterprises: dict[int, YearEnterprise] = {}
        self._agencies: dict[int, YearAgency] = {}
        self._applied: Counter[int] = Counter()
        self._wanted: dict[int, int] = {}
        """The service item that each case is about."""
        self._offices = agency_names()
        self._unborn = self._settle_agencies(min(RENEWING_AGENCIES, size.agencies), now=now)
        self._bank = YearBank(self.desks, policy_year, size.first_plan_fen, size.second_plan_fen)
        self._begun = 0

    @property
    def begun(self) -> int:
        """How many applications for vouchers there have been."""
        return self._begun

    def open_year(self, unit: UnitOfWork, now: datetime) -> None:
        """The enterprises and all other agencies appear; those that were certified before will renew."""
        self.desks.begin(unit, now)
        early = list(self._agencies.values())
        self._enterprises = self._settle_enterprises(now)
        self._unborn = [*self._settle_agencies(self.size.agencies - len(early), now=now), *early]

    def day(self, now: datetime) -> int:
        """One day: the clock's part, then, on a working day, everybody's; return how many tasks were done."""
        self._let_pass(now)
        with unit_of_work(self.parts.database) as unit:
            self.desks.begin(unit, now)
            today = local_day(now)
            if not calendar_of(unit.session).is_working_day(today):
                return 0
            self._bank.day(today)
            object_to_some(self.desks, today)
            withdraw_some(self.desks)
            self._certify(today)
            for _ in range(self._due_applications(today)):
                self._apply()
            return self.desks.work()

    def _let_pass(self, now: datetime) -> None:
        """What workers do meanwhile: timers, service tasks that run apart, and telling who waited for money."""
        database, runtime = self.parts.database, self.parts.runtime
        for _ in range(ROUNDS):
            moved = tell_promoted(database, runtime, now=now) + deliver_signals(database, runtime, now=now)
            moved += fire_due_timers(database, runtime, now=now) + run_due_jobs(database, runtime, now=now)
            if not moved:
                return

    def _certify(self, today: date) -> None:
        """The next agencies apply; whoever holds a certificate waits until it may be renewed (A8.6)."""
        ready = [one for one in self._unborn if self._may_apply(one.organisation_id, today)][:AGENCIES_EVERY_DAY]
        for agency in ready:
            self._begin("agency_certification", agency.organisation_id, {})
            self._unborn.remove(agency)

    def _may_apply(self, organisation_id: int, today: date) -> bool:
        session = self.desks.unit.session
        held = current_certificate(session, organisation_id)
        return held is None or renewal_opens_on(session, held, on=today) <= today

    def _due_applications(self, today: date) -> int:
        """How many firms apply today: evenly from March to the middle of November, once there is something to choose."""
        begins, ends = date(self.policy_year, 3, 1), date(self.policy_year, 11, 15)
        passed = min(max((today - begins).days, 0), (ends - begins).days)
        return self.size.applications * passed // (ends - begins).days - self._begun

    def _apply(self) -> None:
        """Some enterprise chooses some item of some agency."""
        self._begun += 1
        chance = self.desks.chance("application", self._begun)
        firms = [key for key in self._enterprises if self._applied[key] < MOST_APPLICATIONS_OF_ONE]
        agencies = self._certified()
        if not firms or not agencies:
            return
        firm_id = chance.choice(firms)
        item = chance.choice(listed_items(self.desks.unit.session, chance.choice(agencies)))
        self._applied[firm_id] += 1
        case = self._begin("voucher_application", firm_id, {"item_id": item.id})
        self._wanted[case] = item.id

    def _certified(self) -> list[int]:
        today = local_day(self.desks.now)
        query = sa.select(Agency.organisation_id).where(
            Agency.organisation_id.in_(self._agencies), Agency.valid_until >= today
        )
        return list(self.desks.unit.session.scalars(query.order_by(Agency.organisation_id)))

    def _fill_in(self, _desks: Desks, task: Any) -> Mapping[str, Any]:
        agency = self._agencies.get(task.organisation_id)
        if agency is not None:
            return self._certification(agency, task.business_key)
        return self._contract(self._enterprises[task.organisation_id], task)

    def _mend(self, desks: Desks, task: Any) -> Mapping[str, Any]:
        """Two diagrams have a step of this name; what is mended hangs on whose case it is."""
        of_agency = task.organisation_id in self._agencies
        return certification_habits.mend(desks, task) if of_agency else voucher_habits.mend(desks, task)

    def _certification(self, agency: YearAgency, case_number: str) -> Mapping[str, Any]:
        papers = {"licence": ("营业执照.pdf", "Business licence"), "qualification": ("资质证明.pdf", "Qualification")}
        files = {
            key: store_paper(
                self.desks.unit.session,
                self.parts,
                name,
                (title, f"Case {case_number}"),
                agency.person_id,
                now=self.desks.now,
            )
            for key, (name, title) in papers.items()
        }
        return answers.application(agency.name_zh, "经办人", agency.category, files)

    def _contract(self, firm: YearEnterprise, task: Any) -> Mapping[str, Any]:
        item = self.desks.unit.session.get_one(ServiceItem, self._wanted[task.instance_id])
        today = local_day(self.desks.now)
        chance = self.desks.chance("contract of", task.instance_id)
        percent = chance.randint(LEAST_CONTRACT_PERCENT, MOST_CONTRACT_PERCENT)
        amount_fen = item.price_fen * percent // 100 // 1_000 * 1_000
        is_greedy = chance.random() < GREEDY_SHARE
        paper = store_paper(
            self.desks.unit.session, self.parts, "服务合同.pdf", ("Service contract", f"Case {task.business_key}"),
            firm.person_id, now=self.desks.now,
        )  # fmt: skip
        return {
            "contract_number": f"HT-{today.year}-{task.instance_id:05d}", "contract_fen": amount_fen, "contract_file": paper,
            "signed_on": today.isoformat(), "starts_on": today.isoformat(),
            "ends_on": (today + timedelta(days=90)).isoformat(),
            "purpose": f"引入{item.name}，解决内部管理与合规方面的具体困难。",
            "requested_fen": GREEDY_FEN if is_greedy else min(amount_fen // 2, 300_000), "accepts_smaller": chance.random() < 0.3,
            "without_litigation": True, "truthful": True,
        }  # fmt: skip

    def _begin(self, process_key: str, organisation_id: int, more: Mapping[str, Any]) -> int:
        session, now = self.desks.unit.session, self.desks.now
        start = Start(
            process_key, next_case_number(session, now=now), {"organisation_id": organisation_id, **more},
            subject=session.get_one(Organisation, organisation_id).name_zh, organisation_id=organisation_id,
        )  # fmt: skip
        actor = self.desks.actor(self.desks.contacts[organisation_id])
        case = instances.start_instance(self.desks.unit, self.parts.runtime, start, now=now, actor=actor)
        self.desks.cases.add(case)
        return case

    def _settle_agencies(self, count: int, *, now: datetime) -> list[YearAgency]:
        """The next so many agencies."""
        settled = [
            settle_agency(self.desks.unit.session, number, name, category, now=now)
            for number, (name, category) in enumerate(islice(self._offices, count), len(self._agencies))
        ]
        self.desks.contacts |= {one.organisation_id: one.person_id for one in settled}
        self._agencies |= {one.organisation_id: one for one in settled}
        return settled

    def _settle_enterprises(self, now: datetime) -> dict[int, YearEnterprise]:
        recorder = self.desks.office["supervisor"][0]
        settled = [
            settle_enterprise(
                self.desks.unit.session, number, name, self.desks.chance("firm", number), recorded_by=recorder, now=now
            )
            for number, name in enumerate(islice(enterprise_names(), self.size.enterprises))
        ]
        self.desks.contacts |= {one.organisation_id: one.person_id for one in settled}
        return {one.organisation_id: one for one in settled}
