"""党支部基本情况表 of an area, as its organisations stood on the period's last day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from app.areas.queries import full_name, name_of
from app.extensions import db
from app.lowcode.list_page import shown_text
from app.lowcode.papers import Paper, PaperRequest, register_paper
from app.lowcode.queries import labels_of
from app.lowcode.register import register
from app.lowcode.viewing import viewer_of
from app.registers.party_members.models import PartyMember
from app.registers.party_members.queries import on_the_book
from app.registers.party_organizations.models import PartyOrganization
from app.registers.party_organizations.rules import WITH_SECRETARY
from app.security.actor import acting_as
from app.security.wall import within
from reports.contents import party_branches
from reports.document import Document, FootLine, long_date

FOOT = ("填报单位（盖章）", "填表人", "审核人", "负责人", "联系电话")


def build_branches(request: PaperRequest) -> Document:
    """The table; members are those on the book on that day, counted once, where they belong directly."""
    day = min(request.period.last, request.today)
    with acting_as(request.actor):
        found = organizations_on(request.area_code, day)
        counts = member_counts([row.id for row in found], day)
        reg = register("party_organizations")
        viewer = viewer_of(reg, request.actor, today=day)
        labels = labels_of([column for column in reg.columns if column.kind in ("place", "link")], found)
        groups = group_counts([row.id for row in found])

        def text(row: Any, name: str) -> str:
            return shown_text(reg.column(name), row, viewer, labels)

        branches = [
            party_branches.Branch(
                name=row.name, kind=text(row, "kind"), above=text(row, "parent"),
                place=text(row, "compound") or text(row, "area"), founded_on=row.founded_on,
                elected_on=row.elected_on, ends_on=row.extended_to or row.term_ends_on,
                secretary=row.secretary or "", deputy=row.deputy_secretary or "",
                organiser=row.organization_member or "", publicist=row.publicity_member or "",
                discipline=row.discipline_member or "", groups=groups[row.id], activists=row.activist_count or 0,
                room=row.place_of_activity or "", phone=text(row, "phone"), note=row.note or "",
                **{name: counts[row.id, name] for name in ("full", "probationary", "floating", "retired")},
            )
            for row in found
        ]  # fmt: skip
    document = party_branches.build(
        branches, organisation=full_name(request.area_code) or name_of(request.area_code), as_of=day,
        foot_line=FootLine((*((label, "") for label in FOOT), ("填报日期", long_date(request.today)))),
    )  # fmt: skip
    return replace(document, title=f"{name_of(request.area_code)}党支部基本情况表")


def organizations_on(area_code: str, day: date) -> Sequence[PartyOrganization]:
    """Organisations with a secretary that were founded by that day, by area and name; through the wall."""
    statement = (
        select(PartyOrganization)
        .where(
            within(PartyOrganization.area_code, (area_code,)),
            PartyOrganization.kind.in_(WITH_SECRETARY),
            PartyOrganization.deleted_at.is_(None),
            or_(PartyOrganization.founded_on.is_(None), PartyOrganization.founded_on <= day),
        )
        .order_by(PartyOrganization.area_code, PartyOrganization.pinyin, PartyOrganization.id)
    )
    return db.session.execute(statement).scalars().all()


def member_counts(organization_ids: Sequence[int], day: date) -> Counter[tuple[int, str]]:
    """(organisation, full | probationary | floating | retired) → members on the book; the last two are among the first."""
    statement = select(PartyMember).where(
        PartyMember.organization_id.in_(organization_ids),
        PartyMember.roster == "registered",
        PartyMember.deleted_at.is_(None),
    )
    found: Counter[tuple[int, str]] = Counter()
    for row in on_the_book(statement, day):
        found[row.organization_id, "probationary" if row.kind == "probationary" else "full"] += 1
        found[row.organization_id, "floating"] += row.state == "floating" or row.situation == "floating"
        found[row.organization_id, "retired"] += row.situation == "retired"
    return found


def group_counts(organization_ids: Sequence[int]) -> Counter[int]:
    """Organisation → live 党小组 directly below it."""
    statement = select(PartyOrganization.parent_id).where(
        PartyOrganization.parent_id.in_(organization_ids),
        PartyOrganization.kind == "group",
        PartyOrganization.deleted_at.is_(None),
    )
    return Counter(id_ for id_ in db.session.execute(statement).scalars() if id_ is not None)


def install() -> None:
    """Make it known; again changes nothing."""
    register_paper(
        Paper(
            "party_branches", "党支部情况表", "party", "party_organizations", build_branches,
            periods=("month", "quarter", "half", "year"),
        )
    )  # fmt: skip
