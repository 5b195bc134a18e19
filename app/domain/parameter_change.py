"""The bureau changes a policy parameter: from a day on, with a reason, within bounds; never backwards (A3.1)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from app.domain.calendar import local_day
from app.domain.errors import DomainError
from app.domain.parameter_list import BELOW, PARAMETERS, Parameter
from app.domain.parameters import PolicyParameter, coming, forget_parameters, parameter
from app.domain.rules import parameter_names

DECIMALS = {"fen": 2, "hundredths of a point": 2, "hundredths of a percent": 2}
"""How many decimals people write of a value that is kept in hundredths; none of any other unit."""


class ParameterOutOfBoundsError(DomainError):
    """A parameter stays within what the measure allows."""

    code = "parameter_out_of_bounds"

    def __init__(self, wanted: Parameter, value: int) -> None:
        self.key, self.value, self.rule = wanted.key, value, wanted.article
        low, high, given = (in_figures(wanted.key, one) for one in (wanted.least, wanted.most, value))
        odd_zh, odd_en = ("，且为奇数", ", and odd") if wanted.is_odd else ("", "")
        self.message_zh = f"{given} 不行：应在 {low} 至 {high} 之间{odd_zh}（{wanted.article}）。请改成允许的数值。"
        self.message_en = f"{given} will not do: from {low} to {high}{odd_en} ({wanted.article}). Give a value within."
        super().__init__(f"{wanted.key} = {value}, allowed {wanted.least} to {wanted.most}")


class ParameterInThePastError(DomainError):
    """A change counts from today or from a later day: what counted on a past day stands."""

    code = "parameter_in_the_past"
    rule = "A3.1"

    def __init__(self, effective_on: date, today: date) -> None:
        self.effective_on, self.today = effective_on, today
        self.message_zh = f"{effective_on} 已经过去，当时的数值不能再改。请填 {today} 或之后的日期。"
        self.message_en = f"{effective_on} is past, and what counted then stands. Give {today} or a later day."
        super().__init__(f"effective on {effective_on}, today is {today}")


class ParametersOutOfOrderError(DomainError):
    """Of some pairs one figure stays below the other on every day."""

    code = "parameters_out_of_order"

    def __init__(self, lower: str, higher: str, values: tuple[int, int], on: date) -> None:
        self.lower, self.higher, self.on, self.rule = lower, higher, on, PARAMETERS[lower].article
        low, high = in_figures(lower, values[0]), in_figures(higher, values[1])
        zh, en = ({key: parameter_names()[key][language] for key in (lower, higher)} for language in ("zh", "en"))
        self.message_zh = (
            f"{on} 起“{zh[lower]}”（{low}）须小于“{zh[higher]}”（{high}）（{self.rule}）。请先改另一项，或换一个数值。"
        )
        self.message_en = (
            f"From {on} on “{en[lower]}” ({low}) has to stay below “{en[higher]}” ({high}) ({self.rule}): "
            "change the other one first, or give another value."
        )
        super().__init__(f"{lower} = {values[0]}, {higher} = {values[1]} on {on}")


def change_parameter(
    session: Session, key: str, value: int, *, effective_on: date, reason: str, by: int, now: datetime
) -> PolicyParameter:
    """Add a row: the value counts from that day until a later row does; a case under way keeps what it was opened under.

    Raises ParameterOutOfBoundsError, ParameterInThePastError, ParametersOutOfOrderError; KeyError for what is none.
    """
    wanted, today = PARAMETERS[key], local_day(now)
    if not wanted.least <= value <= wanted.most or (wanted.is_odd and value % 2 == 0):
        raise ParameterOutOfBoundsError(wanted, value)
    if effective_on < today:
        raise ParameterInThePastError(effective_on, today)
    row = PolicyParameter(
        key=key, value=value, effective_on=effective_on, reason=reason, article=wanted.article, set_by=by, set_at=now
    )
    _check_order(session, row)
    session.add(row)
    session.flush()
    forget_parameters(session)
    return row


def in_figures(key: str, value: int) -> str:
    """A value as people write it in figures: 300000 fen is 3000.00."""
    decimals = DECIMALS.get(PARAMETERS[key].unit, 0)
    return f"{value // 100}.{value % 100:02d}" if decimals else str(value)


def _check_order(session: Session, row: PolicyParameter) -> None:
    """Compare the pairs on the day of the change and on every later day on which either of them changes."""
    for lower, higher in BELOW:
        if row.key not in (lower, higher):
            continue
        days = {row.effective_on, *_days(session, lower, row), *_days(session, higher, row)}
        ends = min(_days(session, row.key, row), default=date.max)
        for on in sorted(one for one in days if one < ends or one == row.effective_on):
            low = row.value if row.key == lower else parameter(session, lower, on=on)
            high = row.value if row.key == higher else parameter(session, higher, on=on)
            if low >= high:
                raise ParametersOutOfOrderError(lower, higher, (low, high), on)


def _days(session: Session, key: str, row: PolicyParameter) -> list[date]:
    """The days after the change on which a parameter changes again."""
    return [one.effective_on for one in coming(session, key, after=row.effective_on)]
