"""The sample form that has a field of each kind, and answers that meet it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.forms import Form, read_form

SAMPLE = Path(__file__).parent / "everything.json"
SHA = "a" * 64

ANSWERS: dict[str, Any] = {
    "organisation": "宁夏砺信信用服务有限公司",
    "credit_code": "91640200MA75QJ8P3C",
    "employees": 46,
    "rate_hundredths": 9850,
    "amount_fen": 180_000,
    "signed_on": "2026-11-10",
    "ends_on": "2027-02-28",
    "email": "post@example.cn",
    "phone": "0951-5012345",
    "receipt": "8F3K-27QM",
    "is_listed": False,
    "category": "credit",
    "finding": "agree",
    "fields": ["law", "tax"],
    "licence": {"file": SHA, "name": "执照.pdf"},
    "papers": [{"file": "b" * 64, "name": "a.pdf"}, {"file": "c" * 64, "name": "b.pdf"}],
    "staff": [{"name": "韩知白", "years": 12, "is_head": True}, {"name": "祁雁回", "is_head": False}],
    "contact": {"name": "魏长礼", "position": "经理"},
    "interest": "none",
    "qualification": {"score_hundredths": 1500},
    "confirmed": True,
    "outcome": "pass",
}


@pytest.fixture(scope="session")
def form() -> Form:
    """The sample form, read."""
    return read_form(SAMPLE.read_bytes())


@pytest.fixture
def answers() -> dict[str, Any]:
    """Answers that meet the sample form, to be spoilt by the test."""
    return copy.deepcopy(ANSWERS)


@pytest.fixture
def document() -> dict[str, Any]:
    """The sample form as JSON, to be spoilt by the test."""
    return dict(json.loads(SAMPLE.read_text(encoding="utf-8")))


@pytest.fixture
def small_form() -> Callable[..., Form]:
    """Makes a form of one field named `value`, from its schema."""

    def make(schema: dict[str, Any], **root: Any) -> Form:
        return read_form(small_content(schema, **root))

    return make


def small_content(schema: dict[str, Any], **root: Any) -> bytes:
    hints = {"title": {"zh": "甲", "en": "First"}, **schema.get("x-ql", {})}
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "x-ql": {"title": {"zh": "表", "en": "Form"}},
        "properties": {"value": {**schema, "x-ql": hints}},
        **root,
    }
    return json.dumps(document).encode()
