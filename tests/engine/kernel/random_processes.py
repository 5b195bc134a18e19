"""Random block-structured processes.

A block is a tuple: ("user", id), ("work", id), ("seq", [blocks]), ("xor", id, [blocks], chosen), ("or", id, [blocks], chosen set),
("par", id, [blocks]), ("loop", id, block, rounds), ("sub", id, block), ("call", id, block), ("guard", id, block, handler), ("many", id, inner, count, sequential).
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from tests.drawing import process, task

Block = tuple[Any, ...]


@dataclass
class RandomProcess:
    """A process drawn by dice, its diagrams and the variables that steer its gateways."""

    dice: random.Random
    depth: int
    number: int = 0
    variables: dict[str, Any] = field(default_factory=dict)
    called: list[bytes] = field(default_factory=list)

    def build(self) -> tuple[Block, list[bytes]]:
        """The block and the diagrams, the main one first."""
        block = ("seq", [("user", "first"), self._block(self.depth, in_loop=False), ("user", "last")])
        return block, [_draw("main", self._body("main", block)), *self.called]

    def _id(self, kind: str) -> str:
        self.number += 1
        return f"{kind}{self.number}"

    def _block(self, depth: int, *, in_loop: bool) -> Block:
        kinds = ["user", "user", "work"]
        if depth > 0:
            kinds = ["seq", "seq", "xor", "par", "par", "loop", "sub", "call", "many", "guard"] + (
                [] if in_loop else ["or"]
            )
        kind = self.dice.choice(kinds)
        return getattr(self, f"_{kind}")(depth - 1, in_loop)  # type: ignore[no-any-return]

    def _blocks(self, depth: int, in_loop: bool, low: int = 2, high: int = 3) -> list[Block]:
        return [self._block(depth, in_loop=in_loop) for _ in range(self.dice.randint(low, high))]

    def _user(self, _depth: int, _in_loop: bool) -> Block:
        return ("user", self._id("user"))

    def _work(self, _depth: int, _in_loop: bool) -> Block:
        return ("work", self._id("work"))

    def _seq(self, depth: int, in_loop: bool) -> Block:
        return ("seq", self._blocks(depth, in_loop))

    def _xor(self, depth: int, in_loop: bool) -> Block:
        key, blocks = self._id("xor"), self._blocks(depth, in_loop)
        chosen = self.variables[f"c_{key}"] = self.dice.randrange(len(blocks))
        return ("xor", key, blocks, chosen)

    def _or(self, depth: int, in_loop: bool) -> Block:
        key, blocks = self._id("or"), self._blocks(depth, in_loop)
        chosen = self.dice.sample(range(len(blocks)), self.dice.randint(1, len(blocks)))
        self.variables |= {f"c_{key}_{place}": place in chosen for place in range(len(blocks))}
        return ("or", key, blocks, sorted(chosen))

    def _par(self, depth: int, in_loop: bool) -> Block:
        return ("par", self._id("par"), self._blocks(depth, in_loop))

    def _loop(self, depth: int, _in_loop: bool) -> Block:
        key = self._id("loop")
        self.variables[f"n_{key}"] = 0
        return ("loop", key, self._block(depth, in_loop=True), self.dice.randint(2, 3))

    def _sub(self, depth: int, in_loop: bool) -> Block:
        return ("sub", self._id("sub"), self._block(depth, in_loop=in_loop))

    def _call(self, depth: int, in_loop: bool) -> Block:
        key, block = self._id("call"), self._block(depth, in_loop=in_loop)
        self.called.append(_draw(f"called_{key}", self._body(f"called_{key}", block)))
        return ("call", key, block)

    def _many(self, depth: int, in_loop: bool) -> Block:
        key, kind = self._id("many"), self.dice.choice(["user", "sub", "call"])
        inner = ("user", key) if kind == "user" else (kind, key, self._block(max(depth, 0), in_loop=in_loop))
        if kind == "call":
            self.called.append(_draw(f"called_{key}", self._body(f"called_{key}", inner[2])))
        count = self.dice.randint(0, 3)
        self.variables[f"l_{key}"] = list(range(count))
        return ("many", key, inner, count, self.dice.random() < 0.4)

    def _guard(self, depth: int, in_loop: bool) -> Block:
        key = self._id("guard")
        inner = self.dice.choice([self._user, self._sub])(depth, in_loop)
        return ("guard", key, inner, ("user", f"{key}_after"))

    def _body(self, scope: str, block: Block) -> str:
        drawing = _Drawing(scope)
        first, last = drawing.draw(block)
        drawing.parts += [f'<bpmn:startEvent id="{scope}_start"/>', f'<bpmn:endEvent id="{scope}_end"/>']
        drawing.flow(f"{scope}_start", first)
        drawing.flow(last, f"{scope}_end")
        return "".join(drawing.parts)


def _draw(key: str, body: str) -> bytes:
    lane = "".join(f"{part.partition(chr(34))[0]} " for part in body.split('<bpmn:userTask id="')[1:])
    messages = "".join(
        f'<bpmn:message id="{part.partition(chr(34))[0]}" name="{part.partition(chr(34))[0]}"/>'
        for part in body.split('messageRef="')[1:]
    )
    return process(key, body, lanes={"reviewer": lane}, outside=messages)


class _Drawing:
    """Turns blocks into BPMN text; each returns its first and last element."""

    def __init__(self, scope: str) -> None:
        self.scope, self.parts, self.flows = scope, [], 0  # type: ignore[var-annotated]

    def flow(self, source: str, target: str, condition: str = "") -> str:
        self.flows += 1
        key = f"{self.scope}_flow{self.flows}"
        inner = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition else ""
        self.parts.append(
            f'<bpmn:sequenceFlow id="{key}" sourceRef="{source}" targetRef="{target}">{inner}</bpmn:sequenceFlow>'
        )
        return key

    def gateway(self, kind: str, key: str, default: str = "") -> str:
        attribute = f' default="{default}"' if default else ""
        self.parts.append(f'<bpmn:{kind}Gateway id="{key}"{attribute}/>')
        return key

    def count(self, key: str, name: str, value: str) -> str:
        """A business rule task that sets a variable."""
        self.parts.append(
            f'<bpmn:businessRuleTask id="{key}"><bpmn:extensionElements><ql:decision name="same">'
            f'<ql:input name="value" value="{value}"/><ql:output name="{name}" value="result"/></ql:decision>'
            "</bpmn:extensionElements></bpmn:businessRuleTask>"
        )
        return key

    def draw(self, block: Block) -> tuple[str, str]:
        return getattr(self, f"_{block[0]}")(*block[1:])  # type: ignore[no-any-return]

    def _user(self, key: str, inner: str = "") -> tuple[str, str]:
        self.parts.append(task(key, inner=inner, output=f"q_{key}=answers.step"))
        return key, key

    def _work(self, key: str) -> tuple[str, str]:
        return self.count(key, f"d_{key}", "1"), key

    def _seq(self, blocks: list[Block]) -> tuple[str, str]:
        drawn = [self.draw(block) for block in blocks]
        for (_, last), (first, _) in pairwise(drawn):
            self.flow(last, first)
        return drawn[0][0], drawn[-1][1]

    def _split(self, kind: str, key: str, blocks: list[Block], conditions: list[str]) -> tuple[str, str]:
        split, join = self.gateway(kind, f"{key}_split"), self.gateway(kind, f"{key}_join")
        for block, condition in zip(blocks, conditions, strict=True):
            first, last = self.draw(block)
            self.flow(split, first, condition)
            self.flow(last, join)
        return split, join

    def _xor(self, key: str, blocks: list[Block], _chosen: int) -> tuple[str, str]:
        return self._split("exclusive", key, blocks, [f"c_{key} = {place}" for place in range(len(blocks))])

    def _or(self, key: str, blocks: list[Block], _chosen: list[int]) -> tuple[str, str]:
        return self._split("inclusive", key, blocks, [f"c_{key}_{place}" for place in range(len(blocks))])

    def _par(self, key: str, blocks: list[Block]) -> tuple[str, str]:
        return self._split("parallel", key, blocks, [""] * len(blocks))

    def _loop(self, key: str, block: Block, rounds: int) -> tuple[str, str]:
        merge, split = self.gateway("exclusive", f"{key}_merge"), f"{key}_split"
        first, last = self.draw(block)
        counted = self.count(f"{key}_count", f"n_{key}", f"n_{key} + 1")
        reset = self.count(f"{key}_reset", f"n_{key}", "0")
        self.flow(reset, merge)  # at the beginning: an interrupted loop does not come to its end
        self.flow(merge, first)
        self.flow(last, counted)
        self.flow(counted, split)
        self.flow(split, merge, f"n_{key} &lt; {rounds}")
        leave = self.gateway("exclusive", f"{key}_leave")
        self.gateway("exclusive", split, default=self.flow(split, leave))
        return reset, leave

    def _sub(self, key: str, block: Block, inner: str = "") -> tuple[str, str]:
        inside = _Drawing(key)
        first, last = inside.draw(block)
        inside.parts += [f'<bpmn:startEvent id="{key}_start"/>', f'<bpmn:endEvent id="{key}_end"/>']
        inside.flow(f"{key}_start", first)
        inside.flow(last, f"{key}_end")
        self.parts.append(f'<bpmn:subProcess id="{key}">{inner}{"".join(inside.parts)}</bpmn:subProcess>')
        return key, key

    def _guard(self, key: str, inner: Block, handler: Block) -> tuple[str, str]:
        activity, _ = self.draw(inner)
        after, _ = self.draw(handler)
        self.parts.append(
            f'<bpmn:boundaryEvent id="{key}_event" attachedToRef="{activity}">'
            f'<bpmn:messageEventDefinition messageRef="{key}_message"/></bpmn:boundaryEvent>'
        )
        merge = self.gateway("exclusive", f"{key}_merge")
        self.flow(activity, merge)
        self.flow(f"{key}_event", after)
        self.flow(after, merge)
        return activity, merge

    def _call(self, key: str, _block: Block, inner: str = "") -> tuple[str, str]:
        self.parts.append(f'<bpmn:callActivity id="{key}" calledElement="called_{key}">{inner}</bpmn:callActivity>')
        return key, key

    def _many(self, key: str, inner: Block, _count: int, sequential: bool) -> tuple[str, str]:
        loop = (
            f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">'
            f"<bpmn:loopDataInputRef>l_{key}</bpmn:loopDataInputRef><bpmn:loopDataOutputRef>o_{key}</bpmn:loopDataOutputRef>"
            f'<bpmn:inputDataItem id="i_{key}" name="i_{key}"/><bpmn:outputDataItem id="r_{key}" name="i_{key}"/>'
            "</bpmn:multiInstanceLoopCharacteristics>"
        )
        return getattr(self, f"_{inner[0]}")(*inner[1:], inner=loop)  # type: ignore[no-any-return]
