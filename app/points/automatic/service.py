"""Writing the points the book gives by itself for a fact, and the counter-entries when the cause is taken back."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from app import clock
from app.database.transactions import writing
from app.extensions import db
from app.lowcode.register import register
from app.periods.queries import MonthIsClosed
from app.points import rule_queries, rules, service
from app.points.models import IS_FIRST_HAND, PointsEntry, PointsRule
from app.points.rules import Matter, PointsRefused
from app.points.service import Awarded
from app.security.actor import SYSTEM
from app.security.beyond import beyond_scope


def award_for_fact(fact: Any, kind: str) -> list[Awarded]:
    """Points that the book gives by itself for a fact, to the grid worker its `details` name.

    `details["person_register"]` and `["person_uid"]` are the roster row of who did it. A refusal (cap reached, worker
    left, matter scored before) gives nothing; it must not undo what happened. A closed month is no reason to lose the
    points: they go to today's month.
    """
    today = clock.today()
    with writing(), beyond_scope():
        worker = worker_of_fact(fact)
        if worker is None:
            return []
        matter = Matter(fact.record_kind, fact.record_uid, title_of_record(fact.record_kind, fact.record_uid, fact.on))
        made = [
            _award_or_nothing(rule, worker, matter, on=fact.on, today=today)
            for rule in rule_queries.automatic_rules(kind, worker.area_code, fact.on)
        ]
    return [each for each in made if each is not None]


def worker_of_fact(fact: Any) -> Any | None:
    """The row of the grid worker whom a fact names; None where it names none that is there."""
    uid = fact.details.get("person_uid")
    if fact.details.get("person_register") != "grid_workers" or not uid:
        return None
    model = register("grid_workers").model
    return db.session.execute(select(model).where(model.uid == str(uid), model.deleted_at.is_(None))).scalar()


def title_of_record(kind: str, uid: str, on: date) -> str:
    """What a record is called on the day of the entry; its later names change nothing."""
    reg = register(kind)
    row = db.session.execute(select(reg.model).where(reg.model.uid == uid)).scalar()
    return reg.title_of(row, on)[: rules.LONGEST_MATTER] if row is not None else reg.noun_text


def _award_or_nothing(rule: PointsRule, worker: Any, matter: Matter, *, on: date, today: date) -> Awarded | None:
    for day in dict.fromkeys((on, today)):
        try:
            return service.award(rule, worker, matter=matter, on=day, by=SYSTEM, today=today)
        except MonthIsClosed:
            continue
        except PointsRefused:
            return None
    return None


def take_back_for_fact(fact: Any, kind: str, *, reason: str) -> list[PointsEntry]:
    """Counter-entries for what facts of `kind` about the same record brought, since it does not hold any more.

    Only what the system itself recorded and nobody took back before. They stand in the months of their entries while
    those are open, else in today's.
    """
    with writing() as session, beyond_scope():
        about = (PointsEntry.matter_kind == fact.record_kind) & (PointsEntry.matter_uid == fact.record_uid)
        taken_back = select(PointsEntry.reverses_id).where(about, PointsEntry.reverses_id.is_not(None))
        statement = (
            select(PointsEntry)
            .join(PointsRule, PointsRule.id == PointsEntry.rule_id)
            .where(
                about, PointsRule.auto_on == kind, PointsEntry.recorded_by.is_(None),
                IS_FIRST_HAND, PointsEntry.id.not_in(taken_back),
            )
            .order_by(PointsEntry.worker_uid, PointsEntry.seq)
        )  # fmt: skip
        entries = session.execute(statement).scalars().all()
        return [service.reverse(entry, reason=reason, by=SYSTEM, today=clock.today()) for entry in entries]
