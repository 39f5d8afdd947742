"""One step's stage: its day, its people and its areas, and how its rows get into the registers.

The only module of these rooms that looks up to `app.profiles`, where the steps of a demonstration are kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from random import Random
from typing import Any

from sqlalchemy import select, update

from app.areas.queries import AreaRow
from app.clock import SHANGHAI
from app.extensions import db
from app.fields.age import months_after, years_after
from app.lowcode import bulk
from app.lowcode.register import register
from app.profiles.demo import DemoContext, Step, register_demo
from app.profiles.layout import shares
from app.profiles.people import MARK, Person
from app.registers.demo.sizes import Range, Sizes
from app.security.actor import SYSTEM

__all__ = ["MARK", "DemoContext", "Draft", "Person", "Scene", "Step", "register_demo", "shares"]

CHUNK = 500
FIRST_ENTRY_MONTHS = 14
"""The office began to keep its rosters here so many months before the last day."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One row to be: the day somebody entered it, and its values."""

    on: date
    values: Mapping[str, Any]


class Scene:
    """What the modules of this folder work with."""

    def __init__(self, context: DemoContext) -> None:
        self.context = context
        self.today = context.today
        self.rng: Random = context.rng
        self.sizes = Sizes.read(context.demo)
        self.area_of: Mapping[str, AreaRow] = {area.code: area for area in context.areas}

    @cached_property
    def communities(self) -> tuple[AreaRow, ...]:
        """All communities."""
        return self.context.areas_of("community")

    @cached_property
    def streets(self) -> tuple[AreaRow, ...]:
        """All streets."""
        return self.context.areas_of("street")

    @cached_property
    def grids_of(self) -> Mapping[str, list[AreaRow]]:
        """Community → its grids, whatever stands between."""
        found: dict[str, list[AreaRow]] = defaultdict(list)
        for grid in self.context.areas_of(self.context.profile.grid_level):
            found[grid.code[:12]].append(grid)
        return found

    @cached_property
    def branch_grids_of(self) -> Mapping[str, list[AreaRow]]:
        """Community → grids with a party branch of their own."""
        wanted = self.sizes.branch_sizes
        return {
            code: [grid for grid in grids if not wanted or grid.size in wanted] for code, grids in self.grids_of.items()
        }

    @cached_property
    def branch_grids(self) -> list[AreaRow]:
        """All grids with a party branch."""
        return [grid for community in self.communities for grid in self.branch_grids_of.get(community.code, ())]

    def groups_of_branches(self) -> list[int]:
        """How many 党小组 each branch has, in the order of `branch_grids`."""
        return self._dealt(self.sizes.groups_total, self.sizes.groups)

    def centre_households_of_branches(self) -> list[int]:
        """How many 党员中心户 each branch has, in the order of `branch_grids`."""
        return self._dealt(self.sizes.centre_households_total, self.sizes.centre_households)

    def _dealt(self, total: int, each: int) -> list[int]:
        return (
            shares({"total": total} if total else {"each": each}, len(self.branch_grids)) if self.branch_grids else []
        )

    def count(self, bounds: Range) -> int:
        """A number within the bounds."""
        return self.rng.randint(*bounds)

    def chance(self, share: float) -> bool:
        """True that often."""
        return self.rng.random() < share

    def person(self, *, youngest: int = 22, oldest: int = 70, sex: str | None = None, surname: str = "") -> Person:
        """An invented person."""
        return self.context.people.person(today=self.today, youngest=youngest, oldest=oldest, sex=sex, surname=surname)

    # ---- days

    @property
    def first_entry(self) -> date:
        """The day the office began to keep its rosters here."""
        return months_after(self.today, -FIRST_ENTRY_MONTHS)

    def between(self, first: date, last: date) -> date:
        """A day of a stretch, both ends included; `first` where the stretch is empty."""
        return first + timedelta(days=self.rng.randint(0, max(0, (last - first).days)))

    def years_ago(self, most: int, fewest: int = 1) -> date:
        """A day so many years back."""
        return self.between(years_after(self.today, -most), years_after(self.today, -fewest))

    def recent(self, months: int = 3, *, but_not_last: int = 0) -> date:
        """A day since the first of the month `months` back, at least `but_not_last` days before today."""
        first = months_after(self.today.replace(day=1), -months)
        return self.between(first, self.today - timedelta(days=but_not_last))

    def entered(self) -> date:
        """The day a row was entered: most of them at the start, some since."""
        if self.chance(0.82):
            return self.between(self.first_entry, self.first_entry + timedelta(days=40))
        return self.between(self.first_entry, self.today)

    def since(self, day: date | None) -> date:
        """The day a row was entered whose own story began on `day`: never before that, never before the first entry."""
        return max(day, self.first_entry) if day is not None else self.entered()

    # ---- rows

    def add(self, name: str, drafts: Sequence[Draft]) -> list[int]:
        """Write rows as an import would; their ids in the order of `drafts`. Earlier entries get lower ids."""
        reg = register(name)
        order = sorted(range(len(drafts)), key=lambda number: drafts[number].on)
        made = bulk.insert_rows(
            db.session(), reg, [drafts[number].values for number in order], by=SYSTEM, today=self.today, batch_id=None
        )
        ids = [0] * len(drafts)
        days: dict[date, list[int]] = defaultdict(list)
        for number, id_ in zip(order, made, strict=True):
            ids[number] = id_
            days[drafts[number].on].append(id_)
        for day, those in days.items():
            self._date_back(reg.model, day, those)
        return ids

    def _date_back(self, model: Any, day: date, ids: Sequence[int]) -> None:
        # Papers of past months count a row without dates of its own from the moment it was entered.
        moment = datetime.combine(day, time(9, self.rng.randrange(60)), tzinfo=SHANGHAI)
        for start in range(0, len(ids), CHUNK):
            db.session.execute(
                update(model)
                .where(model.id.in_(ids[start : start + CHUNK]))
                .values(created_at=moment, changed_at=moment),
                execution_options={"synchronize_session": False},
            )

    def rows(self, name: str, *where: Any) -> list[Any]:
        """All live rows of a register; keep the list while rows that link to them are written."""
        model = register(name).model
        found = select(model).where(model.deleted_at.is_(None), *where).order_by(model.id)
        return list(db.session.execute(found).scalars())
