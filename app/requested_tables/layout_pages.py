"""认表 of a blank table: how each sheet was read, which rows are to be filled, and whose column names the community."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from app.language import gettext as _
from app.lowcode.importing import posted
from app.lowcode.importing.pages import picture
from app.lowcode.importing.recognition import ReadSheet
from app.lowcode.importing.sheets import Sheet
from app.lowcode.importing.tables import Layout, Table
from app.lowcode.page_models.forms import FieldView
from app.lowcode.page_models.importing import SheetTab, SheetView
from app.lowcode.page_models.parts import Note, Option
from app.requested_tables.blanks import BlankTable, tables_of_sheet
from app.requested_tables.corrections import NO_COLUMN, BlankCorrection, key_of
from app.requested_tables.page_models import LayoutPage

_FILL_WORDS = ("要填", "这一行要填")
_WAYS = (("", "照认出的填"), ("out", "这张表不填"))
Address = Callable[[int], str]
"""Number of a sheet → its page."""


def read_sheet(sheet: Sheet, known: frozenset[str], said: BlankCorrection) -> tuple[ReadSheet, tuple[BlankTable, ...]]:
    """A sheet of a blank workbook as the picture takes it: rows to fill stand where an import has records."""
    tables, layout = tables_of_sheet(sheet, known, said)
    is_left_out = said.sheet(sheet.name).is_left_out
    to_fill = {row for table in tables for row in table.rows}
    heads = {row for table in tables for row in table.header_rows}
    why = dict(layout.skipped)
    skipped = tuple(
        (row, why.get(row, "title" if any(cell != "" for cell in cells) else "blank"))
        for row, cells in enumerate(sheet.rows)
        if row not in to_fill and row not in heads
    )
    drawn = tuple(Table(each.header_rows, each.columns, each.columns[0].index, each.columns[-1].index + 1, list(each.rows))
                  for each in tables)  # fmt: skip
    return ReadSheet(sheet, Layout(drawn, skipped), (), is_left_out), tables


def layout_page(
    sheets: Sequence[Sheet], known: frozenset[str], said: BlankCorrection, address: Address, *, title: str, subtitle: str,
    current: int, asks_owner: bool, back_url: str, notes: Sequence[Note] = (),
) -> LayoutPage:  # fmt: skip
    """The page; `asks_owner` where the table goes to communities, and returned lists may name them in a column."""
    read = [read_sheet(sheet, known, said) for sheet in sheets]
    shown = current if 0 <= current < len(read) else next((n for n, (_r, tables) in enumerate(read) if tables), 0)
    sheet, tables = read[shown]
    correction = said.sheet(sheet.sheet.name)
    fields = [_way_field(correction.is_left_out)]
    if asks_owner:
        fields += [_owner_field(number, table) for number, table in enumerate(tables) if not table.is_statistics]
    return LayoutPage(
        title=title,
        subtitle=subtitle,
        submit_url=address(shown),
        sheet=SheetView(
            letters=picture.letters_of(sheet),
            rows=picture.draw(sheet, correction, _FILL_WORDS),
            tabs=tuple(_tab(number, each, found, shown, address) for number, (each, found) in enumerate(read)),
            text=_told(sheet, tables),
            fields=tuple(fields),
            reset_label=_("这张表恢复成自动认的样子") if _is_said(said, sheet.sheet.name) else "",
        ),
        help=_("哪一行认错了，就在那一行左边的格子里改：这是表头、这一行要填、不读这一行。"),
        back_url=back_url,
        notes=tuple(notes),
    )


def _is_said(said: BlankCorrection, name: str) -> bool:
    return bool(said.sheet(name).as_json()) or any(key.startswith(f"{name}#") for key in said.owners)


def _tab(number: int, read: ReadSheet, tables: Sequence[BlankTable], shown: int, address: Address) -> SheetTab:
    text = _("%(n)s 列", n=sum(len(table.asked) for table in tables)) if tables else _("不填")
    name = read.sheet.name.strip() or _("表格")
    return SheetTab(name[:15], text, address(number), "blue" if tables else "grey", number == shown)


def _told(read: ReadSheet, tables: Sequence[BlankTable]) -> str:
    if read.is_left_out:
        return _("您说过这张表不填。")
    if not tables:
        return _("这张表里没有认出表头。请在表头那一行选“这是表头”。")
    parts = []
    for table in tables:
        if table.is_statistics:
            parts.append(_("认作统计表，%(rows)s 行数字要填，共 %(n)s 列。", rows=len(table.rows), n=len(table.asked)))
        elif table.rows:
            parts.append(
                _("认作名单，备好 %(rows)s 行，共 %(n)s 列；不够会自动加行。", rows=len(table.rows), n=len(table.asked))
            )
        else:
            parts.append(_("认作名单，从表头下面一行开始填，共 %(n)s 列。", n=len(table.asked)))
    return "".join(parts)


def _way_field(is_left_out: bool) -> FieldView:
    way = "out" if is_left_out else ""
    options = tuple(Option(value, _(label), value == way) for value, label in _WAYS)
    return FieldView(name="way", label=_("这张表"), widget="choice", options=options)


def _owner_field(number: int, table: BlankTable) -> FieldView:
    options = (
        Option(str(NO_COLUMN), _("没有这一列"), table.owner is None),
        *(
            Option(str(cell.index), cell.title.replace("\n", ""), place == table.owner)
            for place, cell in enumerate(table.columns)
            if place != table.serial
        ),
    )
    return FieldView(name=f"owner-{number}", label=_("写社区名称的列"), widget="choice", options=options)


def said_now(
    form: Mapping[str, str], sheet: Sheet, known: frozenset[str], before: BlankCorrection
) -> BlankCorrection:  # fmt: skip
    """What a person says by now, with what the page sent about one sheet. Raises ValueError in words."""
    read, tables = read_sheet(sheet, known, before)
    name = sheet.name
    rows, owners = dict(before.sheets), dict(before.owners)
    if form.get("action") == "reset":
        rows.pop(name, None)
        return BlankCorrection(rows, {key: column for key, column in owners.items() if not key.startswith(f"{name}#")})
    rows[name] = posted.corrected(read, before.sheet(name), posted.rows_said(form), way=form.get("way"))
    for number, table in enumerate(tables):
        text = form.get(f"owner-{number}", "")
        now = NO_COLUMN if table.owner is None else table.columns[table.owner].index
        if text != str(now) and text in {str(NO_COLUMN), *(str(cell.index) for cell in table.columns)}:
            owners[key_of(name, number)] = int(text)
    return BlankCorrection(rows, owners)
