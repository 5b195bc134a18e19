"""The accessibility statement: what was tested and when, the limits, and whom to tell, in both languages."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", ("WCAG 2.2 AA", "已知的不足", "2026-11-24", "宁夏券流运营中心")),
        ("en", ("WCAG 2.2 level AA", "Known limits", "2026-11-24", "have not been tried yet")),
    ],
)
def test_anybody_reads_what_was_tested_and_whom_to_tell(client_of: Any, language: str, said: tuple[str, ...]) -> None:
    page = client_of(None).get("/accessibility", headers={"Accept-Language": language}).text

    assert [one for one in said if one not in page] == []
