"""Forms: JSON Schema 2020-12 in a small dialect, checked at deployment, read from HTML, validated in plain words.

A library: it knows texts, fields and answers. It knows nothing of people, tasks, databases, pages. The dialect for
authors is `docs/forms.md`; why it is so, `docs/decisions/0007-forms-are-json-schema.md`.

Answers are JSON with no fraction in it: money in fen, scores in hundredths, dates as text, files by SHA-256.
"""

from __future__ import annotations

from app.forms.branches import prune
from app.forms.check import check_form
from app.forms.error import FieldError, field_error, message
from app.forms.field import Field, Form, Kind
from app.forms.files import FileAnswer, files_of
from app.forms.posted import Action, Press, answers_from_html
from app.forms.problem import FormProblem, InvalidFormError
from app.forms.read import read_form
from app.forms.text import Text
from app.forms.validate import validate

__all__ = [
    "Action",
    "Field",
    "FieldError",
    "FileAnswer",
    "Form",
    "FormProblem",
    "InvalidFormError",
    "Kind",
    "Press",
    "Text",
    "answers_from_html",
    "check_form",
    "field_error",
    "files_of",
    "message",
    "prune",
    "read_form",
    "validate",
]
