"""What of a form is scored: its subjects, how far each is, and the totals once all is scored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.forms import Field, Form, Kind
from app.forms.typed import scaled_text
from app.web.forms.view import ScoreView, SubjectView


def score_of(form: Form, answers: Mapping[str, Any], language: str) -> ScoreView | None:
    """The totals are shown only when all is scored: a running sum would steer the last scores."""
    subjects = _subjects(form, answers, language)
    if not subjects:
        return None
    views = tuple(
        SubjectView(title, target, sum(score is not None for score in given), len(given))
        for title, target, given in subjects
    )
    scored, of = sum(one.scored for one in views), sum(one.of for one in views)
    totals = [(title, sum(score or 0 for score in given)) for title, _, given in subjects]
    if len(totals) == 1:
        return ScoreView(scored, of, scaled_text(totals[0][1], 2, is_fixed=True) if scored == of else "")
    comma = "；" if language.startswith("zh") else "; "
    text = comma.join(f"{title} {scaled_text(total, 2, is_fixed=True)}" for title, total in totals)
    return ScoreView(scored, of, text if scored == of else "", views)


def _subjects(form: Form, answers: Mapping[str, Any], language: str) -> list[tuple[str, str, list[int | None]]]:
    """What is scored, with the id of where it begins: the criteria of the form, of each group and of each row."""
    found = [("", "", _given(form.fields, answers))]
    for child in form.fields:
        answer = answers.get(child.name)
        if child.kind is Kind.GROUP:
            found.append((child.title.in_language(language), f"f-{child.name}", _given(child.children, answer)))
        elif child.kind is Kind.ROWS:
            rows = answer if isinstance(answer, list) else []
            title = child.row_title.in_language(language)
            found += [
                (f"{title} {number}", f"f-{child.name}-{number - 1}", _given(child.children, row))
                for number, row in enumerate(rows, 1)
            ]
    return [one for one in found if one[2]]


def _given(fields: Sequence[Field], answers: Any) -> list[int | None]:
    """The score of each criterion among the fields; None: not scored, or not readable."""
    known = answers if isinstance(answers, Mapping) else {}
    criteria = [known.get(field.name) for field in fields if field.kind is Kind.CRITERION]
    scores = [one.get("score_hundredths") if isinstance(one, Mapping) else None for one in criteria]
    return [score if isinstance(score, int) and not isinstance(score, bool) else None for score in scores]
