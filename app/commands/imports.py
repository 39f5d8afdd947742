"""import, undo, refill, template: the contract of the command line around `app.lowcode.importing`."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from flask import Flask

from app.areas.queries import names_of
from app.clock import today
from app.commands.data import known, write_file
from app.commands.refusal import CommandRefused
from app.fields.refusal import Refused
from app.lowcode.importing import service as importing
from app.lowcode.importing.headings import plain_heading
from app.lowcode.importing.outcome import Outcome, Remark, refused
from app.lowcode.parts import file_columns
from app.lowcode.register import Register
from app.security.actor import current_actor
from app.settings.queries import profile

MOST_ERRORS, MOST_NAMED = 100, 20
WHY = {
    "title": "标题", "note": "说明", "blank": "空行", "numbered_blank": "只有序号", "total": "合计", "repeated_header": "重复表头",
    "signature": "签字",
}  # fmt: skip
COUNTS = {"new": "新增", "changed": "变更", "same": "相同", "conflict": "冲突", "missing": "缺少"}


def add(commands: Any) -> None:
    """The commands."""
    _add_import(commands)
    undo_ = commands.add_parser("undo", help="撤销一批导入")
    undo_.add_argument("batch", type=int, metavar="批次")
    undo_.set_defaults(run=undo)
    refill_ = commands.add_parser("refill", help="按原表导出：把名册现在的内容填回一批导入的原表")
    refill_.add_argument("batch", type=int, metavar="批次")
    refill_.add_argument("out", metavar="文件.xlsx")
    refill_.add_argument("--with-new", action="store_true", help="连同后来新增的")
    refill_.set_defaults(run=refill)
    template_ = commands.add_parser("template", help="生成导入模板")
    template_.add_argument("register", metavar="名册")
    template_.add_argument("out", metavar="文件.xlsx")
    template_.set_defaults(run=template)


def _add_import(commands: Any) -> None:
    command = commands.add_parser("import", help="导入 Excel 或 CSV")
    command.add_argument("register", metavar="名册")
    command.add_argument("file", metavar="文件")
    command.add_argument("--area", metavar="编码", help="没写区域的行算在哪里")
    command.add_argument(
        "--map", action="append", default=[], metavar="表头=列", help="指定表头对应哪一列；“表头=”表示这一列不要"
    )
    command.add_argument(
        "--given",
        action="append",
        default=[],
        metavar="列=值",
        help="整张表的来源等，表里没有这一列时用（只有事件台账问）",
    )
    command.add_argument("--check", action="store_true", help="只核对，不写入")
    command.add_argument("--json", action="store_true", help="把结果按 JSON 打印出来")
    command.add_argument("--mode", choices=("all", "good"), default="all", help="all 有错就都不写；good 先写好的")
    kind = command.add_mutually_exclusive_group()
    kind.add_argument("--whole", action="store_true", help="这是全量名单")
    kind.add_argument("--additions", action="store_true", help="只有新增和变动（默认）")
    command.add_argument(
        "--missing-links", choices=("make", "without", "back"), default="without",
        help="表里写的房屋、户名册里没有：make 新建；without 不挂，照样导入（默认）；back 退回这些行",
    )  # fmt: skip
    command.add_argument("--errors", metavar="文件.xlsx", help="把标出错误的表写到这里")
    command.set_defaults(run=import_)


def import_(options: argparse.Namespace, app: Flask) -> int:  # noqa: ARG001
    """Check a workbook and write it; with --json the object is printed whatever happens."""
    try:
        return _import(options)
    except (CommandRefused, OSError) as refusal:
        if options.json:
            words = f"读不到文件：{refusal.filename}" if isinstance(refusal, OSError) else str(refusal)
            sys.stdout.write(json.dumps(refused(words).as_json(), ensure_ascii=False, indent=1) + "\n")
        raise


def _import(options: argparse.Namespace) -> int:
    reg = known(options.register)
    mapping = dict(_answer(reg, text) for text in options.map)
    given = dict(_given(reg, text) for text in options.given)
    if options.area and options.area not in names_of({options.area}):
        raise CommandRefused(f"没有编码为 {options.area} 的区域。")
    data = Path(options.file).read_bytes()
    outcome = importing.check(
        reg.name, data, file_name=Path(options.file).name, area=options.area or profile().top_code, mapping=mapping,
        mode=options.mode, whole=options.whole, missing_links=options.missing_links, given=given,
        by=current_actor(), today=today(),
    )  # fmt: skip
    if not options.check:
        outcome = importing.publish(
            outcome, mode=options.mode, missing_links=options.missing_links, by=current_actor(), today=today()
        )
    if options.errors and outcome.batch_id is not None:
        batch = importing.batch_of(outcome.batch_id, current_actor())
        write_file(options.errors, importing.errors_workbook(batch))
    elif outcome.batch_id is not None and outcome.batch is None:
        importing.discard(outcome.batch_id, by=current_actor())
    _tell(outcome, options, unknown=_unknown_headers(mapping, outcome))
    return 0 if outcome.is_good(options.mode) else 1


def _answer(reg: Register, text: str) -> tuple[str, str]:
    """表头=列. A header may itself hold an equals sign, the name of a column never does. Raises CommandRefused."""
    header, mark, column = text.rpartition("=")
    if not mark or not header.strip():
        raise CommandRefused(f"“{text}”应写成 表头=列 的样子；不要这一列写成 表头=。")
    columns = file_columns(reg)
    names = {each.name for each in columns} | {each.label for each in columns}
    if column.strip() and column.strip() not in names:
        labels = "、".join(dict.fromkeys(each.label for each in columns))
        raise CommandRefused(f"“{reg.title}”没有“{column.strip()}”这一列。有：{labels}。")
    return header.strip(), column.strip()


def _given(reg: Register, text: str) -> tuple[str, str]:
    """列=值, by key or label. Raises CommandRefused."""
    asked = {name: reg.column(name) for name, _proposed in reg.asked_on_import}
    word, _mark, value = text.partition("=")
    column = next((each for each in asked.values() if word.strip() in (each.name, each.label)), None)
    if column is None:
        labels = "、".join(each.label for each in asked.values()) or "没有"
        raise CommandRefused(f"“{reg.title}”不能整张表指定“{word.strip()}”。可以指定的：{labels}。")
    try:
        return column.name, str(column.type.parse(value) or "")
    except Refused as refusal:
        raise CommandRefused(f"“{column.label}”：{refusal.message}") from None


def _unknown_headers(mapping: Mapping[str, str], outcome: Outcome) -> list[str]:
    """Headers named by --map that the file does not have."""
    found = {
        word
        for sheet in outcome.sheets
        for table in sheet["tables"]
        for column in table["columns"]
        for word in (plain_heading(column["header"]), plain_heading(column["header"].rpartition("/")[2]))
    }
    return [header for header in mapping if outcome.sheets and plain_heading(header) not in found]


def _tell(outcome: Outcome, options: argparse.Namespace, *, unknown: Sequence[str]) -> None:
    if options.json:
        sys.stdout.write(json.dumps(outcome.as_json(), ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.writelines(line + "\n" for line in (*_layout_lines(outcome), _result_line(outcome, options)))
    complaints = [f"表里没有“{header}”这一列，--map 里的这一项没有用上。" for header in unknown]
    complaints += _missing_lines(outcome)
    complaints += [sentence_of(remark) for remark in outcome.errors[:MOST_ERRORS]]
    if len(outcome.errors) > MOST_ERRORS:
        complaints.append(f"另有 {len(outcome.errors) - MOST_ERRORS} 处有错。用 --errors 可得到标出全部错误的表。")
    complaints += [f"请核对　{sentence_of(remark)}" for remark in outcome.warnings[:MOST_ERRORS]]
    sys.stderr.writelines(line + "\n" for line in complaints)


def _missing_lines(outcome: Outcome) -> Iterator[str]:
    """Homes and households that the file names and that are not there."""
    for name, count, names in outcome.unlinked.to_make:
        reg = known(name)
        rest = f" 等 {count} 条" if count > MOST_NAMED else ""
        yield f"“{reg.title}”里没有：{'、'.join(names[:MOST_NAMED])}{rest}。要新建请加 --missing-links make。"


def sentence_of(remark: Remark) -> str:
    """“桂花社区”第 7 行 C 列 身份证号：第 18 位校验不对。"""
    sheet = f"“{remark.sheet.strip()}”" if remark.sheet and remark.sheet.strip() else ""
    row = f"第 {remark.row} 行" if remark.row else ""
    column = f" {remark.letter} 列 {remark.header}".rstrip() if remark.letter else ""
    place = f"{sheet}{row}{column}".strip()
    return f"{place}：{remark.message}" if place else remark.message


def _layout_lines(outcome: Outcome) -> Iterator[str]:
    """What was read of each sheet, what was not, and which columns want a look."""
    for sheet in outcome.sheets:
        name = f"工作表“{sheet['name'].strip()}”" if sheet["name"].strip() else "这个表"
        if not sheet["rows"]:
            yield f"{name}：没有读。"
            continue
        headers = "、".join(
            f"第 {_stretch(table['header_rows'])} 行" if table["header_rows"] else "无" for table in sheet["tables"]
        )
        yield f"{name}：表头 {headers}，数据 {sheet['rows']} 行{_skipped(sheet['skipped'])}。"
        columns = [column for table in sheet["tables"] for column in table["columns"]]
        unsure = [
            f"{column['header']}→{column['column']}" for column in columns if column["column"] and not column["sure"]
        ]
        if unsure:
            yield f"  拿不准，请看一眼：{'，'.join(unsure)}"
        unused = dict.fromkeys(column["header"] for column in columns if not column["column"])
        if unused:
            yield f"  没有用上的列：{'、'.join(unused)}"


def _stretch(rows: Sequence[int]) -> str:
    return str(rows[0]) if len(rows) == 1 else f"{rows[0]}–{rows[-1]}"


def _skipped(skipped: Sequence[Mapping[str, Any]]) -> str:
    tally = Counter(WHY[each["why"]] for each in skipped)
    return f"，不读 {len(skipped)} 行（{'、'.join(f'{why} {n}' for why, n in tally.items())}）" if skipped else ""


def _result_line(outcome: Outcome, options: argparse.Namespace) -> str:
    counts = "，".join(f"{label} {outcome.counts.get(name, 0)}" for name, label in COUNTS.items())
    if outcome.batch is not None:
        what = f"已写入，批次 {outcome.batch}："
    elif options.check:
        what = "只核对，没有写入："
    else:
        what = "没有写入："
    return f"{what}{counts}，有错 {outcome.error_rows} 行。"


def undo(options: argparse.Namespace, app: Flask) -> int:  # noqa: ARG001
    """Take a batch back; what could not be taken back is named with the reason."""
    outcome = importing.undo(options.batch, by=current_actor(), today=today())
    sys.stdout.write(f"已撤销第 {options.batch} 批：还原 {outcome.reversed} 条")
    for name, count in outcome.others.items():
        sys.stdout.write(f"（连同{known(name).title} {count} 条）")
    sys.stdout.write(f"，保留 {len(outcome.kept)} 条，未能还原 {len(outcome.refused)} 条。\n")
    for heading, rows in (("保留（导入之后又有人改过）", outcome.kept), ("未能还原", outcome.refused)):
        for each in rows:
            sys.stdout.write(f"  {heading}　{each.title}：{each.why}\n")
    return 0


def refill(options: argparse.Namespace, app: Flask) -> int:  # noqa: ARG001
    """Write the workbook of a batch with what the register says today."""
    by = current_actor()
    batch = importing.batch_of(options.batch, by)
    try:
        body = importing.refilled(batch, with_new=options.with_new, by=by, today=today())
    except importing.CannotBeRefilled as refusal:
        raise CommandRefused(str(refusal)) from refusal
    write_file(options.out, body)
    sys.stdout.write(f"已按原表导出：{options.out}\n")
    return 0


def template(options: argparse.Namespace, app: Flask) -> int:  # noqa: ARG001
    """Write the workbook to fill in."""
    write_file(options.out, importing.template(known(options.register).name))
    sys.stdout.write(f"已生成：{options.out}\n")
    return 0
