"""Reading the ledger: whose it is, single entries with their words, what each rule brought."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import func, select

from app.clock import SHANGHAI
from app.extensions import db
from app.lowcode.register import register
from app.points import rules, sum_queries
from app.points.checking.rules import RETURNED, VERIFIED, state_name
from app.points.models import PointsEntry, PointsRule, PointsText
from app.points.steps.models import PointsStep, PointsStepText
from app.security.actor import Actor
from app.security.beyond import beyond_scope
from app.security.models import Account, Change

ERASED = "（内容已清除）"


class Line(NamedTuple):
    """One entry with its words, as pages and papers show it; in the order in which `lines_of_each` reads its fields."""

    id: int
    uid: str
    seq: int
    on: date
    area_code: str
    rule_code: str
    rule_name: str
    rule_value: Decimal
    points: Decimal
    matter: str
    matter_kind: str
    matter_uid: str
    note: str
    recorded_by: str
    evidence_count: int
    reverses_id: int | None
    reversed_by: int | None
    """Number of the entry that took this one back."""
    balance: Decimal | None = None
    """His points of that year after this line, in the order of numbers; None in lines older than the column."""
    check_by: str | None = None
    verdict: str | None = None
    """verified or returned; None where nobody has checked it."""
    checked_by: str = ""

    @property
    def is_live(self) -> bool:
        """Whether it is neither taken back nor a counter-entry."""
        return self.reverses_id is None and self.reversed_by is None

    @property
    def state(self) -> str:
        """待核, 已核, 退回, 已记, 冲正 or 已冲正."""
        return state_name(
            is_counter=self.reverses_id is not None, is_reversed=self.reversed_by is not None,
            needs_check=self.check_by is not None, verdict=self.verdict,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class RuleLine:
    """What one rule brought a worker in a month: the sum behind the sum."""

    code: str
    name: str
    count: int
    points: Decimal
    cap: Decimal | None


def person_uid(user_id: int) -> str | None:
    """uid of the roster row an account belongs to."""
    with beyond_scope():
        return db.session.execute(select(Account.person_uid).where(Account.user_id == user_id)).scalar()


def user_of_person(uid: str) -> int | None:
    """The account that belongs to a roster row."""
    with beyond_scope():
        return db.session.execute(select(Account.user_id).where(Account.person_uid == uid).limit(1)).scalar()


def own_worker(actor: Actor) -> Any | None:
    """The acting person's own row in the roster of grid workers; None where the account belongs to nobody there."""
    uid = person_uid(actor.user_id) if actor.user_id is not None else None
    if uid is None:
        return None
    model = register("grid_workers").model
    with beyond_scope():
        return db.session.execute(select(model).where(model.uid == uid, model.deleted_at.is_(None))).scalar()


def grid_on(worker: Any, on: date) -> str:
    """The area a worker was registered in at the end of a day, as the roster's history has it."""
    end = datetime.combine(on, time.max, SHANGHAI)
    statement = (
        select(Change.before)
        .where(Change.register == "grid_workers", Change.row_id == worker.id, Change.at > end)
        .where(Change.action == "changed")
        .order_by(Change.id)
    )
    with beyond_scope():
        for before in db.session.execute(statement).scalars():
            if before and "area_code" in before:
                return str(before["area_code"])
    return str(worker.area_code)


def entry(entry_id: int) -> PointsEntry | None:
    """One entry within the actor's scope."""
    return db.session.execute(select(PointsEntry).where(PointsEntry.id == entry_id)).scalar()


def entries(ids: Sequence[int]) -> Sequence[PointsEntry]:
    """Entries by id, within the actor's scope."""
    return db.session.execute(select(PointsEntry).where(PointsEntry.id.in_(ids))).scalars().all()


def entry_by_uid(uid: str) -> PointsEntry | None:
    """The same by its uid."""
    return db.session.execute(select(PointsEntry).where(PointsEntry.uid == uid)).scalar()


def entry_id_of(worker_uid: str, seq: int) -> int | None:
    """Id of a worker's entry by its number."""
    statement = select(PointsEntry.id).where(PointsEntry.worker_uid == worker_uid, PointsEntry.seq == seq)
    return db.session.execute(statement).scalar()


def worker_of(found: PointsEntry) -> Any:
    """The roster row of an entry the actor may see, also where that row itself is out of his sight by now."""
    return worker_by_id(found.worker_id)


def worker_by_id(worker_id: int) -> Any:
    """The roster row of that id, also where it is out of the actor's sight or deleted."""
    with beyond_scope():
        return db.session.get(register("grid_workers").model, worker_id)


def line_of(found: PointsEntry) -> Line:
    """One entry with its words."""
    return next(line for line in lines_of(found.worker_uid, found.on, found.on) if line.id == found.id)


def lines_of(worker_uid: str, first: date, last: date) -> list[Line]:
    """A worker's entries of some days with their words, oldest first, as far as the actor sees them."""
    return lines_of_each((worker_uid,), first, last).get(worker_uid, [])


def lines_of_each(worker_uids: Sequence[str], first: date, last: date) -> dict[str, list[Line]]:
    """The same of several workers in one statement; who has no entry is left out."""
    counter = (
        select(PointsEntry.reverses_id, PointsEntry.seq)
        .where(PointsEntry.worker_uid.in_(worker_uids), PointsEntry.reverses_id.is_not(None))
        .subquery()
    )
    check = (
        select(PointsStep.entry_id, PointsStep.kind, PointsStepText.by_name)
        .outerjoin(PointsStepText, PointsStepText.step_uid == PointsStep.uid)
        .where(PointsStep.chain.in_(worker_uids), PointsStep.kind.in_((VERIFIED, RETURNED)))
        .subquery()
    )
    of, said = PointsEntry, PointsText
    statement = (
        select(
            of.worker_uid, of.id, of.uid, of.seq, of.on, of.area_code, of.rule_code, func.coalesce(PointsRule.name, ""),
            of.rule_value, of.points, func.coalesce(func.nullif(said.matter, ""), ERASED), of.matter_kind,
            of.matter_uid, func.coalesce(said.note, ""), func.coalesce(said.recorded_by_name, ""), of.evidence_count,
            of.reverses_id, counter.c.seq, of.balance, of.check_by, check.c.kind, func.coalesce(check.c.by_name, ""),
        )
        .select_from(PointsEntry)
        .outerjoin(PointsText, PointsText.entry_uid == PointsEntry.uid)
        .outerjoin(PointsRule, PointsRule.id == PointsEntry.rule_id)
        .outerjoin(counter, counter.c.reverses_id == PointsEntry.id)
        .outerjoin(check, check.c.entry_id == PointsEntry.id)
        .where(PointsEntry.worker_uid.in_(worker_uids), PointsEntry.on.between(first, last))
        .order_by(PointsEntry.on, PointsEntry.seq)
    )  # fmt: skip
    found: dict[str, list[Line]] = defaultdict(list)
    for worker_uid, *line in db.session.execute(statement):
        found[worker_uid].append(Line._make(line))
    return dict(found)


def by_rule(lines: Sequence[Line], caps: dict[str, Decimal | None]) -> list[RuleLine]:
    """The month's entries added up rule by rule, in the order of codes: how the sum comes about."""
    found: dict[str, RuleLine] = {}
    for line in lines:
        known = found.get(line.rule_code, RuleLine(line.rule_code, line.rule_name, 0, rules.ZERO, None))
        found[line.rule_code] = RuleLine(
            line.rule_code, line.rule_name or known.name, known.count + (1 if line.reverses_id is None else 0),
            known.points + line.points, caps.get(line.rule_code),
        )  # fmt: skip
    return [found[code] for code in sorted(found)]


def digest_of(text: PointsText) -> str:
    """Digest of an entry's words and of what was measured, as the entry signs it."""
    return words_digest(text.matter, text.note, text.recorded_by_name, text.measured)


def words_digest(matter: str | None, note: str | None, recorded_by_name: str | None, measured: Decimal | None) -> str:
    """The same, of its parts."""
    number = [] if measured is None else [format(sum_queries.exact(measured), "f")]
    return rules.text_digest([matter or "", note or "", recorded_by_name or "", *number])
