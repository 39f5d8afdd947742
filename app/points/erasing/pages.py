"""Erasing as pages: what goes and what stays with the form that asks for it, what was erased, the box beside a worker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for

from app.areas.queries import full_name
from app.clock import local
from app.files.queries import attachments_of
from app.language import gettext as _
from app.lowcode.page_models.forms import FieldGroup, FieldView, FormPage
from app.lowcode.page_models.lists import CellView, EmptyState, HeadColumn, ListPage, RowView
from app.lowcode.page_models.parts import Action, Link, Note, PanelItem
from app.lowcode.page_models.records import FactGroup, FactView, Panel, ShowPage
from app.lowcode.register import Register
from app.lowcode.viewing import Viewer
from app.points.erasing import queries, rules
from app.points.erasing.models import RESOURCE, Erasure
from app.points.erasing.service import RECORD_KIND, Preview


def form_page(worker: Any, seen: Preview, typed: Mapping[str, str], error: str) -> FormPage:
    """What goes, what stays, and the fields that confirm it; where something hinders, only that."""
    back = url_for("RegisterView.show", register_name="grid_workers", row_id=worker.id)
    notes = [Note(_(text), "red") for text in seen.obstacles]
    notes += [Note(_(text), "amber") for text in seen.warnings] if not seen.obstacles else []
    groups = [
        FieldGroup(
            _("清除以后就没有了，不能恢复"),
            tuple(
                FieldView(name=f"gone-{number}", label=_(what), widget="static", value=_("%(n)s 处", n=count))
                for number, (what, count) in enumerate(seen.held.lines())
                if count
            ),
        ),
        FieldGroup(
            _("这些留着，不动"),
            tuple(
                FieldView(name=f"kept-{number}", label=_(what), widget="static", value=_(text), width="full")
                for number, (what, text) in enumerate(rules.STAYS)
            ),
        ),
    ]
    if not seen.obstacles:
        groups.append(FieldGroup(_("申请和确认"), _fields(worker.name, typed)))
    return FormPage(
        title=_("清除个人信息：%(name)s", name=worker.name),
        submit_url=url_for("ErasureView.erase", worker_id=worker.id), cancel_url=back, groups=tuple(groups),
        notes=tuple(notes), errors=(error,) if error else (), error_count=1 if error else 0,
        submit_label=_("清除，不能恢复"), may_continue=False, is_readonly=bool(seen.obstacles),
    )  # fmt: skip


def _fields(name: str, typed: Mapping[str, str]) -> tuple[FieldView, ...]:
    return (
        FieldView(
            name="reason", label=_("为什么清除"), value=typed.get("reason", ""), is_required=True, width="full",
            max_length=rules.LONGEST_REASON, placeholder=_("例如：本人书面申请"),
            help=_("这句话会一直留着，不要写姓名和证件号，写“本人”就可以。"),
        ),
        FieldView(
            name="document", label=_("依据文件"), value=typed.get("document", ""), is_required=True, width="full",
            max_length=rules.LONGEST_DOCUMENT, help=_("名称或文号，例如：个人信息删除申请表 2026-03 号"),
        ),
        FieldView(
            name="sheet", label=_("签字的申请单或批准件"), widget="file", is_required=True, width="full",
            help=_("照片或扫描件，和这次清除的记录一起存档。"),
        ),
        FieldView(
            name="confirmed", label=_("写出他的姓名来确认"), value=typed.get("confirmed", ""), is_required=True,
            help=_("请照写：%(name)s", name=name),
        ),
    )  # fmt: skip


def list_page(found: Sequence[Erasure], place: str) -> ListPage:
    """Who was erased in an area: by the number of the roster row, nothing else is known any more."""
    heads = (
        HeadColumn("at", _("时间")), HeadColumn("worker", _("网格员名册编号"), "right"), HeadColumn("area", _("网格")),
        HeadColumn("document", _("依据文件")), HeadColumn("reason", _("原因")), HeadColumn("by", _("经办人")),
    )  # fmt: skip
    rows = tuple(
        RowView(
            str(each.id),
            (
                CellView(f"{local(each.at):%Y-%m-%d %H:%M}", "date"), CellView(str(each.worker_id), "number"),
                CellView(full_name(each.area_code)), CellView(each.document), CellView(each.reason),
                CellView(each.by_name),
            ),
            url_for("ErasureView.show", erasure_id=each.id),
        )
        for each in found
    )  # fmt: skip
    return ListPage(
        title=_("清除个人信息"), list_url=url_for("ErasureView.index"), count_text=place, columns=heads, rows=rows,
        lead_text=_("离岗的网格员依法申请删除个人信息时，打开网格员名册里他的那一页，点“清除个人信息”。合计和排名不变。"),
        empty=None if rows else EmptyState(_("还没有清除过"), _("从网格员名册里打开一名离岗的网格员，点“清除个人信息”。")),
        caption=_("清除个人信息的记录"),
    )  # fmt: skip


def show_page(made: Erasure) -> ShowPage:
    """One erasure with its sheet."""
    facts = (
        (_("网格员名册编号"), str(made.worker_id)), (_("网格"), full_name(made.area_code)),
        (_("依据文件"), made.document), (_("原因"), made.reason), (_("经办人"), made.by_name),
        (_("时间"), f"{local(made.at):%Y-%m-%d %H:%M}"),
    )  # fmt: skip
    gone = tuple(FactView(_(what), CellView(_("%(n)s 处", n=count))) for what, count in made.gone.items())
    kept = tuple(FactView(_(what), CellView(_(text)), is_wide=True) for what, text in rules.STAYS)
    files = tuple(
        PanelItem(item.title, url_for("FileView.download", attachment_id=item.id), item.note)
        for item in attachments_of(RECORD_KIND, made.uid)
    )
    return ShowPage(
        title=_("清除个人信息：网格员名册 %(n)s 号", n=made.worker_id),
        actions=(Action(_("返回"), url_for("ErasureView.index"), icon="left"),),
        groups=(
            FactGroup("", tuple(FactView(label, CellView(text)) for label, text in facts)),
            FactGroup(_("已经清除的"), gone), FactGroup(_("留着的"), kept),
        ),
        panels=(Panel(_("签字件"), files, "files"),),
    )  # fmt: skip


def panel(reg: Register, row: Any, viewer: Viewer) -> Panel | None:
    """Beside a grid worker who left: the door to erasing, or when and why it was done."""
    if reg.name != "grid_workers" or not viewer.actor.covers(RESOURCE, "read", row.area_code):
        return None
    made = queries.erasure_of(row.uid)
    if made is not None:
        url = url_for("ErasureView.show", erasure_id=made.id)
        item = PanelItem(_("已按《%(document)s》清除", document=made.document), url, f"{local(made.at):%Y-%m-%d}")
        return Panel(_("个人信息"), (item,))
    has_left = row.left_on is not None and row.left_on <= viewer.today
    if not has_left or not viewer.actor.covers(RESOURCE, "write", row.area_code):
        return None
    return Panel(
        _("个人信息"), empty_text=_("他已离岗。依法申请删除个人信息的，可以在这里清除，积分合计不变。"),
        more=Link(_("清除个人信息"), url_for("ErasureView.erase", worker_id=row.id)),
    )  # fmt: skip
