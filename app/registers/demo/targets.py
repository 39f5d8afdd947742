"""Service targets of an invented district, few of each of the three kinds that never meet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from app.areas.queries import AreaRow
from app.fields.age import full_years
from app.registers.demo.scene import MARK, Draft, Scene

AGED, PENSION, GROWN_UP = 80, 60, 22
SPECIAL = ("correction", "released", "mental", "released")
ATTENTION = ("dispute", "petitioner", "unpaid")
_WORDS = "演示用，内容为虚构"


def fill(scene: Scene) -> None:
    """Residents of fitting ages; each has the full-time worker of his grid."""
    workers = {
        row.area_code: row.id for row in reversed(scene.rows("grid_workers"))
        if row.kind == "full_time" and row.left_on is None
    }  # fmt: skip
    living: dict[str, list[Any]] = {}
    for row in scene.rows("residents"):
        if row.left_on is None and row.state == "present":
            living.setdefault(row.area_code[:12], []).append(row)
    kept = scene.rows("residents")
    care: list[Draft] = []
    for community in scene.communities:
        people = living.get(community.code, [])
        care += _care(scene, people, workers)
    scene.add("care_targets", care)
    scene.add("special_population", [
        draft for street in scene.streets
        for draft in _of_street(scene, street, living, workers, SPECIAL[: scene.sizes.special], _special)
    ])  # fmt: skip
    scene.add("key_attention", [
        draft for street in scene.streets
        for draft in _of_street(scene, street, living, workers, ATTENTION[: scene.sizes.attention], _attention)
    ])  # fmt: skip
    del kept  # held until here, so that rows of links are read once


def _care(scene: Scene, people: list[Any], workers: dict[str, int]) -> Iterator[Draft]:
    def age(row: Any) -> int:
        return full_years(row.born_on, scene.today)

    alone = [row for row in people if "独居老人" in (row.labels or "")]
    aged = [row for row in people if age(row) >= AGED and row not in alone]
    nest = [row for row in people if "空巢老人" in (row.labels or "") and row not in aged]
    others = [row for row in people if GROWN_UP <= age(row) < PENSION]
    scene.rng.shuffle(others)
    wanted = scene.sizes.care
    chosen = [("old_alone", row) for row in alone[: -(-wanted * 3 // 8)]]
    chosen += [("aged", row) for row in aged[: wanted // 4]] + [("empty_nest", row) for row in nest[: wanted // 8]]
    rest = iter(others)
    for kind in ("low_income", "disabled", "low_income_edge", "unemployed"):
        row = next(rest, None)
        if len(chosen) < wanted and row is not None:
            chosen.append((kind, row))
    for kind, row in chosen:
        since = scene.recent() if scene.chance(0.15) else scene.years_ago(3, 1)
        yield Draft(scene.since(since), _values(scene, row, kind, workers, since) | {
            "frequency": "weekly" if kind == "old_alone" else "monthly",
            "disability_kind": "4" if kind == "disabled" else None,
            "disability_grade": "3" if kind == "disabled" else None,
            "benefits": "最低生活保障" if kind == "low_income" else None,
        })  # fmt: skip


def _values(scene: Scene, row: Any, kind: str, workers: dict[str, int], since: Any) -> dict[str, Any]:
    visited = scene.today - timedelta(days=scene.rng.randint(1, 45))
    return {
        "resident": row.id, "area": row.area_code, "kind": kind, "worker": workers.get(row.area_code),
        "since_on": since, "last_visited_on": max(visited, since), "note": MARK,
    }  # fmt: skip


def _of_street(
    scene: Scene, street: AreaRow, living: dict[str, list[Any]], workers: dict[str, int], kinds: tuple[str, ...],
    more: Callable[[Scene], dict[str, Any]],
) -> Iterator[Draft]:  # fmt: skip
    people = [
        row for code, rows in living.items() if code.startswith(street.code)
        for row in rows if GROWN_UP <= full_years(row.born_on, scene.today) < PENSION and row.political_status == "13"
    ]  # fmt: skip
    for kind, row in zip(kinds, scene.rng.sample(people, min(len(kinds), len(people))), strict=False):
        since = scene.recent() if scene.chance(0.3) else scene.years_ago(2, 1)
        yield Draft(
            scene.since(since), _values(scene, row, kind, workers, since) | {"frequency": "monthly"} | more(scene)
        )


def _special(scene: Scene) -> dict[str, Any]:
    return {"basis": _WORDS, "measures": _WORDS, "police": scene.person(youngest=28, oldest=50).name}


def _attention(scene: Scene) -> dict[str, Any]:
    return {
        "matter": _WORDS, "measures": _WORDS, "leader": scene.person(youngest=38, oldest=57).name,
        "review_on": scene.today + timedelta(days=scene.rng.randint(20, 120)),
    }  # fmt: skip
