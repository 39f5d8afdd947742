"""Where 应到 comes from: for each source a function that reads the rosters as of the day of the meeting.

They run beyond the caller's scope: who holds a meeting calls its members, wherever their rows lie; nothing but names
and offices is taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from app.database.scope import range_of
from app.extensions import db
from app.fields.codes import code_list
from app.lowcode.register import register
from app.meetings.kinds import kind_of
from app.registers.party_members.queries import EXCUSES, members_of
from app.registers.party_members.rules import may_vote
from app.registers.party_organizations.models import PartyOrganization
from app.security.beyond import beyond_scope

COMMITTEE_POSTS = (
    "secretary", "deputy_secretary", "organization", "publicity", "discipline", "youth", "united_front", "women",
    "security", "member",
)  # fmt: skip
_NAMED_IN = ("secretary", "deputy_secretary", "organization_member", "publicity_member", "discipline_member",
             "other_members")  # fmt: skip
_NAMED_AS = ("书记", "副书记", "组织委员", "宣传委员", "纪检委员", "委员")
_BETWEEN_NAMES = re.compile(r"[、，,；;\s/]+")


@dataclass(frozen=True, slots=True)
class Expected:
    """One who should come: his roster row, name and office, and whether he has a vote."""

    register: str
    uid: str
    name: str
    office: str = ""
    has_vote: bool = True
    excuse: str = ""
    """Why the meeting may decide not to count him (外出流动, 失联)."""

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells him from others; several people may be named in one row of an organisation."""
        return self.register, self.uid, self.name if self.register == "party_organizations" else ""


def expected_for(meeting: Any) -> list[Expected]:
    """Everybody who should come to this meeting by the rosters of its day, each once."""
    find = _SOURCES[kind_of(meeting.kind).expected]
    with beyond_scope():
        found = find(meeting)
    return list({person.key: person for person in found}.values())


def _member(row: Any, on: date) -> Expected:
    has_vote = may_vote(row.kind, row.confirmed_on, on)
    office = "" if row.post in (None, "ordinary") else code_list("party_post").label_of(row.post)
    excuse = EXCUSES.get(row.state or "", "")
    return Expected(
        "party_members", row.uid, row.name, office or ("党员" if has_vote else "预备党员"), has_vote, excuse
    )


def _rank(row: Any) -> int:
    return COMMITTEE_POSTS.index(row.post) if row.post in COMMITTEE_POSTS else len(COMMITTEE_POSTS)


def _members(meeting: Any) -> list[Expected]:
    """Everybody on the book of the organisation and all below it; those of a 党小组 by their group."""
    if meeting.organization_id is None:
        return []
    rows = members_of(meeting.organization_id, meeting.held_on)
    return [_member(row, meeting.held_on) for row in sorted(rows, key=_rank)]


def _committee(meeting: Any) -> list[Expected]:
    """Members with a post in this very organisation, and whoever else its row in the roster names."""
    organization = db.session.get(PartyOrganization, meeting.organization_id or 0)
    if organization is None:
        return []
    rows = members_of(organization.id, meeting.held_on)
    own = [row for row in rows if row.organization_id == organization.id and row.post in COMMITTEE_POSTS]
    found = [_member(row, meeting.held_on) for row in sorted(own, key=_rank)]
    known = {person.name for person in found}
    missing = [(name, post) for name, post in _named_in(organization) if name not in known]
    return found + [_named(name, post, rows, organization, meeting.held_on) for name, post in missing]


def _named_in(organization: Any) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for column, post in zip(_NAMED_IN, _NAMED_AS, strict=True):
        for name in _BETWEEN_NAMES.split(getattr(organization, column) or ""):
            if name and name not in ("无", "—", "-"):
                found.setdefault(name, post)
    return list(found.items())


def _named(name: str, post: str, rows: Iterable[Any], organization: Any, on: date) -> Expected:
    same = [row for row in rows if row.name == name]
    if len(same) == 1:
        return Expected("party_members", same[0].uid, name, post, may_vote(same[0].kind, same[0].confirmed_on, on))
    return Expected("party_organizations", organization.uid, name, post)


def _live(name: str, meeting: Any, *conditions: Any) -> list[Any]:
    model = register(name).model
    low, high = range_of(meeting.area_code)
    within = (model.area_code >= low, model.area_code < high, model.deleted_at.is_(None))
    statement = select(model).where(*within, *conditions).order_by(model.area_code, model.id)
    return list(db.session.execute(statement).scalars())


def _units(meeting: Any) -> list[Expected]:
    """共建单位 of the area, with whom they send."""
    model = register("units").model
    rows = _live("units", meeting, model.is_partner.is_(True) | (model.kind == "partner"))
    alive = [row for row in rows if row.joined_on is None or row.joined_on <= meeting.held_on]
    return [Expected("units", row.uid, row.name, row.contact or row.head or "") for row in alive]


def _committee_and_units(meeting: Any) -> list[Expected]:
    return _committee(meeting) + _units(meeting)


def _council(meeting: Any, kind: str = "council") -> list[Expected]:
    model = register("council_members").model
    rows = _live("council_members", meeting, model.kind == kind)
    sitting = [row for row in rows if _sits(row.elected_on, row.left_on, meeting.held_on)]
    return [Expected("council_members", row.uid, row.name, row.duty or row.represents or "") for row in sitting]


def _deputies(meeting: Any) -> list[Expected]:
    return _council(meeting, "deputy")


def _owners_committee(meeting: Any) -> list[Expected]:
    """Members of the 小区's 业委会 who hold their posts that day."""
    if meeting.compound_id is None:
        return []
    body = sitting_committee(meeting.compound_id, meeting.held_on)
    if body is None:
        return []
    label = code_list("owners_committee_post").label_of
    return [
        Expected(row.__tablename__, row.uid, row.name, label(row.post) if row.post else "委员", row.post != "reserve")
        for row in body.member_rows
        if row.post != "secretary" and _sits(row.since_on, row.until_on, meeting.held_on)
    ]


def sitting_committee(compound_id: int, on: date) -> Any | None:
    """The 业委会 of a 小区 last elected by that day; one without a date only where no other is."""
    model = register("owners_committees").model
    statement = select(model).where(model.compound_id == compound_id, model.deleted_at.is_(None))
    rows = [row for row in db.session.execute(statement).scalars() if row.elected_on is None or row.elected_on <= on]
    return max(rows, key=lambda row: (row.elected_on or date.min, row.id), default=None)


def _sits(since: date | None, until: date | None, on: date) -> bool:
    return (since is None or since <= on) and (until is None or on < until)


def _grid_workers(meeting: Any) -> list[Expected]:
    rows = [row for row in _live("grid_workers", meeting) if _sits(row.hired_on, row.left_on, meeting.held_on)]
    rows = [row for row in rows if row.state != "left" or row.left_on is not None]
    label = code_list("grid_post").label_of
    return [Expected("grid_workers", row.uid, row.name, label(row.post) if row.post else "网格员") for row in rows]


def _community_workers(meeting: Any) -> list[Expected]:
    rows = [row for row in _live("community_workers", meeting) if _sits(row.employed_on, row.left_on, meeting.held_on)]
    rows = [row for row in rows if row.state != "left" or row.left_on is not None]
    label = code_list("community_post").label_of
    return [Expected("community_workers", row.uid, row.name, label(row.post) if row.post else "") for row in rows]


def _nobody(_meeting: Any) -> list[Expected]:
    return []


_SOURCES: dict[str, Callable[[Any], list[Expected]]] = {
    "members": _members,
    "committee": _committee,
    "committee_and_units": _committee_and_units,
    "group_members": _members,
    "units": _units,
    "council": _council,
    "deputies": _deputies,
    "owners_committee": _owners_committee,
    "grid_workers": _grid_workers,
    "community_workers": _community_workers,
    "nobody": _nobody,
}
