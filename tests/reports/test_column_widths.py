"""Columns of Word and Excel tables: shares kept where codes fit, codes whole where there is room, the width always filled."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.document import Table, TableColumn
from reports.renderers.column_widths import SIZES, fitted, roomy

ROOM, PADDING = 510.0, 7.0
PHONE, IDENTITY = "13800000000", "11010519491231002X"
SHAPES = st.sampled_from(
    (
        (TableColumn("联系电话", 0.2), PHONE),
        (TableColumn("身份证号", 0.2, "id"), IDENTITY),
        (TableColumn("填报日期", 0.1, "date"), date(2026, 11, 3)),
        (TableColumn("姓名", 1.0), "欧阳建国"),
        (TableColumn("备注", 3.0), "每季度一次联盟全体会议，列清单，明确牵头单位。"),
        (TableColumn("签名", 2.0), ""),
        (TableColumn("人数", 0.3, "integer"), 1_284_000),
    )
)
TABLES = st.lists(SHAPES, min_size=1, max_size=16).map(
    lambda found: Table(tuple(column for column, _value in found), (tuple(value for _column, value in found),) * 2)
)


def needed(value: object, size: float) -> float:
    """Points of a code in 宋体, whose digits are half as wide as high."""
    return len(str(value) if not isinstance(value, int) else f"{value:,}") * size * 0.5


@given(TABLES)
def test_codes_stay_whole_before_anything_else(table: Table) -> None:
    found = fitted(table, room=ROOM, size=9.0, padding=PADDING)
    assert sum(found.widths) == pytest.approx(ROOM)
    assert found.size in SIZES
    if found.size > min(SIZES):
        for column, value, width in zip(table.columns, table.rows[0], found.widths, strict=True):
            if column.label in ("联系电话", "身份证号", "填报日期", "人数"):
                assert width - PADDING >= needed(value, found.size) - 0.1, column.label


@given(TABLES)
def test_a_sheet_is_wider_than_its_paper_only_for_codes(table: Table) -> None:
    widths = roomy(table, room=ROOM, size=9.0, padding=PADDING)
    assert sum(widths) >= ROOM - 0.1
    for column, value, width in zip(table.columns, table.rows[0], widths, strict=True):
        if column.label in ("联系电话", "身份证号", "填报日期", "人数"):
            assert width - PADDING >= needed(value, 9.0) - 0.1, column.label


def test_shares_that_hold_everything_are_kept() -> None:
    table = Table((TableColumn("姓名", 1), TableColumn("备注", 3)), (("王建国", "无"),))
    assert roomy(table, room=400, size=9.0, padding=PADDING) == pytest.approx([100, 300])
