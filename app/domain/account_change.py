"""A change of how somebody signs in: written into the audit, and told to whose account it is, by e-mail too."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.message import tell
from app.domain.security_event import EventKind, note

WORDS = {
    EventKind.PASSWORD_CHANGED: {"zh": "修改了密码", "en": "the password was changed"},
    EventKind.PASSWORD_RESET: {"zh": "通过邮件链接设置了密码", "en": "the password was set by a link"},
    EventKind.EMAIL_CHANGED: {"zh": "修改了电子邮箱", "en": "the e-mail address was changed"},
    EventKind.SECOND_FACTOR_SET: {"zh": "启用了手机验证码", "en": "codes from a phone were set up"},
    EventKind.SECOND_FACTOR_REMOVED: {"zh": "停用了第二重验证", "en": "the second factor was removed"},
    EventKind.RECOVERY_CODE_USED: {"zh": "使用了一个恢复码登录", "en": "somebody signed in by a recovery code"},
    EventKind.PASSKEY_ADDED: {"zh": "添加了通行密钥", "en": "a passkey was added"},
    EventKind.PASSKEY_REMOVED: {"zh": "移除了通行密钥", "en": "a passkey was removed"},
    EventKind.IDENTITY_LINKED: {"zh": "关联了统一登录身份", "en": "an identity of the single sign-on was linked"},
}


def note_change(
    session: Session, kind: EventKind, person_id: int, *, by: int, now: datetime, address: str = "", reason: str = ""
) -> None:
    """Write the change down and tell the person, in this transaction.

    Args:
        kind: one of WORDS.
        reason: why, where somebody else did it.
        address: the network that it came from; "": not to be kept, since somebody else did it.
    """
    note(session, kind, by=by, about=person_id, address=address, now=now, reason=reason)
    values = {"what": WORDS[kind], "changed_at": now, "link": "/account"}
    tell(session, to=[person_id], template="account_changed", values=values, case_number=None, now=now)
