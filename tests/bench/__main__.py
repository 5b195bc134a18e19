"""`make bench`: run every benchmark, print a table, write bench.json."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import create_engine

from tests.bench import books, completions, expressions, http
from tests.bench.result import Result
from tests.postgresql import private_cluster


def main() -> int:
    """Run and report; the exit code is 0 when every goal holds."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--cases", type=int, default=30, help="cases of the thirty-node model per database")
    parser.add_argument("--rounds", type=int, default=5_000, help="rounds of the loop")
    asked = parser.parse_args()
    results: list[Result] = []
    results += _report(expressions.measure())
    with tempfile.TemporaryDirectory(prefix="quanliu-bench-") as folder, private_cluster(fsync=True) as server:
        sqlite = _counter(lambda number: f"sqlite:///{folder}/{number}.sqlite3")
        postgresql = _counter(lambda number: _new_database(server, number))
        results += _report(completions.measure("sqlite", sqlite, cases=asked.cases))
        results += _report(completions.measure("postgresql", postgresql, cases=asked.cases))
        results += _report(books.measure("sqlite", sqlite()))
        results += _report(books.measure("postgresql", postgresql()))
        results += _report([completions.growth(sqlite(), rounds=asked.rounds)])
        results += _report(http.measure(postgresql(), Path(folder)))
    worst = max(one.value for one in results if one.name.startswith("completion.sql_statements"))
    results += _report([Result("completion.sql_statements", worst, "statements", "<= 15")])
    shown = [{"name": r.name, "value": r.value, "unit": r.unit, "goal": r.goal, "holds": r.holds} for r in results]
    Path("bench.json").write_text(json.dumps({"results": shown}, indent=1))
    return 0 if all(one.holds for one in results) else 1


def _report(results: list[Result]) -> list[Result]:
    for one in results:
        verdict = "" if not one.goal else "holds" if one.holds else "MISSED"
        print(f"{one.name:46} {one.value:10.3f} {one.unit:14} {one.goal:10} {verdict}", flush=True)
    return results


def _counter(make: Callable[[int], str]) -> Callable[[], str]:
    count = iter(range(1_000))
    return lambda: make(next(count))


def _new_database(server: str, number: int) -> str:
    with create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE bench_{number}")
    return f"{server}/bench_{number}"


if __name__ == "__main__":
    sys.exit(main())
