"""汇总 of a collection: the versions that count, put together and poured into the superior's own table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.areas.queries import names_of
from app.database.transactions import writing
from app.requested_tables import pouring
from app.requested_tables.contents import Content, Rows
from app.requested_tables.editing import hidden
from app.requested_tables.figures import Return
from app.requested_tables.models import RESOURCE, Collection, ReturnVersion, TableReturn
from app.requested_tables.queries import Asked, content_of, may_gather, version_of
from app.requested_tables.rules import HANDED_IN
from app.requested_tables.summing import Gathered, gather
from app.security import audit
from app.security.actor import Actor, NotPermitted, acting_as

ON_SCREEN = "网上填报"


@dataclass(frozen=True)
class Summary:
    """The gathered tables, and who is in them and who is not."""

    gathered: Gathered
    included: tuple[str, ...]
    missing: tuple[str, ...]


def summary(wish: Asked, returns: Sequence[TableReturn]) -> Summary:
    """Everything that has been handed in; communities given back are left out until they come again."""
    names = names_of(each.area_code for each in returns)
    parts: list[Return] = []
    missing: list[str] = []
    for each in returns:
        name = names.get(each.area_code, each.area_code)
        version = version_of(each, each.number) if each.state == HANDED_IN else None
        if version is None:
            missing.append(name)
        else:
            parts.append(_part(version, name))
    return Summary(gather(wish.tables, parts), tuple(each.name for each in parts), tuple(missing))


def _part(version: ReturnVersion, name: str) -> Return:
    totals = [
        {int(position): float(value) for position, value in each.items()}
        for each in version.totals
        if isinstance(each, dict)
    ]
    source = f"{name}（{version.source}）" if version.source else f"{name}（{ON_SCREEN}）"
    return Return(version.area_code, name, source, content_of(version), totals)


def workbook(of: Collection, wish: Asked, made: Summary, *, sees_numbers: bool, by: Actor) -> bytes:
    """The result in the superior's format; noted as an export. Numbers of persons are hidden unless they may be seen.

    Raises NotPermitted.
    """
    if not (may_gather(by, of) and by.allows(RESOURCE, "export")):
        raise NotPermitted("您的岗位不能下载汇总表。")
    content = made.gathered.content if sees_numbers else masked(made.gathered.content)
    with acting_as(by), writing():
        audit.record(
            "exported", RESOURCE, area_code=of.area_code, row_uid=of.uid,
            note=f"汇总“{of.title}”，{len(made.included)} 家" + ("（完整号码）" if sees_numbers else ""),
        )  # fmt: skip
    return pouring.pour(wish.blank, wish.tables, content, totals=made.gathered.totals)


def part_workbook(
    of: Collection, part: TableReturn, wish: Asked, content: Content, *, sees_numbers: bool, sees_phones: bool, by: Actor
) -> bytes:  # fmt: skip
    """One community's table in the superior's format; noted as an export. Raises CannotBePatched."""
    shown = content if sees_numbers else masked(content, sees_phones=sees_phones)
    shown = [*shown, *(Rows() for _ in range(len(wish.tables) - len(shown)))]
    with acting_as(by), writing():
        audit.record(
            "exported", RESOURCE, area_code=part.area_code, row_uid=part.uid,
            note=f"收表“{of.title}”" + ("（完整号码）" if sees_numbers else ""),
        )  # fmt: skip
    return pouring.pour(wish.blank, wish.tables, shown)


def masked(content: Content, *, sees_phones: bool = False) -> Content:
    """The content as it leaves the program without a reason to show numbers."""
    return [
        replace(
            each,
            cells=[
                [
                    text if "*" in (text := hidden(cell, sees_numbers=False, sees_phones=sees_phones)) else cell
                    for cell in cells
                ]
                for cells in each.cells
            ],
        )
        for each in content
    ]
