"""init: database, keys, areas, permissions, accounts; with --demo an invented district's data."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from flask import Flask
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import func, select

from app.areas.models import Area
from app.clock import today
from app.commands import papers
from app.commands.refusal import CommandRefused
from app.database.migrate import current_revision, upgrade
from app.database.transactions import writing
from app.extensions import db
from app.points.books.shipped import keys_of, known_books
from app.profiles.files import read_file
from app.profiles.service import InitResult, bring_what_is_new, init, load_demo
from app.security import service
from app.security.actor import SYSTEM, acting_as
from app.security.roles import ROLES
from app.settings.queries import has_profile, profile

SIGN_IN_FILE = "first-sign-in.txt"
FIRST_PROFILE = "demo"
INIT_LOCK = 7_204  # any number of ours: several processes may start on an empty database at once

DEMO_LINES = {"department": "物业"}
"""Line of a demonstration account, where its role works in one."""

SHALLOW = {"system_admin": 0, "auditor": 0, "inspector": 0, "street_leader": 0, "street_head": 0, "district_leader": -1,
           "street_office": 0, "street_section": 0,
           "grid_center": 0, "party_office": 0, "department": 0, "community_secretary": 1, "community_clerk": 1,
           "grid_worker": 2}  # fmt: skip
"""Where a demonstration account sits: -1 the top, 0 the street (or the top), 1 its first community, 2 that community's first grid."""


def add(commands: Any) -> None:
    """`init`."""
    command = commands.add_parser("init", help="建库、建区划和账号")
    command.add_argument("--profile", required=True, metavar="名称", help="demo qianan hongqiao fengqiao xifeng gulou")
    command.add_argument(
        "--book", choices=known_books(), metavar="细则",
        help=f"用哪一本积分细则，不写就用区县配置里的：{' '.join(known_books())}",
    )  # fmt: skip
    command.add_argument("--demo", action="store_true", help="同时装入演示数据（全部虚构）")
    command.add_argument("--today", metavar="日期", help="演示数据到哪一天为止，如 2026-11-22（默认今天）")
    command.set_defaults(run=run)


def run(options: argparse.Namespace, app: Flask) -> int:
    """Do it, and say what was done."""
    day = _day(options.today)
    result = make(app, options.profile, day=day, with_demo=options.demo, book=options.book)
    if options.book and options.book not in _books(result.top_code):
        raise CommandRefused("这里已经有别的积分细则，没有换。要换，请登录后到“积分细则”里点“从现成的细则开始”。")
    counts = "、".join(f"{profile().level_name(key)} {number}" for key, number in result.levels.items())
    sys.stdout.write(f"已按“{result.name}”建立：{counts}。新建 {result.created} 个，原有 {result.found} 个。\n")
    sys.stdout.write(f"账号和密码在：{app.config['DATA_DIR'] / SIGN_IN_FILE}\n")
    return 0


def _books(top_code: str) -> set[str]:
    with acting_as(SYSTEM):
        return keys_of(top_code)


def _day(text: str | None) -> date:
    if not text:
        return today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandRefused(f"日期“{text}”看不懂，请写成 2026-11-22 这样。") from None


def make(app: Flask, profile_key: str, *, day: date, with_demo: bool, book: str | None = None) -> InitResult:
    """Everything `init` does; may be run again at any time. `book` is a rule book instead of the profile's."""
    is_new = current_revision(db.engine) is None
    if is_new:
        # A misspelt profile must leave nothing behind, so it is read before the first table is made.
        read_file(profile_key)
    upgrade(db.engine)
    with _alone(), acting_as(SYSTEM):
        service.make_permissions()
        result = init(profile_key, today=day, books=(book,) if book else None)
        passwords = _first_accounts(result.top_code, with_demo=with_demo)
        if passwords:
            _write_sign_in(app, passwords)
        if with_demo:
            load_demo(today=day)
    return result


@contextmanager
def _alone() -> Iterator[None]:
    """One `init` at a time on a PostgreSQL server; SQLite has one writer anyway."""
    if db.engine.dialect.name != "postgresql":
        yield
        return
    with db.engine.connect() as connection:
        connection.execute(select(func.pg_advisory_lock(INIT_LOCK)))
        connection.commit()
        try:
            yield
        finally:
            connection.execute(select(func.pg_advisory_unlock(INIT_LOCK)))
            connection.commit()


def prepare(app: Flask) -> bool:
    """Before serving: bring the database up to date; on the very first start build the demonstration. Whether first."""
    with acting_as(SYSTEM):
        if current_revision(db.engine) is not None and _is_ready():
            upgrade(db.engine)
            service.make_permissions()
            _bring_what_is_new()
            return False
        sys.stdout.write("第一次启动，正在建库并装入演示街道（资料全部虚构），大约一分钟……\n")
        sys.stdout.flush()
        make(app, FIRST_PROFILE, day=today(), with_demo=True)
        _print_last_month(app)
    return True


def _bring_what_is_new() -> None:
    """Flows and books of a newer version; an office that cannot have them works on with what it has."""
    with _alone():
        refusals = bring_what_is_new()
    for refusal in refusals:
        sys.stdout.write(f"新版本自带的流程和细则没有装上：{refusal}\n")


def _is_ready() -> bool:
    return has_profile()


def _print_last_month(app: Flask) -> None:
    folder = papers.print_last_month(app)
    sys.stdout.write(f"上个月的报表已打印到：{folder}\n")


def _first_accounts(top_code: str, *, with_demo: bool) -> list[tuple[str, str, str]]:
    """(role name, account, password) of accounts made now; none when there are accounts already."""
    with writing():
        return _missing_accounts(top_code, with_demo=with_demo)


def _missing_accounts(top_code: str, *, with_demo: bool) -> list[tuple[str, str, str]]:
    has_any = bool(db.session.execute(select(func.count()).select_from(User)).scalar())
    made: list[tuple[str, str, str]] = []
    if not has_any:
        made.append(_open("admin", "system_admin", top_code))
    if with_demo:
        known = set(db.session.execute(select(User.username)).scalars())
        made += [
            _open(role.key, role.key, _seat(top_code, SHALLOW[role.key]))
            for role in ROLES.values()
            if role.key not in known and role.key != "system_admin"
        ]
    return made


def _seat(top_code: str, depth: int) -> str:
    """Code of the first area so many levels below the street (the top, where there is no street)."""
    levels = [level.key for level in profile().levels]
    start = levels.index("street") if "street" in levels else 0
    code = top_code
    for level in levels[: start + depth + 1]:
        found = db.session.execute(
            select(func.min(Area.code)).where(Area.level == level, Area.code.startswith(code), Area.valid_to.is_(None))
        ).scalar()
        code = found or code
    return code


def _open(username: str, role: str, area_code: str) -> tuple[str, str, str]:
    password = service.random_password()
    name = ROLES[role].name.split("（")[0]
    user = service.open_account(username, name=name, area_code=area_code, password=password, must_change=False)
    service.add_post(user, role=role, area_code=area_code, line=DEMO_LINES.get(role))
    return ROLES[role].name, username, password


def _write_sign_in(app: Flask, passwords: list[tuple[str, str, str]]) -> None:
    path = app.config["DATA_DIR"] / SIGN_IN_FILE
    lines = ["账号和密码（请转交本人，首次登录后自行修改，再删除这个文件）", ""]
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    lines += [f"{role}\t{username}\t{password}" for role, username, password in passwords]
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(old + ("\n" if old else "") + "\n".join(lines) + "\n")
    path.chmod(0o600)
