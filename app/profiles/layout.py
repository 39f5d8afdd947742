"""Which areas a profile asks for: real divisions where it names a file, and grids dealt out by its rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.areas.rules import is_special_kind, level_below, level_of, next_code, parent_of
from app.fields.addresses import community_name, street_name
from app.profiles.files import FIXTURES, ProfileFile, read_divisions
from app.settings.profile import Profile, ProfileRefused
from reports.document import chinese_number

RESIDENTS_BELOW = 200
"""The 10th to 12th digit of a statistical division: 001 to 199 residents' committees, 200 to 399 villages, 400 to 499
what counts as a residents' committee."""


@dataclass(frozen=True, slots=True)
class PlannedArea:
    """One node a profile asks for."""

    code: str
    parent_code: str | None
    name: str
    level: str
    kind: str | None = None
    size: str | None = None


def planned_areas(file: ProfileFile, folder: Path = FIXTURES) -> list[PlannedArea]:
    """All nodes, parents before children. Raises ProfileRefused where the rule does not fit the levels."""
    profile, rule = file.profile, file.areas
    named = rule["nodes"] if "nodes" in rule else _from_divisions(profile, rule, folder)
    found = [_node(profile, str(item["code"]), str(item["name"])) for item in named]
    sizes = rule.get("sizes", {})
    found = [replace(area, size=sizes.get(area.level)) for area in found]
    _refuse_orphans(found, profile)
    if "estates" in rule:
        found += _dealt(found, profile, [rule["estates"]])
    return found + _dealt(found, profile, rule.get("grids", ()))


def _from_divisions(profile: Profile, rule: Mapping[str, Any], folder: Path) -> Iterable[dict[str, str]]:
    within = tuple(str(code) for code in rule.get("within", [profile.top_code]))
    every_village = rule.get("communities", "all") == "all"
    for code, name in sorted(read_divisions(str(rule["divisions"]), folder)):
        if code == profile.top_code or (
            code.startswith(within) and (every_village or len(code) < 12 or _is_residents(code))
        ):
            yield {"code": code, "name": name}


def _is_residents(code: str) -> bool:
    number = int(code[9:12])
    return number < RESIDENTS_BELOW or 400 <= number < 500


def _node(profile: Profile, code: str, published: str) -> PlannedArea:
    level = level_of(code, profile.levels)
    name = community_name(published) if len(code) == 12 else street_name(published)
    return PlannedArea(code, parent_of(code, profile.levels), name, level.key)


def _refuse_orphans(found: Sequence[PlannedArea], profile: Profile) -> None:
    codes = {area.code for area in found}
    for area in found:
        if area.code != profile.top_code and area.parent_code not in codes:
            raise ProfileRefused(f"配置 {profile.key}：{area.name}（{area.code}）的上级不在区划里。")


def _dealt(found: Sequence[PlannedArea], profile: Profile, rules: Iterable[Mapping[str, Any]]) -> list[PlannedArea]:
    """Nodes one level below the lowest there are, `each` per parent or `total` dealt out among them."""
    lowest = max(len(area.code) for area in found)
    parents = sorted(area.code for area in found if len(area.code) == lowest)
    level = level_below(parents[0], profile.levels)
    if level is None:
        raise ProfileRefused(f"配置 {profile.key}：最低一级下面不能再设网格。")
    taken: set[str] = set()
    made = []
    for rule in rules:
        for parent, count in zip(parents, shares(rule, len(parents)), strict=True):
            for number in range(1, count + 1):
                code = next_code(parent, taken, profile.levels, is_special=is_special_kind(rule.get("kind")))
                taken.add(code)
                name = str(rule["name"]).format(number=chinese_number(number))
                made.append(PlannedArea(code, parent, name, level.key, rule.get("kind"), rule.get("size")))
    return sorted(made, key=lambda area: area.code)


def shares(rule: Mapping[str, Any], parents: int) -> list[int]:
    """How many nodes each parent gets: {"each": 4} → 4, 4, 4; {"total": 8} over three → 3, 3, 2."""
    if "each" in rule:
        return [int(rule["each"])] * parents
    share, left = divmod(int(rule["total"]), parents)
    return [share + (place < left) for place in range(parents)]
