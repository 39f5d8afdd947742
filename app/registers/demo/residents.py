"""Dwellings, households, residents and their movements in an invented district."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from app.fields.age import full_years, years_after
from app.registers.demo.families import PENSION, Kin, family
from app.registers.demo.scene import MARK, Draft, Scene

VACANT, RENTED = 0.07, 0.16
"""Shares of dwellings that stand empty and that are let."""

NEWCOMERS, LEAVERS, DEATHS = 0.03, 0.015, 0.006
"""Shares of families that moved in or away, and of old people who died, within the last months."""

AGED = 80
SHOP = ""
"""In place of a 居住类型: nobody's home."""


@dataclass(slots=True)
class _Home:
    """One dwelling on its way into the registers."""

    values: dict[str, Any]
    kins: list[Kin]
    living_kind: str
    moved_in_on: date | None
    left_on: date | None = None
    id: int = 0
    members: list[dict[str, Any]] = field(default_factory=list)


def fill(scene: Scene) -> None:
    """Homes first, then who lives in them, then who came and went."""
    kept = scene.rows("buildings")
    homes = [home for building in kept for home in _homes_of(scene, building)]
    dwelling_ids = scene.add("dwellings", [Draft(scene.since(home.moved_in_on), home.values) for home in homes])
    for home, id_ in zip(homes, dwelling_ids, strict=True):
        home.id = id_
    kept = scene.rows("dwellings")
    homes = [home for home in homes if home.living_kind != SHOP]
    household_ids = scene.add("households", [_household(scene, home) for home in homes])
    kept = scene.rows("households")
    plans = [
        (home, kin, _resident(scene, home, kin, household))
        for home, household in zip(homes, household_ids, strict=True)
        for kin in home.kins
    ]
    resident_ids = scene.add(
        "residents", [Draft(scene.since(values["moved_in_on"]), values) for _home, _kin, values in plans]
    )
    moves = []
    for (home, kin, values), id_ in zip(plans, resident_ids, strict=True):
        moves += _moves(scene, home, kin, values, id_)
    kept = scene.rows("residents")
    scene.add("resident_movements", moves)
    del kept  # held until here, so that rows of links are read once


def _homes_of(scene: Scene, building: Any) -> list[_Home]:
    count = min(scene.count(scene.sizes.homes), max(1, building.household_count or 1))
    if building.kind == "commercial":
        return [_shop(scene, building, number) for number in range(1, min(count, 4) + 1)]
    storeys, units = building.storey_count or 6, building.unit_count or 1
    places = list(itertools.product(range(1, units + 1), range(1, storeys + 1), (1, 2)))
    chosen = sorted(scene.rng.sample(places, min(count, len(places))))
    return [_home(scene, building, *place) for place in chosen]


def _home(scene: Scene, building: Any, unit: int, storey: int, door: int) -> _Home:
    turn = scene.rng.random()
    is_vacant, is_let = turn < VACANT, VACANT <= turn < VACANT + RENTED
    kins = [] if is_vacant else family(scene, is_tenant=is_let)
    is_new = scene.chance(NEWCOMERS * (3 if is_let else 1))
    owner = kins[0].person if kins and not is_let else scene.person(youngest=30, oldest=75)
    built = date(building.built_in, 10, 1)
    moved_in = None
    if kins:
        moved_in = (
            scene.recent()
            if is_new
            else scene.between(
                max(built, years_after(scene.today, -4 if is_let else -20)), years_after(scene.today, -1)
            )
        )
    living = (
        "vacant"
        if is_vacant
        else "renting"
        if is_let
        else scene.rng.choices(("together", "bought", "away", "without_household"), (80, 12, 4, 4))[0]
    )
    values = {
        "building": building.id, "unit_number": f"{unit}单元", "room_number": f"{storey}{door:02d}",
        "area": building.area_code, "state": "vacant" if is_vacant else "rented" if is_let else "own",
        "use": "home", "storey": storey,
        "floor_area": Decimal(scene.rng.randint(520, 1380)) / 10,
        "orientation": scene.rng.choice(("south", "north_south")), "property_kind": "home",
        "layout": scene.rng.choice(("两室一厅", "三室一厅", "三室两厅", "一室一厅")),
        "handed_over_on": built, "right_years": 70, "owner": owner.name, "owner_phone": owner.phone, "note": MARK,
    }  # fmt: skip
    left = None
    if kins and not is_new and scene.chance(LEAVERS):
        left = scene.recent()
    return _Home(values, kins, living, moved_in, left)


def _shop(scene: Scene, building: Any, number: int) -> _Home:
    owner = scene.person(youngest=30, oldest=65)
    values = {
        "building": building.id, "room_number": f"1{number:02d}", "area": building.area_code,
        "state": "business", "use": "shop", "storey": 1, "property_kind": "shop",
        "floor_area": Decimal(scene.rng.randint(400, 2600)) / 10, "owner": owner.name,
        "owner_phone": owner.phone, "note": MARK,
    }  # fmt: skip
    return _Home(values, [], SHOP, None)


def _household(scene: Scene, home: _Home) -> Draft:
    head = home.kins[0] if home.kins else None
    living = [kin for kin in home.kins if home.left_on is None]
    values = {
        "dwelling": home.id, "area": home.values["area"], "head": head.person.name if head else home.values["owner"],
        "kind": "single" if len(home.kins) == 1 else "family", "living_kind": home.living_kind,
        "resident_count": len(living), "phone": head.person.phone if head else home.values["owner_phone"],
        "moved_in_on": home.moved_in_on, "left_on": home.left_on, "note": MARK,
    }  # fmt: skip
    return Draft(scene.since(home.moved_in_on), values)


def _resident(scene: Scene, home: _Home, kin: Kin, household: int) -> dict[str, Any]:
    born, moved_in = kin.person.born_on, home.moved_in_on
    assert moved_in is not None
    role = "tenant" if home.living_kind == "renting" else "owner" if kin.relation == "02" else "family"
    return kin.facts | {
        "household": household, "area": home.values["area"], "role": role, "living_kind": home.living_kind,
        "registration": "outside" if home.living_kind in ("renting", "bought") else "local",
        "state": "away" if home.living_kind == "away" else "present", "moved_in_on": max(born, moved_in),
        "labels": _labels(scene, home, kin),
    }  # fmt: skip


def _labels(scene: Scene, home: _Home, kin: Kin) -> str | None:
    age = full_years(kin.person.born_on, scene.today)
    found = []
    if kin.facts["political_status"] in ("01", "02"):
        found.append("党员")
    if age >= PENSION and len(home.kins) == 1:
        found.append("独居老人")
    elif age >= PENSION and all(full_years(other.person.born_on, scene.today) >= PENSION for other in home.kins):
        found.append("空巢老人")
    if 50 <= age < 75 and kin.person.sex == "1" and scene.chance(0.05):
        found.append("退役军人")
    if 20 <= age < 70 and scene.chance(0.04):
        found.append("志愿者")
    return "、".join(found) or None


def _moves(scene: Scene, home: _Home, kin: Kin, values: dict[str, Any], resident: int) -> list[Draft]:
    """What the ledger of movements knows of one resident: each a row of its own day."""
    since = scene.today - timedelta(days=110)
    moves: list[tuple[str, date, str, str]] = []
    if values["moved_in_on"] >= since:
        kind = "birth" if values["moved_in_on"] == kin.person.born_on else "move_in"
        moves.append((kind, values["moved_in_on"], "" if kind == "birth" else "外区（虚构）", ""))
    if home.left_on is not None:
        moves.append(("move_out", home.left_on, "", "外区（虚构）"))
    elif full_years(kin.person.born_on, scene.today) >= AGED and scene.chance(DEATHS * 10) and not moves:
        moves.append(("death", scene.recent(), "", ""))
    return [
        Draft(on, {
            "resident": resident, "kind": kind, "moved_on": on, "from_place": come or None, "to_place": gone or None,
            "area": values["area"], "note": MARK,
        })
        for kind, on, come, gone in moves
    ]  # fmt: skip
