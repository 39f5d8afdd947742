"""Links of the audit chain for many rows at once: appended before the commit, after those of ordinary changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.areas.rules import STREET_DIGITS
from app.database.transactions import before_commit
from app.security import audit
from app.security.actor import SYSTEM, acting_as
from app.security.models import AuditEntry, AuditHead

_AT_ONCE = 1_000


def add_link(session: Session, change: Mapping[str, Any], digest: str) -> None:
    """Let one link prove the rows of a bulk change, given by the values of its row."""
    session.info.setdefault("bulk_audit", []).append(
        {"at": change["at"], "action": "created", "resource": change["register"], "area_code": change["area_code"],
         "note": f"一起登记 {change['row_count']} 条", "row_uid": None, "user_id": change["by_id"],
         "user_name": change["by_name"], "change_id": None, "bulk_change_id": change["id"], "digest": digest}
    )  # fmt: skip


def add_row_link(session: Session, change: Mapping[str, Any]) -> None:
    """Let one link prove one change, given by the values of its row."""
    session.info.setdefault("bulk_audit", []).append(
        {"at": change["at"], "action": change["action"], "resource": change["register"],
         "area_code": change["area_code"], "note": "", "row_uid": change["row_uid"], "user_id": change["by_id"],
         "user_name": change["by_name"], "change_id": change["id"], "bulk_change_id": None,
         "digest": audit.payload_digest(change["before"], change["after"])}
    )  # fmt: skip


@before_commit
def _append_links(session: Session) -> None:
    """The heads are locked last."""
    waiting = session.info.pop("bulk_audit", None)
    if not waiting:
        return
    by_chain: dict[str, list[dict[str, Any]]] = {}
    for item in waiting:
        by_chain.setdefault(item["area_code"][:STREET_DIGITS], []).append(item)
    with acting_as(SYSTEM):
        for chain in sorted(by_chain):
            _extend(session, chain, by_chain[chain])


def _extend(session: Session, chain: str, items: Sequence[dict[str, Any]]) -> None:
    connection, heads = session.connection(), AuditHead.__table__
    head = connection.execute(
        select(heads.c.seq, heads.c.mac).where(heads.c.chain == chain).with_for_update()
    ).one_or_none()
    if head is None:
        connection.execute(insert(heads), {"chain": chain, "seq": 0, "mac": b""})  # type: ignore[arg-type]
    seq, mac = (head.seq, bytes(head.mac)) if head is not None else (0, b"")
    links = []
    for item in items:
        seq += 1
        link = item | {"chain": chain, "seq": seq}
        mac = audit.sign(audit.link_bytes(SimpleNamespace(**link)), mac)  # type: ignore[arg-type]
        links.append(link | {"mac": mac})
    for start in range(0, len(links), _AT_ONCE):
        connection.execute(insert(AuditEntry.__table__), links[start : start + _AT_ONCE])  # type: ignore[arg-type]
    connection.execute(update(heads).where(heads.c.chain == chain).values(seq=seq, mac=mac))  # type: ignore[arg-type]
