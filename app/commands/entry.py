"""Reads the command line and hands over; every refusal becomes one sentence on standard error."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack

from flask import Flask
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from app.areas.rules import AreaRefused
from app.clock import today
from app.commands import accounts, books, care, data, erasing, flows, imports, months, papers, points, serving, setup
from app.commands.logbook import open_logbook
from app.commands.parser import Parser
from app.commands.refusal import CommandRefused
from app.database.migrate import DatabaseIsNewer, current_revision, head_revision, refuse_newer
from app.extensions import db
from app.factory import create_app
from app.fields.refusal import Refused
from app.fields.sealing import KeyFileIsDamaged
from app.files.kinds import FileRefused
from app.lowcode.importing.containers import FileIsRefused
from app.lowcode.importing.publishing import PublishRefused
from app.lowcode.importing.undoing import UndoRefused
from app.lowcode.service import SaveRefused
from app.numbering.service import NumberRefused
from app.periods.queries import MonthIsClosed
from app.periods.rules import PeriodIsWrong
from app.periods.service import CannotClose
from app.points.erasing.rules import EraseRefused
from app.points.rules import PointsRefused
from app.report_center.rules import SubmissionRefused
from app.security.actor import SYSTEM, NotPermitted, acting_as
from app.security.queries import actor_named
from app.security.service import AccountRefused
from app.settings.profile import ProfileRefused
from app.settings.queries import NotInitialised, has_profile
from config import SettingRefused

log = logging.getLogger(__name__)

Command = Callable[[argparse.Namespace, Flask], int]
WITHOUT_INIT = {"books", "flows", "init", "registers", "reports", "doctor", "serve"}
ADDERS = (
    serving.add,
    setup.add,
    accounts.add,
    data.add,
    imports.add,
    papers.add,
    months.add,
    care.add,
    points.add,
    books.add,
    erasing.add,
    flows.add,
)
WORDS = (
    AccountRefused, AreaRefused, CannotClose, CommandRefused, DatabaseIsNewer, EraseRefused, FileIsRefused, FileRefused, KeyFileIsDamaged, MonthIsClosed,
    NotInitialised, NotPermitted, NumberRefused, PeriodIsWrong, PointsRefused, ProfileRefused, PublishRefused, Refused,
    SaveRefused, SettingRefused, SubmissionRefused, UndoRefused,
)  # fmt: skip
"""Refusals that are sentences for the person; anything else is a fault of ours and says only that."""


def parser() -> Parser:
    """All commands with their options."""
    top = Parser(prog="run.py", description="网格台账。不带命令就启动服务。")
    commands = top.add_subparsers(dest="command", metavar="命令", parser_class=Parser)
    for add in ADDERS:
        add(commands)
    for command in commands.choices.values():
        command.add_argument("--as", dest="as_user", metavar="账号", help="以哪个账号的身份做（默认：系统）")
    return top


def main(arguments: Sequence[str]) -> int:
    """Do one command; its exit code."""
    options = parser().parse_args(list(arguments) or ["serve"])
    try:
        app = create_app()
        open_logbook(app.config["DATA_DIR"])
        with app.app_context():
            return _run(options, app)
    except WORDS as refusal:
        sys.stderr.write(f"{refusal}\n")
    except OperationalError:
        sys.stderr.write("连不上数据库，或它正忙。请核对 DATABASE_URL，确认数据库已启动，再试一次。\n")
    except SQLAlchemyError as fault:
        log.warning("The database refused %s", options.command, exc_info=fault)
        sys.stderr.write("数据库拒绝了这次操作，没有改动任何数据。请运行 python run.py doctor 查看状况。\n")
    except FileNotFoundError as missing:
        sys.stderr.write(f"找不到文件：{missing.filename}\n")
    except (PermissionError, IsADirectoryError, NotADirectoryError) as refused:
        sys.stderr.write(f"不能读写：{getattr(refused, 'filename', None) or refused}\n")
    except Exception as fault:
        log.error("Unexpected fault in %s", options.command, exc_info=fault)
    return 1


def _run(options: argparse.Namespace, app: Flask) -> int:
    if options.command not in WITHOUT_INIT:
        _refuse_other_tables()
    with ExitStack() as stack:
        if options.command not in ("serve", "worker"):
            actor = SYSTEM
            if options.as_user:
                found = actor_named(options.as_user, today=today())
                if found is None:
                    raise CommandRefused(f"没有账号 {options.as_user}，或它已停用。")
                actor = found
            stack.enter_context(acting_as(actor))
        return int(options.run(options, app))


def _refuse_other_tables() -> None:
    """Commands work on tables of this program's own version only; starting or `init` brings older ones up to date."""
    if not is_ready():
        raise CommandRefused("还没有建立数据库。请先运行：python run.py init --profile demo")
    refuse_newer(db.engine)
    if current_revision(db.engine) != head_revision():
        raise CommandRefused(
            "程序已经更新，数据库还是旧的。请先备份数据目录，再启动一次服务：python run.py，它会把数据库更新好，然后再做这件事。"
        )


def is_ready() -> bool:
    """Whether `init` has run on this database."""
    return current_revision(db.engine) is not None and has_profile()
