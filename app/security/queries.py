"""Who somebody is and what he may do: one SQL a request, rights cached per access version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from flask_appbuilder.security.sqla.models import (
    Permission,
    PermissionView,
    Role,
    User,
    ViewMenu,
    assoc_permissionview_role,
)
from sqlalchemy import bindparam, func, select

from app.areas.models import AreaSuccessor
from app.extensions import database_name, db
from app.security.access import Access, LivePost, is_live
from app.security.actor import SYSTEM, Actor, acting_as
from app.security.models import AccessVersion, Account, Post


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a request needs of the person: FAB's user row, the account, and the number of the access version."""

    user: User
    account: Account | None
    version: int


# Put together once: it goes before every request, and building it takes as long as running it.
_SIGNED_IN = (
    select(User, Account, select(func.coalesce(func.max(AccessVersion.number), 0)).scalar_subquery())
    .outerjoin(Account, Account.user_id == User.id)
    .where(User.id == bindparam("user_id"))
)


def signed_in(user_id: int) -> SignedIn | None:
    """The active user, his account and the access version, in one statement; None when disabled or unknown."""
    with acting_as(SYSTEM):
        row = db.session.execute(_SIGNED_IN, {"user_id": user_id}).first()
    if row is None or not row[0].active:
        return None
    return SignedIn(row[0], row[1], row[2])


def actor_of(person: SignedIn, *, today: date) -> Actor:
    """The person as an actor with the rights of this day."""
    access = _access(person.user.id, person.version, today, database_name())
    return Actor(person.user.id, person.user.first_name, access)


def actor_named(username: str, *, today: date) -> Actor | None:
    """The active user of that name as an actor, for commands with --as; None when there is none."""
    with acting_as(SYSTEM):
        user_id = db.session.execute(select(User.id).where(User.username == username)).scalar()
    person = signed_in(user_id) if user_id is not None else None
    return actor_of(person, today=today) if person else None


@lru_cache(maxsize=2048)
def _access(user_id: int, version: int, today: date, database: str) -> Access:
    with acting_as(SYSTEM):
        posts = db.session.execute(select(Post).where(Post.user_id == user_id)).scalars().all()
        live = tuple(
            LivePost(post.role, post.area_code, post.line, post.unit_id, post.acts_for_id)
            for post in posts
            if is_live(post.valid_from, post.valid_to, today)
        )
        codes = [post.area_code for post in live]
        succeeded = db.session.execute(
            select(AreaSuccessor.new_code, AreaSuccessor.old_code).where(AreaSuccessor.new_code.in_(codes))
        ).all()
    predecessors: dict[str, tuple[str, ...]] = {}
    for new, old in succeeded:
        predecessors[new] = (*predecessors.get(new, ()), old)
    return Access(user_id, live, _grants(version, database), predecessors)


_GRANTS = (
    select(Role.name, ViewMenu.name, Permission.name)
    .join(assoc_permissionview_role, assoc_permissionview_role.c.role_id == Role.id)
    .join(PermissionView, PermissionView.id == assoc_permissionview_role.c.permission_view_id)
    .join(ViewMenu, ViewMenu.id == PermissionView.view_menu_id)
    .join(Permission, Permission.id == PermissionView.permission_id)
)


@lru_cache(maxsize=64)
def _grants(version: int, database: str) -> dict[str, frozenset[tuple[str, str]]]:  # noqa: ARG001
    with acting_as(SYSTEM):
        rows = db.session.execute(_GRANTS).all()
    found: dict[str, set[tuple[str, str]]] = {}
    for role, resource, permission in rows:
        found.setdefault(role, set()).add((resource, permission.removeprefix("can_")))
    return {role: frozenset(pairs) for role, pairs in found.items()}


def forget_access() -> None:
    """Drop cached rights; tests that swap databases under one process need it."""
    _access.cache_clear()
    _grants.cache_clear()


def user_names(ids: set[int]) -> dict[int, str]:
    """Names to show for user ids."""
    if not ids:
        return {}
    rows: Any = db.session.execute(select(User.id, User.first_name).where(User.id.in_(ids)))
    return dict(rows.all())
