"""Makes the view of a form: the answers, errors and locks of one moment, in one language."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.forms import Field, FieldError, Form, Kind, message
from app.forms.branches import branches_of, required_names
from app.forms.field import SHOWN_ONLY, FileRule
from app.forms.pointer import html_name
from app.forms.text import Text
from app.forms.typed import scaled_text, text_of
from app.web.forms.display import lines_of
from app.web.forms.score import score_of
from app.web.forms.view import (
    BandView,
    DetailsView,
    FieldView,
    FileView,
    FormView,
    OptionView,
    RowView,
    RubricView,
    SummaryLine,
    UploadView,
)

DATE_PLACEHOLDER = Text("年-月-日，例如 2026-11-24", "year-month-day, such as 2026-11-24")
INPUT_MODES = {Kind.INTEGER: "numeric", Kind.DECIMAL: "decimal", Kind.MONEY: "decimal", Kind.DATE: "numeric"}
_ONE_BY_ONE = frozenset({Kind.CHOICE, Kind.SEGMENTED, Kind.CHECKBOXES, Kind.YES_NO})
_EXTENSIONS = {
    "application/pdf": ("PDF", ".pdf"),
    "image/png": ("PNG", ".png"),
    "image/jpeg": ("JPEG", ".jpg,.jpeg"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("DOCX", ".docx"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("XLSX", ".xlsx"),
}


def no_url(_what: str) -> str:
    """No address: the article or file is then plain text."""
    return ""


@dataclass(frozen=True, slots=True)
class Showing:
    """How a form is shown.

    Attributes:
        language: `zh` or `en`.
        computed: texts of the read-only fields by pointer.
        unlocked: pointers of the only fields that may change; None: all may.
        is_read_only: nothing may change (the materials tab).
        article_url, file_url: addresses of a rule (`A8.2`) and of a stored file (its SHA-256); empty: no link.
        button_notes: what an outcome button adds to its title.
    """

    language: str
    computed: Mapping[str, Text | str] = field(default_factory=dict)
    unlocked: frozenset[str] | None = None
    is_read_only: bool = False
    article_url: Callable[[str], str] = no_url
    file_url: Callable[[str], str] = no_url
    button_notes: Mapping[str, Text | str] = field(default_factory=dict)


def form_view(form: Form, answers: Mapping[str, Any], showing: Showing, errors: Sequence[FieldError] = ()) -> FormView:
    """The form with its answers and errors, ready for the macros of `forms/form.html`."""
    drawing = _Drawing(form, showing, {error.pointer: message(error, showing.language) for error in errors})
    fields = drawing.object(form.root, form.schema, answers, "")
    outcome = next((view for view in fields if view.kind == Kind.OUTCOME), None)
    language = showing.language
    return FormView(
        title=form.title.in_language(language),
        help=form.help.in_language(language),
        layout=form.layout,
        submit_title=form.submit_title.in_language(language),
        fields=tuple(view for view in fields if view.kind != Kind.OUTCOME),
        outcome=outcome,
        errors=tuple(drawing.line(each) for each in errors),
        score=score_of(form, answers, language),
        button_notes={value: _said(text, language) for value, text in showing.button_notes.items()},
    )


class _Drawing:
    """One form while its view is made."""

    def __init__(self, form: Form, showing: Showing, errors: Mapping[str, str]) -> None:
        self.form, self.showing, self.errors = form, showing, errors
        self.targets: dict[str, str] = {}
        """For each place the id of the control that an error there leads to."""
        self.row_names: dict[str, str] = {}
        """For each row what it is called: an error inside it is listed under that name."""

    def line(self, error: FieldError) -> SummaryLine:
        """One line of the list of errors; call it when every field is drawn."""
        row = next((name for place, name in self.row_names.items() if error.pointer.startswith(place + "/")), "")
        colon = "：" if self.showing.language.startswith("zh") else ": "
        text = message(error, self.showing.language)
        return SummaryLine(f"{row}{colon}{text}" if row else text, self.targets.get(error.pointer, ""))

    def say(self, text: Text) -> str:
        return text.in_language(self.showing.language)

    def object(self, parent: Field, schema: Mapping[str, Any], answers: Any, pointer: str) -> tuple[FieldView, ...]:
        known = answers if isinstance(answers, Mapping) else {}
        asked = required_names(schema, known) | _askable(schema)
        return tuple(
            self.field(child, known.get(child.name), f"{pointer}/{child.name}", is_optional=child.name not in asked)
            for child in parent.children
        )

    def field(self, child: Field, answer: Any, pointer: str, *, is_optional: bool) -> FieldView:
        name, control = html_name(pointer), "f-" + html_name(pointer).replace(".", "-")
        self.targets[pointer] = _target(child, control)
        error, help_text = self.errors.get(pointer, ""), self.say(child.help)
        is_helped = bool(help_text or child.article or child.files)
        described = [f"{control}-error"] * bool(error) + [f"{control}-help"] * is_helped
        return FieldView(
            kind=child.kind,
            id=control,
            name=name,
            title=self.say(child.title),
            unit=self.say(child.unit),
            help=help_text,
            error=error,
            described_by=" ".join(described),
            is_optional=is_optional and child.when is None and child.kind not in SHOWN_ONLY,
            is_locked=self.is_locked(pointer),
            value=text_of(child, answer),
            lines=self.lines(child, answer, pointer),
            placeholder=self.say(child.placeholder) or (self.say(DATE_PLACEHOLDER) if child.kind is Kind.DATE else ""),
            autocomplete=child.autocomplete,
            inputmode=INPUT_MODES.get(child.kind, ""),
            article=child.article,
            article_url=self.showing.article_url(child.article) if child.article else "",
            when=json.dumps(child.when, ensure_ascii=False) if child.when else "",
            options=self.options(child, answer, control),
            files=self.files(answer, control) if child.files else (),
            upload=_upload(child.files, child.kind, self.showing.language),
            details=self.details(child),
            rubric=self.rubric(child, answer, pointer),
            children=self.object(child, child.schema, answer, pointer)
            if child.kind in {Kind.GROUP, Kind.CRITERION}
            else (),
            rows=self.rows(child, answer, pointer),
            add_title=self.say(child.add_title) if self.can_grow(child, answer, pointer) else "",
        )

    def is_locked(self, pointer: str) -> bool:
        if self.showing.is_read_only:
            return True
        opened = self.showing.unlocked
        if opened is None:
            return False
        return not any(
            pointer == each or pointer.startswith(each + "/") or each.startswith(pointer + "/") for each in opened
        )

    def lines(self, child: Field, answer: Any, pointer: str) -> tuple[str, ...]:
        if child.kind is Kind.COMPUTED:
            said = _said(self.showing.computed.get(pointer, ""), self.showing.language)
            return tuple(said.split("\n")) if said else ()
        return lines_of(child, answer, self.showing.language)

    def options(self, child: Field, answer: Any, control: str) -> tuple[OptionView, ...]:
        chosen = answer if isinstance(answer, list) else [answer]
        return tuple(
            OptionView(
                f"{control}-{index}",
                option.value,
                self.say(option.title),
                self.say(option.help),
                option.tone,
                option.value in chosen,
            )
            for index, option in enumerate(child.options)
        )

    def files(self, answer: Any, control: str) -> tuple[FileView, ...]:
        references = answer if isinstance(answer, list) else [answer]
        return tuple(
            FileView(f"{control}-{index}", str(each.get("file", "")), str(each.get("name", "")), self.file_url(each))
            for index, each in enumerate(references)
            if isinstance(each, Mapping)
        )

    def file_url(self, reference: Mapping[str, Any]) -> str:
        return self.showing.file_url(str(reference.get("file", "")))

    def details(self, child: Field) -> DetailsView | None:
        if child.details is None:
            return None
        url = self.showing.article_url(child.details.article) if child.details.article else ""
        return DetailsView(self.say(child.details.summary), self.say(child.details.text), child.details.article, url)

    def rubric(self, child: Field, answer: Any, pointer: str) -> RubricView | None:
        rubric = child.rubric
        if rubric is None:
            return None
        given = answer if isinstance(answer, Mapping) else {}
        score = given.get("score_hundredths")
        is_scored = isinstance(score, int) and not isinstance(score, bool)
        reached = rubric.band_of(score) if is_scored and isinstance(score, int) else None
        is_needed = isinstance(score, int) and rubric.needs_reason(score)
        bands = tuple(
            BandView(self.say(b.title), f"{b.from_points}–{b.to_points}", self.say(b.anchor), b is reached)
            for b in rubric.bands
        )
        return RubricView(
            rubric.weight_points,
            scaled_text(rubric.step_hundredths, 2, is_fixed=False),
            bands,
            rubric.reason_from_points,
            rubric.reason_below_points,
            is_needed or bool(given.get("reason")) or f"{pointer}/reason" in self.errors,
        )

    def rows(self, child: Field, answer: Any, pointer: str) -> tuple[RowView, ...]:
        if child.kind is not Kind.ROWS:
            return ()
        given = list(answer) if isinstance(answer, list) else []
        least = 0 if self.is_locked(pointer) else int(child.schema["minItems"])
        filled = given + [{}] * (least - len(given))
        can_shrink = len(filled) > least and self.may_reshape(pointer)
        return tuple(self.row(child, row, f"{pointer}/{index}", index, can_shrink) for index, row in enumerate(filled))

    def row(self, child: Field, row: Any, pointer: str, index: int, can_shrink: bool) -> RowView:
        name = html_name(pointer)
        self.row_names[pointer] = f"{self.say(child.row_title)} {index + 1}"
        children = self.object(child, child.schema["items"], row, pointer)
        return RowView(index + 1, self.say(child.row_title), name if can_shrink else "", f"{name}._row", children)

    def may_reshape(self, pointer: str) -> bool:
        """Whether rows may be added and taken out: not if only some cells are unlocked."""
        opened = self.showing.unlocked
        whole = opened is None or any(pointer == each or pointer.startswith(each + "/") for each in opened)
        return whole and not self.showing.is_read_only

    def can_grow(self, child: Field, answer: Any, pointer: str) -> bool:
        if child.kind is not Kind.ROWS or not self.may_reshape(pointer):
            return False
        return len(answer if isinstance(answer, list) else []) < int(child.schema["maxItems"])


def _askable(schema: Mapping[str, Any]) -> frozenset[str]:
    """Fields that some condition may require: they are not marked optional, their help says when they are needed."""
    return frozenset(
        name
        for branch in branches_of(schema)
        for part in (branch.then, branch.otherwise)
        for name in part.get("required", ())
    )


def _target(child: Field, control: str) -> str:
    if child.kind in _ONE_BY_ONE:
        return f"{control}-0"
    return f"{control}-score_hundredths" if child.kind is Kind.CRITERION else control


def _upload(rule: FileRule | None, kind: Kind, language: str) -> UploadView | None:
    if rule is None:
        return None
    names = [_EXTENSIONS[media_type] for media_type in rule.media_types]
    types = ("、" if language.startswith("zh") else ", ").join(name for name, _ in names)
    accept = ",".join(extension for _, extension in names)
    return UploadView(accept, types, rule.max_mib, rule.max_count, kind is Kind.FILES)


def _said(text: Text | str, language: str) -> str:
    return text.in_language(language) if isinstance(text, Text) else text
