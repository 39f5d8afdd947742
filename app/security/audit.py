"""The audit chain: who did what when, each link signed over the one before; one chain a street."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

from flask import current_app
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app.areas.rules import STREET_DIGITS
from app.clock import utc_now
from app.database.transactions import before_commit
from app.extensions import db
from app.security import bulk_changes
from app.security.actor import SYSTEM, acting_as, current_actor
from app.security.models import AuditEntry, AuditHead, BulkChange, Change


def record(action: str, resource: str, *, area_code: str, row_uid: str | None = None, note: str = "") -> None:
    """Note an act that changes no row (export, print, reveal, sign-in). Must run inside `writing()`."""
    actor = current_actor()
    db.session().info.setdefault("audit", []).append(
        {"action": action, "resource": resource, "area_code": area_code, "row_uid": row_uid, "note": note,
         "user_id": actor.user_id, "user_name": actor.name, "change": None}
    )  # fmt: skip


@event.listens_for(Session, "after_flush")
def _note_flushed_changes(session: Session, _context: Any) -> None:
    for row in session.new:
        if isinstance(row, Change):
            session.info.setdefault("audit", []).append(
                {"action": row.action, "resource": row.register, "area_code": row.area_code or "", "note": "",
                 "row_uid": row.row_uid, "user_id": row.by_id, "user_name": row.by_name, "change": row}
            )  # fmt: skip


def payload_digest(before: dict[str, Any], after: dict[str, Any]) -> str:
    """SHA-256 (hex) of a change's payload in canonical JSON."""
    text = json.dumps([before, after], ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def link_bytes(entry: AuditEntry) -> bytes:
    """What a link signs, in fixed order; the payload itself enters only by its digest."""
    parts: tuple[Any, ...] = (
        entry.chain, entry.seq, entry.area_code, entry.at.isoformat(timespec="microseconds"), entry.user_id,
        entry.user_name, entry.action, entry.resource, entry.row_uid, entry.change_id, entry.note, entry.digest,
    )  # fmt: skip
    if entry.bulk_change_id is not None:
        parts += (entry.bulk_change_id,)
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()


def sign(data: bytes, previous: bytes) -> bytes:
    """HMAC-SHA256 under the audit key."""
    return hmac.new(current_app.config["AUDIT_KEY"], previous + data, hashlib.sha256).digest()


@before_commit
def _append(session: Session) -> None:
    waiting = session.info.pop("audit", None)
    if not waiting:
        return
    by_chain: dict[str, list[dict[str, Any]]] = {}
    for item in waiting:
        by_chain.setdefault(item["area_code"][:STREET_DIGITS], []).append(item)
    with acting_as(SYSTEM):
        for chain in sorted(by_chain):
            head = session.execute(select(AuditHead).where(AuditHead.chain == chain).with_for_update()).scalar()
            if head is None:
                head = AuditHead(chain=chain, seq=0, mac=b"")
                session.add(head)
            for item in by_chain[chain]:
                _link(session, head, item)
        session.flush()


def _link(session: Session, head: AuditHead, item: dict[str, Any]) -> None:
    change: Change | None = item.pop("change")
    head.seq += 1
    entry = AuditEntry(
        chain=head.chain,
        seq=head.seq,
        at=utc_now(),
        change_id=change.id if change else None,
        digest=payload_digest(change.before, change.after) if change else "",
        **item,
    )
    entry.mac = head.mac = sign(link_bytes(entry), head.mac)
    session.add(entry)


def verify() -> list[str]:
    """Walk every chain; what does not fit, in words. Reads in chunks, as the system."""
    faults: list[str] = []
    with acting_as(SYSTEM):
        heads = {head.chain: head for head in db.session.execute(select(AuditHead)).scalars()}
        previous: dict[str, tuple[int, bytes]] = {}
        rows = db.session.execute(
            select(AuditEntry, Change)
            .outerjoin(Change, Change.id == AuditEntry.change_id)
            .order_by(AuditEntry.chain, AuditEntry.seq)
            .execution_options(yield_per=2000)
        )
        for entry, change in rows:
            faults += _faults_of(entry, change, *previous.get(entry.chain, (0, b""))) or _bulk_faults_of(entry)
            previous[entry.chain] = (entry.seq, entry.mac)
        for chain, head in heads.items():
            if previous.get(chain, (0, b"")) != (head.seq, head.mac):
                faults.append(f"审计链 {chain or '全区'}：末尾缺少记录，应有 {head.seq} 条")
    return faults


def _bulk_faults_of(entry: AuditEntry) -> list[str]:
    if entry.bulk_change_id is None:
        return []
    table = BulkChange.__table__
    found = db.session.execute(select(table).where(table.c.id == entry.bulk_change_id)).one_or_none()
    if found is None or not bulk_changes.is_untouched(found, entry.digest):
        where = f"审计链 {entry.chain or '全区'} 第 {entry.seq} 条"
        return [f"{where}：对应的批量登记记录（{entry.resource}）被改动过或不在了"]
    return []


def _faults_of(entry: AuditEntry, change: Change | None, seq: int, mac: bytes) -> list[str]:
    where = f"审计链 {entry.chain or '全区'} 第 {entry.seq} 条"
    if entry.seq != seq + 1:
        return [f"{where}：前面缺少 {entry.seq - seq - 1} 条"]
    if not hmac.compare_digest(sign(link_bytes(entry), mac), entry.mac):
        return [f"{where}：内容被改动过"]
    if change is not None and change.before is not None and payload_digest(change.before, change.after) != entry.digest:
        return [f"{where}：对应的修改记录（{change.register} {change.row_uid}）被改动过"]
    return []
