"""Writes about accounts: signing in, opening and closing accounts, passwords, sessions, posts."""

from __future__ import annotations

import secrets
import string
from collections.abc import Sequence
from datetime import date, timedelta

from flask import current_app, session
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select
from werkzeug.security import check_password_hash, generate_password_hash

from app.clock import utc_now
from app.database.transactions import writing
from app.extensions import db
from app.security import audit
from app.security.actor import SYSTEM, Actor, NotPermitted, acting_as, current_actor
from app.security.models import Account, Post
from app.security.role_permissions import make_permissions as make_permissions
from app.security.roles import ROLES
from app.security.rules import (
    LOCK_MINUTES,
    SEPARATE_ROLES,
    TRIES_BEFORE_LOCK,
    password_faults,
    role_conflict,
)


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


def _hashed(password: str) -> str:
    return generate_password_hash(password, method=current_app.config["FAB_PASSWORD_HASH_METHOD"])


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
            password=_hashed(password),
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
    if valid_from and valid_to and valid_to < valid_from:
        raise AccountRefused("结束日期早于开始日期，请核对。")
    with writing():
        _require_accounts(area_code)
        _own_account(user.username)
        _refuse_bad_post(user, role, valid_from, valid_to)
        post = Post(
            uid=secrets.token_hex(16), user_id=user.id, role=role, area_code=area_code, line=line, unit_id=unit_id,
            valid_from=valid_from, valid_to=valid_to,
        )  # fmt: skip
        with acting_as(system_for_caller()):
            db.session.add(post)
            db.session.flush()
    return post


def _refuse_bad_post(user: User, role: str, valid_from: date | None, valid_to: date | None) -> None:
    """三员分立, and nobody raises himself."""
    actor = current_actor()
    if actor.user_id == user.id and not actor.is_system:
        raise AccountRefused("不能给自己增加岗位，请由其他管理员办理。")
    if role in SEPARATE_ROLES and not _is_system_admin(actor):
        raise AccountRefused("系统管理员和审计员的岗位只能由系统管理员安排。")
    beside = {post.role for post in _posts_of(user.id) if _overlap(post, valid_from, valid_to)}
    conflict = role_conflict({*beside, role})
    if conflict:
        raise AccountRefused(conflict)


def _is_system_admin(actor: Actor) -> bool:
    return actor.is_system or (actor.access is not None and actor.access.has_role("system_admin"))


def _posts_of(user_id: int) -> Sequence[Post]:
    with acting_as(SYSTEM):
        return db.session.execute(select(Post).where(Post.user_id == user_id)).scalars().all()


def _overlap(post: Post, valid_from: date | None, valid_to: date | None) -> bool:
    is_before = post.valid_to is not None and valid_from is not None and post.valid_to < valid_from
    is_after = post.valid_from is not None and valid_to is not None and valid_to < post.valid_from
    return not (is_before or is_after)


def end_post(post_id: int, *, last_day: date) -> Post:
    """Let a post end with a day; a day that has passed takes the right away at the next request.

    Raises AccountRefused for an unknown post and for one's own last way into the accounts.
    """
    with writing():
        with acting_as(SYSTEM):
            post = db.session.get(Post, post_id)
            user = db.session.get(User, post.user_id) if post is not None else None
        if post is None or user is None:
            raise AccountRefused("没有这个岗位，可能已被别人删除，请刷新再看。")
        _require_accounts(post.area_code)
        _own_account(user.username)
        if current_actor().user_id == user.id and not current_actor().is_system:
            raise AccountRefused("不能结束自己的岗位，请由其他管理员办理。")
        if post.valid_from is not None and last_day < post.valid_from:
            raise AccountRefused(f"这个岗位从 {post.valid_from} 开始，结束日期不能更早。")
        with acting_as(system_for_caller()):
            post.valid_to = last_day
            db.session.flush()
    return post


def end_sessions(username: str) -> None:
    """Sign an account out everywhere. A token for programs lives on until it runs out, an hour at most."""
    with writing():
        _user, account = _own_account(username)
        account.session_key = secrets.token_hex(8)
        audit.record("sessions_ended", "accounts", area_code=account.area_code, note=username)


def change_account(username: str, *, name: str, person_uid: str | None) -> None:
    """Change the name shown, and whose roster row the account belongs to (uid; None for nobody's)."""
    name = name.strip()
    if not name:
        raise AccountRefused("请填写姓名。")
    with writing():
        user, account = _own_account(username)
        if person_uid is not None:
            with acting_as(SYSTEM):
                taken = db.session.execute(
                    select(Account.user_id).where(Account.person_uid == person_uid, Account.user_id != user.id)
                ).first()
            if taken:
                raise AccountRefused("这个人已经有别的账号了，一人一个账号。")
        if (user.first_name, account.person_uid) == (name, person_uid):
            return
        what = "关联的人" if user.first_name == name else f"姓名 {user.first_name} → {name}"
        user.first_name, account.person_uid = name, person_uid
        audit.record("account_changed", "accounts", area_code=account.area_code, note=f"{username}：{what}")


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
        user.password = _hashed(password)
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
    actor = current_actor()
    if actor.user_id != user.id:
        _require_accounts(account.area_code)
        if not _is_system_admin(actor) and any(post.role in SEPARATE_ROLES for post in _posts_of(user.id)):
            raise NotPermitted("系统管理员和审计员的账号只能由系统管理员管理。")
    return user, account


def _require_accounts(area_code: str) -> None:
    if not current_actor().covers("accounts", "write", area_code):
        raise NotPermitted("您只能管理本辖区内的账号和岗位。")
