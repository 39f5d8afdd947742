"""Reading the rules of points: in force, to choose from, counted by themselves, to freeze with a month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select

from app.database.scope import ancestors_of, range_of
from app.extensions import db
from app.periods.rules import Period
from app.points.models import PointsRule, signed_value
from app.points.rules import Rule


def plain_rule(row: PointsRule) -> Rule:
    """A rule's row as the rules read it."""
    return Rule(
        row.code, row.name, signed_value(row), row.cap, bool(row.needs_evidence), row.recorder or "any",
        row.valid_from, row.valid_to,
    )  # fmt: skip


def rules_in_force(area_code: str, on: date) -> Sequence[PointsRule]:
    """Rules of the area and those above it on a day, in the order of their codes."""
    statement = select(PointsRule).where(
        PointsRule.deleted_at.is_(None),
        PointsRule.area_code.in_((*ancestors_of(area_code), area_code)),
        PointsRule.valid_from <= on,
        PointsRule.valid_to.is_(None) | (PointsRule.valid_to >= on),
    )
    return db.session.execute(statement.order_by(PointsRule.code, PointsRule.id)).scalars().all()


RECENT_DAYS = 92
"""How long a rule that ended may still be chosen, for matters recorded late."""


def rules_to_choose(today: date) -> Sequence[PointsRule]:
    """Rules within the actor's scope that are in force or ended lately, in the order of their codes."""
    late = today - timedelta(days=RECENT_DAYS)
    statement = select(PointsRule).where(
        PointsRule.deleted_at.is_(None),
        PointsRule.valid_from <= today,
        PointsRule.valid_to.is_(None) | (PointsRule.valid_to >= late),
    )
    return db.session.execute(statement.order_by(PointsRule.code, PointsRule.id)).scalars().all()


def automatic_rules(kind: str, area_code: str, on: date) -> list[PointsRule]:
    """Rules in force that the book gives by itself for facts of this kind."""
    return [rule for rule in rules_in_force(area_code, on) if rule.auto_on == kind]


def rules_to_freeze(area_code: str, month: Period) -> list[dict[str, str]]:
    """Rules in force on a month's last day in, above and below an area, as plain texts: a final month keeps them."""
    low, high = range_of(area_code)
    statement = (
        select(PointsRule)
        .where(
            PointsRule.deleted_at.is_(None),
            PointsRule.area_code.in_(ancestors_of(area_code)) | PointsRule.area_code.between(low, high),
            PointsRule.valid_from <= month.last,
            PointsRule.valid_to.is_(None) | (PointsRule.valid_to >= month.first),
        )
        .order_by(PointsRule.area_code, PointsRule.code, PointsRule.valid_from)
    )
    return [
        {
            "area": row.area_code, "code": row.code, "name": row.name, "value": str(signed_value(row)),
            "cap": "" if row.cap is None else str(row.cap), "from": row.valid_from.isoformat(),
            "to": row.valid_to.isoformat() if row.valid_to else "",
        }
        for row in db.session.execute(statement).scalars()
    ]  # fmt: skip
