"""Writes about accounts: signing in, opening and closing accounts, posts, and the one-time making of permissions."""

from __future__ import annotations

import secrets
import string
from datetime import date, timedelta
from typing import Any

from flask import current_app, session
from flask_appbuilder.security.sqla.models import (
    Permission,
    PermissionView,
    Role,
    User,
    ViewMenu,
    assoc_permissionview_role,
)
from sqlalchemy import func, insert, select
from werkzeug.security import check_password_hash, generate_password_hash

from app.database.transactions import writing
from app.database.types import utc_now
from app.extensions import db
from app.security import audit
from app.security.actor import SYSTEM, Actor, NotPermitted, acting_as, current_actor
from app.security.models import AccessVersion, Account, Post
from app.security.roles import ROLES, resource, resources, role_grants
from app.security.rules import LOCK_MINUTES, TRIES_BEFORE_LOCK, password_faults

PERMISSION_LOCK = 7_201  # any number of ours; PostgreSQL advisory locks share one space per database


class AccountRefused(ValueError):
    """An account could not be opened or changed; the message says why."""


def sign_in(username: str, password: str) -> User | None:
    """The user, when name and password fit and the account is open. Failures are counted; five lock for half an hour.

    The answer takes the same time for unknown names, so that names cannot be guessed by it.
    """
    if not username or not password:
        return None
    with acting_as(SYSTEM), writing():
        user = db.session.execute(select(User).where(User.username == username.strip())).scalar()
        account = db.session.get(Account, user.id) if user is not None else None
        if user is None or account is None or not user.active or _is_locked(account):
            check_password_hash(current_app.config["AUTH_DB_FAKE_PASSWORD_HASH_CHECK"], password)
            audit.record(
                "sign_in_failed", "accounts", area_code=account.area_code if account else "", note=username[:60]
            )
            return None
        if not check_password_hash(user.password, password):
            _count_failure(user, account)
            return None
        account.failed_count, account.locked_until = 0, None
        user.last_login = utc_now().replace(tzinfo=None)
        user.login_count = (user.login_count or 0) + 1
        with acting_as(Actor(user.id, user.first_name, None, is_system=True)):
            audit.record("sign_in", "accounts", area_code=account.area_code)
    _remember(account)
    return user


def _is_locked(account: Account) -> bool:
    return account.locked_until is not None and account.locked_until > utc_now()


def _count_failure(user: User, account: Account) -> None:
    account.failed_count += 1
    if account.failed_count >= TRIES_BEFORE_LOCK:
        account.locked_until = utc_now() + timedelta(minutes=LOCK_MINUTES)
        account.failed_count = 0
    audit.record("sign_in_failed", "accounts", area_code=account.area_code, note=user.username)


def _remember(account: Account) -> None:
    # A token request has a session too; the key in it harms nothing there.
    session["session_key"] = account.session_key
    session.permanent = True


def random_password(length: int = 14) -> str:
    """A password of letters and digits without look-alikes, with all classes the rules ask for."""
    letters = "".join(set(string.ascii_letters + string.digits) - set("0O1lI"))
    while True:
        text = "".join(secrets.choice(letters) for _ in range(length - 1)) + secrets.choice("-+=@")
        if not password_faults(text, username=""):
            return text


def open_account(
    username: str, *, name: str, area_code: str, password: str, must_change: bool = True, person_uid: str | None = None
) -> User:
    """A new account without any right; `add_post` gives rights. Raises AccountRefused with every reason."""
    faults = password_faults(password, username=username)
    if faults:
        raise AccountRefused("密码" + "；".join(faults))
    with writing():
        _require_accounts(area_code)
        if db.session.execute(select(User.id).where(User.username == username)).first():
            raise AccountRefused(f"账号 {username} 已经有了，请换一个名字。")
        user = User(
            username=username, first_name=name, last_name="", email=f"{username}@gridledger.invalid", active=True,
            password=generate_password_hash(password),
        )  # fmt: skip
        with acting_as(SYSTEM):
            db.session.add(user)
            db.session.flush()
            account = Account(
                user_id=user.id, area_code=area_code, must_change_password=must_change, person_uid=person_uid,
                session_key=secrets.token_hex(8), password_changed_at=None, past_passwords=[user.password],
            )  # fmt: skip
            db.session.add(account)
            db.session.flush()
        audit.record("account_opened", "accounts", area_code=area_code, note=username)
    return user


def add_post(
    user: User, *, role: str, area_code: str, line: str | None = None, unit_id: int | None = None,
    valid_from: date | None = None, valid_to: date | None = None,
) -> Post:  # fmt: skip
    """Give a role in an area. One may not give what reaches beyond one's own accounts permission."""
    if role not in ROLES:
        raise AccountRefused(f"没有“{role}”这个角色。")
    with writing():
        _require_accounts(area_code)
        post = Post(
            uid=secrets.token_hex(16), user_id=user.id, role=role, area_code=area_code, line=line, unit_id=unit_id,
            valid_from=valid_from, valid_to=valid_to,
        )  # fmt: skip
        with acting_as(system_for_caller()):
            db.session.add(post)
            db.session.flush()
    return post


def system_for_caller() -> Actor:
    """The system, under the caller's name in the history: for writes the service itself has already permitted."""
    actor = current_actor()
    return Actor(actor.user_id, actor.name, None, is_system=True)


def set_active(username: str, *, active: bool) -> None:
    """Close or reopen an account; closing ends its sessions at once."""
    with writing():
        user, account = _own_account(username)
        user.active = active
        account.session_key = secrets.token_hex(8)
        audit.record(
            "account_opened" if active else "account_closed", "accounts", area_code=account.area_code, note=username
        )


def set_password(username: str, password: str, *, must_change: bool) -> None:
    """Set a password (by an administrator, or by oneself after the old one was checked) and end all sessions."""
    with writing():
        user, account = _own_account(username)
        faults = password_faults(password, username=username)
        if not must_change and any(check_password_hash(old, password) for old in account.past_passwords[-5:]):
            faults.append("不能与最近用过的五个密码相同")
        if faults:
            raise AccountRefused("密码" + "；".join(faults) + "。")
        user.password = generate_password_hash(password)
        account.past_passwords = [*account.past_passwords, user.password][-5:]
        account.must_change_password = must_change
        account.password_changed_at = utc_now()
        account.failed_count, account.locked_until = 0, None
        account.session_key = secrets.token_hex(8)
        audit.record("password_set", "accounts", area_code=account.area_code, note=username)
    if current_actor().user_id == user.id:
        _remember(account)


def password_fits(user_id: int, password: str) -> bool:
    """Whether this is the person's password."""
    with acting_as(SYSTEM):
        user = db.session.get(User, user_id)
    return user is not None and check_password_hash(user.password, password)


def set_preference(user_id: int, *, language: str | None = None, is_large_type: bool | None = None) -> None:
    """Keep a person's own choice of language and type size."""
    with writing():
        account = db.session.get(Account, user_id)
        if account is None:
            return
        account.language = language or account.language
        account.is_large_type = account.is_large_type if is_large_type is None else is_large_type


def _own_account(username: str) -> tuple[User, Account]:
    with acting_as(SYSTEM):
        user = db.session.execute(select(User).where(User.username == username)).scalar()
        account = db.session.get(Account, user.id) if user else None
    if user is None or account is None:
        raise AccountRefused(f"没有账号 {username}。")
    if current_actor().user_id != user.id:
        _require_accounts(account.area_code)
    return user, account


def _require_accounts(area_code: str) -> None:
    if not current_actor().covers("accounts", "write", area_code):
        raise NotPermitted("您只能管理本辖区内的账号和岗位。")


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
        roles = _ensure(Role, {*ROLES, "public"})
        views = _ensure_views(pairs, permissions, menus)
        _ensure_grants(views, roles)


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


def _ensure_grants(views: dict[tuple[str, str], int], roles: dict[str, int]) -> None:
    """Give new permissions to the roles of our matrix. A permission that was there before stays as the office set it."""
    links = assoc_permissionview_role
    rows = db.session.execute(select(links.c.permission_view_id, links.c.role_id)).all()
    given = {(view, role) for view, role in rows}
    settled = {view for view, _ in given}
    fresh = []
    for role in ROLES:
        for (name, permission), view in views.items():
            is_granted = permission in role_grants(role, resource(name))
            if is_granted and view not in settled and (view, roles[role]) not in given:
                fresh.append({"permission_view_id": view, "role_id": roles[role]})
    if fresh:
        db.session.execute(insert(links), fresh)
