"""What statements, deposits, plans and payments refuse; the tree goes on from `app.domain.book_errors`.

BooksError
├── StatementUnreadableError           A9.3    a file that is no statement, with every row that is wrong
├── SerialDiffersError                 A9.3    the same bank line with other figures
├── DayReconciledError                 A11.14  a new line on a day that is closed
├── UnknownBankLineError               A9.3
├── BankLineTakenError                 A9.3    a line is used for one thing
├── AmountDiffersError                 A9.3    exact, never silently
├── DepositNotExpectedError            A9.3
├── UnknownPlanError                   A3.2
├── PlanStateError                     A3.2
├── SharesAbovePlanError               A3.1
├── ShareInUseError                    A3.1
├── UnknownPaymentError                A10.3
├── PaymentStateError                  A10.3
├── PayeeAccountMissingError           A10.3
├── NothingToPayError                  A10.3
├── CashDiffersError                   A11.14  a day that does not close
├── DayToComeError                     A11.14
└── NoStatementError                   A11.14  nothing to compare with
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.book_errors import BooksError
from app.domain.money_words import yuan


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with one row of a file; row 1 is its first line."""

    row: int
    message_zh: str
    message_en: str


class StatementUnreadableError(BooksError):
    """A file is taken whole or not at all; every row that is wrong is named."""

    code = "statement_unreadable"
    rule = "A9.3"

    def __init__(self, problems: Sequence[RowProblem]) -> None:
        self.rows = tuple(problems)
        shown = self.rows[:10]
        more_zh = f"……共 {len(problems)} 处" if len(problems) > len(shown) else ""
        more_en = f" … {len(problems)} in all" if len(problems) > len(shown) else ""
        rows_zh = "；".join(f"第 {one.row} 行：{one.message_zh}" for one in shown)
        rows_en = "; ".join(f"row {one.row}: {one.message_en}" for one in shown)
        self.message_zh = f"流水文件没有导入。{rows_zh}{more_zh}。请改正后重新导入，已导入过的流水不会重复入账。"
        self.message_en = (
            f"Nothing was imported. {rows_en}{more_en}. Mend the file and import it again: no line counts twice."
        )
        super().__init__(self.message_en)


class SerialDiffersError(BooksError):
    """The bank's serial number names one line for ever."""

    code = "serial_differs"
    rule = "A9.3"

    def __init__(self, serial_number: str) -> None:
        self.serial_number = serial_number
        self.message_zh = f"流水号 {serial_number} 已登记，但日期或金额与文件不同。请与银行核对这一笔。"
        self.message_en = f"Serial number {serial_number} is known with another day or amount. Check it with the bank."
        super().__init__(f"bank line {serial_number} differs from what is kept")


class DayReconciledError(BooksError):
    """A reconciled day takes no more lines."""

    code = "day_reconciled"

    def __init__(self, on: date, serial_number: str) -> None:
        self.on, self.serial_number = on, serial_number
        self.message_zh = f"{on} 已对账，不能再登记当日流水 {serial_number}。请核对日期。"
        self.message_en = f"{on} has been reconciled: line {serial_number} of that day cannot be added. Check its date."
        super().__init__(f"{on} is reconciled, line {serial_number} is refused")


class UnknownBankLineError(BooksError):
    """No such line of the bank."""

    code = "unknown_bank_line"
    rule = "A9.3"

    def __init__(self, line_id: int) -> None:
        self.line_id = line_id
        self.message_zh = "没有这笔银行流水。请刷新页面后重选。"
        self.message_en = "There is no such bank line. Load the page again and choose another."
        super().__init__(f"no bank line {line_id}")


class BankLineTakenError(BooksError):
    """A line of the bank is used for one thing, once."""

    code = "bank_line_taken"
    rule = "A9.3"

    def __init__(self, serial_number: str, state: str) -> None:
        self.serial_number, self.state = serial_number, state
        self.message_zh = f"银行流水 {serial_number} 已经用于其他用途，或不是这一类流水。请刷新页面后重选。"
        self.message_en = f"Bank line {serial_number} is used already, or of another kind. Load the page again."
        super().__init__(f"bank line {serial_number} is {state}")


class AmountDiffersError(BooksError):
    """A line fits what it is used for to the fen."""

    code = "amount_differs"
    rule = "A9.3"

    def __init__(self, expected_fen: int, found_fen: int) -> None:
        self.expected_fen, self.found_fen = expected_fen, found_fen
        self.message_zh = (
            f"应为 {yuan(expected_fen)} 元，这笔流水是 {yuan(found_fen)} 元，金额不符。请退回，或改选一笔。"
        )
        self.message_en = (
            f"{yuan(expected_fen)} yuan are expected, the line says {yuan(found_fen)}. Return it, or choose another."
        )
        super().__init__(f"{expected_fen} fen expected, {found_fen} found")


class DepositNotExpectedError(BooksError):
    """A deposit is taken for a case that waits for one."""

    code = "deposit_not_expected"
    rule = "A9.3"

    def __init__(self, case_number: str) -> None:
        self.case_number = case_number
        self.message_zh = f"案件 {case_number} 现在不收保证金：尚未通过初审、已经收到，或已经结束。请退回这笔款。"
        self.message_en = (
            f"Case {case_number} takes no deposit: not passed yet, paid already, or ended. Return the money."
        )
        super().__init__(f"case {case_number} expects no deposit")


class UnknownPlanError(BooksError):
    """No such fund plan."""

    code = "unknown_plan"
    rule = "A3.2"

    def __init__(self, plan_id: int) -> None:
        self.plan_id = plan_id
        self.message_zh = "没有这项资金计划。请刷新页面后重选。"
        self.message_en = "There is no such fund plan. Load the page again and choose another."
        super().__init__(f"no fund plan {plan_id}")


class PlanStateError(BooksError):
    """A plan is confirmed or withdrawn once, in that state in which it can be."""

    code = "plan_state"
    rule = "A3.2"

    def __init__(self, number: str, state: str) -> None:
        self.number, self.state = number, state
        self.message_zh = f"资金计划 {number} 已不在可以办理这一步的状态。请刷新页面查看现状。"
        self.message_en = f"Fund plan {number} is {state}: this step is closed. Load the page again."
        super().__init__(f"fund plan {number} is {state}")


class SharesAbovePlanError(BooksError):
    """Shares of categories fit into the plan that they are shares of."""

    code = "shares_above_plan"
    rule = "A3.1"

    def __init__(self, amount_fen: int, shares_fen: int) -> None:
        self.amount_fen, self.shares_fen = amount_fen, shares_fen
        self.message_zh = f"各类别份额合计 {yuan(shares_fen)} 元，超过计划金额 {yuan(amount_fen)} 元。请减少份额。"
        self.message_en = (
            f"The shares add up to {yuan(shares_fen)} yuan, more than the plan's {yuan(amount_fen)}. Lower them."
        )
        super().__init__(f"shares of {shares_fen} fen in a plan of {amount_fen}")


class ShareInUseError(BooksError):
    """A category's share covers what vouchers have used of it."""

    code = "share_in_use"
    rule = "A3.1"

    def __init__(self, category: str, share_fen: int, used_fen: int) -> None:
        self.category, self.share_fen, self.used_fen = category, share_fen, used_fen
        self.message_zh = f"该类别已使用 {yuan(used_fen)} 元，份额不能降为 {yuan(share_fen)} 元。请撤回这项计划，按更大的份额重新拨付。"
        self.message_en = (
            f"The category has used {yuan(used_fen)} yuan, a share of {yuan(share_fen)} is too small. "
            "Withdraw the plan and allocate it with a greater share."
        )
        super().__init__(f"category {category}: a share of {share_fen} fen, {used_fen} used")


class UnknownPaymentError(BooksError):
    """No such payment order."""

    code = "unknown_payment"
    rule = "A10.3"

    def __init__(self, order_id: int) -> None:
        self.order_id = order_id
        self.message_zh = "没有这笔付款指令。请刷新页面后重选。"
        self.message_en = "There is no such payment order. Load the page again and choose another."
        super().__init__(f"no payment order {order_id}")


class PaymentStateError(BooksError):
    """A payment order is sent once and paid once."""

    code = "payment_state"
    rule = "A10.3"

    def __init__(self, number: str, state: str) -> None:
        self.number, self.state = number, state
        self.message_zh = f"付款指令 {number} 已经办过这一步。请刷新页面查看现状。"
        self.message_en = f"Payment order {number} is {state}: this has been done. Load the page again."
        super().__init__(f"payment order {number} is {state}")


class PayeeAccountMissingError(BooksError):
    """Nobody is paid without a bank account."""

    code = "payee_account_missing"
    rule = "A10.3"

    def __init__(self, payees: Sequence[str]) -> None:
        self.payees = tuple(payees)
        self.message_zh = f"以下收款人没有银行账号：{'、'.join(payees)}。请先在单位信息中补登账号。"
        self.message_en = f"No bank account is known of: {', '.join(payees)}. Enter it with the organisation first."
        super().__init__(f"no bank account of {', '.join(payees)}")


class NothingToPayError(BooksError):
    """A batch holds at least one order."""

    code = "nothing_to_pay"
    rule = "A10.3"

    def __init__(self) -> None:
        self.message_zh = "没有选中待付款的指令。请至少选一笔。"
        self.message_en = "No payment that waits is chosen. Choose at least one."
        super().__init__("an empty batch")


class CashDiffersError(BooksError):
    """A day is closed when the books and the bank say the same."""

    code = "cash_differs"

    def __init__(self, on: date, cash_fen: int, statement_fen: int) -> None:
        self.on, self.cash_fen, self.statement_fen = on, cash_fen, statement_fen
        difference = yuan(cash_fen - statement_fen)
        self.message_zh = (
            f"{on}：账面现金 {yuan(cash_fen)} 元，银行余额 {yuan(statement_fen)} 元，相差 {difference} 元。"
            "请先核对未匹配的付款流水，或补导缺少的流水。"
        )
        self.message_en = (
            f"{on}: the books hold {yuan(cash_fen)} yuan, the bank {yuan(statement_fen)}, a difference of {difference}. "
            "Match the payments that are left, or import the lines that are missing."
        )
        super().__init__(f"{on}: cash {cash_fen}, statement {statement_fen} fen")


class NoStatementError(BooksError):
    """A day is reconciled against a statement that says a balance."""

    code = "no_statement"

    def __init__(self, on: date) -> None:
        self.on = on
        self.message_zh = f"{on} 及以前没有带余额的银行流水。请先导入流水。"
        self.message_en = f"No bank line up to {on} says a balance. Import a statement first."
        super().__init__(f"no statement up to {on}")


class DayToComeError(BooksError):
    """A day that has not begun is not reconciled."""

    code = "day_to_come"

    def __init__(self, on: date) -> None:
        self.on = on
        self.message_zh = f"{on} 还没有到，不能对账。请选今天或以前的日期。"
        self.message_en = f"{on} is still to come and cannot be reconciled. Choose today or a day before."
        super().__init__(f"{on} is still to come")
