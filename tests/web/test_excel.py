"""Lists as Excel files: money as numbers, days as days, texts never as formulas."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from app.web.excel import Column, Kind, as_excel
from tests.spreadsheets import has_formulas, rows_of

COLUMNS = [
    Column("案号"),
    Column("金额", kind=Kind.MONEY),
    Column("日期", kind=Kind.DAY),
    Column("时间", kind=Kind.MOMENT),
    Column("件数", kind=Kind.NUMBER),
]


def written(app, rows):
    with app.test_request_context():
        return as_excel("quanliu-test", "资金池/2026 [测试]", COLUMNS, rows)


def test_fen_become_yuan_and_times_are_shanghais(app):
    at = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)

    answer = written(app, [["2026-00001", 123_456, date(2026, 11, 24), at, 3]])

    headings, row = rows_of(answer.data)
    assert headings == ["案号", "金额", "日期", "时间", "件数"]
    assert row[:3] == ["2026-00001", "1234.56", "46350"]
    assert abs(float(row[3]) - 46350 - 0.5 / 24) < 1e-6
    assert row[4] == "3"


def test_what_somebody_typed_never_becomes_a_formula(app):
    answer = written(app, [["=1+1", None, None, None, None], ["+86", None, None, None, None]])

    assert [row[0] for row in rows_of(answer.data)[1:]] == ["=1+1", "+86"]
    assert not has_formulas(answer.data)


def test_a_list_without_rows_still_says_what_its_columns_are(app):
    answer = written(app, [])

    assert rows_of(answer.data) == [["案号", "金额", "日期", "时间", "件数"]]
    assert answer.headers["Content-Disposition"] == "attachment; filename=quanliu-test.xlsx"


def test_a_list_of_cases_is_exported_to_whoever_may_see_the_list(client_of):
    client_of("agency").post("/start/agency_certification")

    for_office = client_of("reviewer_a").get("/cases?format=xlsx")

    assert [row[0] for row in rows_of(for_office.data)[1:]] == ["2026-00001"]
    assert client_of("expert_1").get("/cases?format=xlsx").status_code == 403


def test_the_public_takes_the_list_of_agencies_as_a_file(client_of):
    answer = client_of(None).get("/public/agencies?format=xlsx")

    assert rows_of(answer.data)[0][:2] == ["服务机构", "信用代码"]


@pytest.mark.parametrize(
    ("login", "address", "column", "value"),
    [
        ("system", "/people", 0, "reviewer_a"),
        ("system", "/organisations?kind=agency", 1, "宁夏砺信信用服务有限公司"),
        ("system", "/audit", 1, "登录"),
    ],
)
def test_lists_of_the_house_are_exported_as_they_are_narrowed(client_of, login, address, column, value):
    client = client_of(login)

    rows = rows_of(client.get(f"{address}{'&' if '?' in address else '?'}format=xlsx").data)

    assert value in {row[column] for row in rows[1:]}
