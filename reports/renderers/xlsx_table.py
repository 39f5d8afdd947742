"""Facts and tables in cells: heads, rows, live sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

from reports.document import Cell, Facts, Table, TableColumn, Value, show
from reports.renderers.style import HEAD_TINT, MM
from reports.renderers.xlsx_cells import Span, number_shape
from reports.renderers.xlsx_live import PlacedFact, number_in, row_formulas, total_formula
from reports.renderers.xlsx_plan import spans
from reports.renderers.xlsx_sheet import CENTRE, Canvas
from reports.text import printable


def write_facts(canvas: Canvas, block: Facts) -> None:
    per_line = max(1, min(block.columns, (canvas.last_column + 1) // 2))
    if canvas.last_column == 0:
        for label, value in block.pairs:
            canvas.line(f"{label}：{show(value)}", "table", {"border": 1})
        return
    places = spans([0.28, 0.72] * per_line, canvas.plan.edges)
    label_look = {"style": canvas.style("table_head"), "align": "center", "bg_color": HEAD_TINT, "border": 1}
    value_look = {"style": canvas.style("table"), "align": "left", "border": 1}
    for start in range(0, len(block.pairs), per_line):
        pairs = block.pairs[start : start + per_line]
        heights = [0.0]
        for index, (label, value) in enumerate(pairs):
            last = canvas.last_column if index == len(pairs) - 1 else places[2 * index + 1][1]
            columns = (places[2 * index + 1][0], last)
            canvas.cells.text(canvas.sheet, canvas.row, places[2 * index], label, label_look)
            canvas.cells.write(canvas.sheet, canvas.row, columns, value, "text", 2, value_look)
            _place_fact(canvas, label, value, columns, value_look)
            heights += [
                canvas.height(label, canvas.style("table_head"), places[2 * index]),
                canvas.height(show(value), canvas.style("table"), columns),
            ]
        canvas.tall(canvas.row, max(heights))
        canvas.row += 1
    canvas.blank(6)


def _place_fact(canvas: Canvas, label: str, value: Value, columns: Span, look: dict[str, Any]) -> None:
    number = number_in(value, "text")
    if number is None or not isinstance(value, Cell):
        return
    shape = number_shape(number, value.kind, value.places)
    fact = PlacedFact(canvas.row, columns[0], number, look, shape, value.comes_from)
    canvas.placed.facts.setdefault(label, fact)


def write_fact_sums(canvas: Canvas) -> None:
    """Facts that are sums, over the plain numbers that were written for them: only now all tables have their places."""
    for fact, formula in canvas.placed.fact_formulas():
        place = (fact.column, fact.column)
        canvas.cells.formula(canvas.sheet, fact.row, place, formula, fact.number, fact.shape, fact.look)


def write_table(canvas: Canvas, table: Table) -> None:
    if table.caption and table.caption != canvas.plan.title:
        canvas.line(table.caption, "caption", CENTRE)
    if not table.columns:
        return
    places = spans(canvas.plan.widths_of(table), canvas.plan.edges)
    first_head = canvas.row
    _table_head(canvas, table.columns, places)
    canvas.heads.append((first_head, canvas.row - 1))
    looks = [_look(canvas, column) for column in table.columns]
    first = canvas.row
    formulas = row_formulas(table, places, first, canvas.placed)
    canvas.placed.add_table(table, places, first)
    for number, values in enumerate(table.rows):
        live = {at: formulas[number, at] for at in range(len(values)) if (number, at) in formulas} if formulas else {}
        _table_row(canvas, table, values, places, looks, live)
    if not table.rows:
        canvas.line(table.empty_text, "table", {**CENTRE, "border": 1})
    if table.totals is not None:
        _totals(canvas, table, places, looks, (first, canvas.row - 1))
    canvas.bodies.append((first, canvas.row - 1))
    if table.note:
        canvas.line(table.note, "note")
    canvas.blank(6)


def _look(canvas: Canvas, column: TableColumn) -> dict[str, Any]:
    align = {"justify": "left"}.get(column.alignment, column.alignment)
    return {"style": canvas.style("table"), "align": align, "border": 1}


def _table_head(canvas: Canvas, columns: Sequence[TableColumn], places: list[tuple[int, int]]) -> None:
    look: dict[str, Any] = {"style": canvas.style("table_head"), **CENTRE, "bg_color": HEAD_TINT, "border": 1}
    form = canvas.cells.format(**look)
    has_groups = any(column.group for column in columns)
    below = canvas.row + has_groups
    groups: list[float] = []
    for group, found in groupby(zip(columns, places, strict=True), key=lambda pair: pair[0].group):
        members = list(found)
        if group:
            across = (members[0][1][0], members[-1][1][1])
            groups.append(canvas.height(group, canvas.style("table_head"), across))
            canvas.cells.text(canvas.sheet, canvas.row, across, group, look)
        for column, place in members:
            if has_groups and not group:
                canvas.sheet.merge_range(canvas.row, place[0], below, place[1], "", form)
                canvas.sheet.write_string(canvas.row, place[0], printable(column.label), form)
            else:
                canvas.cells.text(canvas.sheet, below, place, column.label, look)
    style = canvas.style("table_head")
    tall = [canvas.height(column.label, style, place) for column, place in zip(columns, places, strict=True)]
    canvas.tall(below, max(tall) + 4)
    if has_groups:
        canvas.tall(canvas.row, max(groups) + 4)
    canvas.row = below + 1


def _table_row(
    canvas: Canvas, table: Table, values: Sequence[Value], places: list[tuple[int, int]], looks: list[dict[str, Any]],
    live: Mapping[int, str],
) -> None:  # fmt: skip
    least = (table.row_height or 0) * MM
    for at, (column, value, place, look) in enumerate(zip(table.columns, values, places, looks, strict=True)):
        if at in live:
            _formula(canvas, column, value, place, look, live[at])
        else:
            canvas.cells.write(canvas.sheet, canvas.row, place, value, column.kind, column.places, look)
        if column.kind == "text" and isinstance(value, str):
            least = max(least, canvas.height(value, canvas.style("table"), place))
    canvas.tall(canvas.row, max(least, canvas.style("table").leading + 3))
    canvas.row += 1


def _totals(
    canvas: Canvas, table: Table, places: list[tuple[int, int]], looks: list[dict[str, Any]], rows: tuple[int, int]
) -> None:
    values = table.totals or ()
    for index, (column, value, place, look) in enumerate(zip(table.columns, values, places, looks, strict=True)):
        bold = {**look, "bold": True}
        plain = value.value if isinstance(value, Cell) else value
        repeated = total_formula(table, places, rows[0], index)
        if repeated is not None:
            _formula(canvas, column, value, place, bold, repeated)
        elif column.is_summed and isinstance(plain, int | Decimal) and _is_sum(table, index, plain):
            shape = number_shape(plain, column.kind, column.places)
            canvas.cells.sum(canvas.sheet, canvas.row, place, rows, plain, shape, bold)
        else:
            canvas.cells.write(canvas.sheet, canvas.row, place, value, column.kind, column.places, bold)
    canvas.tall(canvas.row, canvas.style("table").leading + 3)
    canvas.row += 1


def _formula(
    canvas: Canvas, column: TableColumn, value: Value, place: Span, look: dict[str, Any], formula: str
) -> None:
    of = value if isinstance(value, Cell) else Cell(value, column.kind, column.places)
    number = number_in(of, column.kind) or Decimal(0)
    shape = number_shape(number, of.kind, of.places)
    canvas.cells.formula(canvas.sheet, canvas.row, place, formula, number, shape, look)


def _is_sum(table: Table, index: int, total: int | Decimal) -> bool:
    """Whether the rows add up to the total. A frozen figure that does not follow from its rows stays a plain number."""
    numbers = (number_in(row[index], table.columns[index].kind) or Decimal(0) for row in table.rows)
    return bool(table.rows) and sum(numbers, Decimal(0)) == total
