"""The course of a case in plain words, as far as the reader may see it; the latest first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext

from app.db import UnitOfWork
from app.engine import catalogue
from app.engine.kernel.model import ServiceTaskElement, UserTaskElement
from app.engine.runtime import Runtime
from app.web.case_steps import answers_of, events_of, tasks_of
from app.web.diagram_words import words_of
from app.web.languages import deadline, language, pick
from app.web.navigation import role_name
from app.web.people import names_of
from app.web.visibility import Sight, Standing


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the course."""

    at: datetime
    words: str
    note: str = ""
    state: str = ""
    """A mark for what went wrong: `error`, `suspended`; "" for none."""


@dataclass(frozen=True, slots=True)
class _Case:
    """What the words of a case's events are made from."""

    process_key: str
    sight: Sight
    tasks: Mapping[int, sa.RowMapping]
    answers: Mapping[int, sa.RowMapping]
    names: Mapping[int | None, str]
    unit: UnitOfWork
    runtime: Runtime
    bundle_id: int

    def title(self, event: sa.RowMapping) -> str:
        task = self.tasks.get(event["engine_task_id"]) if event["engine_task_id"] is not None else None
        if task is not None:
            return pick(task)
        key = event["process_key"] or self.process_key
        words = words_of(catalogue.diagram(self.unit.connection, self.bundle_id, key)).get(event["element_id"] or "")
        return words.in_language(language()) if words else str(event["element_id"] or "")

    def who(self, event: sa.RowMapping) -> str:
        """The person, where the reader may know them; else what they were."""
        task = self.tasks.get(event["engine_task_id"]) if event["engine_task_id"] is not None else None
        if task is not None and not self.sight.sees_name(task):
            return role_name(task["role"])
        name = self.names.get(event["actor_id"], gettext("The system"))
        absent = self.names.get(_number(event["detail"].get("for")))
        return gettext("%(who)s, for %(absent)s", who=name, absent=absent) if absent else name

    def element(self, event: sa.RowMapping) -> Any:
        bundle = self.runtime.catalogue.bundle(self.unit.connection, self.bundle_id)
        model = bundle.models.get(event["process_key"] or self.process_key)
        return model.elements.get(event["element_id"] or "") if model else None


def course_of(unit: UnitOfWork, runtime: Runtime, case: Any, sight: Sight) -> list[Entry]:
    """What happened in a case. `case` has the instance's `id`, `bundle_id` and `process_key`."""
    events = events_of(unit.connection, case["id"])
    tasks = {task["engine_task_id"]: task for task in tasks_of(unit.connection, case["id"])}
    people = [event["actor_id"] for event in events]
    people += [_number(event["detail"].get(whom)) for event in events for whom in ("to", "for")]
    facts = _Case(
        case["process_key"], sight, tasks, answers_of(unit.connection, case["id"]),
        names_of(unit.connection, people), unit, runtime, case["bundle_id"],
    )  # fmt: skip
    entries = [_entry(event, facts) for event in reversed(events) if _is_for(event, facts)]
    return [entry for entry in entries if entry is not None]


def _is_for(event: sa.RowMapping, case: _Case) -> bool:
    """The office reads everything; others what belongs to a step that they may read of, and what is the whole case's."""
    if case.sight.standing is Standing.OFFICE:
        return True
    task = case.tasks.get(event["engine_task_id"]) if event["engine_task_id"] is not None else None
    if task is not None:
        return event["kind"] == "task_completed" and case.sight.sees_step(task)
    if case.sight.standing in (Standing.EXPERT, Standing.PARTY):
        return False
    return event["process_key"] == case.process_key and event["kind"] not in _MACHINES_OWN


def _number(value: Any) -> int | None:
    """A person's id; what else stands in a detail is nobody."""
    return value if isinstance(value, int) else None


_MACHINES_OWN = frozenset({"decided", "incident_opened", "retried", "error_caught", "cancelled_step"})


def _entry(event: sa.RowMapping, case: _Case) -> Entry | None:
    kind = event["kind"]
    if kind in _OF_ELEMENTS and event["element_id"]:
        return _OF_ELEMENTS[kind](event, case)
    if kind in _OF_CASES:
        return _of_case(event, case)
    return None


def _completed_by_person(event: sa.RowMapping, case: _Case) -> Entry:
    words = gettext("%(who)s: %(step)s", who=case.who(event), step=case.title(event))
    return Entry(event["at"], words, note=_outcome(event, case))


def _completed_by_machine(event: sa.RowMapping, case: _Case) -> Entry | None:
    element = case.element(event)
    if not isinstance(element, ServiceTaskElement):
        return None
    return Entry(event["at"], gettext("The system: %(step)s", step=case.title(event)))


def _decided(event: sa.RowMapping, case: _Case) -> Entry:
    decision = str(event["detail"].get("decision", ""))
    return Entry(event["at"], gettext("Decided by table: %(step)s", step=case.title(event)), note=decision)


def _timer_fired(event: sa.RowMapping, case: _Case) -> Entry:
    return Entry(event["at"], gettext("The time has come: %(step)s", step=case.title(event)))


def _error_caught(event: sa.RowMapping, case: _Case) -> Entry:
    return Entry(event["at"], gettext("It turned out: %(step)s", step=case.title(event)))


def _withdrawn(event: sa.RowMapping, case: _Case) -> Entry | None:
    if not isinstance(case.element(event), UserTaskElement):
        return None
    return Entry(event["at"], gettext("Withdrawn: %(step)s", step=case.title(event)))


def _claimed(event: sa.RowMapping, case: _Case) -> Entry:
    return Entry(event["at"], gettext("%(who)s has claimed: %(step)s", who=case.who(event), step=case.title(event)))


def _released(event: sa.RowMapping, case: _Case) -> Entry:
    return Entry(event["at"], gettext("%(who)s has given back: %(step)s", who=case.who(event), step=case.title(event)))


def _assigned(event: sa.RowMapping, case: _Case) -> Entry:
    to = case.names.get(event["detail"].get("to"), "")
    who = case.who(event)
    words = gettext("%(who)s has given %(step)s to %(to)s", who=who, step=case.title(event), to=to)
    return Entry(event["at"], words, note=str(event["detail"].get("reason", "")))


def _due_changed(event: sa.RowMapping, case: _Case) -> Entry:
    until = deadline(datetime.fromisoformat(str(event["detail"]["to"])))
    words = gettext(
        "%(who)s has set the last day of %(step)s: %(until)s", who=case.who(event), step=case.title(event), until=until
    )
    return Entry(event["at"], words, note=str(event["detail"].get("reason", "")))


def _marked(event: sa.RowMapping, case: _Case) -> Entry:
    who, step = case.who(event), case.title(event)
    words = {
        "task_flagged": gettext("%(who)s has flagged: %(step)s", who=who, step=step),
        "task_unflagged": gettext("%(who)s has taken the flag off: %(step)s", who=who, step=step),
        "task_urgent": gettext("%(who)s calls it urgent: %(step)s", who=who, step=step),
        "task_unurgent": gettext("%(who)s calls it urgent no longer: %(step)s", who=who, step=step),
    }
    return Entry(event["at"], words[event["kind"]])


def _incident(event: sa.RowMapping, case: _Case) -> Entry:
    words = gettext("The machine could not do: %(step)s", step=case.title(event))
    return Entry(event["at"], words, note=str(event["detail"].get("message", "")), state="error")


_OF_ELEMENTS: Mapping[str, Callable[[sa.RowMapping, _Case], Entry | None]] = {
    "task_completed": _completed_by_person, "completed": _completed_by_machine, "decided": _decided,
    "timer_fired": _timer_fired, "message_received": _timer_fired, "error_caught": _error_caught,
    "cancelled": _withdrawn, "task_claimed": _claimed, "task_released": _released, "task_assigned": _assigned,
    "task_handed_over": _assigned, "task_due_changed": _due_changed, "task_flagged": _marked,
    "task_unflagged": _marked, "task_urgent": _marked, "task_unurgent": _marked, "incident_opened": _incident,
}  # fmt: skip

_OF_CASES = frozenset({"started", "process_completed", "cancelled", "suspended", "resumed", "retried"})


def _of_case(event: sa.RowMapping, case: _Case) -> Entry | None:
    if event["process_key"] != case.process_key:
        return None
    who = case.names.get(event["actor_id"], gettext("The system"))
    words = {
        "started": gettext("%(who)s has begun the case", who=who),
        "process_completed": gettext("The case is concluded"),
        "cancelled": gettext("%(who)s has cancelled the case", who=who),
        "suspended": gettext("%(who)s has suspended the case", who=who),
        "resumed": gettext("%(who)s lets the case go on", who=who),
        "retried": gettext("%(who)s had the machine try again", who=who),
    }[event["kind"]]
    state = "suspended" if event["kind"] in {"cancelled", "suspended"} else ""
    note = str(event["detail"].get("reason", "")) if case.sight.standing is Standing.OFFICE else ""
    return Entry(event["at"], words, note=note, state=state)


def _outcome(event: sa.RowMapping, case: _Case) -> str:
    """The button that was pressed, where the reader may see the answers."""
    task = case.tasks.get(event["engine_task_id"])
    answer = case.answers.get(task["id"]) if task is not None else None
    if task is None or answer is None or not case.sight.sees_answers(task):
        return ""
    form = case.runtime.catalogue.form(case.unit.connection, answer["form_hash"])
    if form.outcome is None:
        return ""
    given = answer["answers"].get(form.outcome.name)
    option = next((one for one in form.outcome.options if one.value == given), None)
    return option.title.in_language(language()) if option else ""
