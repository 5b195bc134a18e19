"""The form of a user task on its way between page and engine: opened with the draft, read from a post, kept as a draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import Request, url_for
from werkzeug.datastructures import MultiDict

from app.db import UnitOfWork
from app.domain.stored_file import FileStorage, check_files
from app.engine.drafts import Draft, read_draft, save_draft
from app.engine.runtime import Runtime
from app.forms import Action, FieldError, Form, answers_from_html
from app.forms.posted import Uploads
from app.web.articles import article_url
from app.web.forms.draft import starting_answers
from app.web.forms.merge import chosen_there, taken_over
from app.web.forms.render import Showing, form_view
from app.web.forms.view import FormView
from app.web.languages import language
from app.web.prefill import Prefill, prefill_of
from app.web.uploads import take_uploads


@dataclass(frozen=True, slots=True)
class OpenForm:
    """A task's form as one person finds it."""

    task_id: int
    form: Form
    prefill: Prefill
    draft: Draft | None

    @property
    def answers(self) -> dict[str, Any]:
        """What the page opens with."""
        return starting_answers(self.form, self.draft.answers if self.draft else None, self.prefill.answers)

    @property
    def version(self) -> int:
        """The draft's version; 0 before the first."""
        return self.draft.version if self.draft else 0

    def view(self, answers: Mapping[str, Any], errors: Sequence[FieldError] = (), *, is_read_only: bool) -> FormView:
        """The form with these answers, ready for the macros."""
        showing = Showing(
            language(), unlocked=self.prefill.unlocked, is_read_only=is_read_only, article_url=article_url,
            file_url=lambda sha256: url_for("files.show", task_id=self.task_id, sha256=sha256),
        )  # fmt: skip
        view = form_view(self.form, answers, showing, errors)
        return replace(view, submit_title=self.prefill.submit_title or view.submit_title)


@dataclass(frozen=True, slots=True)
class Sent:
    """What a post says: answers, the pressed button, and what is wrong with its files."""

    answers: dict[str, Any]
    action: Action
    errors: tuple[FieldError, ...]
    seen_draft: int
    """The version of the draft that the window began from."""


def open_form(unit: UnitOfWork, runtime: Runtime, task: Any, person_id: int) -> OpenForm:
    """The form of a task with the person's draft."""
    form = runtime.catalogue.form(unit.connection, task["form_hash"])
    return OpenForm(
        task["id"], form, prefill_of(unit.session, task), read_draft(unit.connection, task["id"], person_id)
    )


def read_post(
    unit: UnitOfWork, storage: FileStorage, opened: OpenForm, request: Request, person_id: int,
    *, now: datetime, max_mib: int,
) -> Sent:  # fmt: skip
    """Read a posted form: its files are stored, its answers typed, a file that is not theirs is an error."""
    uploads = dict(request.files.lists())
    taken = take_uploads(unit.session, storage, opened.form, uploads, person_id, now=now, max_mib=max_mib)
    sent = read_fields(opened, request.form, taken.references)
    foreign = check_files(unit.session, opened.form, sent.answers, opened.answers, person_id)
    return replace(sent, errors=(*taken.errors, *foreign))


def read_fields(opened: OpenForm, fields: MultiDict[str, str], files: Uploads) -> Sent:
    """The answers that posted texts mean, with what was chosen of the draft of another window."""
    answers, action = answers_from_html(
        opened.form, fields, opened.answers, uploads=files, unlocked=opened.prefill.unlocked
    )
    seen, chosen = _number(fields.get("draft_version")), chosen_there(fields.items(multi=True))
    if opened.draft is not None and seen == opened.version:
        answers = taken_over(answers, opened.draft.answers, chosen)
    return Sent(answers, action, (), seen)


def keep(unit: UnitOfWork, task_id: int, person_id: int, sent: Sent, *, now: datetime) -> int:
    """Save what was typed as the draft and return its version; raise StaleVersionError if another window was first."""
    return save_draft(unit, task_id, person_id, sent.answers, seen_version=sent.seen_draft, now=now)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0
