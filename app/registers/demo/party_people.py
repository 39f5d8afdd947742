"""Party members of an invented district in their three rosters, and who leads what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from app.fields.age import full_years, months_after, years_after
from app.registers.demo import names
from app.registers.demo.families import PENSION, education
from app.registers.demo.scene import MARK, Draft, Scene
from app.registers.party_members.rules import YOUNGEST

WORKING_AGE = (32, 57)
"""Ages of those invented as secretaries: a community's secretary is one of its workers."""

COMMITTEE_POSTS = ("secretary", "deputy_secretary", "organization", "publicity", "discipline")
_COLUMN_OF = {
    "secretary": "secretary", "deputy_secretary": "deputy_secretary", "organization": "organization_member",
    "publicity": "publicity_member", "discipline": "discipline_member",
}  # fmt: skip
FULL, PROBATIONARY = "01", "02"
"""政治面貌 of a resident who is a member."""


@dataclass(slots=True)
class Branch:
    """One branch on its way: its organisation, the groups below it, and the values of its members."""

    row: Any
    groups: list[Any]
    members: list[dict[str, Any]] = field(default_factory=list)
    """在册: leaders first."""


def fill(scene: Scene) -> None:
    """Members of the three rosters, then the names of those who lead, then the 党员中心户."""
    organizations = scene.rows("party_organizations")
    branches = _branches(organizations)
    residents = _members_among_residents(scene)
    centres = dict(zip((grid.code for grid in scene.branch_grids), scene.centre_households_of_branches(), strict=True))
    drafts: list[Draft] = []
    for branch in branches:
        pool = residents.get(branch.row.area_code, [])
        _registered(scene, branch, pool, centres.get(branch.row.area_code, 0))
        drafts += [Draft(scene.entered(), values) for values in branch.members]
        drafts += list(_visitors(scene, branch, pool))
    scene.add("party_members", drafts)
    _name_leaders(scene, organizations, branches)
    _centre_households(scene, branches, centres)


def _branches(organizations: Sequence[Any]) -> list[Branch]:
    groups: dict[int, list[Any]] = {}
    for row in organizations:
        if row.kind == "group":
            groups.setdefault(row.parent_id, []).append(row)
    return [Branch(row, groups.get(row.id, [])) for row in organizations if row.kind in ("branch", "joint_branch")]


def _members_among_residents(scene: Scene) -> dict[str, list[Any]]:
    """Grid → residents who say they are members, with the dwelling they live in at hand."""
    homes = {home.id: home for home in scene.rows("dwellings")}
    households = {row.id: homes.get(row.dwelling_id) for row in scene.rows("households")}
    found: dict[str, list[Any]] = {}
    for resident in scene.rows("residents"):
        if resident.political_status in (FULL, PROBATIONARY) and resident.left_on is None:
            found.setdefault(resident.area_code, []).append((resident, households.get(resident.household_id)))
    return found


# ---- 在册


def _registered(scene: Scene, branch: Branch, pool: list[Any], centres: int) -> None:
    wanted = max(scene.count(scene.sizes.members), centres + len(branch.groups))
    leader = _of_person(scene, scene.person(youngest=WORKING_AGE[0], oldest=WORKING_AGE[1]))
    branch.members.append(leader | {"employer": scene.area_of[branch.row.area_code[:12]].name})
    # Some residents who are members stay outside: they report here, or were left out.
    taken = min(len(pool), round(len(pool) * 0.75), wanted - 1)
    for _number in range(taken):
        branch.members.append(_of_resident(scene, *pool.pop(0)))
    while len(branch.members) < wanted:
        branch.members.append(_of_person(scene, scene.person(youngest=24, oldest=84)))
    for number, values in enumerate(branch.members):
        values |= {
            "roster": "registered", "organization": branch.row.id, "area": branch.row.area_code,
            "group_organization": branch.groups[number % len(branch.groups)].id if branch.groups else None,
            "post": "ordinary", "dues_standard": Decimal(scene.rng.randint(4, 160)) / 2,
        }  # fmt: skip
    _give_posts(branch, centres)


def _give_posts(branch: Branch, centres: int) -> None:
    """A committee where there are seven full members or more, else a secretary only; then groups and households."""
    full = [values for values in branch.members if values["kind"] == "full"]
    posts: list[str] = list(COMMITTEE_POSTS) if len(full) >= 7 else ["secretary"]
    posts += ["group_head"] * len(branch.groups) + ["household_head"] * centres
    for values, post in zip(full, posts, strict=False):
        values["post"] = post
    heads = [values for values in full if values["post"] == "group_head"]
    for values, group in zip(heads, branch.groups, strict=False):
        values["group_organization"] = group.id


def _of_person(scene: Scene, person: Any) -> dict[str, Any]:
    age = full_years(person.born_on, scene.today)
    return {
        "name": person.name, "id_number": person.id_number, "sex": person.sex, "born_on": person.born_on,
        "ethnicity": "01", "education": education(scene, age), "phone": person.phone,
        "employer": names.employer(scene.rng) if age < PENSION else None, "note": MARK,
        **_career(scene, person.born_on, is_probationary=age < 45 and scene.chance(0.06)),
    }  # fmt: skip


def _of_resident(scene: Scene, resident: Any, home: Any) -> dict[str, Any]:
    return {
        "name": resident.name, "id_number": resident.id_number.open(), "sex": resident.sex, "born_on": resident.born_on,
        "ethnicity": resident.ethnicity, "education": resident.education, "phone": resident.phone,
        "employer": resident.employer, "note": MARK, "building": home.building_id if home else None,
        "unit_number": home.unit_number if home else None, "address": home.name if home else None,
        **_career(scene, resident.born_on, is_probationary=resident.political_status == PROBATIONARY),
    }  # fmt: skip


def _career(scene: Scene, born: date, *, is_probationary: bool) -> dict[str, Any]:
    """When somebody joined and was confirmed, and what he does."""
    age = full_years(born, scene.today)
    situation = (
        "retired"
        if age >= PENSION
        else scene.rng.choices(("employed", "flexible", "unemployed", "hardship"), (80, 12, 5, 3))[0]
    )
    if is_probationary:
        joined = scene.between(months_after(scene.today, -11), months_after(scene.today, -5))
        return {"kind": "probationary", "joined_on": joined, "situation": situation}
    latest = min(years_after(scene.today, -3), years_after(born, 46))
    joined = scene.between(years_after(born, YOUNGEST + 1), latest)
    confirmed = years_after(joined, 1) + timedelta(days=scene.rng.randint(0, 20))
    return {"kind": "full", "joined_on": joined, "confirmed_on": confirmed, "situation": situation}


# ---- 在职报到 and 流入


def _visitors(scene: Scene, branch: Branch, pool: list[Any]) -> Iterator[Draft]:
    """Members whose papers lie elsewhere: residents first, then others; the branch has no vote of theirs."""
    for roster, bounds in (("reporting", scene.sizes.reporting), ("floating_in", scene.sizes.floating)):
        for _number in range(scene.count(bounds)):
            values = (
                _of_resident(scene, *pool.pop(0)) if pool else _of_person(scene, scene.person(youngest=25, oldest=58))
            )
            values |= {
                "roster": roster, "organization": branch.row.id, "area": branch.row.area_code, "post": "ordinary",
                "home_organization": names.former_organizations(scene.rng),
                "report_kind": "在职报到" if roster == "reporting" else None,
            }  # fmt: skip
            yield Draft(scene.entered(), values)


# ---- who leads


def _name_leaders(scene: Scene, organizations: Sequence[Any], branches: Sequence[Branch]) -> None:
    """Write the names of branches, groups and of the bodies above them; the first branch's secretary leads above."""
    first_of: dict[int | None, Branch] = {}
    for branch in branches:
        first_of.setdefault(branch.row.parent_id, branch)
        _name_committee(branch.row, branch.members)
        for group, values in zip(branch.groups, _with_post(branch.members, "group_head"), strict=False):
            group.leader, group.phone = values["name"], values["phone"]
    for row in organizations:
        if row.kind in ("committee", "general_branch") and row.id in first_of:
            deputies = [branch.members[0]["name"] for branch in branches if branch.row.parent_id == row.id][1:4]
            _name_above(row, first_of[row.id].members[0], deputies)
        elif row.kind == "working_committee":
            own = first_of.get(row.id)
            deputies = [values["name"] for values in _with_post(own.members, "deputy_secretary")] if own else []
            _name_above(
                row, own.members[0] if own else _of_person(scene, scene.person(youngest=40, oldest=57)), deputies
            )


def _with_post(members: Sequence[Mapping[str, Any]], post: str) -> list[Mapping[str, Any]]:
    return [values for values in members if values["post"] == post]


def _name_committee(row: Any, members: Sequence[Mapping[str, Any]]) -> None:
    for values in members:
        if column := _COLUMN_OF.get(values["post"]):
            setattr(row, column, values["name"])
    row.phone = members[0]["phone"]


def _name_above(row: Any, secretary: Mapping[str, Any], others: Sequence[str]) -> None:
    row.secretary, row.phone = secretary["name"], secretary["phone"]
    if others:
        row.deputy_secretary = others[0]
    for column, name in zip(("organization_member", "publicity_member"), others[1:], strict=False):
        setattr(row, column, name)


def _centre_households(scene: Scene, branches: Sequence[Branch], centres: Mapping[str, int]) -> None:
    drafts = []
    for branch in branches:
        heads = _with_post(branch.members, "household_head")
        full = [values for values in branch.members if values["kind"] == "full" and values not in heads]
        others = sorted(full, key=lambda values: values["post"] != "ordinary")
        taken: set[str] = set()
        for number, values in enumerate([*heads, *others][: centres.get(branch.row.area_code, 0)]):
            name = f"{values['name']}党员中心户"
            name = name if name not in taken else f"{name}（{values['phone'][-4:]}）"
            taken.add(name)
            parent = branch.groups[number % len(branch.groups)] if branch.groups else branch.row
            founded = scene.years_ago(5, 1)
            drafts.append(Draft(scene.since(founded), {
                "name": name, "kind": "household", "parent": parent.id, "area": branch.row.area_code,
                "leader": values["name"], "phone": values["phone"], "founded_on": founded, "note": MARK,
            }))  # fmt: skip
    scene.add("party_organizations", drafts)
