"""What the macros are given: every text already chosen, every id already made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby


@dataclass(frozen=True, slots=True)
class OptionView:
    """One option of a choice."""

    id: str
    value: str
    title: str
    help: str
    tone: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class FileView:
    """One file that stands in the answers."""

    id: str
    sha256: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class BandView:
    """One level of a criterion."""

    title: str
    points: str
    anchor: str
    is_reached: bool


@dataclass(frozen=True, slots=True)
class RubricView:
    """How a criterion is scored: the figures of its control and its levels."""

    weight: int
    step: str
    bands: tuple[BandView, ...]
    reason_from: int | None
    reason_below: int | None
    is_reason_open: bool


@dataclass(frozen=True, slots=True)
class DetailsView:
    """An explanation that opens on demand."""

    summary: str
    text: str
    article: str
    article_url: str


@dataclass(frozen=True, slots=True)
class UploadView:
    """What a file field allows, in words and as the `accept` of its control."""

    accept: str
    types: str
    max_mib: int
    max_count: int
    is_several: bool


@dataclass(frozen=True, slots=True)
class RowView:
    """One row of a list."""

    number: int
    title: str
    remove: str
    """The value of the button that takes the row out; empty: it must stay."""
    marker: str
    """The name of the hidden input that says the row exists."""
    children: tuple[FieldView, ...]

    @property
    def runs(self) -> Runs:
        """The cells, to be read."""
        return _runs(self.children)


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field, ready to be laid out."""

    kind: str
    id: str
    name: str
    title: str
    unit: str = ""
    help: str = ""
    error: str = ""
    described_by: str = ""
    is_optional: bool = False
    is_locked: bool = False
    value: str = ""
    lines: tuple[str, ...] = ()
    """The answer as read by people, line by line; empty: not answered."""
    placeholder: str = ""
    autocomplete: str = ""
    inputmode: str = ""
    article: str = ""
    article_url: str = ""
    when: str = ""
    options: tuple[OptionView, ...] = ()
    files: tuple[FileView, ...] = ()
    upload: UploadView | None = None
    details: DetailsView | None = None
    rubric: RubricView | None = None
    children: tuple[FieldView, ...] = ()
    rows: tuple[RowView, ...] = ()
    add_title: str = ""
    """The button for one more row; empty: the list is full."""

    @property
    def is_nested(self) -> bool:
        """Whether it has fields below it."""
        return self.kind in {"group", "rows", "criterion"}

    @property
    def runs(self) -> Runs:
        """The fields below, to be read."""
        return _runs(self.children)


@dataclass(frozen=True, slots=True)
class SummaryLine:
    """One line of the list of errors: what to do, and the control where to do it (empty: there is none)."""

    text: str
    target: str


@dataclass(frozen=True, slots=True)
class ScoreView:
    """How many criteria are scored; the total in points once all are."""

    scored: int
    of: int
    total: str
    subjects: tuple[SubjectView, ...] = ()
    """What is scored, where there is more than one."""


@dataclass(frozen=True, slots=True)
class SubjectView:
    """One subject of a form that scores several: its name, where it begins, how much of it is scored."""

    title: str
    target: str
    scored: int
    of: int


@dataclass(frozen=True, slots=True)
class FormView:
    """One form, ready to be laid out."""

    title: str
    help: str
    layout: str
    submit_title: str
    fields: tuple[FieldView, ...]
    outcome: FieldView | None
    errors: tuple[SummaryLine, ...] = ()
    score: ScoreView | None = None
    button_notes: dict[str, str] = field(default_factory=dict)
    """What a button adds to its title, by the option's value: the amount that passing grants."""

    @property
    def runs(self) -> Runs:
        """All fields with the outcome last, to be read."""
        return _runs((*self.fields, *([self.outcome] if self.outcome else [])))


Runs = tuple[tuple[bool, tuple[FieldView, ...]], ...]
"""Neighbouring plain fields together (one definition list), those with fields below them apart."""


def _runs(fields: Iterable[FieldView]) -> Runs:
    shown = [each for each in fields if each.kind != "note"]
    return tuple((is_nested, tuple(run)) for is_nested, run in groupby(shown, key=lambda each: each.is_nested))
