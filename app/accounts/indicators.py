"""Figures about accounts for the system administrator, and about what was done for the auditor."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import Select, or_, select

from app.accounts.queries import IDLE_DAYS, live_post
from app.clock import SHANGHAI
from app.lowcode.indicators import Indicator, Selection, register_indicator
from app.periods.rules import Period
from app.security.models import Account, AuditEntry, Post
from app.security.wall import within

SOON_DAYS = 30


def _open_accounts(prefixes: tuple[str, ...], _period: Period) -> Select[Any]:
    return (
        select(Account.user_id)
        .join(User, User.id == Account.user_id)
        .where(within(Account.area_code, prefixes), User.active.is_(True))
    )


def _idle(prefixes: tuple[str, ...], period: Period) -> Select[Any]:
    # FAB writes last_login as naive UTC.
    since = datetime.combine(period.last - timedelta(days=IDLE_DAYS), time())
    return _open_accounts(prefixes, period).where(or_(User.last_login.is_(None), User.last_login < since))


def _without_post(prefixes: tuple[str, ...], period: Period) -> Select[Any]:
    return _open_accounts(prefixes, period).where(Account.user_id.not_in(live_post(period.last)))


def _ending(prefixes: tuple[str, ...], period: Period) -> Select[Any]:
    until = period.last + timedelta(days=SOON_DAYS)
    return select(Post.id).where(within(Post.area_code, prefixes), Post.valid_to.between(period.last, until))


def moments_of(first: date, last: date) -> tuple[datetime, datetime]:
    """First moment of the first day and of the day after the last one, in the office's time."""
    return (
        datetime.combine(first, time(), tzinfo=SHANGHAI),
        datetime.combine(last + timedelta(days=1), time(), tzinfo=SHANGHAI),
    )


def _acts(*actions: str, resources: tuple[str, ...] = ()) -> Selection:
    """Entries of the audit chain with these actions within a period."""

    def chosen(prefixes: tuple[str, ...], period: Period) -> Select[Any]:
        begin, end = moments_of(period.first, period.last)
        statement = select(AuditEntry.id).where(
            within(AuditEntry.area_code, prefixes), AuditEntry.at >= begin, AuditEntry.at < end
        )
        if actions:
            statement = statement.where(AuditEntry.action.in_(actions))
        return statement.where(AuditEntry.resource.in_(resources)) if resources else statement

    return chosen


def _accounts_figure(name: str, title: str, rule: str, select_: Callable[..., Any], register: str) -> Indicator:
    return Indicator(name, title, rule, "个", "accounts", select_, register=register, has_history=False)


FIGURES = (
    _accounts_figure("accounts", "在用账号", "现在没有停用的账号。", _open_accounts, "accounts"),
    _accounts_figure(
        "accounts_idle", "久未登录的账号", f"没有停用，但 {IDLE_DAYS} 天没有登录过或从未登录的账号，用不着的请停用。",
        _idle, "accounts",
    ),
    _accounts_figure(
        "accounts_without_post", "没有岗位的账号", "没有停用，但现在一个有效岗位也没有的账号，登录后什么也看不到。",
        _without_post, "accounts",
    ),
    _accounts_figure(
        "posts_ending", "快到期的岗位", f"{SOON_DAYS} 天内到期的岗位，要接着用的请续期。", _ending, "posts"
    ),
    Indicator("sign_ins", "登录次数", "本期成功登录的次数。", "次", "audit", _acts("sign_in"), register="audit"),
    Indicator(
        "sign_ins_failed", "登录失败", "本期账号或密码不对、或账号被锁定时的登录次数。", "次", "audit",
        _acts("sign_in_failed"), register="audit",
    ),
    Indicator(
        "reveals", "查看完整号码", "本期有人写明原因、查看完整证件号和电话的次数。", "次", "audit", _acts("revealed"),
        register="audit",
    ),
    Indicator(
        "exports", "导出和打印", "本期导出、打印数据的次数。", "次", "audit", _acts("exported", "printed"),
        register="audit",
    ),
    Indicator(
        "rights_changed", "权限变动", "本期岗位的增加、修改、结束和角色权限的修改。", "次", "audit",
        _acts(resources=("posts", "roles")), register="audit",
    ),
)  # fmt: skip

for _figure in FIGURES:
    register_indicator(_figure)
