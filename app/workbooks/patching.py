"""The one door of this room: a workbook's bytes and edits in, the same workbook with the edits out.

    edits = SheetEdits()
    edits.rows = RowPlan(inserted=(Inserted(after=9, count=3, like=9),), deleted=((20, 24),))
    edits.values[10, 2] = "张清和"                    # new row 10, column B: keeps the cell's own style
    edits.fills[10, 4] = "FFC7CE"                     # another ground, the rest of the style kept
    edits.comments[10, 4] = "第 18 位校验不对，请核对原件。"
    data = patch(data, {"名册": edits}, author="网格台账", properties={"网格台账批次": "12"})

* `data` is an .xlsx or .xlsm; sheets are named as in the workbook. Rows and columns count from 1. **Row plans speak of
  old row numbers; values, fills and comments of the new ones** (`edits.rows.moved(old)`, `edits.rows.first_of(inserted)`).
* A value is str, bool, int, float, Decimal, date, datetime or None (empties the cell). Text always stays text, whatever it
  begins with; numbers of more than 15 digits become text. Days take a day format where the cell has none, and become
  text (2026-03-05) where the cell is formatted as text. A formula is replaced by the value set in its place.
* Rows that come in have the style, height, formulas and merges of their model, and no values of it. Ranges grow with
  them: formulas (also of other sheets), merges, validations, conditional formats, hyperlinks, filters, print areas and
  other names, tables, comments, pictures, charts.
* Everything else stays byte for byte: other parts as they lie in the ZIP, and rows that nothing happens to.
* Results remembered beside formulas that read a changed cell are dropped, and the workbook asks to be recalculated.

Raises `CannotBePatched` where the package is no workbook that can be changed so (damaged, a document type, rows out of
order); the caller may then build a plain workbook of the values instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from app.workbooks import markup, sheet_text, shifting
from app.workbooks.cell_values import content_of, is_quoted
from app.workbooks.comments import Comments
from app.workbooks.package import CannotBePatched, Package
from app.workbooks.properties import set_properties
from app.workbooks.references import Inserted, Place, RowPlan, area_name, area_of, shifted_formula
from app.workbooks.sheet_rows import Content, Dress, RowEdits, RowStream
from app.workbooks.sheet_tail import with_drawing
from app.workbooks.styles import DAY_FORMAT, Styles, solid
from app.workbooks.survey import Survey, stale_formulas, survey

__all__ = ["CannotBePatched", "Inserted", "Place", "RowPlan", "SheetEdits", "Value", "patch"]

Ground = Callable[[bytes], bytes]
Value = str | bool | int | float | Decimal | date | datetime | None
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@dataclass
class SheetEdits:
    """What happens on one sheet; see the module's docstring."""

    values: dict[Place, Value] = field(default_factory=dict)
    fills: dict[Place, str | Ground] = field(default_factory=dict)
    """RRGGBB by cell, or what makes a <fill> element of the one before."""
    comments: dict[Place, str] = field(default_factory=dict)
    rows: RowPlan = field(default_factory=RowPlan)

    def __bool__(self) -> bool:
        return bool(self.values or self.fills or self.comments or self.rows)


@dataclass
class SheetChange:
    """One sheet on its way: its edits, the row plans of all sheets, and the relation of a drawing to name."""

    edits: SheetEdits
    plans: Mapping[str, RowPlan]
    name: str
    drawing: str = ""

    def shift(self, formula: str) -> str:
        """A formula of this sheet after all plans."""
        return shifted_formula(formula, self.plans, self.name)

    def rewritten(self, parts: sheet_text.SheetParts, rows: RowStream) -> Iterator[bytes]:
        """The sheet's XML, piece by piece."""
        head = sheet_text.opened(parts.head)
        yield sheet_text.with_dimension(head, _dimension(head, self.edits)) if self.edits else parts.head
        yield from rows.rewritten(parts.blocks())
        tail = parts.tail
        if parts.is_empty and self.edits:
            # The end tag that <sheetData/> did not have.
            tail = b"</" + parts.prefix + b"sheetData>" + tail
        if self.plans:
            tail = shifting.shift_tail(tail, self.edits.rows, self.shift)
        yield with_drawing(tail, parts, self.drawing) if self.drawing else tail


def patch(
    data: bytes, edits: Mapping[str, SheetEdits], *, author: str = "", properties: Mapping[str, str] | None = None
) -> bytes:
    """The workbook after the edits by sheet name. Raises CannotBePatched, KeyError for an unknown sheet."""
    book = OpenBook(data)
    book.edit(edits, author=author)
    set_properties(book.package, dict(properties or {}))
    return book.package.save()


class OpenBook:
    """A package with its workbook part read: sheets by name, styles, the day that counts as one."""

    def __init__(self, data: bytes) -> None:
        self.package = Package(data)
        root = self.package.relations("")
        self.workbook = next((target for kind, target in root.values() if kind == "officeDocument"), "")
        if not self.workbook or not self.package.has(self.workbook):
            raise CannotBePatched("no workbook part")
        xml, relations = self.package.xml(self.workbook), self.package.relations(self.workbook)
        self.sheets: dict[str, str] = {}
        for each in markup.elements(xml, "sheet"):
            id_ = next((value for key, value in markup.attributes(each.attributes).items() if key.endswith(":id")), "")
            kind, target = relations.get(id_, ("", ""))
            if kind == "worksheet":
                self.sheets[each.get("name") or ""] = target
        settings = markup.first(xml, "workbookPr")
        self.is_1904 = settings is not None and settings.get("date1904") in ("1", "true")
        self.styles_part = next((target for kind, target in relations.values() if kind == "styles"), "")
        self.styles = Styles(self.package.xml(self.styles_part)) if self.styles_part else None

    def edit(self, edits: Mapping[str, SheetEdits], *, author: str) -> None:
        """Carry the edits out on the package. Raises CannotBePatched."""
        try:
            self._edit(edits, author)
        except UnicodeDecodeError as fault:
            raise CannotBePatched("a part that is not in its encoding") from fault

    def _edit(self, edits: Mapping[str, SheetEdits], author: str) -> None:
        edits = {name: each for name, each in edits.items() if each}
        for name in edits:
            if name not in self.sheets:
                raise KeyError(name)
        plans = {name: each.rows for name, each in edits.items() if each.rows}
        surveys = self._survey(edits)
        stale = stale_formulas(surveys, {name: _changed_places(each) for name, each in edits.items()})
        for name in self.sheets:
            if name in edits or plans or stale.get(name):
                change = SheetChange(edits.get(name) or SheetEdits(), plans, name)
                self._edit_sheet(change, surveys.get(name) or Survey(), stale.get(name) or frozenset(), author)
        if plans:
            shifting.shift_elsewhere(self.package, self.workbook, self.sheets, plans)
        if self.styles is not None:
            self._put(self.styles_part, self.styles.written())
        if any(each.values or each.rows for each in edits.values()):
            self._ask_for_recalculation()

    def _put(self, part: str, xml: bytes) -> None:
        if xml != self.package.xml(part):
            self.package.put(part, xml)

    def _survey(self, edits: Mapping[str, SheetEdits]) -> dict[str, Survey]:
        """What must be known before values or rows change; nothing where only marks are put."""
        if not any(each.values or each.rows for each in edits.values()):
            return {}
        found = {}
        for name, part in self.sheets.items():
            parts = sheet_text.take_apart(self.package.chunks(part))
            models = {each.like for each in edits[name].rows.inserted} if name in edits else set()
            found[name] = survey(parts.blocks(), sheet_text.patterns(parts.prefix), models)
        return found

    def _edit_sheet(self, change: SheetChange, seen: Survey, stale: frozenset[Place], author: str) -> None:
        edits, part = change.edits, self.sheets[change.name]
        is_concerned = bool(edits.rows) or any(change.shift(text) != text for text in seen.formulas.values())
        comments = self._comments(part, edits, author)
        change.drawing = comments.written() if comments is not None else ""
        rows = RowEdits(self._cells(edits), edits.rows, change.shift if is_concerned else None, stale)

        def step(pieces: Iterator[bytes]) -> Iterator[bytes]:
            parts = sheet_text.take_apart(pieces)
            rows.column_style = _column_styles(parts.head)
            yield from change.rewritten(parts, RowStream(sheet_text.patterns(parts.prefix), rows, seen))

        self._rewrite_if_changed(part, step, is_sure=bool(edits) or is_concerned or bool(stale))

    def _rewrite_if_changed(
        self, part: str, step: Callable[[Iterator[bytes]], Iterator[bytes]], *, is_sure: bool
    ) -> None:
        """A sheet that only might read from another one is copied as it lies when nothing of it changed."""
        if is_sure:
            self.package.rewrite(part, step)
            return
        before = b"".join(self.package.chunks(part))
        after = b"".join(step(iter((before,))))
        if after != before:
            self.package.put(part, after)

    def _comments(self, part: str, edits: SheetEdits, author: str) -> Comments | None:
        has_some = any(kind == "comments" for kind, _ in self.package.relations(part).values())
        if not edits.comments and not (edits.rows and has_some):
            return None
        comments = Comments(self.package, part, author)
        if edits.rows:
            comments.move(edits.rows.moved)
        if edits.comments:
            comments.add(edits.comments)
        return comments

    def _cells(self, edits: SheetEdits) -> dict[int, dict[int, Dress]]:
        cells: dict[int, dict[int, Dress]] = {}
        for place in {*edits.values, *edits.fills}:
            cells.setdefault(place[0], {})[place[1]] = self._dress(edits, place)
        return cells

    def _dress(self, edits: SheetEdits, place: Place) -> Dress:
        has_value, value = place in edits.values, edits.values.get(place)
        ground = edits.fills.get(place)

        def dress(style: int) -> tuple[int, Content | None]:
            if self.styles is None:
                return style, content_of(value, is_1904=self.is_1904) if has_value else None
            fill = ground(self.styles.fill_of(style)) if callable(ground) else solid(ground) if ground else b""
            shown, number_format = value, ""
            if isinstance(value, date):
                if self.styles.is_text(style):
                    shown = value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
                elif not self.styles.is_date(style):
                    number_format = DAY_FORMAT
            style = self.styles.derive(
                style, fill=fill, is_quoted=has_value and is_quoted(shown), number_format=number_format
            )
            return style, content_of(shown, is_1904=self.is_1904) if has_value else None

        return dress

    def _ask_for_recalculation(self) -> None:
        """Have formulas computed anew when the file is opened; the order of computing is found anew as well."""
        xml = self.package.xml(self.workbook)
        known = markup.first(xml, "calcPr")
        if known is not None:
            raw = markup.with_attribute(known.attributes, "fullCalcOnLoad", "1")
            xml = xml[: known.start] + b"<" + known.prefix + b"calcPr" + raw + b"/>" + xml[known.end :]
        else:
            before = next(
                (each.end for each in reversed(list(markup.children(xml, markup.root_of(xml).inner)))
                 if each.name in (b"definedNames", b"externalReferences", b"functionGroups", b"sheets")), None,
            )  # fmt: skip
            if before is not None:
                p = markup.root_of(xml).prefix
                xml = xml[:before] + b"<" + p + b'calcPr fullCalcOnLoad="1"/>' + xml[before:]
        self._put(self.workbook, xml)
        for kind, target in self.package.relations(self.workbook).values():
            if kind == "calcChain":
                self.package.unrelate(self.workbook, target)
                self.package.remove(target)


def _dimension(head: bytes, edits: SheetEdits) -> str:
    """The used range afterwards."""
    known = markup.first(head, "dimension")
    area = area_of(known.get("ref") or "") if known is not None else None
    places = [*edits.values, *edits.fills]
    areas = [(row, column, row, column) for row, column in places]
    if area is not None and (moved := edits.rows.area(area)) is not None:
        areas.append(moved)
    if not areas:
        return "A1"
    return area_name((
        min(each[0] for each in areas), min(each[1] for each in areas), max(each[2] for each in areas),
        max(each[3] for each in areas),
    ))  # fmt: skip


def _changed_places(edits: SheetEdits) -> set[Place]:
    """Old places whose value changes, and rows that come or go, as formulas see them."""
    if not edits.rows:
        return set(edits.values)
    old_of = _old_rows(edits)
    changed = {(old_of[row], column) for row, column in edits.values if row in old_of}
    columns = {column for _, column in edits.values}
    for each in edits.rows.inserted:
        changed |= {(max(each.after, 1), column) for column in columns} | {(each.like, column) for column in columns}
    for first, last in edits.rows.gone:
        changed |= {(row, column) for row in (first, last) for column in range(1, 64)}
    return changed


def _old_rows(edits: SheetEdits) -> dict[int, int]:
    """New row number → the old one, for the rows that values go to."""
    wanted = {row for row, _ in edits.values}
    last = max(wanted, default=0) + sum(end - start + 1 for start, end in edits.rows.gone)
    found = {}
    for old in range(1, last + 1):
        new = edits.rows.moved(old)
        if new in wanted:
            found[new] = old
    return found


def _column_styles(head: bytes) -> Callable[[int], int]:
    ranges = [
        (int(each.get("min") or 1), int(each.get("max") or 1), int(each.get("style") or 0))
        for each in markup.elements(head, "col")
    ]

    def style(column: int) -> int:
        return next((style for first, last, style in ranges if first <= column <= last), 0)

    return style
