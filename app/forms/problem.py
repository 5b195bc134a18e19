"""What is wrong with a form file, in words that its author can act on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FormProblem:
    """One thing in a form file that must be mended before it can be deployed."""

    path: str
    pointer: str
    """JSON pointer of the place in the file; "" is the whole file."""
    code: str
    message_zh: str
    message_en: str


class InvalidFormError(ValueError):
    """A form that does not keep to the dialect was about to be used."""

    code = "invalid_form"

    def __init__(self, problems: Sequence[FormProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{p.path}#{p.pointer}: {p.message_en}" for p in self.problems[:5]))


MESSAGES: dict[str, tuple[str, str]] = {
    "too_many_bytes": ("文件不得超过 {limit} 字节。", "Keep the file within {limit} bytes."),
    "not_json": ("不是有效的 UTF-8 JSON（{reason}）。", "Write valid JSON in UTF-8 ({reason})."),
    "repeated_key": ("同一对象里“{name}”出现两次，请删去一个。", "Remove the second “{name}” from this object."),
    "not_integer": (
        "数字 {number} 不是整数；金额用分、分数用百分之一分，写成整数。",
        "Write whole numbers only, not {number}: money in fen, scores in hundredths.",
    ),
    "too_deep": ("嵌套不得超过 {limit} 层。", "Nest no deeper than {limit} levels."),
    "too_many_fields": ("一张表单最多 {limit} 个字段，请拆成几张。", "Use at most {limit} fields; split the form."),
    "not_object": ("这里应是 JSON 对象。", "Put a JSON object here."),
    "not_schema": ("不符合 JSON Schema 2020-12：{reason}", "This is not valid JSON Schema 2020-12: {reason}"),
    "wrong_dialect": ("$schema 须为 {expected}。", "Set $schema to {expected}."),
    "foreign_reference": (
        "$ref 只能指向本文件的 #/$defs/<名称>，旁边只可有 x-ql。",
        "Let $ref point to #/$defs/<name> of this file, with x-ql as its only neighbour.",
    ),
    "circular_reference": ("$ref 绕回自身。", "Break the circle of $ref."),
    "unknown_keyword": (
        "“{name}”不能用在 {kind} 字段；可用：{allowed}。",
        "“{name}” cannot be used on a {kind} field; use {allowed}.",
    ),
    "unknown_hint": (
        "x-ql 里的“{name}”不能用在 {kind} 字段；可用：{allowed}。",
        "“{name}” in x-ql cannot be used on a {kind} field; use {allowed}.",
    ),
    "unknown_kind": (
        "看不出这是哪种字段：type、format、widget 的组合不在文档之列。",
        "Use a combination of type, format and widget that docs/forms.md lists.",
    ),
    "bad_name": (
        "名称“{name}”须是小写 snake_case，2 至 40 个字符。",
        "Name it in lower-case snake_case, 2 to 40 characters, not “{name}”.",
    ),
    "missing_text": (
        "缺 {name} 的中文和英文（zh、en 都要有，不为空）。",
        "Give {name} in both zh and en, neither empty.",
    ),
    "bad_text": (
        "{name} 只能含 zh 和 en 两段文字，各不超过 {limit} 字，不含控制字符。",
        "Let {name} hold zh and en only, each at most {limit} characters, without control characters.",
    ),
    "missing_hint": ("x-ql 里缺“{name}”。", "Add “{name}” to x-ql."),
    "bad_hint": ("x-ql 里的“{name}”应是{expected_zh}。", "In x-ql, “{name}” must be {expected_en}."),
    "bad_bound": ("“{name}”应是{expected_zh}。", "“{name}” must be {expected_en}."),
    "options_differ": (
        "options 与 enum 的取值须一一对应，差在：{names}。",
        "Give each value of enum its option and no other; they differ in: {names}.",
    ),
    "unknown_property": ("“{name}”不在同一层的 properties 里。", "“{name}” is not among the properties beside it."),
    "unknown_error_code": ("“{name}”不是错误代码；可用：{allowed}。", "“{name}” is no error code; use {allowed}."),
    "unsafe_pattern": ("pattern 不安全或不支持：{reason_zh}。", "Mend the pattern: {reason_en}."),
    "vacuous_condition": (
        "if 提到的“{name}”须同时列入该 if 的 required，否则没填时条件也成立。",
        "List “{name}” in the required of this if; otherwise the condition holds while it is empty.",
    ),
    "optional_group": (
        "组里有必填字段，组本身也须列入 required。",
        "List the group in required: it holds fields that are required.",
    ),
    "misplaced_outcome": (
        "outcome 只能有一个，放在最外层，并列入 required。",
        "Use one outcome at most, on the first level, listed in required.",
    ),
    "bad_bands": (
        "等级须从高到低，首尾相接不重叠，最高到满分，最低从 0 起。",
        "Order the bands from high to low, without overlap, the first up to the weight, the last down to 0.",
    ),
}


def problem(path: str, pointer: str, code: str, **params: object) -> FormProblem:
    """One problem, with its message in both languages."""
    zh, en = MESSAGES[code]
    return FormProblem(path, pointer, code, zh.format(**params), en.format(**params))
