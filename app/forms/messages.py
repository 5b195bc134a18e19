"""The words for every error code, in both languages: what to do, never what a validator thinks."""

from __future__ import annotations

from collections.abc import Mapping

from app.forms.field import Kind
from app.forms.text import Text

BY_CODE: Mapping[str, Text] = {
    "required": Text("请填写{title}。", "fill in “{title}”."),
    "malformed": Text("请重新填写{title}。", "fill in “{title}” again."),
    "control_character": Text(
        "{title}含有看不见的控制字符，请删去后重新输入。",
        "type “{title}” again: it holds control characters that cannot be seen.",
    ),
    "not_offered": Text("{title}请从所列选项中选择。", "{title}: choose one of the options listed."),
    "must_be_ticked": Text("请确认并勾选：{title}。", "confirm by ticking: {title}."),
    "repeated": Text("{title}有重复，每项只选一次。", "{title}: choose each option once."),
    "too_short": Text("{title}至少写 {limit} 个字。", "{title}: write at least {limit} characters."),
    "too_long": Text("{title}最多写 {limit} 个字，请删减。", "{title}: shorten to at most {limit} characters."),
    "wrong_pattern": Text("{title}的写法不符合要求，请按说明填写。", "{title}: write it the way the hint says."),
    "too_small": Text("{title}请填写不小于 {limit} 的数。", "{title}: enter {limit} or more."),
    "too_large": Text("{title}请填写不大于 {limit} 的数。", "{title}: enter {limit} or less."),
    "wrong_step": Text("{title}请按 {limit} 的整数倍填写。", "{title}: enter a multiple of {limit}."),
    "too_few": Text("{title}至少填 {limit} 项。", "{title}: give at least {limit}."),
    "too_many": Text("{title}最多 {limit} 项，请删去多余的。", "{title}: keep at most {limit}, and remove the rest."),
    "too_early": Text("{title}请填写 {limit} 或之后的日期。", "{title}: enter {limit} or a later date."),
    "too_late": Text("{title}请填写 {limit} 或之前的日期。", "{title}: enter {limit} or an earlier date."),
    "before_other": Text("{title}不能早于{other} {limit}。", "{title}: enter {limit} ({other}) or a later date."),
    "after_other": Text("{title}不能晚于{other} {limit}。", "{title}: enter {limit} ({other}) or an earlier date."),
    "reason_required_from": Text(
        "{title}达到 {points} 分须写理由。", "{title}: give a reason for a score of {points} or more."
    ),
    "reason_required_below": Text(
        "{title}低于 {points} 分须写理由。", "{title}: give a reason for a score below {points}."
    ),
    "not_applicable": Text(
        "按您其他的回答，{title}不用填，请清空。", "clear “{title}”: your other answers do not ask for it."
    ),
    "unknown_field": Text("表单里没有“{name}”这一项，请去掉。", "remove “{name}”: the form has no such field."),
    "answers_too_large": Text(
        "内容太多或层次太深，请减少后再提交。", "send less: the answers are too many or too deep."
    ),
    "unknown_file": Text(
        "{title}请重新上传，系统里找不到您上传的这份文件。", "upload “{title}” again: no such file of yours is stored."
    ),
    "file_type": Text("{title}请上传 {types} 文件。", "{title}: upload a file of type {types}."),
    "file_size": Text("{title}请上传 {max_mib} MB 以内的文件。", "{title}: upload a file of at most {max_mib} MB."),
    "file_empty": Text("{title}的文件是空的，请重新选择。", "{title}: choose another file, this one is empty."),
}

BY_KIND: Mapping[tuple[str, Kind], Text] = {
    ("required", Kind.CHOICE): Text("请选择{title}。", "choose an answer for “{title}”."),
    ("required", Kind.CHECKBOXES): Text("{title}请至少选一项。", "{title}: choose at least one."),
    ("required", Kind.YES_NO): Text("{title}请选择是或否。", "{title}: choose yes or no."),
    ("required", Kind.CHECKBOX): Text("请确认并勾选：{title}。", "confirm by ticking: {title}."),
    ("required", Kind.FILE): Text("请上传{title}。", "upload “{title}”."),
    ("required", Kind.FILES): Text("请上传{title}。", "upload “{title}”."),
    ("required", Kind.ROWS): Text("{title}请至少填一行。", "{title}: fill in at least one row."),
    ("required", Kind.CRITERION): Text("请给{title}打分。", "give a score for “{title}”."),
    ("required", Kind.OUTCOME): Text("请选择一个处理结果。", "choose one of the outcomes."),
    ("required", Kind.DECIMAL): Text("请填写{title}，用数字。", "fill in “{title}” as a number."),
    ("malformed", Kind.INTEGER): Text("{title}请填写整数，例如 46。", "{title}: enter a whole number, for example 46."),
    ("malformed", Kind.DECIMAL): Text(
        "{title}请填写数字，最多 {decimals} 位小数，例如 28.5。",
        "{title}: enter a number with at most {decimals} decimals, for example 28.5.",
    ),
    ("malformed", Kind.MONEY): Text(
        "{title}请填写金额，最多两位小数，例如 1,800.00。",
        "{title}: enter an amount with at most two decimals, for example 1,800.00.",
    ),
    ("malformed", Kind.DATE): Text(
        "{title}请按 年-月-日 填写一个真实的日期，例如 2026-11-24。",
        "{title}: enter a day that exists as year-month-day, for example 2026-11-24.",
    ),
    ("malformed", Kind.CREDIT_CODE): Text(
        "{title}应为 18 位，请对照营业执照核对：有一位不对。",
        "{title}: compare the 18 characters with the licence; at least one is wrong.",
    ),
    ("malformed", Kind.EMAIL): Text(
        "{title}请写完整，例如 name@example.cn。", "{title}: write it in full, for example name@example.cn."
    ),
    ("malformed", Kind.PHONE): Text(
        "{title}请填写手机号，或带区号的电话，例如 0951-5012345。",
        "{title}: enter a mobile number, or a telephone with area code such as 0951-5012345.",
    ),
    ("malformed", Kind.YES_NO): Text("{title}请选择是或否。", "{title}: choose yes or no."),
    ("malformed", Kind.FILE): Text("{title}请重新上传。", "upload “{title}” again."),
    ("malformed", Kind.FILES): Text("{title}请重新上传。", "upload “{title}” again."),
    ("malformed", Kind.CHOICE): Text("{title}请从所列选项中选择。", "{title}: choose one of the options listed."),
    ("too_small", Kind.MONEY): Text("{title}请填写不少于 {limit} 元的金额。", "{title}: enter {limit} yuan or more."),
    ("too_large", Kind.MONEY): Text("{title}请填写不超过 {limit} 元的金额。", "{title}: enter {limit} yuan or less."),
    ("too_many", Kind.FILES): Text(
        "{title}最多 {limit} 个文件，请去掉多余的。", "{title}: keep at most {limit} files."
    ),
    ("too_few", Kind.FILES): Text("{title}至少上传 {limit} 个文件。", "{title}: upload at least {limit} files."),
    ("too_few", Kind.CHECKBOXES): Text("{title}至少选 {limit} 项。", "{title}: choose at least {limit}."),
    ("too_many", Kind.CHECKBOXES): Text("{title}最多选 {limit} 项。", "{title}: choose at most {limit}."),
}
