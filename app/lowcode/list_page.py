"""A register's list as plain values for its template."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

from flask import request

from app.language import gettext as _
from app.lowcode.beside import covered, side_of
from app.lowcode.column import Column
from app.lowcode.drawing import page_url
from app.lowcode.page_models.lists import (
    CellView,
    ChipView,
    ColumnChooser,
    EmptyState,
    FilterView,
    HeadColumn,
    ListPage,
    Pager,
    RowView,
)
from app.lowcode.page_models.parts import Action, Link, Note, Option
from app.lowcode.parts import root_of
from app.lowcode.queries import PAGE_SIZES, Page, Wish
from app.lowcode.register import Register
from app.lowcode.search import COUNT_CAP, MAX_OFFSET, SORT_CAP
from app.lowcode.sent import sent_number
from app.lowcode.viewing import Viewer
from app.security.actor import Actor

PRIMARY_FILTERS = 3


def read_wish(reg: Register, arguments: Mapping[str, str], *, area: str = "") -> Wish:
    """The wish in the address of a list; what makes no sense is ignored."""
    filters = tuple(
        (column.name, arguments[column.name].strip())
        for column in reg.columns
        if column.is_filtered and column.kind != "place" and arguments.get(column.name, "").strip()
    )
    size = sent_number(arguments.get("size"))
    sort = arguments.get("sort", "")
    names = {column.name for column in reg.columns if column.is_sortable}
    return Wish(
        words=arguments.get("q", "").strip()[:100],
        filters=filters,
        area=arguments.get("area", "").strip() or area,
        sort=sort if sort in names else "",
        is_descending=arguments.get("desc") == "1",
        page=max(1, sent_number(arguments.get("page"), most=MAX_OFFSET // PAGE_SIZES[0] + 1)),
        size=size if size in PAGE_SIZES else PAGE_SIZES[0],
        beside=side.asked(reg, arguments) if (side := side_of(reg)) is not None else (),
    )


def address(reg: Register, wish: Wish, **changes: Any) -> str:
    """The address of a list that shows `wish`, changed as told."""
    wish = replace(wish, **changes)
    pairs: list[tuple[str, str]] = []
    if wish.words:
        pairs.append(("q", wish.words))
    pairs += [*wish.filters, *wish.beside]
    if wish.area:
        pairs.append(("area", wish.area))
    if wish.sort:
        pairs += [("sort", wish.sort)] + ([("desc", "1")] if wish.is_descending else [])
    if wish.size != PAGE_SIZES[0]:
        pairs.append(("size", str(wish.size)))
    if wish.page > 1:
        pairs.append(("page", str(wish.page)))
    base = page_url("RegisterView.list", register_name=reg.name)
    return f"{base}?{urlencode(pairs)}" if pairs else base


def build(
    reg: Register, wish: Wish, found: Page, viewer: Viewer, *, columns: tuple[Column, ...], area_label: str = "",
    filter_labels: Mapping[str, str] | None = None,
) -> ListPage:  # fmt: skip
    """The page."""
    actor, side = viewer.actor, side_of(reg)
    chips = _chips(reg, wish, area_label, filter_labels or {})
    rows = row_views(reg, columns, found.rows, viewer, found.labels)
    if side is not None:
        more = side.cells(reg, found.rows)
        rows = tuple(replace(view, cells=(*view.cells, *more[int(view.id)])) for view in rows)
    return ListPage(
        title=_(reg.title),
        list_url=page_url("RegisterView.list", register_name=reg.name),
        count_text=_("共 %(n)s 条", n=f"{COUNT_CAP:,}+" if found.is_capped else f"{found.count:,}"),
        columns=(
            *(_head(reg, column, wish, found) for column in columns),
            *(side.heads(reg) if side is not None else ()),
        ),
        rows=rows,
        search_value=wish.words,
        search_hint=_("姓名、拼音首字母、电话、证件号"),
        filters=(*_filters(reg, wish, filter_labels or {}), *(side.filters(reg, wish.beside) if side else ())),
        chips=chips,
        clear_url=page_url("RegisterView.list", register_name=reg.name) if chips else "",
        kept=_kept(wish),
        main_action=_main_action(reg, actor),
        toolbar=(*_doors(reg, actor), *_toolbar(reg, wish, actor)),
        column_chooser=ColumnChooser(
            page_url("RegisterView.columns", register_name=reg.name),
            tuple(
                Option(column.name, _(column.label), column in columns)
                for column in reg.columns
                if column.kind != "lines"
            ),
        ),
        bulk_actions=_bulk(reg, actor),
        pager=_pager(reg, wish, found),
        empty=_empty(reg, found, actor, chips),
        notes=_notes(found, wish),
        caption=_(reg.title),
    )


def show_address(reg: Register, row_id: int) -> str:
    """The address of a row's page. Built by hand: url_for takes 50 µs, and a list has a hundred of these."""
    return f"{request.script_root}/{reg.name}/show/{row_id}"


def reveal_address(reg: Register, back: str) -> str:
    """The address that asks why masked values are to be seen."""
    return f"{request.script_root}/{reg.name}/reveal?next={quote(back)}"


Labels = Mapping[str, Mapping[Any, str]]
"""Names for the places and links of a page: column name → stored value → text."""

Drawer = Callable[[Any, str], CellView]
"""One column of one page: (row, address of its page) → cell."""


def row_views(
    reg: Register, columns: Iterable[Column], rows: Iterable[Any], viewer: Viewer, labels: Labels
) -> tuple[RowView, ...]:
    """Rows as shown; the column that names a row is the door to its page. What a column needs is found out once."""
    drawers = [drawer(reg, column, viewer, labels) for column in columns]
    stem = f"{request.script_root}/{reg.name}/show/"
    views = []
    for row in rows:
        url = f"{stem}{row.id}"
        views.append(RowView(str(row.id), tuple([draw(row, url) for draw in drawers]), url))
    return tuple(views)


def cell(reg: Register, column: Column, row: Any, viewer: Viewer, labels: Labels, *, url: str = "") -> CellView:
    """One value as shown to this viewer."""
    return drawer(reg, column, viewer, labels)(row, url)


def with_unit(column: Column, view: CellView) -> CellView:
    """A figure that stands alone: 10500.00 元, 35 人, 95.0%."""
    unit = getattr(column.type, "unit", "")
    gap = "" if unit == "%" else " "
    return replace(view, text=f"{view.text}{gap}{unit}") if view.text and unit else view


def drawer(reg: Register, column: Column, viewer: Viewer, labels: Labels) -> Drawer:
    """How the cells of a column are drawn for this viewer."""
    if column.kind in ("place", "link"):
        names = labels.get(column.name, {})
        stored = "area_code" if column.kind == "place" else column.name + "_id"
        return lambda row, _url: CellView(names.get(getattr(row, stored), ""))
    plain = _plain_drawer(reg, column, viewer)
    return _masked_drawer(reg, column, viewer, plain) if column.mask else plain


CELL_KINDS = {"date": "date", "month": "date", "integer": "number", "number": "number"}


def _plain_drawer(reg: Register, column: Column, viewer: Viewer) -> Drawer:
    kind: Any = CELL_KINDS.get(column.type.key, "text")
    if column.name == reg.row_title:
        return lambda row, url: CellView(viewer.show(column, row), url=url)
    if column.tones:
        return lambda row, _url: _chip(column, row, viewer, kind)
    return lambda row, _url: CellView(viewer.show(column, row), kind)


def _masked_drawer(reg: Register, column: Column, viewer: Viewer, plain: Drawer) -> Drawer:
    stem = reveal_address(reg, "")

    def draw(row: Any, url: str) -> CellView:
        text = viewer.show(column, row) if viewer.is_masked(column, row) else ""
        return CellView(text, "masked", reveal_url=stem + quote(url)) if text else plain(row, url)

    return draw


def _chip(column: Column, row: Any, viewer: Viewer, kind: Any) -> CellView:
    text = viewer.show(column, row)
    if not text:
        return CellView(text, kind)
    tone: Any = column.tones.get(column.get(row, today=viewer.today))
    return CellView(text, "chip", tone=tone)


def shown_text(column: Column, row: Any, viewer: Viewer, labels: Labels) -> str:
    """The value as text, masked where it must be, with names in place of codes and ids."""
    if column.kind == "place":
        return labels.get(column.name, {}).get(row.area_code, "")
    if column.kind == "link":
        return labels.get(column.name, {}).get(getattr(row, column.name + "_id"), "")
    if column.kind == "part":
        return labels.get(column.name, {}).get(getattr(row, root_of(column.name) + "_id"), "")
    return viewer.show(column, row)


def _head(reg: Register, column: Column, wish: Wish, found: Page) -> HeadColumn:
    is_sorted = wish.sort == column.name and found.is_sortable
    sort_url = ""
    if found.is_sortable and column.is_sortable:
        sort_url = address(reg, wish, sort=column.name, is_descending=is_sorted and not wish.is_descending, page=1)
    state: Any = ("desc" if wish.is_descending else "asc") if is_sorted else None
    return HeadColumn(column.name, _(column.label), column.type.align, sort_url, state)


def _filters(reg: Register, wish: Wish, labels: Mapping[str, str]) -> tuple[FilterView, ...]:
    values, hidden = dict(wish.filters), covered(reg)
    found: list[FilterView] = []
    for column in reg.columns:
        if not column.is_filtered or (column.name in hidden and column.name not in values):
            continue
        value = values.get(column.name, "")
        is_primary = len(found) < PRIMARY_FILTERS
        if column.kind == "place":
            found.append(
                FilterView(name="area", label=_(column.label), kind="area", value=wish.area, is_primary=is_primary,
                           choices_url=page_url("RegisterView.area_choices"), selected_label=labels.get("area", ""))
            )  # fmt: skip
        elif column.kind == "link":
            found.append(
                FilterView(name=column.name, label=_(column.label), kind="area", value=value, is_primary=is_primary,
                           choices_url=page_url("RegisterView.choices", register_name=column.target),
                           selected_label=labels.get(column.name, ""))
            )  # fmt: skip
        else:
            found.append(_choice_filter(column, value, is_primary=is_primary))
    return tuple(found)


def _choice_filter(column: Column, value: str, *, is_primary: bool) -> FilterView:
    choices = column.type.choices() or ((("true", "是"), ("false", "否")) if column.type.key == "flag" else ())
    if not choices:
        return FilterView(name=column.name, label=_(column.label), kind="text", value=value, is_primary=is_primary)
    options = (Option("", _("不限"), not value), *(Option(code, _(label), code == value) for code, label in choices))
    return FilterView(name=column.name, label=_(column.label), options=options, value=value, is_primary=is_primary)


def _chips(reg: Register, wish: Wish, area_label: str, labels: Mapping[str, str]) -> tuple[ChipView, ...]:
    chips = []
    if wish.words:
        chips.append(ChipView(_("搜索：%(words)s", words=wish.words), address(reg, wish, words="", page=1)))
    for name, value in wish.filters:
        column = reg.column(name)
        text = labels.get(name) or dict(column.type.choices()).get(value) or value
        rest = tuple(pair for pair in wish.filters if pair[0] != name)
        chips.append(ChipView(f"{_(column.label)}：{text}", address(reg, wish, filters=rest, page=1)))
    if wish.beside:
        side = side_of(reg)
        shown = {each.name: each for each in side.filters(reg, wish.beside)} if side is not None else {}
        for name, value in wish.beside:
            text = next((option.label for option in shown[name].options if option.value == value), value)
            rest = tuple(pair for pair in wish.beside if pair[0] != name)
            chips.append(ChipView(f"{shown[name].label}：{text}", address(reg, wish, beside=rest, page=1)))
    if area_label:
        chips.append(ChipView(_("范围：%(area)s", area=area_label), address(reg, wish, area="", page=1)))
    return tuple(chips)


def _kept(wish: Wish) -> tuple[tuple[str, str], ...]:
    kept = [("sort", wish.sort)] if wish.sort else []
    if wish.is_descending:
        kept.append(("desc", "1"))
    if wish.size != PAGE_SIZES[0]:
        kept.append(("size", str(wish.size)))
    return tuple(kept)


def _main_action(reg: Register, actor: Actor) -> Action | None:
    if not actor.allows(reg.name, "write"):
        return None
    label = _("新增%(noun)s", noun=_(reg.noun_text))
    return Action(label, page_url("RegisterView.add", register_name=reg.name), "primary", icon="plus")


Doors = Callable[[Register, Actor], tuple[Action, ...]]
_DOORS: list[Doors] = []


def add_doors(doors: Doors) -> Doors:
    """Let a part of the engine put doors of its own beside 导入 and 导出 (办理情况 of a register with a flow)."""
    if doors not in _DOORS:
        _DOORS.append(doors)
    return doors


def _doors(reg: Register, actor: Actor) -> tuple[Action, ...]:
    return tuple(door for doors in _DOORS for door in doors(reg, actor))


def _toolbar(reg: Register, wish: Wish, actor: Actor) -> tuple[Action, ...]:
    actions = []
    query = address(reg, wish, page=1).partition("?")[2]
    tail = "?" + query if query else ""
    if actor.allows(reg.name, "import"):
        actions.append(Action(_("导入"), page_url("ImportView.upload", register_name=reg.name), icon="import"))
    if actor.allows(reg.name, "export"):
        actions.append(Action(_("导出"), page_url("RegisterView.export", register_name=reg.name) + tail, icon="export"))
        actions.append(Action(_("打印"), page_url("RegisterView.print", register_name=reg.name) + tail, icon="print"))
    if actor.allows(reg.name, "write"):
        actions.append(Action(_("回收站"), page_url("RegisterView.bin", register_name=reg.name), icon="trash"))
    return tuple(actions)


def _bulk(reg: Register, actor: Actor) -> tuple[Action, ...]:
    if not actor.allows(reg.name, "write"):
        return ()
    url = page_url("RegisterView.bulk", register_name=reg.name)
    extra = tuple(
        Action(_(action.label), url, method="post", confirm=_(action.confirm), hidden=(("action", action.key),))
        for action in reg.actions
    )
    confirm = _("删除选中的 {count} 条%(noun)s，可在回收站恢复。", noun=_(reg.noun_text))
    return (
        *extra,
        Action(_("删除"), url, "danger", "post", confirm=confirm, hidden=(("action", "delete"),), icon="trash"),
    )


def _pager(reg: Register, wish: Wish, found: Page) -> Pager:
    first = (wish.page - 1) * wish.size + 1
    last = first + len(found.rows) - 1
    sizes = tuple(
        Link(str(size), address(reg, wish, size=size, page=1), is_current=size == wish.size) for size in PAGE_SIZES
    )
    return Pager(
        _("第 %(first)s–%(last)s 条", first=f"{first:,}", last=f"{last:,}") if found.rows else "",
        address(reg, wish, page=wish.page - 1) if wish.page > 1 else "",
        address(reg, wish, page=wish.page + 1) if found.has_more else "",
        sizes,
    )


def _empty(reg: Register, found: Page, actor: Actor, chips: tuple[ChipView, ...]) -> EmptyState | None:
    if found.rows:
        return None
    if chips:
        return EmptyState(
            _("没有找到符合条件的%(noun)s", noun=_(reg.noun_text)),
            _("去掉下面任意一个条件再试。"),
            culprits=chips,
            clear_url=page_url("RegisterView.list", register_name=reg.name),
        )
    actions: list[Action] = []
    main = _main_action(reg, actor)
    if main:
        actions.append(main)
    if actor.allows(reg.name, "import"):
        actions.append(Action(_("导入 Excel"), page_url("ImportView.upload", register_name=reg.name), icon="import"))
    about = _(reg.about) if reg.about else ""
    return EmptyState(_("还没有%(noun)s", noun=_(reg.noun_text)), about, tuple(actions))


def _notes(found: Page, wish: Wish) -> tuple[Note, ...]:
    if wish.sort and not found.is_sortable:
        return (Note(_("结果超过 %(n)s 条，只能按最新的在前排列；再加一个条件就能排序。", n=f"{SORT_CAP:,}"), "amber"),)
    return ()
