"""The finance desk: statements looked at before they are booked, money recognised, sent back, paid, days closed."""

from __future__ import annotations

import base64
import io
import re

import pytest
import sqlalchemy as sa

from app.db import reading, unit_of_work
from app.domain.account import Account
from app.domain.bank_csv import LARGEST_FILE_BYTES
from app.domain.bank_line import BankLine
from app.domain.commitment import Commitment
from app.domain.fund_plan import FundPlan
from app.domain.ledger import balance
from app.domain.payment import PaymentOrder
from app.domain.purse import Payable, expect_deposit, issue, reserve, settle
from app.domain.shareholding import Shareholding
from app.domain.voucher_queue import Place, join
from tests.books import HEADING, NOON, YEAR, Bank, firms, voucher_case
from tests.spreadsheets import rows_of

CASE = "2026-00001"
DEPOSIT_FEN = 250_000


@pytest.fixture
def bank():
    """The bank's view of the account."""
    return Bank()


@pytest.fixture
def case(parts, cast, client_of, bank):
    """A purse of 10,000.00, by plan and bank line; a case whose deposit of 2,500.00 is awaited."""
    bureau, finance = client_of("bureau"), client_of("finance")
    bureau.post("/purse/plans", data={"year": str(YEAR), "amount": "10,000.00", "note": ""})
    take(finance, bank, bank.came_in(1_000_000, remark="预算"))
    finance.post(f"/deposits/{line_id(parts, 'NX00000001')}/plan", data={"plan_id": "1"})
    with unit_of_work(parts.database) as unit:
        parts.clock.set(unit, NOON)
        agency, [enterprise] = firms(unit.session)
        reserve(unit.session, voucher_case(1, agency, enterprise), 240_000, now=NOON)
        expect_deposit(unit.session, CASE, DEPOSIT_FEN, now=NOON)
    return CASE


def take(client, bank, _serial=""):
    """Look at the bank's new lines and book them; the page that says what came of it."""
    looked = client.post("/bank/import", data={"statement": (io.BytesIO(bank.statement()), "liushui.csv")})
    assert looked.status_code == 200, looked.text
    [content] = re.findall(r'name="content" value="([^"]+)"', looked.text)
    return client.post("/bank/import/book", data={"content": content}, follow_redirects=True).text


def line_id(parts, serial):
    """The id of a line by its serial number."""
    with reading(parts.database) as unit:
        return unit.session.scalar(sa.select(BankLine.id).where(BankLine.serial_number == serial))


def held(parts, account, year=0):
    """What an account holds."""
    with reading(parts.database) as unit:
        return balance(unit.session, account, year)


def test_a_plan_counts_only_when_its_money_has_been_confirmed(parts, client_of, bank):
    bureau, finance = client_of("bureau"), client_of("finance")

    told = bureau.post(
        "/purse/plans", data={"year": "2026", "amount": "10,000", "share.credit": "4,000"}, follow_redirects=True
    )
    assert "资金计划 ZJ-2026-001 已下达" in told.text
    assert "信用服务 4,000.00" in told.text or "4,000.00" in told.text
    assert held(parts, Account.FUND_AVAILABLE, YEAR) == 0

    assert "待处理 1 笔" in take(finance, bank, bank.came_in(1_000_000))
    page = finance.get("/deposits").text
    assert "是资金计划 ZJ-2026-001" in page
    told = finance.post(f"/deposits/{line_id(parts, 'NX00000001')}/plan", data={"plan_id": "1"}, follow_redirects=True)

    assert "已确认到账" in told.text
    assert held(parts, Account.FUND_AVAILABLE, YEAR) == 1_000_000
    assert "已确认 10,000.00 元" in bureau.get("/purse/plans").text


@pytest.mark.parametrize(("act", "data"), [("plan", {"plan_id": "1"}), ("interest", {"year": "2026"})])
def test_money_that_comes_in_goes_to_whoever_waits_in_the_queue(parts, client_of, bank, act, data):
    with unit_of_work(parts.database) as unit:
        agency, [enterprise] = firms(unit.session)
        place = Place(
            CASE, enterprise, agency, YEAR, 1, "credit", is_priority=False, accepts_smaller=False, wanted_fen=240_000,
            smallest_fen=100, year_limit_fen=500_000,
        )  # fmt: skip
        assert join(unit.session, place, now=NOON).state == "waiting"
    client_of("bureau").post("/purse/plans", data={"year": "2026", "amount": "10,000"})
    finance = client_of("finance")
    take(finance, bank, bank.came_in(1_000_000))

    finance.post(f"/deposits/{line_id(parts, 'NX00000001')}/{act}", data=data)

    assert held(parts, Account.FUND_RESERVED, YEAR) == 240_000


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"year": "2029", "amount": "100"}, "政策年度请填"),
        ({"year": "soon", "amount": "100"}, "政策年度请填"),
        ({"year": "2026", "amount": "0"}, "大于零"),
        ({"year": "2026", "amount": "一百"}, "大于零"),
        ({"year": "2026", "amount": "100", "share.credit": "-4"}, "大于零的金额，或留空"),
        ({"year": "2026", "amount": "100", "share.credit": "200"}, "200.00"),
    ],
)
def test_a_plan_that_cannot_be_says_why_and_keeps_what_was_typed(client_of, typed, says):
    answer = client_of("bureau").post("/purse/plans", data={**typed, "note": "三季度追加"})

    assert answer.status_code == 422
    assert says in answer.text
    assert 'value="三季度追加"' in answer.text
    assert f'value="{typed["amount"]}"' in answer.text


def test_a_file_is_shown_before_it_is_booked_and_booked_once(parts, client_of, bank):
    finance = client_of("finance")
    bank.came_in(123_456, remark="货款", name="宁夏无名商贸")

    looked = finance.post("/bank/import", data={"statement": (io.BytesIO(bank.statement()), "11-03.csv")}).text

    assert "1 笔新流水" in looked
    assert "尚未入账" in looked
    assert line_id(parts, "NX00000001") is None
    [content] = re.findall(r'name="content" value="([^"]+)"', looked)
    first = finance.post("/bank/import/book", data={"content": content}, follow_redirects=True).text
    again = finance.post("/bank/import/book", data={"content": content}, follow_redirects=True).text
    assert "新入账 1 笔，已有 0 笔" in first
    assert "新入账 0 笔，已有 1 笔" in again
    assert held(parts, Account.SUSPENSE) == 123_456


def test_a_file_with_errors_names_every_row_and_books_nothing(parts, client_of):
    rows = [
        "A1,2026-11-03,,100.00,100.00,甲,1,一",
        "A2,2026-13-03,,5.00,105.00,乙,2,二",
        "A3,2026-11-04,,,105.00,丙,3,三",
    ]
    content = "\n".join([HEADING, *rows]).encode()

    answer = client_of("finance").post("/bank/import", data={"statement": (io.BytesIO(content), "错.csv")})

    assert answer.status_code == 422
    assert "2 行有误，没有入账" in answer.text
    assert "第 3 行" in answer.text
    assert "第 4 行" in answer.text
    assert line_id(parts, "A1") is None


@pytest.mark.parametrize(
    "upload", [None, (io.BytesIO(b""), "empty.csv"), (io.BytesIO(b"x" * (LARGEST_FILE_BYTES + 1)), "big.csv")]
)
def test_what_is_no_file_from_the_bank_is_refused_with_words(client_of, upload):
    answer = client_of("finance").post("/bank/import", data={"statement": upload} if upload else {})

    assert answer.status_code == 422
    assert "请选择从网银导出的文件" in answer.text or "文件超过 8 MB" in answer.text


@pytest.mark.parametrize(
    "content",
    ["", "no base64 at all!", "bm90IGEgc3RhdGVtZW50", base64.b64encode(b"x" * LARGEST_FILE_BYTES).decode()],
    ids=["nothing", "no base64", "no statement", "as large as a file may be"],
)
def test_what_is_booked_is_judged_anew(client_of, content):
    assert client_of("finance").post("/bank/import/book", data={"content": content}).status_code == 422


def test_a_slip_is_entered_with_every_mistake_named(parts, client_of):
    finance = client_of("finance")

    refused = finance.post("/bank/enter", data={"serial_number": "", "amount": "x", "remark": "结息"})
    assert refused.status_code == 422
    assert refused.text.count("aria-invalid") == 4
    assert 'value="结息"' in refused.text

    slip = {
        "serial_number": "S1",
        "booked_on": "2026-11-03",
        "direction": "in",
        "amount": "¥4,812.36",
        "remark": "结息",
    }
    finance.post("/bank/enter", data=slip)
    told = finance.post(f"/deposits/{line_id(parts, 'S1')}/interest", data={"year": "2026"}, follow_redirects=True)
    assert "利息已计入 2026 年度资金池" in told.text
    assert held(parts, Account.FUND_AVAILABLE, YEAR) == 481_236


def test_a_deposit_that_names_its_case_is_matched_and_the_case_is_told(case, parts, client_of, bank):
    finance = client_of("finance")

    told = take(finance, bank, bank.came_in(DEPOSIT_FEN, remark=f"保证金 {CASE}"))

    assert "匹配保证金 1 笔" in told
    assert held(parts, Account.DEPOSIT_HELD) == DEPOSIT_FEN
    assert "案件尚未等待此消息" in finance.get("/bank?state=deposit").text


def test_a_deposit_without_a_name_is_matched_by_hand_to_the_fen(case, parts, client_of, bank):
    finance = client_of("finance")
    take(finance, bank, bank.came_in(DEPOSIT_FEN, remark="", name="个人代付"))
    take(finance, bank, bank.came_in(DEPOSIT_FEN - 1, remark="", name="个人代付"))
    exact, short = line_id(parts, "NX00000002"), line_id(parts, "NX00000003")

    refused = finance.post(f"/deposits/{short}/match", data={"other_case": CASE})
    assert refused.status_code == 422
    assert "2,500.00" in refused.text
    assert f'value="{CASE}"' in refused.text
    assert finance.post(f"/deposits/{exact}/match", data={}).status_code == 422
    assert finance.post(f"/deposits/{exact}/match", data={"other_case": "2026-77777"}).status_code == 422

    told = finance.post(f"/deposits/{exact}/match", data={"case_number": CASE}, follow_redirects=True)
    assert f"案件 {CASE} 的保证金已确认" in told.text
    assert held(parts, Account.DEPOSIT_HELD) == DEPOSIT_FEN


def test_money_of_nobody_is_sent_back_with_a_reason_and_leaves_by_the_banks_line(case, parts, client_of, bank):
    finance = client_of("finance")
    take(finance, bank, bank.came_in(99_900, remark="货款", name="宁夏无名商贸", account="6217000000009999"))
    line = line_id(parts, "NX00000002")

    assert "请写明退回原因" in finance.post(f"/deposits/{line}/return", data={"reason": " "}).text
    told = finance.post(f"/deposits/{line}/return", data={"reason": "与本项目无关"}, follow_redirects=True)
    assert "ZF-2026-00001" in told.text
    finance.post("/payments/batches", data={"order": "1"})
    told = take(finance, bank, bank.went_out(99_900, remark="ZF-2026-00001"))

    assert "确认付款 1 笔" in told
    assert held(parts, Account.SUSPENSE) == 0
    assert "已退回" in finance.get("/bank?q=NX00000002").text


def test_orders_go_into_one_file_once_and_are_confirmed_by_hand(case, parts, client_of, bank):
    finance = client_of("finance")
    take(finance, bank, bank.came_in(DEPOSIT_FEN, remark=CASE))
    with unit_of_work(parts.database) as unit:
        issue(unit.session, CASE, "Q1", DEPOSIT_FEN, now=NOON)
        settle(unit.session, CASE, Payable(240_000, DEPOSIT_FEN, 14_700), now=NOON)

    assert "4,753.00" in finance.get("/payments").text
    made = finance.post("/payments/batches", data={"order": "1"}, follow_redirects=True)
    assert "付款文件 PC-2026-0001 已生成" in made.text
    file = finance.get("/payments/batches/1.csv")
    assert "4753.00" in file.data.decode("utf-8-sig")
    assert finance.post("/payments/batches", data={"order": "1"}).status_code == 422
    assert finance.post("/payments/batches", data={}).status_code == 422

    take(finance, bank, bank.went_out(475_300, remark="批量代付"))
    page = finance.get("/payments?state=sent").text
    assert "由 NX00000003 支付" in page
    told = finance.post("/payments/1/confirm", data={"line_id": line_id(parts, "NX00000003")}, follow_redirects=True)
    assert "付款已确认" in told.text
    assert held(parts, Account.PAYABLE_AGENCY) == 0
    assert rows_of(finance.get("/payments?state=paid&format=xlsx").data)[1][0] == "ZF-2026-00001"


def test_a_day_closes_when_books_and_bank_agree_and_not_before(case, parts, client_of, bank):
    finance = client_of("finance")
    take(finance, bank, bank.went_out(1_000, remark="不明支出"))

    refused = finance.post("/reconciliation/2026-11-03")
    assert refused.status_code == 422
    assert "10,000.00" in refused.text
    assert "相差 10.00 元" in refused.text
    assert "1 笔支出未对应付款" in refused.text

    assert finance.post("/reconciliation/2026-11-02").status_code == 422
    assert finance.post("/reconciliation/nonsense").status_code == 302


def test_a_closed_day_is_said_and_a_later_line_of_it_is_refused(case, client_of, bank):
    finance = client_of("finance")

    told = finance.post("/reconciliation/2026-11-03", follow_redirects=True).text
    assert "2026-11-03 已关账：账实相符" in told
    bank.came_in(100)
    looked = finance.post("/bank/import", data={"statement": (io.BytesIO(bank.statement()), "x.csv")}).text
    [content] = re.findall(r'name="content" value="([^"]+)"', looked)
    assert finance.post("/bank/import/book", data={"content": content}).status_code == 422


def test_the_check_is_made_on_asking_and_shows_on_the_purse(case, client_of):
    bureau = client_of("bureau")
    assert "账务尚未核对" in bureau.get("/books/check").text

    told = bureau.post("/books/check", follow_redirects=True).text

    assert "五项全部成立" in told
    assert "可用" in told
    assert "全部相符" in bureau.get("/purse?year=2026").text


def test_a_confirmation_is_reversed_with_a_reason_and_a_plan_withdrawn(case, parts, client_of):
    finance, bureau = client_of("finance"), client_of("bureau")

    assert "请写明理由" in finance.post("/purse/plans/1/undo", data={"reason": ""}, follow_redirects=True).text
    assert finance.post("/purse/plans/1/undo", data={"reason": "重复"}, follow_redirects=True).status_code == 200
    assert held(parts, Account.FUND_AVAILABLE, YEAR) == 760_000  # money that is reserved keeps the plan confirmed
    bureau.post("/purse/plans", data={"year": "2026", "amount": "5"})
    assert "资金计划已撤回" in bureau.post("/purse/plans/2/withdraw", follow_redirects=True).text
    with reading(parts.database) as unit:
        assert unit.session.get(FundPlan, 2).state == "withdrawn"


@pytest.mark.parametrize(
    ("login", "address", "data"),
    [
        ("bureau", "/bank/enter", {}),
        ("bureau", "/deposits/1/match", {}),
        ("bureau", "/payments/batches", {}),
        ("bureau", "/reconciliation/2026-11-03", {}),
        ("finance", "/purse/plans", {}),
        ("finance", "/purse/plans/1/withdraw", {}),
        ("auditor", "/books/check", {}),
        ("supervisor", "/deposits/1/return", {}),
        ("reviewer_a", "/payments/1/confirm", {}),
    ],
)
def test_each_act_is_its_roles_alone(client_of, login, address, data):
    assert client_of(login).post(address, data=data).status_code == 403


def test_finance_that_is_tied_to_a_party_does_nothing_with_its_money(case, parts, cast, client_of, bank):
    other = client_of("finance")
    take(other, bank, bank.came_in(DEPOSIT_FEN, name="个人代付"))
    with unit_of_work(parts.database) as unit:
        party = unit.session.get(Commitment, CASE).enterprise_id
        unit.session.add(
            Shareholding(
                organisation_id=party, holder_person_id=cast["finance"], percent_hundredths=9_000,
                since_on=NOON.date(), source="工商登记", recorded_at=NOON,
            )
        )  # fmt: skip
    tied = client_of("finance")

    page = tied.get("/deposits").text
    refused = tied.post(f"/deposits/{line_id(parts, 'NX00000002')}/match", data={"other_case": CASE})
    unknown = tied.post(f"/deposits/{line_id(parts, 'NX00000002')}/match", data={"other_case": "2026-00002"})

    assert CASE not in page
    assert (refused.status_code, unknown.status_code) == (422, 422)
    assert refused.text.replace(CASE, "N") == unknown.text.replace("2026-00002", "N")


def test_a_payment_of_a_party_one_is_tied_to_is_as_unknown_as_none(case, parts, cast, client_of, bank):
    with unit_of_work(parts.database) as unit:
        party = unit.session.get(Commitment, CASE)
        unit.session.add(
            PaymentOrder(
                number="ZF-2026-00099", purpose="settlement", account="payable_agency", policy_year=YEAR, case_number=CASE,
                payee_name="x", payee_account="1", amount_fen=5, state="ordered", idempotency_key="k", ordered_at=NOON,
            )
        )  # fmt: skip
        unit.session.add(
            Shareholding(
                organisation_id=party.agency_id, holder_person_id=cast["finance"], percent_hundredths=9_000,
                since_on=NOON.date(), source="工商登记", recorded_at=NOON,
            )
        )  # fmt: skip
    tied = client_of("finance")

    there, not_there = (tied.post(f"/payments/{one}/confirm", data={"line_id": "1"}) for one in (1, 2))

    assert "ZF-2026-00099" not in tied.get("/payments").text
    [said, also_said] = (re.findall(r'role="alert"><b>(.*?)</b>', one.text)[0] for one in (there, not_there))
    assert (there.status_code, said) == (not_there.status_code, also_said)
