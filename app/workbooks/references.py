"""Cell references and what becomes of them when rows come and go: A1, ranges, formulas."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384

Place = tuple[int, int]
"""Row and column of a cell, both from 1."""
Area = tuple[int, int, int, int]
"""First row, first column, last row, last column."""

_CELL = re.compile(r"^\$?([A-Za-z]{1,3})\$?(\d{1,7})$")
_REFERENCE = re.compile(
    r"""
    "(?:[^"]|"")*"                                              # text stays text
    | (?P<book>\[[^\]]*\])?(?P<sheet>'(?:[^']|'')+'|[^\W\d][\w.]*)!(?P<far>\$?[A-Za-z]{1,3}\$?\d{1,7}(?::\$?[A-Za-z]{1,3}\$?\d{1,7})?|\$?\d{1,7}:\$?\d{1,7})(?![\w(.])
    | (?<![\w.$'!\]:])(?P<near>\$?[A-Za-z]{1,3}\$?\d{1,7}(?::\$?[A-Za-z]{1,3}\$?\d{1,7})?|\$?\d{1,7}:\$?\d{1,7})(?![\w(.!:\[])
    """,
    re.VERBOSE,
)
_PART = re.compile(r"^(\$?)([A-Za-z]{0,3})(\$?)(\d{1,7})$")


@lru_cache(maxsize=16_384)
def column_number(letters: str) -> int:
    """A → 1, AA → 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


@lru_cache(maxsize=16_384)
def column_letters(number: int) -> str:
    """1 → A, 27 → AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def name_of(place: Place) -> str:
    """(5, 2) → B5."""
    return f"{column_letters(place[1])}{place[0]}"


def place_of(reference: str) -> Place | None:
    """B5 or $B$5 → (5, 2); None for what is no cell."""
    match = _CELL.match(reference.strip())
    return (int(match[2]), column_number(match[1])) if match else None


def area_of(reference: str) -> Area | None:
    """B5:D9 → first row, first column, last row, last column; None for what is no range of cells."""
    first, _, last = reference.partition(":")
    start, end = place_of(first), place_of(last or first)
    if start is None or end is None:
        return None
    return min(start[0], end[0]), min(start[1], end[1]), max(start[0], end[0]), max(start[1], end[1])


def area_name(area: Area) -> str:
    """First row, first column, last row, last column → B5:D9, or B5 for one cell."""
    first, last = name_of(area[:2]), name_of(area[2:])
    return first if first == last else f"{first}:{last}"


@dataclass(frozen=True, slots=True)
class Inserted:
    """`count` rows behind row `after` (0: before the first), made like row `like`: its styles, height, formulas."""

    after: int
    count: int
    like: int


@dataclass(frozen=True)
class RowPlan:
    """Rows that come and go on one sheet, told in its old numbers. `deleted` are ranges, first and last row.

    Insertions at one place with one model are joined; at one place, those named first come first.
    """

    inserted: tuple[Inserted, ...] = ()
    deleted: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        counts: dict[tuple[int, int], int] = {}
        for each in sorted(self.inserted, key=lambda each: each.after):
            if each.count > 0:
                counts[each.after, each.like] = counts.get((each.after, each.like), 0) + each.count
        kept = tuple(Inserted(after, count, like) for (after, like), count in counts.items())
        object.__setattr__(self, "inserted", kept)

    def __bool__(self) -> bool:
        return bool(self.inserted or self.deleted)

    @cached_property
    def _after(self) -> list[int]:
        return [each.after for each in self.inserted]

    @cached_property
    def _added(self) -> list[int]:
        sums = [0]
        for each in self.inserted:
            sums.append(sums[-1] + each.count)
        return sums

    @cached_property
    def gone(self) -> list[tuple[int, int]]:
        """Deleted ranges in order, joined where they touch."""
        joined: list[tuple[int, int]] = []
        for first, last in sorted(self.deleted):
            if joined and first <= joined[-1][1] + 1:
                joined[-1] = (joined[-1][0], max(joined[-1][1], last))
            elif last >= first:
                joined.append((first, last))
        return joined

    @cached_property
    def _gone_sums(self) -> tuple[list[int], list[int]]:
        firsts, sums = [], [0]
        for first, last in self.gone:
            firsts.append(first)
            sums.append(sums[-1] + last - first + 1)
        return firsts, sums

    def at(self, after: int) -> tuple[Inserted, ...]:
        """What comes in behind a row."""
        return self.inserted[bisect_left(self._after, after) : bisect_right(self._after, after)]

    def is_gone(self, row: int) -> bool:
        """Whether a row is deleted."""
        index = bisect_right(self._gone_sums[0], row) - 1
        return index >= 0 and row <= self.gone[index][1]

    def moved(self, row: int) -> int | None:
        """The new number of an old row; None for a deleted one."""
        return None if self.is_gone(row) else self._kept(row) + self._come(row)

    def settled(self, row: int) -> int:
        """As `moved`; for a deleted row that of the next one that stays."""
        return self._kept(row - 1) + 1 + self._come(row)

    def _kept(self, row: int) -> int:
        """How many of the rows up to this one stay."""
        firsts, sums = self._gone_sums
        index = bisect_right(firsts, row)
        lost = sums[index]
        if index and row < self.gone[index - 1][1]:
            lost -= self.gone[index - 1][1] - row
        return row - lost

    def _come(self, row: int) -> int:
        """How many rows come in before this one."""
        return self._added[bisect_left(self._after, row)]

    def first_of(self, inserted: Inserted) -> int:
        """New number of the first of the rows that come in."""
        same = self.at(inserted.after)
        before = sum(each.count for each in same[: same.index(inserted)])
        return self._kept(inserted.after) + self._come(inserted.after) + before + 1

    def span(self, first: int, last: int, *, widens: bool = True) -> tuple[int, int] | None:
        """A range of rows afterwards; None where nothing of it is left.

        Rows that come in within it belong to it; so do rows right before or behind it that are made like one of its
        own (`widens`), since they go on with the same list.
        """
        starts, ends = [], []
        for each in self.inserted[bisect_left(self._after, first - 1) : bisect_right(self._after, last)]:
            if first <= each.after < last or (widens and first <= each.like <= last):
                start = self.first_of(each)
                starts.append(start)
                ends.append(start + each.count - 1)
        top, foot = self._next_kept(first), self._last_kept(last)
        if top <= foot:
            starts.append(self._kept(top) + self._come(top))
            ends.append(self._kept(foot) + self._come(foot))
        return (min(starts), max(ends)) if starts else None

    def _next_kept(self, row: int) -> int:
        index = bisect_right(self._gone_sums[0], row) - 1
        return self.gone[index][1] + 1 if index >= 0 and row <= self.gone[index][1] else row

    def _last_kept(self, row: int) -> int:
        index = bisect_right(self._gone_sums[0], row) - 1
        return self.gone[index][0] - 1 if index >= 0 and row <= self.gone[index][1] else row

    def area(self, area: Area, *, widens: bool = True) -> Area | None:
        """A rectangle of cells afterwards; None where nothing of it is left."""
        rows = self.span(area[0], area[2], widens=widens)
        return None if rows is None else (rows[0], area[1], rows[1], area[3])


def shifted_areas(text: str, plan: RowPlan, *, widens: bool = True) -> str:
    """A list of ranges as sqref has it ("B5:B9 D5"), afterwards; "" where nothing is left."""
    found = []
    for each in text.split():
        area = area_of(each)
        if area is None:
            found.append(each)  # whole columns: B:B
        elif (new := plan.area(area, widens=widens)) is not None:
            found.append(area_name(new))
    return " ".join(found)


def shifted_formula(formula: str, plans: Mapping[str, RowPlan], home: str) -> str:
    """A formula on sheet `home` after the plans by sheet name; references to deleted cells become #REF!."""

    def shift(match: re.Match[str]) -> str:
        near, far = match["near"], match["far"]
        if (near is None and far is None) or match["book"]:
            return match[0]
        sheet = home if near is not None else _sheet_name(match["sheet"])
        plan = plans.get(sheet)
        if not plan:
            return match[0]
        reference = near or far
        new = _shifted_reference(reference, plan)
        return match[0] if new == reference else match[0][: len(match[0]) - len(reference)] + new

    return _REFERENCE.sub(shift, formula)


def _sheet_name(written: str) -> str:
    return written[1:-1].replace("''", "'") if written.startswith("'") else written


def _shifted_reference(reference: str, plan: RowPlan) -> str:
    first, colon, last = reference.partition(":")
    start, end = _PART.match(first), _PART.match(last or first)
    if start is None or end is None or not _is_on_sheet(start, end):
        return reference
    if not colon:
        row = plan.moved(int(start[4]))
        return "#REF!" if row is None else f"{start[1]}{start[2]}{start[3]}{row}"
    if int(start[4]) > int(end[4]):
        start, end = end, start
    rows = plan.span(int(start[4]), int(end[4]))
    if rows is None:
        return "#REF!"
    return f"{start[1]}{start[2]}{start[3]}{rows[0]}:{end[1]}{end[2]}{end[3]}{rows[1]}"


def _is_on_sheet(*parts: re.Match[str]) -> bool:
    return all(
        1 <= int(part[4]) <= MOST_ROWS and (not part[2] or column_number(part[2]) <= MOST_COLUMNS) for part in parts
    )


def moved_formula(formula: str, rows: int, columns: int = 0, *, fixed: RowPlan | None = None) -> str:
    """A formula as it reads in another cell: relative references move, those with $ stay or follow plan `fixed`."""

    def move(match: re.Match[str]) -> str:
        reference = match["near"] or match["far"]
        if not reference:
            return match[0]
        parts = [_moved_part(each, rows, columns, fixed) for each in reference.split(":")]
        if "#REF!" in parts:
            return "#REF!"
        return match[0][: len(match[0]) - len(reference)] + ":".join(parts)

    return _REFERENCE.sub(move, formula)


def _moved_part(written: str, rows: int, columns: int, fixed: RowPlan | None) -> str:
    part = _PART.match(written)
    if part is None or not _is_on_sheet(part):
        return written
    dollar, letters, row_dollar, row = part[1], part[2], part[3], int(part[4])
    if row_dollar or (dollar and not letters):
        row = (fixed.moved(row) or 0) if fixed else row
    else:
        row += rows
    if letters and not dollar and columns:
        column = column_number(letters) + columns
        letters = column_letters(column) if 1 <= column <= MOST_COLUMNS else ""
        if not letters:
            return "#REF!"
    return f"{dollar}{letters}{row_dollar}{row}" if 1 <= row <= MOST_ROWS else "#REF!"


def areas_in(formula: str, home: str) -> list[tuple[str, Area]]:
    """Ranges that a formula on sheet `home` reads, with the sheet each lies on; other workbooks are left out."""
    found = []
    for match in _REFERENCE.finditer(formula):
        reference = match["near"] or match["far"]
        if not reference or match["book"]:
            continue
        sheet = _sheet_name(match["sheet"]) if match["far"] else home
        bare = reference.replace("$", "")
        if bare.replace(":", "").isdigit():
            first, _, last = bare.partition(":")
            found.append((sheet, (int(first), 1, int(last), MOST_COLUMNS)))
        elif (area := area_of(bare)) is not None:
            found.append((sheet, area))
    return found
