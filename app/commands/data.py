"""registers, export."""

from __future__ import annotations

import argparse
import json
import sys
from errno import ENOTDIR
from pathlib import Path
from typing import Any

from flask import Flask

from app.commands.places import known_area
from app.commands.refusal import CommandRefused
from app.database.transactions import writing
from app.fields.refusal import Refused
from app.lowcode import exporting, queries
from app.lowcode.column import Column
from app.lowcode.register import Register, register, registers
from app.security import audit
from app.security.actor import current_actor

FORMATS = ("xlsx", "csv", "pdf", "docx", "html")


def add(commands: Any) -> None:
    """The two commands."""
    listed = commands.add_parser("registers", help="有哪些名册和台账")
    listed.add_argument("--json", action="store_true")
    listed.set_defaults(run=list_registers)
    export_ = commands.add_parser("export", help="导出名册")
    export_.add_argument("register", metavar="名册")
    export_.add_argument("out", metavar="文件.xlsx")
    export_.add_argument("--area", metavar="编码")
    export_.add_argument("--where", action="append", default=[], metavar="列=值")
    export_.set_defaults(run=export)


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


def write_file(out: str, body: bytes) -> None:
    """A file, and the folder it lies in where there is none yet."""
    path = Path(out)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise NotADirectoryError(ENOTDIR, "not a folder", str(path.parent)) from None
    path.write_bytes(body)


def pair(text: str) -> tuple[str, str]:
    """列=值 as its two sides. Raises CommandRefused."""
    name, mark, value = text.partition("=")
    if not mark:
        raise CommandRefused(f"“{text}”应写成 名称=值 的样子。")
    return name.strip(), value.strip()


def _filter_value(column: Column, text: str) -> str:
    if column.kind == "link":
        return text
    try:
        return str(column.type.json(column.type.parse(text)))
    except Refused as refusal:
        raise CommandRefused(f"{column.label}“{text}”：{refusal}") from None


def export(options: argparse.Namespace, app: Flask) -> int:  # noqa: ARG001
    """Write a register as data or paper, by the file's ending."""
    reg = known(options.register)
    area = known_area(options.area)
    if not current_actor().allows(reg.name, "export"):
        raise CommandRefused(f"账号 {options.as_user} 不能导出“{reg.title}”。")
    format_ = Path(options.out).suffix.lstrip(".").lower()
    if format_ not in FORMATS:
        raise CommandRefused(f"不认识“.{format_}”，可用的有：{'、'.join(FORMATS)}。")
    names = {column.name for column in reg.columns if column.is_filtered}
    labels = {column.label: column.name for column in reg.columns if column.is_filtered}
    filters = []
    for name, value in (pair(text) for text in options.where):
        if labels.get(name, name) not in names:
            raise CommandRefused(f"“{reg.title}”不能按“{name}”筛选，可用的有：{'、'.join(labels)}。")
        column = reg.column(labels.get(name, name))
        filters.append((column.name, _filter_value(column, value)))
    wish = queries.Wish(area=options.area or "", filters=tuple(filters))
    taken = exporting.extract(reg, wish, current_actor(), has_parts=format_ in exporting.DATA_FORMATS)
    with writing():
        audit.record("exported", reg.name, area_code=area, note=f"{format_} {len(taken.ids)} 条")
    label = queries.area_names({area}).get(area, "")
    body = (
        exporting.data(taken, format_)
        if format_ in exporting.DATA_FORMATS
        else exporting.paper(taken, format_, area_label=label)
    )
    write_file(options.out, body)
    sys.stdout.write(f"已导出 {len(taken.ids)} 条到：{options.out}\n")
    return 0
