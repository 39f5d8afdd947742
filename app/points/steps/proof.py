"""Proving the steps: every chain walked, words, lines on show and the waiting list held against it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import or_, select

from app.extensions import db
from app.points import rules
from app.points.models import PointsEntry
from app.points.steps.models import (
    SIGNED,
    PointsShowLine,
    PointsStep,
    PointsStepHead,
    PointsStepText,
    PointsWaiting,
)
from app.points.steps.service import digest_of, lines_digest
from app.points.sum_queries import month_number
from app.security.beyond import beyond_scope
from app.security.keys import keyring

KIND_NAMES = {
    "verified": "核对", "returned": "退回", "shown": "公示", "disputed": "异议", "upheld": "异议处理", "rejected": "异议处理",
    "assessed": "年度考核",
}  # fmt: skip


def faults() -> list[str]:
    """What does not fit, in words (for `verify`)."""
    with beyond_scope():
        return [*_chain_faults(), *_stray_faults(), *_show_faults(), *_waiting_faults()]


def _chain_faults() -> Iterator[str]:
    heads = {row.chain: (row.seq, bytes(row.mac)) for row in db.session.execute(select(PointsStepHead)).scalars()}
    statement = (
        select(PointsStep, PointsStepText)
        .outerjoin(PointsStepText, PointsStepText.step_uid == PointsStep.uid)
        .order_by(PointsStep.chain, PointsStep.seq)
        .execution_options(yield_per=2000)
    )
    keys = keyring()
    last: dict[str, tuple[int, bytes]] = {}
    for step, text in db.session.execute(statement):
        before, previous = last.get(step.chain, (0, b""))
        where = f"积分{KIND_NAMES.get(step.kind, '处理')} {step.chain[:12]} 第 {step.seq} 步"
        signed = rules.link_bytes([getattr(step, name) for name in SIGNED])
        if step.seq != before + 1:
            yield f"{where}：前面缺少 {step.seq - before - 1} 步"
        elif not keys.is_signed(signed, previous, bytes(step.mac)):
            yield f"{where}：内容被改动过，或不是由系统记入的"
        if text is None:
            yield f"{where}：说明不见了"
        elif not _is_erased(text) and digest_of(text) != step.text_digest:
            yield f"{where}：说明被改动过"
        elif text.area_code != step.area_code:
            yield f"{where}：说明的所属网格被改动过"
        last[step.chain] = (step.seq, bytes(step.mac))
    for chain in sorted(heads.keys() | last.keys()):
        if heads.get(chain, (0, b"")) != last.get(chain, (0, b"")):
            yield f"积分处理 {chain[:12]}：末尾缺少记录，应有 {heads.get(chain, (0, b''))[0]} 步"


def _is_erased(text: PointsStepText) -> bool:
    return text.matter is None and text.words is None and text.by_name is None


def _stray_faults() -> Iterator[str]:
    """Words without their step, steps about entries and disputes that are not there."""
    known = select(PointsStep.uid)
    stray = select(PointsStepText.step_uid).where(PointsStepText.step_uid.not_in(known))
    for uid in db.session.execute(stray).scalars():
        yield f"积分处理说明 {uid[:8]}：没有这一步"
    entries, steps = select(PointsEntry.id), select(PointsStep.id)
    lost = or_(
        *(
            column.is_not(None) & column.not_in(entries)
            for column in (PointsStep.entry_id, PointsStep.counter_id, PointsStep.made_id)
        ),
        PointsStep.dispute_id.is_not(None) & PointsStep.dispute_id.not_in(steps),
    )
    for step in db.session.execute(select(PointsStep).where(lost)).scalars():
        yield f"积分{KIND_NAMES.get(step.kind, '处理')} {step.chain[:12]} 第 {step.seq} 步：所说的那一条不见了"


def _show_faults() -> Iterator[str]:
    shown = db.session.execute(select(PointsStep).where(PointsStep.kind == "shown").order_by(PointsStep.id)).scalars()
    known = set()
    for step in shown.all():
        known.add(step.uid)
        lines = db.session.execute(select(PointsShowLine).where(PointsShowLine.step_uid == step.uid)).scalars().all()
        if lines_digest(lines) != step.content_digest:
            yield f"积分公示 {step.area_code} {step.month}：公示的名单被改动过"
    stray = select(PointsShowLine.step_uid).where(PointsShowLine.step_uid.not_in(known)).distinct()
    for uid in db.session.execute(stray).scalars():
        yield f"积分公示名单 {uid[:8]}：不是由系统记入的"


def _waiting_faults() -> Iterator[str]:
    checked = select(PointsStep.entry_id).where(PointsStep.kind.in_(("verified", "returned")))
    taken_back = select(PointsEntry.reverses_id).where(PointsEntry.reverses_id.is_not(None))
    wanted = select(PointsEntry).where(
        PointsEntry.check_by.is_not(None), PointsEntry.id.not_in(checked), PointsEntry.id.not_in(taken_back)
    )
    expected = {
        (each.id, each.area_code, month_number(each.on), each.worker_uid, each.points, each.check_by, each.recorded_by)
        for each in db.session.execute(wanted).scalars()
    }
    kept = {
        (each.entry_id, each.area_code, each.month, each.worker_uid, each.points, each.check_by, each.recorded_by)
        for each in db.session.execute(select(PointsWaiting)).scalars()
    }
    for entry_id in sorted({row[0] for row in expected ^ kept}):
        yield f"积分待核名单：记录 {entry_id} 与台账不符"
