"""The rubric: what experts judge, and how many points each criterion can bring (A8.4). In hundredths of a point."""

from __future__ import annotations

from collections.abc import Mapping

AGENCY_RUBRIC: Mapping[str, int] = {
    "qualification": 2_000,
    "professional_ability": 3_000,
    "service_record": 2_000,
    "quality_management": 1_500,
    "price": 1_500,
}
"""The agency itself: 100 points in all."""

ITEM_RUBRIC: Mapping[str, int] = {"practicality": 4_000, "quality": 3_000, "item_price": 3_000}
"""Each of its service items: 100 points in all."""

HIGHEST_HUNDREDTHS = max(*AGENCY_RUBRIC.values(), *ITEM_RUBRIC.values())
"""What no criterion exceeds."""
