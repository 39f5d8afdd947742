"""Where a sheet keeps its tables: title block, header of one to three rows, data, totals, notes, signatures.

Works on plain cells. `role` tells header words that some register understands; without any known word the shape alone
decides. What a person says about the sheet goes before what its rows look like.
"""

from __future__ import annotations

from app.lowcode.importing import headers, headings
from app.lowcode.importing.corrections import AS_RECOGNISED, SheetCorrection
from app.lowcode.importing.grid import Grid
from app.lowcode.importing.headers import Header, IsUsed, Words
from app.lowcode.importing.headings import plain_heading, text_of
from app.lowcode.importing.rows import RowJudge
from app.lowcode.importing.sheets import Sheet
from app.lowcode.importing.tables import HeaderCell, Known, Layout, Table, Why

__all__ = ["HeaderCell", "Known", "Layout", "Table", "Why", "lay_out"]


def lay_out(
    sheet: Sheet, role: Known, correction: SheetCorrection = AS_RECOGNISED, *, is_used: IsUsed = lambda _cells: False
) -> Layout:
    """The tables of a sheet. No table found: `tables` is empty and every row with content is skipped as a title.

    `is_used` tells headers that were imported before.
    """
    return _Reading(Grid(sheet), Words(role, is_used), correction).layout()


class _Reading:
    """One pass over a sheet from top to bottom."""

    def __init__(self, grid: Grid, words: Words, correction: SheetCorrection) -> None:
        self.grid, self.words, self.correction = grid, words, correction
        self.tables: list[Table] = []
        self.skipped: dict[int, Why] = {}

    def layout(self) -> Layout:
        """The whole sheet."""
        header = self._first_header()
        if header is None or (self.correction.header_rows is None and self._is_form(header)):
            rows = tuple((row, self._why_above(row, False)) for row in range(len(self.grid.rows)))
            return Layout((), rows, is_form=header is not None)
        titles = self._skip_above(0, header.first)
        while header is not None:
            group = self._begin(header, titles)
            self.tables += group
            following = self._read_rows(group, header)
            titles = self._titles_between(header, following) if following else ()
            header = following
        return Layout(tuple(self.tables), tuple(sorted(self.skipped.items())))

    def _first_header(self) -> Header | None:
        told = self.correction.header_rows
        if told is not None:
            return headers.header_as_told(self.grid, told, self.words)
        return headers.find_header(self.grid, self.words, 0, headers.SEARCHED_ROWS)

    def _is_form(self, header: Header) -> bool:
        return headers.is_form(self.grid, header, self.words.role)

    def _begin(self, header: Header, titles: tuple[int, ...]) -> list[Table]:
        begun = []
        for cells in headers.split_side_by_side(self.grid, header):
            serial = next((cell.index for cell in cells if headings.is_serial_heading(cell.last)), None)
            left, right = cells[0].index, cells[-1].index + 1
            while header.height and (header.rows[-1], right) in self.grid.across:
                right += 1
            begun.append(Table(header.rows, cells, left, right, serial=serial, titles=titles))
        return begun

    def _skip_above(self, start: int, stop: int) -> tuple[int, ...]:
        is_in_note = False
        for row in range(start, stop):
            why = self._why_above(row, is_in_note)
            self.skipped[row] = why
            is_in_note = why == "note" or (is_in_note and why != "blank")
        return tuple(row for row in range(start, stop) if self.skipped[row] == "title")

    def _why_above(self, row: int, is_in_note: bool) -> Why:
        filled = self.grid.filled_columns(row)
        if not filled:
            return "blank"
        text = self.grid.text(row, filled[0])
        if headings.is_unit_line(text):
            return "title"
        if headings.is_note(text) or (is_in_note and (headings.is_list_item(text) or len(text) > 20)):
            return "note"
        return "title"

    def _titles_between(self, before: Header, header: Header) -> tuple[int, ...]:
        """Rows above a second header belong to its title block, though some look like the foot of the table before."""
        top = header.first
        while top - 1 in self.skipped and self.skipped[top - 1] in ("title", "note", "signature"):
            if self.skipped[top - 1] == "signature" and not self._is_unit_line(top - 1):
                break
            top -= 1
        for row in range(top, header.first):
            if self.skipped[row] == "signature":
                self.skipped[row] = "title"
        last = max((row for table in self.tables for row in table.rows), default=before.first)
        titles = tuple(row for row in range(max(top, last + 1), header.first) if self.skipped[row] == "title")
        for table in self.tables:
            table.sections = [row for row in table.sections if row not in titles]
        return titles

    def _is_unit_line(self, row: int) -> bool:
        return headings.is_unit_line(self.grid.text(row, self.grid.filled_columns(row)[0]))

    def _read_rows(self, tables: list[Table], header: Header) -> Header | None:
        """Sort the rows below a header into records and skipped ones; the next header, where another table begins."""
        judge = RowJudge(self.grid, tables)
        row, is_in_note = header.first + header.height, False
        while row < len(self.grid.rows):
            told = self._as_told(row, tables)
            if told or judge.is_plain(row):
                if not told:
                    tables[0].rows.append(row)
                row, is_in_note = row + 1, False
                continue
            again = self._header_again(row, header, judge)
            if again is not None:
                if self._is_new_table(row, header, tables):
                    return again
                self.skipped |= dict.fromkeys(again.rows, "repeated_header")
                row += again.height
                continue
            other = self._other_header(row)
            if other is not None:
                return other
            why = judge.why_not(row, is_in_note=is_in_note)
            if why is None:
                self._add(row, tables, judge)
            else:
                self._skip(row, why, tables)
            is_in_note = why in ("note", "signature") or (is_in_note and why == "blank")
            row += 1
        return None

    def _as_told(self, row: int, tables: list[Table]) -> bool:
        """Whether a person said what the row is; it is put there."""
        if row in self.correction.other_rows:
            self.skipped[row] = "note"
        elif row in self.correction.data_rows:
            tables[0].rows.append(row)
        else:
            return False
        return True

    def _skip(self, row: int, why: Why, tables: list[Table]) -> None:
        self.skipped[row] = why
        if why == "title":
            for table in tables:
                table.sections.append(row)

    def _add(self, row: int, tables: list[Table], judge: RowJudge) -> None:
        for table in tables:
            if len(tables) == 1 or judge.why_not_in(row, table) is None:
                table.rows.append(row)

    def _header_again(self, row: int, header: Header, judge: RowJudge) -> Header | None:
        """The same header once more."""
        texts = [plain_heading(self.grid.text(row, column)) for column in self.grid.filled_columns(row)]
        if not header.height or len(texts) < 2:
            return None
        tops = {plain_heading(part) for cell in header.cells for part in cell.parts}
        if sum(1 for text in texts if text in judge.words or text in tops) < max(2, 0.8 * len(texts)):
            return None
        same = all(
            plain_heading(text_of(self.grid.label(row + step, cell.index)))
            == plain_heading(text_of(self.grid.label(header.first + step, cell.index)))
            for step in range(header.height)
            for cell in header.cells
        )
        return Header(row, header.height, header.cells, header.score) if same else None

    def _is_new_table(self, row: int, header: Header, tables: list[Table]) -> bool:
        """Whether a header that comes again opens a table of its own: under another title, or counting from 1 anew.

        On every printed page the same title stands again, or one that says 续.
        """
        last = max((at for table in tables for at in table.rows), default=header.first)
        between = [at for at in range(last + 1, row) if self.skipped.get(at) not in (None, "blank")]
        titles = [self._line(at) for at in between if self.skipped[at] == "title" or self._is_unit_line(at)]
        known = {self._line(at) for at in tables[0].titles}
        fresh = [title for title in titles if title not in known]
        if any("续" in title for title in titles):
            return False
        if fresh:
            return True
        serial = tables[0].serial
        is_closed = any(self.skipped[at] in ("total", "signature") for at in between)
        return bool(serial is not None and is_closed and self.grid.text(row + header.height, serial) in ("1", "01"))

    def _line(self, row: int) -> str:
        return "".join(plain_heading(self.grid.text(row, column)) for column in self.grid.filled_columns(row))

    def _other_header(self, row: int) -> Header | None:
        filled = self.grid.filled_columns(row)
        if len(filled) < 2 or not headers.are_heads(self.grid, row):
            return None
        found = [headers.header_at(self.grid, row, height, self.words) for height in range(1, headers.HEADER_ROWS + 1)]
        best = max((each for each in found if each is not None), key=lambda each: each.score, default=None)
        if best is None or self._is_form(best):
            return None
        is_known = best.score >= 2 and best.score >= 0.5 * len(best.cells)
        return best if is_known or self._is_apart(row) else None

    def _is_apart(self, row: int) -> bool:
        """Whether a row stands below a blank one and a title of its own, and neither it nor what follows is numbered as
        the table above is: 附：网格划分说明, and a small table of something else."""
        serial = self.tables[-1].serial
        if serial is None or self.skipped.get(row - 1) != "title" or self.skipped.get(row - 2) != "blank":
            return False
        below = self.grid.next_filled_row(row + 1)
        return below is not None and not any(self.grid.text(at, serial)[:1].isdigit() for at in (row, below))
