"""Taking a register out: as data (xlsx, csv) and as a paper (花名册 in pdf, docx, html, xlsx), masks obeyed."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from flask import Response, url_for

from app.clock import today
from app.database.transactions import writing
from app.language import gettext as _
from app.lowcode import data_sheet, list_page, queries
from app.lowcode.column import Column
from app.lowcode.light_rows import LightRows
from app.lowcode.page_models.forms import FieldView, PrintPage
from app.lowcode.page_models.parts import Link, Note, Option
from app.lowcode.parts import printed_columns
from app.lowcode.register import Register
from app.lowcode.viewing import Viewer, viewer_of
from app.security import audit
from app.security.actor import Actor, current_actor
from app.settings.queries import profile
from reports.contents import roster
from reports.document import Document, FootLine, Page, TableColumn, Value
from reports.rendering import render

CHUNK = 2_000
_REMEMBERED = 5_000
DATA_FORMATS = {"xlsx": "Excel 数据表", "csv": "CSV 文本"}
PAPER_FORMATS = {"pdf": "PDF", "docx": "Word", "xlsx": "Excel（带页眉页脚）", "html": "网页"}
PAPERS = {"auto": "自动", "A4": "A4 竖放", "A4L": "A4 横放", "A3L": "A3 横放"}
MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "csv": "text/csv; charset=utf-8",
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "zip": "application/zip",
}
FORMULA_START = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes text that begins so for a formula; in CSV an apostrophe before it says that it is text."""


@dataclass(frozen=True, slots=True)
class Extract:
    """What is taken out: which rows in which columns, seen by whom."""

    reg: Register
    columns: tuple[Column, ...]
    ids: Sequence[int]
    viewer: Viewer

    def rows(self) -> Iterator[tuple[Value, ...]]:
        """Typed values in order, masked as for the screen, links and places as names."""
        for start in range(0, len(self.ids), CHUNK):
            found = list(LightRows(self.reg, self.ids[start : start + CHUNK]))
            labels = queries.labels_of(self.columns, found)
            cells = [self._cell(column, labels) for column in self.columns]
            for row in found:
                yield tuple([cell(row) for cell in cells])

    def _cell(self, column: Column, labels: dict[str, dict[Any, str]]) -> Callable[[Any], Value]:
        """How a row becomes the value of one column."""
        viewer, today_, as_cell, show = self.viewer, self.viewer.today, column.type.cell, column.type.show
        if column.kind in ("place", "link", "part"):
            return lambda row: list_page.shown_text(column, row, viewer, labels) or None
        if column.mask:
            return lambda row: (
                as_cell(column.plain(row, today=today_))
                if viewer.sees_clear(column, row)
                else viewer.masked(column, show(column.plain(row, today=today_))) or None
            )
        if column.kind != "stored":
            return lambda row: as_cell(column.plain(row, today=today_))
        return _remembering(column.name, as_cell)


def _remembering(name: str, as_cell: Callable[[Any], Value]) -> Callable[[Any], Value]:
    """The cell of a stored value; words that come again (汉族) are looked up once."""
    known: dict[str, Value] = {}

    def cell(row: Any) -> Value:
        value = getattr(row, name)
        if value is None:
            return None
        if value.__class__ is not str:
            return as_cell(value)
        if value not in known:
            if len(known) >= _REMEMBERED:
                known.clear()
            known[value] = as_cell(value)
        return known[value]

    return cell


def extract(
    reg: Register, wish: queries.Wish, actor: Actor, *, columns: Sequence[str] = (), audience: str = "working",
    permission: str = "export", has_parts: bool = False,
) -> Extract:  # fmt: skip
    """The rows somebody may take out that fit the wish, oldest first, in the chosen columns.

    `has_parts`: where no columns are chosen, also those that name linked rows (楼栋号, 房号, 户主 of a resident).
    """
    chosen = tuple(
        column
        for column in (printed_columns(reg) if columns or has_parts else reg.columns)
        if column.kind != "lines" and (column.name in columns if columns else column.is_exported)
    )
    ids = queries.every_id(reg, wish, actor, permission)
    return Extract(reg, chosen, ids[::-1], viewer_of(reg, actor, today=today(), audience=audience))


def as_xlsx(taken: Extract) -> bytes:
    """A plain data sheet that goes in again as it is: one header row, text cells for everything that is text."""
    heads = [
        data_sheet.Head(column.label, max(8, min(40, column.type.print_width / 1.9)), column.type.excel_format)
        for column in taken.columns
    ]
    return data_sheet.write(taken.reg.title, heads, taken.rows())


def as_csv(taken: Extract) -> bytes:
    """UTF-8 with BOM, which Excel reads as UTF-8; nothing in it can become a formula."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([column.label for column in taken.columns])
    for values in taken.rows():
        writer.writerow([_safe(value) for value in values])
    return ("\ufeff" + buffer.getvalue()).encode("utf-8")


def _safe(value: Value) -> str:
    text = "" if value is None else ("是" if value else "否") if isinstance(value, bool) else str(value)
    return "'" + text if isinstance(value, str) and text.startswith(FORMULA_START) else text


def as_document(taken: Extract, *, paper: str = "auto", area_label: str = "", prepared_by: str = "") -> Document:
    """The 花名册: title, where it is from, the rows, the foot line to sign."""
    columns = [
        TableColumn(
            column.label,
            kind=column.type.report_kind,
            align="center" if column.type.align == "center" else None,
            is_summed=column.type.key == "integer" and column.name.endswith("_count"),
        )
        for column in taken.columns
    ]
    size = {"A4": Page("A4", "portrait"), "A4L": Page("A4", "landscape"), "A3L": Page("A3", "landscape")}.get(paper)
    day = taken.viewer.today
    return roster.build(
        columns,
        list(taken.rows()),
        title=f"{area_label}{taken.reg.title}",
        subtitle=f"填报单位：{area_label or profile().office_name}　　统计日期：{day.year}年{day.month}月{day.day}日",
        page=size,
        foot_line=FootLine(
            (("填报单位（盖章）", ""), ("填表人", prepared_by), ("审核人", ""), ("负责人", ""), ("联系电话", ""),
             ("填报日期", f"{day.year}年{day.month}月{day.day}日"))
        ),
    )  # fmt: skip


def data(taken: Extract, format_: str) -> bytes:
    """The rows as xlsx or csv."""
    return as_csv(taken) if format_ == "csv" else as_xlsx(taken)


def paper(taken: Extract, format_: str, *, size: str = "auto", area_label: str = "", prepared_by: str = "") -> bytes:
    """The rows as a paper."""
    return render(as_document(taken, paper=size, area_label=area_label, prepared_by=prepared_by), format_)  # type: ignore[arg-type]


def _page(
    reg: Register, wish: queries.Wish, request: Any, *, is_print: bool, more: tuple[Option, ...] = ()
) -> PrintPage:
    actor = current_actor()
    taken = extract(reg, wish, actor, has_parts=not is_print)
    endpoint = "RegisterView.print" if is_print else "RegisterView.export"
    query = request.query_string.decode()
    back = url_for("RegisterView.list", register_name=reg.name) + ("?" + query if query else "")
    here = url_for(endpoint, register_name=reg.name) + ("?" + query if query else "")
    formats = PAPER_FORMATS if is_print else DATA_FORMATS
    notes: tuple[Note, ...] = ()
    if any(column.mask in ("id", "phone") for column in taken.columns) and not taken.viewer.has_reveal:
        reveal = url_for("RegisterView.reveal", register_name=reg.name, next=here)
        notes = (Note(_("证件号和不在本社区的电话会打上星号。"), links=(Link(_("需要完整号码"), reveal),)),)
    listed = {column.name for column in (reg.listed if is_print else taken.columns)}
    return PrintPage(
        title=_("打印%(title)s", title=_(reg.title)) if is_print else _("导出%(title)s", title=_(reg.title)),
        submit_url=here,
        cancel_url=back,
        count_text=_("共 %(n)s 条", n=f"{len(taken.ids):,}"),
        columns=tuple(
            Option(column.name, _(column.label), column.name in listed)
            for column in printed_columns(reg)
            if column.kind != "lines"
        ),
        papers=tuple(Option(key, _(label), key == "auto") for key, label in PAPERS.items()) if is_print else (),
        formats=(
            *(Option(key, _(label), number == 0) for number, (key, label) in enumerate(formats.items())),
            *more,
        ),
        fields=(FieldView(name="prepared_by", label=_("填表人"), value=actor.name, width="short"),) if is_print else (),
        hidden=(("kind", "paper" if is_print else "data"),),
        notes=notes,
        columns_label=_("打印哪些列") if is_print else _("导出哪些列"),
        submit_label=_("打印") if is_print else _("导出"),
    )


def print_page(reg: Register, wish: queries.Wish, request: Any) -> PrintPage:
    """Choose columns, paper and format of a 花名册."""
    return _page(reg, wish, request, is_print=True)


def export_page(reg: Register, wish: queries.Wish, request: Any, *, own_tables: tuple[Option, ...] = ()) -> PrintPage:
    """Choose columns and format of an export; `own_tables` are the office's own workbooks, to be filled anew."""
    return _page(reg, wish, request, is_print=False, more=own_tables)


def send(reg: Register, wish: queries.Wish, form: Any, actor: Actor) -> Response:
    """The file as a download, noted in the audit chain."""
    is_paper = form.get("kind") == "paper"
    formats: Iterable[str] = PAPER_FORMATS if is_paper else DATA_FORMATS
    wanted = form.get("format", "")
    format_ = wanted if wanted in formats else next(iter(formats))
    area = wish.area or (actor.access.area_codes[0] if actor.access and actor.access.area_codes else "")
    label = queries.asked_area_name(area, actor)
    taken = extract(reg, replace(wish, page=1), actor, columns=form.getlist("column"))
    with writing():
        audit.record(
            "printed" if is_paper else "exported", reg.name, area_code=area,
            note=f"{format_} {len(taken.ids)} 条" + ("（完整号码）" if taken.viewer.has_reveal else ""),
        )  # fmt: skip
    if is_paper:
        body = paper(
            taken, format_, size=form.get("paper", "auto"), area_label=label.split(" ")[-1],
            prepared_by=form.get("prepared_by", "")[:20],
        )  # fmt: skip
    else:
        body = data(taken, format_)
    return download(body, f"{label}{reg.title}_{taken.viewer.today.isoformat()}.{format_}")


def download(body: bytes, name: str) -> Response:
    """Bytes as a file to keep, under a Chinese name."""
    answer = Response(body, mimetype=MEDIA.get(name.rpartition(".")[2], "application/octet-stream").split(";")[0])
    # Headers travel as Latin-1: the real name goes in the form of RFC 5987, a plain one stands beside it.
    plain = "download." + name.rpartition(".")[2]
    answer.headers["Content-Disposition"] = f"attachment; filename={plain}; filename*=UTF-8''{quote(name, safe='')}"
    return answer
