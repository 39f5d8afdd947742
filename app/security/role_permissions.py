"""Which role holds which permission, in FAB's tables: made once by `init`, changed by the system administrator."""

from __future__ import annotations

from typing import Any

from flask_appbuilder.security.sqla.models import (
    Permission,
    PermissionView,
    Role,
    ViewMenu,
    assoc_permissionview_role,
)
from sqlalchemy import delete, func, insert, select

from app.database.transactions import writing
from app.extensions import db
from app.security import audit
from app.security.actor import SYSTEM, NotPermitted, acting_as, current_actor
from app.security.models import AccessVersion
from app.security.roles import PERMISSION_NAMES, ROLES, resource, resources, role_grants
from app.security.rules import grant_fault

PERMISSION_LOCK = 7_201  # any number of ours; PostgreSQL advisory locks share one space per database


class PermissionRefused(ValueError):
    """A permission that cannot be given or taken; the message says why."""


def make_permissions() -> None:
    """Write roles, resources and permissions into FAB's tables: once, behind a lock, by `init`; idempotent."""
    with acting_as(SYSTEM), writing() as session_:
        if session_.get_bind().dialect.name == "postgresql":
            session_.execute(select(func.pg_advisory_xact_lock(PERMISSION_LOCK)))
        if db.session.get(AccessVersion, 1) is None:
            session_.add(AccessVersion(id=1, number=1))
        pairs = {(item.name, permission) for item in resources() for permission in item.permissions}
        permissions = _ensure(Permission, {f"can_{permission}" for _, permission in pairs})
        menus = _ensure(ViewMenu, {name for name, _ in pairs})
        old_roles = set(session_.execute(select(Role.name)).scalars())
        roles = _ensure(Role, {*ROLES, "public"})
        old_views = set(session_.execute(select(PermissionView.id)).scalars())
        views = _ensure_views(pairs, permissions, menus)
        fresh = [
            {"permission_view_id": view, "role_id": roles[role]}
            for role in ROLES
            for (name, permission), view in views.items()
            # What was there before stays as the office set it, also where it took the permission from everybody.
            if (view not in old_views or role not in old_roles) and permission in role_grants(role, resource(name))
        ]
        if fresh:
            session_.execute(insert(assoc_permissionview_role), fresh)


def _ensure(model: Any, names: set[str]) -> dict[str, int]:
    known = dict(db.session.execute(select(model.name, model.id)).all())
    for name in sorted(names - set(known)):
        row = model(name=name)
        db.session.add(row)
        db.session.flush()
        known[name] = row.id
    return known


def _ensure_views(
    pairs: set[tuple[str, str]], permissions: dict[str, int], menus: dict[str, int]
) -> dict[tuple[str, str], int]:
    rows = db.session.execute(
        select(PermissionView.view_menu_id, PermissionView.permission_id, PermissionView.id)
    ).all()
    known = {(menu, permission): view for menu, permission, view in rows}
    views = {}
    for name, permission in sorted(pairs):
        key = (menus[name], permissions[f"can_{permission}"])
        if key not in known:
            view = PermissionView(view_menu_id=key[0], permission_id=key[1])
            db.session.add(view)
            db.session.flush()
            known[key] = view.id
        views[(name, permission)] = known[key]
    return views


def role_permissions() -> dict[str, frozenset[tuple[str, str]]]:
    """Role key → (resource, permission) pairs it holds now. One statement."""
    with acting_as(SYSTEM):
        rows = db.session.execute(
            select(Role.name, ViewMenu.name, Permission.name)
            .join(assoc_permissionview_role, assoc_permissionview_role.c.role_id == Role.id)
            .join(PermissionView, PermissionView.id == assoc_permissionview_role.c.permission_view_id)
            .join(ViewMenu, ViewMenu.id == PermissionView.view_menu_id)
            .join(Permission, Permission.id == PermissionView.permission_id)
        ).all()
    found: dict[str, set[tuple[str, str]]] = {role: set() for role in ROLES}
    for role, name, permission in rows:
        if role in found:
            found[role].add((name, permission.removeprefix("can_")))
    return {role: frozenset(pairs) for role, pairs in found.items()}


def set_role_permissions(role: str, wanted: set[tuple[str, str]], *, area_code: str) -> tuple[str, ...]:
    """Give a role exactly these (resource, permission) pairs. Answers what changed, in words; only a system
    administrator may, and never against 三员分立. Raises PermissionRefused, NotPermitted.
    """
    if role not in ROLES:
        raise PermissionRefused(f"没有“{role}”这个角色。")
    if not current_actor().allows("roles", "write"):
        raise NotPermitted("角色的权限只能由系统管理员修改。")
    known = {(item.name, permission) for item in resources() for permission in item.permissions}
    for name, permission in sorted(wanted & known):
        fault = grant_fault(role, group=resource(name).group, permission=permission)
        if fault:
            raise PermissionRefused(fault)
    if role == "system_admin" and not {("accounts", "write"), ("roles", "write")} <= wanted:
        raise PermissionRefused("系统管理员必须保留管理账号和角色的权限，否则没有人能再改回来。")
    links = assoc_permissionview_role
    with writing() as session_:
        role_id = session_.execute(select(Role.id).where(Role.name == role)).scalar_one()
        views = _views_by_pair()
        held_ids = set(session_.execute(select(links.c.permission_view_id).where(links.c.role_id == role_id)).scalars())
        held = {pair for pair, view in views.items() if view in held_ids} & known
        more, less = (wanted & known) - held, held - wanted
        if more:
            rows = [{"permission_view_id": views[pair], "role_id": role_id} for pair in sorted(more)]
            session_.execute(insert(links), rows)
        for pair in sorted(less):
            session_.execute(delete(links).where(links.c.role_id == role_id, links.c.permission_view_id == views[pair]))
        said = (
            *(_in_words("给了", pair) for pair in sorted(more)),
            *(_in_words("收回", pair) for pair in sorted(less)),
        )
        if said:
            note = f"{ROLES[role].name}：{'；'.join(said)}"
            audit.record("rights_changed", "roles", area_code=area_code, note=note)
    return said


def _views_by_pair() -> dict[tuple[str, str], int]:
    rows = db.session.execute(
        select(ViewMenu.name, Permission.name, PermissionView.id)
        .join(PermissionView, PermissionView.view_menu_id == ViewMenu.id)
        .join(Permission, Permission.id == PermissionView.permission_id)
    ).all()
    return {(name, permission.removeprefix("can_")): view for name, permission, view in rows}


def _in_words(verb: str, pair: tuple[str, str]) -> str:
    return f"{verb}“{resource(pair[0]).title}”的{PERMISSION_NAMES.get(pair[1], pair[1])}"
