"""Ledgers of points in bulk: signed chains, words, monthly sums and heads as the service would have written them."""

from __future__ import annotations

import calendar
import random
import secrets
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select

from app.database.transactions import writing
from app.extensions import db
from app.lowcode.register import register
from app.points import rules
from app.points.models import SIGNED, PointsEntry, PointsHead, PointsRule, PointsSum, PointsText
from app.points.queries import digest_of
from app.points.sum_queries import month_number, year_number
from app.security.actor import SYSTEM, acting_as
from app.security.keys import keyring
from bench.world import STREET

BATCH = 20_000
RULES = tuple((f"R{number:02d}", Decimal(number % 5 + 1) / 2 * (-1 if number % 7 == 6 else 1)) for number in range(20))
WORDS = (
    "走访独居老人并代办证件",
    "调解邻里纠纷达成协议",
    "发现楼道堆物并督促清理",
    "核对名册并更正三处",
    "上报井盖破损已修复",
)


def add_year(year: int, *, entries: int) -> None:
    """So many entries for every worker, spread over the months of a year."""
    _add([date(year, month, 1) for month in range(1, 13)], entries=entries, seed=year)


def add_month(month: date, *, entries: int) -> None:
    """So many entries for every worker in one month."""
    _add([month], entries=entries, seed=month.month)


def add_earlier_sums(years: range) -> None:
    """Monthly sums of years long past for every worker: what a summary must not read."""
    with acting_as(SYSTEM), writing() as session:
        for year in years:
            session.connection().execute(
                insert(PointsSum.__table__),
                [
                    {"worker_uid": worker.uid, "month": year * 100 + month, "area_code": worker.area_code,
                     "worker_id": worker.id, "gained": Decimal(9 * times), "deducted": Decimal(-times),
                     "entry_count": 8 * times}
                    for worker in _workers() for month, times in (*((month, 1) for month in range(1, 13)), (0, 12))
                ],
            )  # fmt: skip


def analyze() -> None:
    """Let the planner know the tables, as a database in use does."""
    with db.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()


def _workers() -> list[Any]:
    model = register("grid_workers").model
    return list(db.session.execute(select(model.id, model.uid, model.area_code).order_by(model.id)).all())


def _add(months: list[date], *, entries: int, seed: int) -> None:
    rng = random.Random(seed)
    with acting_as(SYSTEM), writing() as session:
        book = _book(session)
        connection = session.connection()
        waiting: dict[Any, list[dict[str, Any]]] = {
            model: [] for model in (PointsEntry, PointsText, PointsSum, PointsHead)
        }
        for worker in _workers():
            for model, row in _ledger(worker, months, entries, book, rng):
                waiting[model].append(row)
            if len(waiting[PointsEntry]) >= BATCH:
                _write(connection, waiting)
        _write(connection, waiting)


def _write(connection: Any, waiting: dict[Any, list[dict[str, Any]]]) -> None:
    for model, rows in waiting.items():
        if rows:
            connection.execute(insert(model.__table__), rows)
        rows.clear()


def _book(session: Any) -> list[PointsRule]:
    rows = [
        PointsRule(
            area_code=STREET, name=f"规则{code}", code=code, sign="minus" if value < 0 else "plus", value=abs(value),
            valid_from=date(2015, 1, 1), recorder="any",
        )
        for code, value in RULES
    ]  # fmt: skip
    session.add_all(rows)
    session.flush()
    return rows


def _ledger(
    worker: Any, months: list[date], count: int, book: list[PointsRule], rng: random.Random
) -> Iterator[tuple[Any, dict[str, Any]]]:
    keys, mac = keyring(), b""
    sums: dict[int, list[Any]] = {}
    for seq in range(1, count + 1):
        month = months[(seq - 1) * len(months) // count]
        day = month.replace(day=rng.randint(1, calendar.monthrange(month.year, month.month)[1]))
        number = rng.randrange(len(RULES))
        values = _values(worker, seq, day, book[number], RULES[number][1])
        text = PointsText(
            entry_uid=values["uid"], area_code=worker.area_code, matter=f"{rng.choice(WORDS)}，第{seq}件",
            recorded_by_name="记分员",
        )  # fmt: skip
        values["text_digest"] = digest_of(text)
        mac = keys.sign(rules.link_bytes([values.get(name) for name in SIGNED]), mac)
        columns = PointsEntry.__mapper__.attrs
        yield PointsEntry, {columns[name].columns[0].name: value for name, value in values.items()} | {"mac": mac}
        yield PointsText, {
            "entry_uid": text.entry_uid, "area_code": text.area_code, "matter": text.matter, "note": None,
            "recorded_by_name": text.recorded_by_name,
        }  # fmt: skip
        for filed in (month_number(day), year_number(day.year)):
            kept = sums.setdefault(filed, [Decimal(0), Decimal(0), 0])
            kept[0 if values["points"] > 0 else 1] += values["points"]
            kept[2] += 1
    for number, (gained, deducted, entry_count) in sums.items():
        yield PointsSum, {
            "worker_uid": worker.uid, "month": number, "area_code": worker.area_code, "worker_id": worker.id,
            "gained": gained, "deducted": deducted, "entry_count": entry_count,
        }  # fmt: skip
    yield PointsHead, {"worker_uid": worker.uid, "area_code": worker.area_code, "seq": count, "mac": mac}


def _values(worker: Any, seq: int, day: date, rule: PointsRule, value: Decimal) -> dict[str, Any]:
    return {
        "uid": secrets.token_hex(16), "worker_uid": worker.uid, "worker_id": worker.id, "seq": seq, "on": day,
        "area_code": worker.area_code, "rule_id": rule.id, "rule_code": rule.code, "rule_value": value,
        "points": value, "matter_kind": "text", "matter_uid": secrets.token_hex(16), "attempt": 0,
        "text_digest": "", "evidence_digest": "", "evidence_count": 0, "recorded_by": None, "reverses_id": None,
        "created_at": datetime(day.year, day.month, day.day, 10, tzinfo=UTC),
    }  # fmt: skip
