"""hold, finalise and reopen: closing a month from the command line."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from flask import Flask

from app.areas.queries import name_of
from app.clock import today
from app.commands.refusal import CommandRefused
from app.periods.queries import state_of
from app.periods.rules import FINAL, Period, parse
from app.report_center.months import service
from app.report_center.months.service import SignedSheet
from app.settings.queries import profile


def add(commands: Any) -> None:
    """The three commands."""
    for name, words, run in (
        ("hold", "转入核对：网格员暂停填报", hold),
        ("finalise", "月度定稿：报表和数字固定下来", finalise),
        ("reopen", "重新打开已定稿的月份", reopen),
    ):
        command = commands.add_parser(name, help=words)
        command.add_argument("month", metavar="2026-10")
        command.add_argument("--area", metavar="编码", help="默认是最上一级")
        if name == "reopen":
            command.add_argument("--reason", default="", metavar="原因")
            command.add_argument("--sheet", metavar="文件", help="领导签字的申请单，照片或扫描件")
        command.set_defaults(run=run)


def _where(options: argparse.Namespace) -> tuple[str, Period]:
    area = options.area or profile().top_code
    if name_of(area) == area:
        raise CommandRefused(f"没有编码为 {area} 的区域。")
    return area, parse(options.month)


def hold(options: argparse.Namespace, app: Flask) -> int:  # noqa: ARG001
    """填报中 → 核对中."""
    area, month = _where(options)
    service.hold(area, month, today=today())
    sys.stdout.write(f"{name_of(area)}{month.title}已转入核对。\n")
    return 0


def finalise(options: argparse.Namespace, app: Flask) -> int:  # noqa: ARG001
    """→ 已定稿."""
    area, month = _where(options)
    made = service.finalise(area, month, today=today())
    sys.stdout.write(
        f"{name_of(area)}{month.title}已定稿（第{made.edition}次）：报表 {made.paper_count} 份，"
        f"数字 {made.figure_count} 项，校验 {made.digest}\n"
    )
    return 0


def reopen(options: argparse.Namespace, app: Flask) -> int:  # noqa: ARG001
    """→ 填报中; a final month needs the signed sheet."""
    area, month = _where(options)
    if state_of(area, month).state != FINAL:
        service.back_to_filling(area, month, reason=options.reason or "退回填报")
        sys.stdout.write(f"{name_of(area)}{month.title}已退回填报。\n")
        return 0
    sheet = None
    if options.sheet:
        path = Path(options.sheet)
        sheet = SignedSheet(path.name, path.read_bytes())
    row = service.reopen(area, month, reason=options.reason, sheet=sheet)
    done = "已重新打开" if row.opened_at else "已申请重新打开，等另一位同志确认"
    sys.stdout.write(f"{name_of(area)}{month.title}{done}。\n")
    return 0
