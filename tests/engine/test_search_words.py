"""Words of answers: cut, written once, found by any part of a word, alike on both databases."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.db import create_engine, reading, unit_of_work
from app.engine import search_words
from app.engine.search_words import holds, words_of
from app.engine.tables import search_document
from app.migrations import migrate
from tests.drawing import flows, form, person, process, task

TEXT = st.text("宁夏砺信公司aB12-，。 \n", max_size=14)


@pytest.fixture
def desk(bench: Any) -> Any:
    """One step whose form takes a text."""
    body = (
        '<bpmn:startEvent id="begin"/>' + task("look") + '<bpmn:endEvent id="done"/>' + flows("begin look", "look done")
    )
    bench.deploy(
        {"desk": process("desk", body, lanes={"reviewer": "begin look done"})}, extra={"forms/desk/look.json": FORM}
    )
    return bench


FORM = form(note={"type": "string", "maxLength": 200})


def answered(desk: Any, note: str) -> int:
    number = f"2026-{len(desk.open()) + 1:05d}-{note[:8]}"
    case = desk.start("desk", number)
    desk.act("look", person(11, "reviewer"), instance_id=case, note=note)
    with unit_of_work(desk.database) as unit:
        search_words.catch_up(unit)
    return int(case)


def found(desk: Any, text: str) -> list[int]:
    with reading(desk.database) as unit:
        is_sqlite = unit.connection.dialect.name == "sqlite"
        query = sa.select(search_document.c.instance_id).where(holds(text, is_sqlite=is_sqlite))
        return list(unit.connection.execute(query.order_by(search_document.c.instance_id)).scalars())


def test_words_are_cut_into_pairs_and_threes_that_reach_over_no_border() -> None:
    assert words_of("宁夏砺信，A1B2 信") == "宁夏 夏砺 砺信 | a1b 1b2 | 信"


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("砺信", True), ("宁夏砺信信用", True), ("信用服务 企业", True), ("91640100MA76", True), ("640100ma", True),
        ("信", True), ("ＭＡ７６", True), ("SY-2026", True),
        ("砺用", False), ("宁夏信用", False), ("服务企业", False), ("640101", False), ("", False), ("%", False), ("_", False),
        ('"', False), ("砺信 无此", False),
    ],
)  # fmt: skip
def test_a_case_is_found_by_any_part_of_a_word_and_by_nothing_else(desk: Any, text: str, is_found: bool) -> None:
    case = answered(desk, "宁夏砺信信用服务，企业：91640100MA76K3T237，合同 SY-2026-1110")

    assert found(desk, text) == ([case] if is_found else [])


def test_a_document_is_written_once(desk: Any) -> None:
    answered(desk, "砺信")

    with unit_of_work(desk.database) as unit:
        assert not search_words.has_arrears(unit.connection)
        assert search_words.catch_up(unit) == 0


def test_of_a_file_its_name_is_found_and_not_its_fingerprint() -> None:
    answers = {"paper": {"file": "abcdef", "name": "营业执照.pdf"}, "items": [{"name": "咨询"}], "count": 3}

    assert list(search_words.texts_in(answers)) == ["营业执照.pdf", "咨询"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: Any) -> Any:
    """A database that the property below fills again and again."""
    url = f"sqlite:///{tmp_path_factory.mktemp('words')}/words.sqlite3"
    engine = create_engine(url)
    migrate(engine)
    engine.dispose()
    plain = sa.create_engine(url)  # without foreign keys: the words alone matter here
    yield plain
    plain.dispose()


@given(TEXT, TEXT)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_found_holds_every_run_of_the_text(whole: Any, kept: str, asked: str) -> None:
    """Against the plain reading: each run of the query is part of a run of the text."""
    runs, lying = search_words._runs(asked), search_words._runs(kept)
    expected = bool(runs) and all(any(run in one for one in lying) for run in runs)

    with whole.connect() as connection:
        connection.execute(
            search_document.insert().values(user_task_id=1, instance_id=1, role="agency", words=words_of(kept))
        )
        connection.exec_driver_sql("INSERT INTO search_words (rowid, words) VALUES (1, ?)", (words_of(kept),))
        hit = connection.execute(sa.select(search_document.c.user_task_id).where(holds(asked, is_sqlite=True))).scalar()
        connection.rollback()

    assert bool(hit) == expected
