"""A community with a grid worker, a rule book and people who record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from app.lowcode import service
from app.lowcode.register import register
from app.periods import service as periods
from app.periods.rules import Period
from app.points.models import PointsRule
from app.security.actor import SYSTEM, Actor, acting_as
from tests.world import GRID, HOME, STREET, TODAY, add_user, build_areas

HIRED = date(2025, 3, 1)


@dataclass
class Points:
    """Who and what the tests of points work with."""

    worker: Any
    other: Any
    secretary: Actor
    street: Actor
    neighbour: Actor


def saved(name: str, row: Any | None, values: dict[str, Any]) -> Any:
    """A row of a register added or changed by the system."""
    with acting_as(SYSTEM):
        return service.save(register(name), row, values, by=SYSTEM, today=TODAY)


def worker(name: str, area: str, **more: Any) -> Any:
    """A row of the roster of grid workers."""
    values = {"name": name, "area": area, "hired_on": HIRED.isoformat(), "kind": "专职", "state": "on_duty"} | more
    return saved("grid_workers", None, values)


def rule(code: str, value: str | Decimal, **more: Any) -> PointsRule:
    """A rule of the street's book."""
    amount = Decimal(value)
    values = {
        "name": f"规则{code}", "code": code, "sign": "minus" if amount < 0 else "plus", "value": str(abs(amount)),
        "area": STREET, "valid_from": "2025-01-01", "recorder": "any",
    } | more  # fmt: skip
    return saved("points_rules", None, values)


def build() -> Points:
    """Areas, two workers of 桂花社区, its secretary, the street's office, and the secretary next door."""
    build_areas()
    return Points(
        worker("王小禾", GRID),
        worker("李小麦", HOME + "002"),
        add_user("shuji", "community_secretary", HOME),
        add_user("jiedao", "street_office", STREET),
        add_user("linju", "community_secretary", "320505001002"),
    )


@contextmanager
def only_points_are_checked() -> Iterator[None]:
    """What other rooms still miss in a month (papers that were not handed in) does not keep it from being made final."""
    checks = {name: check for name, check in periods._CHECKS.items() if name == "points_to_check"}
    with patch.dict(periods._CHECKS, checks, clear=True):
        yield


def close_month(area_code: str, day: date) -> None:
    """Make the month of a day final, whatever other rooms still miss in it (papers that were not handed in)."""
    with patch.dict(periods._CHECKS, clear=True):
        periods.finalise(area_code, Period.of("month", day), today=TODAY)
