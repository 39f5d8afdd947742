"""Reads of mediation: a case's facts and files, cases of a period, how many were settled at which level."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select

from app.extensions import db
from app.files.models import Attachment
from app.mediations.models import DossierFile, MediationCase
from app.mediations.rules import AGREED, Facts
from app.security.beyond import beyond_scope
from app.security.wall import within


def facts_of(row: MediationCase) -> Facts:
    """What the file of a case depends on."""
    return Facts(
        row.state or "received", row.agreement_form, bool(row.agents), row.performed_on is not None,
        row.confirmed_on is not None, row.visited_on is not None, row.agreed_on is not None,
    )  # fmt: skip


def files_of(case_id: int) -> list[tuple[DossierFile, Attachment]]:
    """Living files of a case the reader sees, in the order they came."""
    mine = select(DossierFile).where(DossierFile.case_id == case_id).order_by(DossierFile.id)
    kept = {row.attachment_id: row for row in db.session.execute(mine).scalars()}
    wanted = select(Attachment).where(Attachment.id.in_(kept), Attachment.is_deleted.is_(False))
    with beyond_scope():  # attachments follow their record, and that was read above
        living = {row.id: row for row in db.session.execute(wanted).scalars()}
    return [(row, living[id_]) for id_, row in kept.items() if id_ in living]


def items_there(case_id: int) -> set[str]:
    """Items of the file that have something in them."""
    return {row.item for row, _attachment in files_of(case_id)}


def case_by_uid(uid: str) -> MediationCase | None:
    """A living case within scope."""
    statement = select(MediationCase).where(MediationCase.uid == uid, MediationCase.deleted_at.is_(None))
    return db.session.execute(statement).scalar()


def between(area_code: str, first: date, last: date) -> Sequence[MediationCase]:
    """Cases of an area received within days, by day."""
    statement = select(MediationCase).where(
        within(MediationCase.area_code, (area_code,)), MediationCase.deleted_at.is_(None),
        MediationCase.received_on.between(first, last),
    )  # fmt: skip
    return db.session.execute(statement.order_by(MediationCase.received_on, MediationCase.id)).scalars().all()


def settled_by_level(area_code: str, first: date, last: date) -> dict[str, int]:
    """Level → cases of an area agreed within days."""
    statement = (
        select(MediationCase.level, func.count())
        .where(
            within(MediationCase.area_code, (area_code,)), MediationCase.deleted_at.is_(None),
            MediationCase.state.in_(AGREED), MediationCase.agreed_on.between(first, last),
        )
        .group_by(MediationCase.level)
    )  # fmt: skip
    return {level or "": count for level, count in db.session.execute(statement)}
