"""Reads of members: who is on the book on a day, who should come and who has a vote, balances of movements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from sqlalchemy import Select, func, or_, select

from app.extensions import db
from app.registers.party_members import rules
from app.registers.party_members.models import PartyMember
from app.registers.party_movements.models import PartyMovement
from app.registers.party_organizations.models import PartyOrganization
from app.registers.party_organizations.queries import organizations_below
from app.security.wall import within

CHUNK = 500
GONE = ("moved_out", "removed", "deceased", "suspended")
"""States of a member whose leaving nobody dated."""


class Days(Protocol):
    """A period: its first and last day."""

    @property
    def first(self) -> date: ...
    @property
    def last(self) -> date: ...


@dataclass(frozen=True, slots=True)
class Expected:
    """One who should come to a meeting: 应到, with or without a vote. `excuse` is why he may be left out of 应到."""

    id: int
    uid: str
    name: str
    organization_id: int | None
    post: str | None
    has_vote: bool
    excuse: str = ""


EXCUSES = {"floating": "外出流动", "lost": "失联"}
"""States for which a meeting may decide not to count somebody (支部选举工作条例第十六条)."""


def moves_of(member_ids: Sequence[int]) -> dict[int, tuple[rules.Move, ...]]:
    """Live movements by member."""
    found: dict[int, tuple[rules.Move, ...]] = {}
    for start in range(0, len(member_ids), CHUNK):
        wanted = PartyMovement.member_id.in_(member_ids[start : start + CHUNK])
        statement = select(PartyMovement.member_id, PartyMovement.moved_on, PartyMovement.id, PartyMovement.kind)
        for member_id, *move in db.session.execute(statement.where(wanted, PartyMovement.deleted_at.is_(None))):
            found[member_id] = (*found.get(member_id, ()), rules.Move(*move))
    return found


def on_the_book(statement: Select[Any], on: date) -> list[Any]:
    """Members a statement selects who stand in their roster at the end of that day."""
    rows = list(db.session.execute(statement).scalars())
    moves = moves_of([row.id for row in rows])
    return [row for row in rows if _is_in(row, moves.get(row.id, ()), on)]


def _is_in(row: Any, moves: Iterable[rules.Move], on: date) -> bool:
    moves = tuple(moves)
    if not moves and row.left_on is None and row.state in GONE:
        return False
    return rules.Standing(row.roster, moves, row.entered_on, row.left_on).is_in(on)


def members_of(organization_id: int, on: date) -> list[Any]:
    """Members on the book of an organisation and all below it, by name; those of a 党小组 by their group."""
    organization = db.session.get(PartyOrganization, organization_id)
    if organization is None:
        return []
    ids = organizations_below(organization_id)
    belongs = PartyMember.organization_id.in_(ids)
    if organization.kind in ("group", "household"):
        belongs = or_(belongs, PartyMember.group_organization_id.in_(ids))
    statement = (
        select(PartyMember)
        .where(belongs, PartyMember.roster == "registered", PartyMember.deleted_at.is_(None))
        .order_by(PartyMember.pinyin, PartyMember.id)
    )
    return on_the_book(statement, on)


def expected(organization_id: int, on: date) -> list[Expected]:
    """应到 of a members' meeting on a day: everybody on the book, the probationary too. Reads through the wall."""
    return [
        Expected(
            row.id, row.uid, row.name, row.organization_id, row.post,
            rules.may_vote(row.kind, row.confirmed_on, on), EXCUSES.get(row.state or "", ""),
        )
        for row in members_of(organization_id, on)
    ]  # fmt: skip


def voters(organization_id: int, on: date) -> list[Expected]:
    """Those of 应到 with a vote on that day; 预备党员 have none (党章第七条)."""
    return [person for person in expected(organization_id, on) if person.has_vote]


def roster_counts(prefixes: tuple[str, ...], on: date) -> dict[str, int]:
    """Members of a day by roster; three figures that are never added together."""
    statement = select(PartyMember).where(within(PartyMember.area_code, prefixes), PartyMember.deleted_at.is_(None))
    found: dict[str, int] = dict.fromkeys(rules.ROSTERS, 0)
    for row in on_the_book(statement, on):
        found[row.roster] += 1
    return found


def balance(prefixes: tuple[str, ...], period: Days) -> dict[str, rules.Balance]:
    """上期 + 增 − 减 = 本期 for each of the three rosters. Three statements, whatever the number of movements.

    `unexplained` of a balance is not zero where somebody stands in the roster with a day of entry or leaving inside
    the period, but without a movement that says why; `unexplained_members` names them.
    """
    members = _standings(prefixes)
    return {
        roster: rules.balance_of(roster, (standing for _id, standing in members), first=period.first, last=period.last)
        for roster in rules.ROSTERS
    }


def unexplained_members(prefixes: tuple[str, ...], period: Days) -> list[int]:
    """Ids of members whose coming or going in a period no movement explains."""
    found = []
    for id_, standing in _standings(prefixes):
        one = rules.balance_of(standing.roster, (standing,), first=period.first, last=period.last)
        if one.unexplained:
            found.append(id_)
    return found


def _standings(prefixes: tuple[str, ...]) -> list[tuple[int, rules.Standing]]:
    statement = select(
        PartyMember.id, PartyMember.roster, PartyMember.entered_on, PartyMember.left_on, PartyMember.state
    ).where(within(PartyMember.area_code, prefixes), PartyMember.deleted_at.is_(None))
    rows = db.session.execute(statement).all()
    moves = moves_of([row.id for row in rows])
    return [
        (row.id, rules.Standing(row.roster, moves.get(row.id, ()), row.entered_on, row.left_on))
        for row in rows
        if moves.get(row.id) or row.left_on is not None or row.state not in GONE
    ]


def receipts_awaited(prefixes: tuple[str, ...], today: date, *, limit: int = 200) -> list[Any]:
    """Transfers whose receipt has not come back, the oldest first; whether one is overdue says `receipt_state`."""
    statement = (
        select(PartyMovement)
        .where(
            within(PartyMovement.area_code, prefixes),
            PartyMovement.deleted_at.is_(None),
            PartyMovement.kind.in_(rules.NEEDS_RECEIPT),
            PartyMovement.received_on.is_(None),
            PartyMovement.moved_on <= today,
        )
        .order_by(PartyMovement.moved_on, PartyMovement.id)
        .limit(limit)
    )
    return list(db.session.execute(statement).scalars())


def probation_over(prefixes: tuple[str, ...], today: date, *, limit: int = 200) -> list[Any]:
    """Probationary members on the book whose year is over by a day: their 转正 is to be decided."""
    statement = (
        select(PartyMember)
        .where(
            within(PartyMember.area_code, prefixes),
            PartyMember.deleted_at.is_(None),
            PartyMember.roster == "registered",
            PartyMember.kind == "probationary",
            PartyMember.left_on.is_(None),
            PartyMember.joined_on.is_not(None),
        )
        .order_by(PartyMember.joined_on, PartyMember.id)
        .limit(limit)
    )
    found = []
    for row in db.session.execute(statement).scalars():
        moves = moves_of([row.id]).get(row.id, ())
        is_extended = any(move.kind == "probation_extended" for move in moves)
        ends_on = rules.probation_ends_on(row.kind, row.joined_on, is_extended=is_extended)
        if ends_on is not None and ends_on <= today:
            found.append(row)
    return found


def stairwells_with_members(prefixes: tuple[str, ...]) -> dict[int, dict[str, int]]:
    """Members living in each stairwell: building id → unit → number, over all three rosters."""
    statement = (
        select(PartyMember.building_id, PartyMember.unit_number, func.count())
        .where(
            within(PartyMember.area_code, prefixes),
            PartyMember.deleted_at.is_(None),
            PartyMember.left_on.is_(None),
            PartyMember.building_id.is_not(None),
        )
        .group_by(PartyMember.building_id, PartyMember.unit_number)
    )
    found: dict[int, dict[str, int]] = {}
    for building_id, unit, number in db.session.execute(statement):
        found.setdefault(building_id, {})[unit or ""] = number
    return found
