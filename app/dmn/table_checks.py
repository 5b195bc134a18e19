"""Checks a decision table without running it: cases that no rule covers, rules that overlap, rows that never count.

Only what can be proved is said. A table is divided into boxes by the bounds and values that its cells name; columns
whose cells are more than literals and ranges make a table uncheckable, and so do more boxes than `MAX_BOXES`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from app.dmn.cell_sets import Cells, Piece, is_on_a_line, pieces_of_column, read_cells
from app.dmn.errors import DmnReadError
from app.dmn.xml_source import Element, Source, attribute

MAX_BOXES = 20_000
MAX_FINDINGS = 20
_OVERLAPPING_IS_MEANT = {"FIRST", "RULE ORDER", "OUTPUT ORDER", "COLLECT", "PRIORITY"}


@dataclass(frozen=True, slots=True)
class TableChecks:
    """What was found about one table; rules count from 1, each case is text by column.

    `unchecked` says why nothing could be proved, and is empty otherwise.
    """

    table: str
    gaps: list[dict[str, str]] = field(default_factory=list)
    overlaps: list[tuple[int, int]] = field(default_factory=list)
    unreachable: list[int] = field(default_factory=list)
    unchecked: str = ""

    @property
    def is_clean(self) -> bool:
        """Whether nothing is to be said about the table."""
        return not (self.gaps or self.overlaps or self.unreachable or self.unchecked)


def check_tables(content: bytes, *, source: str = "") -> list[TableChecks]:
    """The findings about every decision table of a DMN file; raises DmnReadError if it is none."""
    file = Source(content, source)
    found: list[TableChecks] = []
    for element in file.children(file.root, "decision", "businessKnowledgeModel"):
        found += [_check(file, table, attribute(element, "name")) for table in element.iter("{*}decisionTable")]
    return found


def _check(file: Source, table: Element, name: str) -> TableChecks:
    inputs = file.children(table, "input")
    rules = file.children(table, "rule")
    if not inputs or not rules:
        return TableChecks(name, unchecked="the table has no inputs or no rules")
    try:
        columns = [_read_column(file, column, rules, place) for place, column in enumerate(inputs)]
    except UncheckableColumnError as error:
        return TableChecks(name, unchecked=str(error))
    boxes = 1
    for column in columns:
        boxes *= len(column.pieces)
    if boxes > MAX_BOXES:
        return TableChecks(name, unchecked=f"the table has {boxes} different cases, {MAX_BOXES} are checked")
    has_default = any(file.child(output, "defaultOutputEntry") is not None for output in file.children(table, "output"))
    policy = attribute(table, "hitPolicy", "UNIQUE") or "UNIQUE"
    return _Walk(
        name, columns, len(rules), policy, wants_all=not has_default and not policy.startswith("COLLECT")
    ).run()


class UncheckableColumnError(DmnReadError):
    """A cell says more than literals and ranges."""

    code = "dmn_uncheckable"


@dataclass(frozen=True, slots=True)
class _Column:
    """A column: the pieces that its values fall into, and for each rule which of them it accepts."""

    label: str
    pieces: list[Piece]
    accepted: list[frozenset[int]]


def _read_column(file: Source, column: Element, rules: Sequence[Element], place: int) -> _Column:
    expression = file.child(column, "inputExpression")
    label = attribute(column, "label") or file.text(expression)
    kind = "" if expression is None else attribute(expression, "typeRef")
    allowed = file.text(file.child(column, "inputValues"))
    texts = [file.text(file.children(rule, "inputEntry")[place]) for rule in rules]
    cells = [read_cells(text or "-") for text in texts]
    domain = read_cells(allowed or "-")
    known: list[Cells] = [each for each in cells if each is not None]
    if domain is None or len(known) < len(cells) or not is_on_a_line([*known, domain]):
        reason = f"the column {label} has cells that are more than values and ranges of numbers"
        raise UncheckableColumnError(reason, source=file.name, element=label, remedy="Check the column by hand")
    pieces = [piece for piece in pieces_of_column(known, domain, kind=kind) if piece.lies_in(domain)]
    accepted = [frozenset(n for n, piece in enumerate(pieces) if piece.lies_in(cell)) for cell in known]
    return _Column(label, pieces, accepted)


@dataclass(slots=True)
class _Walk:
    """One walk over all boxes of a table."""

    name: str
    columns: list[_Column]
    rules: int
    policy: str
    wants_all: bool

    def run(self) -> TableChecks:
        gaps: list[dict[str, str]] = []
        overlaps: dict[tuple[int, int], None] = {}
        counted: set[int] = set()
        for box in product(*(range(len(column.pieces)) for column in self.columns)):
            fitting = list(self._fitting(box))
            counted.update(fitting[:1] if self.policy == "FIRST" else fitting)
            if not fitting and self.wants_all and len(gaps) < MAX_FINDINGS:
                gaps.append(self._words(box))
            if len(fitting) > 1 and self.policy not in _OVERLAPPING_IS_MEANT and len(overlaps) < MAX_FINDINGS:
                overlaps |= {(a, b): None for a in fitting for b in fitting if a < b}
        unreachable = [rule for rule in range(1, self.rules + 1) if rule not in counted]
        return TableChecks(self.name, gaps, sorted(overlaps)[:MAX_FINDINGS], unreachable)

    def _fitting(self, box: tuple[int, ...]) -> Iterator[int]:
        for rule in range(self.rules):
            if all(piece in column.accepted[rule] for piece, column in zip(box, self.columns, strict=True)):
                yield rule + 1

    def _words(self, box: tuple[int, ...]) -> dict[str, Any]:
        return {column.label: column.pieces[piece].words for piece, column in zip(box, self.columns, strict=True)}
