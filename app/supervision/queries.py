"""Reads of supervision: matters that wait for a letter, that are late or run out, weekly lines, batches of a matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select

from app.extensions import db
from app.lowcode.flow.models import FlowCase
from app.security.access import is_live
from app.security.actor import Actor
from app.security.beyond import beyond_scope
from app.security.models import Post
from app.security.queries import user_names
from app.security.wall import within
from app.supervision import rules
from app.supervision.models import ITEMS, SupervisionBatch, SupervisionItem, SupervisionOrder, SupervisionProgress

SIGNING_ROLES = ("street_head", "street_leader", "district_leader", "inspector")
MOST_WAITING = 300


@dataclass(frozen=True, slots=True)
class Waiting:
    """A matter the program proposes to supervise, and which supervision it would be."""

    item: SupervisionItem
    level: int

    @property
    def candidate(self) -> rules.Candidate:
        """As the rules of a batch take it."""
        return rules.Candidate(self.item.id, self.level, self.item.unit_id, self.item.area_code)


def waiting(area_code: str = "", *, ids: Sequence[int] | None = None) -> list[Waiting]:
    """Matters that wait for their first, second or third supervision, as far as the actor sees them, by whom they go to.

    With `ids` those rows, level 0 where one does not wait any more.
    """
    wanted = select(SupervisionItem).where(
        SupervisionItem.id.in_(ids if ids is not None else _waiting_ids(area_code)),
        SupervisionItem.deleted_at.is_(None),
    )
    order = (SupervisionItem.unit_id, SupervisionItem.area_code, SupervisionItem.due_on, SupervisionItem.id)
    rows = db.session.execute(wanted.order_by(*order)).scalars().all()
    states = states_of([row.id for row in rows])
    return [Waiting(row, rules.WAITING.get(states.get(row.id, ""), 0)) for row in rows]


def _waiting_ids(area_code: str) -> list[int]:
    """Ids in an area, whoever may see them; the rows pass the wall afterwards."""
    with beyond_scope():
        found = (
            select(FlowCase.row_id)
            .join(SupervisionItem, SupervisionItem.id == FlowCase.row_id)
            .where(FlowCase.register == ITEMS, FlowCase.state.in_(list(rules.WAITING)))
            .where(within(SupervisionItem.area_code, (area_code,)), SupervisionItem.deleted_at.is_(None))
            .order_by(FlowCase.due_at, FlowCase.row_id)
        )
        return list(db.session.execute(found.limit(MOST_WAITING)).scalars())


def states_of(ids: Sequence[int]) -> dict[int, str]:
    """Item id → state of its case."""
    if not ids:
        return {}
    with beyond_scope():
        found = select(FlowCase.row_id, FlowCase.state).where(FlowCase.register == ITEMS, FlowCase.row_id.in_(ids))
        return dict(db.session.execute(found).all())


def leaders(area_code: str, on: date) -> dict[int, str]:
    """User id → name of those who may sign for an area."""
    with beyond_scope():
        posts = db.session.execute(
            select(Post.user_id, Post.area_code, Post.valid_from, Post.valid_to).where(Post.role.in_(SIGNING_ROLES))
        ).all()
        ids = {
            user_id for user_id, code, first, last in posts if is_live(first, last, on) and area_code.startswith(code)
        }
        return user_names(ids)


def taken_over(register_name: str, uid: str) -> SupervisionItem | None:
    """The matter that was taken from a record, whoever sees it."""
    with beyond_scope():
        return db.session.execute(
            select(SupervisionItem).where(
                SupervisionItem.source_register == register_name, SupervisionItem.source_uid == uid,
                SupervisionItem.deleted_at.is_(None),
            )
        ).scalar()  # fmt: skip


def _open_on(day: date) -> ColumnElement[bool]:
    return or_(SupervisionItem.closed_on.is_(None), SupervisionItem.closed_on > day)


def _late(code: str, day: date) -> tuple[ColumnElement[bool], ...]:
    return (
        within(SupervisionItem.area_code, (code,)), SupervisionItem.deleted_at.is_(None),
        SupervisionItem.due_on < day, SupervisionItem.assigned_on <= day, _open_on(day),
    )  # fmt: skip


def late_on(code: str, day: date, *, limit: int) -> Sequence[SupervisionItem]:
    """Matters whose limit lay before a day and that were open when it ended, the oldest first."""
    wanted = select(SupervisionItem).where(*_late(code, day)).order_by(SupervisionItem.due_on, SupervisionItem.id)
    return db.session.execute(wanted.limit(limit)).scalars().all()


def count_late_on(code: str, day: date) -> int:
    """How many there are of `late_on`."""
    return db.session.execute(select(func.count(SupervisionItem.id)).where(*_late(code, day))).scalar_one()


def ending(code: str, first: date, last: date) -> Sequence[SupervisionItem]:
    """Open matters whose limit falls on these days."""
    wanted = select(SupervisionItem).where(
        within(SupervisionItem.area_code, (code,)), SupervisionItem.deleted_at.is_(None),
        SupervisionItem.due_on.between(first, last), SupervisionItem.closed_on.is_(None),
    )  # fmt: skip
    return db.session.execute(wanted.order_by(SupervisionItem.due_on, SupervisionItem.id)).scalars().all()


def of_period(code: str, first: date, last: date) -> Sequence[SupervisionItem]:
    """Matters that were on the ledger at any time within days: given out by the last, not closed before the first."""
    wanted = select(SupervisionItem).where(
        within(SupervisionItem.area_code, (code,)), SupervisionItem.deleted_at.is_(None),
        SupervisionItem.assigned_on <= last,
        or_(SupervisionItem.closed_on.is_(None), SupervisionItem.closed_on >= first),
    )  # fmt: skip
    return db.session.execute(wanted.order_by(SupervisionItem.due_on, SupervisionItem.id)).scalars().all()


def without_progress(actor: Actor, week: date, *, limit: int) -> Sequence[SupervisionItem]:
    """Open matters the actor's units lead, or his own communities, that have no line for a week yet."""
    units = actor.access.units(ITEMS, "read") if actor.access is not None else ()
    areas = [post.area_code for post in actor.access.posts] if actor.access is not None else []
    own = SupervisionItem.unit_id.in_(units) if units else SupervisionItem.id < 0
    if actor.allows(ITEMS, "write"):
        own = or_(own, SupervisionItem.unit_id.is_(None) & SupervisionItem.area_code.in_(areas))
    told = select(SupervisionProgress.item_id).where(
        SupervisionProgress.week_on == week, SupervisionProgress.deleted_at.is_(None)
    )
    wanted = select(SupervisionItem).where(
        SupervisionItem.deleted_at.is_(None), SupervisionItem.closed_on.is_(None), own,
        SupervisionItem.assigned_on < week, SupervisionItem.id.not_in(told),
    )  # fmt: skip
    return db.session.execute(wanted.order_by(SupervisionItem.due_on, SupervisionItem.id).limit(limit)).scalars().all()


def progress_of(item_id: int, *, limit: int = 60) -> Sequence[SupervisionProgress]:
    """Weekly lines of a matter, the newest first; for whoever sees the matter."""
    with beyond_scope():
        wanted = select(SupervisionProgress).where(
            SupervisionProgress.item_id == item_id, SupervisionProgress.deleted_at.is_(None)
        )
        return db.session.execute(wanted.order_by(SupervisionProgress.week_on.desc()).limit(limit)).scalars().all()


def batches_of(item_id: int) -> Sequence[SupervisionBatch]:
    """Batches a matter was in, the newest first."""
    wanted = select(SupervisionBatch).where(
        SupervisionBatch.id.in_(select(SupervisionOrder.parent_id).where(SupervisionOrder.item_id == item_id))
    )
    return db.session.execute(wanted.order_by(SupervisionBatch.id.desc())).scalars().all()


def orders_of(batch_id: int) -> Sequence[SupervisionOrder]:
    """Matters of a batch in their order."""
    wanted = select(SupervisionOrder).where(SupervisionOrder.parent_id == batch_id)
    return db.session.execute(wanted.order_by(SupervisionOrder.position, SupervisionOrder.id)).scalars().all()


def open_batch_with(item_ids: Sequence[int]) -> SupervisionBatch | None:
    """A drafted batch that holds one of these matters already."""
    wanted = (
        select(SupervisionBatch)
        .join(SupervisionOrder, SupervisionOrder.parent_id == SupervisionBatch.id)
        .where(SupervisionBatch.state == "draft", SupervisionBatch.deleted_at.is_(None))
        .where(SupervisionOrder.item_id.in_(item_ids))
    )
    return db.session.execute(wanted.limit(1)).scalar()
