"""A form as the rest of Quanliu sees it: a frozen tree of fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.forms.text import EMPTY, Text


class Kind(StrEnum):
    """What a field asks for; decides the control, the reading of what was typed, and the messages."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MONEY = "money"
    DATE = "date"
    YES_NO = "yes_no"
    CHECKBOX = "checkbox"
    SEGMENTED = "segmented"
    CHOICE = "choice"
    SELECT = "select"
    OUTCOME = "outcome"
    CHECKBOXES = "checkboxes"
    CREDIT_CODE = "credit_code"
    EMAIL = "email"
    PHONE = "phone"
    FILE = "file"
    FILES = "files"
    ROWS = "rows"
    GROUP = "group"
    CRITERION = "criterion"
    COMPUTED = "computed"
    NOTE = "note"


SCALED = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.MONEY})
"""Kinds whose answer is an integer, in units of 10^-decimals."""
ONE_OF = frozenset({Kind.SEGMENTED, Kind.CHOICE, Kind.SELECT, Kind.OUTCOME})
SHOWN_ONLY = frozenset({Kind.COMPUTED, Kind.NOTE})
"""Kinds that carry no answer."""


class Tone(StrEnum):
    """How an option looks: the one filled button, an outlined one, a red outlined one, an amber segment."""

    QUIET = "quiet"
    PRIMARY = "primary"
    DANGER = "danger"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Option:
    """One of the values that may be chosen."""

    value: str
    title: Text
    help: Text = EMPTY
    tone: Tone = Tone.QUIET


@dataclass(frozen=True, slots=True)
class Details:
    """An explanation that opens on demand below a field."""

    summary: Text
    text: Text
    article: str = ""


@dataclass(frozen=True, slots=True)
class FileRule:
    """What may be uploaded into a field: media types judged by content, size, count."""

    media_types: tuple[str, ...]
    max_mib: int
    max_count: int


@dataclass(frozen=True, slots=True)
class Band:
    """A described level of a criterion, from and to in whole points, both included."""

    title: Text
    from_points: int
    to_points: int
    anchor: Text


@dataclass(frozen=True, slots=True)
class Rubric:
    """How one criterion is scored. Scores are kept in hundredths of a point (rule A8.4)."""

    weight_points: int
    step_hundredths: int
    bands: tuple[Band, ...]
    reason_from_points: int | None
    """A score of this many points or more needs a reason; None: none does."""
    reason_below_points: int | None
    """A score of fewer points than this needs a reason; None: none does."""

    def needs_reason(self, score_hundredths: int) -> bool:
        """Whether this score must be explained."""
        high = self.reason_from_points is not None and score_hundredths >= self.reason_from_points * 100
        low = self.reason_below_points is not None and score_hundredths < self.reason_below_points * 100
        return high or low

    def band_of(self, score_hundredths: int) -> Band | None:
        """The level that a score reaches; 16.5 between 13–16 and 17–20 is still in the lower one."""
        reached = [band for band in self.bands if band.from_points * 100 <= score_hundredths]
        return max(reached, key=lambda band: band.from_points, default=None)


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One field of a form, with everything that reading, checking and showing it needs."""

    name: str
    kind: Kind
    title: Text
    required: bool
    schema: Mapping[str, Any]
    """The field's part of the plain schema; every bound stands in it, also those left to the default."""
    help: Text = EMPTY
    placeholder: Text = EMPTY
    unit: Text = EMPTY
    article: str = ""
    autocomplete: str = ""
    decimals: int = 0
    options: tuple[Option, ...] = ()
    children: tuple[Field, ...] = ()
    details: Details | None = None
    files: FileRule | None = None
    rubric: Rubric | None = None
    row_title: Text = EMPTY
    add_title: Text = EMPTY
    not_before: str = ""
    not_after: str = ""
    earliest: str = ""
    latest: str = ""
    when: Mapping[str, Any] | None = None
    """The `if` under which the field is asked for or required; None: always the same."""
    error_texts: Mapping[str, Text] = field(default_factory=dict)

    def child(self, name: str) -> Field | None:
        """The field of that name directly below this one."""
        return next((child for child in self.children if child.name == name), None)


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """One form, read and ready: immutable, shared by everybody who uses the same content."""

    content_hash: str
    title: Text
    help: Text
    layout: str
    """`plain`, `gate` (one question before anything else opens) or `scoring`."""
    submit_title: Text
    root: Field
    schema: Mapping[str, Any]
    """Plain JSON Schema 2020-12, no references, every object closed: published by the API, met by answers."""

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields of the first level, in the order of the page."""
        return self.root.children

    @property
    def properties(self) -> tuple[str, ...]:
        """The names of the answers of the first level: what an expression may call `answers.<name>`."""
        return tuple(child.name for child in self.fields if child.kind not in SHOWN_ONLY)

    @property
    def outcome(self) -> Field | None:
        """The field whose options are the buttons of the page, if the form has one."""
        return next((child for child in self.fields if child.kind is Kind.OUTCOME), None)

    def field_at(self, tokens: tuple[str, ...]) -> Field | None:
        """The field that a place in the answers belongs to; rows are stepped over by their number."""
        found: Field | None = self.root
        position = 0
        while found is not None and position < len(tokens):
            if found.kind in {Kind.ROWS, Kind.FILES, Kind.CHECKBOXES}:
                if not tokens[position].isdigit():
                    return None
                position += 1
                if found.kind is not Kind.ROWS or position == len(tokens):
                    return found
            elif found.kind in {Kind.FILE, Kind.CRITERION} and not found.child(tokens[position]):
                return found
            found = found.child(tokens[position])
            position += 1
        return found

    def walk(self) -> Iterator[Field]:
        """Every field, parents first, in the order of the page."""
        waiting = list(reversed(self.fields))
        while waiting:
            found = waiting.pop()
            yield found
            waiting.extend(reversed(found.children))
