"""What the page for authors shows and names is what the software takes."""

from __future__ import annotations

import re
from pathlib import Path

from app.forms import check_form
from app.forms.error_codes import ERROR_CODES
from app.forms.messages import BY_CODE
from app.forms.problem import MESSAGES

PAGE = (Path(__file__).parents[2] / "docs" / "forms.md").read_text(encoding="utf-8")


def test_the_example_for_authors_can_be_deployed() -> None:
    examples = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)

    assert len(examples) == 1
    assert check_form(examples[0].encode(), "docs/forms.md") == []


def test_every_code_that_an_author_may_word_anew_is_documented_and_has_words() -> None:
    unsettable = {"unknown_field", "answers_too_large"}

    assert set(BY_CODE) == ERROR_CODES
    assert {code for code in ERROR_CODES if code not in PAGE} <= unsettable


def test_every_problem_can_be_said_in_both_languages() -> None:
    for zh, en in MESSAGES.values():
        assert re.search(r"[一-鿿]", zh)
        assert not re.search(r"[一-鿿]", en)
        assert set(re.findall(r"{(\w+?)(?:_zh|_en)?}", zh)) == set(re.findall(r"{(\w+?)(?:_zh|_en)?}", en))
