"""The rows of a sheet's XML, rewritten as they stream by: touched rows and cells are made anew, all others copied."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from app.workbooks import markup
from app.workbooks.package import CannotBePatched
from app.workbooks.references import (
    Inserted,
    Place,
    RowPlan,
    column_letters,
    column_number,
    moved_formula,
    shifted_areas,
)
from app.workbooks.sheet_text import Patterns, row_number
from app.workbooks.survey import Survey, rows_of

Content = tuple[str, bytes]
"""A cell's type ("" for none) and what stands within it."""
Dress = Callable[[int], tuple[int, Content | None]]
"""Style of a cell before → its style afterwards, and its new content (None: it keeps its own)."""

_CELL_NAME = re.compile(rb"(?<![\w:])r\s*=\s*[\"']([A-Za-z]{1,3})\d+[\"']")


@dataclass
class RowEdits:
    """What happens to the rows of one sheet. `cells` are new row → column → how the cell is dressed."""

    cells: Mapping[int, Mapping[int, Dress]]
    plan: RowPlan = field(default_factory=RowPlan)
    formula: Callable[[str], str] | None = None
    """A formula of this sheet as it reads after the plans of all sheets; None where no plan concerns it."""
    stale: frozenset[Place] = frozenset()
    """Formulas (old places) whose remembered results are wrong now."""
    column_style: Callable[[int], int] = lambda _column: 0


class RowStream:
    """Goes through the rows of one sheet once."""

    def __init__(self, has: Patterns, edits: RowEdits, survey: Survey) -> None:
        self.has, self.edits, self.plan, self.survey = has, edits, edits.plan, survey
        self.waiting = sorted(edits.cells)
        self.coming = edits.plan.inserted
        self.next_row = self.next_coming = 0
        self.last = 0
        self.stale_rows = {row for row, _ in edits.stale}

    def rewritten(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """Blocks of whole rows → the same afterwards."""
        for block in blocks:
            if b"<!" in block:
                raise CannotBePatched("comments or CDATA among the rows")
            if not self._may_copy(block):
                yield from self._block(block)
            else:
                yield block
        yield b"".join(self._gap(None, None))

    def _may_copy(self, block: bytes) -> bool:
        """A quick yes for a block in which nothing changes."""
        if self.plan or (self.edits.formula and self.has.formula_start in block):
            return False
        start = block.rfind(self.has.row_start)
        match = self.has.row.match(block, start) if start >= 0 else None
        last = row_number(match[1]) if match else None
        if last is None or last <= self.last or any(self.last < row <= last for row in self.stale_rows):
            return start < 0
        if self.next_row < len(self.waiting) and self.waiting[self.next_row] <= last:
            return False
        self.last = last
        return True

    def _block(self, block: bytes) -> Iterator[bytes]:
        copied = 0
        for old, start, end in rows_of(block, self.has, self.last):
            new = self.plan.moved(old) if self.plan else old
            before = self._gap(old, new)
            edits = self._taken(new)
            if new is None:
                own = b""
            elif new == old and not edits and not self._has_formula(block, old, start, end):
                own = None
            else:
                own = self._row(block[start:end], old, new, edits)
            self.last = old
            if own is None and not before:
                continue
            yield block[copied:start]
            yield from before
            yield block[start:end] if own is None else own
            copied = end
        yield block[copied:]

    def _has_formula(self, block: bytes, old: int, start: int, end: int) -> bool:
        if self.edits.formula is None and old not in self.stale_rows:
            return False
        return block.find(self.has.formula_start, start, end) >= 0

    def _taken(self, new: int | None) -> Mapping[int, Dress]:
        if new is None or self.next_row >= len(self.waiting) or self.waiting[self.next_row] != new:
            return {}
        self.next_row += 1
        return self.edits.cells[new]

    def _gap(self, old: int | None, new: int | None) -> list[bytes]:
        """What lies before an old row (None: behind the last) and was not there: rows that come in, cells alone."""
        found: list[bytes] = []
        while self.next_coming < len(self.coming) and (old is None or self.coming[self.next_coming].after < old):
            each = self.coming[self.next_coming]
            self.next_coming += 1
            first = self.plan.first_of(each)
            found += self._bare_rows(first)
            found += [self._clone(each, number) for number in range(first, first + each.count)]
        if old is None or new is not None:
            found += self._bare_rows(new)
        return found

    def _bare_rows(self, until: int | None) -> list[bytes]:
        """Rows for cells that lie where no row is written, up to a number."""
        found = []
        while self.next_row < len(self.waiting) and (until is None or self.waiting[self.next_row] < until):
            number = self.waiting[self.next_row]
            cells = self._taken(number)
            found.append(self._made(b' r="%d"' % number, b"", number, cells))
        return found

    def _clone(self, inserted: Inserted, number: int) -> bytes:
        edits = self._taken(number)
        model = self.survey.models.get(inserted.like)
        if model is None:
            return self._made(b' r="%d"' % number, b"", number, edits)
        match = self.has.row.match(model)
        assert match is not None
        raw = markup.with_attribute(markup.with_attribute(match[1], "r", str(number)), "hidden", None)
        cells, column = [], 0
        for cell in self.has.cell.finditer(model):
            name = _CELL_NAME.search(cell[1])
            column = column_number(name[1].decode()) if name else column + 1
            cells.append(self._cloned_cell(cell[1], inserted, number, column))
        return self._made(raw, b"".join(cells), number, edits)

    def _cloned_cell(self, raw: bytes, inserted: Inserted, number: int, column: int) -> bytes:
        p, style = self.has.prefix, markup.attribute(raw, "s")
        written = b' r="' + column_letters(column).encode() + b'%d"' % number
        if style is not None:
            written += b' s="' + style.encode() + b'"'
        formula = self.survey.formulas.get((inserted.like, column))
        if not formula:
            return b"<" + p + b"c" + written + b"/>"
        text = markup.escape(moved_formula(formula, number - inserted.like, fixed=self.plan))
        return b"<" + p + b"c" + written + b"><" + p + b"f>" + text + b"</" + p + b"f></" + p + b"c>"

    def _row(self, row: bytes, old: int, new: int, edits: Mapping[int, Dress]) -> bytes:
        match = self.has.row.match(row)
        assert match is not None
        raw, inner = match[1], b"" if match[2] else row[match.end() : len(row) - len(self.has.row_end)]
        if self.has.formula_start in inner and (self.edits.formula is not None or old in self.stale_rows):
            inner = self._with_formulas(inner, old)
        if new != old:
            raw = markup.with_attribute(raw, "r", str(new)) if row_number(raw) else raw
            number = str(new).encode()
            inner = self.has.cell_name.sub(lambda cell: cell[1] + number, inner)
        elif not edits and match[2]:
            return row
        return self._made(raw, inner, new, edits)

    def _made(self, raw: bytes, inner: bytes, number: int, edits: Mapping[int, Dress]) -> bytes:
        """A row of these attributes and cells, with edits put in."""
        p = self.has.prefix
        if edits:
            if row_number(raw) is None:
                raw = markup.with_attribute(raw, "r", str(number))
            inner, has_grown = self._with_edits(raw, inner, number, edits)
            if has_grown:
                # A wrong range of columns is worse than none; it only saves the reader work.
                raw = markup.with_attribute(raw, "spans", None)
        return b"<" + p + b"row" + raw + b">" + inner + b"</" + p + b"row>"

    def _with_edits(self, raw: bytes, inner: bytes, number: int, edits: Mapping[int, Dress]) -> tuple[bytes, bool]:
        waiting = sorted(edits)
        pieces, column, has_grown = [], 0, False
        rest = self._default_style(raw)
        copied = 0
        for cell in self.has.cell.finditer(inner):
            name = _CELL_NAME.search(cell[1])
            column = column_number(name[1].decode()) if name else column + 1
            pieces.append(inner[copied : cell.start()])
            while waiting and waiting[0] < column:
                pieces.append(self._new_cell(number, waiting[0], edits[waiting.pop(0)], rest))
                has_grown = True
            if waiting and waiting[0] == column:
                pieces.append(self._edited(cell, number, column, edits[waiting.pop(0)]))
            elif name is None:
                # Without a name a cell's place follows from the ones before it, which may be more now.
                named = markup.with_attribute(cell[1], "r", f"{column_letters(column)}{number}")
                pieces.append(
                    b"<" + self.has.prefix + b"c" + named + cell[0][len(self.has.prefix) + 2 + len(cell[1]) :]
                )
            else:
                pieces.append(cell[0])
            copied = cell.end()
        pieces.append(inner[copied:])
        for column in waiting:
            pieces.append(self._new_cell(number, column, edits[column], rest))
            has_grown = True
        return b"".join(pieces), has_grown

    def _default_style(self, raw: bytes) -> int | None:
        """The style of a row's cells that are not written; None: that of their column."""
        style = markup.attribute(raw, "s")
        return int(style) if style and markup.attribute(raw, "customFormat") in ("1", "true") else None

    def _new_cell(self, number: int, column: int, dress: Dress, row_style: int | None) -> bytes:
        before = self.edits.column_style(column) if row_style is None else row_style
        style, content = dress(before)
        raw = b' r="' + column_letters(column).encode() + b'%d"' % number
        return self._cell(raw, style, content or ("", b""))

    def _edited(self, cell: re.Match[bytes], number: int, column: int, dress: Dress) -> bytes:
        style, content = dress(int(markup.attribute(cell[1], "s") or 0))
        raw = cell[1]
        if _CELL_NAME.search(raw) is None:
            raw = markup.with_attribute(raw, "r", f"{column_letters(column)}{number}")
        if content is not None:
            for gone in ("t", "cm", "vm"):
                raw = markup.with_attribute(raw, gone, None)
            return self._cell(raw, style, content)
        raw = markup.with_attribute(raw, "s", str(style))
        p = self.has.prefix
        if cell[2] is None:
            return b"<" + p + b"c" + raw + b"/>"
        return b"<" + p + b"c" + raw + b">" + cell[2] + b"</" + p + b"c>"

    def _cell(self, raw: bytes, style: int, content: Content) -> bytes:
        p, (kind, inner) = self.has.prefix, content
        raw = markup.with_attribute(raw, "s", str(style) if style else None)
        raw = markup.with_attribute(raw, "t", kind) if kind else raw
        if not inner:
            return b"<" + p + b"c" + raw + b"/>"
        return b"<" + p + b"c" + raw + b">" + inner.replace(b"<", b"<" + p).replace(b"<" + p + b"/", b"</" + p) + (
            b"</" + p + b"c>"
        )  # fmt: skip

    def _with_formulas(self, inner: bytes, old: int) -> bytes:
        pieces, column, copied = [], 0, 0
        for cell in self.has.cell.finditer(inner):
            name = _CELL_NAME.search(cell[1])
            column = column_number(name[1].decode()) if name else column + 1
            if not cell[2] or self.has.formula_start not in cell[2]:
                continue
            content = self._formula_content(cell[2], (old, column))
            if content != cell[2]:
                start = cell.start(2)
                pieces += [inner[copied:start], content]
                copied = start + len(cell[2])
        pieces.append(inner[copied:])
        return b"".join(pieces)

    def _formula_content(self, content: bytes, place: Place) -> bytes:
        match = self.has.formula.search(content)
        if match is None:
            return content
        raw, before = match[1], self.survey.formulas.get(place, "")
        after = self.edits.formula(before) if self.edits.formula else before
        is_shared = markup.attribute(raw, "t") == "shared"
        is_stale = place in self.edits.stale
        if after != before or (is_shared and self.edits.formula is not None):
            if is_shared:
                for gone in ("t", "si", "ref"):
                    raw = markup.with_attribute(raw, gone, None)
            elif (reference := markup.attribute(raw, "ref")) and self.plan:
                raw = markup.with_attribute(raw, "ref", shifted_areas(reference, self.plan, widens=False) or reference)
            p = self.has.prefix
            written = b"<" + p + b"f" + raw + b">" + markup.escape(after) + b"</" + p + b"f>"
            content = content[: match.start()] + written + content[match.end() :]
        return self.has.value.sub(b"", content) if is_stale else content
