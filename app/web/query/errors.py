"""What can be wrong with a query: where, what, and what to write instead, in both languages."""

from __future__ import annotations


class QueryError(ValueError):
    """A query that cannot be read; nothing is listed by it, and what was typed stays in its field."""

    code = "query_unreadable"

    def __init__(self, position: int, zh: tuple[str, str], en: tuple[str, str]) -> None:
        """Say where and what.

        Args:
            position: the character at which it goes wrong, from 0.
            zh: what is wrong, and a hint.
            en: the same in English.
        """
        self.position = position
        self.message_zh, self.hint_zh = zh
        self.message_en, self.hint_en = en
        super().__init__(f"at {position}: {en[0]}")


def unknown_field(position: int, name: str, nearest: str, known: str) -> QueryError:
    """A colon behind a word that is no field."""
    return QueryError(
        position,
        (f"没有“{name}”这个条件。", f"您是否要写 {nearest}:？可用的条件：{known}。要查找冒号本身，请加引号。"),
        (
            f"There is no field “{name}”.",
            f"Did you mean {nearest}:? Fields: {known}. To find a colon, put it in quotes.",
        ),
    )


def missing_value(position: int, name: str, example: str) -> QueryError:
    """Nothing stands behind the colon."""
    return QueryError(
        position,
        (f"“{name}:”后面没有值。", f"例如：{example}"),
        (f"Nothing stands behind “{name}:”.", f"For example: {example}"),
    )


def unclosed_quote(position: int) -> QueryError:
    """A quotation mark without its partner."""
    return QueryError(
        position,
        ("引号没有配对。", "请在文字末尾补一个引号。"),
        ("The quotation mark is not closed.", "Put another one behind the words."),
    )


def wrong_choice(position: int, name: str, value: str, choices: str) -> QueryError:
    """A value that the field does not know."""
    return QueryError(
        position,
        (f"“{name}”不能是“{value}”。", f"可以是：{choices}"),
        (f"“{name}” cannot be “{value}”.", f"It can be: {choices}"),
    )


def wrong_measure(position: int, name: str, value: str, example: str) -> QueryError:
    """A value that is no number of days, or no date."""
    return QueryError(
        position,
        (f"“{name}”读不懂“{value}”。", f"例如：{example}"),
        (f"“{name}” cannot read “{value}”.", f"For example: {example}"),
    )


def not_comparable(position: int, name: str, example: str) -> QueryError:
    """Less or more than a thing that has no order."""
    return QueryError(
        position,
        (f"“{name}”不能比较大小。", f"请去掉大于号或小于号，例如：{example}"),
        (f"“{name}” has no less or more.", f"Leave out < and >, for example: {example}"),
    )
