"""Handing over: all that hangs on one person goes to another in one transaction, and the sheet of it is kept."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import date

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select

from app.clock import utc_now
from app.database.transactions import writing
from app.extensions import db
from app.fields.sentence import Sentence
from app.lowcode.register import register
from app.lowcode.service import SaveRefused
from app.my_tasks.handing import WORKERS, Holder, Item, items_of
from app.my_tasks.models import RESOURCE, Handover
from app.my_tasks.things import kept_by
from app.security import audit
from app.security.access import is_live
from app.security.actor import SYSTEM, Actor, acting_as
from app.security.models import Account, Post
from app.security.service import system_for_caller
from app.security.wall import within
from reports.contents.handover_sheet import Thing

REASONS = ("离任", "调整网格", "调整岗位", "长期离岗")


class HandoverRefused(ValueError):
    """Nothing was handed over; the message says why."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who hands over to whom, when, why, and what else goes along."""

    from_id: int
    to_id: int
    on: date
    reason: str
    things: tuple[Thing, ...] = ()


def people(actor: Actor) -> list[tuple[int, str]]:
    """(user id, name) of those with an own post, now or once, where the actor may hand work over."""
    prefixes = actor.prefixes(RESOURCE, "write")
    with acting_as(SYSTEM):
        held = select(User.id, User.first_name).join(Post, Post.user_id == User.id)
        held = held.where(Post.acts_for_id.is_(None), within(Post.area_code, prefixes)).distinct()
        return sorted(((id_, name) for id_, name in db.session.execute(held)), key=lambda pair: pair[1])


def look(from_id: int, *, by: Actor, today: date) -> tuple[Holder, list[Item], tuple[Thing, ...]]:
    """A person, what hangs on him, and the things handed to him earlier. Raises HandoverRefused."""
    with acting_as(SYSTEM):
        holder = _holder(from_id, today)
        _require(by, holder)
        return holder, items_of(holder, by), kept_by(from_id)


def hand_over(wanted: Wanted, *, by: Actor, today: date) -> Handover:
    """Hand everything over. Raises HandoverRefused with the reason; then nothing has changed."""
    if wanted.reason not in REASONS:
        raise HandoverRefused(Sentence("请选交接原因。"))
    if wanted.from_id == wanted.to_id:
        raise HandoverRefused(Sentence("移交人和接收人要是两个人。"))
    with acting_as(by):
        caller = system_for_caller()
    with writing() as session, acting_as(caller):
        giver, taker = _holder(wanted.from_id, today), _holder(wanted.to_id, today)
        _require(by, giver)
        _require_live(wanted.to_id, taker, today)
        items = items_of(giver, by)
        if taker.worker_id is None and any(item.needs_worker for item in items):
            raise HandoverRefused(
                Sentence(
                    "%(name)s没有关联网格员名册，走访对象移交不了。请管理员先在他的账号里选好“网格员”，或换一个接收人。",
                    name=taker.name,
                )
            )
        for item in items:
            try:
                item.hand(taker, caller)
            except SaveRefused as refused:
                raise HandoverRefused(
                    Sentence(
                        "“%(title)s”移交不了：%(why)s请先改好再交接。",
                        title=item.title,
                        why="".join(refused.errors.values()),
                    )
                ) from refused
        made = Handover(
            uid=secrets.token_hex(16), area_code=giver.area_codes[0], from_user_id=giver.user_id, from_name=giver.name,
            to_user_id=taker.user_id, to_name=taker.name, handed_on=wanted.on, reason=wanted.reason,
            lines=[[item.kind, item.title, item.note] for item in items],
            thing_lines=[list(astuple(thing)) for thing in wanted.things], at=utc_now(), by_id=by.user_id, by_name=by.name,
        )  # fmt: skip
        session.add(made)
        session.flush()
        note = f"{giver.name} → {taker.name}，{len(items)}项"
        audit.record("handed_over", RESOURCE, area_code=made.area_code, row_uid=made.uid, note=note)
    return made


def handovers_between(area_code: str, first: date, last: date) -> Sequence[Handover]:
    """Hand-overs of an area within days, the newest first, as far as one sees them."""
    statement = select(Handover).where(
        within(Handover.area_code, (area_code,)), Handover.handed_on.between(first, last)
    )
    return db.session.execute(statement.order_by(Handover.handed_on.desc(), Handover.id.desc())).scalars().all()


def handover_by_uid(uid: str) -> Handover | None:
    """One hand-over, if the actor sees it."""
    return db.session.execute(select(Handover).where(Handover.uid == uid)).scalar() if uid else None


def _holder(user_id: int, today: date) -> Holder:
    name = db.session.execute(select(User.first_name).where(User.id == user_id)).scalar()
    posts = db.session.execute(select(Post).where(Post.user_id == user_id, Post.acts_for_id.is_(None))).scalars().all()
    if name is None or not posts:
        raise HandoverRefused(Sentence("请选移交人和接收人，两个人都要有岗位。"))
    live = [post for post in posts if is_live(post.valid_from, post.valid_to, today)]
    codes = tuple(sorted({post.area_code for post in live or posts}, key=lambda code: (len(code), code)))
    uid = db.session.execute(select(Account.person_uid).where(Account.user_id == user_id)).scalar()
    model = register(WORKERS).model
    worker = db.session.execute(select(model.id).where(model.uid == uid)).scalar() if uid else None
    return Holder(user_id, name, worker, codes)


def _require(by: Actor, giver: Holder) -> None:
    if not all(by.covers(RESOURCE, "write", code) for code in giver.area_codes):
        raise HandoverRefused(Sentence("%(name)s的岗位不在您负责的范围内，请由上一级办交接。", name=giver.name))


def _require_live(user_id: int, taker: Holder, today: date) -> None:
    user = db.session.get(User, user_id)
    posts = db.session.execute(select(Post).where(Post.user_id == user_id, Post.acts_for_id.is_(None))).scalars()
    if user is None or not user.active or not any(is_live(post.valid_from, post.valid_to, today) for post in posts):
        raise HandoverRefused(Sentence("%(name)s现在没有岗位或账号已停用，接不了。", name=taker.name))
