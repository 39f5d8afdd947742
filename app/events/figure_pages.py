"""The eight figures of events by community, unit, person or channel, and the rows behind each, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import url_for
from sqlalchemy import select

from app.areas.queries import names_of
from app.events import splitting
from app.events.indicators import ALL
from app.events.models import Event
from app.extensions import db
from app.fields.codes import code_list
from app.fields.sentence import Sentence
from app.language import gettext as _
from app.lowcode.indicators import Indicator
from app.lowcode.page_models.lists import CellView, EmptyState, FilterView, HeadColumn, ListPage, RowView
from app.lowcode.page_models.parts import Action, Note, Option
from app.lowcode.period_options import month_options
from app.lowcode.register import register
from app.periods.rules import Period
from app.security.actor import Actor
from app.security.beyond import beyond_scope

BY_NAMES: Mapping[str, str] = {
    "area": "社区",
    "unit": "责任单位",
    "person": "办理人",
    "source": "来源",
    "level": "办理层级",
}
SIDE_NAMES: Mapping[str, str] = {"all": "全部", "top": "计入的", "rest": "没有计入的"}
MOST_ROWS = 200
NO_VALUE = "—"


def figures_page(by: str, area: str, period: Period, actor: Actor, *, today: date) -> ListPage:
    """One line for each part, the busiest first; each figure opens its rows."""
    prefixes = ALL[0].prefixes_of(actor, area)
    found = splitting.split(by, prefixes, period, actor)
    names = _names(by, found)
    parts = sorted(found, key=lambda part: (-found[part][ALL[0].name].top, str(names.get(part, part))))
    here = {"area": area, "period": period.key, "by": by}
    return ListPage(
        title=_("事件统计"), list_url=url_for("EventDeskView.figures"), count_text=_(period.title),
        columns=(
            HeadColumn("part", _(BY_NAMES[by])), *(HeadColumn(each.name, _(each.title), "right") for each in ALL)
        ),
        rows=tuple(
            RowView(str(part), (CellView(str(names.get(part, part))), *(_cell(each, found[part], part, here) for each in ALL)))
            for part in parts
        ),
        filters=(
            FilterView(
                name="by", label=_("按什么分"), value=by, is_primary=True,
                options=tuple(Option(key, _(label), key == by) for key, label in BY_NAMES.items()),
            ),
            FilterView(name="period", label=_("统计期"), value=period.key, is_primary=True, options=month_options(period, today)),
        ),
        kept=(("area", area),),
        toolbar=(Action(_("返回台账"), url_for("RegisterView.list", register_name="events")),),
        empty=None if found else EmptyState(_("这一期没有事件。")),
        notes=(
            Note(_("点数字看是哪些事件。各项怎么算，见“指标口径”。"), links=()),
            *((Note(_("没有责任单位、没有人办过的事件不在这张表里。")),) if by in ("unit", "person") else ()),
        ),
    )  # fmt: skip


def _cell(each: Indicator, shares: Mapping[str, splitting.Share], part: Any, here: Mapping[str, str]) -> CellView:
    share = shares[each.name]
    if share.bottom == 0:
        return CellView(NO_VALUE, "number")
    text = f"{share.value:,}" if share.bottom is None else f"{share.value}%"
    url = url_for("EventDeskView.rows", name=each.name) + "?" + urlencode({**here, "part": part})
    return CellView(text, "number", url=url)


def _names(by: str, parts: Mapping[Any, Any]) -> Mapping[Any, str]:
    if by == "area":
        return names_of(list(parts))
    if by in ("source", "level"):
        known = code_list(f"event_{by}")
        return {part: known.label_of(part) for part in parts}
    if by == "unit":
        model = register("units").model
        with beyond_scope():
            found = db.session.execute(select(model.id, model.name).where(model.id.in_([int(part) for part in parts])))
            return {str(id_): name for id_, name in found}
    return {}


def rows_page(
    of: Indicator, by: str, part: str, area: str, period: Period, actor: Actor, *, side: str, today: date
) -> ListPage:  # fmt: skip
    """The events behind one figure of one part."""
    prefixes = of.prefixes_of(actor, area)
    rows = splitting.rows_of(of, by, part, prefixes, period, actor, side=side, limit=MOST_ROWS)
    reg, places = register("events"), names_of([row.area_code for row in rows])
    kinds = ("number", "source", "state", "reported_at", "due_at", "closed_at")
    columns = [reg.column(name) for name in kinds]
    name = _names(by, {part: None}).get(part, part)
    return ListPage(
        title=_("%(figure)s：%(part)s", figure=_(of.title), part=name),
        list_url=url_for("EventDeskView.rows", name=of.name), count_text=_("%(n)s 件", n=len(rows)), lead_text=_(of.rule),
        columns=(
            HeadColumn("name", _("何事")), HeadColumn("area", _("办理区域")),
            *(HeadColumn(column.name, _(column.label)) for column in columns),
        ),
        rows=tuple(_row(row, columns, places, today) for row in rows),
        filters=(
            FilterView(
                name="side", label=_("看哪些"), value=side, is_primary=True,
                options=tuple(Option(key, _(label), key == side) for key, label in SIDE_NAMES.items()),
            ),
        ) if of.denominator is not None else (),
        kept=(("area", area), ("period", period.key), ("by", by), ("part", part)),
        toolbar=(
            Action(
                _("返回统计"),
                url_for("EventDeskView.figures") + "?" + urlencode({"area": area, "period": period.key, "by": by}),
            ),
        ),
        empty=None if rows else EmptyState(_("没有符合条件的事")),
        notes=(Note(Sentence("最多列 %(n)s 件。", n=MOST_ROWS)),) if len(rows) == MOST_ROWS else (),
    )  # fmt: skip


def _row(row: Event, columns: list[Any], places: Mapping[str, str], today: date) -> RowView:
    url = url_for("RegisterView.show", register_name="events", row_id=row.id)
    cells = (
        CellView(row.name, url=url), CellView(places.get(row.area_code, "")),
        *(CellView(_(column.type.show(column.get(row, today=today)))) for column in columns),
    )  # fmt: skip
    return RowView(str(row.id), cells, url)
