"""The history of rows made many at once: lines of JSON, each with its own digest, under one signed link of the chain."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select

from app.database.scope import ancestors_of
from app.extensions import db
from app.security.actor import Actor
from app.security.beyond import beyond_scope
from app.security.models import BulkChange, Change

ROWS_A_CHANGE = 200
"""Rows under one link: to show the history of one, the lines of all are read (about 80 KB)."""
_DIGEST_SIZE = 32


def line_of(row_id: int, uid: str, area_code: str, values: str) -> str:
    """One line; `values` is the JSON array of the row's values already."""
    return f'[{row_id},"{uid}","{area_code}",{values}]'


def payload_of(columns: Sequence[str], lines: Sequence[str]) -> tuple[str, bytes, str]:
    """The lines as they are kept, their digests, and the digest (hex) that the link signs."""
    digests = b"".join(hashlib.sha256(line.encode()).digest() for line in lines)
    return "\n".join(lines), digests, _digest(columns, digests)


def _digest(columns: Sequence[str], digests: bytes) -> str:
    return hashlib.sha256(json.dumps(list(columns)).encode() + digests).hexdigest()


def is_untouched(change: Any, digest: str) -> bool:
    """Whether lines, digests and the signed digest still fit; an erased line is empty and proves itself by its digest."""
    digests, lines = bytes(change.digests), change.lines.split("\n")
    if len(digests) != len(lines) * _DIGEST_SIZE or _digest(change.columns, digests) != digest:
        return False
    return all(
        not line or hashlib.sha256(line.encode()).digest() == digests[at * _DIGEST_SIZE : (at + 1) * _DIGEST_SIZE]
        for at, line in enumerate(lines)
    )


def area_of(codes: Sequence[str]) -> str:
    """The smallest area that holds all of these; digits of a level that only part of them share do not count."""
    first, last = min(codes), max(codes)
    if last.startswith(first):
        return first
    return max((above for above in ancestors_of(first) if last.startswith(above)), key=len, default="")


def rows_of(change: Any) -> Iterator[tuple[int, str, str, dict[str, Any]]]:
    """(row id, uid, area, values by name that are not null) of each line that was not erased."""
    for line in change.lines.split("\n"):
        if line:
            row_id, uid, area_code, values = json.loads(line)
            yield row_id, uid, area_code, _named(change.columns, values)


def _named(columns: Sequence[str], values: Sequence[Any]) -> dict[str, Any]:
    return {name: value for name, value in zip(columns, values, strict=True) if value is not None}


def created(register: str, row_id: int, *, by: Actor) -> Change | None:
    """How a row came about, where it was made together with others and the actor may see it; belongs to no session."""
    candidates = select(BulkChange).where(
        BulkChange.register == register, BulkChange.first_row_id <= row_id, BulkChange.last_row_id >= row_id
    )
    with beyond_scope():
        found = db.session.execute(candidates.order_by(BulkChange.id)).scalars().all()
    for bulk in found:
        # On PostgreSQL two imports at once may draw their ids in turn, so that ranges overlap.
        line = next((line for line in bulk.lines.split("\n") if line.startswith(f"[{row_id},")), None)
        if line is not None:
            change = _as_change(bulk, line)
            seen = bulk.by_id is not None and bulk.by_id == by.user_id
            is_covered = any(by.covers(resource, "read", change.area_code) for resource in ("history", "audit"))
            return change if seen or is_covered else None
    return None


def _as_change(bulk: BulkChange, line: str) -> Change:
    row_id, uid, area_code, values = json.loads(line)
    return Change(
        at=bulk.at, by_id=bulk.by_id, by_name=bulk.by_name, register=bulk.register, row_id=row_id, row_uid=uid,
        area_code=area_code, action="created", before={}, after=_named(bulk.columns, values), batch_id=bulk.batch_id,
        row_version=1,
    )  # fmt: skip


def of_batch(batch_id: int, register: str) -> Iterator[tuple[int, str, str, dict[str, Any]]]:
    """The rows of one register that a batch made, as `rows_of` gives them, read piece by piece."""
    wanted = select(BulkChange.id).where(BulkChange.batch_id == batch_id, BulkChange.register == register)
    with beyond_scope():
        ids = db.session.execute(wanted.order_by(BulkChange.id)).scalars().all()
    for id_ in ids:
        with beyond_scope():
            table = BulkChange.__table__
            found = db.session.execute(select(table).where(table.c.id == id_)).one()
        yield from rows_of(found)
