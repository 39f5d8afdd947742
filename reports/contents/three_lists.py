"""三张清单: resources, needs and projects; what the lists are called is the choice of the office (资源 or 服务)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from reports.contents.tables import laid_out
from reports.document import Block, Document, FootLine, Heading, Page, Table, TableColumn, Value

PAGE = Page("A4", "landscape")


@dataclass(frozen=True, slots=True)
class Resource:
    """What a unit can give."""

    number: str
    unit: str
    kind: str
    name: str
    amount: str = ""
    available: str = ""
    conditions: str = ""
    contact: str = ""
    phone: str = ""
    valid_until: date | None = None
    claimed_count: int = 0


@dataclass(frozen=True, slots=True)
class Need:
    """What residents or a community ask for."""

    number: str
    source: str
    proposer: str
    place: str
    text: str
    kind: str = ""
    beneficiaries: int | None = None
    urgency: str = ""
    wanted_by: date | None = None
    state: str = ""


@dataclass(frozen=True, slots=True)
class Project:
    """What is done about needs, with resources; `needs` and `resources` are their numbers."""

    number: str
    name: str
    needs: tuple[str, ...]
    resources: tuple[str, ...]
    lead_unit: str
    supporting_units: tuple[str, ...] = ()
    person: str = ""
    money: Decimal | None = None
    """Yuan."""
    money_source: str = ""
    begins_on: date | None = None
    ends_on: date | None = None
    progress: str = ""
    satisfaction: Decimal | None = None
    """Percent."""
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class ListNames:
    """What the office calls its three lists."""

    resources: str = "资源清单"
    needs: str = "需求清单"
    projects: str = "项目清单"


def build(
    *,
    area: str,
    as_of: date,
    resources: Sequence[Resource] | None = None,
    needs: Sequence[Need] | None = None,
    projects: Sequence[Project] | None = None,
    names: ListNames | None = None,
    title: str = "",
    foot_line: FootLine | None = None,
    is_draft: bool = False,
    short_code: str = "",
    created_at: datetime | None = None,
) -> Document:
    """One, two or three lists on A4 across. A list that is None is left out; an empty one says that it is empty."""
    names = names or ListNames()
    parts: list[tuple[str, Table]] = []
    if resources is not None:
        parts.append((names.resources, _resources(resources)))
    if needs is not None:
        parts.append((names.needs, _needs(needs)))
    if projects is not None:
        parts.append((names.projects, _projects(projects)))
    blocks: list[Block] = []
    for name, table in parts:
        blocks += [Heading(name, 1), table] if len(parts) > 1 else [table]
    joined = "、".join(name for name, _ in parts)
    return Document(
        title=title or f"{area}{joined}",
        blocks=tuple(blocks),
        subtitle=f"填报单位：{area}　数据截至：{as_of.isoformat()}",
        page=PAGE,
        foot_line=foot_line,
        is_draft=is_draft,
        short_code=short_code,
        created_at=created_at,
    )


def _resources(resources: Sequence[Resource]) -> Table:
    columns = (
        TableColumn("编号", kind="id"),
        TableColumn("单位"),
        TableColumn("资源类型", align="center"),
        TableColumn("名称"),
        TableColumn("数量/规格"),
        TableColumn("可用时段"),
        TableColumn("使用条件"),
        TableColumn("联系人", align="center"),
        TableColumn("联系电话", kind="id"),
        TableColumn("有效期至", kind="date"),
        TableColumn("已认领次数", kind="integer"),
    )
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (
            item.number,
            item.unit,
            item.kind,
            item.name,
            item.amount,
            item.available,
            item.conditions,
            item.contact,
            item.phone,
            item.valid_until,
            item.claimed_count,
        )
        for item in resources
    )
    return Table(laid_out(columns, rows, (PAGE,))[0], rows, empty_text="还没有登记")


def _needs(needs: Sequence[Need]) -> Table:
    columns = (
        TableColumn("编号", kind="id"),
        TableColumn("来源", align="center"),
        TableColumn("提出人", align="center"),
        TableColumn("小区/网格"),
        TableColumn("内容"),
        TableColumn("类别", align="center"),
        TableColumn("受益人数", kind="integer"),
        TableColumn("紧急度", align="center"),
        TableColumn("期望时限", kind="date"),
        TableColumn("状态", align="center"),
    )
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (
            item.number,
            item.source,
            item.proposer,
            item.place,
            item.text,
            item.kind,
            item.beneficiaries,
            item.urgency,
            item.wanted_by,
            item.state,
        )
        for item in needs
    )
    return Table(laid_out(columns, rows, (PAGE,))[0], rows, empty_text="还没有登记")


def _projects(projects: Sequence[Project]) -> Table:
    columns = (
        TableColumn("编号", kind="id"),
        TableColumn("名称"),
        TableColumn("对应需求", kind="id"),
        TableColumn("使用资源", kind="id"),
        TableColumn("牵头单位"),
        TableColumn("配合单位"),
        TableColumn("责任人", align="center"),
        TableColumn("经费（元）", kind="decimal"),
        TableColumn("经费来源"),
        TableColumn("开始", kind="date"),
        TableColumn("截止", kind="date"),
        TableColumn("完成情况"),
        TableColumn("满意度", kind="percent"),
        TableColumn("销号日期", kind="date"),
    )
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (
            item.number,
            item.name,
            "\n".join(item.needs),
            "\n".join(item.resources),
            item.lead_unit,
            "、".join(item.supporting_units),
            item.person,
            item.money,
            item.money_source,
            item.begins_on,
            item.ends_on,
            item.progress,
            item.satisfaction,
            item.closed_on,
        )
        for item in projects
    )
    return Table(laid_out(columns, rows, (PAGE,))[0], rows, empty_text="还没有登记")
