"""认表: how each sheet was read, with the means to say otherwise, and which of their columns is which of ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import url_for

from app.language import gettext as _
from app.lowcode.frame import area_choices
from app.lowcode.importing import checking
from app.lowcode.importing.corrections import AS_RECOGNISED, SheetCorrection, from_json
from app.lowcode.importing.models import ImportBatch
from app.lowcode.importing.pages import columns, picture
from app.lowcode.importing.pages.addresses import frame_of, step_url
from app.lowcode.importing.posted import header_field
from app.lowcode.importing.recognition import ReadSheet
from app.lowcode.importing.reporting import layout_warnings
from app.lowcode.page_models.forms import FieldView
from app.lowcode.page_models.importing import ImportPage, SheetTab, SheetView
from app.lowcode.page_models.parts import Note, Option
from app.lowcode.register import Register
from app.security.actor import Actor

MOST_TABS, TAB_LETTERS = 60, 16
WAYS = (("", "照认出的读"), ("bare", "没有表头，按 A、B、C 列读"), ("out", "这张表不读"))
"""How a whole sheet is to be read: what the page posts, and what it says."""


def layout_page(
    reg: Register, batch: ImportBatch, sheets: Sequence[ReadSheet], actor: Actor, *,
    current: int = -1, notes: Sequence[Note] = (),
) -> ImportPage:  # fmt: skip
    """The second step; `current` is the number of the sheet that is drawn."""
    shown = shown_sheet(sheets, current)
    said = from_json(batch.corrections)
    return ImportPage(
        **frame_of(reg),
        step="layout",
        submit_url=step_url("layout", batch, sheet=shown),
        back_url=url_for("ImportView.upload", register_name=reg.name),
        file_name=batch.file_name,
        notes=(*notes, *_notes(reg, sheets)),
        sheet=_view(reg, batch, sheets, shown, said, actor) if sheets else None,
        pairs=columns.pairs(reg, sheets, chosen=(header_field(header) for header in batch.mapping)),
        columns=columns.our_columns(reg),
    )


def shown_sheet(sheets: Sequence[ReadSheet], current: int) -> int:
    """The sheet asked for, else the first that has a table."""
    if 0 <= current < len(sheets):
        return current
    return next((number for number, sheet in enumerate(sheets) if sheet.tables), 0)


def _notes(reg: Register, sheets: Sequence[ReadSheet]) -> list[Note]:
    if any(table.is_taken for sheet in sheets for table in sheet.tables):
        texts = dict.fromkeys(remark.message for remark in layout_warnings(reg, sheets))
        return [Note(text, "amber") for text in texts]
    return [Note(checking.why_nothing_is_taken(reg, sheets), "red")]


def _view(
    reg: Register, batch: ImportBatch, sheets: Sequence[ReadSheet], shown: int, said: Mapping[str, SheetCorrection],
    actor: Actor,
) -> SheetView:  # fmt: skip
    sheet = sheets[shown]
    correction = said.get(sheet.sheet.name, AS_RECOGNISED)
    return SheetView(
        letters=picture.letters_of(sheet),
        rows=picture.draw(sheet, correction),
        tabs=tuple(_tab(batch, each, number, shown) for number, each in enumerate(sheets[:MOST_TABS])),
        text=_told(sheet),
        fields=_fields(reg, sheets, correction, actor),
        skipped=picture.skipped_rows(sheet),
        reset_label=_("这张表恢复成自动认的样子") if correction != AS_RECOGNISED else "",
    )


def _tab(batch: ImportBatch, sheet: ReadSheet, number: int, shown: int) -> SheetTab:
    name = sheet.sheet.name.strip() or _("表格")
    count = records_of(sheet)
    text = _("%(n)s 行", n=f"{count:,}") if count else _("不读")
    label = name if len(name) <= TAB_LETTERS else name[: TAB_LETTERS - 1] + "…"
    return SheetTab(label, text, step_url("layout", batch, sheet=number), "blue" if count else "grey", number == shown)


def records_of(sheet: ReadSheet) -> int:
    """Rows of a sheet that are read."""
    return sum(len(table.table.rows) for table in sheet.tables if table.is_taken)


def _told(sheet: ReadSheet) -> str:
    if sheet.is_left_out:
        return _("您说过这张表不读。")
    if not sheet.tables:
        return _("这张表里没有认出表头。请在表头那一行选“这是表头”；确实没有表头的，在下面选“没有表头”。")
    count = records_of(sheet)
    if not count:
        return _("这张表里没有能认出是谁的列，现在不读。请看看表头认得对不对，或在下面给列选好对应的项。")
    text = _("认出 %(n)s 行数据。", n=f"{count:,}")
    if len(sheet.tables) > 1:
        text += _("这张表里有 %(n)s 个表，都读。", n=len(sheet.tables))
    last = sheet.sheet.width
    if last > picture.shown_columns(sheet).stop:
        text += _("后面还有 %(n)s 列没有画出来，照样会读。", n=last - picture.shown_columns(sheet).stop)
    return text


def _fields(
    reg: Register, sheets: Sequence[ReadSheet], correction: SheetCorrection, actor: Actor
) -> tuple[FieldView, ...]:
    way = "out" if correction.is_left_out else "bare" if correction.header_rows == () else ""
    ways = tuple(Option(value, _(label), value == way) for value, label in WAYS)
    fields = [FieldView(name="way", label=_("这张表"), widget="choice", options=ways)]
    areas = [area for area in area_choices(actor) if actor.covers(reg.name, "import", area.code)]
    if len(sheets) > 1 and len(areas) > 1 and not correction.is_left_out:
        options = (
            Option("", _("看工作表的名称"), not correction.area),
            *(Option(area.code, area.label, area.code == correction.area) for area in areas),
        )
        fields.append(FieldView(name="sheet-area", label=_("没写区域的行归到"), widget="choice", options=options))
    return tuple(fields)
