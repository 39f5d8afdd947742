"""Writes of every register: save, delete, restore, and the reveal of masked values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from app import clock
from app.clock import utc_now
from app.database.transactions import writing
from app.extensions import db
from app.fields.pinyin import initials
from app.fields.refusal import Refused
from app.lowcode import lines as child_lines
from app.lowcode.column import Column, fingerprint
from app.lowcode.links import LinkFinder
from app.lowcode.places import AreaFinder
from app.lowcode.register import Register
from app.lowcode.roster import SORT_KEY_LENGTH
from app.security import audit
from app.security.actor import Actor, NotPermitted, acting_as
from app.security.beyond import beyond_scope
from app.security.models import Reveal

REVEAL_MINUTES = 30
REVEAL_REASONS = ("核对证件信息", "办理业务需要本人联系", "上级核查要求", "纠正错误资料", "突发事件处置")


Guard = Callable[[Register, Any | None, Mapping[str, Any], date], Mapping[str, str]]
"""(register, row or None, values that were sent, day) → what may not be saved so, by column."""

Follower = Callable[[Register, Any, bool], None]
"""(register, row, whether it is new)."""

_GUARDS: list[Guard] = []
_GUARDS_OF_HAND: list[Guard] = []
_FOLLOWERS: list[Follower] = []


def add_guard(guard: Guard) -> Guard:
    """Let a part of the engine refuse values of any register, whether typed, sent or imported (a limit once given)."""
    if guard not in _GUARDS:
        _GUARDS.append(guard)
    return guard


def add_guard_of_hand(guard: Guard) -> Guard:
    """As `add_guard`, for what a workbook may bring and nobody may type: states that another program's export tells."""
    if guard not in _GUARDS_OF_HAND:
        _GUARDS_OF_HAND.append(guard)
    return guard


def guarded(reg: Register, row: Any | None, values: Mapping[str, Any], today: date) -> dict[str, str]:
    """What may not be written so, whatever way it came: column → sentence ('' for the whole row)."""
    errors: dict[str, str] = {}
    for guard in _GUARDS:
        errors |= guard(reg, row, values, today)
    return errors


def add_follower(follower: Follower) -> Follower:
    """Let a part of the engine do its own with every saved row of any register, in the same transaction."""
    if follower not in _FOLLOWERS:
        _FOLLOWERS.append(follower)
    return follower


class SaveRefused(ValueError):
    """Values that cannot be saved: column name → sentence ('' for what concerns the whole row).

    `row` is (register, id, title) of the row where it was one of many.
    """

    def __init__(self, errors: Mapping[str, str], *, row: tuple[str, int, str] | None = None) -> None:
        super().__init__("；".join(errors.values()))
        self.errors, self.row = dict(errors), row


class RowIsStale(RuntimeError):
    """Somebody saved the row meanwhile."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """Values read from what was typed: by column, with the sentences about those that could not be read."""

    values: dict[str, Any]
    errors: dict[str, str]
    doubts: dict[str, str]


def parse(
    reg: Register, raw: Mapping[str, Any], *, today: date, areas: AreaFinder | None = None,
    links: LinkFinder | None = None, only: frozenset[str] | None = None,
) -> Parsed:  # fmt: skip
    """Read typed values of the given columns (all editable ones in `raw`); checks single values, not the row."""
    areas, links = areas or AreaFinder(), links or LinkFinder()
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    doubts: dict[str, str] = {}
    for column in reg.columns:
        if column.name not in raw or not column.is_editable or column.kind == "lines":
            continue
        if only is not None and column.name not in only:
            continue
        try:
            value = _parse_one(column, raw[column.name], today, areas, links)
        except Refused as refusal:
            errors[column.name] = refusal.message
            continue
        values[column.name] = value
        found = column.type.doubts(value) if column.kind not in ("place", "link") else []
        if found:
            doubts[column.name] = "；".join(found)
    return Parsed(values, errors, doubts)


def _parse_one(column: Column, raw: Any, today: date, areas: AreaFinder, links: LinkFinder) -> Any:
    if column.kind == "place":
        return areas.read(raw)
    if column.kind == "link":
        return links.read(column.target, raw)
    return column.type.parse(raw, today=today)


def row_errors(reg: Register, values: Mapping[str, Any], *, today: date) -> dict[str, str]:
    """What is wrong with a whole row: required columns, then the register's own rules."""
    errors = {
        column.name: f"“{column.label}”必须填写。"
        for column in reg.columns
        if column.is_required and values.get(column.name) in (None, "")
    }
    for check in reg.checks:
        for name, sentence in check(dict(values), today):
            errors.setdefault(name, sentence)
    return errors


def current_values(reg: Register, row: Any, *, today: date) -> dict[str, Any]:
    """Parsed values of a row as they stand, sealed ones opened; for checks that need the whole row."""
    return {
        column.name: column.plain(row, today=today)
        for column in reg.columns
        if column.is_editable and column.kind != "lines"
    }


def save(
    reg: Register, row: Any | None, raw: Mapping[str, Any], *, by: Actor, today: date, version: int | None = None
) -> Any:
    """Add (row None) or change a row from typed values; the row.

    Raises SaveRefused with every reason at once, RowIsStale when `version` is no longer the row's, NotPermitted.
    """
    parsed = parse(reg, raw, today=today)
    with acting_as(by), writing() as session:
        if row is not None:
            row = session.get(reg.model, row.id, populate_existing=True)
            if row is None or row.deleted_at is not None:
                raise NotPermitted("这条记录已不在，可能刚被删除。")
            if version is not None and row.version != version:
                raise RowIsStale
        whole = (current_values(reg, row, today=today) if row is not None else {}) | parsed.values
        errors = row_errors(reg, whole, today=today) | parsed.errors
        _check_place(reg, whole, by, errors)
        errors |= guarded(reg, row, parsed.values, today)
        for guard in _GUARDS_OF_HAND:
            errors |= guard(reg, row, parsed.values, today)
        if not errors:
            errors |= key_errors(reg, whole, by=by, but_not=row.id if row is not None else None)
        line_changes = child_lines.read(reg, row, raw, today=today, errors=errors)
        if errors:
            raise SaveRefused(errors)
        is_new = row is None
        row = apply(reg, row, parsed.values)
        session.add(row)
        try:
            session.flush()
        except StaleDataError as stale:
            raise RowIsStale from stale
        except IntegrityError as clash:
            raise SaveRefused({"": "刚有人登记了同样的记录，请刷新后再看。"}) from clash
        child_lines.write(row, line_changes)
        after_saved(reg, row, today=today)
        for follower in _FOLLOWERS:
            follower(reg, row, is_new)
    return row


def frozen(reg: Register) -> Any:
    """The register with its columns read once: `Register.columns` asks for the added ones each time."""
    return SimpleNamespace(
        name=reg.name, title=reg.title, model=reg.model, columns=reg.columns, checks=reg.checks, keys=reg.keys,
        prepare=reg.prepare, left_column=reg.left_column,
    )  # fmt: skip


def after_saved(reg: Register, row: Any, *, today: date) -> None:
    """Let the register do what a saved, deleted or restored row brings about.

    Whoever writes rows by `apply` calls this after the flush.
    """
    for step in (*reg.on_saved, *(reg.on_changed if row.version > 1 else ())):
        step(row, today)


def apply(reg: Register, row: Any | None, values: Mapping[str, Any]) -> Any:
    """Put parsed values into a row, making it when there is none. Does not flush."""
    if row is None:
        row = reg.model(extra={})
    for column in reg.columns:
        if column.name in values:
            column.set(row, values[column.name])
    for step in reg.prepare:
        step(row)
    for column in reg.columns:
        if column.has_pinyin:
            row.pinyin = sort_key(column.get(row, today=date.min))
    return row


def sort_key(name: str | None) -> str | None:
    """Full pinyin of a name to sort by; the name itself where it has none."""
    if not name:
        return None
    keys = initials(name)
    return max(keys, key=len)[:SORT_KEY_LENGTH] if keys else name[:SORT_KEY_LENGTH]


def _check_place(reg: Register, values: Mapping[str, Any], by: Actor, errors: dict[str, str]) -> None:
    for column in reg.columns:
        code = values.get(column.name)
        if column.kind == "place" and code and not by.covers(reg.name, "write", code):
            errors.setdefault(column.name, f"“{column.label}”不在您负责的范围内，请改选。")


def key_clash(
    reg: Register, values: Mapping[str, Any], *, but_not: int | None = None
) -> tuple[tuple[str, ...], Any] | None:
    """The first key already taken by another live row, with that row, seen as the system; None when free."""
    if reg.left_column and values.get(reg.left_column):
        return None
    for key in reg.keys:
        if any(values.get(name) in (None, "") for name in key):
            continue
        conditions = [key_condition(reg, name, values[name]) for name in key]
        statement = select(reg.model).where(*conditions, reg.model.deleted_at.is_(None))
        if reg.left_column:
            statement = statement.where(getattr(reg.model, reg.left_column).is_(None))
        if but_not is not None:
            statement = statement.where(reg.model.id != but_not)
        with beyond_scope():
            found = db.session.execute(statement.limit(1)).scalar()
        if found is not None:
            return key, found
    return None


def key_condition(reg: Register, name: str, value: Any) -> Any:
    """`column = value` for a key column of any kind."""
    column = reg.column(name)
    if column.kind == "sealed":
        return getattr(reg.model, name + "_hash") == fingerprint(column.type, column.type.show(value))
    if column.kind == "link":
        return getattr(reg.model, name + "_id") == value
    return column.sql(reg.model) == value if not column.has_pinyin else getattr(reg.model, name) == value


def key_errors(reg: Register, values: Mapping[str, Any], *, by: Actor, but_not: int | None = None) -> dict[str, str]:
    """A clash as a sentence at its column; outside one's scope it says no more than that there is one."""
    clash = key_clash(reg, values, but_not=but_not)
    if clash is None:
        return {}
    key, other = clash
    labels = "、".join(reg.column(name).label for name in key)
    if not by.covers(reg.name, "read", other.area_code):
        return {key[0]: f"同样的{labels}已在其他社区登记，请先联系街道核对。"}
    return {key[0]: f"同样的{labels}已经有了（{reg.title_of(other, date.min)}），请修改那一条，不要重复登记。"}


def leave(reg: Register, row: Any, *, on: date, today: date) -> None:
    """Let a row leave its register on a day, inside `writing()`; it stays, with its history.

    Raises SaveRefused where the register's rules do not allow that day, or its rows cannot leave.
    """
    if not reg.can_be_left:
        raise SaveRefused({"": f"“{reg.title}”里的记录没有迁出日期，请逐条核对。"})
    current = current_values(reg, row, today=today)
    before = row_errors(reg, current, today=today)
    errors = {
        name: sentence
        for name, sentence in row_errors(reg, current | {reg.left_column: on}, today=today).items()
        if before.get(name) != sentence
    }
    if errors:
        raise SaveRefused(errors)
    if reg.leave is not None:
        reg.leave(row, on)
    else:
        setattr(row, reg.left_column, on)
    db.session.flush()
    after_saved(reg, row, today=today)


def delete(reg: Register, row: Any, *, by: Actor) -> None:
    """Move a row to the recycle bin."""
    with acting_as(by), writing() as session:
        fresh = session.get(reg.model, row.id, populate_existing=True)
        if fresh is None:
            raise NotPermitted("这条记录已不在。")
        fresh.deleted_at = utc_now()
        session.flush()
        after_saved(reg, fresh, today=clock.today())


def delete_all(reg: Register, rows: Sequence[Any], *, by: Actor, today: date) -> None:
    """Move rows to the recycle bin, all or none. Raises SaveRefused naming the one that stays."""
    with writing():
        for row in rows:
            try:
                delete(reg, row, by=by)
            except SaveRefused as refused:
                raise SaveRefused({"": f"{reg.title_of(row, today)}：{refused}"}) from refused


def restore(reg: Register, row: Any, *, by: Actor, today: date) -> None:
    """Bring a row back. Raises SaveRefused when its key was taken meanwhile."""
    with acting_as(by), writing() as session:
        fresh = session.get(reg.model, row.id, populate_existing=True)
        if fresh is None:
            raise NotPermitted("这条记录已不在。")
        errors = key_errors(reg, current_values(reg, fresh, today=today), by=by, but_not=fresh.id)
        if errors:
            raise SaveRefused(errors)
        fresh.deleted_at = None
        session.flush()
        after_saved(reg, fresh, today=today)
        for follower in _FOLLOWERS:
            follower(reg, fresh, False)


def reveal(reg: Register, *, reason: str, area_code: str, by: Actor) -> None:
    """Open the masked values of a register to its asker for half an hour; goes into the audit chain."""
    if reason not in REVEAL_REASONS:
        raise SaveRefused({"reason": "请选一个查看原因。"})
    with acting_as(by), writing() as session:
        now = utc_now()
        session.add(
            Reveal(user_id=by.user_id, resource=reg.name, reason=reason, area_code=area_code, at=now,
                   until=now + timedelta(minutes=REVEAL_MINUTES))
        )  # fmt: skip
        audit.record("revealed", reg.name, area_code=area_code, note=reason)
