"""Putting a month on show, disputing an entry or a missing one, and deciding: what follows in the ledger follows by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database.transactions import writing
from app.extensions import db
from app.files.queries import attachments_of, open_attachment
from app.periods.queries import MonthIsClosed, refuse_if_final
from app.periods.rules import Period
from app.points import queries, service, sum_queries
from app.points.checking.queries import waiting_in_months
from app.points.checking.service import checker_of
from app.points.disputes import queries as shown
from app.points.disputes import rules
from app.points.disputes.rules import DISPUTED, REJECTED, SHOWN, UPHELD, Decider
from app.points.disputes.telling import tell_decided, tell_shown
from app.points.models import PointsEntry, PointsRule, PointsText
from app.points.proposing.queries import open_in_months
from app.points.rules import Matter, PointsRefused
from app.points.service import EvidenceFile
from app.points.steps.models import PointsShowLine, PointsStep
from app.points.steps.service import RECORD_KIND, append_step, lines_digest, lock_chain
from app.security.actor import SYSTEM, Actor, NotPermitted, acting_as
from app.security.beyond import beyond_scope
from app.settings.working_calendar import working_calendar


@dataclass(frozen=True, slots=True)
class Follows:
    """What an upheld dispute leads to in the ledger: by which rule, on which day, how many units or what percent."""

    rule: PointsRule | None = None
    on: date | None = None
    measured: Decimal | None = None


NOTHING = Follows()


def show(area_code: str, month: Period, *, by: Actor, today: date) -> PointsStep:
    """Put the month's figures of a community on show, for the book's working days from today.

    Raises PointsRefused while entries wait or disputes are open, and where the last list still stands as it was;
    NotPermitted, MonthIsClosed.
    """
    with acting_as(by), writing() as session:
        if not by.covers("points_entries", "review", area_code):
            raise NotPermitted("这个社区不在您负责的范围内，或您的岗位不能公示积分。")
        refuse_if_final(area_code, month.first)
        number = sum_queries.month_number(month.first)
        with beyond_scope():
            lock_chain(session, area_code, area_code)
            rules.refuse_show(
                str(month.title), last=month.last, today=today,
                waiting=sum(waiting_in_months(area_code, number, number).values()),
                proposals=sum(open_in_months(area_code, number, number).values()),
                disputes=len(shown.disputes_in(area_code, month=month, is_open=True)),
            )  # fmt: skip
            _refuse_same_again(area_code, month)
            due = working_calendar().deadline(today, shown.limits_of(area_code, month.last).show_days)
            step = PointsStep(
                kind=SHOWN, chain=area_code, area_code=area_code, month=number, on=today, due_on=due.day
            )  # fmt: skip
            return _append_show(session, step, month, by=by)


def _refuse_same_again(area_code: str, month: Period) -> None:
    last = shown.last_show(area_code, month)
    if last is not None and not shown.moved_since(last, month):
        raise PointsRefused(
            f"{month.title}的积分已从 {last.on} 公示到 {last.due_on}，之后除了异议处理没有变动，不用再公示。"
        )


def _append_show(session: Session, step: PointsStep, month: Period, *, by: Actor) -> PointsStep:
    lines = [
        PointsShowLine(
            worker_uid=line.worker_uid, worker_id=line.worker_id, area_code=line.area_code, gained=line.total.gained,
            deducted=line.total.deducted, entry_count=line.total.entry_count,
        )
        for line in sum_queries.summary(step.area_code, month)
    ]  # fmt: skip
    step.content_digest = lines_digest(lines)
    append_step(session, step, by=by)
    for line in lines:
        line.step_uid = step.uid
    session.add_all(lines)
    session.flush()
    tell_shown(step, lines, month, until=shown.last_dispute_day(step))
    return step


def dispute(
    entry: PointsEntry, *, reason: str, by: Actor, today: date, files: Sequence[EvidenceFile] = ()
) -> PointsStep:  # fmt: skip
    """The worker disputes one entry of his own. Raises PointsRefused, NotPermitted, MonthIsClosed, FileRefused."""
    worker = _own_worker(by)
    if entry.worker_uid != worker.uid:
        raise NotPermitted("只能对本人的积分提出异议。")
    step = PointsStep(area_code=entry.area_code, month=sum_queries.month_number(entry.on), entry_id=entry.id)
    with acting_as(by), writing() as session, beyond_scope():
        service.lock_ledger(session, entry.worker_uid, entry.area_code)
        known = shown.dispute_of(entry.worker_uid, entry.id)
        if known is not None:
            raise PointsRefused(f"第 {entry.seq} 号您在 {known.filed_on} 已经提过异议，一条只提一次。")
        taken_back = select(PointsEntry.seq).where(PointsEntry.reverses_id == entry.id)
        counter = session.execute(taken_back).scalar()
        if counter is not None:
            raise PointsRefused(f"第 {entry.seq} 号已由第 {counter} 号冲正。对冲正有异议，请对第 {counter} 号提。")
        return _file(session, step, worker, on=entry.on, reason=reason, by=by, today=today, files=files)


def dispute_missing(
    matter: str, *, on: date, reason: str, by: Actor, today: date, files: Sequence[EvidenceFile] = ()
) -> PointsStep:  # fmt: skip
    """The worker says that a matter of his was not recorded. Raises as `dispute`."""
    worker = _own_worker(by)
    words = " ".join(matter.split())
    if not words:
        raise PointsRefused("请写明少记了哪件事。")
    if len(words) > rules.LONGEST_MATTER:
        raise PointsRefused(f"事项最多写 {rules.LONGEST_MATTER} 个字，现在是 {len(words)} 个，请写短一些。")
    if on > today:
        raise PointsRefused("日期还没到。请填事情发生的那一天。")
    with acting_as(by), writing() as session, beyond_scope():
        area_code = queries.grid_on(worker, on)
        service.lock_ledger(session, worker.uid, area_code)
        number = sum_queries.month_number(on)
        for known in shown.disputes_of(worker.uid):
            if known.is_open and known.matter == words and known.month == number:
                raise PointsRefused(f"这件事您在 {known.filed_on} 已经提过，正在处理。")
        step = PointsStep(area_code=area_code, month=number)
        return _file(session, step, worker, on=on, reason=reason, by=by, today=today, files=files, matter=words)


def _own_worker(by: Actor) -> Any:
    worker = queries.own_worker(by)
    if worker is None or not by.allows("own_points", "see_own"):
        raise NotPermitted("只有网格员本人可以对自己的积分提出异议。")
    return worker


def _file(
    session: Session, step: PointsStep, worker: Any, *, on: date, reason: str, by: Actor, today: date,
    files: Sequence[EvidenceFile], matter: str = "",
) -> PointsStep:  # fmt: skip
    rules.refuse_reason(reason)
    month = Period.of("month", on)
    refuse_if_final(step.area_code, on)
    last = shown.last_show(step.area_code, month)
    rules.refuse_late(
        str(month.title), last_day=shown.last_dispute_day(last) if last is not None else None, today=today
    )
    step.kind, step.chain, step.worker_id, step.on = DISPUTED, worker.uid, worker.id, today
    step.due_on = working_calendar().deadline(today, shown.limits_of(step.area_code, on).decide_days).day
    return append_step(session, step, by=by, words=reason, matter=matter, files=files)


def reject(of: shown.Dispute, *, reason: str, by: Actor, today: date) -> PointsStep:
    """The entry stands as it is (or: nothing was missing). Raises PointsRefused, NotPermitted."""
    return _decide(of, REJECTED, reason=reason, by=by, today=today)


def uphold(
    of: shown.Dispute, *, reason: str, by: Actor, today: date, rule: PointsRule | None = None, on: date | None = None,
    measured: Decimal | None = None,
) -> PointsStep:  # fmt: skip
    """The worker is right: what follows in the ledger is written in the same transaction.

    A disputed entry is taken back and, with `rule`, recorded again by that rule; a disputed counter-entry is undone by
    recording its original again; a missing matter is recorded by `rule` on the day `on`. A `rule` that counts by
    units or steps needs `measured`; an original that is restored has its own. Raises PointsRefused,
    NotPermitted, MonthIsClosed.
    """
    return _decide(of, UPHELD, reason=reason, by=by, today=today, follows=Follows(rule, on, measured))


def _decide(
    of: shown.Dispute, verdict: str, *, reason: str, by: Actor, today: date, follows: Follows = NOTHING
) -> PointsStep:  # fmt: skip
    rules.refuse_reason(reason)
    with acting_as(by), writing() as session:
        with beyond_scope():
            entry = session.get(PointsEntry, of.entry_id) if of.entry_id is not None else None
            service.lock_ledger(session, of.worker_uid, of.area_code)
            decided = session.execute(select(PointsStep.on).where(PointsStep.dispute_id == of.id)).scalar()
        refuse_to_decide(of, entry, by)
        if decided is not None:
            raise PointsRefused(f"这件异议 {decided} 已经处理过了。请刷新页面。")
        step = PointsStep(
            kind=verdict, chain=of.worker_uid, area_code=of.area_code, month=of.month, on=today,
            worker_id=of.worker_id, entry_id=None, dispute_id=of.id,
        )  # fmt: skip
        if verdict == UPHELD:
            _follow(step, of, entry, follows, reason=reason, by=by, today=today)
        with beyond_scope():
            append_step(session, step, by=by, words=reason)
            tell_decided(of)
    return step


def refuse_to_decide(of: shown.Dispute, entry: PointsEntry | None, by: Actor) -> None:
    """Raises PointsRefused or NotPermitted where the dispute is not the actor's to decide."""
    checker = checker_of(by, of.area_code)
    recorded, checked = shown.who_touched(entry) if entry is not None else ([], None)
    rules.refuse_decider(
        Decider(checker.user_id, checker.person_uid), recorded_by=recorded, checked_by=checked,
        worker_uid=of.worker_uid,
    )  # fmt: skip


def _follow(
    step: PointsStep, of: shown.Dispute, entry: PointsEntry | None, follows: Follows, *, reason: str, by: Actor,
    today: date,
) -> None:  # fmt: skip
    """Write what the decision means into the ledger, and its ids into the step."""
    note, rule, on, measured = f"异议成立：{reason.strip()}", follows.rule, follows.on, follows.measured
    if entry is None:
        if rule is None or on is None:
            raise PointsRefused("异议成立的，请选按哪条规则、记在哪一天补记。")
        step.made_id = _award(
            of, rule, Matter.in_words(of.matter, on=on), on=on, note=note, by=by, today=today, measured=measured
        )
        return
    if entry.reverses_id is not None:
        with beyond_scope():
            original = db.session.get(PointsEntry, entry.reverses_id)
            rule = db.session.get(PointsRule, entry.rule_id)
        if original is None or rule is None:
            raise PointsRefused("被冲正的那一条或它的规则已不在，不能照原样恢复。请按现在的规则另记一次。")
        units = _measured(original)
        step.made_id = _award(
            of, rule, _matter_of(original), on=original.on, note=note, by=by, today=today, measured=units
        )
        return
    step.counter_id = service.reverse(entry, reason=note, by=by, today=today).id
    if rule is not None:
        step.made_id = _award(
            of, rule, _matter_of(entry), on=entry.on, note=note, by=by, today=today, measured=measured
        )


def _measured(entry: PointsEntry) -> Decimal | None:
    with beyond_scope():
        text = db.session.get(PointsText, entry.uid)
    return sum_queries.exact(text.measured) if text is not None and text.measured is not None else None


def _matter_of(entry: PointsEntry) -> Matter:
    with beyond_scope():
        text = db.session.get(PointsText, entry.uid)
    return Matter(entry.matter_kind, entry.matter_uid, (text.matter if text else None) or queries.ERASED)


def _award(
    of: shown.Dispute, rule: PointsRule, matter: Matter, *, on: date, note: str, by: Actor, today: date,
    measured: Decimal | None = None,
) -> int:  # fmt: skip
    """Record what the decision gives, with the files that came with the dispute; in today's month once that is closed."""
    with beyond_scope():
        worker = queries.worker_by_id(of.worker_id)
        files = _files_of(of.uid)
    for day in dict.fromkeys((on, today)):
        try:
            made = service.award(
                rule,
                worker,
                matter=matter,
                on=day,
                by=by,
                today=today,
                evidence=files,
                note=note,
                measured=measured,
                wants_check=False,
            )
        except MonthIsClosed:
            if day == today:
                raise
        else:
            return made.entry.id
    raise AssertionError("The last day either gave an entry or raised.")


def _files_of(uid: str) -> list[EvidenceFile]:
    with acting_as(SYSTEM):
        opened = [open_attachment(item.id) for item in attachments_of(RECORD_KIND, uid)]
    return [EvidenceFile(file.item.title, file.path.read_bytes()) for file in opened if file is not None]
