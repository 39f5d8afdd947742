"""`erase`: a worker who left is taken out of rosters, words and files; without `--confirm` it only says what would go."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from flask import Flask

from app.clock import today
from app.commands.refusal import CommandRefused
from app.lowcode.sent import sent_id
from app.points.erasing import queries, rules, service
from app.points.service import EvidenceFile
from app.security.actor import current_actor


def add(commands: Any) -> None:
    """The command with its options."""
    parser = commands.add_parser("erase", help="清除一名离岗网格员的个人信息；不写 --confirm 只看会清除什么")
    parser.add_argument("worker", metavar="编号", help="网格员名册里的编号")
    parser.add_argument("--reason", default="", metavar="原因", help="不要写姓名")
    parser.add_argument("--document", default="", metavar="依据", help="依据文件的名称或文号")
    parser.add_argument("--sheet", metavar="文件", help="签字的申请单或批准件，照片或扫描件")
    parser.add_argument("--confirm", metavar="姓名", help="写出他的姓名，确认要清除的就是这个人")
    parser.set_defaults(run=erase)


def erase(options: argparse.Namespace, _app: Flask) -> int:
    """Tell what would go and stay; with `--confirm` do it. 1 where something hinders."""
    actor, id_ = current_actor(), sent_id(options.worker)
    worker = queries.worker_to_erase(id_) if id_ else None
    if worker is None:
        raise CommandRefused(f"网格员名册里没有编号 {options.worker[:20]}，或不在这个账号负责的范围内。")
    if options.confirm is None:
        return _tell(worker.name, service.preview(worker, by=actor, today=today()))
    if not options.as_user:
        raise CommandRefused("清除个人信息要留下是谁办的。请加上：--as 账号")
    path = Path(options.sheet) if options.sheet else None
    request = service.Request(
        reason=options.reason, document=options.document, confirmed=options.confirm,
        sheet=EvidenceFile(path.name, path.read_bytes()) if path else None,
    )  # fmt: skip
    made = service.erase(worker, request, by=actor, today=today())
    sys.stdout.write(f"已清除网格员名册 {made.worker_id} 号的个人信息，积分合计没有变。\n")
    return 0


def _tell(name: str, seen: service.Preview) -> int:
    gone = "".join(f"　{what}：{count} 处\n" for what, count in seen.held.lines() if count)
    kept = "".join(f"　{what}：{text}\n" for what, text in rules.STAYS)
    sys.stdout.write(f"{name}\n清除以后就没有了，不能恢复：\n{gone}这些留着，不动：\n{kept}")
    for text in seen.warnings:
        sys.stdout.write(f"请看：{text}\n")
    if seen.obstacles:
        raise CommandRefused("还不能清除：" + "".join(seen.obstacles))
    sys.stdout.write(
        "现在什么也没有改。确认清除请加上：--confirm 姓名 --reason 原因 --document 依据 --sheet 文件 --as 账号\n"
    )
    return 0
