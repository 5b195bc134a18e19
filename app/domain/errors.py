"""What the programme refuses; each class is one broken rule, with its article, its figures, and words for people.

DomainError
├── ApplicationStillOpenError          A8.1
├── ItemOutsideCategoriesError         A8.1
├── ApplicationConcludedError          A8.1
├── CorrectionOfNothingError           A8.2
├── TooEarlyToRenewError               A8.6
├── NoticeOverError                    A8.6
├── IneligibleAgencyError              A4.1, A11.9
├── PoolTooSmallError                  A8.3
├── PanelNotCompleteError              A8.3
├── NotInThisPanelError                A8.3
├── InterestFoundError                 A8.3
├── SeatNotOpenError                   A8.3
├── NoFieldsError                      A8.3
├── RemindedTodayError                 A8.3
├── ScoresIncompleteError              A8.3
├── RubricNotFollowedError             A8.4
└── RevisionWithoutReasonError         A8.5
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date


class DomainError(Exception):
    """The root of the tree: `code` is stable, `rule` the article, the messages are for people."""

    code = "domain_error"
    rule: str | None = None
    message_zh = ""
    message_en = ""


class ApplicationStillOpenError(DomainError):
    """An organisation has one application for certification at a time."""

    code = "application_still_open"
    rule = "A8.1"

    def __init__(self, organisation_id: int) -> None:
        self.organisation_id = organisation_id
        self.message_zh = "贵机构已有一件认定申请正在办理，办结后才能再次申请。"
        self.message_en = "Your agency has an application under way; apply again when it has been concluded."
        super().__init__(f"organisation {organisation_id} has an open application")


class ItemOutsideCategoriesError(DomainError):
    """Every service item is of a category that the agency applies for."""

    code = "item_outside_categories"
    rule = "A8.1"

    def __init__(self, item: str, category: str) -> None:
        self.item, self.category = item, category
        self.message_zh = f"服务项目“{item}”的类别不在申请的服务类别之内。请加选该类别，或修改项目类别。"
        self.message_en = f"Service item “{item}” is of a category that you do not apply for: add it or mend it."
        super().__init__(f"item {item!r} is of category {category}, which is not applied for")


class ApplicationConcludedError(DomainError):
    """Only an application that is under way can be taken back."""

    code = "application_concluded"
    rule = "A8.1"

    def __init__(self, application_id: int) -> None:
        self.application_id = application_id
        self.message_zh = "这件申请已经办结，不能再撤回。"
        self.message_en = "This application has been concluded; there is nothing left to withdraw."
        super().__init__(f"application {application_id} is concluded")


class CorrectionOfNothingError(DomainError):
    """A correction is asked of a service item that the application has."""

    code = "correction_of_nothing"
    rule = "A8.2"

    def __init__(self, item_number: int | None, items: int) -> None:
        self.item_number, self.items = item_number, items
        self.message_zh = f"补正事项写的是第 {item_number} 个服务项目，而申请只有 {items} 个。请改正序号。"
        self.message_en = f"You ask for corrections of service item {item_number}; there are {items}. Mend the number."
        super().__init__(f"item {item_number} of {items}")


class TooEarlyToRenewError(DomainError):
    """A certificate is renewed in its last months, not before."""

    code = "too_early_to_renew"
    rule = "A8.6"

    def __init__(self, number: str, valid_until: date, opens_on: date) -> None:
        self.number, self.valid_until, self.opens_on = number, valid_until, opens_on
        self.message_zh = f"贵机构的认定证书 {number} 有效期至 {valid_until}，{opens_on} 起可以申请续期。"
        self.message_en = f"Your certificate {number} is valid until {valid_until}; renewal opens on {opens_on}."
        super().__init__(f"certificate {number} may be renewed from {opens_on}")


class NoticeOverError(DomainError):
    """Objections are taken while a notice runs."""

    code = "notice_over"
    rule = "A8.6"

    def __init__(self, number: str) -> None:
        self.number = number
        self.message_zh = f"{number} 的公示期已满或已撤回，不再接收异议。已认定后发现问题，可以向运营单位投诉举报。"
        self.message_en = (
            f"Notice {number} has ended: objections are no longer taken. Report later findings to the operator."
        )
        super().__init__(f"notice {number} is over")


class IneligibleAgencyError(DomainError):
    """No agency is certified against a computed check: region, credit code, affiliation with the operator."""

    code = "ineligible_agency"
    rule = "A4.1"

    def __init__(self, checks: Sequence[str], article: str) -> None:
        self.checks, self.rule = tuple(checks), article
        self.message_zh = "系统核对的基本条件不符合，不能认定。"
        self.message_en = "A condition that the system checks does not hold: the agency cannot be certified."
        super().__init__(f"failing checks: {', '.join(self.checks)}")


class PoolTooSmallError(DomainError):
    """The pool holds too few experts without an interest."""

    code = "pool_too_small"
    rule = "A8.3"

    def __init__(self, wanted: int, found: int) -> None:
        self.wanted, self.found = wanted, found
        self.message_zh = f"专家库中无利益关系的合适专家只有 {found} 名，需要 {wanted} 名。请先增补专家库。"
        self.message_en = f"The pool holds {found} suitable experts without an interest, {wanted} are needed: add some."
        super().__init__(f"{wanted} experts wanted, {found} found")


class PanelNotCompleteError(DomainError):
    """A panel is closed when every seat has scored every subject."""

    code = "panel_not_complete"
    rule = "A8.3"

    def __init__(self, panel_id: int, missing: int) -> None:
        self.panel_id, self.missing = panel_id, missing
        self.message_zh = f"还有 {missing} 个席位没有完成评分。"
        self.message_en = f"{missing} seats have not scored yet."
        super().__init__(f"panel {panel_id}: {missing} seats without scores")


class NotInThisPanelError(DomainError):
    """Only the expert of a seat may act for it."""

    code = "not_in_this_panel"
    rule = "A8.3"

    def __init__(self, seat_id: int, person_id: int) -> None:
        self.seat_id, self.person_id = seat_id, person_id
        self.message_zh = "这个席位不是您的。"
        self.message_en = "This seat is not yours."
        super().__init__(f"person {person_id} does not hold seat {seat_id}")


class ScoresIncompleteError(DomainError):
    """Every service item is scored, once each."""

    code = "scores_incomplete"
    rule = "A8.3"

    def __init__(self, wanted: int, found: int) -> None:
        self.wanted, self.found = wanted, found
        self.message_zh = f"申请有 {wanted} 个服务项目，您评了 {found} 个。请按申请逐项评分。"
        self.message_en = f"The application has {wanted} service items, you have scored {found}. Score each of them."
        super().__init__(f"{wanted} items to score, {found} scored")


class RubricNotFollowedError(DomainError):
    """Every criterion of the rubric is scored once, from nothing to its weight."""

    code = "rubric_not_followed"
    rule = "A8.4"

    def __init__(self, criterion: str, points_hundredths: int | None, weight_hundredths: int) -> None:
        self.criterion = criterion
        self.points_hundredths, self.weight_hundredths = points_hundredths, weight_hundredths
        self.message_zh = f"每个评分点都要评，且在 0 至满分 {weight_hundredths / 100:g} 之间。"
        self.message_en = f"Every criterion takes one score from 0 to its {weight_hundredths / 100:g} points."
        super().__init__(f"criterion {criterion}: {points_hundredths} of {weight_hundredths} hundredths")


class InterestFoundError(DomainError):
    """Nobody appraises an agency that the records tie them to, whatever they declare."""

    code = "interest_found"
    rule = "A8.3"

    def __init__(self, seat_id: int, person_id: int) -> None:
        self.seat_id, self.person_id = seat_id, person_id
        self.message_zh = "登记信息显示您与申请机构有利益关系，席位将由他人接替。"
        self.message_en = "The records tie you to the applicant: somebody else takes the seat."
        super().__init__(f"person {person_id} has an interest and cannot hold seat {seat_id}")


class NoFieldsError(DomainError):
    """An expert of the pool can appraise at least one field."""

    code = "no_fields"
    rule = "A8.3"

    def __init__(self, person_id: int) -> None:
        self.person_id = person_id
        self.message_zh = "请至少选一个专业领域。"
        self.message_en = "Choose at least one field."
        super().__init__(f"person {person_id} would be an expert of nothing")


class SeatNotOpenError(DomainError):
    """Only a seat whose holder has neither scored nor been replaced can be given to somebody else."""

    code = "seat_not_open"
    rule = "A8.3"

    def __init__(self, seat_id: int) -> None:
        self.seat_id = seat_id
        self.message_zh = "这位专家已经评完或已被替换，请刷新页面查看现状。"
        self.message_en = "This expert has scored or has been replaced: load the page again to see how things stand."
        super().__init__(f"seat {seat_id} is not open")


class RemindedTodayError(DomainError):
    """Nobody is reminded of the same case by hand twice on one day."""

    code = "reminded_today"
    rule = "A8.3"

    def __init__(self, person_id: int, case_number: str) -> None:
        self.person_id, self.case_number = person_id, case_number
        self.message_zh = "今天已经提醒过这位专家，明天可以再提醒。"
        self.message_en = "This expert has been reminded today; you can do it again tomorrow."
        super().__init__(f"person {person_id} was reminded of {case_number} today")


class RevisionWithoutReasonError(DomainError):
    """Whoever changes a score after the discussion says why."""

    code = "revision_without_reason"
    rule = "A8.5"

    def __init__(self, places: Sequence[tuple[int, str]]) -> None:
        self.places = tuple(places)
        self.message_zh = "改了分数的评分点，请写明为什么改；原来的理由仍保留在案卷里。"
        self.message_en = "Say why you changed the score; the first reason stays in the case file."
        super().__init__(f"no new reason at {', '.join(f'{subject}/{criterion}' for subject, criterion in places)}")
