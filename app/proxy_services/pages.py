"""Who became entitled and was not served, the form that opens an order, and the gates beside one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import url_for

from app.clock import local
from app.fields.age import age_on
from app.language import gettext as _
from app.lowcode.page_models.forms import FieldGroup, FieldView, FormPage
from app.lowcode.page_models.lists import CellView, EmptyState, FilterView, HeadColumn, ListPage, Pager, RowView
from app.lowcode.page_models.parts import Action, Chip, Link, Option, PanelItem
from app.lowcode.page_models.records import Panel
from app.lowcode.queries import area_names
from app.lowcode.register import Register
from app.lowcode.viewing import Viewer
from app.periods.rules import Period
from app.proxy_services import queries, rules
from app.proxy_services.models import ITEMS, ORDERS
from app.proxy_services.rules import Entitlement

PAGE_SIZE = 50
MONTH, EVERYBODY = "month", "all"


def entitled_page(
    area: str, known: Sequence[Entitlement], rule: Entitlement | None, *, span: str, number: int, today: date
) -> ListPage:  # fmt: skip
    """Residents of an area who reached the age of a rule and have no order, those of this month or all."""
    month = Period.of("month", today)
    rows, count = ([], 0) if rule is None else queries.entitled(
        (area,), rule, first=month.first if span == MONTH else None, last=month.last, skip=(number - 1) * PAGE_SIZE,
        most=PAGE_SIZE,
    )  # fmt: skip
    names = area_names({row.area_code for row in rows})
    return ListPage(
        title=_("到龄未办"),
        list_url=url_for("ProxyView.entitled"),
        count_text=_("%(n)s 人", n=count),
        lead_text=_("从居民名册算出来的：到了年龄、还没有代办单的人。点姓名开代办单。"),
        columns=(
            HeadColumn("name", _("姓名")), HeadColumn("area", _("所属网格")), HeadColumn("born", _("出生日期")),
            HeadColumn("age", _("月底年龄"), "right"), HeadColumn("item", _("可办事项")),
        ),
        rows=tuple(_row(row, rule, names, month.last) for row in rows if rule is not None),
        filters=_filters(known, rule, span),
        toolbar=(Action(_("代办台账"), url_for("RegisterView.list", register_name=ORDERS)),
                 Action(_("代办事项"), url_for("RegisterView.list", register_name=ITEMS))),
        pager=_pager(rule, span, number, count),
        empty=_empty(known) if not rows else None,
    )  # fmt: skip


def _row(row: Any, rule: Entitlement, names: dict[str, str], last: date) -> RowView:
    url = url_for("ProxyView.open_order", key=rule.key, resident_id=row.id)
    age = age_on(row.born_on, last)
    cells = (
        CellView(row.name, url=url), CellView(names.get(row.area_code, "")), CellView(row.born_on.isoformat(), "date"),
        CellView(str(age) if age is not None else "", "number"), CellView(rule.item),
    )  # fmt: skip
    return RowView(str(row.id), cells, url)


def _filters(known: Sequence[Entitlement], rule: Entitlement | None, span: str) -> tuple[FilterView, ...]:
    key = rule.key if rule is not None else ""
    return (
        FilterView(name="rule", label=_("哪一条"), value=key, is_primary=True,
                   options=tuple(Option(each.key, each.name, each.key == key) for each in known)),
        FilterView(name="span", label=_("范围"), value=span, is_primary=True,
                   options=(Option(MONTH, _("本月到龄"), span == MONTH), Option(EVERYBODY, _("所有未办"), span == EVERYBODY))),
    )  # fmt: skip


def _empty(known: Sequence[Entitlement]) -> EmptyState:
    if not known:
        return EmptyState(_("还没有定到龄规则"), _("规则写在地区配置的 entitlements 里，例如满70周岁办老年人优待证。"))
    return EmptyState(_("没有到龄未办的人"), _("换到“所有未办”看看以前漏下的。"))


def _pager(rule: Entitlement | None, span: str, number: int, count: int) -> Pager | None:
    if rule is None or count <= PAGE_SIZE:
        return None

    def address(page: int) -> str:
        return url_for("ProxyView.entitled", rule=rule.key, span=span, page=page)

    first, last = (number - 1) * PAGE_SIZE + 1, min(number * PAGE_SIZE, count)
    return Pager(
        _("第 %(first)s–%(last)s 人，共 %(count)s 人", first=first, last=last, count=count),
        address(number - 1) if number > 1 else "", address(number + 1) if last < count else "",
    )  # fmt: skip


def order_form(resident: Any, rule: Entitlement, *, error: str = "", note: str = "") -> FormPage:
    """One question before an order is opened."""
    lead = _("给 %(name)s 开“%(item)s”的代办单。承办人按A岗，A岗不在时是B岗。", name=resident.name, item=rule.item)
    field = FieldView(name="note", label=_("备注"), widget="textarea", value=note, width="full", max_length=500)
    return FormPage(
        title=_("开代办单：%(name)s", name=resident.name),
        submit_url=url_for("ProxyView.open_order", key=rule.key, resident_id=resident.id),
        cancel_url=url_for("ProxyView.entitled", rule=rule.key), groups=(FieldGroup(lead, (field,)),),
        errors=(_(error),) if error else (), submit_label=_("开代办单"), may_continue=False,
    )  # fmt: skip


def panel(reg: Register, row: Any, viewer: Viewer) -> Panel | None:
    """Beside an order: its three gates with who and when, and the sheet to print."""
    if reg.name != ORDERS:
        return None
    items = tuple(
        PanelItem(_(name), note=f"{local(step.at):%Y-%m-%d %H:%M} {step.by_name}", chip=Chip(_("已拍照"), "green"))
        if step is not None
        else PanelItem(_(name), chip=Chip(_("还没有"), "grey"))
        for name, step in zip(rules.GATES, queries.gates_of(row), strict=True)
    )
    more = None
    if viewer.actor.covers(ORDERS, "export", row.area_code):
        more = Link(_("打印代办单"), url_for("ProxyView.sheet", order_id=row.id))
    return Panel(_("三道封口照片"), items, more=more)
