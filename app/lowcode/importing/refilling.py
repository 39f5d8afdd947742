"""按原表导出: the office's own workbook with what the register says today, in its own format.

Rows keep their order; who is not in the register any more is left out, who came since is put below the others in the
same look, 序号 counts on, totals are added up anew. Cells that still say what the register says are not touched.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from app.areas.rules import COMMUNITY_DIGITS
from app.database.transactions import writing
from app.extensions import db
from app.lowcode import list_page, queries
from app.lowcode.column import Column
from app.lowcode.importing import checking, continuing, originals, sheets
from app.lowcode.importing.corrections import from_json
from app.lowcode.importing.judging import Judge, Judged
from app.lowcode.importing.linking import Linker
from app.lowcode.importing.lookup import missing_ids
from app.lowcode.importing.models import ImportBatch
from app.lowcode.importing.rebuilding import names_of, rebuilt
from app.lowcode.importing.refilling_tables import CHUNK, Filling, OriginalTable, formulas_of
from app.lowcode.importing.written import written_by
from app.lowcode.parts import file_columns
from app.lowcode.register import Register, register
from app.lowcode.viewing import Viewer, viewer_of
from app.security import audit
from app.security.actor import Actor, acting_as
from app.workbooks.marks import without_marks
from app.workbooks.package import CannotBePatched
from app.workbooks.patching import Inserted, RowPlan, SheetEdits, Value, patch


class CannotBeRefilled(ValueError):
    """The original cannot be filled; the message says why and what to do instead."""


def refilled_workbook(batch: ImportBatch, *, with_new: bool, by: Actor, today: date) -> bytes:
    """The original of a batch, as .xlsx, with what `by` may see of its rows today; `with_new` adds those who came since.

    A .xls or .csv comes as .xlsx. Raises CannotBeRefilled, and OSError or BoxIsDamaged where the original is gone.
    """
    with acting_as(by):
        return _Refiller(batch, by, today).workbook(with_new=with_new)


def _full_file(batch: ImportBatch) -> tuple[ImportBatch, bytes]:
    """The last file of a batch that holds all rows."""
    last = continuing.latest(batch)
    data = originals.read(last.digest)
    return (batch, originals.read(batch.digest)) if continuing.is_part(data) else (last, data)


class _Refiller:
    def __init__(self, batch: ImportBatch, by: Actor, today: date) -> None:
        self.batch, self.by, self.today = batch, by, today
        self.reg: Register = register(batch.register)
        self.source, self.data = _full_file(batch)
        self.book = sheets.read(self.data)
        self.viewer: Viewer = viewer_of(self.reg, by, today=today)
        self.columns: dict[str, Column] = {column.name: column for column in file_columns(self.reg)}
        said = from_json(self.source.corrections)
        self.read = checking.recognise_for(
            self.reg, self.book, self.source.mapping, corrections=said, area=self.source.area_code
        )
        self.wanted = checking.Wanted(self.reg, self.book, self.source.mapping, said, by, today)
        self.tables = [OriginalTable(sheet, table) for sheet in self.read for table in sheet.tables if table.is_taken]

    def workbook(self, *, with_new: bool) -> bytes:
        places = [(each.sheet.sheet.name, row) for each in self.tables for row in each.read.table.rows]
        if len(set(places)) < len(places):
            raise CannotBeRefilled("这份表左右并排有几张表，不能按原表导出。请用名册的“导出”。")
        targets = self._match()
        if not targets:
            raise CannotBeRefilled("这份表里的人都不在名册里了，或不在您负责的范围内，没有可以导出的行。")
        if with_new:
            self._add_fresh(targets)
        with writing():
            count = len(targets) + sum(len(each.fresh) for each in self.tables)
            note = f"按原表导出《{self.source.file_name}》{count} 行"
            audit.record("exported", self.reg.name, area_code=self.batch.area_code, note=note)
        return self._patched()

    def _match(self) -> dict[int, OriginalTable]:
        """Find the register's row of each record; row id → its table."""
        by_place = {(each.sheet.sheet.name, row + 1): each for each in self.tables for row in each.read.table.rows}
        judge = Judge(self.reg, by=self.by, today=self.today, expected=len(by_place), clears_blanks=True)
        targets: dict[int, OriginalTable] = {}
        unknown: list[Judged] = []
        found = list(checking.records(self.wanted, self.read, self.source.area_code, self.source.given or {}))
        linker = Linker(self.reg, self.by)
        for start in range(0, len(found), CHUNK):
            linker.link(found[start : start + CHUNK])
            for judged in judge.judge(found[start : start + CHUNK]):
                row = judge.lookup.rows.get(judged.target or 0)
                if row is None:
                    unknown.append(judged)
                elif row.id not in targets and self._is_here(row):
                    targets[row.id] = by_place[judged.read.sheet, judged.read.row]
                    targets[row.id].kept[judged.read.row] = judged
        if unknown:
            self._match_as_written(unknown, judge, targets, by_place)
        return targets

    def _match_as_written(
        self,
        unknown: Sequence[Judged],
        judge: Judge,
        targets: dict[int, OriginalTable],
        by_place: dict[tuple[str, int], OriginalTable],
    ) -> None:
        """Records whose row has other keys by now (a number put right) are known by what this batch wrote."""
        names = [tuple(self.reg.key_attribute(name) for name in key) for key in self.reg.keys]
        written = {
            (number, tuple(each.after.get(name) for name in key)): each.row_id
            for each in written_by(db.session(), self.reg, continuing.root_id(self.batch))
            if each.is_new
            for number, key in enumerate(names)
        }
        meant: dict[int, tuple[Judged, Any]] = {}
        for judged in unknown:
            record = judge.lookup.incoming("", judged.read.values, judged.area)
            ids = [written[each] for each in record.prints.items() if each in written]
            if ids and ids[0] not in targets:
                meant.setdefault(ids[0], (judged, record.parts))
        for row in self._rows(list(meant)):
            if self._is_here(row):
                judged, parts = meant[row.id]
                judged.target, judged.changes = row.id, judge.changes_of(row, judged.read.values, parts)
                targets[row.id] = by_place[judged.read.sheet, judged.read.row]
                targets[row.id].kept[judged.read.row] = judged

    def _is_here(self, row: Any) -> bool:
        has_left = bool(self.reg.left_column) and getattr(row, self.reg.left_column) is not None
        return not has_left and self.by.covers(self.reg.name, "export", row.area_code)

    def _add_fresh(self, targets: dict[int, OriginalTable]) -> None:
        """Live rows of the communities the file is about, each below those of its own grid or community."""
        areas: dict[str, Counter[int]] = {}
        for row in self._rows(list(targets)):
            number = next(number for number, each in enumerate(self.tables) if each is targets[row.id])
            for code in (row.area_code, row.area_code[:COMMUNITY_DIGITS]):
                areas.setdefault(code, Counter())[number] += 1
        communities = {code for code in areas if len(code) <= COMMUNITY_DIGITS}
        fresh = [id_ for id_, _title in missing_ids(self.reg, communities, set(targets), self.by)]
        for row in self._rows(fresh):
            if self._is_here(row):
                places = areas.get(row.area_code) or areas[row.area_code[:COMMUNITY_DIGITS]]
                self.tables[places.most_common(1)[0][0]].fresh.append(row.id)

    def _rows(self, ids: Sequence[int]) -> Iterator[Any]:
        for start in range(0, len(ids), CHUNK):
            yield from queries.rows_by_id(self.reg, ids[start : start + CHUNK])

    def _patched(self) -> bytes:
        if self.book.kind == "xlsx":
            try:
                data = without_marks(self.data)
                return patch(data, self._edits(data, {}))
            except (CannotBePatched, KeyError):
                # Rare ways of writing a sheet cannot be cut into; its values can always be written anew.
                pass
        names = {sheet.name: name for sheet, name in zip(self.book.sheets, names_of(self.book), strict=True)}
        data = rebuilt(self.book, self.read)
        return patch(data, self._edits(data, names))

    def _edits(self, data: bytes, names: dict[str, str]) -> dict[str, SheetEdits]:
        formulas = formulas_of(data)
        found: dict[str, SheetEdits] = {}
        for sheet in self.read:
            tables = [each for each in self.tables if each.sheet is sheet]
            name = names.get(sheet.sheet.name, sheet.sheet.name)
            plan = RowPlan(
                tuple(Inserted(max(each.kept), len(each.fresh), max(each.kept)) for each in tables if each.fresh),
                tuple(
                    (row + 1, row + 1) for each in tables for row in each.read.table.rows if row + 1 not in each.kept
                ),
            )
            edits = found[name] = SheetEdits(rows=plan)
            for table in tables:
                Filling(self.reg, self.columns, table, edits, formulas.get(name, frozenset()), self.value).fill()
        return found

    def value(self, column: Column, row: Any, labels: dict[str, dict[Any, str]]) -> Value:
        """What stands in a cell: masked as on the screen, links and places as names."""
        if column.kind in ("place", "link", "part") or (column.mask and not self.viewer.sees_clear(column, row)):
            return list_page.shown_text(column, row, self.viewer, labels) or None
        value: Any = column.type.cell(column.plain(row, today=self.today))
        return ("是" if value else "否") if isinstance(value, bool) else value
