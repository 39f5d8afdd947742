"""What taking a batch back would do to each row it wrote: reverse it, keep it because edited since, or refuse.

Rows hang together: a movement and the person it moved stand or fall together, a home is not taken from under somebody
who lives in it by now. Such rows need one another, so that one kept row may keep others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Any, Literal, NamedTuple

from sqlalchemy import DateTime, func, inspect, select, tuple_
from sqlalchemy.orm import Session

from app.jobs.telling import counted
from app.lowcode.binding import native
from app.lowcode.importing.written import Written, registers_of, written_by
from app.lowcode.register import Register, register, registers
from app.security.actor import Actor
from app.security.beyond import beyond_scope
from app.security.changes import SILENT, portable
from app.security.models import Change

CHUNK = 500
Row = tuple[str, int]
"""(register, id)."""
NOBODY: Row = ("", 0)
"""What stands in the way is no row of the batch, or not one that gives way."""
Bucket = Literal["kept", "refused"]
_SILENT = SILENT | {"id", "uid"}


class Spared(NamedTuple):
    """A row that is not reversed, with the reason."""

    row: int
    title: str
    why: str
    register: str
    bucket: Bucket


@dataclass(slots=True)
class Reversal:
    """A row to be reversed: a new one goes to the recycle bin, another gets the values `before` (portable) back."""

    row_id: int
    title: str
    is_new: bool
    before: dict[str, Any]


class Need(NamedTuple):
    """`row` can be reversed only if `other` is; else it goes to `bucket` (that of `other` where empty) with `why`."""

    row: Row
    other: Row
    why: str
    bucket: Bucket | None = None


@dataclass
class Plan:
    """Rows of each register to reverse, in the order they were written, and those that stay as they are."""

    reversals: dict[str, dict[int, Reversal]] = field(default_factory=dict)
    spared: dict[Row, Spared] = field(default_factory=dict)

    def reversal(self, row: Row) -> Reversal | None:
        return self.reversals.get(row[0], {}).get(row[1])

    def spare(self, row: Row, title: str, why: str, bucket: Bucket) -> None:
        self.reversals.get(row[0], {}).pop(row[1], None)
        self.spared.setdefault(row, Spared(row[1], title, why, row[0], bucket))


def plan_undo(
    session: Session, own: Register, batch_id: int, *, by: Actor, refused: Mapping[Row, str] | None = None
) -> Plan:
    """Judge and lock every row that the batch wrote; `refused` are rows known not to be reversible, with the reason."""
    plan, needs = Plan(), list[Need]()
    for reg in registers_of(session, batch_id):
        judge = _Judge(session, reg, plan, by, is_own=reg is own)
        for chunk in _chunks(counted(written_by(session, reg, batch_id))):
            needs += judge.judge(chunk)
        for row, why in (refused or {}).items():
            if row[0] == reg.name and (each := plan.reversal(row)) is not None:
                plan.spare(row, each.title, why, "refused")
    for reg in registers():
        needs += _uses(session, reg, plan)
    for name, reversals in plan.reversals.items():
        needs += _clashes(session, register(name), reversals, plan)
    _settle(plan, needs)
    return plan


def _chunks(items: Iterable[Written]) -> Iterator[list[Written]]:
    rest = iter(items)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def _settle(plan: Plan, needs: Sequence[Need]) -> None:
    """Spare what needs a spared row, and what needs that, until nothing changes any more."""
    is_moving = True
    while is_moving:
        is_moving = False
        for need in needs:
            mine, other = plan.reversal(need.row), plan.spared.get(need.other)
            if mine is not None and (other is not None or need.other == NOBODY):
                plan.spare(need.row, mine.title, need.why, need.bucket or (other.bucket if other else "refused"))
                is_moving = True


class _Judge:
    """Judges the rows of one register by themselves."""

    def __init__(self, session: Session, reg: Register, plan: Plan, by: Actor, *, is_own: bool) -> None:
        self.session, self.reg, self.plan, self.by, self.is_own = session, reg, plan, by, is_own
        self.types = types_of(reg.model)
        self.reversals = plan.reversals.setdefault(reg.name, {})
        # What saving such a row brings about in the row it links to can only be taken back together with it.
        self._links = [column for column in reg.declared_columns if column.kind == "link" and reg.on_saved]

    def judge(self, chunk: Sequence[Written]) -> list[Need]:
        """Put each row where it belongs; which of them need another."""
        if not self.is_own:
            # 网格 and 楼栋 pull the rows along that hang on them, and will pull them back.
            chunk = [each for each in chunk if each.is_new or set(each.before) - {"area_code"}]
        model = self.reg.model
        with beyond_scope():  # rows that moved away are named too; whether one may be changed is asked for each below
            statement = select(model).where(model.id.in_([each.row_id for each in chunk])).order_by(model.id)
            found = self.session.execute(statement.with_for_update().execution_options(populate_existing=True))
            rows = {row.id: row for row in found.scalars()}
        edited = {
            each.row_id: fields for each in chunk if each.row_id in rows and (fields := self._edited(rows[each.row_id], each))
        }  # fmt: skip
        editors = _last_editors(self.session, self.reg, list(edited)) if edited else {}
        needs: list[Need] = []
        for each in chunk:
            row = rows.get(each.row_id)
            why, bucket = self._why_not(row, each, edited.get(each.row_id, ()), editors.get(each.row_id, "有人"))
            title = self._title(row, each)
            if bucket is not None:
                self.plan.spare((self.reg.name, each.row_id), title, why, bucket)
                continue
            self.reversals[each.row_id] = Reversal(each.row_id, title, each.is_new, each.before)
        for each in chunk:
            if each.is_new and each.row_id in rows:
                needs += self._bound(rows[each.row_id], self._title(rows[each.row_id], each))
        return needs

    def _title(self, row: Any, written: Written) -> str:
        title = str(
            (getattr(row, self.reg.row_title, None) if row else None) or written.after.get(self.reg.row_title) or ""
        )
        title = title or f"{self.reg.noun_text} {written.row_id}"
        return title if self.is_own else f"{self.reg.title}：{title}"

    def _why_not(
        self, row: Any, written: Written, edited: Sequence[str], editor: str
    ) -> tuple[str, Bucket | None]:  # fmt: skip
        if row is None:
            return "这条记录后来被彻底删除了。", "kept"
        if not self.by.covers(self.reg.name, "write", row.area_code):
            return "这条记录现在不在您负责的范围内。", "refused"
        if edited:
            what = "删除了这条记录" if row.deleted_at is not None else f"改过{_labels(self.reg, edited)}"
            return f"导入之后{editor}{what}，保留现在的内容。", "kept"
        if not self.by.covers(self.reg.name, "write", written.before.get("area_code") or row.area_code):
            return "这条记录原来所在的区域不在您负责的范围内。", "refused"
        return "", None

    def _edited(self, row: Any, written: Written) -> list[str]:
        """Fields that no longer hold what the batch wrote. A row it made counts as a whole."""
        names = list(self.types) if written.is_new else [name for name in written.after if name in self.types]
        changed = [name for name in names if name not in _SILENT and self._differs(row, name, written.after.get(name))]
        if row.deleted_at is not None and "deleted_at" not in changed:
            changed.append("deleted_at")
        return changed

    def _differs(self, row: Any, name: str, then: Any) -> bool:
        now = portable(getattr(row, name))
        if isinstance(self.types[name], DateTime):
            return (now is None) != (then is None)
        return bool(now != then) and not (name == "extra" and not now and not then)

    def _bound(self, row: Any, title: str) -> Iterator[Need]:
        mine = (self.reg.name, row.id)
        for column in self._links:
            target_id = getattr(row, column.name + "_id")
            if target_id is not None and column.target is not None:
                other = (column.target, target_id)
                yield Need(mine, other, "它改动的那条记录没有撤销，为免前后不一，一并保留。")
                yield Need(other, mine, f"同一批写入的“{title}”没有撤销，为免前后不一，一并保留。")


@lru_cache(maxsize=256)
def types_of(model: Any) -> dict[str, Any]:
    """Attribute → type of its column."""
    mapper: Any = inspect(model)
    return {attr.key: attr.columns[0].type for attr in mapper.column_attrs}


def _labels(reg: Register, fields: Sequence[str]) -> str:
    """Labels of the columns that fields belong to."""
    names = {name.removesuffix("_box").removesuffix("_hash").removesuffix("_id") for name in fields}
    names |= {column.name for column in reg.columns if column.kind == "place" and "area_code" in fields}
    labels = [column.label for column in reg.columns if column.name in names]
    return "“" + "、".join(labels) + "”" if labels else "这条记录"


def _last_editors(session: Session, reg: Register, ids: Sequence[int]) -> dict[int, str]:
    """Row id → who changed it last."""
    last = (
        select(func.max(Change.id)).where(Change.register == reg.name, Change.row_id.in_(ids)).group_by(Change.row_id)
    )
    with beyond_scope():
        found = session.execute(select(Change.row_id, Change.by_name).where(Change.id.in_(last))).all()
    return {row_id: name for row_id, name in found if name}


def _uses(session: Session, reg: Register, plan: Plan) -> Iterator[Need]:
    """New rows that live rows of a register link to need those to give them up."""
    for column in reg.declared_columns:
        if column.kind != "link" or column.target is None:
            continue
        ids = [each.row_id for each in plan.reversals.get(column.target, {}).values() if each.is_new]
        attribute = column.name + "_id"
        link = getattr(reg.model, attribute)
        for start in range(0, len(ids), CHUNK):
            wanted = select(reg.model.id, link).where(
                link.in_(ids[start : start + CHUNK]), reg.model.deleted_at.is_(None)
            )
            with beyond_scope():
                found = session.execute(wanted).all()
            for user_id, id_ in found:
                mine = plan.reversal((reg.name, user_id))
                gives_up = mine is not None and (mine.is_new or attribute in mine.before)
                other = (reg.name, user_id) if gives_up else NOBODY
                yield Need((column.target, id_), other, f"“{reg.title}”里已经用到这条记录，不能删除。", "refused")


def _clashes(session: Session, reg: Register, reversals: Mapping[int, Reversal], plan: Plan) -> Iterator[Need]:
    """Rows that would have a key again need whoever holds it by now to give it up."""
    attributes = {reg.key_attribute(name) for key in reg.keys for name in key}
    touching = attributes | {"deleted_at", reg.left_column}
    ids = [each.row_id for each in reversals.values() if not each.is_new and touching & set(each.before)]
    for start in range(0, len(ids), CHUNK):
        with beyond_scope():
            found = select(reg.model).where(reg.model.id.in_(ids[start : start + CHUNK]))
            rows = session.execute(found).scalars().all()
        for key in reg.keys:
            names = [reg.key_attribute(name) for name in key]
            claims: dict[tuple[Any, ...], list[int]] = {}
            for row in rows:
                values = _again(reg, row, reversals[row.id], (*names, "deleted_at", reg.left_column))
                if None not in values[:-2] and values[-2:] == (None, None):
                    claims.setdefault(values[:-2], []).append(row.id)
            yield from _held(session, reg, names, claims, plan)


def _again(reg: Register, row: Any, reversal: Reversal, names: Sequence[str]) -> tuple[Any, ...]:
    """Values a row will have when it is reversed."""
    types = types_of(reg.model)
    return tuple(
        (native(types[name], reversal.before[name]) if name in reversal.before else getattr(row, name)) if name else None
        for name in names
    )  # fmt: skip


def _held(
    session: Session, reg: Register, names: Sequence[str], claims: Mapping[tuple[Any, ...], Sequence[int]], plan: Plan
) -> Iterator[Need]:
    if not claims:
        return
    model, columns = reg.model, [getattr(reg.model, name) for name in names]
    wanted = select(model.id, *columns).where(tuple_(*columns).in_(list(claims)), model.deleted_at.is_(None))
    if reg.left_column:
        wanted = wanted.where(getattr(model, reg.left_column).is_(None))
    with beyond_scope():
        found = session.execute(wanted).all()
    for holder_id, *values in found:
        holder = plan.reversal((reg.name, holder_id))
        gives_up = holder is not None and (holder.is_new or bool(set(names) & set(holder.before)))
        for claimer in claims.get(tuple(values), ()):
            if claimer != holder_id:
                other = (reg.name, holder_id) if gives_up else NOBODY
                yield Need((reg.name, claimer), other, "改回去会与另一条记录重复。", "refused")
