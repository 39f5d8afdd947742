"""What becomes of each record: its values against the register's rules, the person's scope and the rows there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.lowcode import service as rows_service
from app.lowcode.column import Column, fingerprint
from app.lowcode.drafting import Draft, Drafter, RowChange
from app.lowcode.importing.cells import Fault, ReadRow
from app.lowcode.importing.diff import Repeats, Verdict, against_register
from app.lowcode.importing.lookup import Lookup, defaults_of
from app.lowcode.places import AreaFinder
from app.lowcode.register import Register
from app.security.actor import Actor

SaidBefore = Callable[[int, Column, Any], bool]
"""(row id, column, value) → whether this file's batch wrote it there before; repeated, it undoes no later edit."""


@dataclass(slots=True)
class Judged:
    """A record with its verdict. `changes` are column → (old, new) of a changed row; `area` is where it lies.

    `draft` is what will stand in the register: a new row, or what changes in the row `target`.
    """

    read: ReadRow
    area: str
    verdict: Verdict = "new"
    target: int | None = None
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    draft: Draft | RowChange | None = None


class Judge:
    """Judges the records of one file, some at a time, in their order.

    Records that repeat one another are known only when all have been seen: `repeated()` says which those are, by the
    position at which they were judged.
    """

    def __init__(
        self, reg: Register, *, by: Actor, today: date, expected: int, clears_blanks: bool = False,
        is_locking: bool = False, said_before: SaidBefore | None = None,
    ) -> None:  # fmt: skip
        self._said_before = said_before
        self.reg, self.by, self.today, self.clears_blanks = reg, by, today, clears_blanks
        self.lookup = Lookup(reg, by, expected=expected, is_locking=is_locking)
        self.drafter = Drafter(reg)
        self.columns: tuple[Column, ...] = self.drafter.columns
        self.labels = {column.name: column.label for column in self.columns}
        self._frozen = rows_service.frozen(reg)
        self._defaults = defaults_of(reg)
        self._places = [column.name for column in self.columns if column.kind == "place"]
        self._sealed = [column.name for column in self.columns if column.kind == "sealed"]
        self._refusals: dict[str, str] = {}
        self._finder = AreaFinder()
        self._repeats = Repeats()
        self._wheres: list[tuple[str, int]] = []

    def judge(self, records: Sequence[tuple[ReadRow, str]]) -> list[Judged]:
        """A verdict for each (record, area where it lies if it names none). Adds faults to the records."""
        judged, incoming = [], []
        places, prepares, coming = self._places, bool(self._frozen.prepare), self.lookup.incoming
        for read, default in records:
            values = read.values
            area = next((given for name in places if (given := values.get(name))), default)
            if prepares:
                values, area = self._prepared(values, area)
            judged.append(Judged(read, area))
            incoming.append(coming("", values | read.awaited if read.awaited else values, area))
        index = self.lookup.index(incoming)
        for each, record in zip(judged, incoming, strict=True):
            decision = against_register(record, index, self.reg.keys, self.labels)
            self._repeats.note(len(self._wheres), record, decision)
            self._wheres.append((each.read.sheet, each.read.row))
            each.target = decision.target
            has_place = self._has_own_place(each)
            if decision.conflict and has_place:
                each.read.faults.append(Fault(decision.conflict_column, "", decision.conflict))
                each.verdict = "conflict"
                continue
            row = self.lookup.rows.get(decision.target) if decision.target is not None else None
            if row is not None:
                each.changes = self.changes_of(row, each.read.values, record.parts)
            if row is None or each.changes:
                self._check_row(each, row)
            each.verdict = _verdict(each, row)
            self._draft(each, row, record.parts)
        return judged

    def repeated(self) -> dict[int, tuple[str, str]]:
        """Position → (sentence, column) of the records that are in the file more than once."""
        return self._repeats.conflicts(self._where, self.reg.keys, self.labels)

    def _where(self, position: int) -> str:
        sheet, row = self._wheres[position]
        return f"第 {row} 行" if not sheet else f"“{sheet.strip()}”第 {row} 行"

    def _prepared(self, values: dict[str, Any], area: str) -> tuple[dict[str, Any], str]:
        """What the register itself makes of the values: names put together, the area of the row it hangs on."""
        row = self._frozen.model(extra={}, area_code=area)
        for column in self.columns:
            if values.get(column.name) is not None and column.kind not in ("sealed", "place"):
                column.set(row, values[column.name])
        for step in self._frozen.prepare:
            step(row)
        derived = {
            column.name: value
            for column in self.columns
            if column.kind == "stored" and (value := getattr(row, column.name)) is not None
        }
        return derived | {name: value for name, value in values.items() if value is not None}, row.area_code or area

    def _has_own_place(self, each: Judged) -> bool:
        """Whether the record lies where the person may write; a row for another community is refused by name."""
        if each.read.faults and any(fault.column in self._places for fault in each.read.faults):
            return False
        sentence = self._refusals.get(each.area)
        if sentence is None:
            sentence = self._refusals[each.area] = self._refusal_of(each.area)
        if sentence:
            place = self._finder.label(each.area) if each.area else ""
            each.read.faults.append(Fault(self._places[0] if self._places else "", place, sentence))
        return not sentence

    def _refusal_of(self, area: str) -> str:
        if not area:
            return "没有写明在哪个区域。请补上社区或网格。"
        if self.by.covers(self.reg.name, "write", area) and self.by.covers(self.reg.name, "import", area):
            return ""
        return f"“{self._finder.label(area)}”不在您负责的范围内，这一行不能导入。"

    def changes_of(self, row: Any, values: Mapping[str, Any], prints: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
        """Column → (old, new) where a cell differs from the row. A blank cell keeps what is there, or empties it.

        Only columns that the file has are in `values`; a blank place never empties one, for every row lies somewhere.
        """
        found: dict[str, tuple[Any, Any]] = {}
        for column in self.columns:
            if column.name not in values:
                continue
            new = values[column.name]
            if new is None and (not self.clears_blanks or column.kind == "place"):
                continue
            if column.kind == "sealed" and new is not None:
                print_ = prints.get(column.name) or fingerprint(column.type, column.type.show(new))
                if print_ == getattr(row, column.name + "_hash"):
                    continue
            old = column.plain(row, today=self.today)
            if old != new and not (self._said_before and self._said_before(row.id, column, new)):
                found[column.name] = (old, new)
        return found

    def _check_row(self, each: Judged, row: Any) -> None:
        """The register's own rules over the whole row. What was wrong before the file came is not its fault."""
        at_fault = {fault.column for fault in each.read.faults}
        before: dict[str, str] = {}
        if row is None:
            values = {**each.read.values, **self._defaults}
            values.update({name: value for name, value in each.read.values.items() if value is not None})
            values |= each.read.awaited
            for name in self._places:
                values[name] = each.area
        else:
            current = rows_service.current_values(self._frozen, row, today=self.today)
            before = rows_service.row_errors(self._frozen, current, today=self.today)
            values = current | {name: new for name, (_, new) in each.changes.items()}
        found = rows_service.row_errors(self._frozen, values, today=self.today)
        if row is not None:
            sent = {name: new for name, (_, new) in each.changes.items()}
            found |= rows_service.guarded(self.reg, row, sent, self.today)
        for name, sentence in found.items():
            if name not in at_fault and before.get(name) != sentence:
                each.read.faults.append(Fault(name, "", sentence))

    def _draft(self, each: Judged, row: Any, parts: Mapping[str, Any]) -> None:
        if each.verdict == "new":
            prints = {name: parts[name] for name in self._sealed if name in parts}
            each.draft = self.drafter.draft(each.read.values, each.area, prints)
        elif each.verdict == "changed":
            change = self.drafter.change(row, {name: new for name, (_, new) in each.changes.items()})
            if change.after:
                each.draft = change
            else:  # the register's own steps made of it what was there
                each.verdict, each.changes = "same", {}


def _verdict(each: Judged, row: Any) -> Verdict:
    if each.read.faults:
        return "error"
    if row is None:
        return "new"
    return "changed" if each.changes else "same"
