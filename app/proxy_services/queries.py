"""Reads of proxy services: who became entitled and was not served, who is away, orders of a period and those due."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import exists, func, select

from app.extensions import db
from app.lowcode.flow.models import FlowCase, FlowStep
from app.lowcode.register import register
from app.proxy_services.models import ORDERS, ProxyItem, ProxyOrder
from app.proxy_services.rules import GATES, UNFINISHED, Entitlement, born_by, born_window
from app.registers.residents.models import Resident
from app.security.access import is_live
from app.security.beyond import beyond_scope
from app.security.models import Account, Post
from app.security.wall import within


def entitled(
    prefixes: tuple[str, ...], rule: Entitlement, *, first: date | None, last: date, skip: int = 0, most: int = 50
) -> tuple[list[Resident], int]:
    """Residents within areas and scope who reached the age by a day (or within days, where `first` is given) and have
    no order of that rule, the youngest first; how many there are. Two statements.
    """
    served = exists().where(
        ProxyOrder.resident_id == Resident.id, ProxyOrder.entitlement == rule.key, ProxyOrder.deleted_at.is_(None),
        ProxyOrder.state.is_distinct_from("ended"),
    )  # fmt: skip
    after = born_window(rule.age, first, last)[0] if first is not None else None
    statement = select(Resident).where(
        within(Resident.area_code, prefixes), Resident.deleted_at.is_(None), Resident.left_on.is_(None),
        Resident.born_on <= born_by(rule.age, last), ~served,
    )  # fmt: skip
    if after is not None:
        statement = statement.where(Resident.born_on > after)
    count = db.session.execute(statement.with_only_columns(func.count(Resident.id))).scalar_one()
    rows = statement.order_by(Resident.born_on.desc(), Resident.id).offset(skip).limit(most)
    return list(db.session.execute(rows).scalars()), int(count)


def in_place_of(day: date) -> dict[int, int | None]:
    """Ids of community workers whose place somebody takes on a day (AB岗), each with the id of that one, None where he
    is no community worker. Two statements.
    """
    taken = select(Post.acts_for_id, Post.user_id, Post.valid_from, Post.valid_to).where(Post.acts_for_id.is_not(None))
    with beyond_scope():
        places = {
            absent: user for absent, user, begins, ends in db.session.execute(taken) if is_live(begins, ends, day)
        }
        workers = _workers_of({*places, *places.values()}) if places else {}
    return {workers[absent]: workers.get(user) for absent, user in places.items() if absent in workers}


def _workers_of(users: Collection[int | None]) -> dict[int | None, int]:
    """User id → id of his row in the roster of community workers."""
    worker = register("community_workers").model
    found = select(Account.user_id, worker.id).join(worker, worker.uid == Account.person_uid)
    found = found.where(Account.user_id.in_([user for user in users if user is not None]), worker.deleted_at.is_(None))
    return dict(db.session.execute(found).all())  # type: ignore[arg-type]


def user_of(worker_id: int) -> int | None:
    """The account of a community worker; None where he has none."""
    worker = register("community_workers").model
    found = select(Account.user_id).join(worker, worker.uid == Account.person_uid).where(worker.id == worker_id)
    with beyond_scope():
        return db.session.execute(found.limit(1)).scalar()


def held_by(workers: Collection[int]) -> Sequence[tuple[ProxyOrder, ProxyItem | None]]:
    """Orders of these workers that still have to be brought back, with their items, the oldest first."""
    statement = (
        select(ProxyOrder, ProxyItem)
        .outerjoin(ProxyItem, ProxyItem.id == ProxyOrder.item_id)
        .where(ProxyOrder.worker_id.in_(list(workers)), ProxyOrder.deleted_at.is_(None))
        .where(ProxyOrder.state.in_(UNFINISHED))
        .order_by(ProxyOrder.id)
    )
    return [(order, item) for order, item in db.session.execute(statement)]


def is_number_taken(community: str, number: str) -> bool:
    """Whether a number stands on an order of a community already (it came with an imported list)."""
    same = select(ProxyOrder.id).where(
        ProxyOrder.number == number, ProxyOrder.area_code.startswith(community, autoescape=True)
    )
    with beyond_scope():
        return db.session.execute(same.limit(1)).first() is not None


def item_named(name: str, area_code: str) -> ProxyItem | None:
    """The item of that name an area may use, the nearest one."""
    statement = select(ProxyItem).where(ProxyItem.name == name, ProxyItem.deleted_at.is_(None))
    rows = [row for row in db.session.execute(statement).scalars() if area_code.startswith(row.area_code)]
    return max(rows, key=lambda row: len(row.area_code), default=None)


def order_of(resident_id: int, rule: str) -> ProxyOrder | None:
    """The living order of a resident by a rule; one that was broken off does not count."""
    statement = select(ProxyOrder).where(
        ProxyOrder.resident_id == resident_id, ProxyOrder.entitlement == rule, ProxyOrder.deleted_at.is_(None),
        ProxyOrder.state.is_distinct_from("ended"),
    )  # fmt: skip
    return db.session.execute(statement.limit(1)).scalar()


def order_by_uid(uid: str) -> ProxyOrder | None:
    """A living order within scope."""
    statement = select(ProxyOrder).where(ProxyOrder.uid == uid, ProxyOrder.deleted_at.is_(None))
    return db.session.execute(statement).scalar()


def between(area_code: str, first: date, last: date) -> Sequence[ProxyOrder]:
    """Orders of an area asked for within days, by day."""
    statement = select(ProxyOrder).where(
        within(ProxyOrder.area_code, (area_code,)), ProxyOrder.deleted_at.is_(None),
        ProxyOrder.asked_on.between(first, last),
    )  # fmt: skip
    return db.session.execute(statement.order_by(ProxyOrder.asked_on, ProxyOrder.id)).scalars().all()


def out_by(prefixes: tuple[str, ...], day: date, *, limit: int) -> Sequence[ProxyOrder]:
    """Orders whose bag is out and due by a day, the oldest first."""
    statement = (
        select(ProxyOrder)
        .where(
            within(ProxyOrder.area_code, prefixes), ProxyOrder.deleted_at.is_(None),
            ProxyOrder.state.in_(("sealed", "opened", "resealed")), ProxyOrder.due_on <= day,
        )
        .order_by(ProxyOrder.due_on, ProxyOrder.id)
        .limit(limit)
    )  # fmt: skip
    return db.session.execute(statement).scalars().all()


def gates_of(order: ProxyOrder) -> list[FlowStep | None]:
    """The step of each of the three gates, None where it was not passed; for an order the reader sees."""
    case = select(FlowCase.id).where(FlowCase.register == ORDERS, FlowCase.row_id == order.id)
    with beyond_scope():
        wanted = select(FlowStep).where(FlowStep.case_id.in_(case)).order_by(FlowStep.seq)
        steps = list(db.session.execute(wanted).scalars())
    last = {shows: step for step in steps for shows, _name, _digest in step.files}
    return [last.get(gate) for gate in GATES]
