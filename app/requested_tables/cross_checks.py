"""表间核对: figures that two tables of one workbook give for the same thing, compared in each community's file; pure.

Which figures ought to agree is written nowhere. Two of the same heading are taken to where they do agree in most files;
a file in which they do not is then named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from app.lowcode.importing.headings import plain_heading
from app.requested_tables.blanks import BlankTable
from app.requested_tables.contents import Content, Rows, shown
from app.requested_tables.figures import CLOSE, Return, figure_positions, number_in, tidy
from app.requested_tables.returned_files import Finding

_COUNTS = frozenset({"人数", "总人数", "合计", "总计", "总数", "数量", "户数", "人数合计", "合计人数", "小计"})
_LEAST_WITNESSES = 2
MOST_PAIRS = 400


@dataclass(frozen=True)
class _Figure:
    """One figure of a file: which table it stands in, how it is called, and how it is read from the content."""

    table: int
    text: str
    read: Callable[[Rows], float | None]


def across_tables(tables: Sequence[BlankTable], returns: Sequence[Return]) -> list[Finding]:
    """Every file in which two figures differ that agree in most of the others (at least two)."""
    found: list[Finding] = []
    for number, (first, second) in enumerate(_pairs(tables)):
        if number == MOST_PAIRS:
            break
        found += _disagreements(first, second, returns)
    return found


def _disagreements(first: _Figure, second: _Figure, returns: Sequence[Return]) -> list[Finding]:
    witnesses, wrong = 0, []
    for each in returns:
        one, other = _value(first, each.content), _value(second, each.content)
        if one is None or other is None:
            continue
        if abs(one - other) > CLOSE:
            said = f"{first.text}是 {shown(tidy(one))}，{second.text}是 {shown(tidy(other))}，两处对不上，请核对。"
            wrong.append(Finding(said, "red", first.table, source=each.source))
        elif one:
            witnesses += 1  # two noughts prove nothing
    return wrong if witnesses >= _LEAST_WITNESSES and witnesses > len(wrong) else []


def _value(of: _Figure, content: Content) -> float | None:
    return of.read(content[of.table]) if of.table < len(content) else None


def _pairs(tables: Sequence[BlankTable]) -> Iterator[tuple[_Figure, _Figure]]:
    for (one, first), (other, second) in combinations(enumerate(tables), 2):
        if first.is_statistics and second.is_statistics:
            yield from _cells_of_both(tables, one, other)
        yield from _sums_of_both(tables, one, other)
        for listed, counted in ((one, other), (other, one)):
            if not tables[listed].is_statistics and tables[counted].is_statistics:
                yield from _counts(tables, listed, counted)


def _cells_of_both(tables: Sequence[BlankTable], one: int, other: int) -> Iterator[tuple[_Figure, _Figure]]:
    """The same row and the same column in both."""
    first, second = tables[one], tables[other]
    rows = {plain_heading(label): place for place, label in enumerate(second.labels)}
    columns = _by_heading(second)
    for place, label in enumerate(first.labels):
        if plain_heading(label) not in rows:
            continue
        for heading, position in _by_heading(first).items():
            if heading in columns:
                yield (
                    _cell(one, first, place, position),
                    _cell(other, second, rows[plain_heading(label)], columns[heading]),
                )


def _sums_of_both(tables: Sequence[BlankTable], one: int, other: int) -> Iterator[tuple[_Figure, _Figure]]:
    """The same column in both, its rows added up: by age and by schooling there are as many women."""
    columns = _by_heading(tables[other])
    for heading, position in _by_heading(tables[one]).items():
        if heading in columns:
            yield _sum(one, tables[one], position), _sum(other, tables[other], columns[heading])


def _counts(tables: Sequence[BlankTable], listed: int, counted: int) -> Iterator[tuple[_Figure, _Figure]]:
    """So many rows in the list, so many people in the figures; and a row of the figures that is a column of the list."""
    figures = tables[counted]
    count = _Figure(listed, f"“{tables[listed].title}”的行数", lambda rows: float(len(rows.cells)) or None)
    positions = figure_positions(figures)
    for position in positions:
        if plain_heading(figures.columns[position].last) in _COUNTS or len(positions) == 1:
            yield _sum(counted, figures, position), count
    if len(positions) != 1:
        return
    columns = _by_heading(tables[listed])
    for place, label in enumerate(figures.labels):
        if plain_heading(label) in columns:
            yield (
                _cell(counted, figures, place, positions[0]),
                _sum(listed, tables[listed], columns[plain_heading(label)]),
            )


def _by_heading(table: BlankTable) -> dict[str, int]:
    """Headings of figures → position; one that stands twice tells nothing."""
    found: dict[str, int] = {}
    twice = set()
    for position in figure_positions(table):
        heading = plain_heading(table.columns[position].title)
        if heading in found:
            twice.add(heading)
        found[heading] = position
    return {heading: position for heading, position in found.items() if heading and heading not in twice}


def _cell(number: int, table: BlankTable, place: int, position: int) -> _Figure:
    def read(rows: Rows) -> float | None:
        return number_in(rows.cells[place][position]) if place < len(rows.cells) else None

    return _Figure(number, f"“{table.title}”里“{table.labels[place]}”的“{table.columns[position].last}”", read)


def _sum(number: int, table: BlankTable, position: int) -> _Figure:
    def read(rows: Rows) -> float | None:
        values = [value for cells in rows.cells if (value := number_in(cells[position])) is not None]
        return sum(values) if values else None

    return _Figure(number, f"“{table.title}”里“{table.columns[position].last}”一列相加", read)
