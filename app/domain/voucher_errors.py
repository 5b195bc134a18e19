"""What is refused between an application for a voucher and the voucher; each with its article, its figures, and what to do.

DomainError
├── ItemNotOfferedError          A9.1
├── ContractAbovePriceError      A9.1
├── ContractUsedError            A9.1
├── ContractFileUsedError        A9.1
├── PartyBarredError             A5.1, A11.4, A11.9
├── LitigationRefusedError       A7.1
├── AmountTooSmallError          A6.3
├── GrantAboveBoundError         A6.3
├── CorrectedOnceError           A9.2
├── OverrideWithoutReasonError   A9.2
├── UncheckedPassError           A9.2
└── VoucherNotLiveError          A2.1
"""

from __future__ import annotations

from app.domain.errors import DomainError
from app.domain.money_words import yuan


class ItemNotOfferedError(DomainError):
    """A voucher is applied for against a published item of an agency that is certified on the day."""

    code = "item_not_offered"
    rule = "A9.1"

    def __init__(self, item_id: int) -> None:
        self.item_id = item_id
        self.message_zh = "这个服务项目现在不在公开目录中，请从目录中另选一项。"
        self.message_en = "This service item is not in the public catalogue now: choose another one from the catalogue."
        super().__init__(f"item {item_id} is not offered")


class ContractAbovePriceError(DomainError):
    """A contract is not dearer than the published price, save for what the bureau tolerates."""

    code = "contract_above_price"
    rule = "A9.1"

    def __init__(self, contract_fen: int, most_fen: int, price_fen: int, tolerance_percent: int) -> None:
        self.contract_fen, self.most_fen, self.price_fen = contract_fen, most_fen, price_fen
        self.message_zh = (
            f"合同金额 {yuan(contract_fen)} 元超过上限 {yuan(most_fen)} 元（公布价 {yuan(price_fen)} 元，"
            f"最多高出 {tolerance_percent}%）。请核对合同金额，或与服务机构重订合同。"
        )
        self.message_en = (
            f"The contract of {yuan(contract_fen)} yuan is above {yuan(most_fen)} (published price {yuan(price_fen)} "
            f"plus {tolerance_percent} %). Check the amount or agree on another contract."
        )
        super().__init__(f"contract of {contract_fen} fen, at most {most_fen}")


class ContractUsedError(DomainError):
    """One contract carries one voucher: its number works once with an agency."""

    code = "contract_used"
    rule = "A9.1"

    def __init__(self, number: str) -> None:
        self.number = number
        self.message_zh = f"合同编号 {number} 已经用于另一件申请。一份合同只能申请一张服务券，请核对编号。"
        self.message_en = (
            f"Contract {number} is used by another application. One contract, one voucher: check the number."
        )
        super().__init__(f"contract number {number!r} is used")


class ContractFileUsedError(DomainError):
    """The same scan of a contract works once."""

    code = "contract_file_used"
    rule = "A9.1"

    def __init__(self, sha256: str) -> None:
        self.sha256 = sha256
        self.message_zh = "这份合同文件已经用于另一件申请。请上传本次合同的扫描件。"
        self.message_en = "This very file is used by another application. Upload the scan of this contract."
        super().__init__(f"contract file {sha256[:12]} is used")


class PartyBarredError(DomainError):
    """Some parties can be in no voucher contract, whatever else holds: bad credit, the operator and its affiliates."""

    code = "party_barred"

    def __init__(self, article: str, figures: str) -> None:
        self.rule, self.figures = article, figures
        self.message_zh = f"按 {article}，合同当事人不能使用服务券（{figures}）。如认为记录有误，请联系运营单位更正。"
        self.message_en = (
            f"By {article} a party to this contract can have no voucher ({figures}). If the record is wrong, ask the "
            "operator to correct it."
        )
        super().__init__(f"barred by {article}: {figures}")


class LitigationRefusedError(DomainError):
    """The legal category does not pay for litigation."""

    code = "litigation_refused"
    rule = "A7.1"
    message_zh = "法律类服务不包括诉讼代理，这份合同不能申请服务券。非诉讼部分可以另订合同后申请。"
    message_en = "The legal category does not cover litigation. Agree on a contract of its own for the other part."


class AmountTooSmallError(DomainError):
    """Below the smallest voucher nothing is granted."""

    code = "amount_too_small"
    rule = "A6.3"

    def __init__(self, face_fen: int, smallest_fen: int, binding_article: str) -> None:
        self.face_fen, self.smallest_fen, self.binding_article = face_fen, smallest_fen, binding_article
        self.message_zh = (
            f"可核定的面额只有 {yuan(face_fen)} 元（{binding_article}），低于最低 {yuan(smallest_fen)} 元，不能申请。"
            "请核对申请金额和合同金额；本年度额度用完的，可以下一年度再申请。"
        )
        self.message_en = (
            f"Only {yuan(face_fen)} yuan could be granted ({binding_article}), less than the smallest voucher of "
            f"{yuan(smallest_fen)}. Check both amounts; if this year's limit is used up, apply next year."
        )
        super().__init__(f"{face_fen} fen is below {smallest_fen}, bound by {binding_article}")


class GrantAboveBoundError(DomainError):
    """No reviewer passes more than what is reserved and what the bounds allow now."""

    code = "grant_above_bound"
    rule = "A6.3"

    def __init__(self, granted_fen: int, most_fen: int, article: str) -> None:
        self.granted_fen, self.most_fen, self.rule = granted_fen, most_fen, article
        self.message_zh = f"核定金额 {yuan(granted_fen)} 元超过上限 {yuan(most_fen)} 元（{article}），请改小。"
        self.message_en = f"{yuan(granted_fen)} yuan is above the bound of {yuan(most_fen)} ({article}): grant less."
        super().__init__(f"{granted_fen} fen granted, at most {most_fen} by {article}")


class CorrectedOnceError(DomainError):
    """Corrections are asked for once."""

    code = "corrected_once"
    rule = "A9.2"
    message_zh = "这件申请已经补正过一次，不能再要求补正。请通过或不予通过。"
    message_en = "This application has been corrected once already; pass it or refuse it."


class OverrideWithoutReasonError(DomainError):
    """Whoever sets a computed check aside says why."""

    code = "override_without_reason"
    rule = "A9.2"

    def __init__(self, checks: str) -> None:
        self.checks = checks
        self.message_zh = f"系统核对有不符合的条件（{checks}）。要通过，请选择“推翻系统结论”并写明理由，由主管复签。"
        self.message_en = (
            f"A computed check does not hold ({checks}). To pass, choose to override it and give the reason."
        )
        super().__init__(f"passed against {checks} without a reason")


class UncheckedPassError(DomainError):
    """Nothing passes whose facts or contract the reviewer found wrong."""

    code = "unchecked_pass"
    rule = "A9.2"
    message_zh = "核对项目中有“不符”的，不能通过。请要求补正或不予通过。"
    message_en = "A point that you checked does not hold: ask for corrections or refuse."


class VoucherNotLiveError(DomainError):
    """What has been used, has expired or was voided stays so."""

    code = "voucher_not_live"
    rule = "A2.1"

    def __init__(self, number: str, state: str) -> None:
        self.number, self.state = number, state
        self.message_zh = f"服务券 {number} 已不是有效状态，不能再办理。请刷新页面查看现状。"
        self.message_en = f"Voucher {number} is live no longer: load the page again to see how it stands."
        super().__init__(f"voucher {number} is {state}")
