"""The staging table: judged records as preview and publishing read them, written and read many at once."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.lowcode.column import Column
from app.lowcode.drafting import Draft, RowChange
from app.lowcode.importing import packing
from app.lowcode.importing.cells import Fault, ReadRow
from app.lowcode.importing.judging import Judged
from app.lowcode.importing.models import ImportBatch, ImportRow
from app.lowcode.parts import file_columns
from app.lowcode.places import AreaFinder
from app.lowcode.register import Register
from app.lowcode.rows_below import change_many, write_many

AT_ONCE = 1_000
_COLUMNS = (
    "batch_id", "user_id", "sheet", "row", "title", "uid", "verdict", "target_id", "target_version", "parsed", "shown",
    "faults", "doubts", "is_doubtful", "is_waiting", "area_code", "draft", "pinyin", "tokens",
)  # fmt: skip
_JUDGED = _COLUMNS[5:]
"""What judging says; the others say where the record stood."""
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_NONE = "[]"


class Stager:
    """Turns judged records into rows of the staging table of one batch."""

    def __init__(self, session: Session, reg: Register, batch: ImportBatch) -> None:
        self.session = session
        self.columns: dict[str, Column] = {column.name: column for column in file_columns(reg)}
        self.title = reg.row_title
        self._batch_id, self._user_id = batch.id, batch.user_id
        self._places = AreaFinder()
        self._names: dict[tuple[tuple[str, bool], ...], str] = {}

    def add(self, judged: Sequence[Judged]) -> None:
        """Append records in their order."""
        rows = [
            (self._batch_id, self._user_id, each.read.sheet[:120], each.read.row,
             str(each.read.values.get(self.title) or "")[:80], *self._judged(each))
            for each in judged
        ]  # fmt: skip
        write_many(self.session, ImportRow.__tablename__, _COLUMNS, rows)

    def replace(self, judged: Sequence[tuple[int, Judged]]) -> None:
        """Write what was judged anew over staged rows, given with their ids."""
        sets = ", ".join(f"{name} = ?" for name in _JUDGED)
        statement = f"UPDATE {ImportRow.__tablename__} SET {sets} WHERE id = ?"  # noqa: S608 - names of ours
        change_many(self.session, statement, [(*self._judged(each), id_) for id_, each in judged])

    def add_missing(self, missing: Sequence[tuple[int, str]]) -> None:
        """Append rows of the register that the file does not name."""
        rows = [
            (self._batch_id, self._user_id, "", 0, title[:80], secrets.token_hex(16), "missing", id_, None, "{}", _NONE,
             _NONE, _NONE, False, False, None, None, None, None)
            for id_, title in missing
        ]  # fmt: skip
        write_many(self.session, ImportRow.__tablename__, _COLUMNS, rows)

    def _judged(self, each: Judged) -> tuple[Any, ...]:
        read, draft = each.read, each.draft
        doubts = _encode(packing.fault_rows(read.doubts, self.columns)) if read.doubts else _NONE
        if isinstance(draft, Draft):
            return (draft.uid, each.verdict, None, None, self._names_of(read), _NONE, _NONE, doubts,
                    bool(read.doubts), read.is_waiting, draft.area_code, draft.values, draft.pinyin, draft.tokens)  # fmt: skip
        uid = secrets.token_hex(16)
        named = {packing.NAMED: read.named} if read.is_waiting else {}
        parsed = _encode(packing.pack(read.values, self.columns, uid) | {packing.AREA: each.area} | named)
        faults = _encode(packing.fault_rows(read.faults, self.columns)) if read.faults else _NONE
        if draft is None:
            return (uid, each.verdict, each.target, None, parsed, _NONE, faults, doubts, bool(read.doubts), read.is_waiting,
                    each.area, None, None, None)  # fmt: skip
        shown = _encode(packing.shown_changes(each.changes, self.columns, self._places))
        change = _encode([draft.uid, draft.area_code, draft.before, draft.after, sorted(draft.filled)])
        return (uid, each.verdict, each.target, draft.version, parsed, shown, faults, doubts, bool(read.doubts),
                read.is_waiting, each.area, change, draft.pinyin, draft.tokens)  # fmt: skip

    def _names_of(self, read: ReadRow) -> str:
        values = read.values
        if read.is_waiting:
            return _encode(packing.names_of_new(values) | {packing.NAMED: read.named})
        key = tuple([(name, value is None) for name, value in values.items()])
        if key not in self._names:
            self._names[key] = _encode(packing.names_of_new(values))
        return self._names[key]


def mark_repeated(session: Session, batch_id: int, repeated: Mapping[int, tuple[str, str]]) -> dict[int, str]:
    """Turn records that the file has more than once into conflicts; position → the verdict they had."""
    if not repeated:
        return {}
    table = ImportRow.__table__
    ids = session.execute(select(table.c.id).where(table.c.batch_id == batch_id).order_by(table.c.id)).scalars().all()
    by_id = {ids[position]: position for position in repeated}
    before: dict[int, str] = {}
    wanted = sorted(by_id)
    for start in range(0, len(wanted), AT_ONCE):
        part = select(ImportRow).where(ImportRow.id.in_(wanted[start : start + AT_ONCE]))
        for row in session.execute(part.execution_options(populate_existing=True)).scalars().all():
            position = by_id[row.id]
            if row.verdict == "conflict":
                continue
            before[position] = row.verdict
            sentence, column = repeated[position]
            row.faults = [*row.faults, [column, "", sentence, None]]
            if row.verdict == "new":
                row.values, row.draft = {"filled": [], "blank": []}, None
            row.verdict, row.tokens = "conflict", None
    session.flush()
    return before


def staged(
    session: Session, batch_id: int, verdicts: Sequence[str], columns: Sequence[str] = ()
) -> Iterator[Sequence[Any]]:
    """Staged rows of these verdicts in their order, a thousand at a time, as plain rows of the table.

    `columns` names those that are wanted, where not all are: taking JSON apart that nobody reads costs half the time.
    """
    table, last = ImportRow.__table__, 0
    taken = [table.c[name] for name in ("id", *columns)] if columns else list(table.c)
    wanted = select(*taken).where(table.c.batch_id == batch_id, table.c.verdict.in_(verdicts))
    while True:
        rows = session.connection().execute(wanted.where(table.c.id > last).order_by(table.c.id).limit(AT_ONCE)).all()
        if not rows:
            return
        yield rows
        last = rows[-1].id


def drafts(session: Session, batch_id: int) -> Iterator[Draft]:
    """The new rows of a batch as they will stand."""
    for rows in staged(session, batch_id, ("new",), ("uid", "area_code", "draft", "pinyin", "tokens")):
        for _id, uid, area_code, values, pinyin, tokens in rows:
            yield Draft(uid, area_code, values, pinyin, tokens or "")


def changes(session: Session, batch_id: int) -> Iterator[RowChange]:
    """The changed rows of a batch as they will stand."""
    names = ("draft", "target_id", "target_version", "pinyin", "tokens")
    for rows in staged(session, batch_id, ("changed",), names):
        for _id, draft, target_id, version, pinyin, tokens in rows:
            uid, area_code, before, after, filled = json.loads(draft)
            yield RowChange(target_id, uid, version, area_code, before, after, pinyin, tokens or "", frozenset(filled))


def record_of(reg: Register, row: Any) -> tuple[ReadRow, str]:
    """A staged row as it was read, to be judged again; doubts are those of then."""
    if row.verdict == "new":
        values, area = packing.unpack_new(reg, row.parsed, row.draft, row.uid)
    else:
        values, area = packing.unpack(row.parsed, row.uid)
    named = dict(row.parsed.get(packing.NAMED, {}))
    return ReadRow(row.sheet, row.row, values, doubts=[Fault(*doubt) for doubt in row.doubts], named=named), area
