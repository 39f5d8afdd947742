"""The month's books of 在册党员: 上月 + 增 − 减 = 本月, for an area and each area below, in two statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.database.steady import steady
from app.extensions import db
from app.lowcode.register import register
from app.periods.rules import Period
from app.registers.party_members.queries import GONE
from app.registers.party_members.rules import Balance, Move, Standing, balance_of
from app.security.beyond import beyond_scope
from app.security.wall import within

REGISTERED = "registered"
RULE = "组织关系在册的党员；上月末加本月增加减本月减少等于本月末，变动以支部接收、转出或上级批准的日期为准"


@dataclass(frozen=True, slots=True)
class PartyBooks:
    """Members by area code (cut to the digits asked for), each with all his movements."""

    members: Mapping[str, Sequence[Standing]]

    @property
    def is_empty(self) -> bool:
        """Whether nobody was ever registered here."""
        return not self.members

    def whole(self, roster: str, period: Period) -> Balance:
        """The balance of the whole area."""
        everybody = [member for group in self.members.values() for member in group]
        return balance_of(roster, everybody, first=period.first, last=period.last)

    def of(self, code: str, roster: str, period: Period) -> Balance:
        """The balance of one area below."""
        return balance_of(roster, self.members.get(code, ()), first=period.first, last=period.last)


@steady
def read_books(code: str, *, digits: int) -> PartyBooks:
    """All members of the area that were not deleted, with their movements; empty where the roster is not kept."""
    try:
        member, movement = register("party_members").model, register("party_movements").model
    except KeyError:
        return PartyBooks({})
    with beyond_scope():
        people = db.session.execute(
            select(member.id, member.area_code, member.roster, member.entered_on, member.left_on, member.state).where(
                within(member.area_code, (code,)), member.deleted_at.is_(None)
            )
        ).all()
        moved = db.session.execute(
            select(movement.member_id, movement.moved_on, movement.id, movement.kind)
            .join(member, member.id == movement.member_id)
            .where(within(member.area_code, (code,)), member.deleted_at.is_(None), movement.deleted_at.is_(None))
        ).all()
    moves: dict[int, list[Move]] = defaultdict(list)
    for member_id, on, id_, kind in moved:
        moves[member_id].append(Move(on, id_, kind))
    found: dict[str, list[Standing]] = defaultdict(list)
    for id_, area_code, roster, entered_on, left_on, state in people:
        if state in GONE and left_on is None and id_ not in moves:
            continue  # gone, but nobody knows since when: in no month's books
        found[area_code[:digits]].append(
            Standing(roster, tuple(sorted(moves.get(id_, ()))), entered_on=entered_on, left_on=left_on)
        )
    return PartyBooks(dict(found))
