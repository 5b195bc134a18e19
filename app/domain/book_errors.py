"""What the books refuse; each class is one broken rule, with its article, its figures, and words for people.

DomainError
└── BooksError
    ├── AmountNotPositiveError             the books   an amount below one fen
    ├── BalanceTooLowError                 the books   an account would fall below nothing
    ├── EntryDiffersError                  the books   the same key, other postings
    ├── AlreadyReversedError               A11.14      an entry is reversed once
    ├── UnknownCommitmentError             the books   no money is kept for such a case
    ├── CommitmentStateError               A11.5       what was given back or settled cannot be used again
    ├── CommitmentDiffersError             the books   the same step with another figure
    ├── YearLimitReachedError              A6.2        the enterprise's year
    ├── DepositMissingError                A9.3        no voucher without its deposit
    ├── OverFaceValueError                 A11.2       nobody pays more than voucher and deposit hold
    └── FeeAbovePaymentError               A11.12      the fee is taken from the payment
"""

from __future__ import annotations

from app.domain.errors import DomainError
from app.domain.money_words import yuan


class BooksError(DomainError):
    """The root of what the books refuse."""

    code = "books"
    rule = "A11.14"


class AmountNotPositiveError(BooksError):
    """A posting moves at least one fen."""

    code = "amount_not_positive"

    def __init__(self, amount_fen: int) -> None:
        self.amount_fen = amount_fen
        self.message_zh = f"金额必须大于零（现为 {yuan(amount_fen)} 元）。请核对金额。"
        self.message_en = f"The amount must be above zero (it is {yuan(amount_fen)} yuan). Check the amount."
        super().__init__(f"{amount_fen} fen cannot be posted")


class BalanceTooLowError(BooksError):
    """No account falls below nothing; the database would refuse it as well."""

    code = "balance_too_low"

    def __init__(self, account: str, policy_year: int, wanted_fen: int, found_fen: int) -> None:
        self.account, self.policy_year = account, policy_year
        self.wanted_fen, self.found_fen = wanted_fen, found_fen
        self.message_zh = f"账户余额 {yuan(found_fen)} 元，不足 {yuan(wanted_fen)} 元，不能入账。请核对金额。"
        self.message_en = (
            f"The account holds {yuan(found_fen)} yuan, less than {yuan(wanted_fen)} yuan. Check the amount."
        )
        super().__init__(f"{account} {policy_year}: {wanted_fen} fen wanted, {found_fen} there")


class EntryDiffersError(BooksError):
    """What was posted under a key cannot be posted otherwise under the same key."""

    code = "entry_differs"

    def __init__(self, key: str) -> None:
        self.key = key
        self.message_zh = "这笔账已经以不同的金额入账。请刷新页面查看现状，需要更正时用冲销。"
        self.message_en = "This has been booked with other figures. Load the page again; corrections are reversals."
        super().__init__(f"another entry has the key {key!r}")


class AlreadyReversedError(BooksError):
    """An entry is reversed once, and a reversal is not reversed: it is booked anew."""

    code = "already_reversed"

    def __init__(self, entry_id: int) -> None:
        self.entry_id = entry_id
        self.message_zh = "这笔账已经冲销过，或者它本身就是冲销。需要时请重新入账。"
        self.message_en = "This entry has been reversed, or is a reversal itself. Book it anew where that is needed."
        super().__init__(f"entry {entry_id} cannot be reversed")


class UnknownCommitmentError(BooksError):
    """No money was ever reserved for the case."""

    code = "unknown_commitment"
    rule = "A11.6"

    def __init__(self, case_number: str) -> None:
        self.case_number = case_number
        self.message_zh = f"案件 {case_number} 没有预留资金。"
        self.message_en = f"No money has been reserved for case {case_number}."
        super().__init__(f"no commitment of case {case_number}")


class CommitmentStateError(BooksError):
    """What is released, expired, voided or settled stays so, and each step has its place in the order."""

    code = "commitment_state"
    rule = "A11.5"

    def __init__(self, case_number: str, state: str, wanted: str) -> None:
        self.case_number, self.state, self.wanted = case_number, state, wanted
        self.message_zh = f"案件 {case_number} 的资金状态已是“{state}”，不能再办理这一步。请刷新页面查看现状。"
        self.message_en = f"The money of case {case_number} is {state}: this step is closed. Load the page again."
        super().__init__(f"commitment of {case_number} is {state}, not {wanted}")


class CommitmentDiffersError(BooksError):
    """A step that is repeated must say the same as the first time."""

    code = "commitment_differs"

    def __init__(self, case_number: str, figure: str, found: object, wanted: object) -> None:
        self.case_number, self.figure, self.found, self.wanted = case_number, figure, found, wanted
        self.message_zh = f"案件 {case_number} 已按不同的内容办过这一步。请刷新页面查看现状。"
        self.message_en = f"This step of case {case_number} was done with another figure. Load the page again."
        super().__init__(f"commitment of {case_number}: {figure} is {found}, not {wanted}")


class YearLimitReachedError(BooksError):
    """What one enterprise claims in one year stays within its limit."""

    code = "year_limit_reached"
    rule = "A6.2"

    def __init__(self, policy_year: int, limit_fen: int, claimed_fen: int, wanted_fen: int) -> None:
        self.policy_year, self.limit_fen = policy_year, limit_fen
        self.claimed_fen, self.wanted_fen = claimed_fen, wanted_fen
        left = yuan(max(0, limit_fen - claimed_fen))
        self.message_zh = (
            f"本企业 {policy_year} 年度最多可申领 {yuan(limit_fen)} 元，已申领 {yuan(claimed_fen)} 元，"
            f"还剩 {left} 元，不足 {yuan(wanted_fen)} 元。请减少申请金额，或撤回其他未用的申请。"
        )
        self.message_en = (
            f"An enterprise may claim {yuan(limit_fen)} yuan in {policy_year}; {yuan(claimed_fen)} are claimed, {left} "
            f"are left, {yuan(wanted_fen)} were asked for. Ask for less, or withdraw another unused application."
        )
        super().__init__(f"{claimed_fen} + {wanted_fen} fen exceed {limit_fen} in {policy_year}")


class DepositMissingError(BooksError):
    """A voucher is issued when the whole rest of the contract's amount has come in."""

    code = "deposit_missing"
    rule = "A9.3"

    def __init__(self, case_number: str, expected_fen: int, held_fen: int) -> None:
        self.case_number, self.expected_fen, self.held_fen = case_number, expected_fen, held_fen
        self.message_zh = f"应收保证金 {yuan(expected_fen)} 元，已确认 {yuan(held_fen)} 元。请先核对银行流水确认到账。"
        self.message_en = (
            f"A deposit of {yuan(expected_fen)} yuan is due, {yuan(held_fen)} are confirmed. Confirm it first."
        )
        super().__init__(f"case {case_number}: {expected_fen} fen due, {held_fen} held")


class OverFaceValueError(BooksError):
    """Neither voucher nor deposit pays more than it holds, nor less than nothing."""

    code = "over_face_value"
    rule = "A11.2"

    def __init__(self, case_number: str, wanted_fen: int, held_fen: int) -> None:
        self.case_number, self.wanted_fen, self.held_fen = case_number, wanted_fen, held_fen
        self.message_zh = f"最多可支付 {yuan(held_fen)} 元，提出的是 {yuan(wanted_fen)} 元。请改正金额。"
        self.message_en = (
            f"At most {yuan(held_fen)} yuan can be paid, {yuan(wanted_fen)} were proposed. Mend the amount."
        )
        super().__init__(f"case {case_number}: {wanted_fen} fen of {held_fen}")


class FeeAbovePaymentError(BooksError):
    """The supervision fee is taken from what the agency gets, so it cannot be more."""

    code = "fee_above_payment"
    rule = "A11.12"

    def __init__(self, case_number: str, fee_fen: int, payment_fen: int) -> None:
        self.case_number, self.fee_fen, self.payment_fen = case_number, fee_fen, payment_fen
        self.message_zh = (
            f"监理服务费 {yuan(fee_fen)} 元超过应付服务机构的 {yuan(payment_fen)} 元，只能从中扣除。请改正金额。"
        )
        self.message_en = (
            f"A fee of {yuan(fee_fen)} yuan exceeds the agency's {yuan(payment_fen)}; it is taken from it."
        )
        super().__init__(f"case {case_number}: fee {fee_fen} of {payment_fen} fen")
