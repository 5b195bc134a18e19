"""The cells of a decision table as sets of values: single values and intervals, or everything else."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from app.feel.compare import order, range_contains, same
from app.feel.errors import FeelError
from app.feel.nodes import AtLiteral, Literal, Node, OperatorTest, RangeOf, Tests, ValueTest
from app.feel.parser import parse_unary_tests
from app.feel.value_text import literal_of
from app.feel.values import Range

_ORDERED = (int, Decimal)
Entry = Range | object


@dataclass(frozen=True, slots=True)
class Cells:
    """What a cell accepts: any of its entries, each a value or a range; everything with `every`; or all else."""

    entries: tuple[Entry, ...] = ()
    negated: bool = False
    every: bool = False

    def accepts(self, value: Any) -> bool:
        """Whether the value passes the cell."""
        if self.every:
            return True
        found = any(
            range_contains(entry, value) is True if isinstance(entry, Range) else same(entry, value)
            for entry in self.entries
        )
        return found != self.negated


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a column's values that no cell of the column divides: all of it passes a cell, or none.

    `sample` is one value of it, None for "any other value"; `words` describes it.
    """

    sample: Any
    words: str

    def lies_in(self, cells: Cells) -> bool:
        """Whether the piece passes the cell."""
        if self.sample is None:
            return cells.every or cells.negated
        return cells.accepts(self.sample)


def read_cells(text: str) -> Cells | None:
    """What a cell accepts, None if it is more than literals and ranges of literals."""
    try:
        tests: Tests = parse_unary_tests(text)
    except FeelError:
        return None
    if not tests.items:
        return Cells(every=True)
    entries: list[Entry] = []
    for test in tests.items:
        found = _entry(test)
        if found is None:
            return None
        entries.append(found)
    return Cells(tuple(entries), tests.negated)


def _entry(test: Node) -> Entry | None:
    if isinstance(test, OperatorTest):
        bound = _constant(test.operand)
        if bound is None or test.operator == "!=":
            return None
        return bound if test.operator == "=" else _open_range(test.operator, bound)
    assert isinstance(test, ValueTest), "the parser makes no other test"
    node = test.operand
    if isinstance(node, RangeOf):
        return _range(node)
    constant: Entry | None = _constant(node)
    return constant


def _range(node: RangeOf) -> Range | None:
    if node.operator is not None:
        bound = _constant(node.end if node.operator[0] == "<" else node.start)
        return None if bound is None or node.operator in {"=", "!="} else _open_range(node.operator, bound)
    start, end = _constant(node.start), _constant(node.end)
    if start is None or end is None or order(start, end) is None:
        return None
    return Range(start, end, node.start_included, node.end_included)


def _open_range(operator: str, bound: Any) -> Range:
    below = operator in {"<", "<="}
    included = operator in {"<=", ">="}
    return Range(
        None if below else bound, bound if below else None, not below and included, below and included, operator
    )


def _constant(node: Node | None) -> Any:
    if isinstance(node, Literal | AtLiteral):
        return node.value
    return None


def is_on_a_line(cells: Sequence[Cells]) -> bool:
    """Whether every bound of the ranges is a number: only between numbers a value can always be named."""
    ranged = any(isinstance(entry, Range) for cell in cells for entry in cell.entries)
    bounds = [bound for cell in cells for entry in cell.entries for bound in _bounds(entry)]
    return not ranged or all(isinstance(bound, _ORDERED) and not isinstance(bound, bool) for bound in bounds)


def pieces_of_column(cells: Sequence[Cells], domain: Cells | None, *, kind: str) -> list[Piece]:
    """The pieces into which the cells and the allowed values divide a column; `kind` is its declared type."""
    entries = [entry for cell in (*cells, *([domain] if domain else [])) for entry in cell.entries]
    values = _distinct([bound for entry in entries for bound in _bounds(entry)])
    has_ranges = any(isinstance(entry, Range) for entry in entries)
    if has_ranges or (kind == "number" and all(isinstance(value, _ORDERED) for value in values) and values):
        return _pieces_on_a_line(values)
    if kind == "boolean" or (values and all(isinstance(value, bool) for value in values)):
        return [Piece(True, "true"), Piece(False, "false")]
    return [Piece(value, _text(value)) for value in values] + [Piece(None, "any other value")]


def _bounds(entry: Entry) -> list[Any]:
    if isinstance(entry, Range):
        return [bound for bound in (entry.start, entry.end) if bound is not None]
    return [entry]


def _distinct(values: list[Any]) -> list[Any]:
    kept: list[Any] = []
    for value in values:
        if not any(same(value, other) for other in kept):
            kept.append(value)
    return kept


def _pieces_on_a_line(values: list[Any]) -> list[Piece]:
    """Each bound by itself, and the open stretches between them."""
    ordered = sorted(values, key=cmp_to_key(lambda left, right: order(left, right) or 0))
    pieces: list[Piece] = []
    for place, value in enumerate(ordered):
        if place == 0:
            pieces += _stretch(None, value)
        pieces.append(Piece(value, _text(value)))
        pieces += _stretch(value, ordered[place + 1] if place + 1 < len(ordered) else None)
    return pieces


def _stretch(low: Any, high: Any) -> list[Piece]:
    if low is None:
        return [Piece(high - 1, f"< {_text(high)}")]
    if high is None:
        return [Piece(low + 1, f"> {_text(low)}")]
    return [Piece((Decimal(low) + Decimal(high)) / 2, f"({_text(low)}..{_text(high)})")]


def _text(value: Any) -> str:
    return literal_of(value, lambda _steps: None)
