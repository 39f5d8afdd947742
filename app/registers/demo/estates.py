"""Property firms, estates and buildings of an invented district."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from app.areas.queries import AreaRow
from app.fields.age import years_after
from app.registers.demo import names
from app.registers.demo.scene import MARK, Draft, Scene

COMPOUNDS_TO_A_FIRM = 3
PER_STOREY = 2
"""Homes on one storey of one stairwell."""


def homes_grids(scene: Scene, community: AreaRow) -> list[AreaRow]:
    """Grids of a community in which people live."""
    return [grid for grid in scene.grids_of.get(community.code, ()) if grid.kind == "basic"]


def estates_grids(scene: Scene, community: AreaRow) -> list[list[AreaRow]]:
    """The same grids dealt out to the community's estates, neighbours together."""
    grids = homes_grids(scene, community)
    count = min(scene.sizes.compounds, len(grids))
    cuts = [round(place * len(grids) / count) for place in range(count + 1)] if count else []
    return [grids[first:last] for first, last in itertools.pairwise(cuts)]


# ---- firms and estates


def fill_estates(scene: Scene) -> None:
    """Firms, then estates; each estate but the open ones has a firm."""
    estates = [
        (community, grids, *kind)
        for (community, grids), kind in zip(
            ((community, grids) for community in scene.communities for grids in estates_grids(scene, community)),
            names.estates(scene.rng),
            strict=False,
        )
    ]
    firm_of = _firms(scene, estates)
    drafts = [
        Draft(scene.first_entry, _estate(scene, community, grids, name, kind, firm_of.get(name)))
        for community, grids, name, kind in estates
    ]
    scene.add("residential_compounds", drafts)


def _firms(scene: Scene, estates: Sequence[tuple[AreaRow, list[AreaRow], str, str]]) -> dict[str, tuple[int, Any]]:
    """Estate's name → (id of its firm, the person in charge there)."""
    kept = [(community, grids, name) for community, grids, name, kind in estates if kind not in ("open", "unit")]
    firm_names = names.property_firms(scene.rng)
    drafts, served = [], []
    for street in scene.streets:
        of_street = [item for item in kept if item[0].code.startswith(street.code)]
        for place, start in enumerate(range(0, len(of_street), COMPOUNDS_TO_A_FIRM)):
            group = of_street[start : start + COMPOUNDS_TO_A_FIRM]
            manager = scene.person(youngest=28, oldest=55)
            drafts.append(_firm(scene, group, next(firm_names), manager, place))
            served.append((group, manager))
    ids = scene.add("property_companies", drafts)
    return {
        name: (id_, manager)
        for id_, (group, manager) in zip(ids, served, strict=True)
        for _community, _grids, name in group
    }


def _firm(
    scene: Scene, group: Sequence[tuple[AreaRow, list[AreaRow], str]], name: str, manager: Any, place: int
) -> Draft:
    codes = {community.code for community, _grids, _name in group}
    area = codes.pop() if len(codes) == 1 else group[0][0].code[:9]
    grids = [grid for _community, of_estate, _name in group for grid in of_estate]
    homes = sum(grid.household_count or 0 for grid in grids)
    ends = _contract_end(scene, place)
    staff = scene.rng.randint(14, 60)
    has_party = scene.chance(0.5)
    begins = years_after(ends, -3)
    values = {
        "name": name, "credit_code": names.credit_code(scene.rng), "area": area,
        "legal_representative": scene.person(youngest=35, oldest=60).name, "manager": manager.name,
        "manager_phone": manager.phone, "property_kind": "home", "household_count": homes,
        "floor_area": Decimal(homes * scene.rng.randint(82, 104)),
        "occupancy": Decimal(scene.rng.randint(820, 965)) / 10,
        "fee": Decimal(scene.rng.choice(("0.55", "0.80", "1.20", "1.60", "2.10"))),
        "fee_collected": Decimal(scene.rng.randint(720, 962)) / 10,
        "selection": scene.rng.choice(("assembly", "assembly", "early", "committee")),
        "contract_starts_on": begins, "contract_ends_on": ends, "has_party_organization": has_party,
        "staff_count": staff, "party_member_count": scene.rng.randint(3, 6) if has_party else scene.rng.randint(0, 2),
        "is_red_property": has_party and scene.chance(0.5),
        "credit_grade": scene.rng.choice(("AAA", "AA", "AA", "A", "B")), "note": MARK,
    }  # fmt: skip
    return Draft(scene.first_entry, values)


def _contract_end(scene: Scene, place: int) -> date:
    """The second firm's contract runs out in weeks, the fourth's is over, the others' runs on."""
    if place == 1:
        return scene.today + timedelta(days=scene.rng.randint(20, 55))
    if place == 3:
        return scene.today - timedelta(days=scene.rng.randint(10, 50))
    return scene.today + timedelta(days=scene.rng.randint(240, 800))


def _estate(
    scene: Scene, community: AreaRow, grids: Sequence[AreaRow], name: str, kind: str, firm: tuple[int, Any] | None
) -> dict[str, Any]:
    homes = sum(grid.household_count or 0 for grid in grids)
    occupied = round(homes * scene.rng.uniform(0.84, 0.97))
    old = kind in ("old", "unit", "open")
    values = {
        "name": name, "kind": kind, "area": grids[0].code if len(grids) == 1 else community.code,
        "address": f"{community.name}{name}（虚构地址）",
        "built_in": scene.today.year - scene.rng.randint(*((22, 38) if old else (6, 20))),
        "household_count": homes, "occupied_count": occupied, "resident_count": round(occupied * 2.6),
        "floor_area": Decimal(homes * scene.rng.randint(62 if old else 88, 78 if old else 108)),
        "parking_count": round(homes * (0.3 if old else 0.9)),
        "management_mode": "company" if firm else "unit" if kind == "unit" else "self",
        "has_monitoring": scene.chance(0.7), "note": "房屋和住户先登记了一部分。" + MARK,
    }  # fmt: skip
    if firm is not None:
        id_, manager = firm
        values |= {"company": id_, "manager": manager.name, "manager_phone": manager.phone}
    return values


# ---- buildings


def fill_buildings(scene: Scene) -> None:
    """Buildings of every estate, numbered through it, and one in each grid of shops or firms."""
    groups: dict[str, list[int]] = {}
    for group in scene.rows("party_organizations"):
        if group.kind == "group":
            groups.setdefault(group.area_code, []).append(group.id)
    estates: dict[str, list[Any]] = {}
    for estate in scene.rows("residential_compounds"):
        estates.setdefault(estate.area_code[:12], []).append(estate)
    drafts: list[Draft] = []
    for community in scene.communities:
        dealt = estates_grids(scene, community)
        for estate, grids in zip(estates.get(community.code, ()), dealt, strict=True):
            _estate_buildings(scene, estate, grids, groups, drafts)
        others = [grid for grid in scene.grids_of.get(community.code, ()) if grid.kind != "basic"]
        drafts += [_commercial(scene, grid, groups) for grid in others]
    scene.add("buildings", drafts)
    _count_into_estates(scene, [estate for of_community in estates.values() for estate in of_community])


def _estate_buildings(
    scene: Scene, estate: Any, grids: Sequence[AreaRow], groups: dict[str, list[int]], drafts: list[Draft]
) -> None:
    number = 0
    for grid in grids:
        of_grid = groups.get(grid.code, [])
        count = max(scene.count(scene.sizes.buildings), len(of_grid))
        homes = grid.household_count or 60 * count
        for place in range(count):
            number += 1
            share = homes // count + (place < homes % count)
            values = _building_values(scene, estate, share) | {
                "name": f"{estate.name}{number}幢", "compound": estate.id, "number": f"{number}幢", "area": grid.code,
                "party_group": of_grid[place % len(of_grid)] if of_grid else None, "note": MARK,
            }  # fmt: skip
            drafts.append(Draft(scene.first_entry, values))


def _building_values(scene: Scene, estate: Any, homes: int) -> dict[str, Any]:
    is_old = estate.kind in ("old", "unit", "open")
    storeys, kind = (6, "middle") if is_old else scene.rng.choice(((11, "small_high"), (18, "high"), (26, "high")))
    units = max(1, min(8, -(-homes // (storeys * PER_STOREY))))
    return {
        "kind": kind, "unit_count": units, "storey_count": max(storeys, -(-homes // (units * PER_STOREY * 2))),
        "household_count": homes, "has_lift": not is_old, "built_in": estate.built_in,
    }  # fmt: skip


def _commercial(scene: Scene, grid: AreaRow, groups: dict[str, list[int]]) -> Draft:
    name = f"{scene.rng.choice(names.STEMS)}{'大厦' if grid.kind == 'commercial' else '产业园1号楼'}"
    of_grid = groups.get(grid.code, [])
    values = {
        "name": name, "number": "1幢", "area": grid.code, "kind": "commercial",
        "storey_count": scene.rng.randint(5, 16), "unit_count": 1, "has_lift": True,
        "built_in": scene.today.year - scene.rng.randint(5, 15),
        "party_group": of_grid[0] if of_grid else None, "note": MARK,
    }  # fmt: skip
    return Draft(scene.first_entry, values)


def _count_into_estates(scene: Scene, estates: Sequence[Any]) -> None:
    of_estate: dict[int | None, list[Any]] = {}
    for building in scene.rows("buildings"):
        of_estate.setdefault(building.compound_id, []).append(building)
    for estate in estates:
        own = of_estate.get(estate.id, [])
        estate.building_count, estate.unit_count = len(own), sum(building.unit_count or 0 for building in own)
