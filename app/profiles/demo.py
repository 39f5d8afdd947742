"""Steps of a demonstration: each room registers what it adds; each is run once and remembered."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from random import Random
from typing import Any

from app.areas.queries import AreaRow
from app.profiles.people import InventedPeople
from app.settings.profile import Profile
from app.settings.working_calendar import working_calendar

LONGEST_LIMIT = 10
"""Working days of the longest limit that is signed in a demonstration (集结哨, 民生哨)."""


@dataclass(frozen=True)
class DemoContext:
    """What a step may use. `rng` and `people` give the same each time for the same profile and step."""

    step: str
    today: date
    """Last day of the demonstration's history."""
    profile: Profile
    areas: tuple[AreaRow, ...]
    """All live areas, in the order of their codes."""
    demo: Mapping[str, Any]
    """The `demo` part of the profile's file."""

    @cached_property
    def rng(self) -> Random:
        """This step's own random numbers."""
        digest = hashlib.sha256(f"{self.profile.key}/{self.step}".encode()).digest()
        return Random(int.from_bytes(digest[:8], "big"))  # noqa: S311 - invented data, no secret

    @cached_property
    def people(self) -> InventedPeople:
        """This step's own invented people."""
        county = str(self.demo.get("county", self.profile.top_code[:6]))
        return InventedPeople(self.profile.key, county=county, lane=self.step)

    @property
    def has_known_days(self) -> bool:
        """Whether the working days of the weeks to come are known; else nothing is signed that counts limits in them."""
        return not working_calendar().deadline(self.today, LONGEST_LIMIT).is_provisional

    def areas_of(self, level: str) -> tuple[AreaRow, ...]:
        """Live areas of one level."""
        return tuple(area for area in self.areas if area.level == level)


@dataclass(frozen=True, slots=True)
class Step:
    """One room's part. Steps run by `order`, then name: areas 0, rosters 100–199, features 200–299, papers 300 and on.

    `run` works as the system inside one transaction; what it wrote and the note that it ran are kept or lost together.
    """

    name: str
    order: int
    run: Callable[[DemoContext], None]


_STEPS: dict[str, Step] = {}


def register_demo(step: Step) -> Step:
    """Make a step known, in `install()`; the same name again replaces it (a second application in one process)."""
    _STEPS[step.name] = step
    return step


def steps() -> tuple[Step, ...]:
    """All steps in the order they run."""
    return tuple(sorted(_STEPS.values(), key=lambda step: (step.order, step.name)))
