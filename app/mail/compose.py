"""An e-mail of the outbox as a MIME message: plain text, and the same as HTML with its styles inline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.domain.outbox import OutboxEmail

WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "brand": "券流", "whose_move": "轮到", "to_do": "要做", "latest": "最晚", "afterwards": "之后", "colon": "：", "gap": "",
        "automatic": "本邮件由系统发出，请勿直接回复；可在案件中留言。",
        "served": "涉及您的权利，本邮件不能关闭。",
        "optional": "不想收邮件，可在“消息”页面改为只收站内消息。",
    },
    "en": {
        "brand": "Quanliu", "whose_move": "Whose move", "to_do": "To do", "latest": "Latest", "afterwards": "Then",
        "colon": ": ", "gap": " ", "automatic": "This is an automatic e-mail; please do not answer it, write in the case instead.",
        "served": "It concerns your rights and cannot be switched off.",
        "optional": "To get notices inside the system only, switch e-mail off on the page Messages.",
    },
}  # fmt: skip
ROWS = ("whose_move", "to_do", "latest", "afterwards")
_LAYOUTS = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
    lstrip_blocks=True,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class EmailView:
    """An e-mail ready to be shown: in a mailbox, or on a page."""

    language: str
    words: Mapping[str, str]
    subject: str
    paragraphs: tuple[str, ...]
    rows: tuple[tuple[str, str], ...]
    button: str
    """The words on the button; "": there is none."""
    url: str
    footer: str


def view_of(texts: Mapping[str, str], language: str, *, link: str, root_url: str, is_served: bool = False) -> EmailView:
    """What the reader sees of the texts of a message; a link that begins with a slash is one of ours."""
    words = WORDS[language]
    url = root_url + link if link.startswith("/") else link
    return EmailView(
        language=language,
        words=words,
        subject=texts["subject"],
        paragraphs=tuple(line.strip() for line in texts["body"].splitlines() if line.strip()),
        rows=tuple((words[part], texts[part]) for part in ROWS if texts.get(part)),
        button=texts.get("button", "") if url else "",
        url=url,
        footer=words["automatic"] + words["gap"] + words["served" if is_served else "optional"],
    )


def compose(
    email: OutboxEmail, view: EmailView, *, sender: str, now: datetime, pdfs: Sequence[tuple[str, bytes]] = ()
) -> EmailMessage:
    """The MIME message; its Message-ID is the row's, however often it is sent.

    Args:
        pdfs: letters that go with it, by file name.
    """
    message = EmailMessage(policy.SMTP)
    message["From"] = sender
    message["To"] = email.address
    message["Subject"] = view.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{email.message_identifier}@{parseaddr(sender)[1].rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "zh-CN" if view.language == "zh" else "en"
    message.set_content(text_of(view))
    message.add_alternative(html_of(view), subtype="html")
    for name, pdf in pdfs:
        message.add_attachment(pdf, maintype="application", subtype="pdf", filename=name)
    return message


def text_of(view: EmailView) -> str:
    """The plain text."""
    rows = "\n".join(f"{title}{view.words['colon']}{text}" for title, text in view.rows)
    button = f"{view.button}{view.words['colon']}{view.url}" if view.button else ""
    return "\n\n".join(part for part in (*view.paragraphs, rows, button, view.footer) if part) + "\n"


def html_of(view: EmailView) -> str:
    """The HTML; every text in it is escaped."""
    return _LAYOUTS.get_template("layout.html").render(view=view)
