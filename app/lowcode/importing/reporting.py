"""What a check found, counted while the records go by: the outcome that pages and the command print."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from app.areas.rules import COMMUNITY_DIGITS
from app.lowcode.column import Column
from app.lowcode.importing.cells import Fault, ReadRow
from app.lowcode.importing.judging import Judged
from app.lowcode.importing.linking import Linker
from app.lowcode.importing.lookup import defaults_of
from app.lowcode.importing.outcome import COUNTED, Outcome, Remark
from app.lowcode.importing.packing import masked
from app.lowcode.importing.recognition import ReadSheet
from app.lowcode.importing.whereabouts import Whereabouts
from app.lowcode.parts import file_columns
from app.lowcode.register import Register

MOST_REMARKS = 10_000


class Report:
    """Counts, errors and warnings of one file. `targets` are rows of the register that it names; `communities` those
    it lies in."""

    def __init__(
        self, reg: Register, sheets: Sequence[ReadSheet], *, left_out: Sequence[tuple[str, str]] = ()
    ) -> None:  # fmt: skip
        self.counts = dict.fromkeys(COUNTED, 0)
        self.error_rows = 0
        self.total = sum(len(table.table.rows) for sheet in sheets for table in sheet.tables if table.is_taken)
        self.done = self.waiting = 0
        self.targets: set[int] = set()
        self.communities: set[str] = set()
        self._columns: dict[str, Column] = {column.name: column for column in file_columns(reg)}
        self._sheets = sheets
        self._where = Whereabouts(sheets)
        self._errors: list[tuple[int, Remark]] = []
        self._warnings: list[Remark] = [Remark(name, None, "", "", why) for name, why in left_out]
        self._warnings += layout_warnings(reg, sheets)
        self._places: list[tuple[str, int]] = []

    def take(self, judged: Sequence[Judged]) -> None:
        """Count some more records."""
        for each in judged:
            self._count(each.verdict, 1)
            self.waiting += each.read.is_waiting and each.verdict in ("new", "changed", "same")
            self._places.append((each.read.sheet, each.read.row))
            if each.area:
                self.communities.add(each.area[:COMMUNITY_DIGITS])
            if each.target is not None:
                self.targets.add(each.target)
            if each.read.faults and len(self._errors) < MOST_REMARKS:
                self._errors += [(self.done, remark) for remark in self._remarks(each.read, each.read.faults)]
            if each.read.doubts and len(self._warnings) < MOST_REMARKS:
                self._warnings += self._remarks(each.read, each.read.doubts)
            self.done += 1

    def _count(self, verdict: str, number: int) -> None:
        if verdict == "error":
            self.error_rows += number
        else:
            self.counts[verdict] += number

    def turn_to_conflicts(self, repeated: Mapping[int, tuple[str, str]], before: Mapping[int, str]) -> None:
        """Records that are in the file more than once, by position; `before` says what they were counted as."""
        for position, verdict in before.items():
            self._count(verdict, -1)
            self.counts["conflict"] += 1
            sheet, row = self._places[position]
            sentence, column = repeated[position]
            if len(self._errors) < MOST_REMARKS:
                place = self._where.of(sheet, row, column, None)
                self._errors.append((position, Remark(sheet, row, column, "", sentence, *place)))

    def _remarks(self, read: ReadRow, faults: Iterable[Fault]) -> list[Remark]:
        return [
            Remark(
                read.sheet, read.row, fault.column, masked(self._columns.get(fault.column), fault.value), fault.message,
                *self._where.of(read.sheet, read.row, fault.column, fault.index),
            )
            for fault in faults
        ]  # fmt: skip

    def outcome(self, batch_id: int | None, linker: Linker) -> Outcome:
        """All of it, errors in the order of the file."""
        unlinked = linker.report(self.waiting)
        self._warnings += [
            Remark(None, None, "", "", f"{why}有 {count} 行因此没有对上。") for why, count in unlinked.whys
        ]
        errors = tuple(remark for _, remark in sorted(self._errors, key=lambda item: item[0]))
        return Outcome(
            batch_id,
            self.counts,
            self._sheets_json(),
            errors,
            tuple(self._warnings),
            error_rows=self.error_rows,
            unlinked=unlinked,
        )

    def refused(self, batch_id: int | None, why: str) -> Outcome:
        """The outcome of a file of which nothing is taken."""
        errors = (Remark(None, None, "", "", why),)
        return Outcome(batch_id, self.counts, self._sheets_json(), errors, tuple(self._warnings), refusal=why)

    def _sheets_json(self) -> tuple[dict[str, object], ...]:
        return tuple(sheet.as_json() for sheet in self._sheets)


def layout_warnings(reg: Register, sheets: Sequence[ReadSheet]) -> tuple[Remark, ...]:
    """Sheets that are not taken, and columns that the register asks for and the file does not have."""
    found = []
    assumed = frozenset(defaults_of(reg)) | {column.name for column in reg.columns if column.kind == "place"}
    assumed |= {name for name, _proposed in reg.asked_on_import}
    for sheet in sheets:
        taken = [table for table in sheet.tables if table.is_taken]
        if sheet.is_repeat:
            count = sum(len(table.table.rows) for table in sheet.tables)
            text = f"工作表“{sheet.sheet.name.strip()}”的 {count} 条在其他工作表里都有，内容也一样，这一张没有再读。"
            found.append(Remark(sheet.sheet.name, None, "", "", text))
        elif sheet.tables and not taken:
            text = f"工作表“{sheet.sheet.name.strip()}”里没有能认出是谁的列，这一张没有读。"
            found.append(Remark(sheet.sheet.name, None, "", "", text))
        if not taken:
            continue
        mapped = frozenset().union(*(table.columns for table in taken))
        found += [
            Remark(sheet.sheet.name, None, column.name, "", f"表里没有“{column.label}”这一列。")
            for column in reg.columns
            if column.is_required and column.is_editable and column.name not in mapped | assumed
        ]
    return tuple(found)
