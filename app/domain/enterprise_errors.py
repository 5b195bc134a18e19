"""What is refused about enterprises and their declared figures.

DomainError
├── NoEnterpriseError          A5.1
├── FiguresOutOfRangeError     A5.2
├── FiguresOutOfTimeError      A5.2
├── IdentityNumberError        A11.4
└── BadCreditEntryTwiceError   A11.4
"""

from __future__ import annotations

from app.domain.errors import DomainError


class NoEnterpriseError(DomainError):
    """Only an organisation that is registered as an enterprise gets vouchers."""

    code = "no_enterprise"
    rule = "A5.1"

    def __init__(self, organisation_id: int) -> None:
        self.organisation_id = organisation_id
        self.message_zh = "这家单位没有登记为企业，不能申领服务券。请以企业身份登记，或联系运营中心。"
        self.message_en = "This organisation is not registered as an enterprise: register it as one, or ask the office."
        super().__init__(f"organisation {organisation_id} is no enterprise")


class FiguresOutOfRangeError(DomainError):
    """A declared figure is no less than nothing and no larger than any firm's."""

    code = "figures_out_of_range"
    rule = "A5.2"

    def __init__(self, name: str, value: int, most: int) -> None:
        self.name, self.value, self.most = name, value, most
        self.message_zh = f"数值 {value} 不在 0 至 {most} 之间，请检查单位（人、万元）后重填。"
        self.message_en = f"{value} does not lie between 0 and {most}: check the unit (people, 10,000 yuan)."
        super().__init__(f"{name} = {value}, at most {most}")


class FiguresOutOfTimeError(DomainError):
    """Figures are of this year or of one of the two before."""

    code = "figures_out_of_time"
    rule = "A5.2"

    def __init__(self, year: int, this_year: int) -> None:
        self.year, self.this_year = year, this_year
        self.message_zh = f"{year} 年的数据不能用：请填 {this_year - 2} 年至 {this_year} 年中最近一年的数据。"
        self.message_en = f"Figures of {year} do not count: give those of the latest year since {this_year - 2}."
        super().__init__(f"figures of {year} declared in {this_year}")


class IdentityNumberError(DomainError):
    """A resident's identity number has 18 characters and the right check digit; it is not repeated in the error."""

    code = "identity_number"
    rule = "A11.4"
    message_zh = "身份证号码不对：应为 18 位，且校验位正确。请对照证件重填。"
    message_en = "That is no resident identity number: 18 characters with the right check digit. Compare the card."


class BadCreditEntryTwiceError(DomainError):
    """One bad-credit entry for an organisation, or for a person, is enough."""

    code = "bad_credit_entry_twice"
    rule = "A11.4"
    message_zh = "该单位或个人已有不良信用记录，不必再录。"
    message_en = "This organisation or person has a bad-credit entry already."
