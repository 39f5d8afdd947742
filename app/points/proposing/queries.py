"""Reading proposals: those that wait in an area, how many in which months, and one with its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from app.database.scope import range_of
from app.extensions import db
from app.lowcode.register import register, registers
from app.points.models import PointsRule, signed_value
from app.points.proposing.models import PointsProposal
from app.security.actor import Actor
from app.security.beyond import beyond_scope
from app.security.wall import within

MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """One proposal as pages show it; `points` is the rule's value before caps."""

    id: int
    on: date
    area_code: str
    worker_id: int
    worker_name: str
    rule_code: str
    rule_name: str
    points: Decimal
    matter_kind: str
    matter_uid: str
    matter: str
    state: str


def open_lines(actor: Actor, area_code: str, *, limit: int = MOST_LINES) -> list[ProposalLine]:
    """Proposals of an area that wait, oldest first, as far as the actor records there."""
    prefixes = actor.prefixes("points_entries", "write")
    if not prefixes:
        return []
    low, high = range_of(area_code)
    where = (
        within(PointsProposal.area_code, prefixes), PointsProposal.area_code >= low, PointsProposal.area_code < high,
        PointsProposal.state == "open",
    )  # fmt: skip
    return _lines(where, limit)


def line_of(proposal_id: int) -> ProposalLine | None:
    """One proposal within the actor's scope."""
    return next(iter(_lines((PointsProposal.id == proposal_id,), 1)), None)


def _lines(where: tuple[object, ...], limit: int) -> list[ProposalLine]:
    worker = register("grid_workers").model
    statement = (
        select(PointsProposal, PointsRule, worker.name)
        .outerjoin(PointsRule, PointsRule.id == PointsProposal.rule_id)
        .outerjoin(worker, worker.id == PointsProposal.worker_id)
        .where(*where)  # type: ignore[arg-type]
        .order_by(PointsProposal.on, PointsProposal.id)
        .limit(limit)
    )
    found = db.session.execute(statement).all()
    titles = _titles([each for each, _rule, _name in found])
    return [
        ProposalLine(
            each.id, each.on, each.area_code, each.worker_id, name or "", each.rule_code, rule.name if rule else "",
            signed_value(rule) if rule else Decimal(0), each.matter_kind, each.matter_uid,
            titles.get((each.matter_kind, each.matter_uid), ""), each.state,
        )
        for each, rule, name in found
    ]  # fmt: skip


def _titles(of: Sequence[PointsProposal]) -> dict[tuple[str, str], str]:
    """Kind and uid of a record → what it was called on that day; one statement for each kind that is a register's."""
    days = {(each.matter_kind, each.matter_uid): each.on for each in of}
    titles: dict[tuple[str, str], str] = {}
    for kind in sorted({kind for kind, _uid in days} & {reg.name for reg in registers()}):
        reg = register(kind)
        uids = [uid for known, uid in days if known == kind]
        with beyond_scope():
            for row in db.session.execute(select(reg.model).where(reg.model.uid.in_(uids))).scalars():
                titles[kind, row.uid] = reg.title_of(row, days[kind, row.uid])
    return titles


def proposals(ids: list[int]) -> list[PointsProposal]:
    """Proposals by id, as far as the actor sees them."""
    return list(db.session.execute(select(PointsProposal).where(PointsProposal.id.in_(ids))).scalars())


def open_in_months(area_code: str, first: int, last: int) -> dict[str, int]:
    """Grid → proposals of those months (year × 100 + month) that wait, in an area and below it."""
    low, high = range_of(area_code)
    statement = (
        select(PointsProposal.area_code, func.count())
        .where(
            PointsProposal.state == "open", PointsProposal.area_code >= low, PointsProposal.area_code < high,
            PointsProposal.month.between(first, last),
        )
        .group_by(PointsProposal.area_code)
        .order_by(PointsProposal.area_code)
    )  # fmt: skip
    return {code: count for code, count in db.session.execute(statement)}  # noqa: C416 - rows are not tuples to mypy


def open_count(actor: Actor) -> int:
    """How many wait where the actor records."""
    prefixes = actor.prefixes("points_entries", "write")
    if not prefixes or actor.is_system:
        return 0
    statement = select(func.count()).where(within(PointsProposal.area_code, prefixes), PointsProposal.state == "open")
    return int(db.session.execute(statement).scalar_one())
