"""Amounts as people write them: 1,234.00, and in Chinese capitals as letters, vouchers and payment orders carry them.

The capitals follow the rules of the People's Bank of China for writing bills (正确填写票据和结算凭证的基本规定): one 零 for
any run of noughts between figures, 零 before 分 when there is no 角, 整 where no 分 follows, so that nothing can be added.
"""

from __future__ import annotations

GREATEST_FEN = 99_999_999_999_999
"""The greatest amount that can be written: 9,999 亿 9,999 万 9,999.99 yuan."""

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ((1000, "仟"), (100, "佰"), (10, "拾"), (1, ""))
_GROUPS = ((10**8, "亿"), (10**4, "万"), (1, ""))


class AmountNotWrittenError(ValueError):
    """An amount below nothing or above GREATEST_FEN has no form in capitals."""

    code = "amount_not_written"
    message_zh = "大写金额只能写 0 至 9,999 亿元之间的数，请核对金额。"
    message_en = "Amounts in capitals go from 0 to 999,999,999,999.99 yuan: check the amount."

    def __init__(self, fen: int) -> None:
        self.fen = fen
        super().__init__(f"{fen} fen cannot be written in capitals")


def yuan(fen: int) -> str:
    """An amount of fen in yuan: 1,450.00."""
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{fen // 100:,}.{fen % 100:02d}"


def in_capitals(fen: int) -> str:
    """An amount of fen in Chinese capitals: 240000 is 人民币贰仟肆佰元整; raise AmountNotWrittenError."""
    if not 0 <= fen <= GREATEST_FEN:
        raise AmountNotWrittenError(fen)
    whole, jiao, odd_fen = fen // 100, fen // 10 % 10, fen % 10
    words = f"{_whole(whole)}元" if whole or not fen else ""
    if jiao:
        words += f"{_DIGITS[jiao]}角"
    elif whole and odd_fen:
        words += "零"
    words += f"{_DIGITS[odd_fen]}分" if odd_fen else "整"
    return f"人民币{words}"


def _whole(number: int) -> str:
    """Whole yuan, group by group of four figures; a group that is nought, or begins with one, makes one 零."""
    words, is_gap = "", False
    for worth, name in _GROUPS:
        group = number // worth % 10_000
        if group == 0:
            is_gap = bool(words)
            continue
        if words and (is_gap or group < 1000):
            words += "零"
        words, is_gap = words + _group(group) + name, False
    return words or "零"


def _group(number: int) -> str:
    """Four figures, 1 to 9999, without a 零 in front or at the end."""
    words, is_gap = "", False
    for worth, name in _PLACES:
        digit = number // worth % 10
        if digit == 0:
            is_gap = bool(words)
            continue
        words, is_gap = words + ("零" if is_gap else "") + _DIGITS[digit] + name, False
    return words
