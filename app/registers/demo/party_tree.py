"""党工委, 党委 or 党总支, 党支部 and 党小组 of an invented district; their people come later."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from app.areas.queries import AreaRow
from app.fields.age import months_after, years_after
from app.registers.demo.names import NO_PLACE
from app.registers.demo.scene import MARK, Draft, Scene
from reports.document import chinese_number

TERM_YEARS = 5
"""《党的基层组织任期的意见》: committees and branches of communities sit five years."""

SOON_EVERY = 9
"""Every ninth term runs out within the next months."""


def fill(scene: Scene) -> None:
    """The tree down to the 党小组."""
    numbers = iter(range(1, 10**6))
    streets = _working_committees(scene, numbers)
    communities = _committees(scene, numbers, streets)
    if scene.sizes.office_branch:
        scene.add("party_organizations", [_office_branch(scene, numbers, area, streets) for area in scene.streets])
    branches = _branches(scene, numbers, communities)
    _groups(scene, numbers, branches)


def _values(numbers: Any, area: AreaRow, kind: str, name: str, **more: Any) -> dict[str, Any]:
    return {
        "name": name, "kind": kind, "area": area.code, "number": f"{NO_PLACE}{next(numbers):06d}", "note": MARK, **more,
    }  # fmt: skip


def _draft(scene: Scene, values: Mapping[str, Any]) -> Draft:
    return Draft(scene.since(values.get("founded_on")), values)


def _working_committees(scene: Scene, numbers: Any) -> dict[str, int]:
    drafts = [
        _draft(
            scene,
            _values(
                numbers, area, "working_committee", f"中共{area.name}工作委员会", short_name=f"{area.name}党工委",
                may_issue_papers=True, founded_on=scene.years_ago(25, 12), place_of_activity=f"{area.name}党群服务中心",
            ),
        )
        for area in scene.streets
    ]  # fmt: skip
    return dict(zip((area.code for area in scene.streets), scene.add("party_organizations", drafts), strict=True))


def _committees(scene: Scene, numbers: Any, streets: Mapping[str, int]) -> dict[str, int]:
    drafts = []
    for place, area in enumerate(scene.communities):
        is_committee = place < scene.sizes.committees
        street = scene.area_of[area.code[:9]].name
        values = _values(
            numbers, area, "committee" if is_committee else "general_branch",
            f"中共{street}{area.name}{'委员会' if is_committee else '总支部委员会'}",
            short_name=f"{area.name}{'党委' if is_committee else '党总支'}", parent=streets[area.code[:9]],
            may_issue_papers=True, founded_on=scene.years_ago(18, 8), place_of_activity=f"{area.name}党群服务站",
            activist_count=scene.rng.randint(0, 5),
        )  # fmt: skip
        drafts.append(_draft(scene, values | _term(scene, "soon" if place == 1 else "")))
    return dict(zip((area.code for area in scene.communities), scene.add("party_organizations", drafts), strict=True))


def _office_branch(scene: Scene, numbers: Any, area: AreaRow, streets: Mapping[str, int]) -> Draft:
    values = _values(
        numbers, area, "branch", f"{area.name}机关党支部", short_name="机关党支部", parent=streets[area.code],
        founded_on=scene.years_ago(15, 8),
    )  # fmt: skip
    return _draft(scene, values | _term(scene, ""))


def _branches(scene: Scene, numbers: Any, communities: Mapping[str, int]) -> dict[str, int]:
    drafts = []
    for place, grid in enumerate(scene.branch_grids):
        values = _values(
            numbers, grid, "joint_branch" if grid.kind == "commercial" else "branch",
            f"{path_name(scene, grid)}{'联合' if grid.kind == 'commercial' else ''}党支部",
            short_name=f"{grid.name}党支部", parent=communities[grid.code[:12]], founded_on=scene.years_ago(10, 6),
            activist_count=scene.rng.randint(0, 3),
        )  # fmt: skip
        drafts.append(_draft(scene, values | _term(scene, _state_at(place, len(scene.branch_grids)))))
    ids = scene.add("party_organizations", drafts)
    return dict(zip((grid.code for grid in scene.branch_grids), ids, strict=True))


def path_name(scene: Scene, grid: AreaRow) -> str:
    """桂花社区第一网格; with what stands between, where there is something."""
    return "".join(scene.area_of[code].name for code in _between(scene, grid.code))


def _between(scene: Scene, code: str) -> list[str]:
    digits = [level.digits for level in scene.context.profile.levels if 12 <= level.digits <= len(code)]
    return [code[:length] for length in digits if code[:length] in scene.area_of]


def _state_at(place: int, count: int) -> str:
    """One branch past its term, one with a longer one granted, and a few near the end."""
    if place == min(5, count - 1):
        return "expired"
    if place == min(9, count - 1):
        return "extended"
    return "soon" if place % SOON_EVERY == 2 else ""


def _term(scene: Scene, state: str) -> dict[str, Any]:
    ago = years_after(scene.today, -TERM_YEARS)
    if state == "soon":
        elected = scene.between(ago + timedelta(days=20), months_after(ago, 6) - timedelta(days=5))
    elif state in ("expired", "extended"):
        elected = ago - timedelta(days=scene.rng.randint(25, 60))
    else:
        elected = scene.years_ago(TERM_YEARS - 1, 1)
    found: dict[str, Any] = {
        "term_years": TERM_YEARS, "elected_on": elected, "term_ends_on": years_after(elected, TERM_YEARS),
    }  # fmt: skip
    if state == "extended":
        found["extended_to"] = months_after(found["term_ends_on"], 6)
        found["extension_paper"] = f"党工委〔{found['term_ends_on'].year}〕18号"
    return found


def _groups(scene: Scene, numbers: Any, branches: Mapping[str, int]) -> None:
    drafts = []
    for grid, count in zip(scene.branch_grids, scene.groups_of_branches(), strict=True):
        for number in range(1, count + 1):
            values = _values(
                numbers, grid, "group", f"{path_name(scene, grid)}第{chinese_number(number)}楼栋党小组",
                short_name=f"第{chinese_number(number)}楼栋党小组", parent=branches[grid.code],
                founded_on=scene.years_ago(6, 2),
            )  # fmt: skip
            drafts.append(_draft(scene, values))
    scene.add("party_organizations", drafts)
