"""Community workers, grid workers and heads of buildings in an invented district."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from app.areas.queries import AreaRow
from app.fields.age import full_years, months_after, years_after
from app.registers.demo.families import education
from app.registers.demo.scene import MARK, Draft, Scene

LACKING_EVERY, LACKING = 40, 10
"""One grid in so many has no full-time worker."""

OWN_STAFF = 3
"""Places in a community's office that are not filled from the secretaries of its branches."""

HELPERS = (
    ("information", "volunteer"), ("mediator", "volunteer"), ("city_officer", "city_management"),
    ("property_keeper", "property"), ("micro_head", "building_head"), ("police", "police"),
)  # fmt: skip
"""Posts of part-time workers, and where such people come from."""

HEAD_SHARE, UNIT_HEAD_SHARE = 0.9, 0.35
HEAD_AGES = (35, 78)


def fill_workers(scene: Scene) -> None:
    """The communities' offices, then the grids."""
    leaders = _leaders(scene)
    scene.add("community_workers", [draft for area in scene.communities for draft in _office(scene, area, leaders)])
    grids = [grid for area in scene.communities for grid in scene.grids_of.get(area.code, ())]
    drafts: list[Draft] = []
    for place, grid in enumerate(grids):
        drafts += _grid(scene, grid, leaders.get(grid.code), lacks_full_time=place % LACKING_EVERY == LACKING)
    scene.add("grid_workers", drafts)


def _leaders(scene: Scene) -> dict[str, dict[str, Any]]:
    """Grid → the secretary of its branch, as every roster writes a person down."""
    return {
        row.area_code: {
            "name": row.name, "id_number": row.id_number.open(), "sex": row.sex, "ethnicity": row.ethnicity,
            "political_status": "01", "education": row.education, "phone": row.phone, "note": MARK,
        }
        for row in scene.rows("party_members")
        if row.roster == "registered" and row.post == "secretary"
    }  # fmt: skip


def _stranger(scene: Scene, *, youngest: int, oldest: int) -> dict[str, Any]:
    person = scene.person(youngest=youngest, oldest=oldest)
    age = full_years(person.born_on, scene.today)
    return {
        "name": person.name, "id_number": person.id_number, "sex": person.sex, "ethnicity": "01", "phone": person.phone,
        "political_status": "03" if age < 27 else "13", "education": education(scene, min(age, 44)), "note": MARK,
    }  # fmt: skip


def _began(scene: Scene, place: int) -> date:
    """The day somebody took up a post; every eighth did so within the last months."""
    return scene.recent() if place % 8 == 5 else scene.years_ago(9, 1)


def _office(scene: Scene, area: AreaRow, leaders: dict[str, dict[str, Any]]) -> Iterator[Draft]:
    own = [leaders[grid.code] for grid in scene.branch_grids_of.get(area.code, ()) if grid.code in leaders]
    own = own[: max(1, scene.sizes.staff - OWN_STAFF)]
    posts = ["secretary", "deputy_secretary", *["committee_member"] * len(own)][: len(own)]
    duties = ("主持全面工作", "党建、组织", "平安、综治", "民政、社保", "城管、环境", "文体、宣传", "物业、业委会")
    people = list(zip(posts, own, strict=True))
    for number in range(scene.sizes.staff - len(own)):
        post = "clerk" if number == 0 else "director" if number == 1 and scene.sizes.staff > OWN_STAFF + 2 else "worker"
        people.append((post, _stranger(scene, youngest=23, oldest=52)))
    for place, (post, person) in enumerate(people):
        since = _began(scene, place) if place else scene.years_ago(9, 3)
        has_contract = post in ("worker", "clerk")
        yield Draft(scene.since(since), person | {
            "area": area.code, "post": post, "duty": duties[place % len(duties)], "employed_on": since,
            "grade": scene.rng.choice(("assistant", "social_worker", "none", "none")), "state": "on_duty",
            "contract_ends_on": months_after(scene.today, scene.rng.randint(3, 30)) if has_contract else None,
        })  # fmt: skip


def _grid(scene: Scene, grid: AreaRow, leader: dict[str, Any] | None, *, lacks_full_time: bool) -> Iterator[Draft]:
    if grid.responsible_name is not None:
        head = leader or _stranger(scene, youngest=30, oldest=56)
        yield _worker(scene, grid, head, "head", "part_time", "community_worker", 60)
    count = 0 if lacks_full_time else scene.count(scene.sizes.full_time)
    for number in range(count):
        person = _stranger(scene, youngest=24, oldest=52)
        source = "community_worker" if number == 0 else "outsourced"
        yield _worker(scene, grid, person, "full_time", "full_time", source, scene.rng.choice((80, 90, 100)))
    first = scene.rng.randrange(len(HELPERS))
    for number in range(scene.count(scene.sizes.part_time)):
        post, source = HELPERS[(first + number) % len(HELPERS)]
        person = _stranger(scene, youngest=28, oldest=64)
        yield _worker(scene, grid, person, post, "part_time", source, scene.rng.choice((20, 30, 50)))
    if scene.chance(0.04):
        yield _gone(scene, grid)


def _worker(
    scene: Scene, grid: AreaRow, person: dict[str, Any], post: str, kind: str, source: str, share: int
) -> Draft:  # fmt: skip
    since = scene.recent() if post != "head" and scene.chance(0.08) else scene.years_ago(8, 1)
    return Draft(scene.since(since), person | {
        "area": grid.code, "kind": kind, "post": post, "source": source,
        "time_share": Decimal(share), "hired_on": since,
        "contract_ends_on": months_after(scene.today, scene.rng.randint(2, 30)) if kind == "full_time" else None,
        "badge": f"{grid.code[-6:]}{scene.rng.randrange(100):02d}", "state": "on_duty",
        "duty": f"{grid.name}{grid.household_count or ''}{'户' if grid.household_count else ''}",
    })  # fmt: skip


def _gone(scene: Scene, grid: AreaRow) -> Draft:
    """Somebody who has left within the last months."""
    person = _stranger(scene, youngest=25, oldest=55)
    draft = _worker(scene, grid, person, "full_time", "full_time", "outsourced", 100)
    hired = years_after(scene.today, -scene.rng.randint(2, 5))
    gone = {"hired_on": hired, "left_on": scene.recent(), "state": "left", "contract_ends_on": None}
    return Draft(scene.since(hired), dict(draft.values) | gone)


# ---- buildings


def fill_building_heads(scene: Scene) -> None:
    """楼栋长 and 单元长, residents of the building they answer for wherever some are registered."""
    living = _residents_of_buildings(scene)
    drafts: list[Draft] = []
    for building in scene.rows("buildings"):
        drafts += _heads_of(scene, building, living.get(building.id, []))
    scene.add("building_heads", drafts)


def _residents_of_buildings(scene: Scene) -> dict[int, list[tuple[Any, str | None]]]:
    """Building → (resident, 单元) of those old and young enough to answer for it."""
    homes = {row.id: (row.building_id, row.unit_number) for row in scene.rows("dwellings")}
    households = {row.id: homes.get(row.dwelling_id) for row in scene.rows("households")}
    found: dict[int, list[tuple[Any, str | None]]] = {}
    for row in scene.rows("residents"):
        place = households.get(row.household_id)
        fits = HEAD_AGES[0] <= full_years(row.born_on, scene.today) <= HEAD_AGES[1]
        if place is not None and fits and row.left_on is None and row.state == "present":
            found.setdefault(place[0], []).append((row, place[1]))
    return found


def _heads_of(scene: Scene, building: Any, living: Sequence[tuple[Any, str | None]]) -> Iterator[Draft]:
    if not scene.chance(HEAD_SHARE):
        return
    if not living:
        if building.kind == "commercial":
            person = _stranger(scene, youngest=30, oldest=58)
            yield _head(scene, building, {key: person[key] for key in _TAKEN}, "building_head", None)
        return
    head, _unit = scene.rng.choice(living)
    taken = {head.name}  # a building's roster holds each name and post once
    yield _head(scene, building, _as_written(head), "building_head", None)
    for unit in sorted({unit for _row, unit in living if unit}):
        others = [row for row, where in living if where == unit and row.name not in taken]
        if others and scene.chance(UNIT_HEAD_SHARE):
            chosen = scene.rng.choice(others)
            taken.add(chosen.name)
            yield _head(scene, building, _as_written(chosen), "unit_head", unit)


_TAKEN = ("name", "id_number", "sex", "political_status", "phone")


def _as_written(resident: Any) -> dict[str, Any]:
    return {name: getattr(resident, name) for name in _TAKEN} | {"id_number": resident.id_number.open()}


def _head(scene: Scene, building: Any, person: dict[str, Any], post: str, unit: str | None) -> Draft:
    since = scene.recent() if scene.chance(0.06) else scene.years_ago(5, 1)
    homes = building.household_count or None
    return Draft(scene.since(since), person | {
        "post": post, "building": building.id, "unit_number": unit, "area": building.area_code, "kind": "part_time",
        "household_count": homes // max(1, building.unit_count or 1) if homes and unit else homes,
        "chat_group": f"{building.name}居民群" if unit is None else None, "since_on": since, "note": MARK,
    })  # fmt: skip
