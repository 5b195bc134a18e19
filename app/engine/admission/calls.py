"""Processes that call processes: there is one to call, it gets what it wants, and no circle of calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.engine.admission import expressions, names
from app.engine.admission.diagram import Diagram, own, owns, spread
from app.engine.admission.problems import Problem, problem


class Calls:
    """Who calls whom in a set of diagrams."""

    def __init__(self, diagrams: list[Diagram]) -> None:
        self.diagrams: Mapping[str, Diagram] = {
            str(process.get("id")): diagram for diagram in diagrams for process in diagram.executable
        }
        self._called = {name: self._by(one, is_shared=None) for name, one in self.diagrams.items()}
        self._shared = {name: self._by(one, is_shared=True) for name, one in self.diagrams.items()}

    def check(self, diagram: Diagram) -> Iterator[Problem]:
        """The call activities of one diagram."""
        for node in diagram.nodes("callActivity"):
            name = str(node.get("calledElement"))
            if name not in self.diagrams:
                yield problem("called_missing", diagram.path, node.get("id"), node.sourceline, name=name)
            elif diagram.key in spread([name], self._called):
                yield problem("calls_itself", diagram.path, node.get("id"), node.sourceline, name=diagram.key)
            wanted = self._wanted(name)
            if own(node, "call") is not None:
                given = {str(one.get("name")) for one in owns(node, "call/input")}
                yield from names.inputs(diagram, node, given, wanted, wanted, name)
                continue
            for missing in sorted(wanted - self.visible_in(diagram.key)):
                yield problem(
                    "call_variable_missing", diagram.path, node.get("id"), node.sourceline, name=missing, callee=name
                )

    def visible_in(self, name: str) -> frozenset[str]:
        """The variables that are set in a process, or by one that shares its own with it as its caller."""
        callers = {one for one in self.diagrams if name in spread([one], self._shared)}
        return self._set_by(callers | {name})

    def shared_with(self, name: str) -> frozenset[str]:
        """The variables that processes set which share theirs with this one, as callers or called."""
        callers = {one for one in self.diagrams if name in spread([one], self._shared)}
        return self._set_by(callers | spread([name], self._shared))

    def _set_by(self, those: set[str]) -> frozenset[str]:
        known = [self.diagrams[name] for name in those if name in self.diagrams]
        return frozenset().union(*(expressions.set_by(diagram) for diagram in known))

    def _wanted(self, name: str) -> frozenset[str]:
        called = self.diagrams.get(name)
        if called is None:
            return frozenset()
        return frozenset(str(one.get("name")) for process in called.executable for one in owns(process, "variable"))

    @staticmethod
    def _by(diagram: Diagram, *, is_shared: bool | None) -> set[str]:
        return {
            str(node.get("calledElement"))
            for node in diagram.nodes("callActivity")
            if is_shared is None or (own(node, "call") is None) is is_shared
        }
