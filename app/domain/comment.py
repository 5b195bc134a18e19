"""Comments on a case: for the team, or for the applicant too; never edited, withdrawn with a trace.

CommentError
├── CommentEmptyError       nothing is said
├── CommentTooLongError     more than 2,000 characters
├── NobodyCalledError       @somebody whom nobody of the team is called
└── CommentNotYoursError    only its writer withdraws a comment
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant
from app.domain.errors import DomainError

TEXT_MAX_CHARACTERS = 2_000


class Audience(StrEnum):
    """Who reads a comment."""

    TEAM = "team"
    APPLICANT = "applicant"
    """The applicant too."""


class CaseComment(Base):
    """One comment; its words stay as they were written."""

    __tablename__ = "case_comment"
    __table_args__ = (
        sa.CheckConstraint("audience IN ('team', 'applicant')", name="audience"),
        sa.CheckConstraint(f"length(text) BETWEEN 1 AND {TEXT_MAX_CHARACTERS}", name="text_length"),
        sa.Index("ix_case_comment_case_number", "case_number", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_number: Mapped[str] = mapped_column(sa.String(80))
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    is_applicants: Mapped[bool] = mapped_column(
        comment="whether the writer spoke for the applicant, not for the office"
    )
    audience: Mapped[str] = mapped_column(sa.String(9))
    text: Mapped[str] = mapped_column(sa.Text)
    written_at: Mapped[datetime] = mapped_column(Instant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant, comment="NULL: it stands")


class CommentMention(Base):
    """A colleague who is asked for in a comment: theirs to answer."""

    __tablename__ = "comment_mention"

    comment_id: Mapped[int] = mapped_column(sa.ForeignKey("case_comment.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True, index=True)
    answered_at: Mapped[datetime | None] = mapped_column(Instant, comment="NULL: still to be answered")


class CommentError(DomainError):
    """A comment cannot be taken."""

    code = "comment"


class CommentEmptyError(CommentError):
    """A comment says something."""

    code = "comment_empty"
    message_zh = "请写下留言内容。"
    message_en = "Write what you want to say."


class CommentTooLongError(CommentError):
    """A comment has at most 2,000 characters."""

    code = "comment_too_long"

    def __init__(self, length: int) -> None:
        self.length = length
        self.message_zh = f"留言有 {length} 字，请缩短到 {TEXT_MAX_CHARACTERS} 字以内。"
        self.message_en = f"The comment has {length} characters; shorten it to {TEXT_MAX_CHARACTERS:,}."
        super().__init__(self.message_en)


class NobodyCalledError(CommentError):
    """Who is mentioned is a colleague who may read the case."""

    code = "nobody_called"

    def __init__(self, word: str) -> None:
        self.word = word
        self.message_zh = f"没有叫“{word}”的同事。请照下面的名单写，或去掉 @。"
        self.message_en = f"No colleague is called “{word}”: write a name of the list below, or leave out the @."
        super().__init__(self.message_en)


class CommentNotYoursError(CommentError):
    """Only its writer withdraws a comment."""

    code = "comment_not_yours"
    message_zh = "只有留言人本人可以撤回。"
    message_en = "Only its writer can withdraw a comment."


@dataclass(frozen=True, slots=True)
class CommentEntry:
    """What somebody says, to whom, and whom they ask for."""

    case_number: str
    author_id: int
    is_applicants: bool
    audience: Audience
    text: str
    mentioned: Collection[int] = ()


def write_comment(session: Session, entry: CommentEntry, *, now: datetime) -> CaseComment:
    """Keep a comment; whoever writes has thereby answered what they were asked in the case.

    Raises CommentEmptyError, CommentTooLongError.
    """
    text = entry.text.strip()
    if not text:
        raise CommentEmptyError
    if len(text) > TEXT_MAX_CHARACTERS:
        raise CommentTooLongError(len(text))
    answer_mentions(session, entry.case_number, entry.author_id, now=now)
    comment = CaseComment(
        case_number=entry.case_number, author_id=entry.author_id, is_applicants=entry.is_applicants,
        audience=str(entry.audience), text=text, written_at=now,
    )  # fmt: skip
    session.add(comment)
    session.flush()
    asked = set(entry.mentioned) - {entry.author_id}
    session.add_all(CommentMention(comment_id=comment.id, person_id=one) for one in sorted(asked))
    session.flush()
    return comment


def withdraw_comment(session: Session, case_number: str, comment_id: int, *, by: int, now: datetime) -> None:
    """Take a comment back: its words are read by nobody any more, that it stood there stays.

    Raises CommentNotYoursError, whether it is another's or none of this case.
    """
    comment = session.get(CaseComment, comment_id)
    if comment is None or comment.case_number != case_number or comment.author_id != by:
        raise CommentNotYoursError
    comment.withdrawn_at = comment.withdrawn_at or now
    session.execute(
        sa.update(CommentMention)
        .where(CommentMention.comment_id == comment_id, CommentMention.answered_at.is_(None))
        .values(answered_at=now)
    )
    session.flush()


def comments_of(session: Session, case_number: str, audiences: Iterable[Audience]) -> Sequence[CaseComment]:
    """The comments of a case that these audiences read, oldest first."""
    query = sa.select(CaseComment).where(
        CaseComment.case_number == case_number, CaseComment.audience.in_([str(one) for one in audiences])
    )
    return session.scalars(query.order_by(CaseComment.id)).all()


def unanswered(session: Session, case_number: str, person_id: int) -> frozenset[int]:
    """The comments of a case in which a person is asked for and has not answered."""
    query = (
        sa.select(CommentMention.comment_id)
        .join(CaseComment, CaseComment.id == CommentMention.comment_id)
        .where(
            CaseComment.case_number == case_number,
            CommentMention.person_id == person_id,
            CommentMention.answered_at.is_(None),
        )
    )
    return frozenset(session.scalars(query))


def answer_mentions(session: Session, case_number: str, person_id: int, *, now: datetime) -> None:
    """A person has dealt with what they were asked in a case."""
    session.execute(
        sa.update(CommentMention)
        .where(
            CommentMention.comment_id.in_(unanswered(session, case_number, person_id)),
            CommentMention.person_id == person_id,
        )
        .values(answered_at=now)
    )
