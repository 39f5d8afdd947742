"""汇总: lists stacked, statistics added cell by cell, totals made and proved; pure, on plain values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.areas.rules import plain_name
from app.lowcode.importing.headings import is_total
from app.requested_tables.blanks import BlankTable
from app.requested_tables.contents import Cell, Content, Rows, is_blank, shown
from app.requested_tables.cross_checks import across_tables
from app.requested_tables.figures import CLOSE, Return, figure_positions, is_id, number_in, tidy
from app.requested_tables.returned_files import Finding

MOST_FINDINGS = 300


@dataclass
class Gathered:
    """The result: one content for the blank table, its totals by table and position, and what was found wrong."""

    content: Content
    totals: list[dict[int, float]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    counts: list[tuple[str, int]] = field(default_factory=list)
    """(community, rows) of all lists together."""


def gather(tables: Sequence[BlankTable], returns: Sequence[Return]) -> Gathered:
    """Everything that was handed in, in the order of `returns`."""
    result = Gathered([])
    rows_of: dict[str, int] = {each.name: 0 for each in returns}
    for number, table in enumerate(tables):
        if table.is_statistics:
            rows, totals = _added(number, table, returns, result.findings)
        else:
            rows, totals = _stacked(number, table, returns, result.findings, rows_of)
        result.content.append(rows)
        result.totals.append(totals)
    result.findings += across_tables(tables, returns)
    result.counts = list(rows_of.items())
    del result.findings[MOST_FINDINGS:]
    return result


def _stacked(
    number: int, table: BlankTable, returns: Sequence[Return], findings: list[Finding], rows_of: dict[str, int]
) -> tuple[Rows, dict[int, float]]:
    result = Rows()
    column = table.owner
    seen: dict[str, tuple[str, str]] = {}
    sums: dict[int, float] = defaultdict(float)
    stated: set[int] = set()
    ids = next((place for place, cell in enumerate(table.columns) if is_id(cell.last)), None)
    for each in returns:
        rows = each.content[number] if number < len(each.content) else Rows()
        own: dict[int, float] = defaultdict(float)
        for cells, origin in zip(rows.cells, rows.origins, strict=True):
            line = _line(origin)
            if column is not None:
                _keep_community(number, cells, column, each, line, findings)
            if ids is not None:
                _note_double(number, cells[ids], each, line, seen, findings)
            for position in figure_positions(table):
                value = cells[position]
                if isinstance(value, (int, float)):
                    own[position] += value
            result.add(cells, each.code)
        rows_of[each.name] += len(rows.cells)
        totals = each.totals[number] if number < len(each.totals) else {}
        stated |= totals.keys() & set(figure_positions(table))
        findings += _wrong_totals(number, table, each, own, totals)
        for position, value in own.items():
            sums[position] += value
    for serial, cells in enumerate(result.cells, 1):
        if table.serial is not None:
            cells[table.serial] = serial
    return result, {position: sums[position] for position in stated}


def _keep_community(
    number: int, cells: list[Cell], column: int, each: Return, line: int | None, findings: list[Finding]
) -> None:
    text = shown(cells[column])
    if not text:
        cells[column] = each.name
    elif plain_name(each.name) not in text:
        findings.append(
            Finding(f"“社区”一格写的是“{text}”，这是{each.name}报来的表。", "amber", number, line, each.source)
        )


def _note_double(
    number: int, cell: Cell, each: Return, line: int | None, seen: dict[str, tuple[str, str]], findings: list[Finding]
) -> None:
    text = shown(cell).strip().upper()
    if len(text) < 6 or "*" in text:
        return
    before = seen.setdefault(text, (each.name, f"第 {line} 行" if line else "网上填报"))
    if before != (each.name, f"第 {line} 行" if line else "网上填报"):
        findings.append(
            Finding(f"这一行的证件号与{before[0]}{before[1]}相同，请核对是不是同一个人报了两次。", "amber", number, line, each.source)
        )  # fmt: skip


def _added(
    number: int, table: BlankTable, returns: Sequence[Return], findings: list[Finding]
) -> tuple[Rows, dict[int, float]]:
    figures = figure_positions(table)
    grid: list[dict[int, float]] = [{} for _ in table.labels]
    for each in returns:
        rows = each.content[number] if number < len(each.content) else Rows()
        own = _put_in(number, table, each, rows, grid, findings)
        totals = each.totals[number] if number < len(each.totals) else {}
        findings += _wrong_totals(number, table, each, own, totals)
        findings += _wrong_row_sums(number, table, each, rows)
    result = Rows()
    for label, sums in zip(table.labels, grid, strict=True):
        cells: list[Cell] = [None] * len(table.columns)
        for position, word in zip(table.label_columns, label.split("/"), strict=False):
            cells[position] = word
        for position, value in sums.items():
            cells[position] = tidy(value)
        result.add(cells)
    if table.serial is not None:
        for serial, cells in enumerate(result.cells, 1):
            cells[table.serial] = serial
    for position in table.asked:
        if position not in figures:
            findings.append(
                Finding(f"“{table.columns[position].last}”不能直接相加，汇总表里空着，请按合计数另算。", "amber", number, source="汇总表")
            )  # fmt: skip
    return result, {position: sum(sums.get(position, 0) for sums in grid) for position in figures}


def _put_in(
    number: int, table: BlankTable, each: Return, rows: Rows, grid: list[dict[int, float]], findings: list[Finding]
) -> dict[int, float]:
    """Add one community's figures to the grid; its own sums by position."""
    own: dict[int, float] = defaultdict(float)
    for place, cells in enumerate(rows.cells[: len(grid)]):
        for position in figure_positions(table):
            value = number_in(cells[position])
            if value is not None:
                grid[place][position] = grid[place].get(position, 0) + value
                own[position] += value
            elif not is_blank(cells[position]):
                findings.append(_no_figure(number, table, position, place, cells, each, rows))
    return own


def _no_figure(
    number: int, table: BlankTable, position: int, place: int, cells: Sequence[Cell], each: Return, rows: Rows
) -> Finding:
    text = f"“{table.labels[place]}”的“{table.columns[position].last}”写的是“{shown(cells[position])}”，不是数字，没有加进去。"
    return Finding(text, "red", number, _line(rows.origins[place]), each.source)


def _wrong_totals(
    number: int, table: BlankTable, each: Return, own: Mapping[int, float], totals: Mapping[int, float]
) -> list[Finding]:
    """The community's own 合计 against the sum of its rows."""
    return [
        Finding(
            f"合计行的“{table.columns[position].last}”写的是 {shown(tidy(said))}，各行加起来是 {shown(tidy(own.get(position, 0)))}。"
            "汇总表按各行相加。",
            "red", number, source=each.source,
        )
        for position, said in totals.items()
        if position in figure_positions(table) and abs(said - own.get(position, 0)) > CLOSE
    ]  # fmt: skip


def _wrong_row_sums(number: int, table: BlankTable, each: Return, rows: Rows) -> list[Finding]:
    """A column called 合计 against the other columns of its group, where the table means it so."""
    figures = figure_positions(table)
    found: list[Finding] = []
    for position in figures:
        cell = table.columns[position]
        if not is_total(cell.last):
            continue
        group = [other for other in figures if other != position and table.columns[other].parts[:-1] == cell.parts[:-1]]
        if len(group) < 2:
            continue
        wrong: list[Finding] = []
        right = 0
        for place, cells in enumerate(rows.cells):
            said = number_in(cells[position])
            parts = [number_in(cells[other]) for other in group]
            if said is None or all(part is None for part in parts):
                continue
            count = sum(part or 0 for part in parts)
            if abs(said - count) <= CLOSE:
                right += 1
                continue
            text = (
                f"“{table.labels[place]}”的“{cell.last}”写的是 {shown(tidy(said))}，各栏加起来是 {shown(tidy(count))}。"
            )
            wrong.append(Finding(text, "red", number, _line(rows.origins[place]), each.source))
        if right:
            found += wrong
    return found


def _line(origin: str) -> int | None:
    return int(origin[1:]) if origin.startswith("#") and origin[1:].isdecimal() else None


def differences(table: BlankTable, first: Rows, other: Rows, *, most: int = 5) -> tuple[list[str], list[str]]:
    """Rows only in the first and only in the other, named by their first cells; for two files of one community."""
    return _only_in(table, first, other, most), _only_in(table, other, first, most)


def _only_in(table: BlankTable, rows: Rows, others: Rows, most: int) -> list[str]:
    def key(cells: Sequence[Cell]) -> tuple[str, ...]:
        return tuple(shown(cell) for place, cell in enumerate(cells) if place != table.serial)

    there = {key(cells) for cells in others.cells}
    found = []
    for cells in rows.cells:
        if key(cells) not in there:
            words = [text for text in key(cells) if text][:2]
            found.append(" ".join(word if len(word) < 15 else word[:6] + "…" for word in words))
    return found[:most] + ([f"等 {len(found)} 行"] if len(found) > most else [])
