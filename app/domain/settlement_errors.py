"""What the settlement of a voucher refuses; each class is one broken rule, with its article, its figures, and words for people.

DomainError
├── ServiceReportedError        A10.1
├── NotEvaluatedError           A10.1
├── ShareDoneMissingError       A10.1
├── ReceiptUsedError            A10.2
├── ReceiptRepeatedError        A10.2
├── ReceiptsDoNotAddUpError     A10.2
├── DifferencesUnexplainedError A10.3
├── ShareUnreasonedError        A10.3
├── SignatureMissingError       A10.3
├── InspectionMissingError      A11.1
├── AlreadySettledError         A2.1
└── FeeRateError                A11.12
"""

from __future__ import annotations

from app.domain.errors import DomainError
from app.domain.money_words import yuan


class ServiceReportedError(DomainError):
    """A voucher whose service was reported as done is settled by what was done; it is not withdrawn."""

    code = "service_reported"
    rule = "A10.1"

    def __init__(self, case_number: str) -> None:
        self.case_number = case_number
        self.message_zh = (
            "服务机构已报告服务完成，不能再撤回。服务没有完成的，请在评价中写明，由运营单位按实际完成情况结算。"
        )
        self.message_en = (
            "The agency has reported the service as done: it cannot be withdrawn now. Say in your evaluation what was not "
            "done; the operator settles by that."
        )
        super().__init__(f"the service of case {case_number} was reported as done")


class NotEvaluatedError(DomainError):
    """Nothing is claimed or settled before the service has been evaluated."""

    code = "not_evaluated"
    rule = "A10.1"

    def __init__(self, case_number: str) -> None:
        self.case_number = case_number
        self.message_zh = "服务还没有评价，不能办理结算。请先由企业评价，或电话回访代评。"
        self.message_en = "The service has not been evaluated yet: let the enterprise do so, or evaluate by telephone."
        super().__init__(f"case {case_number} has no evaluation")


class ShareDoneMissingError(DomainError):
    """Whoever says “partly” says how much; whoever does not, says nothing of a share."""

    code = "share_done_missing"
    rule = "A10.1"

    def __init__(self, delivery: str, share_done_percent: int | None) -> None:
        self.delivery, self.share_done_percent = delivery, share_done_percent
        self.message_zh = "验收结果为“部分完成”时，请填写完成的比例（1%–99%）；其他结果不填。"
        self.message_en = "Give the share done (1 to 99 %) if the delivery is partly accepted, and only then."
        super().__init__(f"delivery {delivery} with share {share_done_percent}")


class ReceiptUsedError(DomainError):
    """An invoice number works once, in whichever case."""

    code = "receipt_used"
    rule = "A10.2"

    def __init__(self, number: str) -> None:
        self.number = number
        self.message_zh = (
            f"发票号 {number} 已经用于另一件结算，同一发票只能使用一次。请核对发票号，或改用本合同的发票。"
        )
        self.message_en = (
            f"Invoice {number} has been used in another settlement and works once: check it, or give this contract's."
        )
        super().__init__(f"invoice {number} is used")


class ReceiptRepeatedError(DomainError):
    """An invoice stands once among the receipts of a claim."""

    code = "receipt_repeated"
    rule = "A10.2"

    def __init__(self, number: str, place: int) -> None:
        self.number, self.place = number, place
        self.message_zh = f"发票号 {number} 填了两次，请删去重复的一行。"
        self.message_en = f"Invoice {number} is listed twice: remove one of the rows."
        super().__init__(f"invoice {number} stands again at place {place}")


class ReceiptsDoNotAddUpError(DomainError):
    """The receipts add up to the enterprise's own part, to the fen."""

    code = "receipts_do_not_add_up"
    rule = "A10.2"

    def __init__(self, own_part_fen: int, found_fen: int) -> None:
        self.own_part_fen, self.found_fen = own_part_fen, found_fen
        self.message_zh = (
            f"发票合计 {yuan(found_fen)} 元，须等于合同金额减面值，即 {yuan(own_part_fen)} 元，"
            f"相差 {yuan(abs(found_fen - own_part_fen))} 元。请核对每张发票的金额，或补上缺少的发票。"
        )
        self.message_en = (
            f"The receipts add up to {yuan(found_fen)} yuan; contract less face value is {yuan(own_part_fen)}: "
            f"{yuan(abs(found_fen - own_part_fen))} apart. Check each amount, or add the receipt that is missing."
        )
        super().__init__(f"receipts of {found_fen} for {own_part_fen} fen")


class DifferencesUnexplainedError(DomainError):
    """Whoever accepts a claim whose records differ says why that is right."""

    code = "differences_unexplained"
    rule = "A10.3"

    def __init__(self, fields: tuple[str, ...]) -> None:
        self.fields = fields
        self.message_zh = f"比对有 {len(fields)} 项不一致。请在“不一致的说明”中写明为什么仍可结算，或退回机构改正。"
        self.message_en = (
            f"{len(fields)} fields of the comparison differ: say under “Differences” why it can be settled all the same, "
            "or send the claim back."
        )
        super().__init__(f"unexplained differences: {', '.join(fields)}")


class ShareUnreasonedError(DomainError):
    """A share other than the table's has a reason, and is another one."""

    code = "share_unreasoned"
    rule = "A10.3"

    def __init__(self, proposed_percent: int) -> None:
        self.proposed_percent = proposed_percent
        self.message_zh = (
            f"规则表提出的应付比例是 {proposed_percent}%。要改成别的比例，请填写比例和理由；不改的，选“按比例结算”。"
        )
        self.message_en = f"The table proposes {proposed_percent} %. For another share give it with a reason."
        super().__init__(f"share without reason; {proposed_percent} % is proposed")


class SignatureMissingError(DomainError):
    """Under the whole, for a picked claim, or against the table or the records, a supervisor signs who did not review."""

    code = "signature_missing"
    rule = "A10.3"

    def __init__(self, case_number: str) -> None:
        self.case_number = case_number
        self.message_zh = "这件结算须由没有参加审核的主管签字后才能付款。"
        self.message_en = "This settlement needs the signature of a supervisor who did not review it."
        super().__init__(f"case {case_number} needs a second signature")


class InspectionMissingError(DomainError):
    """A claim that is picked is inspected before it is settled."""

    code = "inspection_missing"
    rule = "A11.1"

    def __init__(self, case_number: str) -> None:
        self.case_number = case_number
        self.message_zh = "这件结算被选中抽查，请先登记抽查结果。"
        self.message_en = "This claim was picked for inspection: record what was found first."
        super().__init__(f"case {case_number} was picked and not inspected")


class AlreadySettledError(DomainError):
    """A voucher is settled once."""

    code = "already_settled"
    rule = "A2.1"

    def __init__(self, case_number: str) -> None:
        self.case_number = case_number
        self.message_zh = "这张服务券已经结算，不能再次结算。"
        self.message_en = "This voucher has been settled; it works once."
        super().__init__(f"case {case_number} is settled")


class FeeRateError(DomainError):
    """The supervision fee is between 3.00 and 6.00 per cent."""

    code = "fee_rate"
    rule = "A11.12"

    def __init__(self, hundredths_percent: int) -> None:
        self.hundredths_percent = hundredths_percent
        rate = f"{hundredths_percent // 100}.{hundredths_percent % 100:02d}"
        self.message_zh = f"监理服务费比例 {rate}% 不在 3.00%–6.00% 之内，不能采用。请主管局改正政策参数。"
        self.message_en = (
            f"A supervision fee of {rate} % is outside 3.00 to 6.00 %: the bureau must mend the parameter."
        )
        super().__init__(f"fee of {hundredths_percent} hundredths of a percent")
