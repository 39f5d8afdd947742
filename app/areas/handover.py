"""划转楼栋: single buildings go from one living grid to another, with all that hangs on them, from a day on a paper.

No area is closed or made. The rows' own history keeps where they lay before, in one batch.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.models import Area, Reorganisation
from app.areas.movers import Coming, Item, item_mover
from app.areas.queries import whole_tree
from app.areas.requests import Node
from app.areas.rules import AreaRefused, lowest_common
from app.clock import utc_now
from app.database.transactions import writing
from app.security import audit
from app.security.actor import Actor, acting_as, current_actor, require
from app.security.changes import in_batch
from app.settings.queries import profile

KIND, KIND_NAME = "buildings", "划转楼栋"


@dataclass(frozen=True, kw_only=True)
class Handover:
    """What an office wants: these buildings of `source` lie in `target` from the day `on`."""

    source: str
    target: str
    items: tuple[str, ...]
    on: date
    document: str


@dataclass(frozen=True, slots=True)
class HandoverPreview:
    """What would be done; `hand_over` wants `fingerprint` back and does just this or nothing."""

    items: tuple[Item, ...]
    coming: tuple[Coming, ...]
    households: int
    fingerprint: str


def buildings_in(code: str) -> list[Item]:
    """Buildings that lie in exactly this area. Raises NotPermitted."""
    require("areas", "write", code)
    with acting_as(_system_for_caller()):
        return item_mover().items((code,))


def preview_handover(wanted: Handover, *, today: date) -> HandoverPreview:
    """What moves. Writes nothing. Raises AreaRefused with the reason, NotPermitted."""
    require("areas", "write", wanted.source)
    if wanted.target:
        require("areas", "write", wanted.target)
    _refuse_bad(wanted, today)
    known = {item.uid: item for item in buildings_in(wanted.source)}
    if not known.keys() >= set(wanted.items):
        raise AreaRefused("有楼栋已经不在这个网格里，请重新选择。")
    chosen = tuple(item for uid, item in known.items() if uid in set(wanted.items))
    uids = [item.uid for item in chosen]
    with acting_as(_system_for_caller()):
        coming, households = tuple(item_mover().coming(uids)), item_mover().households(uids)
    text = repr((wanted.source, wanted.target, sorted(uids), wanted.on.isoformat(), wanted.document.strip(), coming))
    return HandoverPreview(chosen, coming, households, hashlib.sha256(text.encode()).hexdigest()[:32])


def hand_over(wanted: Handover, *, today: date, expected: str) -> Reorganisation:
    """Do what was previewed, all at once or not at all. Raises AreaRefused, also where rows have changed since."""
    with writing() as session:
        found = preview_handover(wanted, today=today)
        if found.fingerprint != expected:
            raise AreaRefused("预览之后楼栋或住户又有变动，没有执行。请重新预览，核对后再办理。")
        record = _record(session, wanted, found)
        with acting_as(_system_for_caller()), in_batch(-record.id):
            # Import batches count upwards from 1; negative numbers keep an undo of theirs from touching this.
            moved = item_mover().move(wanted.items, wanted.target, today)
            _count_households(session, wanted, found.households)
        record.details = {**record.details, "moved": dict(moved)}
        labels = "、".join(item.label for item in found.items)
        note = f"{KIND_NAME}：{labels}；{wanted.source} → {wanted.target}；{wanted.document.strip()}"
        audit.record("reorganised", "areas", area_code=record.area_code, row_uid=record.uid, note=note[:200])
    return record


def _refuse_bad(wanted: Handover, today: date) -> None:
    if not wanted.items:
        raise AreaRefused("还没有勾选要划转的楼栋。")
    if not wanted.document.strip():
        raise AreaRefused("请写明依据的文件，例如“清街发〔2026〕5号”。")
    if wanted.on > today:
        raise AreaRefused(f"生效日期 {wanted.on} 还没有到。请到那一天再办理。")
    if not wanted.target:
        raise AreaRefused("请选择划到哪个网格。")
    if wanted.source == wanted.target:
        raise AreaRefused("楼栋本来就在这个网格，请选别的网格。")
    nodes = whole_tree((wanted.source, wanted.target), today=today).nodes
    source, target = _node(nodes.get(wanted.source)), _node(nodes.get(wanted.target))
    if len(source.code) != len(target.code):
        raise AreaRefused(f"{target.name}和{source.name}不是同一级，楼栋只能在同一级之间划转。")
    for node in (source, target):
        if node.valid_from is not None and node.valid_from > wanted.on:
            raise AreaRefused(f"{node.name}从 {node.valid_from} 起设立，生效日期不能早于这一天。")


def _node(node: Node | None) -> Node:
    if node is None:
        raise AreaRefused("有一个网格不存在，或者已经撤销。请重新选择。")
    return node


def _record(session: Session, wanted: Handover, found: HandoverPreview) -> Reorganisation:
    actor = current_actor()
    record = Reorganisation(
        uid=secrets.token_hex(16), area_code=lowest_common([wanted.source, wanted.target], profile().levels), kind=KIND,
        on=wanted.on, document=wanted.document.strip(), by_id=actor.user_id, by_name=actor.name, at=utc_now(),
        details={
            "closed": [], "made": [], "became": [], "source": wanted.source, "target": wanted.target,
            "items": [[item.uid, item.label] for item in found.items],
        },
    )  # fmt: skip
    with acting_as(_system_for_caller()):
        session.add(record)
        session.flush()
    return record


def _count_households(session: Session, wanted: Handover, households: int) -> None:
    """The grids' own counts follow, where they are known; a count never falls below nothing."""
    for code, step in ((wanted.source, -households), (wanted.target, households)):
        row = session.execute(select(Area).where(Area.code == code)).scalar_one()
        if row.household_count is not None and households:
            row.household_count = max(row.household_count + step, 0)
    session.flush()


def _system_for_caller() -> Actor:
    actor = current_actor()
    return Actor(actor.user_id, actor.name, None, is_system=True)
