"""Reads of letters and their signed versions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import and_, or_, select

from app.areas.models import Area
from app.clock import SHANGHAI
from app.extensions import db
from app.letters import rules
from app.letters.models import Letter, LetterVersion
from app.registers.property_companies import PropertyCompany
from app.registers.units import Unit
from app.security.beyond import beyond_scope
from app.security.wall import within
from reports import canonical
from reports.document import Document


def letter_by_uid(uid: str) -> Letter | None:
    """The live letter of that uid, if the actor sees it."""
    statement = select(Letter).where(Letter.uid == uid, Letter.deleted_at.is_(None))
    return db.session.execute(statement).scalar() if uid else None


def letters_between(area_code: str, kind: str, first: date, last: date) -> Sequence[Letter]:
    """Letters of a kind signed within days, and drafts begun in them, the newest first; void ones are left out."""
    opens = datetime.combine(first, time(), tzinfo=SHANGHAI)
    closes = datetime.combine(last + timedelta(days=1), time(), tzinfo=SHANGHAI)
    statement = (
        select(Letter)
        .where(
            within(Letter.area_code, (area_code,)),
            Letter.kind == kind,
            Letter.deleted_at.is_(None),
            or_(
                and_(Letter.state == rules.ISSUED, Letter.signed_on.between(first, last)),
                and_(Letter.state == rules.DRAFT, Letter.created_at >= opens, Letter.created_at < closes),
            ),
        )
        .order_by(Letter.signed_on.desc(), Letter.id.desc())
    )
    return db.session.execute(statement).scalars().all()


def answers_due(area_code: str, first: date, last: date) -> Sequence[Letter]:
    """Signed letters that ask for an answer or for action by a day between two days, in order of those days."""
    statement = select(Letter).where(
        within(Letter.area_code, (area_code,)), Letter.state == rules.ISSUED, Letter.deleted_at.is_(None),
        Letter.reply_by.between(first, last),
    )  # fmt: skip
    return db.session.execute(statement.order_by(Letter.reply_by, Letter.id)).scalars().all()


def versions_of(letter_id: int) -> Sequence[LetterVersion]:
    """Signed versions, the newest first."""
    statement = select(LetterVersion).where(LetterVersion.letter_id == letter_id)
    return db.session.execute(statement.order_by(LetterVersion.issue.desc())).scalars().all()


def version_document(letter_id: int, issue: int) -> Document | None:
    """The paper of one signed version as it was."""
    statement = select(LetterVersion.document).where(LetterVersion.letter_id == letter_id, LetterVersion.issue == issue)
    data = db.session.execute(statement).scalar()
    return canonical.from_bytes(data) if data is not None else None


def bodies_named(name: str) -> list[str]:
    """Area codes of the units, property companies and areas that bear a name, whoever sees them."""
    with beyond_scope():
        rosters = [
            select(of.area_code).where(of.name == name, of.deleted_at.is_(None)) for of in (Unit, PropertyCompany)
        ]
        areas = select(Area.area_code).where(Area.name == name, Area.valid_to.is_(None))
        return [code for each in (*rosters, areas) for code in db.session.execute(each).scalars()]


def company_in(area_code: str) -> str | None:
    """The first property company of an area, by its place in the roster; None where it has none."""
    wanted = select(PropertyCompany.name).where(
        within(PropertyCompany.area_code, (area_code,)), PropertyCompany.deleted_at.is_(None)
    )
    return db.session.execute(wanted.order_by(PropertyCompany.id).limit(1)).scalar()
