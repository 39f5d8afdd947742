"""One record as plain values: facts in groups, the same person's other posts, files, history as sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import url_for

from app.clock import local
from app.fields.masks import mask
from app.files.queries import attachments_of
from app.language import gettext as _
from app.lowcode import lines as child_lines
from app.lowcode import queries
from app.lowcode.column import Column
from app.lowcode.importing.origins import Origin, origins_of
from app.lowcode.list_page import cell, with_unit
from app.lowcode.page_models.lists import CellView, HeadColumn, RowView
from app.lowcode.page_models.parts import Action, Note, PanelItem
from app.lowcode.page_models.records import FactGroup, FactView, Panel, ShowPage
from app.lowcode.register import Register
from app.lowcode.viewing import Viewer
from app.security.models import Change

VERBS = {
    "created": "新增了这条记录",
    "deleted": "删除了这条记录",
    "restored": "恢复了这条记录",
    "erased": "彻底清除了这条记录",
}

PanelMaker = Callable[[Register, Any, Viewer], Panel | None]
_PANELS: list[PanelMaker] = []


def add_panel(maker: PanelMaker) -> PanelMaker:
    """Let a feature put a box beside records (points of a worker, meetings of a branch)."""
    if maker not in _PANELS:
        _PANELS.append(maker)
    return maker


def build(reg: Register, row: Any, viewer: Viewer) -> ShowPage:
    """The page."""
    actor = viewer.actor
    here = {"register_name": reg.name, "row_id": row.id}
    may_write = actor.covers(reg.name, "write", row.area_code)
    fixed = reg.why_fixed(row) if reg.why_fixed is not None and may_write else ""
    kept = reg.why_kept(row) if reg.why_kept is not None and may_write else ""
    actions = []
    if may_write and not kept:
        confirm = _("删除“%(title)s”，可在回收站恢复。", title=reg.title_of(row, viewer.today))
        actions.append(Action(_("删除"), url_for("RegisterView.delete", **here), "danger", "post", confirm, "trash"))
    return ShowPage(
        title=reg.title_of(row, viewer.today),
        subtitle=_(reg.title),
        main_action=Action(_("修改"), url_for("RegisterView.edit", **here), "primary", icon="edit")
        if may_write and not fixed
        else None,
        actions=tuple(actions),
        groups=_groups(reg, row, viewer),
        panels=tuple(panel for panel in _panels(reg, row, viewer) if panel is not None),
        notes=tuple(Note(_(reason)) for reason in dict.fromkeys((fixed, kept)) if reason),
    )


def _groups(reg: Register, row: Any, viewer: Viewer) -> tuple[FactGroup, ...]:
    url = url_for("RegisterView.show", register_name=reg.name, row_id=row.id)
    labels = queries.labels_of(reg.columns, [row])
    groups: dict[str, list[FactView]] = {}
    for column in reg.columns:
        facts = groups.setdefault(reg.group_of(column), [])
        if column.kind == "lines":
            facts.append(_lines_fact(column, row, viewer))
        else:
            view = cell(reg, column, row, viewer, labels, url=url)
            if view.url == url:
                view = CellView(view.text, view.kind)
            view = with_unit(column, view)
            facts.append(FactView(_(column.label), view, is_wide=column.type.widget == "textarea"))
    return tuple(FactGroup(_(name), tuple(facts)) for name, facts in groups.items())


def _lines_fact(column: Column, row: Any, viewer: Viewer) -> FactView:
    parts = child_lines.child_columns(column)
    rows = tuple(
        RowView(str(child.id), tuple(CellView(viewer.show(part, child)) for part in parts))
        for child in child_lines.rows_of(column, row.id)
    )
    heads = tuple(HeadColumn(part.name, _(part.label), part.type.align) for part in parts)
    return FactView(_(column.label), CellView(_("%(n)s 条", n=len(rows))), is_wide=True, heads=heads, rows=rows)


def _panels(reg: Register, row: Any, viewer: Viewer) -> list[Panel | None]:
    return [
        _same_person(reg, row, viewer),
        *(maker(reg, row, viewer) for maker in _PANELS),
        _files(reg, row),
        _history(reg, row, viewer),
    ]


def _same_person(reg: Register, row: Any, viewer: Viewer) -> Panel | None:
    if not any(column.kind == "sealed" for column in reg.declared_columns):
        return None
    items = tuple(
        PanelItem(
            f"{_(other.title)}：{other.title_of(found, viewer.today)}",
            url_for("RegisterView.show", register_name=other.name, row_id=found.id),
            _disagreement(reg, row, other, found, viewer),
        )
        for other, found in queries.same_person(reg, row)
    )
    return Panel(_("同一个人的其他登记"), items, empty_text=_("其他名册里没有这个人。"))


def _disagreement(reg: Register, row: Any, other: Register, found: Any, viewer: Viewer) -> str:
    """Names the columns on which two rosters disagree about one person."""
    theirs = {column.name: column for column in other.declared_columns}
    labels = []
    for column in reg.declared_columns:
        twin = theirs.get(column.name)
        if column.name not in ("name", "phone", "sex", "education") or twin is None:
            continue
        mine, his = column.get(row, today=viewer.today), twin.get(found, today=viewer.today)
        if mine and his and mine != his:
            labels.append(_(column.label))
    return _("不一致：%(labels)s", labels="、".join(labels)) if labels else ""


def _files(reg: Register, row: Any) -> Panel:
    items = tuple(
        PanelItem(item.title, url_for("FileView.download", attachment_id=item.id), item.note)
        for item in attachments_of(reg.name, row.uid)
    )
    return Panel(_("附件"), items, "files", empty_text=_("没有附件。"))


def _history(reg: Register, row: Any, viewer: Viewer) -> Panel:
    changes = queries.history(reg, row)
    labels = _change_labels(reg, changes)
    origins = origins_of(changes, viewer.actor)
    items = tuple(
        PanelItem(
            sentence, origin.url if origin else "",
            " · ".join([f"{local(change.at):%Y-%m-%d %H:%M}", *([origin.note] if origin else [])]),
        )
        for change in changes
        for origin in [origins.get(change.batch_id or 0)]
        for sentence in [_sentence(reg, row, change, viewer, labels, origin)]
        if sentence
    )  # fmt: skip
    return Panel(_("修改记录"), items, "history", empty_text=_("还没有修改记录。"))


def _change_labels(reg: Register, changes: Any) -> dict[str, dict[Any, str]]:
    codes: set[str] = set()
    ids: dict[str, set[int]] = {}
    for change in changes:
        for side in (change.before or {}, change.after or {}):
            codes.update(filter(None, [side.get("area_code")]))
            for column in reg.columns:
                if column.kind == "link" and side.get(column.name + "_id"):
                    ids.setdefault(column.target, set()).add(side[column.name + "_id"])
    return {"areas": queries.area_names(codes)} | {target: queries.row_titles(target, s) for target, s in ids.items()}


def _sentence(
    reg: Register, row: Any, change: Change, viewer: Viewer, labels: Mapping[str, Mapping[Any, str]],
    origin: Origin | None,
) -> str:  # fmt: skip
    """王敏 导入《名册.xlsx》时 把 联系电话 从 139****0001 改为 138****0002."""
    who = change.by_name or _("系统")
    if origin is not None:
        who = f"{who} {origin.opening(change)}"
    if change.action in VERBS:
        return f"{who} {_(VERBS[change.action])}"
    if change.after is None:
        return f"{who} {_('修改了这条记录，内容已依法清除')}"
    parts = []
    for column in reg.columns:
        key = {"place": "area_code", "link": column.name + "_id", "sealed": column.name + "_hash"}.get(
            column.kind, column.name
        )
        if column.kind == "extra" and "extra" in change.after:
            old, new = ((side.get("extra") or {}).get(column.name) for side in (change.before, change.after))
            if old == new:
                continue
        elif key in change.after:
            old, new = change.before.get(key), change.after.get(key)
        else:
            continue
        if column.kind == "sealed":
            parts.append(_("更换了 %(label)s", label=_(column.label)))
            continue
        texts = [_past_text(column, row, value, viewer, labels) for value in (old, new)]
        parts.append(
            _(
                "把 %(label)s 从 %(old)s 改为 %(new)s",
                label=_(column.label),
                old=texts[0] or _("空"),
                new=texts[1] or _("空"),
            )
        )
    return f"{who} {'，'.join(parts)}" if parts else ""


def _past_text(column: Column, row: Any, stored: Any, viewer: Viewer, labels: Mapping[str, Mapping[Any, str]]) -> str:
    if stored is None:
        return ""
    if column.kind == "place":
        return labels["areas"].get(stored, str(stored))
    if column.kind == "link":
        return labels.get(column.target, {}).get(stored, str(stored))
    try:
        text = column.type.show(column.type.parse(stored))
    except ValueError:
        text = str(stored)
    if column.mask and not viewer.sees_clear(column, row):
        return mask(column.mask, text, "working")  # type: ignore[arg-type]
    return text
