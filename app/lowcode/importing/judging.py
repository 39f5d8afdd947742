"""What becomes of each record: its values against the register's rules, the person's scope and the rows there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace
from typing import Any

from app.fields.masks import mask
from app.lowcode import service as rows_service
from app.lowcode.column import Column
from app.lowcode.importing.cells import Fault, ReadRow
from app.lowcode.importing.diff import Verdict, decide
from app.lowcode.importing.lookup import Lookup, defaults_of
from app.lowcode.places import AreaFinder
from app.lowcode.queries import row_titles
from app.lowcode.register import Register
from app.security.actor import Actor


@dataclass(slots=True)
class Judged:
    """A record with its verdict. `changes` are column → (old, new) of a changed row; `area` is where it lies."""

    read: ReadRow
    area: str
    verdict: Verdict = "new"
    target: int | None = None
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)


def judge(
    reg: Register,
    records: Sequence[tuple[ReadRow, str]],
    *,
    by: Actor,
    today: date,
    is_locking: bool = False,
    clears_blanks: bool = False,
) -> tuple[list[Judged], Lookup]:
    """A verdict for each (record, area where it lies if it names none). Adds faults to the records."""
    lookup = Lookup(reg, by, is_locking=is_locking)
    columns = reg.columns
    frozen = frozen_register(reg)
    places = [column.name for column in columns if column.kind == "place"]
    judged, incoming = [], []
    for read, default in records:
        given = next((read.values[name] for name in places if read.values.get(name)), "")
        values, area = _prepared(frozen, read.values, given or default)
        judged.append(Judged(read, area))
        incoming.append(lookup.incoming(_where(read), values, area))
    decisions = decide(incoming, lookup.index(incoming), reg.keys, {column.name: column.label for column in columns})
    for each, decision in zip(judged, decisions, strict=True):
        each.target = decision.target
        _refuse_foreign_place(reg, each, places, by)
        if decision.conflict:
            each.read.faults.append(Fault(decision.conflict_column, "", decision.conflict))
            each.verdict = "conflict"
        row = lookup.rows.get(decision.target) if decision.target is not None else None
        if row is not None and not decision.conflict:
            each.changes = changes_of(columns, row, each.read.values, today=today, clears_blanks=clears_blanks)
        if row is None or each.changes:
            _check_row(frozen, each, row, today)
        if each.verdict != "conflict":
            each.verdict = _verdict(each, row)
    return judged, lookup


def _prepared(frozen: Any, values: dict[str, Any], area: str) -> tuple[dict[str, Any], str]:
    """What the register itself makes of the values: names put together, the area of the row it hangs on."""
    if not frozen.prepare:
        return values, area
    row = frozen.model(extra={}, area_code=area)
    for column in frozen.columns:
        if values.get(column.name) is not None and column.kind not in ("sealed", "place"):
            column.set(row, values[column.name])
    for step in frozen.prepare:
        step(row)
    derived = {
        column.name: value
        for column in frozen.columns
        if column.kind == "stored" and (value := getattr(row, column.name)) is not None
    }
    return derived | {name: value for name, value in values.items() if value is not None}, row.area_code or area


def _verdict(each: Judged, row: Any) -> Verdict:
    if each.read.faults:
        return "error"
    if row is None:
        return "new"
    return "changed" if each.changes else "same"


def _where(read: ReadRow) -> str:
    return f"第 {read.row} 行" if not read.sheet else f"“{read.sheet.strip()}”第 {read.row} 行"


def frozen_register(reg: Register) -> Any:
    """The register with its columns read once: `Register.columns` asks for the added ones each time."""
    return SimpleNamespace(
        name=reg.name, title=reg.title, model=reg.model, columns=reg.columns, checks=reg.checks, keys=reg.keys,
        prepare=reg.prepare, defaults=defaults_of(reg),
    )  # fmt: skip


def _refuse_foreign_place(reg: Register, each: Judged, places: Sequence[str], by: Actor) -> None:
    """A row for another community is refused by name."""
    if any(fault.column in places for fault in each.read.faults):
        return
    name = places[0] if places else ""
    if not each.area:
        each.read.faults.append(Fault(name, "", "没有写明在哪个区域。请补上社区或网格。"))
    elif not (by.covers(reg.name, "write", each.area) and by.covers(reg.name, "import", each.area)):
        place = AreaFinder().label(each.area)
        each.read.faults.append(Fault(name, place, f"“{place}”不在您负责的范围内，这一行不能导入。"))


def changes_of(
    columns: Sequence[Column], row: Any, values: dict[str, Any], *, today: date, clears_blanks: bool = False
) -> dict[str, tuple[Any, Any]]:
    """Column → (old, new) where a cell differs from the row. A blank cell keeps what is there, or empties it.

    Only columns that the file has are in `values`; a blank place never empties one, for every row lies somewhere.
    """
    found: dict[str, tuple[Any, Any]] = {}
    for column in columns:
        if column.name not in values:
            continue
        new = values[column.name]
        if new is None and (not clears_blanks or column.kind == "place"):
            continue
        old = column.plain(row, today=today)
        if old != new:
            found[column.name] = (old, new)
    return found


def _check_row(frozen: Any, each: Judged, row: Any, today: date) -> None:
    """The register's own rules over the whole row. What was wrong before the file came is not its fault."""
    at_fault = {fault.column for fault in each.read.faults}
    values = dict(each.read.values)
    before: dict[str, str] = {}
    if row is None:
        filled = {name: value for name, value in values.items() if value is not None}
        values |= frozen.defaults | filled
        values |= {column.name: each.area for column in frozen.columns if column.kind == "place"}
    else:
        current = rows_service.current_values(frozen, row, today=today)
        before = rows_service.row_errors(frozen, current, today=today)
        values = current | {name: new for name, (_, new) in each.changes.items()}
    for name, sentence in rows_service.row_errors(frozen, values, today=today).items():
        if name not in at_fault and before.get(name) != sentence:
            each.read.faults.append(Fault(name, "", sentence))


def shown_values(reg: Register, each: Judged, places: AreaFinder) -> list[list[str | None]]:
    """[label, old, new] for the preview, masked; old is None where nothing is overwritten."""
    columns = {column.name: column for column in reg.columns}
    if each.changes:
        return [
            [columns[name].label, _shown(columns[name], old, places), _shown(columns[name], new, places)]
            for name, (old, new) in each.changes.items()
        ]
    return [
        [columns[name].label, None, _shown(columns[name], value, places)]
        for name, value in each.read.values.items()
        if value is not None and name in columns
    ]


def _shown(column: Column, value: Any, places: AreaFinder) -> str:
    if value is None:
        return ""
    if column.kind == "place":
        return places.label(value)
    if column.kind == "link":
        return row_titles(column.target, {value}).get(value, "")
    return masked(column, column.type.show(value))


def masked(column: Column, text: str) -> str:
    """Numbers of persons are masked in previews and messages; the file itself shows them to whoever has it."""
    return mask("id", text, "working") if column.kind == "sealed" and text else text
