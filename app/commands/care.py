"""verify and doctor: is everything as it should be."""

from __future__ import annotations

import argparse
import sqlite3
import sys
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from app.clock import today
from app.database.migrate import DatabaseIsNewer, current_revision, head_revision, refuse_newer
from app.database.transactions import writing
from app.extensions import db
from app.files.queries import faults as file_faults
from app.lowcode import search_index
from app.lowcode.register import registers
from app.numbering.queries import faults as number_faults
from app.points.proof import faults as points_faults
from app.report_center.months.proof import faults as month_faults
from app.security import audit
from app.security.actor import SYSTEM, acting_as
from app.settings.queries import has_profile, profile
from reports.fonts import unprintable

Check = Callable[[], list[str]]
_CHECKS: dict[str, Check] = {
    "审计链": audit.verify,
    "积分台账": points_faults,
    "附件": file_faults,
    "文号": number_faults,
    "定稿的月份": month_faults,
}


def register_check(title: str, check: Check) -> None:
    """Let a room add to `verify`: a function that returns faults in words."""
    _CHECKS[title] = check


def add(commands: Any) -> None:
    """The two commands."""
    verify_ = commands.add_parser("verify", help="核对审计链、积分台账、已定稿的月份")
    verify_.set_defaults(run=verify)
    doctor_ = commands.add_parser("doctor", help="检查数据库、密钥、字体、磁盘")
    doctor_.add_argument("--mend", action="store_true", help="重建查找索引")
    doctor_.set_defaults(run=doctor)


def verify(options: argparse.Namespace, app: Flask) -> int:  # noqa: ARG001
    """Run every check; exit 1 when one finds a fault."""
    is_whole = True
    for title, check in _CHECKS.items():
        faults = check()
        sys.stdout.write(f"{title}：{'完好' if not faults else f'{len(faults)} 处不符'}\n")
        for fault in faults[:50]:
            sys.stderr.write(f"  {fault}\n")
        is_whole = is_whole and not faults
    return 0 if is_whole else 1


def doctor(options: argparse.Namespace, app: Flask) -> int:
    """Say how things stand, and what to do where they stand badly."""
    if options.mend:
        with acting_as(SYSTEM), writing():
            for reg in registers():
                search_index.rebuild(reg, today())
    faults: list[str] = []
    report: list[str] = [f"数据目录：{app.config['DATA_DIR']}", f"密钥目录：{app.config['KEY_DIR']}"]
    try:
        _database(report, faults)
    except DatabaseIsNewer as newer:
        faults.append(str(newer))
    except SQLAlchemyError:
        faults.append("连不上数据库。请核对 DATABASE_URL，确认数据库已启动。")
    _fonts(report, faults)
    sys.stdout.write("\n".join(report) + "\n")
    for fault in faults:
        sys.stderr.write(f"要处理：{fault}\n")
    return 1 if faults else 0


def _database(report: list[str], faults: list[str]) -> None:
    is_sqlite = db.engine.dialect.name == "sqlite"
    report.append(f"数据库：{'SQLite ' + sqlite3.sqlite_version if is_sqlite else 'PostgreSQL'}")
    if is_sqlite and sqlite3.sqlite_version_info < (3, 40):
        faults.append("SQLite 版本太旧，需要 3.40 或更新。请换用较新的 Python。")
    revision = current_revision(db.engine)
    if revision is None:
        report.append("还没有建库。请运行：python run.py init --profile demo")
        return
    refuse_newer(db.engine)
    if revision != head_revision():
        faults.append(
            f"数据库是 {revision} 版，程序要 {head_revision()} 版。请运行：python run.py init --profile 原来的名称"
        )
        return
    with acting_as(SYSTEM):
        if has_profile():
            report.append(f"配置：{profile().name}")
        for reg in registers():
            rows = db.session.execute(
                select(func.count()).select_from(reg.model).where(reg.model.deleted_at.is_(None))
            ).scalar()
            found = db.session.execute(text(f"SELECT count(*) FROM {reg.name}_search")).scalar()  # noqa: S608
            if rows != found:
                faults.append(f"{reg.title}的查找索引少了（{found}/{rows}）。请运行：python run.py doctor --mend")
        if is_sqlite:
            broken = db.session.execute(text("PRAGMA quick_check")).scalar()
            if broken != "ok":
                faults.append("数据库文件已损坏，请从备份恢复。")


def _fonts(report: list[str], faults: list[str]) -> None:
    missing = unprintable("网格台账〔2026〕㛃䶮")
    report.append("字体：齐全" if not missing else f"字体：缺 {'、'.join(missing)}")
    if missing:
        faults.append("随附字体不全，请重新取得完整的程序文件夹。")
