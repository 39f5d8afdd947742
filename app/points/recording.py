"""Entries that programs ask for: rules by their codes, records by number, and the same request twice as one entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.database.scope import ancestors_of
from app.extensions import db
from app.files.store import digest_of
from app.lowcode import queries as rows
from app.lowcode.register import register
from app.points import matters, queries, rule_queries, rules, service
from app.points.models import PointsEntry, PointsRule, PointsText
from app.points.rules import AlreadyRecorded, Matter, PointsRefused
from app.points.service import EvidenceFile
from app.security.actor import Actor, acting_as


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked to be recorded; `worker` is a row of `grid_workers`, `rule` the code of a rule."""

    worker: Any
    rule: str
    on: date
    matter: Matter
    measured: Decimal | None = None
    note: str = ""
    evidence: Sequence[EvidenceFile] = ()
    is_again: bool = False
    """Record it once more although it was taken back: a repeated request must not undo a correction."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """The entry; `is_new` is False where the same request had made it before. `sentence` says what a cap took."""

    entry: PointsEntry
    is_new: bool
    sentence: str = ""


def record(asked: Asked, *, by: Actor, today: date) -> Recorded:
    """Make the entry, or answer the one that the same request made before.

    Raises AlreadyRecorded where the matter stands in the ledger otherwise, and what `service.award` raises.
    """
    with acting_as(by):
        rule = rule_by_code(asked.rule, asked.worker, asked.on)
        if known := _known(asked):
            return Recorded(known, False)
        try:
            made = service.award(
                rule, asked.worker, matter=asked.matter, on=asked.on, by=by, today=today, evidence=asked.evidence,
                note=asked.note, measured=asked.measured,
            )  # fmt: skip
        except AlreadyRecorded:
            # Somebody recorded it between the look and the lock; the same request twice at once is one entry too.
            if known := _known(asked):
                return Recorded(known, False)
            raise
    return Recorded(made.entry, True, made.sentence)


def rule_by_code(code: str, worker: Any, on: date) -> PointsRule:
    """The rule of that code for a worker's grid on a day; one out of force is found too, so that it can refuse itself.

    Raises PointsRefused.
    """
    area_code = queries.grid_on(worker, on)
    wanted = code.strip()
    for rule in rule_queries.rules_in_force(area_code, on):
        if rule.code == wanted:
            return rule
    statement = select(PointsRule).where(
        PointsRule.code == wanted, PointsRule.deleted_at.is_(None),
        PointsRule.area_code.in_((*ancestors_of(area_code), area_code)),
    )  # fmt: skip
    found = db.session.execute(statement.order_by(PointsRule.valid_from.desc()).limit(1)).scalar()
    if found is None:
        raise PointsRefused(f"{worker.name}所在的网格没有编号为“{wanted[:20]}”的规则，请对照积分规则里的编号。")
    return found


def matter_of_record(register_name: str, row_id: int) -> Matter:
    """A row of a register as a matter. Raises PointsRefused where there is none that the actor sees."""
    known = {source.kind: source.title() for source in matters.matter_sources()}
    if register_name not in known:
        names = "、".join(f"{title}（{kind}）" for kind, title in known.items())
        raise PointsRefused(f"“{register_name[:40]}”里的记录不能记分，可用的有：{names}。")
    row = rows.get(register(register_name), row_id)
    found = matters.matter_of(f"{register_name}{matters.SEPARATOR}{row.uid}") if row is not None else None
    if found is None:
        raise PointsRefused(f"“{known[register_name]}”里没有编号为 {row_id} 的记录，或不在您负责的范围内。")
    return found


def _known(asked: Asked) -> PointsEntry | None:
    """The live entry the same request made. Raises AlreadyRecorded for another one about the same matter,
    PointsRefused where the matter was taken back and is not asked for again."""
    entries = db.session.execute(
        select(PointsEntry)
        .where(
            PointsEntry.worker_uid == asked.worker.uid, PointsEntry.rule_code == asked.rule.strip(),
            PointsEntry.matter_kind == asked.matter.kind, PointsEntry.matter_uid == asked.matter.uid,
        )
        .order_by(PointsEntry.seq)
    ).scalars().all()  # fmt: skip
    taken_back = {each.reverses_id for each in entries}
    live = next((each for each in entries if each.reverses_id is None and each.id not in taken_back), None)
    if live is None:
        if entries and not asked.is_again:
            raise PointsRefused(
                f"这件事按规则 {asked.rule} 记过又冲正了（第 {entries[-1].seq} 号）。确要再记一次，请写明 again。"
            )
        return None
    if not _is_same(live, asked):
        raise AlreadyRecorded(
            f"这件事已经按规则 {asked.rule} 给{asked.worker.name}记过（第 {live.seq} 号，{live.on}），一件事只记一次。",
            entry_id=live.id,
        )
    return live


def _is_same(entry: PointsEntry, asked: Asked) -> bool:
    text = db.session.get(PointsText, entry.uid)
    measured = text.measured if text is not None else None
    digest = rules.evidence_digest([digest_of(file.data) for file in asked.evidence])
    return entry.on == asked.on and measured == asked.measured and (not digest or digest == entry.evidence_digest)
