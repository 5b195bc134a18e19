"""`make conformance SUITES=<folder>`: runs the suites in a folder, prints a table, writes docs/conformance.md.

The folder holds `betsy/` and `tck/`, each with its `cases.json`; a suite that is not there is left out.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.conformance import betsy, tck
from tests.conformance.tck import Row

PAGE = Path(__file__).parents[2] / "docs" / "conformance.md"
HEAD = """# Conformance

Results of public suites, written by `make conformance SUITES=<folder>`; the suites themselves are no part of the project.
The adapters are `tests/conformance/betsy_adapter.py` (processes) and `tck_adapter.py` (decisions).
"""


def table(rows: Sequence[Row]) -> list[tuple[str, int, int]]:
    """Group, passed, all; the order is that of the suites."""
    groups = dict.fromkeys(row.group for row in rows)
    return [
        (name, sum(row.passed for row in rows if row.group == name), sum(row.group == name for row in rows))
        for name in groups
    ]


def page(rows: Sequence[Row]) -> Iterator[str]:
    """The lines of the page."""
    yield HEAD
    yield "| group | passed | of |\n|---|---:|---:|"
    for name, passed, every in table(rows):
        yield f"| {name} | {passed} | {every} |"
    failures = [row for row in rows if not row.passed]
    yield "\n## Failures\n" if failures else "\nNothing fails."
    for row in failures:
        reason = row.reason.replace("|", "\\|").replace("\n", " ")
        yield f"- {row.group}: {row.case}: {reason}"


def main() -> None:
    """Run, print, write."""
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        sys.exit("Say which folder holds the suites: make conformance SUITES=<folder>")
    folder = Path(sys.argv[1])
    rows: list[Row] = [*betsy.run(folder / "betsy"), *tck.run(folder / "tck")]
    if not rows:
        sys.exit(f"There is no suite in {folder}: neither betsy/cases.json nor tck/cases.json")
    for name, passed, every in table(rows):
        print(f"{name:<32} {passed:>5} of {every:>5}")
    for row in rows:
        if not row.passed:
            print(f"  failed: {row.case}: {row.reason}")
    PAGE.write_text("\n".join(page(rows)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
