"""What can speak against a deployment: one entry a rule, in both languages, with how to mend it.

The texts take the parameters of the finding by name. A test produces every rule of this catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: where it is, which rule it breaks, and how to mend it, for people."""

    file: str
    element: str | None
    rule: str
    message_zh: str
    message_en: str
    remedy_zh: str
    remedy_en: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """The words of one rule."""

    message_zh: str
    message_en: str
    remedy_zh: str
    remedy_en: str


def problem(rule: str, file: str, element: str | None = None, line: int | None = None, **words: object) -> Problem:
    """A finding in the words of its rule."""
    texts = RULES[rule]
    return Problem(
        file=file,
        element=element,
        rule=rule,
        message_zh=texts.message_zh.format(**words),
        message_en=texts.message_en.format(**words),
        remedy_zh=texts.remedy_zh.format(**words),
        remedy_en=texts.remedy_en.format(**words),
        line=line,
    )


RULES = {
    "path": Rule(
        "文件名 {path} 不是可部署的位置。", "{path} is not a place that can be deployed.",
        "使用 processes/<流程>/<流程>.bpmn、<决策>.dmn 或 forms/<流程>/<任务>.json。",
        "Use processes/<process>/<process>.bpmn, <decision>.dmn or forms/<process>/<task>.json.",
    ),
    "too_many_files": Rule(
        "一次部署最多 {limit} 个文件。", "A deployment holds at most {limit} files.", "分几次部署。", "Deploy in parts.",
    ),
    "too_large": Rule(
        "文件超过 {limit} KB。", "The file is larger than {limit} KB.", "拆成几个流程，用调用活动连接。",
        "Split it into processes and call them.",
    ),
    "not_xml": Rule(
        "不是完整的 XML：{reason}", "It is not well-formed XML: {reason}", "用 BPMN 编辑器重新保存。",
        "Save it again with a BPMN editor.",
    ),
    "doctype": Rule(
        "含 DOCTYPE 或实体声明。", "It declares a DOCTYPE or entities.", "删去 DOCTYPE。", "Remove the DOCTYPE.",
    ),
    "processing_instruction": Rule(
        "含处理指令 {name}。", "It holds the processing instruction {name}.", "删去它。", "Remove it.",
    ),
    "too_deep": Rule(
        "嵌套超过 {limit} 层。", "It is nested deeper than {limit} levels.", "拆成几个流程。", "Split it into processes.",
    ),
    "too_many_elements": Rule(
        "元素超过 {limit} 个。", "It has more than {limit} elements.", "拆成几个流程。", "Split it into processes.",
    ),
    "no_process": Rule(
        "部署里没有可执行的流程。", "The deployment holds no executable process.",
        '加上一个 isExecutable="true" 的流程。', 'Add a process with isExecutable="true".',
    ),
    "not_executable": Rule(
        "流程 {name} 没有标明可执行。", "Process {name} is not marked as executable.", '设 isExecutable="true"。',
        'Set isExecutable="true".',
    ),
    "element_refused": Rule(
        "{kind} 还不能在这里可靠地运行：{reason_zh}", "{kind} cannot run soundly here yet: {reason_en}",
        "{remedy_zh}", "{remedy_en}",
    ),
    "element_unknown": Rule(
        "不认识的元素 {kind}。", "Unknown element {kind}.", "删去它，或换成 BPMN 2.0 的元素。",
        "Remove it or use an element of BPMN 2.0.",
    ),
    "attribute_refused": Rule(
        "属性 {name} 不被允许。", "Attribute {name} is not allowed.", "删去它；需要的写在 ql: 扩展里。",
        "Remove it; say what is needed in the ql: extensions.",
    ),
    "extension_refused": Rule(
        "扩展 {name} 是别的引擎的。", "Extension {name} belongs to another engine.", "改用 ql: 扩展。",
        "Use the ql: extensions.",
    ),
    "extension_incomplete": Rule(
        "{name} 缺少 {missing}。", "{name} lacks {missing}.", "补上 {missing}。", "Add {missing}.",
    ),
    "id_missing": Rule("{kind} 没有 id。", "A {kind} has no id.", "给它一个 id。", "Give it an id."),
    "id_twice": Rule("id {name} 用了两次。", "Id {name} is used twice.", "每个元素用自己的 id。", "Give each element its own id."),
    "id_words": Rule(
        "id {name} 不是由下划线连接的小写单词。", "Id {name} is not made of snake_case words.",
        "用说明含义的词，例如 verify_papers。", "Use words that say what it is, such as verify_papers.",
    ),
    "dangling": Rule(
        "{attribute} 指向不存在的 {name}。", "{attribute} points to {name}, which does not exist.", "改正或删去这个引用。",
        "Mend or remove the reference.",
    ),
    "flow_crosses": Rule(
        "连线越过了流程或子流程的边界（BPMN 2.0 §7.6.1）。", "The flow crosses the border of a process or subprocess (BPMN 2.0 §7.6.1).",
        "在边界内连接，或用事件。", "Connect within the border, or use an event.",
    ),
    "flow_into_start": Rule(
        "开始事件不能有进入的连线（§10.5.2）。", "A start event takes no incoming flow (§10.5.2).", "改接到下一个节点。",
        "Lead it to the next node.",
    ),
    "flow_out_of_end": Rule(
        "结束事件不能有出去的连线（§10.5.3）。", "An end event has no outgoing flow (§10.5.3).", "删去它。", "Remove it.",
    ),
    "flow_into_boundary": Rule(
        "边界事件不能有进入的连线（§10.5.4）。", "A boundary event takes no incoming flow (§10.5.4).", "改接到活动。",
        "Lead it to the activity.",
    ),
    "no_start": Rule("{name} 没有开始事件。", "{name} has no start event.", "加上一个。", "Add one."),
    "several_starts": Rule("{name} 有几个开始事件。", "{name} has several start events.", "只留一个。", "Keep one."),
    "no_end": Rule("{name} 没有结束事件。", "{name} has no end event.", "加上一个。", "Add one."),
    "dead_end": Rule(
        "流程到这里就断了。", "The process ends here without an end event.", "连到下一步或结束事件。",
        "Lead it on, or to an end event.",
    ),
    "unreachable": Rule("没有路到达这里。", "Nothing leads here.", "连上它，或删去它。", "Connect it, or remove it."),
    "condition_missing": Rule(
        "{name} 这条出路没有条件，也不是默认。", "Flow {name} has neither a condition nor is it the default.",
        "写上条件，或设为默认。", "Give it a condition, or make it the default.",
    ),
    "condition_misplaced": Rule(
        "这里的条件不起作用。", "A condition has no effect here.", "把条件放在排他网关之后。",
        "Put conditions behind an exclusive gateway.",
    ),
    "default_conditional": Rule(
        "默认出路不能带条件。", "The default flow takes no condition.", "删去条件。", "Remove the condition.",
    ),
    "event_gateway_target": Rule(
        "事件网关后面只能是捕获事件（§10.6.6）。", "Only catching events may follow an event-based gateway (§10.6.6).",
        "在它后面放消息或定时事件。", "Put message or timer events behind it.",
    ),
    "endless_loop": Rule(
        "这个循环里没有人或时间可等，会永远转下去。", "This loop waits for nobody and nothing, and would never end.",
        "在循环里放一个用户任务或定时事件。", "Put a user task or a timer into the loop.",
    ),
    "timer_ambiguous": Rule(
        "定时事件要写时刻、时长、周期中的一个。", "A timer takes exactly one of date, duration and cycle.", "只留一个。",
        "Keep one of them.",
    ),
    "message_undefined": Rule(
        "消息事件没有指明消息。", "The message event names no message.", "选择一个消息。", "Choose a message.",
    ),
    "error_undefined": Rule(
        "错误事件没有指明错误代码。", "The error event names no error code.", "选择一个带 errorCode 的错误。",
        "Choose an error that has an errorCode.",
    ),
    "event_undefined": Rule(
        "事件没有定义它等什么。", "The event does not say what it waits for.", "给它一个定时、消息或错误定义。",
        "Give it a timer, message or error definition.",
    ),
    "loop_undefined": Rule(
        "多实例既没有集合也没有次数。", "The multi-instance has neither a collection nor a cardinality.",
        "写 loopDataInputRef 或 loopCardinality。", "Give it loopDataInputRef or loopCardinality.",
    ),
    "process_name": Rule(
        "流程 {name} 与它的文件名不一致。", "Process {name} is not named like its file.", "流程、文件夹、文件用同一个名字。",
        "Use one name for process, folder and file.",
    ),
    "lane_unknown": Rule(
        "泳道 {name} 不是任何角色。", "Lane {name} is no role.", "泳道 id 用：{roles}。", "Use one of {roles} as the lane's id.",
    ),
    "lane_missing": Rule(
        "它不在任何泳道里，没有人能办。", "It lies in no lane, so nobody can do it.", "放进一个泳道。", "Put it into a lane.",
    ),
    "lane_twice": Rule("它在几个泳道里。", "It lies in several lanes.", "只放进一个。", "Put it into one."),
    "form_missing": Rule("没有表单 {name}。", "There is no form {name}.", "部署时附上它。", "Deploy it together."),
    "form_faulty": Rule("表单有误：{reason_zh}", "The form is faulty: {reason_en}", "改正表单。", "Mend the form."),
    "answer_unknown": Rule(
        "表单里没有 {name}。", "The form has no {name}.", "改用表单有的字段。", "Use a field that the form has.",
    ),
    "operation_missing": Rule(
        "服务任务没有 ql:operation。", "The service task has no ql:operation.", "选择一个处理。", "Choose an operation.",
    ),
    "operation_unknown": Rule(
        "没有处理 {name}。", "There is no operation {name}.", "选择列表里的处理。", "Choose one that exists.",
    ),
    "input_unknown": Rule(
        "{name} 不是 {callee} 的输入。", "{name} is no input of {callee}.", "删去它。", "Remove it.",
    ),
    "input_missing": Rule("{callee} 缺少输入 {name}。", "{callee} lacks its input {name}.", "补上它。", "Add it."),
    "decision_missing": Rule(
        "没有决策表 {name}。", "There is no decision {name}.", "部署时附上 {name}.dmn。", "Deploy {name}.dmn together.",
    ),
    "decision_faulty": Rule("决策表有误：{reason}", "The decision is faulty: {reason}", "改正它。", "Mend it."),
    "called_missing": Rule(
        "没有被调用的流程 {name}。", "There is no process {name} to call.", "部署时附上它。", "Deploy it together.",
    ),
    "error_unthrown": Rule(
        "这里不会出现错误 {name}。", "Error {name} is never raised here.", "删去边界事件，或改用会出现的错误。",
        "Remove the boundary event, or use an error that can occur.",
    ),
    "separate_unknown": Rule(
        "ql:separate-from 里的 {name} 不是用户任务。", "{name} in ql:separate-from is no user task.", "写用户任务的 id。",
        "Name a user task.",
    ),
    "expression_faulty": Rule(
        "表达式有误：{text}。{reason}", "The expression is faulty: {text}. {reason}", "改正这个 FEEL 表达式。",
        "Mend the FEEL expression.",
    ),
    "variable_unknown": Rule(
        "没有任何步骤给出变量 {name}：{text}", "No step sets the variable {name}: {text}",
        "在表单、处理或 ql:variable 里给出它，或改正拼写。", "Set it by a form, an operation or ql:variable, or mend its spelling.",
    ),
    "not_drawn": Rule(
        "它没有画在图上。", "It is not drawn in the diagram.", "用编辑器画出它。", "Draw it with an editor.",
    ),
    "out_of_time": Rule(
        "检查这些文件用时或内存过多，已停止。", "Checking these files took too long or too much memory and was stopped.",
        "简化文件。", "Make the files simpler.",
    ),
}  # fmt: skip
