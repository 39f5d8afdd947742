"""AB岗: somebody takes an absent person's place for some days, by posts of his own that say so and end by themselves."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, timedelta

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import or_, select

from app.database.transactions import writing
from app.extensions import db
from app.fields.sentence import Sentence
from app.security import audit
from app.security.access import is_live, shortest
from app.security.actor import SYSTEM, Actor, acting_as, current_actor
from app.security.models import Account, Post
from app.security.queries import user_names
from app.security.rules import SEPARATE_ROLES, role_conflict
from app.security.service import system_for_caller

LONGEST = 92
"""Days one may take another's place without being asked again: a quarter."""


class SubstituteRefused(ValueError):
    """Nobody takes the place; the message says why."""


@dataclass(frozen=True, slots=True)
class Substitution:
    """Who takes whose place from one day to another."""

    absent_id: int
    absent: str
    substitute_id: int
    substitute: str
    first: date
    last: date


def take_place(absent_id: int, substitute_id: int, first: date, last: date, *, today: date) -> list[Post]:
    """Give the substitute the absent person's own posts for these days.

    People arrange it for themselves with somebody of their area, or an office for its people. Raises SubstituteRefused.
    """
    actor = current_actor()
    with writing(), acting_as(SYSTEM):
        people = {user.id: user for user in db.session.execute(select(User).where(User.id.in_((absent_id, substitute_id)))).scalars()}  # fmt: skip
        refusal = _wrong_days(first, last, today)
        if len(people) < 2 or not all(user.active for user in people.values()):
            refusal = Sentence("请选两个不同的人，两个人的账号都要开着。")
        own = [post for post in _posts(absent_id) if post.acts_for_id is None and post.role not in SEPARATE_ROLES]
        own = [post for post in own if is_live(post.valid_from, post.valid_to, first)]
        refusal = (
            refusal or _not_allowed(actor, absent_id, substitute_id, own) or _clash(substitute_id, own, first, last)
        )
        if refusal:
            raise SubstituteRefused(refusal)
    made = []
    with writing():
        for post in own:
            ends = min(last, post.valid_to) if post.valid_to else last
            made.append(
                Post(uid=secrets.token_hex(16), user_id=substitute_id, role=post.role, area_code=post.area_code,
                     line=post.line, unit_id=post.unit_id, valid_from=first, valid_to=ends, acts_for_id=absent_id)
            )  # fmt: skip
        with acting_as(system_for_caller()):
            db.session.add_all(made)
            db.session.flush()
            note = f"{people[substitute_id].first_name} 代 {people[absent_id].first_name} {first}至{last}"
            audit.record("place_taken", "accounts", area_code=own[0].area_code, note=note)
    return made


def give_back(absent_id: int, substitute_id: int, *, today: date) -> int:
    """End it from today on: both of them may, and the office that keeps their accounts. How many posts ended.

    Raises SubstituteRefused.
    """
    actor = current_actor()
    with writing():
        with acting_as(SYSTEM):
            posts = [post for post in _posts(substitute_id) if post.acts_for_id == absent_id and _is_open(post, today)]
        codes = [post.area_code for post in posts]
        if actor.user_id not in (absent_id, substitute_id) and not _keeps_accounts(actor, codes):
            raise SubstituteRefused(Sentence("只有当事人和管账号的人能结束代办。"))
        with acting_as(system_for_caller()):
            for post in posts:
                post.valid_to = today - timedelta(days=1)
            db.session.flush()
            if posts:
                names = user_names({absent_id, substitute_id})
                note = f"{names.get(substitute_id)} 不再代 {names.get(absent_id)}"
                audit.record("place_given_back", "accounts", area_code=codes[0], note=note)
    return len(posts)


def substitutions_seen(actor: Actor, *, today: date) -> list[Substitution]:
    """Those that run or are to come: one's own on either side, and all within one's accounts."""
    with acting_as(SYSTEM):
        is_open = or_(Post.valid_to.is_(None), Post.valid_to >= today)
        posts = db.session.execute(select(Post).where(Post.acts_for_id.is_not(None), is_open)).scalars().all()
    seen = [
        post for post in posts
        if actor.user_id in (post.user_id, post.acts_for_id) or actor.covers("accounts", "read", post.area_code)
    ]  # fmt: skip
    names = user_names({id_ for post in seen for id_ in (post.user_id, post.acts_for_id) if id_ is not None})
    found = {
        (post.acts_for_id, post.user_id, post.valid_from, post.valid_to): Substitution(
            post.acts_for_id or 0, names.get(post.acts_for_id or 0, ""), post.user_id, names.get(post.user_id, ""),
            post.valid_from or today, post.valid_to or today,
        )
        for post in seen
    }  # fmt: skip
    return sorted(found.values(), key=lambda each: (each.first, each.absent))


def possible_substitutes(actor: Actor, *, today: date) -> list[tuple[int, str]]:
    """(user id, name) of people one may ask: those with an own post at, above or below an area of one's own posts."""
    if actor.access is None:
        return []
    own = [post.area_code for post in actor.access.posts if post.acts_for is None]
    with acting_as(SYSTEM):
        rows = db.session.execute(
            select(Post.user_id, Post.area_code, Post.valid_from, Post.valid_to, User.first_name)
            .join(User, User.id == Post.user_id)
            .where(Post.acts_for_id.is_(None), User.active.is_(True), Post.role.not_in(SEPARATE_ROLES))
        ).all()
    found = {
        user_id: name
        for user_id, code, valid_from, valid_to, name in rows
        if user_id != actor.user_id
        and is_live(valid_from, valid_to, today)
        and any(_is_near(code, mine) for mine in own)
    }
    return sorted(found.items(), key=lambda pair: pair[1])


def people_kept(actor: Actor) -> list[tuple[int, str]]:
    """(user id, name) of those whose accounts one keeps: an office arranges for them too."""
    prefixes = actor.prefixes("accounts", "write")
    if not prefixes:
        return []
    with acting_as(SYSTEM):
        rows = db.session.execute(
            select(User.id, User.first_name, Account.area_code)
            .join(Account, Account.user_id == User.id)
            .where(User.active.is_(True))
            .order_by(User.first_name)
        ).all()
    return [(id_, name) for id_, name, code in rows if any(code.startswith(prefix) for prefix in prefixes)]


def _posts(user_id: int) -> list[Post]:
    return list(db.session.execute(select(Post).where(Post.user_id == user_id)).scalars())


def _is_open(post: Post, today: date) -> bool:
    return post.valid_to is None or post.valid_to >= today


def _is_near(code: str, other: str) -> bool:
    return code.startswith(other) or other.startswith(code)


def _keeps_accounts(actor: Actor, codes: list[str]) -> bool:
    return bool(codes) and all(actor.covers("accounts", "write", code) for code in shortest(frozenset(codes)))


def _wrong_days(first: date, last: date, today: date) -> Sentence:
    if first < today:
        return Sentence("开始日期已经过去，请从今天起。")
    if last < first:
        return Sentence("结束日期早于开始日期，请核对。")
    if (last - first).days >= LONGEST:
        return Sentence("一次最多代 %(n)s 天，到期还需要的请再办一次。", n=LONGEST)
    return Sentence()


def _not_allowed(actor: Actor, absent_id: int, substitute_id: int, own: list[Post]) -> Sentence:
    if not own:
        return Sentence("这个人那天没有业务岗位，没有什么要代的。系统管理员和审计员的岗位不能由别人代。")
    codes = [post.area_code for post in own]
    if actor.user_id is not None and actor.user_id == substitute_id:
        return Sentence("不能安排自己去代别人，请本人或另一位管账号的人来办。")
    if actor.is_system or _keeps_accounts(actor, codes):
        return Sentence()
    if actor.user_id != absent_id:
        return Sentence("只能给自己安排代办的人；给别人安排，请管账号的人来办。")
    if any(post.line for post in own):
        return Sentence("您有条线上的专门岗位，请管账号的人来安排。")
    others = [post.area_code for post in _posts(substitute_id) if post.acts_for_id is None]
    if not any(_is_near(code, mine) for code in others for mine in codes):
        return Sentence("请从本社区、本街道的人里选。")
    return Sentence()


def _clash(substitute_id: int, own: list[Post], first: date, last: date) -> Sentence:
    there = [
        post for post in _posts(substitute_id)
        if (post.valid_from is None or post.valid_from <= last) and (post.valid_to is None or post.valid_to >= first)
    ]  # fmt: skip
    absent = own[0].user_id
    if any(post.acts_for_id == absent for post in there):
        return Sentence("这几天已经安排过同一个人代，不用再办。")
    conflict = role_conflict({post.role for post in (*there, *own)})
    return Sentence(conflict) if conflict else Sentence()
