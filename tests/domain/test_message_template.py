"""Templates of messages: shipped, rewritten with a reason, every version kept."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.domain.message_template import (
    MessageTemplateVersion,
    TemplateChangedError,
    TemplateReasonMissingError,
    UnknownMessageTemplateError,
    all_texts_in_force,
    rewrite_template,
    template,
    texts_in_force,
    versions_of,
)
from app.domain.message_text import UnknownPlaceholderError
from tests.people import BEGINNING

TEXTS = {language: {"subject": "请看 {case_number}", "body": "{name}"} for language in ("zh", "en")}


def rewrite(world: Any, **more: Any) -> MessageTemplateVersion:
    given = {"seen": 0, "by": world.cast["admin"], "reason": "更短。", "now": BEGINNING} | more
    return rewrite_template(world.session, "lapsed", given.pop("texts", TEXTS), **given)


def test_the_latest_version_is_in_force_and_the_earlier_ones_are_kept(world: Any) -> None:
    assert texts_in_force(world.session, "lapsed") == (0, template("lapsed").texts)

    rewrite(world)
    rewrite(world, seen=1, texts=template("lapsed").texts, reason="恢复原文。")

    number, texts = texts_in_force(world.session, "lapsed")
    assert (number, texts["zh"]["subject"]) == (2, template("lapsed").texts["zh"]["subject"])
    kept = [(one.number, one.reason, one.written_by) for one in versions_of(world.session, "lapsed")]
    assert kept == [(2, "恢复原文。", world.cast["admin"]), (1, "更短。", world.cast["admin"])]
    in_force = all_texts_in_force(world.session)
    assert in_force["lapsed"] == (2, texts)
    assert in_force["replaced"] == texts_in_force(world.session, "replaced") == (0, template("replaced").texts)


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"reason": "  "}, TemplateReasonMissingError),
        ({"seen": 1}, TemplateChangedError),
        ({"texts": TEXTS | {"en": {"subject": "{reason}", "body": "x"}}}, UnknownPlaceholderError),
    ],
)
def test_what_cannot_be_used_is_refused_and_nothing_kept(world: Any, more: dict[str, Any], error: type) -> None:
    with pytest.raises(error):
        rewrite(world, **more)

    assert versions_of(world.session, "lapsed") == []


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(UnknownMessageTemplateError):
        template("../secret")


def test_the_database_holds_one_version_of_a_number_and_a_reason_for_each(world: Any) -> None:
    rewrite(world)
    first = sa.select(MessageTemplateVersion.texts).scalar_subquery()
    row = {"template": "lapsed", "number": 1, "texts": first, "written_by": 1, "written_at": BEGINNING, "reason": "x"}

    for bad, name in (({}, "number|UNIQUE"), ({"number": 2, "reason": ""}, "has_reason"), ({"number": 0}, "positive")):
        with pytest.raises(IntegrityError, match=name), world.session.begin_nested():
            world.session.execute(sa.insert(MessageTemplateVersion).values(row | bad))
