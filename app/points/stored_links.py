"""Every entry of the ledger for verifying, read as the database's driver gives it, with the bytes its link signs.

Column types and one writer per value would take most of the time of a million entries; here days and points, which come
again and again, are looked up, and a link is one template. `rules.link_bytes` says what a link is: a test holds the two
against each other on both databases.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from json.encoder import encode_basestring as quoted
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, select, type_coerce
from sqlalchemy.types import NullType

from app.extensions import db
from app.points import rules
from app.points.columns import POINTS
from app.points.models import SIGNED, PointsEntry, PointsText

READ_AT_ONCE = 2_000


class Points(NamedTuple):
    """Points as they count and as a link writes them."""

    number: Decimal | None
    written: str


class Day(NamedTuple):
    """A day's year, its month as sums are filed (202611), and how a link writes it."""

    year: int
    month: int
    written: str


class Stored(NamedTuple):
    """One entry. `link` is what its signature signs, b"" where a column holds what the ledger never writes."""

    worker_uid: str
    worker_id: int
    seq: int
    day: Day
    area_code: str
    points: Decimal
    balance: Decimal | None
    text_digest: str
    link: bytes
    mac: bytes
    text: tuple[str | None, str | None, str | None, str | None, str | None, Decimal | None]
    """Whose words stand beside it (None: nobody's), their area, matter, note, recorder's name, what was measured."""


class _PointsOf(dict[Any, Points]):
    def __missing__(self, stored: Any) -> Points:
        number = POINTS.process_result_value(stored, db.engine.dialect)
        made = self[stored] = Points(number, "null" if number is None else rules.points_as_json(number))
        return made


class _DayOf(dict[Any, Day]):
    def __missing__(self, stored: Any) -> Day:
        day = stored if isinstance(stored, date) else date.fromisoformat(stored)
        made = self[stored] = Day(day.year, day.year * 100 + day.month, f'"{day.isoformat()}"')
        return made


def entries() -> Iterator[Stored]:
    """The whole ledger, whoever asks: worker by worker, in the order of their numbers."""
    points_of, day_of = _PointsOf(), _DayOf()
    for row in _rows():
        (
            uid, worker_uid, worker_id, seq, on, area_code, rule_id, rule_code, rule_value, points, matter_kind,
            matter_uid, attempt, text_digest, evidence_digest, evidence_count, recorded_by, reverses_id, created_at,
            balance, check_by, mac, text_of, text_area, matter, note, by_name, measured,
        ) = row  # fmt: skip
        day, gained, left = day_of[on], points_of[points], points_of[balance]
        # Columns that came later are left out where they and all behind them are None, as in link_bytes.
        later = f",{left.written},{quoted(check_by)}" if check_by is not None else (
            f",{left.written}" if balance is not None else ""
        )  # fmt: skip
        try:
            link = (
                f"[{quoted(uid)},{quoted(worker_uid)},{worker_id:d},{seq:d},{day.written},{quoted(area_code)}"
                f",{rule_id:d},{quoted(rule_code)},{points_of[rule_value].written},{gained.written}"
                f",{quoted(matter_kind)},{quoted(matter_uid)},{attempt:d},{quoted(text_digest)}"
                f",{quoted(evidence_digest)},{evidence_count:d},{_number(recorded_by)},{_number(reverses_id)}"
                f",{_moment(created_at)}{later}]"
            ).encode()
        except (TypeError, ValueError):
            link = b""
        yield Stored(
            worker_uid, worker_id, seq, day, area_code, gained.number or rules.ZERO, left.number, text_digest, link,
            bytes(mac), (text_of, text_area, matter, note, by_name, points_of[measured].number),
        )  # fmt: skip


def _rows() -> Iterator[Any]:
    columns = (
        *(getattr(PointsEntry, name) for name in SIGNED), PointsEntry.mac, PointsText.entry_uid, PointsText.area_code,
        PointsText.matter, PointsText.note, PointsText.recorded_by_name, PointsText.measured,
    )  # fmt: skip
    statement = (
        select(*map(_as_stored, columns))
        .outerjoin(PointsText, PointsText.entry_uid == PointsEntry.uid)
        .order_by(PointsEntry.worker_uid, PointsEntry.seq)
        .execution_options(yield_per=READ_AT_ONCE)
    )
    # Through the connection: the session would build each row twice.
    for rows in db.session.connection().execute(statement).partitions():
        yield from rows


def _as_stored(column: Any) -> ColumnElement[Any]:
    """Without its type: texts and floats on SQLite, dates and Decimals on PostgreSQL."""
    return type_coerce(column, NullType())


def _number(value: int | None) -> str:
    return "null" if value is None else f"{value:d}"


def _moment(stored: Any) -> str:
    """A moment as UtcMoment reads it and isoformat() writes it, which leaves out microseconds that are nought."""
    if isinstance(stored, datetime):
        return f'"{stored.astimezone(UTC).isoformat()}"'
    return f'"{stored[:10]}T{stored[11:].removesuffix(".000000")}+00:00"'
