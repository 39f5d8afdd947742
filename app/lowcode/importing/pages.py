"""The pages of an import as plain values for register/import.html."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import func, select

from app.clock import local
from app.extensions import db
from app.language import gettext as _
from app.lowcode.frame import area_choices, chosen_area
from app.lowcode.importing.containers import column_letters
from app.lowcode.importing.headings import plain_heading, text_of
from app.lowcode.importing.matching import GUESS, SURE, Match
from app.lowcode.importing.models import CHECKED, PUBLISHED, UNDONE, ImportBatch, ImportRow
from app.lowcode.importing.recognition import ReadSheet, ReadTable
from app.lowcode.page_models.forms import FieldView
from app.lowcode.page_models.importing import (
    ColumnPair,
    CountTab,
    ImportPage,
    IncomingRow,
    SheetRow,
    SheetView,
    ValueChange,
)
from app.lowcode.page_models.lists import CellView, Pager
from app.lowcode.page_models.parts import Action, Chip, Link, Note, Option, PanelItem
from app.lowcode.page_models.records import FactView
from app.lowcode.queries import area_names
from app.lowcode.register import Register
from app.security.actor import Actor

ACCEPTED = ".xlsx,.xlsm,.xls,.csv,.txt"
PICTURE_TOP, PICTURE_FOOT, PICTURE_COLUMNS, PICTURE_LETTERS = 16, 8, 16, 24
"""How much of a sheet the picture shows: rows from the top and from the foot, columns, characters of a cell."""
_LONG_NUMBER = re.compile(r"(\d{6})\d{8,11}([\dXx])")
ROWS_A_PAGE = 50
BATCHES_SHOWN = 8
WHY = {
    "title": "标题或说明行", "note": "填表说明或备注", "blank": "空行", "numbered_blank": "只有序号，没有内容",
    "total": "合计行", "repeated_header": "重复的表头", "signature": "签字、日期行",
}  # fmt: skip
VERDICTS = (
    ("new", "新增", "green"), ("changed", "变更", "blue"), ("same", "没有变化", "grey"), ("conflict", "冲突", "amber"),
    ("error", "有问题", "red"), ("missing", "名册有、表里没有", "amber"),
)  # fmt: skip
_STATES = {CHECKED: ("还没写入", "amber"), PUBLISHED: ("已写入", "green"), UNDONE: ("已撤销", "grey")}


def _common(reg: Register) -> dict[str, Any]:
    return {
        "title": _("导入%(title)s", title=_(reg.title)),
        "cancel_url": url_for("RegisterView.list", register_name=reg.name),
    }


def _address(endpoint: str, reg: Register, batch: ImportBatch, **more: Any) -> str:
    return url_for(f"ImportView.{endpoint}", register_name=reg.name, batch_id=batch.id, **more)


def upload_page(reg: Register, actor: Actor, typed: Mapping[str, str], *, error: str = "") -> ImportPage:
    """Choose a file; say whether it is the whole roster, and where rows go that name no area."""
    kind = typed.get("kind", "additions")
    fields = [
        FieldView(
            name="file", label=_("表格文件"), widget="file", accept=ACCEPTED, width="full",
            is_required=True, error=error,
        ),
        FieldView(
            name="kind", label=_("这份表是"), widget="choice", width="half",
            options=(
                Option("additions", _("只有新增和变动的"), kind != "whole"),
                Option("whole", _("全量名单"), kind == "whole"),
            ),
            help=_("全量名单会列出名册里有、表里没有的，只是列出来，不会删除。"),
        ),
    ]  # fmt: skip
    areas = [area for area in area_choices(actor) if actor.covers(reg.name, "import", area.code)]
    if len(areas) > 1:
        chosen = typed.get("area") or chosen_area(actor)
        fields.append(
            FieldView(
                name="area", label=_("没写区域的行归到"), widget="choice", width="half",
                options=tuple(Option(area.code, area.label, area.code == chosen) for area in areas),
            )
        )  # fmt: skip
    return ImportPage(
        **_common(reg),
        step="upload",
        submit_url=url_for("ImportView.upload", register_name=reg.name),
        upload_fields=tuple(fields),
        template=Link(_("下载模板"), url_for("ImportView.template", register_name=reg.name)),
        batches=recent_batches(reg, actor),
    )


def recent_batches(reg: Register, actor: Actor) -> tuple[PanelItem, ...]:
    """The latest batches of a register within the person's areas."""
    found = db.session.execute(
        select(ImportBatch)
        .where(ImportBatch.register == reg.name, ImportBatch.state.in_(tuple(_STATES)))
        .order_by(ImportBatch.id.desc())
        .limit(BATCHES_SHOWN)
    ).scalars()
    return tuple(_batch_item(reg, batch) for batch in found if actor.covers(reg.name, "import", batch.area_code))


def _batch_item(reg: Register, batch: ImportBatch) -> PanelItem:
    label, tone = _STATES[batch.state]
    endpoint = "rows" if batch.state == CHECKED else "result"
    when = local(batch.created_at).strftime("%Y-%m-%d %H:%M")
    return PanelItem(
        batch.file_name,
        _address(endpoint, reg, batch),
        f"{batch.user_name} {when}",
        Chip(_(label), tone),  # type: ignore[arg-type]
    )


def layout_page(
    reg: Register, batch: ImportBatch, sheets: Sequence[ReadSheet], *, current: int = 0, error: str = ""
) -> ImportPage:
    """How the sheet was read, and which of their columns is which of ours."""
    pairs = _pairs(reg, sheets)
    first = next((number for number, sheet in enumerate(sheets) if sheet.tables), 0)
    shown = current if 0 <= current < len(sheets) else first
    notes = [Note(error, "red")] if error else []
    ignored = [sheet.sheet.name.strip() for sheet in sheets if not any(table.is_taken for table in sheet.tables)]
    if ignored and len(ignored) < len(sheets):
        notes.append(Note(_("这些工作表里没有名单，不读：%(names)s。", names="、".join(ignored)), "grey"))
    return ImportPage(
        **_common(reg),
        step="layout",
        submit_url=_address("layout", reg, batch),
        back_url=url_for("ImportView.upload", register_name=reg.name),
        file_name=batch.file_name,
        notes=tuple(notes),
        sheet=_picture(reg, batch, sheets, shown),
        pairs=pairs,
    )


def _picture(reg: Register, batch: ImportBatch, sheets: Sequence[ReadSheet], shown: int) -> SheetView:
    sheet = sheets[shown]
    width = min(sheet.sheet.width, PICTURE_COLUMNS)
    skipped = dict(sheet.layout.skipped)
    headers = {row for table in sheet.layout.tables for row in table.header_rows}
    kinds = {"title": "title", "note": "note", "blank": "blank", "total": "total"}
    rows = []
    count = len(sheet.sheet.rows)
    drawn = [number for number in range(count) if number < PICTURE_TOP or number >= count - PICTURE_FOOT]
    for number in drawn:
        cells = sheet.sheet.rows[number]
        why = skipped.get(number)
        kind = "header" if number in headers else "data" if why is None else kinds.get(why, "skipped")
        texts = [_drawn(cell) for cell in cells[:width]]
        rows.append(
            SheetRow(number + 1, kind, tuple(texts + [""] * (width - len(texts))), _(WHY[why]) if why else "")  # type: ignore[arg-type]
        )
    text = _("认出 %(n)s 行数据。", n=f"{sum(len(table.table.rows) for table in sheet.tables if table.is_taken):,}")
    text += _left_out(sheet)
    if len(drawn) < count:
        text += _("下面只画出开头和末尾几行。")
    tabs = tuple(
        Link(each.sheet.name.strip() or _("表格"), _address("layout", reg, batch, sheet=number), number == shown)
        for number, each in enumerate(sheets)
    )
    return SheetView(tuple(column_letters(number + 1) for number in range(width)), tuple(rows), tabs, text)


def _drawn(cell: Any) -> str:
    """A cell in the picture; numbers of persons are not shown whole."""
    return _LONG_NUMBER.sub(r"\1…\2", text_of(cell).replace("\n", " "))[:PICTURE_LETTERS]


def _left_out(sheet: ReadSheet) -> str:
    """Which rows are not read, and why."""
    rows: dict[str, list[int]] = {}
    for row, why in sheet.layout.skipped:
        if why != "blank":
            rows.setdefault(why, []).append(row + 1)
    parts = []
    for reason, numbers in rows.items():
        said = "、".join(str(number) for number in numbers[:5]) + (" 等" if len(numbers) > 5 else "")
        parts.append(_("%(why)s（第 %(rows)s 行）", why=_(WHY[reason]), rows=said))
    return _("不读的有：%(parts)s。", parts="；".join(parts)) if parts else ""


def field_name(header: str) -> str:
    """The name under which the page posts the choice for a header."""
    return "map:" + plain_heading(header)


def _pairs(reg: Register, sheets: Sequence[ReadSheet]) -> tuple[ColumnPair, ...]:
    """One pair for each different header of all tables."""
    found: dict[str, ColumnPair] = {}
    for sheet in sheets:
        for table in sheet.tables:
            for cell in table.table.columns:
                name = field_name(cell.title)
                if name not in found:
                    found[name] = _pair(reg, sheet, table, cell.index, name)
    return tuple(found.values())


def _pair(reg: Register, sheet: ReadSheet, table: ReadTable, index: int, name: str) -> ColumnPair:
    cell = next(cell for cell in table.table.columns if cell.index == index)
    match = table.matches[index]
    rows = [sheet.sheet.rows[row] for row in table.table.rows[:30]]
    samples = [text_of(cells[index])[:16] for cells in rows if index < len(cells) and text_of(cells[index])]
    is_id = any(column.name == match.column and column.kind == "sealed" for column in reg.columns)
    if is_id:
        samples = [text[:6] + "…" for text in samples]
    options = [Option("", _("不导入这一列"), not match.column)]
    options += [
        Option(column.name, _(column.label), column.name == match.column)
        for column in reg.columns
        if column.kind not in ("computed", "lines")
    ]
    return ColumnPair(
        column_letters(index + 1), cell.title.replace("\n", ""), tuple(dict.fromkeys(samples))[:3], name,
        tuple(options), _certainty(reg, match),
    )  # fmt: skip


def _certainty(reg: Register, match: Match) -> Chip:
    if match.column:
        return Chip(_("确定"), "green") if match.certainty >= SURE else Chip(_("不太确定，请看一眼"), "amber")
    if match.certainty == GUESS and match.guess:
        label = next((column.label for column in reg.columns if column.name == match.guess), "")
        return Chip(_("没有认出，可能是%(label)s", label=_(label)), "amber") if label else Chip(_("没有认出"), "grey")
    return Chip(_("名册里没有这一列"), "grey") if match.certainty == GUESS else Chip(_("不用导入"), "grey")


@dataclass(frozen=True, slots=True)
class RowsWish:
    """Which rows of a batch to show."""

    verdict: str = ""
    page: int = 1


def rows_page(reg: Register, batch: ImportBatch, wish: RowsWish, *, error: str = "") -> ImportPage:
    """New, changed, same, conflicts, errors, missing; and how to write them."""
    tally = select(ImportRow.verdict, func.count()).where(ImportRow.batch_id == batch.id).group_by(ImportRow.verdict)
    counts = dict(db.session.execute(tally).all())
    bad = counts.get("error", 0) + counts.get("conflict", 0)
    good = counts.get("new", 0) + counts.get("changed", 0)
    current = wish.verdict or next((key for key in ("error", "conflict", "new", "changed") if counts.get(key)), "same")
    notes = [Note(error, "red")] if error else []
    notes += [Note(text, "amber") for text in batch.summary.get("warnings", ())]
    if not good:
        notes.append(Note(_("没有要写入的行：名册里已经都有了，或者每一行都有问题。"), "grey"))
    return ImportPage(
        **_common(reg),
        step="check",
        submit_url=_address("rows", reg, batch) if good else "",
        back_url=_address("layout", reg, batch),
        file_name=batch.file_name,
        notes=tuple(notes),
        tabs=tuple(
            CountTab(_(label), f"{counts.get(key, 0):,}", _address("rows", reg, batch, show=key), tone, key == current)  # type: ignore[arg-type]
            for key, label, tone in VERDICTS
            if key in ("new", "changed", "same") or counts.get(key)
        ),
        incoming=_incoming(reg, batch, current, wish.page),
        pager=_pager(reg, batch, current, wish.page, counts.get(current, 0)),
        problems_action=Action(_("下载标好的原表"), _address("marked", reg, batch), icon="import") if bad else None,
        write_fields=_write_fields(good, bad) if good else (),
        submit_label=_("写入"),
    )


def _write_fields(good: int, bad: int) -> tuple[FieldView, ...]:
    if not bad:
        text = _("全部 %(n)s 行都可以写入。", n=f"{good:,}")
        return (FieldView(name="mode", label=_("写入方式"), widget="static", value=text, width="full"),)
    options = (
        Option(
            "good", _("写入没有问题的 %(good)s 行，有问题的 %(bad)s 行退回", good=f"{good:,}", bad=f"{bad:,}"), True
        ),
        Option("all", _("全部正确才写入，现在先不写")),
    )
    return (FieldView(name="mode", label=_("写入方式"), widget="choice", options=options, width="full"),)


def _incoming(reg: Register, batch: ImportBatch, verdict: str, page: int) -> tuple[IncomingRow, ...]:
    found = db.session.execute(
        select(ImportRow)
        .where(ImportRow.batch_id == batch.id, ImportRow.verdict == verdict)
        .order_by(ImportRow.id)
        .limit(ROWS_A_PAGE)
        .offset((max(page, 1) - 1) * ROWS_A_PAGE)
    ).scalars()
    has_sheets = batch.summary.get("sheet_count", 1) > 1
    return tuple(_incoming_row(reg, row, has_sheets=has_sheets) for row in found)


def _incoming_row(reg: Register, row: ImportRow, *, has_sheets: bool) -> IncomingRow:
    labels = {column.name: column.label for column in reg.columns}
    sheet = row.sheet.strip() if has_sheets else ""
    place = _("第 %(row)s 行", row=row.row) if row.row else ""
    messages = [Note(_said(labels, fault), "red") for fault in row.faults]
    messages += [Note(_said(labels, doubt), "amber") for doubt in row.doubts]
    url = url_for("RegisterView.show", register_name=reg.name, row_id=row.target_id) if row.target_id else ""
    return IncomingRow(
        f"{sheet} {place}".strip() if sheet else place, row.title or _("（没有名称）"),
        tuple(ValueChange(_(label), new, old) for label, old, new in row.shown), tuple(messages), url,
    )  # fmt: skip


def _said(labels: Mapping[str, str], fault: Sequence[Any]) -> str:
    name, value, message = fault[0], fault[1], fault[2]
    head = f"{_(labels[name])}“{value}”：" if name in labels and value else ""
    return head + message


def _pager(reg: Register, batch: ImportBatch, verdict: str, page: int, count: int) -> Pager | None:
    if count <= ROWS_A_PAGE:
        return None
    last = -(-count // ROWS_A_PAGE)
    here = min(max(page, 1), last)

    def to(number: int) -> str:
        return _address("rows", reg, batch, show=verdict, page=number) if 1 <= number <= last else ""

    text = _("第 %(page)s 页，共 %(last)s 页", page=here, last=last)
    return Pager(text, to(here - 1), to(here + 1))


def result_page(reg: Register, batch: ImportBatch, *, may_undo: bool, is_own: bool) -> ImportPage:
    """What was written, and taking it back."""
    written, undone = batch.written or {}, batch.undone or {}
    facts = [
        _fact(_("文件"), batch.file_name),
        _fact(_("导入人"), f"{batch.user_name} {local(batch.published_at or batch.created_at):%Y-%m-%d %H:%M}"),
        _fact(_("归到"), area_names({batch.area_code}).get(batch.area_code, batch.area_code)),
        _fact(_("文件校验值"), batch.digest[:16]),
    ]
    actions = [Action(_("看名册"), url_for("RegisterView.list", register_name=reg.name), "primary")]
    if written.get("left") and is_own and batch.state == PUBLISHED:
        actions.append(Action(_("下载标好的原表"), _address("marked", reg, batch), icon="import"))
    actions.append(Action(_("再导入一份"), url_for("ImportView.upload", register_name=reg.name)))
    undo = None
    if batch.state == PUBLISHED and may_undo:
        count = written.get("new", 0) + written.get("changed", 0)
        undo = Action(
            _("撤销这一批"), _address("undo", reg, batch), "danger", "post",
            confirm=_("撤销这一批写入的 %(n)s 条；导入之后又改过的会保留。", n=count),
        )  # fmt: skip
    return ImportPage(
        **_common(reg),
        step="write",
        file_name=batch.file_name,
        notes=_kept_notes(undone),
        result=_result_note(batch, written, undone),
        result_facts=tuple(facts),
        result_actions=tuple(actions),
        undo=undo,
    )


def _result_note(batch: ImportBatch, written: Mapping[str, Any], undone: Mapping[str, Any]) -> Note:
    if batch.state == UNDONE:
        text = _(
            "这一批已撤销：还原 %(n)s 条，保留 %(kept)s 条，未能还原 %(refused)s 条。",
            n=undone.get("reversed", 0), kept=len(undone.get("kept", ())), refused=len(undone.get("refused", ())),
        )  # fmt: skip
        return Note(text, "grey")
    text = _(
        "已写入：新增 %(new)s 条，变更 %(changed)s 条。", new=written.get("new", 0), changed=written.get("changed", 0)
    )
    if written.get("left"):
        text += _("有 %(n)s 行没有写入，请下载标好的原表，改好后再导入。", n=written["left"])
    return Note(text, "amber" if written.get("left") else "green")


def _kept_notes(undone: Mapping[str, Any]) -> tuple[Note, ...]:
    lines = [f"{item['title']}：{item['why']}" for key in ("kept", "refused") for item in undone.get(key, ())]
    notes = [Note(line, "amber") for line in lines[:20]]
    if len(lines) > 20:
        notes.append(Note(_("另有 %(n)s 条也没有还原。", n=len(lines) - 20), "amber"))
    return tuple(notes)


def _fact(label: str, text: str) -> FactView:
    return FactView(label, CellView(text))
