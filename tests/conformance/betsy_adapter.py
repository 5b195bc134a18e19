"""Runs processes of the betsy suite on the kernel: a small world of cases that exchange messages and signals.

Between any two acts a case exists in its stored form only, so that a run also proves the codec.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.engine.admission.problems import Problem
from app.engine.admission.standard import check_standard
from app.engine.kernel.errors import UncaughtBpmnError
from app.engine.kernel.execution import Execution
from app.engine.kernel.model import ProcessModel
from app.engine.kernel.parsing import parse_models
from app.engine.kernel.throw_specs import Thrown
from app.feel import HostFunction
from tests.conformance.betsy_dialect import translate

SETTLING = 1_000
"""Rounds of exchanged messages after which a world is taken to run in a circle."""


class RefusedError(Exception):
    """The model may not be deployed."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{one.element}: {one.rule}" for one in problems))


class MarkedError(Exception):
    """The error that a script throws on purpose."""

    bpmn_code = "ERR-1"


@dataclass
class _Case:
    model: ProcessModel
    state: bytes


class Engine:
    """Deploys models, starts cases, and runs what is due.

    Attributes:
        log: what script markers have written, in order.
        marker: whether a script has created the marker file.
        data_ok: whether a script has read back the data that another one had written.
        spans: when each timestamp marker began and ended, in seconds of the clock.
        unhandled_error: the error or escalation that a case ended with and nothing caught, as the suite calls it.
    """

    def __init__(self, log: list[str]) -> None:
        self.log = log
        self.marker = False
        self.data_ok = False
        self.spans: list[tuple[float, float]] = []
        self.unhandled_error: str | None = None
        self._models: dict[str, ProcessModel] = {}
        self._cases: list[_Case] = []
        self._undelivered: list[tuple[_Case, Thrown]] = []
        self._written: list[object] = []
        self._begun: list[float] = []

    def deploy(self, path: str | Path) -> None:
        """Admit a file; raises RefusedError or KernelRefusal."""
        content = translate(Path(path).read_bytes())
        problems = check_standard(Path(path).name, content)
        if problems:
            raise RefusedError(problems)
        self._models |= parse_models({Path(path).name: content})

    def start(self, process_id: str, variables: Mapping[str, Any] | None = None) -> None:
        """Begin a case of a deployed process and run until it waits."""
        case = _Case(self._models[process_id], b"")
        self._cases.append(case)
        self._run(case, Execution.start(case.model, dict(variables or {}), self))
        self._settle()

    def pump(self) -> None:
        """Run what is due."""
        self._settle()

    def now(self) -> datetime:
        """The machine's clock."""
        return datetime.fromtimestamp(time.time(), UTC)

    def functions(self) -> Mapping[str, object]:
        """What translated markers call."""
        return {
            "now": HostFunction("now", (), self.now),
            "log": HostFunction("log", ("text",), self._log),
            "log_and": HostFunction("log_and", ("text", "value"), lambda text, value: (self._log(text), value)[1]),
            "mark_file": HostFunction("mark_file", (), lambda: setattr(self, "marker", True)),
            "set_data": HostFunction("set_data", ("value",), self._set_data),
            "read_data": HostFunction("read_data", ("port", "variable"), self._read_data),
            "throw_error": HostFunction("throw_error", (), self._throw),
            "begin_span": HostFunction("begin_span", ("name",), self._begin_span),
        }

    def call_operation(self, *_args: object, **_more: object) -> dict[str, object]:
        """The suite has no operations of ours."""
        return {}

    def decide(self, *_args: object) -> object:
        """Nor decisions."""
        return None

    def _log(self, text: str) -> None:
        self.log.append(text)

    def _set_data(self, value: object) -> dict[str, object]:
        self._written.append(value)
        return {"data": value, "output": value}

    def _read_data(self, port: object, variable: object) -> None:
        read = variable if port is None else port
        self.data_ok = read is not None and read in self._written

    def _throw(self) -> None:
        raise MarkedError

    def _begin_span(self, _name: str) -> datetime:
        """The task is done at the next look at the clock, so that what runs beside it can be seen to overlap."""
        at = self.now()
        self._begun.append(at.timestamp())
        return at

    def _load(self, case: _Case) -> Execution:
        return Execution.load(case.model, case.state, self)

    def _run(self, case: _Case, execution: Execution) -> None:
        try:
            execution.run()
        except UncaughtBpmnError:
            self.unhandled_error = "ERROR_thrownErrorEvent"
            execution.cancel()
        for thrown in execution.thrown():
            self._send(case, thrown)
        case.state = execution.dump()

    def _send(self, case: _Case, thrown: Thrown) -> None:
        if thrown.kind == "escalation":
            self.unhandled_error = self.unhandled_error or "ERROR_thrownEscalationEvent"
        else:
            self._undelivered.append((case, thrown))

    def _settle(self) -> None:
        """Fire what is due and deliver what cases have thrown until nothing more moves."""
        for _ in range(SETTLING):
            moved = self._fire_due()
            waiting, self._undelivered = self._undelivered, []
            kept = [(case, thrown) for case, thrown in waiting if not self._deliver(case, thrown)]
            moved = moved or len(kept) < len(waiting) or bool(self._undelivered)
            self._undelivered = kept + self._undelivered
            if not moved:
                return
        raise RuntimeError("messages go round in a circle")

    def _fire_due(self) -> bool:
        begun, self._begun = self._begun, []
        self.spans += [(one, self.now().timestamp()) for one in begun]  # before what follows them begins
        fired = 0
        for case in list(self._cases):
            execution = self._load(case)
            if execution.fire_due():
                fired += 1
                self._run(case, execution)
        return fired > 0

    def _deliver(self, sender: _Case, thrown: Thrown) -> bool:
        if thrown.kind == "signal":
            self._broadcast(sender, thrown)
            return True
        for case in list(self._cases):
            execution = self._load(case)
            if execution.deliver(thrown.name, thrown.correlation, thrown.payload):
                self._run(case, execution)
                return True
        return self._start_by("message", thrown) > 0

    def _broadcast(self, sender: _Case, thrown: Thrown) -> None:
        """Those who waited in the sender's own case have got it already."""
        for case in list(self._cases):
            execution = self._load(case)
            if case is not sender and execution.hear(thrown.name):
                self._run(case, execution)
        self._start_by("signal", thrown)

    def _start_by(self, trigger: str, thrown: Thrown) -> int:
        begun = 0
        for model in self._models.values():
            for event in model.starts:
                if (event.trigger, event.name) == (trigger, thrown.name):
                    case = _Case(model, b"")
                    self._cases.append(case)
                    self._run(case, Execution.start_by(model, event.element_id, {}, self, thrown.payload))
                    begun += 1
        return begun
