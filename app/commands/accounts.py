"""user add, disable, reset."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from flask import Flask
from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select

from app.commands.places import known_area
from app.commands.refusal import CommandRefused
from app.database.transactions import writing
from app.extensions import db
from app.fields.codes import code_list, read_code
from app.security import service
from app.security.roles import ROLES, role_key


def add(commands: Any) -> None:
    """`user` with its three words."""
    user = commands.add_parser("user", help="开账号、停账号、重置密码")
    user.add_argument("action", choices=("add", "disable", "reset"), metavar="add|disable|reset")
    user.add_argument("name", metavar="账号")
    user.add_argument("--role", help="角色：英文代号或中文名")
    user.add_argument("--area", help="区域编码")
    user.add_argument("--line", help="条线")
    user.add_argument("--title", help="姓名（默认同账号）")
    user.add_argument("--password-stdin", action="store_true", help="从标准输入读密码，否则随机生成并显示一次")
    user.set_defaults(run=run)


def run(options: argparse.Namespace, app: Flask) -> int:  # noqa: ARG001
    """Do it."""
    if options.action == "disable":
        service.set_active(options.name, active=False)
        sys.stdout.write(f"已停用账号 {options.name}，它的登录已全部退出。\n")
        return 0
    password = sys.stdin.readline().rstrip("\n") if options.password_stdin else service.random_password()
    if options.action == "reset":
        service.set_password(options.name, password, must_change=True)
        sys.stdout.write(f"已重置账号 {options.name}。" + _shown(options, password) + "首次登录要改密码。\n")
        return 0
    _add(options, password)
    sys.stdout.write(f"已开账号 {options.name}。" + _shown(options, password) + "\n")
    return 0


def _shown(options: argparse.Namespace, password: str) -> str:
    return "" if options.password_stdin else f"密码：{password} "


def _add(options: argparse.Namespace, password: str) -> None:
    role = role_key(options.role or "")
    if role is None:
        names = "、".join(role.name for role in ROLES.values())
        raise CommandRefused(f"没有角色“{options.role or ''}”。可用的角色：{names}。")
    if not options.area:
        raise CommandRefused("请用 --area 写明这个账号管哪个区域。")
    area = known_area(options.area)
    line = read_code(code_list("unit_line"), options.line) if options.line else None
    label = code_list("unit_line").label_of(line) if line else None
    with writing():
        service.open_account(
            options.name,
            name=options.title or options.name,
            area_code=area,
            password=password,
            must_change=True,
        )
        user = db.session.execute(select(User).where(User.username == options.name)).scalar_one()
        service.add_post(user, role=role, area_code=area, line=label)
