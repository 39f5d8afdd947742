"""Many rows of a register at once, below the ORM, with everything an ordinary save leaves behind.

The wall does not see Core statements, so this module refuses foreign areas itself. New rows come as drafts
(app.lowcode.drafting); with each go its search tokens, its history and its proof in the audit chain. History and chain
of new rows are kept for two hundred at a time (app.security.bulk_changes).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import insert, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.clock import utc_now
from app.database.transactions import is_writing
from app.lowcode import search_index
from app.lowcode.binding import Binder
from app.lowcode.drafting import Draft, Drafter, RowChange, attributes_of
from app.lowcode.register import Register, Saved
from app.lowcode.rows_below import change_many, next_ids, write_many
from app.lowcode.service import SaveRefused
from app.security import bulk_changes
from app.security.actor import Actor, NotPermitted
from app.security.bulk_audit import add_link, add_row_link
from app.security.bulk_changes import ROWS_A_CHANGE
from app.security.changes import verb
from app.security.models import BulkChange, Change

T = TypeVar("T")
AT_ONCE = 5 * ROWS_A_CHANGE


def insert_rows(
    session: Session, reg: Register, rows: Iterable[Mapping[str, Any]], *, by: Actor, today: date, batch_id: int | None
) -> list[int]:
    """Insert rows of parsed values; their ids. Must run inside `writing()`; checks no values, only the scope.

    What saved rows bring about (`Register.on_saved`) runs afterwards. Raises NotPermitted for a row outside the
    actor's areas, IntegrityError when a key is taken.
    """
    drafter = Drafter(reg)
    places = [column.name for column in drafter.columns if column.kind == "place"]
    drafts = (drafter.draft(values, next((values[name] for name in places if values.get(name)), "")) for values in rows)
    return insert_drafts(session, reg, drafts, by=by, today=today, batch_id=batch_id)


def insert_drafts(
    session: Session, reg: Register, drafts: Iterable[Draft], *, by: Actor, today: date, batch_id: int | None
) -> list[int]:
    """Insert drafted rows in their order; their ids. As `insert_rows`."""
    if not is_writing():
        raise RuntimeError("Bulk inserts belong inside `with writing():`.")
    session.flush()  # ids are counted on from what the database has
    wall, writer = _Wall(reg, by), _Writer(session, reg, by, batch_id)
    ids: list[int] = []
    for chunk in _chunks(drafts):
        for area in {draft.area_code for draft in chunk}:
            wall.pass_(area)
        ids += writer.write(chunk)
    _after_inserts(session, reg, writer.concerned, today)
    return ids


def _chunks(items: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while chunk := list(islice(rest, AT_ONCE)):
        yield chunk


class _Wall:
    """Refuses rows outside the actor's areas; each area is asked for once."""

    def __init__(self, reg: Register, by: Actor) -> None:
        self.reg, self.by = reg, by
        self._covered: set[str] = set()

    def pass_(self, area_code: str) -> None:
        if area_code in self._covered:
            return
        if not area_code or not self.by.covers(self.reg.name, "write", area_code):
            raise NotPermitted("有一行不在您负责的范围内，没有保存。")
        self._covered.add(area_code)


class _Writer:
    """Writes chunks of drafts; `concerned` are, for each step of `on_saved`, the rows it has business with."""

    def __init__(self, session: Session, reg: Register, by: Actor, batch_id: int | None) -> None:
        self.session, self.reg, self.by, self.batch_id = session, reg, by, batch_id
        self.now = utc_now()
        self.attributes = attributes_of(reg.model)
        self.binder = Binder(reg.model, self.attributes, session.connection().dialect)
        self.concerned: dict[Saved, list[int]] = {step: [] for step in reg.on_saved}
        self._asks = [
            (step, tuple(self.attributes.index(name) for name in getattr(step, "concerns", ()))) for step in reg.on_saved
        ]  # fmt: skip

    def write(self, drafts: Sequence[Draft]) -> list[int]:
        session, table = self.session, self.reg.model.__table__
        ids = next_ids(session, table.name, len(drafts))
        moment = self.binder.moment(self.now)
        tail = (1, moment, moment, self.by.user_id, self.by.user_id)
        names = [
            *self.binder.columns,
            "id",
            "pinyin",
            "version",
            "created_at",
            "changed_at",
            "created_by",
            "changed_by",
        ]
        bound = self.binder.bound
        rows = []
        for draft, id_ in zip(drafts, ids, strict=True):
            values = bound(draft.values)
            rows.append((*values, id_, draft.pinyin, *tail))
            for step, positions in self._asks:
                if not positions or any(values[at] is not None for at in positions):
                    self.concerned[step].append(id_)
        write_many(session, table.name, names, rows)
        search_index.insert_tokens(
            session, self.reg, ((id_, draft.tokens) for draft, id_ in zip(drafts, ids, strict=True))
        )
        self._note(drafts, ids)
        return ids

    def _note(self, drafts: Sequence[Draft], ids: Sequence[int]) -> None:
        """History and proof of rows, some of them together."""
        starts = range(0, len(drafts), ROWS_A_CHANGE)
        notes = []
        for start, id_ in zip(starts, next_ids(self.session, "bulk_changes", len(starts)), strict=True):
            part = slice(start, start + ROWS_A_CHANGE)
            note, digest = self._change(drafts[part], ids[part])
            notes.append(note | {"id": id_})
            add_link(self.session, notes[-1], digest)
        self.session.connection().execute(insert(BulkChange.__table__), notes)  # type: ignore[arg-type]

    def _change(self, drafts: Sequence[Draft], ids: Sequence[int]) -> tuple[dict[str, Any], str]:
        """The values of one row of history, and the digest that proves it."""
        lines = [
            bulk_changes.line_of(id_, draft.uid, draft.area_code, draft.values)
            for draft, id_ in zip(drafts, ids, strict=True)
        ]
        payload, digests, digest = bulk_changes.payload_of(self.attributes, lines)
        area = bulk_changes.area_of([draft.area_code for draft in drafts])
        return {
            "at": self.now, "by_id": self.by.user_id, "by_name": self.by.name, "register": self.reg.name,
            "area_code": area, "batch_id": self.batch_id, "first_row_id": ids[0], "last_row_id": ids[-1],
            "row_count": len(ids), "columns": list(self.attributes), "lines": payload, "digests": digests,
        }, digest  # fmt: skip


def update_rows(
    session: Session, reg: Register, changes: Iterable[RowChange], *, by: Actor, today: date, batch_id: int | None
) -> int:
    """Change rows that are there; how many. Must run inside `writing()`; checks no values, only the scope.

    What changed rows bring about (`on_saved`, `on_changed`) runs afterwards. Raises NotPermitted, StaleDataError where
    a row has another version by now, IntegrityError when a key is taken.
    """
    if not is_writing():
        raise RuntimeError("Bulk updates belong inside `with writing():`.")
    session.flush()
    wall, now = _Wall(reg, by), utc_now()
    binder = Binder(reg.model, attributes_of(reg.model), session.connection().dialect)
    touched: dict[int, RowChange] = {}
    count = 0
    for chunk in _chunks(changes):
        for change in chunk:
            for area in change.areas:
                wall.pass_(area)
        by_fields: dict[tuple[str, ...], list[RowChange]] = {}
        for change in chunk:
            by_fields.setdefault(tuple(change.after), []).append(change)
        for fields, group in by_fields.items():
            _update(session, reg, fields, group, binder, by, now)
        search_index.replace_tokens(session, reg, [(change.row_id, change.tokens) for change in chunk])
        _note_changes(session, reg.name, chunk, by, now, batch_id)
        touched |= {change.row_id: _light(change) for change in chunk if _has_business(reg, change)}
        count += len(chunk)
    _after_changes(session, reg, touched, today)
    return count


def _update(
    session: Session, reg: Register, fields: Sequence[str], group: Sequence[RowChange], binder: Binder, by: Actor,
    now: datetime,
) -> None:  # fmt: skip
    sets = [f'"{binder.column_of(name)}" = ?' for name in fields]
    sets += ["pinyin = ?", "version = version + 1", "changed_at = ?", "changed_by = ?"]
    moment = binder.moment(now)
    rows = [
        (*(binder.one(name, change.after[name]) for name in fields), change.pinyin, moment, by.user_id, change.row_id,
         change.version)
        for change in group
    ]  # fmt: skip
    statement = f"UPDATE {reg.name} SET {', '.join(sets)} WHERE id = ? AND version = ?"  # noqa: S608 - names of ours
    done = change_many(session, statement, rows)
    if done != len(rows):
        raise StaleDataError(f"{len(rows) - done} rows of {reg.name} have another version by now.")


def _note_changes(
    session: Session, register_name: str, changes: Sequence[RowChange], by: Actor, now: datetime, batch_id: int | None
) -> None:
    """History and one link of the chain for each changed row."""
    notes = []
    for change, id_ in zip(changes, next_ids(session, "changes", len(changes)), strict=True):
        area = change.areas[-1]
        action = verb(change.before, change.after)
        notes.append(
            {"id": id_, "at": now, "by_id": by.user_id, "by_name": by.name, "register": register_name,
             "row_id": change.row_id, "row_uid": change.uid, "area_code": area, "action": action,
             "before": change.before, "after": change.after, "batch_id": batch_id, "row_version": change.version + 1}
        )  # fmt: skip
        add_row_link(session, notes[-1])
    session.connection().execute(insert(Change.__table__), notes)  # type: ignore[arg-type]


def _has_business(reg: Register, change: RowChange) -> bool:
    return any(_concerns(step, change, is_filled_enough=True) for step in reg.on_saved) or any(
        _concerns(step, change, is_filled_enough=False) for step in reg.on_changed
    )


def _concerns(step: Saved, change: RowChange, *, is_filled_enough: bool) -> bool:
    names = getattr(step, "concerns", ())
    return not names or any(name in change.after or (is_filled_enough and name in change.filled) for name in names)


def _light(change: RowChange) -> RowChange:
    """The same without the texts, so that a hundred thousand of them may wait."""
    return replace(change, tokens="", before={}, after=dict.fromkeys(change.after))


def _after_changes(session: Session, reg: Register, touched: Mapping[int, RowChange], today: date) -> None:
    for rows in _loaded(session, reg, sorted(touched)):
        for row in rows:
            change = touched[row.id]
            steps = [step for step in reg.on_saved if _concerns(step, change, is_filled_enough=True)]
            steps += [step for step in reg.on_changed if _concerns(step, change, is_filled_enough=False)]
            _take(reg, row, steps, today)
    session.flush()


def _take(reg: Register, row: Any, steps: Sequence[Saved], today: date) -> None:
    """Run steps over one row of many; what refuses says which row it was."""
    try:
        for step in steps:
            step(row, today)
    except SaveRefused as refusal:
        raise SaveRefused(refusal.errors, row=(reg.name, row.id, reg.title_of(row, today))) from refusal


def _after_inserts(session: Session, reg: Register, concerned: Mapping[Saved, list[int]], today: date) -> None:
    """Let the register do what its new rows bring about, each step for the rows it has business with."""
    wanted = {step: set(found) for step, found in concerned.items()}
    for rows in _loaded(session, reg, sorted(set().union(*wanted.values()))):
        for row in rows:
            _take(reg, row, [step for step in reg.on_saved if row.id in wanted[step]], today)
    session.flush()


def _loaded(session: Session, reg: Register, ids: Sequence[int]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(ids), AT_ONCE):
        part = ids[start : start + AT_ONCE]
        # The database was written past the session, which may hold these rows as they were.
        found = select(reg.model).where(reg.model.id.in_(part)).order_by(reg.model.id)
        yield session.execute(found.execution_options(populate_existing=True)).scalars().all()
