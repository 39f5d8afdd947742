"""Reads of dues: who is in arrears with which months."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.extensions import db
from app.registers.party_dues import rules
from app.registers.party_dues.models import PartyDues
from app.registers.party_members.models import PartyMember
from app.security.wall import within


@dataclass(frozen=True, slots=True)
class Arrears:
    """One member with the months he owes, oldest first. `is_serious` from six in a row on (党章第九条)."""

    member_id: int
    name: str
    organization_id: int | None
    months: tuple[date, ...]

    @property
    def is_serious(self) -> bool:
        """Six months in a row or more."""
        return rules.longest_row(self.months) >= rules.SERIOUS_MONTHS


def arrears(prefixes: tuple[str, ...], today: date) -> list[Arrears]:
    """Members still on the book who owe months before this one, those who owe most first. One statement."""
    statement = (
        select(
            PartyMember.id, PartyMember.name, PartyMember.organization_id,
            PartyDues.month, PartyDues.is_due, PartyDues.is_paid,
        )
        .join(PartyMember, PartyMember.id == PartyDues.member_id)
        .where(
            within(PartyDues.area_code, prefixes),
            PartyDues.deleted_at.is_(None),
            PartyMember.deleted_at.is_(None),
            PartyMember.left_on.is_(None),
        )
    )  # fmt: skip
    people: dict[int, tuple[str, int | None]] = {}
    lines: dict[int, list[rules.DuesMonth]] = {}
    for member_id, name, organization_id, month, is_due, is_paid in db.session.execute(statement):
        people[member_id] = (name, organization_id)
        lines.setdefault(member_id, []).append(rules.DuesMonth(month, is_due is not False, bool(is_paid)))
    found = [Arrears(id_, *people[id_], tuple(rules.arrears(months, today))) for id_, months in lines.items()]
    return sorted((one for one in found if one.months), key=lambda one: (-len(one.months), one.name))
