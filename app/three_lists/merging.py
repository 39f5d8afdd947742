"""Needs told twice: finding the pairs, and putting one into the other so that its proposer is not forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select, update

from app.areas.rules import COMMUNITY_DIGITS
from app.database.transactions import writing
from app.extensions import db
from app.fields.sentence import Sentence
from app.lowcode.flow import service as flow_service
from app.lowcode.flow.queries import running
from app.lowcode.register import register
from app.lowcode.service import SaveRefused, save
from app.security.actor import Actor, NotPermitted, acting_as
from app.security.beyond import beyond_scope
from app.security.models import Change
from app.security.wall import within
from app.three_lists.matching import Match, alike, best
from app.three_lists.models import Need
from app.three_lists.queries import facts_of
from app.three_lists.rules import OPEN_NEEDS

LOOK_BACK_DAYS, MOST_LOOKED_AT, MOST_OFFERED = 365, 500, 5


def alike_needs(need: Need, *, today: date) -> Sequence[tuple[Need, Match]]:
    """Open needs of the same community and the last year that are probably this one, the likeliest first."""
    statement = (
        select(Need)
        .where(
            within(Need.area_code, (need.area_code[:COMMUNITY_DIGITS],)), Need.deleted_at.is_(None), Need.id != need.id,
            Need.state.in_(OPEN_NEEDS) | Need.state.is_(None),
            Need.registered_on.is_(None) | (Need.registered_on >= today - timedelta(days=LOOK_BACK_DAYS)),
        )
        .order_by(Need.id.desc())
        .limit(MOST_LOOKED_AT)
    )  # fmt: skip
    rows = {row.id: row for row in db.session.execute(statement).scalars()}
    mine = facts_of(need)
    found = best(((id_, alike(mine, facts_of(row))) for id_, row in rows.items()), most=MOST_OFFERED)
    return [(rows[id_], match) for id_, match in found]


def merged_into(need_id: int) -> Sequence[Need]:
    """Living needs within scope that were put into one."""
    statement = select(Need).where(Need.merged_into_id == need_id, Need.deleted_at.is_(None)).order_by(Need.id)
    return db.session.execute(statement).scalars().all()


def merge(need: Need, into: Need, *, by: Actor, today: date, now: datetime) -> None:
    """Put a need into another: by the step of its flow where it runs on one, so that the step is written down.

    Raises SaveRefused, NotPermitted, CaseMoved.
    """
    reg = register("needs")
    at = running(reg, need, now)
    with acting_as(by), writing():
        if not by.covers("needs", "write", into.area_code):
            raise NotPermitted(Sentence("要并入的那一条不在您负责的范围内。"))
        if at is None or not any(action.key == "merge" for action in at.flow.actions):
            save(reg, need, {"state": "merged", "merged_into": str(into.id)}, by=by, today=today)
            return
        try:
            flow_service.act(
                reg, need, "merge", flow_service.Sent(at.version, {"into": str(into.id)}), by=by, now=now
            )  # fmt: skip
        except flow_service.StepRefused as refused:
            raise SaveRefused({"": "；".join(refused.errors.values())}) from refused


def settle_merge(row: Need, _day: date) -> None:
    """One goes into a need of its own standing in the same community, and takes along what was put into it before."""
    if row.merged_into_id is None or row.state != "merged":
        return
    with beyond_scope():
        main = db.session.get(Need, row.merged_into_id)
    if main is not None and main.state not in OPEN_NEEDS and _was_merged_before(row):
        return
    if main is None or main.deleted_at is not None or main.id == row.id or main.state not in OPEN_NEEDS:
        raise SaveRefused({"merged_into": Sentence("要并入的那一条要还没办完，也不能是它自己，请重新选。")})
    if main.area_code[:COMMUNITY_DIGITS] != row.area_code[:COMMUNITY_DIGITS]:
        raise SaveRefused({"merged_into": Sentence("只能并入本社区的需求，请重新选。")})
    with beyond_scope():
        # Past their version: nobody edited them.
        db.session.execute(
            update(Need).where(Need.merged_into_id == row.id).values(merged_into_id=main.id, changed_at=Need.changed_at)
        )


def _was_merged_before(row: Need) -> bool:
    """Whether the change just written left the merging as it was: its proposer was told, say, when all was done."""
    latest = select(Change.after).where(Change.register == Need.__tablename__, Change.row_id == row.id)
    with beyond_scope():
        after = db.session.execute(latest.order_by(Change.id.desc()).limit(1)).scalar()
    return after is not None and not {"state", "merged_into_id"} & set(after)
