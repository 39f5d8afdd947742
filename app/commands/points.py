"""`award`: one entry of the points ledger from the command line."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.clock import today
from app.commands.refusal import CommandRefused
from app.extensions import db
from app.fields.types import Date, Number
from app.lowcode.queries import area_names
from app.lowcode.register import register
from app.lowcode.sent import sent_id
from app.points import queries, recording
from app.points.api import as_json
from app.points.recording import Asked
from app.points.rules import Matter, signed
from app.points.service import EvidenceFile
from app.security.actor import current_actor

MOST_NAMED = 6


def add(commands: Any) -> None:
    """The command with its options."""
    parser = commands.add_parser("award", help="记一次积分；同样的事再记一次也只有一条")
    parser.add_argument("worker", metavar="网格员", help="姓名，或网格员名册里的编号")
    parser.add_argument("rule", metavar="规则编号", help="例如 B01")
    parser.add_argument("--on", required=True, metavar="日期", help="事情发生的那一天")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--matter", metavar="一句话", help="什么事")
    what.add_argument("--record", metavar="台账:编号", help="系统里的一条记录，例如 events:12")
    parser.add_argument("--measured", metavar="数", help="按数量或百分比计分的填多少")
    parser.add_argument("--note", default="", metavar="说明")
    parser.add_argument("--evidence", action="append", default=[], metavar="文件", help="佐证，可以写几次")
    parser.add_argument("--again", action="store_true", help="冲正过的事再记一次")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=award)


def award(options: argparse.Namespace, _app: Flask) -> int:
    """Record it, or say which rule refuses."""
    actor = current_actor()
    if not options.as_user:
        raise CommandRefused("记分要留下是谁记的。请加上：--as 账号")
    worker, on = _worker(options.worker), Date().parse(options.on)
    if on is None:
        raise CommandRefused("请写事情发生的日期：--on 2026-10-09")
    asked = Asked(
        worker=worker, rule=options.rule, on=on, note=options.note, is_again=options.again,
        matter=_record(options.record) if options.record else Matter.in_words(options.matter, on=on),
        measured=Number(6, 1).parse(options.measured) if options.measured else None,
        evidence=[EvidenceFile(Path(name).name, Path(name).read_bytes()) for name in options.evidence],
    )  # fmt: skip
    made = recording.record(asked, by=actor, today=today())
    line = queries.line_of(made.entry)
    if options.json:
        answer = {"is_new": made.is_new, "capped": made.sentence, "result": as_json(line, worker)}
        sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1) + "\n")
        return 0
    done = "已记" if made.is_new else "早已记过，没有再记"
    sys.stdout.write(f"{done}：{worker.name} {signed(line.points)} 分，第 {line.seq} 号。{made.sentence}\n")
    return 0


def _worker(text: str) -> Any:
    """The grid worker of a name or number within the acting person's reach. Raises CommandRefused."""
    model = register("grid_workers").model
    id_ = sent_id(text)
    named = model.id == id_ if id_ else model.name == text.strip()
    statement = select(model).where(named, model.deleted_at.is_(None)).order_by(model.id)
    found = db.session.execute(statement.limit(MOST_NAMED)).scalars().all()
    if not found:
        raise CommandRefused(f"网格员名册里没有“{text[:20]}”，或不在这个账号负责的范围内。")
    if len(found) > 1:
        names = area_names({row.area_code for row in found})
        which = "；".join(f"编号 {row.id}，{names.get(row.area_code, row.area_code)}" for row in found)
        raise CommandRefused(f"叫“{text[:20]}”的有几名，请改写编号：{which}。")
    return found[0]


def _record(text: str) -> Matter:
    name, mark, number = text.partition(":")
    id_ = sent_id(number)
    if not mark or not id_:
        raise CommandRefused(f"--record 应写成 台账:编号，例如 events:12，不能是“{text[:30]}”。")
    try:
        known = register(name).name
    except KeyError:
        known = name
    return recording.matter_of_record(known, id_)
