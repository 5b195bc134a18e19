"""The conditions of an enterprise in words of both languages: their titles, and why one does not hold and what can be done."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from app.domain.eligibility import Check, failing_conditions, in_ten_thousands
from app.domain.errors import DomainError

FILE = Path(__file__).with_name("rules") / "eligibility.toml"
LANGUAGES = ("zh", "en")


class IneligibleEnterpriseError(DomainError):
    """An enterprise gets a voucher when every condition holds."""

    code = "ineligible_enterprise"

    def __init__(self, failing: Sequence[Check]) -> None:
        self.failing, self.rule = tuple(failing), failing[0].article
        self.message_zh = "".join(f"{refusal(one, 'zh')}。" for one in failing)
        self.message_en = " ".join(f"{refusal(one, 'en')}." for one in failing)
        super().__init__(f"conditions that do not hold: {', '.join(one.id for one in failing)}")


def refuse_ineligible(checks: Sequence[Check]) -> None:
    """Raise IneligibleEnterpriseError if a condition does not hold."""
    failing = failing_conditions(checks)
    if failing:
        raise IneligibleEnterpriseError(failing)


def title(check_id: str, language: str) -> str:
    """What a condition asks."""
    return str(_words()["check"][check_id]["title"][language])


def refusal(check: Check, language: str) -> str:
    """Why a condition does not hold: the article, the figure it failed on, and what can be done; without a full stop."""
    words = _words()["check"][check.id]
    fails = words["fails"][language].format(**_said(check.figures, language))
    if language == "zh":
        return f"{fails}（{check.article}）；{words['remedy']['zh']}"
    return f"{fails} ({check.article}); {words['remedy']['en']}"


def name_of(kind: str, key: str, language: str) -> str:
    """The name of an industry, legal form, size or category."""
    names = _words()[kind]
    return str(names[key][language]) if key in names else key


def figures_in_words(check: Check, language: str) -> str:
    """The figures from which a condition that holds was computed."""
    return str(_words()["shown"][check.id][language]).format(**_said(check.figures, language))


def _said(figures: Mapping[str, Any], language: str) -> dict[str, str]:
    """The figures as a sentence takes them in."""
    said = {key: "" if value is None else str(value) for key, value in figures.items()}
    for kind in ("legal_form", "industry", "category", "size"):
        if kind in figures:
            said[kind] = name_of(kind, str(figures[kind]), language)
    if "shared" in figures:
        said["shared"] = ("、" if language == "zh" else ", ").join(
            name_of("tie", one, language) for one in figures["shared"]
        )
    if "revenue_yuan" in figures:
        said["revenue"], said["assets"] = ten_thousands(figures["revenue_yuan"]), ten_thousands(figures["assets_yuan"])
    if "employees_bound" in figures:
        said["reached"] = _measured(figures, language)
    return said


def _measured(figures: Mapping[str, Any], language: str) -> str:
    """The figures that made an enterprise large, each beside its bound; "" for any other size."""
    if figures.get("size") != "large":
        return ""
    words, parts = _words()["measured"], []
    for name, value in (
        ("employees", str(figures["employees"])),
        ("revenue", ten_thousands(figures["revenue_yuan"])),
        ("assets", ten_thousands(figures["assets_yuan"])),
    ):
        bound = figures[f"{name}_bound"]
        if bound is not None:
            parts.append(words[name][language].format(value=value, bound=bound))
    return ("；" if language == "zh" else "; ").join(parts)


def ten_thousands(yuan: int) -> str:
    """Yuan in 万元 without needless noughts: 40000, 312.5."""
    text = f"{in_ten_thousands(yuan):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@cache
def _words() -> Mapping[str, Any]:
    return tomllib.loads(FILE.read_text("utf-8"))
