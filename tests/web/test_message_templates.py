"""The template editor: preview, put into force, nothing typed is lost, versions with who and why."""

from __future__ import annotations

from typing import Any

import pytest

from app.db import unit_of_work
from app.domain.message_template import rewrite_template, template, texts_in_force, versions_of
from tests.people import BEGINNING

URL = "/templates/lapsed"


def given(**more: str) -> dict[str, str]:
    texts = template("lapsed").texts
    return {f"{lang}.{part}": text for lang in texts for part, text in texts[lang].items()} | {"seen": "0"} | more


def versions(parts: Any) -> list[tuple[int, str]]:
    with unit_of_work(parts.database) as unit:
        return [(one.number, one.reason) for one in versions_of(unit.session, "lapsed")]


def test_the_list_names_every_kind_of_message(client_of: Any) -> None:
    page = client_of("admin").get("/templates").text

    assert all(key in page for key in ("certified", "refused", "correction_asked", "mention", "password_reset"))


def test_a_preview_shows_sample_values_and_keeps_nothing(client_of: Any, parts: Any) -> None:
    page = client_of("admin").post(URL, data=given(**{"zh.subject": "失效了：{case_number}", "act": "preview"}))

    assert page.status_code == 200
    assert "失效了：2026-00018" in page.text
    assert 'value="失效了：{case_number}"' in page.text
    assert versions(parts) == []


def test_a_saved_text_is_in_force_and_the_shipped_one_can_be_restored(client_of: Any, parts: Any) -> None:
    client = client_of("admin")

    answer = client.post(URL, data=given(**{"zh.subject": "失效了：{case_number}", "reason": "更短。", "act": "save"}))

    assert answer.status_code == 302
    assert versions(parts) == [(1, "更短。")]
    with unit_of_work(parts.database) as unit:
        assert texts_in_force(unit.session, "lapsed")[1]["zh"]["subject"] == "失效了：{case_number}"
    assert "祁雁回" in client.get(URL).text
    assert f'value="{template("lapsed").texts["zh"]["subject"]}"' in client.get(f"{URL}?version=0").text
    assert [client.get(f"{URL}?version={number}").status_code for number in (1, 2)] == [200, 404]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"zh.body": "{secret}"}, "没有 {secret} 这个内容。可用的有：{case_number} {name}"),
        ({"en.body": ""}, "标题和正文不能为空。"),
        ({"zh.body": "{{ 7*7 }}"}, "花括号只能用来写内容的名字"),
        ({"reason": ""}, "请写明修改的原因，会记入历史。"),
    ],
)
def test_what_cannot_be_used_is_said_and_nothing_typed_is_lost(
    client_of: Any, parts: Any, bad: dict[str, str], said: str
) -> None:
    sent = given(**{"zh.subject": "自己写的标题", "reason": "原因", "act": "save"} | bad)

    page = client_of("admin").post(URL, data=sent)

    assert page.status_code == 422
    assert said in page.text
    assert 'value="自己写的标题"' in page.text
    assert versions(parts) == []


def test_who_comes_second_sees_it_and_keeps_what_they_typed(client_of: Any, parts: Any, cast: Any) -> None:
    with unit_of_work(parts.database) as unit:
        rewrite_template(
            unit.session, "lapsed", template("lapsed").texts, seen=0, by=cast["admin"], reason="先到。", now=BEGINNING
        )
    client = client_of("admin")
    sent = given(**{"zh.subject": "后到的标题", "reason": "后到。", "act": "save"})

    late = client.post(URL, data=sent)

    assert late.status_code == 409
    assert "有人保存了第 1 版" in late.text
    assert 'value="后到的标题"' in late.text
    assert client.post(URL, data=sent | {"seen": "1"}).status_code == 302
    assert versions(parts) == [(2, "后到。"), (1, "先到。")]


def test_an_unknown_kind_is_not_there(client_of: Any) -> None:
    assert client_of("admin").get("/templates/none").status_code == 404
