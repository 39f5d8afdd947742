"""Changing the tree of areas: new, renamed and closed nodes, and 合并, 拆分, 划转 in one logged batch."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.areas.models import Area, AreaSuccessor, Reorganisation
from app.areas.movers import Item, movers
from app.areas.queries import whole_tree
from app.areas.reorganising import NewNode, Plan, make_plan
from app.areas.requests import KIND_NAMES, LONGEST_NAME, Request, Tree
from app.areas.rules import AreaRefused, is_special_kind, level_of, lowest_common, next_code, parent_of, same_name
from app.clock import utc_now
from app.database.transactions import writing
from app.security import audit
from app.security.actor import Actor, acting_as, current_actor, require
from app.security.changes import in_batch
from app.settings.queries import profile

CODE_LOCK = 7_202
"""Advisory lock on PostgreSQL: two offices giving out codes at once would both take the same number."""

_COPIED = ("responsible_name", "responsible_uid")


@dataclass(frozen=True, slots=True)
class Moving:
    """How many rows of one kind move, in words for the preview; kinds that are unsaid have none."""

    name: str
    title: str
    unit: str
    count: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a reorganisation would do; `reorganise` wants `plan.fingerprint` back and does just this or nothing."""

    plan: Plan
    moving: tuple[Moving, ...]


def create_area(
    parent: str, name: str, *, on: date, document: str = "", kind: str | None = None, size: str | None = None,
    responsible_name: str | None = None,
) -> str:  # fmt: skip
    """A new node below a parent; its code is the next that was never used. Raises AreaRefused, NotPermitted."""
    with writing() as session:
        require("areas", "write", parent)
        _lock_codes(session)
        tree = whole_tree((parent,), today=on)
        if parent not in tree.nodes:
            raise AreaRefused("上级区域不存在，或者已经撤销，请重新选择。")
        code = next_code(parent, tree.taken, tree.levels, is_special=is_special_kind(kind))
        name = _fresh_name(name, parent, tree)
        session.add(
            Area(
                uid=secrets.token_hex(16), code=code, area_code=code, parent_code=parent, name=name, kind=kind,
                size=size, level=level_of(code, tree.levels).key, responsible_name=responsible_name, valid_from=on,
                document=document or None, extra={},
            )
        )  # fmt: skip
    return code


def rename_area(code: str, name: str, *, on: date, document: str = "") -> None:
    """Give a node another name from a day on; the old one stays in its history and in `extra["former_names"]`."""
    with writing() as session:
        require("areas", "write", code)
        row = _living(session, code, on)
        parent = parent_of(code, profile().levels)
        if parent is not None:
            tree = whole_tree((parent,), today=on)
            others = {other: node for other, node in tree.nodes.items() if other != code}
            name = _fresh_name(name, parent, Tree(others, tree.taken, tree.levels))
        if name.strip() == row.name:
            return
        former = {"name": row.name, "until": (on - timedelta(days=1)).isoformat(), "document": document}
        row.extra = {**row.extra, "former_names": [*row.extra.get("former_names", []), former]}
        row.name = name.strip()


def set_responsible(code: str, name: str | None, *, uid: str | None = None) -> None:
    """Name who answers for a node; None takes the name away. `uid` is the roster row, where there is one."""
    text = (name or "").strip()
    if len(text) > 40:
        raise AreaRefused("负责人姓名最多 40 个字。")
    with writing() as session:
        require("areas", "write", code)
        row = session.execute(select(Area).where(Area.code == code)).scalar()
        if row is None:
            raise AreaRefused("这个区域不存在，请重新选择。")
        row.responsible_name, row.responsible_uid = text or None, uid if text else None


def close_area(code: str, *, on: date, document: str) -> None:
    """Close an empty node; `on` is the first day without it. Raises AreaRefused naming what still lies in it."""
    with writing() as session:
        require("areas", "write", code)
        row = _living(session, code, on)
        tree = whole_tree((code,), today=on)
        if parent_of(code, tree.levels) is None:
            raise AreaRefused("最上一级不能撤销。")
        if len(tree.nodes) > 1:
            raise AreaRefused(f"{row.name}下面还有 {len(tree.nodes) - 1} 个区域，请先把它们合并或划转。")
        left = [f"{item.count} {item.unit}{item.title}" for item in _moving((code,)) if item.count]
        left += ["不便列出的记录"] if not left and _has_unsaid(code) else []
        if left:
            raise AreaRefused(f"{row.name}里还有{'、'.join(left)}，请改用合并或划转，让它们有去处。")
        row.valid_to, row.document = on - timedelta(days=1), document or row.document


def preview(request: Request, *, today: date) -> Preview:
    """What a reorganisation would do, and how much moves. Writes nothing. Raises AreaRefused, NotPermitted."""
    plan = _permitted_plan(request, today)
    return Preview(plan, _moving(plan.closed))


def items_in(code: str) -> list[Item]:
    """Buildings a split of this node may deal out."""
    require("areas", "write", code)
    with acting_as(_system_for_caller()):
        return [item for mover in movers() if mover.items for item in mover.items((code,))]


def reorganise(request: Request, *, today: date, expected: str) -> Reorganisation:
    """Do what was previewed: new nodes, successors, and every registered kind of rows, all at once or not at all.

    `expected` is the fingerprint of the previewed plan. Raises AreaRefused, also where the tree has changed since.
    """
    with writing() as session:
        _lock_codes(session)
        plan = _permitted_plan(request, today)
        if plan.fingerprint != expected:
            raise AreaRefused("预览之后区划又有变动，没有执行。请重新预览，核对后再办理。")
        record = _record(session, plan)
        with acting_as(_system_for_caller()), in_batch(-record.id):
            # Import batches count upwards from 1; negative numbers keep an undo of theirs from touching this.
            _close(session, plan)
            _make(session, plan)
            session.flush()
            moved = {mover.name: mover.move(plan.moves) for mover in movers()}
        record.details = {**record.details, "moved": moved}
        note = f"{KIND_NAMES[request.kind]}：{'、'.join(plan.request.sources)}；{plan.moves.document}"
        audit.record("reorganised", "areas", area_code=record.area_code, row_uid=record.uid, note=note)
    return record


def _permitted_plan(request: Request, today: date) -> Plan:
    codes = {*request.sources, *([request.parent] if request.parent else [])}
    parents = {parent_of(code, profile().levels) or code for code in request.sources if len(code) in _lengths()}
    for code in sorted(codes | parents):
        require("areas", "write", code)
    if request.items:
        known = {item.uid for code in request.sources for item in items_in(code)}
        if not known.issuperset(request.items):
            raise AreaRefused("有楼栋已经不在这个区域里，请重新选择。")
    return make_plan(request, whole_tree(codes | parents, today=today), today=today)


def _lengths() -> Collection[int]:
    return profile().level_by_digits.keys()


def _moving(codes: Collection[str]) -> tuple[Moving, ...]:
    with acting_as(_system_for_caller()):
        return tuple(
            Moving(mover.name, mover.title(), mover.unit, sum(mover.count(codes).values()))
            for mover in movers()
            if not mover.is_unsaid
        )


def _has_unsaid(code: str) -> bool:
    with acting_as(_system_for_caller()):
        return any(sum(mover.count((code,)).values()) for mover in movers() if mover.is_unsaid)


def _record(session: Session, plan: Plan) -> Reorganisation:
    actor = current_actor()
    request = plan.request
    touched = [*request.sources, *(node.code for node in plan.made)]
    record = Reorganisation(
        uid=secrets.token_hex(16),
        area_code=lowest_common(touched, profile().levels),
        kind=request.kind,
        on=request.on,
        document=plan.moves.document,
        by_id=actor.user_id,
        by_name=actor.name,
        at=utc_now(),
        details={
            "closed": list(plan.closed),
            "made": [node.code for node in plan.made],
            "became": [list(pair) for pair in plan.successors],
        },
    )
    with acting_as(_system_for_caller()):
        session.add(record)
        session.flush()
    return record


def _close(session: Session, plan: Plan) -> None:
    for row in session.execute(select(Area).where(Area.code.in_(plan.closed))).scalars():
        row.valid_to, row.document = plan.request.on - timedelta(days=1), plan.moves.document


def _make(session: Session, plan: Plan) -> None:
    copied = [node.copy_of for node in plan.made if node.copy_of]
    old = {row.code: row for row in session.execute(select(Area).where(Area.code.in_(copied))).scalars()}
    for node in plan.made:
        session.add(_area_of(node, old.get(node.copy_of or ""), plan))
        for source in node.made_from:
            session.add(
                AreaSuccessor(
                    old_code=source, new_code=node.code, kind=KIND_NAMES[plan.request.kind], on=plan.request.on,
                    document=plan.moves.document,
                )
            )  # fmt: skip


def _area_of(node: NewNode, copied: Area | None, plan: Plan) -> Area:
    kept: dict[str, Any] = {name: getattr(copied, name) for name in _COPIED} if copied else {}
    return Area(
        uid=secrets.token_hex(16), code=node.code, area_code=node.code, parent_code=node.parent_code, name=node.name,
        level=node.level, kind=node.kind, size=node.size, household_count=node.household_count,
        population=node.population, valid_from=plan.request.on, document=plan.moves.document,
        extra=dict(copied.extra) if copied else {}, **kept,
    )  # fmt: skip


def _living(session: Session, code: str, on: date) -> Area:
    row: Area | None = session.execute(select(Area).where(Area.code == code)).scalar()
    if row is None or (row.valid_to is not None and row.valid_to < on):
        raise AreaRefused("这个区域不存在，或者已经撤销，请重新选择。")
    if row.valid_from is not None and row.valid_from >= on:
        raise AreaRefused(f"{row.name}从 {row.valid_from} 起设立，日期要在这一天之后。")
    return row


def _fresh_name(name: str, parent: str, tree: Tree) -> str:
    text = name.strip()
    if not text or len(text) > LONGEST_NAME:
        raise AreaRefused(f"请写名称，最多 {LONGEST_NAME} 个字。")
    if any(same_name(text, node.name) for node in tree.children_of(parent)):
        raise AreaRefused(f"{tree.nodes[parent].name}已经有“{text}”，请换一个名称。")
    return text


def _lock_codes(session: Session) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(CODE_LOCK)))


def _system_for_caller() -> Actor:
    actor = current_actor()
    return Actor(actor.user_id, actor.name, None, is_system=True)
