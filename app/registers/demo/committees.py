"""业委会 of the invented estates, with their members."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.extensions import db
from app.fields.age import full_years, years_after
from app.registers.demo.scene import MARK, Draft, Scene
from app.registers.owners_committees.models import OwnersCommitteeMember

TERM_YEARS = 5
AGES = (30, 76)


@dataclass(frozen=True, slots=True)
class _Plan:
    """One committee to be: its kind, state, seats, how many of them for party members, and how its term stands."""

    kind: str
    state: str
    seats: int
    party: int
    term: str = ""


PLANS: tuple[_Plan | None, ...] = (
    _Plan("owners_committee", "filed", 9, 7),
    _Plan("owners_committee", "filed", 7, 4),
    _Plan("owners_committee", "filed", 5, 2, "soon"),
    None,
    _Plan("management_committee", "filed", 7, 4),
    _Plan("owners_committee", "expired", 7, 3, "expired"),
    _Plan("preparatory", "preparing", 5, 3),
    _Plan("owners_committee", "filed", 5, 3),
    None,
)
"""Estate after estate; 7 of 9 is the 三三制 of 枫桥's 富康新村, 77.8 %."""


def fill(scene: Scene) -> None:
    """Committees where an estate has enough registered residents; their seats go to these."""
    living = _residents_of_estates(scene)
    deputies = {
        row.id_number_hash for row in scene.rows("party_members") if row.post in ("secretary", "deputy_secretary")
    }
    chosen = []
    for place, estate in enumerate(scene.rows("residential_compounds")):
        plan, people = PLANS[place % len(PLANS)], living.get(estate.id, [])
        seats = _seats(plan, people, deputies) if plan is not None else []
        if plan is not None and seats:
            chosen.append((estate, plan, seats))
        estate.has_owners_committee = bool(plan and seats and plan.state != "preparing")
    drafts = [_committee(scene, *item) for item in chosen]
    ids = scene.add("owners_committees", drafts)
    for id_, draft, (estate, _plan, seats) in zip(ids, drafts, chosen, strict=True):
        since = draft.values["elected_on"] or draft.values["founded_on"]
        _write_seats(id_, estate.area_code, seats, since)


def _residents_of_estates(scene: Scene) -> dict[int, list[tuple[Any, Any]]]:
    """Estate → (resident, dwelling) of owners and their families of a fitting age."""
    estates = {row.id: row.compound_id for row in scene.rows("buildings")}
    homes = {row.id: row for row in scene.rows("dwellings")}
    households = {row.id: homes.get(row.dwelling_id) for row in scene.rows("households")}
    found: dict[int, list[tuple[Any, Any]]] = {}
    for row in scene.rows("residents"):
        home = households.get(row.household_id)
        fits = AGES[0] <= full_years(row.born_on, scene.today) <= AGES[1] and row.role in ("owner", "family")
        if home is not None and fits and row.left_on is None and estates.get(home.building_id):
            found.setdefault(estates[home.building_id], []).append((row, home))
    return found


def _seats(plan: _Plan, people: Sequence[tuple[Any, Any]], deputies: set[str | None]) -> list[tuple[Any, Any, bool]]:
    """Who sits: one of a home, party members first, a branch's deputy secretary at the head where one lives there."""
    homes: set[int] = set()
    members: list[tuple[Any, Any, bool]] = []
    others: list[tuple[Any, Any, bool]] = []
    for resident, home in sorted(people, key=lambda pair: pair[0].id_number_hash not in deputies):
        if home.id in homes:
            continue
        is_member = resident.political_status == "01"
        room = (members, plan.party) if is_member else (others, plan.seats - plan.party)
        if len(room[0]) < room[1]:
            room[0].append((resident, home, is_member))
            homes.add(home.id)
    return [*members, *others] if len(members) + len(others) == plan.seats else []


def _committee(scene: Scene, estate: Any, plan: _Plan, seats: Sequence[tuple[Any, Any, bool]]) -> Draft:
    ago = years_after(scene.today, -TERM_YEARS)
    if plan.term == "soon":
        elected: date | None = ago + timedelta(days=scene.rng.randint(30, 150))
    elif plan.term == "expired":
        elected = ago - timedelta(days=scene.rng.randint(40, 160))
    else:
        elected = scene.years_ago(4, 1)
    is_preparing = plan.state == "preparing"
    founded = scene.recent() if is_preparing else years_after(elected, -TERM_YEARS) if elected else None
    words = {
        "owners_committee": "业主委员会",
        "management_committee": "物业管理委员会",
        "preparatory": "业主大会筹备组",
    }
    values = {
        "name": f"{estate.name}{words[plan.kind]}", "compound": estate.id, "area": estate.area_code, "kind": plan.kind,
        "session": "筹备" if is_preparing else "第二届", "state": plan.state, "secretary_is_director": False,
        "phone": seats[0][0].phone, "founded_on": founded,
        "filing_number": None if is_preparing else f"业备{scene.rng.randrange(10**6):06d}",
        "filed_on": None if is_preparing or elected is None else elected + timedelta(days=20),
        "elected_on": None if is_preparing else elected, "term_years": None if is_preparing else TERM_YEARS,
        "seal_keeper": None if is_preparing else seats[-1][0].name, "note": MARK,
    }  # fmt: skip
    return Draft(scene.since(founded), values)


def _write_seats(committee: int, area_code: str, seats: Sequence[tuple[Any, Any, bool]], since: date | None) -> None:
    session = db.session()
    for position, (resident, home, is_member) in enumerate(seats):
        post = "director" if position == 0 else "deputy_director" if position == 1 else "member"
        session.add(
            OwnersCommitteeMember(
                parent_id=committee, area_code=area_code, position=position, name=resident.name, post=post,
                is_party_member=is_member, phone=resident.phone, home=home.name, since_on=since,
            )
        )  # fmt: skip
