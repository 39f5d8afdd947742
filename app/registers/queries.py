"""Figures over rosters of one file each: workers of a grid, homes, people, stairwells, the three heads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from app.areas.models import Area
from app.areas.queries import in_area, live
from app.database.scope import range_of
from app.extensions import db
from app.fields.sentence import Sentence
from app.registers.building_heads import BuildingHead
from app.registers.buildings import Building
from app.registers.dwellings import Dwelling
from app.registers.grid_workers import GridWorker
from app.registers.households import Household
from app.registers.party_members.queries import stairwells_with_members
from app.registers.residents.models import Resident
from app.registers.residents.rules import Population, population_of
from app.security.wall import within
from app.settings.queries import profile


def at_work(model: Any, since: Any, on: date) -> ColumnElement[bool]:
    """Rows of a roster of people who hold their post on a day."""
    return (
        model.deleted_at.is_(None)
        & or_(since.is_(None), since <= on)
        & or_(model.left_on.is_(None), model.left_on > on)
    )


def workers_on(area_code: str, on: date) -> list[GridWorker]:
    """Grid workers in and below an area on a day, heads first, then by grid and name."""
    low, high = range_of(area_code)
    statement = (
        select(GridWorker)
        .where(at_work(GridWorker, GridWorker.hired_on, on), GridWorker.area_code >= low, GridWorker.area_code < high)
        .order_by(GridWorker.post != "head", GridWorker.area_code, GridWorker.pinyin, GridWorker.id)
    )
    return list(db.session.execute(statement).scalars())


@dataclass(frozen=True, slots=True)
class WorkerFigures:
    """Grid workers of a day. `time_share` is the mean of those who have one (西峰 下沉率), None without any."""

    full_time: int
    part_time: int
    unknown: int
    time_share: Decimal | None


def worker_figures(prefixes: tuple[str, ...], on: date) -> WorkerFigures:
    """How many work full-time and part-time, and what share of their time they give to the grid."""
    statement = (
        select(GridWorker.kind, func.count(), func.count(GridWorker.time_share), func.sum(GridWorker.time_share))
        .where(at_work(GridWorker, GridWorker.hired_on, on), within(GridWorker.area_code, prefixes))
        .group_by(GridWorker.kind)
    )
    counts: dict[str | None, int] = {}
    number, total = 0, Decimal(0)
    for kind, count, with_share, share in db.session.execute(statement):
        counts[kind] = count
        number, total = number + with_share, total + Decimal(str(share or 0))
    mean = round(total / number, 1) if number else None
    known = counts.get("full_time", 0) + counts.get("part_time", 0)
    return WorkerFigures(counts.get("full_time", 0), counts.get("part_time", 0), sum(counts.values()) - known, mean)


def three_heads(prefixes: tuple[str, ...], on: date) -> dict[tuple[str, str | None], int]:
    """三长 (乾安): (head, building_head, unit_head …, 专/兼职) → number; the grid's own come from the worker roster."""
    heads = (
        select(BuildingHead.post, BuildingHead.kind, func.count())
        .where(at_work(BuildingHead, BuildingHead.since_on, on), within(BuildingHead.area_code, prefixes))
        .group_by(BuildingHead.post, BuildingHead.kind)
    )
    grid = (
        select(GridWorker.post, GridWorker.kind, func.count())
        .where(
            at_work(GridWorker, GridWorker.hired_on, on),
            within(GridWorker.area_code, prefixes),
            GridWorker.post == "head",
        )
        .group_by(GridWorker.post, GridWorker.kind)
    )
    return {(post, kind): count for query in (grid, heads) for post, kind, count in db.session.execute(query)}


def dwelling_counts(prefixes: tuple[str, ...]) -> dict[str | None, int]:
    """Homes by 房屋状态; None holds those whose state nobody entered."""
    statement = (
        select(Dwelling.state, func.count())
        .where(within(Dwelling.area_code, prefixes), Dwelling.deleted_at.is_(None))
        .group_by(Dwelling.state)
    )
    return {key: number for key, number in db.session.execute(statement)}  # noqa: C416


def household_count(prefixes: tuple[str, ...]) -> int:
    """Households living here, without empty homes."""
    statement = select(func.count(Household.id)).where(
        within(Household.area_code, prefixes),
        Household.deleted_at.is_(None),
        Household.left_on.is_(None),
        or_(Household.living_kind.is_(None), Household.living_kind != "vacant"),
    )
    return db.session.execute(statement).scalar_one()


def population(prefixes: tuple[str, ...]) -> Population:
    """户籍 and 流动 people of today by the residents' roster (枫桥: 流动/户籍)."""
    statement = (
        select(Resident.living_kind, Resident.state, func.count())
        .where(within(Resident.area_code, prefixes), Resident.deleted_at.is_(None), Resident.left_on.is_(None))
        .group_by(Resident.living_kind, Resident.state)
    )
    return population_of({(living, state): number for living, state, number in db.session.execute(statement)})


@dataclass(frozen=True, slots=True)
class Stairwell:
    """One 单元 of one building."""

    building_id: int
    building: str
    unit: str
    area_code: str


def stairwells_without_member(prefixes: tuple[str, ...], *, limit: int = 500) -> list[Stairwell]:
    """Stairwells in which no party member lives or is named (枫桥: 党员 mapped to 楼道). Two statements."""
    members = stairwells_with_members(prefixes)
    statement = (
        select(Building.id, Building.name, Building.unit_count, Building.area_code)
        .where(within(Building.area_code, prefixes), Building.deleted_at.is_(None), Building.unit_count > 0)
        .order_by(Building.area_code, Building.id)
    )
    found: list[Stairwell] = []
    for id_, name, count, area_code in db.session.execute(statement):
        here = members.get(id_, {})
        for number in range(1, count + 1):
            if f"{number}单元" not in here:
                found.append(Stairwell(id_, name, f"{number}单元", area_code))
                if len(found) == limit:
                    return found
    return found


def grids_without(code: str, condition: ColumnElement[bool], on: date, *, limit: int) -> list[tuple[str, str, str]]:
    """(code, name, note "") of living grids in an area in which no worker of a day fits the condition."""
    there = select(GridWorker.area_code).where(at_work(GridWorker, GridWorker.hired_on, on), condition)
    statement = (
        select(Area.code, Area.name)
        .where(in_area(code), Area.level == profile().grid_level, live(on), Area.code.not_in(there))
        .order_by(Area.code)
        .limit(limit)
    )
    return [(grid, name, "") for grid, name in db.session.execute(statement)]


def grids_with_several_heads(code: str, on: date, *, limit: int) -> list[tuple[str, str, str]]:
    """(code, name, note) of grids in an area with more than one 网格长 at a time."""
    heads = (
        select(GridWorker.area_code, func.count().label("number"))
        .where(at_work(GridWorker, GridWorker.hired_on, on), GridWorker.post == "head")
        .group_by(GridWorker.area_code)
        .having(func.count() > 1)
        .subquery()
    )
    statement = (
        select(Area.code, Area.name, heads.c.number)
        .join(heads, heads.c.area_code == Area.code)
        .where(in_area(code), Area.level == profile().grid_level)
        .order_by(Area.code)
        .limit(limit)
    )
    rows = db.session.execute(statement)
    return [(grid, name, Sentence("登记了 %(n)s 名网格长", n=number)) for grid, name, number in rows]
