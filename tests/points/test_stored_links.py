"""Links written straight from the database's values are the links that were signed, on both databases."""

from __future__ import annotations

import itertools
import secrets
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select

from app.database.transactions import writing
from app.extensions import db
from app.points import rules, stored_links
from app.points.models import SIGNED, PointsEntry, PointsText
from app.security.actor import SYSTEM, acting_as
from app.security.beyond import beyond_scope

WORDS = ("R01", '沈"亦\\舟', "一\n二\x01", "😀 x", "")
POINTS = (Decimal("1.0"), Decimal("-2.5"), Decimal("0.0"), Decimal(7), Decimal("1234567.8"))
MOMENTS = (
    datetime(2026, 11, 22, 9, 30, 5, tzinfo=UTC), datetime(2026, 11, 22, 9, 30, 5, 7, tzinfo=UTC),
    datetime(2026, 1, 1, 0, 0, 0, 250_000, tzinfo=timezone(timedelta(hours=8))),
)  # fmt: skip
NUMBERS = (None, 0, 12_345)
LATER = ((None, None), (None, "other"), (Decimal("3.5"), None), (Decimal(-1), 'st"reet'))
"""Balance and check_by: Nones at the end are not signed, a None before something is."""


def odd_entries() -> list[dict[str, Any]]:
    """Every kind of value in every column, mixed."""
    kinds = itertools.product(MOMENTS, LATER, NUMBERS, NUMBERS)
    return [
        {
            "uid": secrets.token_hex(16), "worker_uid": "w" * (seq % 3 + 1), "worker_id": seq, "seq": seq,
            "happened_on": date(2025 + seq % 2, seq % 12 + 1, 28), "area_code": f"990101001{seq % 4:03d}",
            "rule_id": seq, "rule_code": WORDS[seq % 5], "rule_value": POINTS[seq % 5], "points": POINTS[(seq + 1) % 5],
            "matter_kind": WORDS[(seq + 2) % 5], "matter_uid": secrets.token_hex(16), "attempt": seq % 2,
            "text_digest": "d" * 64, "evidence_digest": "" if seq % 2 else "e" * 64, "evidence_count": seq % 3,
            "recorded_by": by, "reverses_id": seq * 1_000 if back else None, "created_at": at, "mac": b"\x01" * 32,
            "balance": later[0], "check_by": later[1],
        }
        for seq, (at, later, by, back) in enumerate(kinds, start=1)
    ]  # fmt: skip


def test_a_link_read_as_stored_is_the_link_that_was_signed(context: Any) -> None:
    rows = odd_entries()
    with acting_as(SYSTEM), beyond_scope():
        with writing() as session:
            session.connection().execute(insert(PointsEntry.__table__), rows)
            words = {"entry_uid": rows[0]["uid"], "area_code": "990101001", "matter": "事", "measured": Decimal("2.5")}
            session.connection().execute(insert(PointsText.__table__), [words])
        expected = {
            row.uid: (row.worker_uid, row.seq, row.area_code, row.points, row.balance, row.mac,
                      rules.link_bytes([getattr(row, name) for name in SIGNED]))
            for row in db.session.execute(select(PointsEntry)).scalars()
        }  # fmt: skip
        found = list(stored_links.entries())
    by_uid = {each.link.split(b'"')[1].decode(): each for each in found}
    assert {
        uid: (each.worker_uid, each.seq, each.area_code, each.points, each.balance, each.mac, each.link)
        for uid, each in by_uid.items()
    } == expected
    assert len(found) == len(rows) > 60
    assert [(each.worker_uid, each.seq) for each in found] == sorted((each.worker_uid, each.seq) for each in found)
    assert {(each.day.year, each.day.month // 100) for each in found} == {(2025, 2025), (2026, 2026)}
    text = by_uid[rows[0]["uid"]].text
    assert text == (rows[0]["uid"], "990101001", "事", None, None, Decimal("2.5"))
    assert sum(each.text[0] is None for each in found) == len(rows) - 1
