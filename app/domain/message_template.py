"""Templates of messages: shipped as TOML beside this module, rewritten by administrators; every version is kept."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base, Instant, Json
from app.domain.errors import DomainError
from app.domain.message_text import PARTS, check_texts
from app.domain.wording import LANGUAGES

FOLDER = Path(__file__).parent / "message_templates"
ALWAYS_THERE = ("name", "case_number")
"""Values that every message has: the name of whom it goes to, and the number of the case or nothing."""
REASON_MAX_CHARACTERS = 300

Texts = dict[str, dict[str, str]]
"""By language, then by part."""


class MessageTemplateVersion(Base):
    """One rewriting of a template; the highest number is in force, and without any the shipped texts are."""

    __tablename__ = "message_template_version"
    __table_args__ = (
        sa.UniqueConstraint("template", "number"),
        sa.CheckConstraint("number > 0", name="number_positive"),
        sa.CheckConstraint("length(reason) > 0", name="has_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    template: Mapped[str] = mapped_column(sa.String(40))
    number: Mapped[int]
    texts: Mapped[Texts] = mapped_column(Json, comment="by language, then by part")
    written_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    written_at: Mapped[datetime] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(sa.String(REASON_MAX_CHARACTERS))


@dataclass(frozen=True, slots=True)
class TemplateValue:
    """A value that a text can name, in words for whoever writes the text, with a sample."""

    name: str
    title: Mapping[str, str]
    sample: Any


@dataclass(frozen=True, slots=True)
class MessageTemplate:
    """A kind of message, as shipped."""

    key: str
    title: Mapping[str, str]
    values: tuple[TemplateValue, ...]
    texts: Texts
    is_served: bool
    """It has effects in law, or nobody could act without it: it goes by e-mail to whoever has switched e-mail off too."""
    is_secret: bool
    """It carries a link that lets whoever holds it in: by e-mail only, and its text is forgotten once it has gone."""

    @property
    def names(self) -> frozenset[str]:
        """The names of all values that its texts may use."""
        return frozenset(one.name for one in self.values)

    @property
    def samples(self) -> dict[str, Any]:
        """A sample of every value, for a preview."""
        return {one.name: one.sample for one in self.values}


class UnknownMessageTemplateError(DomainError):
    """There is no message of that kind."""

    code = "unknown_message_template"
    message_zh = "没有这种消息模板。"
    message_en = "There is no such message template."

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"no message template {key!r}")


class TemplateReasonMissingError(DomainError):
    """Whoever rewrites a template says why."""

    code = "template_reason_missing"
    message_zh = "请写明修改的原因。"
    message_en = "Write why you change it."


class TemplateChangedError(DomainError):
    """Somebody else has rewritten the template since this was opened."""

    code = "template_changed"

    def __init__(self, seen: int, number: int) -> None:
        self.seen, self.number = seen, number
        self.message_zh = f"您打开之后，有人保存了第 {number} 版。请对照后再保存。"
        self.message_en = f"Somebody has saved version {number} since you opened this. Compare, then save again."
        super().__init__(f"version {seen} was seen, {number} is in force")


def templates() -> Sequence[MessageTemplate]:
    """Every kind of message, by key."""
    return list(_shipped().values())


def template(key: str) -> MessageTemplate:
    """A kind of message; raise UnknownMessageTemplateError."""
    found = _shipped().get(key)
    if found is None:
        raise UnknownMessageTemplateError(key)
    return found


def texts_in_force(session: Session, key: str) -> tuple[int, Texts]:
    """The number (0: as shipped) and the texts of the version that is sent now."""
    newest = session.scalar(_versions(key).limit(1))
    return (newest.number, newest.texts) if newest is not None else (0, template(key).texts)


def all_texts_in_force(session: Session) -> dict[str, tuple[int, Texts]]:
    """The same for every kind of message, by key; one query."""
    newest = sa.select(sa.func.max(MessageTemplateVersion.id)).group_by(MessageTemplateVersion.template)
    found = session.scalars(sa.select(MessageTemplateVersion).where(MessageTemplateVersion.id.in_(newest)))
    written = {one.template: (one.number, one.texts) for one in found}
    return {one.key: written.get(one.key, (0, one.texts)) for one in templates()}


def versions_of(session: Session, key: str) -> Sequence[MessageTemplateVersion]:
    """Every rewriting, the latest first."""
    return session.scalars(_versions(key)).all()


def rewrite_template(
    session: Session, key: str, texts: Texts, *, seen: int, by: int, reason: str, now: datetime
) -> MessageTemplateVersion:
    """Put other texts in force from now on; messages that have been written stay as they are.

    Args:
        seen: the number of the version that the writer started from.

    Raises:
        UnknownMessageTemplateError, TemplateReasonMissingError, TemplateChangedError.
        MessageTextError: the first text that cannot be used.
    """
    for fault in check_texts(texts, template(key).names):
        raise fault
    if not reason.strip():
        raise TemplateReasonMissingError
    number, _ = texts_in_force(session, key)
    if number != seen:
        raise TemplateChangedError(seen, number)
    kept = {language: {part: texts[language].get(part, "").strip() for part in PARTS} for language in LANGUAGES}
    version = MessageTemplateVersion(
        template=key, number=number + 1, texts=kept, written_by=by, written_at=now,
        reason=reason.strip()[:REASON_MAX_CHARACTERS],
    )  # fmt: skip
    session.add(version)
    session.flush()
    return version


def _versions(key: str) -> sa.Select[MessageTemplateVersion]:
    mine = MessageTemplateVersion.template == key
    return sa.select(MessageTemplateVersion).where(mine).order_by(MessageTemplateVersion.number.desc())


@cache
def _shipped() -> dict[str, MessageTemplate]:
    return {path.stem: _read(path) for path in sorted(FOLDER.glob("*.toml"))}


def _read(path: Path) -> MessageTemplate:
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    values = {**_ALWAYS, **content.get("values", {})}
    return MessageTemplate(
        key=path.stem,
        title=content["title"],
        values=tuple(TemplateValue(name, one["title"], one["sample"]) for name, one in values.items()),
        texts={language: content[language] for language in LANGUAGES},
        is_served=content.get("is_served", False),
        is_secret=content.get("is_secret", False),
    )


_ALWAYS: dict[str, Any] = {
    "name": {
        "title": {"zh": "收件人姓名", "en": "Name of whom it goes to"},
        "sample": {"zh": "韩知白", "en": "Han Zhibai"},
    },
    "case_number": {"title": {"zh": "案号", "en": "Case number"}, "sample": "2026-00018"},
}
