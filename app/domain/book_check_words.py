"""What the check of the books calls its invariants and figures, in both languages."""

from __future__ import annotations

FINDINGS: dict[int, tuple[str, str]] = {
    1: ("每笔分录借贷平衡，试算平衡为零", "Each entry balances; the trial balance is zero"),
    2: ("各账户余额等于各案件之和", "The accounts are the sums of their cases"),
    3: ("拨入加利息等于可用、预留、在途、已支之和", "What came in is available, reserved, outstanding or spent"),
    4: ("企业年度限额与每张券只用一次", "Each enterprise's year, and each voucher once"),
    5: ("现金与银行流水一致", "Cash equals the bank's statement"),
}
FIGURES: dict[str, tuple[str, str]] = {
    "trial_balance": ("借方合计与贷方合计", "Debit side and credit side"),
    "entries_without_lines": ("没有明细的分录数", "Entries without lines"),
    "balance": ("余额与明细之和", "Balance and the sum of its lines"),
    "negative_balances": ("负余额账户数", "Accounts below nothing"),
    "reserved": ("预留与各申请之和", "Reserved, and the open applications"),
    "outstanding": ("在途与有效券之和", "Outstanding, and the live vouchers"),
    "deposits": ("保证金与各案件之和", "Deposits held, and the cases"),
    "owed": ("应付与付款指令之和", "Payable, and the open payment orders"),
    "returning": ("待退流水与付款指令之和", "To be sent back, and the payment orders"),
    "suspense": ("待认领与流水之和", "Suspense, and its bank lines"),
    "purse": ("拨入、利息与资金池", "What came in, and the purse"),
    "expenditure": ("已支与支出", "Spent, and expenditure"),
    "claims": ("与案件不符的企业年度数", "Enterprise years that differ from their cases"),
    "shares": ("与案件不符的类别数", "Categories that differ from their cases"),
    "over_the_limit": ("超过年度限额的企业数", "Enterprises over their year's limit"),
    "vouchers_torn": ("结算加退回不等于面额的券数", "Vouchers not settled or returned whole"),
    "ended_twice": ("终结超过一次的案件数", "Cases that ended more than once"),
    "settled": ("结算额与已支", "Settled, and spent"),
    "cash": ("已入账流水与现金", "Booked bank lines, and cash"),
    "cash_without_the_bank": ("没有对应流水的现金分录数", "Cash entries without their bank line"),
    "reconciled": ("对账日余额", "Balance of a reconciled day"),
}
