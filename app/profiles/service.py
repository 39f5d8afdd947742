"""Building a district from its profile, again and again with the same result, and loading its demonstration."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.areas.models import Area
from app.areas.queries import AreaRow, below, level_counts
from app.database.transactions import writing
from app.extensions import db
from app.profiles.demo import DemoContext, Step, register_demo, steps
from app.profiles.files import FIXTURES, read_file
from app.profiles.layout import PlannedArea, planned_areas
from app.security.actor import SYSTEM, acting_as
from app.settings.profile import Profile, ProfileRefused
from app.settings.queries import has_profile, profile, setting
from app.settings.service import save_profile, save_setting

DEMO_STEPS = "demo_steps"
"""Setting: name of each step that has run → the last day of its history."""


@dataclass(frozen=True, slots=True)
class InitResult:
    """What `init` did: how many nodes it made and found, whether settings changed, and all live nodes by level key."""

    key: str
    name: str
    top_code: str
    is_first: bool
    created: int
    found: int
    settings_changed: bool
    levels: dict[str, int]


_ON_INIT: dict[str, Callable[[Profile], None]] = {}


def register_on_init(name: str, step: Callable[[Profile], None]) -> None:
    """Let a room above do its part of every `init` (rule books), in the same transaction; idempotent. It raises
    ProfileRefused where the profile asks for what does not exist."""
    _ON_INIT[name] = step


def init(
    profile_key: str, *, today: date, folder: Path = FIXTURES, books: tuple[str, ...] | None = None
) -> InitResult:  # fmt: skip
    """Settings and areas of a profile. Once more with the same profile: adds what is new in it, changes no area.

    `books` are rule books instead of the profile's.

    Raises ProfileRefused, with nothing written, for an unknown key and for a second profile.
    """
    file = read_file(profile_key, folder)
    planned = planned_areas(file, folder)
    with acting_as(SYSTEM), writing():
        is_first = not has_profile()
        if not is_first and profile().key != profile_key:
            raise ProfileRefused(
                f"这里已经按“{profile().name}”建立，不能再改成“{file.profile.name}”。"
                "要用另一个地区的配置，请换一个数据目录（DATA_DIR）重新建立。"
            )
        changed = save_profile(file.settings)
        created = _add_missing(planned)
        for step in _ON_INIT.values():
            step(file.profile if books is None else replace(file.profile, books=books))
    with acting_as(SYSTEM):
        levels = level_counts(file.profile.top_code, today=today)
    found = len(planned) - created
    return InitResult(profile_key, file.profile.name, file.profile.top_code, is_first, created, found, changed, levels)


def bring_what_is_new() -> list[str]:
    """What a newer version of the program brings by itself (flows, rule books): every part of `init` but settings and areas.

    What the office chose or changed stays. Sentences about the parts that could not be brought; the others are.
    """
    try:
        of = read_file(profile().key).profile
    except ProfileRefused as refused:
        return [str(refused)]
    refusals = []
    for step in _ON_INIT.values():
        try:
            with acting_as(SYSTEM), writing():
                step(of)
        except ValueError as refused:  # ProfileRefused, SaveRefused: whatever an office's own data forbid
            refusals.append(str(refused))
    return refusals


def _add_missing(planned: list[PlannedArea]) -> int:
    """Nodes whose code was never used. What the office renamed, merged or closed since stays as it made it."""
    taken = set(db.session.execute(select(Area.code)).scalars())
    closed = set(db.session.execute(select(Area.code).where(Area.valid_to.is_not(None))).scalars())
    missing = [area for area in planned if area.code not in taken and not area.code.startswith(tuple(closed) or ("-",))]
    db.session.add_all(
        Area(
            uid=secrets.token_hex(16), code=area.code, area_code=area.code, parent_code=area.parent_code,
            name=area.name, level=area.level, kind=area.kind, size=area.size, extra={},
        )
        for area in missing
    )  # fmt: skip
    db.session.flush()
    return len(missing)


def load_demo(*, today: date, folder: Path = FIXTURES) -> tuple[str, ...]:
    """Run every registered step that has not run yet; names of those that did. Twice adds nothing."""
    of = profile()
    demo: Mapping[str, Any] = read_file(of.key, folder).demo
    ran = []
    for step in steps():
        with acting_as(SYSTEM), writing() as session:
            done = dict(setting(DEMO_STEPS, {}))
            if step.name in done:
                continue
            step.run(DemoContext(step.name, today, of, _live_areas(of.top_code, today), demo))
            session.flush()
            save_setting(DEMO_STEPS, {**done, step.name: today.isoformat()}, area_code=of.top_code)
        ran.append(step.name)
    return tuple(ran)


def _live_areas(top_code: str, today: date) -> tuple[AreaRow, ...]:
    found = [row for level in profile().levels for row in below(top_code, level.key, today=today)]
    return tuple(sorted(found, key=lambda row: row.code))


UNANSWERED_SHARE = 0.02
"""Share of grids the demonstration leaves without a responsible person, so that the list of the missing shows some."""


def _fill_areas(context: DemoContext) -> None:
    """Households, people and responsible persons, all invented; sums go up the tree."""
    ranges: Mapping[str, list[int]] = context.demo.get("households", {})
    rows = {row.code: row for row in db.session.execute(select(Area).where(Area.valid_to.is_(None))).scalars()}
    for facts in context.areas:
        row = rows[facts.code]
        if row.responsible_name is None and not _stays_unanswered(context, facts):
            row.responsible_name = context.people.person(today=context.today, youngest=30, oldest=58).name
        bounds = ranges.get(facts.size or "") or ranges.get(facts.kind or "")
        if facts.level == context.profile.grid_level and bounds:
            row.household_count = context.rng.randint(*bounds)
            row.population = round(row.household_count * context.rng.uniform(2.2, 2.9))
    for level in reversed(context.profile.levels):
        _sum_up(rows, level.digits)


def _stays_unanswered(context: DemoContext, facts: AreaRow) -> bool:
    return facts.level == context.profile.grid_level and context.rng.random() < UNANSWERED_SHARE


def _sum_up(rows: Mapping[str, Area], digits: int) -> None:
    for row in rows.values():
        parent = rows.get(row.parent_code or "")
        if len(row.code) == digits and parent is not None and row.household_count is not None:
            parent.household_count = (parent.household_count or 0) + row.household_count
            parent.population = (parent.population or 0) + (row.population or 0)


register_demo(Step("areas", 0, _fill_areas))
