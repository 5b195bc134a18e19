"""Process tests tell stories: `story` begins one on each database."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.case_story import Story, told_on


@pytest.fixture
def story(database: sa.Engine) -> Story:
    """The shipped processes deployed, and everybody settled."""
    return told_on(database)
