"""办理经过: the steps of one matter as a table, for every sheet that tells of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.document import Table, TableColumn

COLUMNS = (
    TableColumn("序号", 0.5, "integer", "center"), TableColumn("时间", 1.5, align="center"), TableColumn("办理人", 1.3),
    TableColumn("做了什么", 2.0), TableColumn("说明", 3.4), TableColumn("时限到", 1.5, align="center"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One step: moments as they are written, since hours count."""

    at: str
    by: str
    what: str
    note: str = ""
    due: str = ""


def table(steps: Sequence[Step]) -> Table:
    """The steps, the first one first."""
    rows = tuple((n, each.at, each.by, each.what, each.note, each.due) for n, each in enumerate(steps, 1))
    return Table(COLUMNS, rows, empty_text="系统里没有办理步骤")
