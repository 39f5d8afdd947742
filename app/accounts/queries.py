"""Reading accounts and posts, cut by the wall: whoever lies outside one's area is not there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from app.clock import utc_now
from app.database.scope import range_of
from app.extensions import db
from app.security.access import is_live
from app.security.models import Account, Post

PAGE = 50
State = Literal["open", "closed", "locked", "idle", "without_post"]
IDLE_DAYS = 90
"""An open account nobody signed in with for so long is to be looked at (GB/T 22239-2019: superfluous accounts)."""


@dataclass(frozen=True, slots=True)
class PostRow:
    """One post as pages show it."""

    id: int
    user_id: int
    role: str
    area_code: str
    line: str | None
    unit_id: int | None
    valid_from: date | None
    valid_to: date | None
    acts_for_id: int | None = None
    """Whose place is taken by it (AB岗)."""

    def is_live(self, on: date) -> bool:
        """Whether it gives rights on that day."""
        return is_live(self.valid_from, self.valid_to, on)

    def is_over(self, on: date) -> bool:
        """Whether it has ended by that day."""
        return self.valid_to is not None and self.valid_to < on


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account with its posts, the live ones first."""

    id: int
    username: str
    name: str
    area_code: str
    is_open: bool
    locked_until: datetime | None
    last_login: datetime | None
    login_count: int
    must_change_password: bool
    password_changed_at: datetime | None
    person_uid: str | None
    posts: tuple[PostRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody looks for among the accounts."""

    words: str = ""
    role: str = ""
    area: str = ""
    state: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class AccountsFound:
    """One page of accounts and how many there are."""

    rows: tuple[AccountRow, ...]
    count: int


_COLUMNS = (
    User.id, User.username, User.first_name, Account.area_code, User.active, Account.locked_until, User.last_login,
    User.login_count, Account.must_change_password, Account.password_changed_at, Account.person_uid,
)  # fmt: skip


def live_post(on: date) -> Select[int]:
    """User ids of those who hold a post on that day."""
    return select(Post.user_id).where(
        or_(Post.valid_from.is_(None), Post.valid_from <= on), or_(Post.valid_to.is_(None), Post.valid_to >= on)
    )


def accounts(wish: Wish, *, today: date) -> AccountsFound:
    """Accounts in the order of their names. Three statements."""
    conditions = [*_conditions(wish, today)]
    base = select(*_COLUMNS).join(Account, Account.user_id == User.id).where(*conditions)
    count = db.session.execute(
        select(func.count()).select_from(User).join(Account, Account.user_id == User.id).where(*conditions)
    ).scalar_one()
    rows = db.session.execute(
        base.order_by(Account.area_code, User.username).limit(PAGE).offset((wish.page - 1) * PAGE)
    ).all()
    posts = posts_of([row[0] for row in rows], today=today)
    return AccountsFound(tuple(_row(row, posts) for row in rows), count)


def _conditions(wish: Wish, today: date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wish.words:
        found.append(
            or_(
                User.username.contains(wish.words, autoescape=True),
                User.first_name.contains(wish.words, autoescape=True),
            )
        )
    if wish.role or wish.area:
        held = [Post.user_id == User.id]
        if wish.role:
            held.append(Post.role == wish.role)
        if wish.area:
            low, high = range_of(wish.area)
            held.append(and_(Post.area_code >= low, Post.area_code < high))
        there = exists().where(*held)
        if wish.area and not wish.role:
            low, high = range_of(wish.area)
            found.append(or_(there, and_(Account.area_code >= low, Account.area_code < high)))
        else:
            found.append(there)
    if wish.state == "open":
        found.append(User.active.is_(True))
    elif wish.state == "closed":
        found.append(User.active.is_(False))
    elif wish.state == "locked":
        found.append(Account.locked_until > utc_now())
    elif wish.state == "without_post":
        found += [User.active.is_(True), User.id.not_in(live_post(today))]
    return found


def _row(row: Sequence[object], posts: dict[int, tuple[PostRow, ...]]) -> AccountRow:
    id_, username, name, area, active, locked, login, count, must, changed, person = row
    return AccountRow(
        id_, username, name, area, bool(active), locked, login, count or 0, bool(must), changed, person,  # type: ignore[arg-type, call-overload]
        posts.get(id_, ()),  # type: ignore[call-overload]
    )  # fmt: skip


def posts_of(user_ids: Collection[int], *, today: date) -> dict[int, tuple[PostRow, ...]]:
    """Posts of each user: live and coming ones by area, then those that are over, latest first."""
    if not user_ids:
        return {}
    rows = db.session.execute(
        select(
            Post.id,
            Post.user_id,
            Post.role,
            Post.area_code,
            Post.line,
            Post.unit_id,
            Post.valid_from,
            Post.valid_to,
            Post.acts_for_id,
        ).where(Post.user_id.in_(user_ids))
    )
    found: dict[int, list[PostRow]] = {}
    for row in rows:
        found.setdefault(row[1], []).append(PostRow(*row))
    return {
        id_: (
            *sorted((post for post in posts if not post.is_over(today)), key=lambda post: (post.area_code, post.id)),
            *sorted((post for post in posts if post.is_over(today)), key=lambda post: post.valid_to, reverse=True),  # type: ignore[arg-type, return-value]
        )
        for id_, posts in found.items()
    }


def account(user_id: int, *, today: date) -> AccountRow | None:
    """One account within scope."""
    row = db.session.execute(
        select(*_COLUMNS).join(Account, Account.user_id == User.id).where(User.id == user_id)
    ).first()
    return _row(row, posts_of([user_id], today=today)) if row else None


def accounts_by_id(ids: Collection[int], *, today: date) -> dict[int, AccountRow]:
    """Accounts within scope by id."""
    rows = db.session.execute(
        select(*_COLUMNS).join(Account, Account.user_id == User.id).where(User.id.in_(list(ids)))
    ).all()
    posts = posts_of([row[0] for row in rows], today=today)
    return {row[0]: _row(row, posts) for row in rows}
