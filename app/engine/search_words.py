"""Words that cases are found by: the texts of answers, cut into pieces that any part of a word is made of.

Chinese knows no spaces, so runs of Chinese characters are cut into pairs that overlap, and runs of letters and digits into
threes: 宁夏砺信 becomes 宁夏 夏砺 砺信. Both databases index the pieces; that they stand in a row says that it is the
very text. Answers never change, so that a document is written once: beside the completion, not in it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from app.db import UnitOfWork
from app.engine.tables import search_document, task_answer, user_task

PAIR, TRIPLE = 2, 3
_RUN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003134f]+|[^\W\u3400-\u9fff\U00020000-\U0003134f_]+")
_BATCH = 500
_INDEX = sa.table("search_words", sa.column("rowid", sa.Integer), sa.column("words", sa.Text))
"""SQLite's own; PostgreSQL has an index on the documents' words."""


def words_of(text: str) -> str:
    """The pieces of a text in their order; a bar stands between runs, so that no piece reaches across."""
    return " | ".join(" ".join(_pieces(run)) for run in _runs(text))


def texts_in(answers: Any) -> Iterator[str]:
    """Every text that a person typed or chose, wherever it stands in the answers; of a file, its name."""
    if isinstance(answers, str):
        yield answers
    elif isinstance(answers, list):
        for one in answers:
            yield from texts_in(one)
    elif isinstance(answers, dict):
        for key, one in answers.items():
            if key != "file":
                yield from texts_in(one)


def holds(text: str, *, is_sqlite: bool) -> sa.ColumnElement[bool]:
    """Whether the words of a `search_document` hold every run of a text, each in one piece."""
    runs = _runs(text)
    if not runs:
        return sa.false()
    words = search_document.c.words
    exact = [words.like(f"%{' '.join(_pieces(run))}%") for run in runs]
    whole = [piece for run in runs for piece in _pieces(run) if len(piece) == _length(run)]
    if not whole:  # a single character: nothing that an index knows
        return sa.and_(*exact)
    if is_sqlite:
        asked = " ".join(f'"{piece}"' for piece in whole)
        found = search_document.c.user_task_id.in_(sa.select(_INDEX.c.rowid).where(_INDEX.c.words.match(asked)))
    else:
        pieces = sa.func.string_to_array(words, sa.literal_column("' '"))
        found = pieces.op("@>")(sa.cast(whole, sa.ARRAY(sa.Text)))
    return sa.and_(found, *exact)


def has_arrears(connection: sa.Connection) -> bool:
    """Whether answers have been given that no document holds yet."""
    return connection.execute(_arrears().limit(1)).first() is not None


def catch_up(unit: UnitOfWork) -> int:
    """Write the documents of answers that have none; return how many. A worker does it all the time, a search too."""
    rows = unit.connection.execute(_arrears().limit(_BATCH)).all()
    documents = [
        {
            "user_task_id": row.user_task_id, "instance_id": row.instance_id, "role": row.role,
            "words": words_of("\n".join(texts_in(row.answers))),
        }
        for row in rows
    ]  # fmt: skip
    if documents:
        _write(unit.connection, documents)
    return len(documents)


def _write(connection: sa.Connection, documents: list[dict[str, Any]]) -> None:
    if connection.dialect.name == "postgresql":  # two that catch up at once write the same
        connection.execute(insert(search_document).on_conflict_do_nothing(), documents)
        return
    connection.execute(search_document.insert(), documents)
    index = [{"rowid": one["user_task_id"], "words": one["words"]} for one in documents]
    connection.execute(_INDEX.insert(), index)


def _arrears() -> sa.Select[Any]:
    known = sa.exists().where(search_document.c.user_task_id == task_answer.c.user_task_id)
    return (
        sa.select(task_answer.c.user_task_id, task_answer.c.instance_id, task_answer.c.answers, user_task.c.role)
        .join(user_task, user_task.c.id == task_answer.c.user_task_id)
        .where(~known)
        .order_by(task_answer.c.user_task_id)
    )


def _runs(text: str) -> list[str]:
    return _RUN.findall(unicodedata.normalize("NFKC", text).lower())


def _pieces(run: str) -> list[str]:
    length = _length(run)
    return [run[at : at + length] for at in range(max(1, len(run) - length + 1))]


def _length(run: str) -> int:
    return PAIR if "\u3400" <= run[0] <= "\u9fff" or run[0] >= "\U00020000" else TRIPLE
