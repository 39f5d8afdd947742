"""registers, import, undo, template, export."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from flask import Flask

from app.clock import today
from app.commands.refusal import CommandRefused
from app.database.transactions import writing
from app.lowcode import exporting, queries
from app.lowcode.importing import service as importing
from app.lowcode.importing.outcome import Outcome, Remark
from app.lowcode.register import Register, register, registers
from app.security import audit
from app.security.actor import current_actor
from app.settings.queries import profile

MOST_ERRORS = 100
FORMATS = ("xlsx", "csv", "pdf", "docx", "html")


def add(commands: Any) -> None:
    """The five commands."""
    listed = commands.add_parser("registers", help="有哪些名册和台账")
    listed.add_argument("--json", action="store_true")
    listed.set_defaults(run=list_registers)
    _add_import(commands)
    undo_ = commands.add_parser("undo", help="撤销一批导入")
    undo_.add_argument("batch", type=int, metavar="批次")
    undo_.set_defaults(run=undo)
    template_ = commands.add_parser("template", help="生成导入模板")
    template_.add_argument("register", metavar="名册")
    template_.add_argument("out", metavar="文件.xlsx")
    template_.set_defaults(run=template)
    export_ = commands.add_parser("export", help="导出名册")
    export_.add_argument("register", metavar="名册")
    export_.add_argument("out", metavar="文件.xlsx")
    export_.add_argument("--area", metavar="编码")
    export_.add_argument("--where", action="append", default=[], metavar="列=值")
    export_.set_defaults(run=export)


def _add_import(commands: Any) -> None:
    command = commands.add_parser("import", help="导入 Excel 或 CSV")
    command.add_argument("register", metavar="名册")
    command.add_argument("file", metavar="文件")
    command.add_argument("--area", metavar="编码", help="没写区域的行算在哪里")
    command.add_argument("--map", action="append", default=[], metavar="表头=列", help="指定表头对应哪一列")
    command.add_argument("--check", action="store_true", help="只核对，不写入")
    command.add_argument("--json", action="store_true")
    command.add_argument("--mode", choices=("all", "good"), default="all", help="all 有错就都不写；good 先写好的")
    kind = command.add_mutually_exclusive_group()
    kind.add_argument("--whole", action="store_true", help="这是全量名单")
    kind.add_argument("--additions", action="store_true", help="只有新增和变动")
    command.add_argument("--errors", metavar="文件.xlsx", help="把标出错误的表写到这里")
    command.set_defaults(run=import_)


def known(name: str) -> Register:
    """The register of that key or title; refuses unknown ones, naming what there is."""
    try:
        return register(name)
    except KeyError:
        names = "、".join(reg.title for reg in registers())
        raise CommandRefused(f"没有“{name}”这本名册。有：{names}。") from None


def list_registers(options: argparse.Namespace, app: Flask) -> int:  # noqa: ARG001
    """All registers with their columns."""
    if options.json:
        found = [
            {"name": reg.name, "title": reg.title,
             "columns": [{"name": c.name, "label": c.label, "type": c.type.key, "kind": c.kind, "required": c.is_required}
                         for c in reg.declared_columns]}
            for reg in registers()
        ]  # fmt: skip
        sys.stdout.write(json.dumps({"registers": found}, ensure_ascii=False, indent=1) + "\n")
        return 0
    for reg in registers():
        sys.stdout.write(f"{reg.name}\t{reg.title}\t{len(reg.declared_columns)} 列\n")
    return 0


def import_(options: argparse.Namespace, app: Flask) -> int:  # noqa: ARG001
    """Check a workbook and write it."""
    reg = known(options.register)
    mapping = dict(_pair(text) for text in options.map)
    whole = True if options.whole else False if options.additions else None
    data = Path(options.file).read_bytes()
    outcome = importing.check(
        reg.name, data, file_name=Path(options.file).name, area=options.area or profile().top_code, mapping=mapping,
        mode=options.mode, whole=whole, by=current_actor(), today=today(),
    )  # fmt: skip
    if not options.check:
        outcome = importing.publish(outcome, mode=options.mode, by=current_actor(), today=today())
    if options.errors and outcome.batch_id is not None:
        batch = importing.batch_of(outcome.batch_id, current_actor())
        Path(options.errors).write_bytes(importing.errors_workbook(batch))
    if options.json:
        sys.stdout.write(json.dumps(outcome.as_json(), ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.write(_told(outcome) + "\n")
        for error in outcome.errors[:MOST_ERRORS]:
            sys.stderr.write(_place(error) + error.message + "\n")
    return 0 if outcome.is_good(options.mode) else 1


def _told(outcome: Outcome) -> str:
    names = {"new": "新增", "changed": "变更", "same": "相同", "conflict": "冲突", "missing": "缺少"}
    counts = "，".join(f"{label} {outcome.counts.get(name, 0)}" for name, label in names.items())
    what = f"已写入，批次 {outcome.batch}，" if outcome.batch is not None else "没有写入，"
    return f"{what}{counts}，有错 {outcome.error_rows} 行。"


def _place(error: Remark) -> str:
    parts = [str(error.sheet or ""), f"第 {error.row} 行" if error.row else "", error.column]
    place = " ".join(part for part in parts if part)
    return f"{place}：" if place else ""


def _pair(text: str) -> tuple[str, str]:
    name, mark, value = text.partition("=")
    if not mark:
        raise CommandRefused(f"“{text}”应写成 名称=值 的样子。")
    return name.strip(), value.strip()


def undo(options: argparse.Namespace, app: Flask) -> int:  # noqa: ARG001
    """Take a batch back."""
    outcome = importing.undo(options.batch, by=current_actor(), today=today())
    sys.stdout.write(f"已撤销第 {options.batch} 批：恢复 {outcome.reversed} 条。\n")
    for _id, title, why in (*outcome.kept, *outcome.refused):
        sys.stdout.write(f"  没有撤销 {title}：{why}\n")
    return 0


def template(options: argparse.Namespace, app: Flask) -> int:  # noqa: ARG001
    """Write the workbook to fill in."""
    Path(options.out).write_bytes(importing.template(known(options.register).name))
    sys.stdout.write(f"已生成：{options.out}\n")
    return 0


def export(options: argparse.Namespace, app: Flask) -> int:  # noqa: ARG001
    """Write a register as data or paper, by the file's ending."""
    reg = known(options.register)
    format_ = Path(options.out).suffix.lstrip(".").lower()
    if format_ not in FORMATS:
        raise CommandRefused(f"不认识“.{format_}”，可用的有：{'、'.join(FORMATS)}。")
    names = {column.name for column in reg.columns if column.is_filtered}
    labels = {column.label: column.name for column in reg.columns if column.is_filtered}
    filters = []
    for name, value in (_pair(text) for text in options.where):
        if labels.get(name, name) not in names:
            raise CommandRefused(f"“{reg.title}”不能按“{name}”筛选，可用的有：{'、'.join(labels)}。")
        column = reg.column(labels.get(name, name))
        filters.append(
            (column.name, str(column.type.json(column.type.parse(value))) if column.kind != "link" else value)
        )
    taken = exporting.extract(reg, queries.Wish(area=options.area or "", filters=tuple(filters)), current_actor())
    area = options.area or profile().top_code
    with writing():
        audit.record("exported", reg.name, area_code=area, note=f"{format_} {len(taken.ids)} 条")
    label = queries.area_names({area}).get(area, "")
    body = (
        exporting.data(taken, format_)
        if format_ in ("xlsx", "csv")
        else exporting.paper(taken, format_, area_label=label)
    )
    Path(options.out).write_bytes(body)
    sys.stdout.write(f"已导出 {len(taken.ids)} 条到：{options.out}\n")
    return 0
