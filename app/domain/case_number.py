"""Case numbers: 2026-00001, counted up within the year in Shanghai."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.calendar import local_day
from app.domain.yearly_number import next_in_year


def next_case_number(session: Session, *, now: datetime) -> str:
    """The next number of the year; two cases that begin at once wait for each other and get two numbers."""
    year = local_day(now).year
    return f"{year}-{next_in_year(session, 'case', year=year):05d}"
