"""Reads of the party tree: what stands below an organisation, and figures by kind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select

from app.extensions import db
from app.registers import terms
from app.registers.party_members.models import PartyMember
from app.registers.party_organizations import rules
from app.registers.party_organizations.models import PartyOrganization, term_of
from app.security.wall import within


def organizations_below(organization_id: int) -> list[int]:
    """Ids of the organisation and all below it, level by level; one statement a level. Reads through the wall."""
    found = layer = [organization_id]
    while layer:
        below = select(PartyOrganization.id).where(
            PartyOrganization.parent_id.in_(layer),
            PartyOrganization.deleted_at.is_(None),
            PartyOrganization.id.not_in(found),
        )
        layer = list(db.session.execute(below).scalars())
        found = found + layer
    return found


def branches_below(organization_id: int) -> list[Any]:
    """Branches (党支部 of all sorts) in and below an organisation, by area and name."""
    return _of_kinds(organizations_below(organization_id), rules.BRANCHES)


def _of_kinds(ids: Sequence[int], kinds: Sequence[str]) -> list[Any]:
    statement = (
        select(PartyOrganization)
        .where(PartyOrganization.id.in_(ids), PartyOrganization.kind.in_(kinds))
        .order_by(PartyOrganization.area_code, PartyOrganization.pinyin, PartyOrganization.id)
    )
    return list(db.session.execute(statement).scalars())


def counts_by_kind(prefixes: tuple[str, ...]) -> dict[str, int]:
    """Live organisations by kind: 乾安 3 党工委, 7 党总支, 122 党支部, 475 党小组, 2,175 党员中心户."""
    statement = (
        select(PartyOrganization.kind, func.count())
        .where(within(PartyOrganization.area_code, prefixes), PartyOrganization.deleted_at.is_(None))
        .group_by(PartyOrganization.kind)
    )
    return {key: number for key, number in db.session.execute(statement)}  # noqa: C416


def terms_due(prefixes: tuple[str, ...], today: date, *, limit: int = 200) -> list[Any]:
    """Organisations whose term is over, prolonged or within six months of its end, the earliest first."""
    last = terms.latest_due(today)
    statement = (
        select(PartyOrganization)
        .where(
            within(PartyOrganization.area_code, prefixes),
            PartyOrganization.deleted_at.is_(None),
            PartyOrganization.kind.in_(rules.ELECTED),
            PartyOrganization.term_ends_on <= last,
        )
        .order_by(PartyOrganization.term_ends_on, PartyOrganization.id)
        .limit(limit)
    )
    return [row for row in db.session.execute(statement).scalars() if terms.is_due(term_of(row), today)]


def full_members(organization_id: int) -> int:
    """Full members on the book of an organisation and all below it."""
    statement = select(func.count(PartyMember.id)).where(
        PartyMember.organization_id.in_(organizations_below(organization_id)),
        PartyMember.roster == "registered",
        PartyMember.kind == "full",
        PartyMember.left_on.is_(None),
        PartyMember.deleted_at.is_(None),
    )
    return db.session.execute(statement).scalar_one()


def has_committee(row: PartyOrganization) -> bool:
    """Whether committee members are named, in the organisation's row or by posts in the roster."""
    if any((row.organization_member, row.publicity_member, row.discipline_member, row.other_members)):
        return True
    posts = ("organization", "publicity", "discipline", "member")
    statement = select(PartyMember.id).where(
        PartyMember.organization_id == row.id, PartyMember.post.in_(posts), PartyMember.deleted_at.is_(None)
    )
    return db.session.execute(statement.limit(1)).first() is not None


def doubts_about(row: PartyOrganization) -> list[str]:
    """What is unusual about its number of members, in words; nothing for groups and households."""
    if row.kind not in (*rules.BRANCHES, "general_branch"):
        return []
    return rules.doubts(row.kind, full_members=full_members(row.id), has_committee=has_committee(row))


def without_secretary(prefixes: tuple[str, ...], *, limit: int = 200) -> list[Any]:
    """Committees and branches that have no secretary, which the tree may not be without."""
    statement = (
        select(PartyOrganization)
        .where(
            within(PartyOrganization.area_code, prefixes),
            PartyOrganization.deleted_at.is_(None),
            PartyOrganization.kind.in_(rules.WITH_SECRETARY),
            PartyOrganization.secretary.is_(None),
        )
        .order_by(PartyOrganization.area_code, PartyOrganization.id)
        .limit(limit)
    )
    return list(db.session.execute(statement).scalars())
