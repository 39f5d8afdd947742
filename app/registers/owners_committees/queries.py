"""Reads of owners' committees: terms running out, cross posts with the party."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, select

from app.extensions import db
from app.registers import terms
from app.registers.owners_committees.models import OwnersCommittee, OwnersCommitteeMember, term_of
from app.registers.party_members.models import PartyMember
from app.security.wall import within


@dataclass(frozen=True, slots=True)
class CrossPost:
    """One person with a post in the committee and one in the party, each with its days."""

    name: str
    committee_post: str | None
    since_on: date | None
    until_on: date | None
    member_id: int
    party_post: str | None
    organization_id: int | None


def terms_due(prefixes: tuple[str, ...], today: date, *, limit: int = 200) -> list[Any]:
    """Committees whose term is over, prolonged or within six months of its end, the earliest first."""
    statement = (
        select(OwnersCommittee)
        .where(
            within(OwnersCommittee.area_code, prefixes),
            OwnersCommittee.deleted_at.is_(None),
            OwnersCommittee.term_ends_on <= terms.latest_due(today),
        )
        .order_by(OwnersCommittee.term_ends_on, OwnersCommittee.id)
        .limit(limit)
    )
    return [row for row in db.session.execute(statement).scalars() if terms.is_due(term_of(row), today)]


def cross_posts(committee_id: int) -> list[CrossPost]:
    """交叉任职 (枫桥): members of the committee who stand in the party roster under the same name and telephone."""
    line = OwnersCommitteeMember
    statement = (
        select(line, PartyMember)
        .join(PartyMember, and_(PartyMember.name == line.name, PartyMember.phone == line.phone))
        .where(line.parent_id == committee_id, PartyMember.deleted_at.is_(None), PartyMember.left_on.is_(None))
        .order_by(line.position, line.id)
    )
    return [
        CrossPost(seat.name, seat.post, seat.since_on, seat.until_on, member.id, member.post, member.organization_id)
        for seat, member in db.session.execute(statement)
    ]
