"""Areas as rows behind a figure."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for
from sqlalchemy import select

from app.areas.models import Area
from app.areas.queries import full_name
from app.extensions import db
from app.fields.codes import code_list
from app.language import gettext as _
from app.lowcode.figure_rows import RowTable
from app.lowcode.page_models.lists import CellView, HeadColumn, RowView


def describe_areas(ids: Sequence[int]) -> RowTable:
    """Areas by id with the person who answers for them, each a door to its place in the tree."""
    found = {row.id: row for row in db.session.execute(select(Area).where(Area.id.in_(ids))).scalars()}
    kinds = code_list("grid_kind")
    heads = (
        HeadColumn("name", _("名称")),
        HeadColumn("responsible", _("负责人")),
        HeadColumn("kind", _("类型")),
        HeadColumn("households", _("户数"), "right"),
        HeadColumn("code", _("编码")),
    )
    rows = []
    for row in (found[id_] for id_ in ids if id_ in found):
        url = url_for("AreaTreeView.index", at=row.code)
        answering = (
            CellView(row.responsible_name) if row.responsible_name else CellView(_("缺负责人"), "chip", tone="amber")
        )
        cells = (
            CellView(full_name(row.code), url=url),
            answering,
            CellView(kinds.label_of(row.kind) if row.kind else ""),
            CellView(f"{row.household_count:,}" if row.household_count is not None else "", "number"),
            CellView(row.code),
        )
        rows.append(RowView(str(row.id), cells, url))
    return RowTable(heads, tuple(rows))
