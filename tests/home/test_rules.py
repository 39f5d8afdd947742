"""Words and scales of the first page."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from app.home.rules import change_text, deadline_text, number_text, scale_top, today_text


def test_the_day_and_the_deadline_are_said_as_people_say_them() -> None:
    assert today_text(date(2026, 11, 22)) == "今天 11月22日 星期日"
    october, due = date(2026, 10, 1), date(2026, 11, 25)
    assert deadline_text(october, due, date(2026, 11, 22)) == "十月月报还有 3 天"
    assert deadline_text(october, due, due) == "十月月报今天截止"
    assert deadline_text(october, due, date(2026, 11, 27)) == "十月月报已过 2 天"
    assert deadline_text(date(2026, 12, 1), date(2027, 1, 5), date(2026, 12, 31)) == "十二月月报还有 5 天"


@pytest.mark.parametrize(
    ("now", "before", "unit", "said"),
    [
        (63, 55, "人", "比上月多 8 人"),
        (3, 5, "户", "比上月少 2 户"),
        (1200, 0, "套", "比上月多 1,200 套"),
        (7, 7, "人", "与上月一样"),
        (Decimal("77.8"), Decimal("75.0"), "%", "比上月高 2.8 个百分点"),
        (Decimal("50.0"), Decimal("75.0"), "%", "比上月低 25.0 个百分点"),
        (None, 3, "%", ""),
        (3, None, "%", ""),
    ],
)
def test_a_change_against_last_month(now: Decimal | None, before: Decimal | None, unit: str, said: str) -> None:
    assert change_text(now, before, unit) == said


def test_numbers_and_scales() -> None:
    assert [number_text(value) for value in (0, 1234567, Decimal("77.8"), None)] == ["0", "1,234,567", "77.8", "—"]
    for highest in (0, 1, 4, 5, 13, 99, 100, 101, 1234, 98765):
        top = scale_top([highest])
        assert top >= highest
        assert top % 4 == 0
        assert top <= max(4, 2.1 * highest)
