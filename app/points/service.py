"""Writing the ledger: awarding points and taking them back by a counter-entry, each in one transaction."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.rules import COMMUNITY_DIGITS
from app.clock import utc_now
from app.database.transactions import writing
from app.files.models import Attachment
from app.files.service import attach
from app.periods.queries import MonthIsClosed, refuse_if_final
from app.points import queries, rule_queries, rules, sum_queries
from app.points.books.earlier import entries_for_caps
from app.points.books.queries import rule_with_group
from app.points.books.worth import full_value
from app.points.books.worth import worth as worth_of
from app.points.erasing.rules import ERASED_NAME
from app.points.heads import locked_head
from app.points.models import SIGNED, PointsEntry, PointsHead, PointsRule, PointsSum, PointsText
from app.points.rules import AlreadyRecorded, Matter, PointsRefused, Rule, Worth
from app.points.steps import waiting
from app.security.actor import Actor, NotPermitted, acting_as
from app.security.beyond import beyond_scope
from app.security.keys import keyring


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """A file that proves a matter."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Awarded:
    """A new entry, and the sentence that says where a cap took something off its value."""

    entry: PointsEntry
    sentence: str = ""


def award(
    rule: PointsRule, worker: Any, *, matter: Matter, on: date, by: Actor, today: date,
    evidence: Sequence[EvidenceFile] = (), note: str = "", measured: Decimal | None = None,
    wants_check: bool = True,
) -> Awarded:  # fmt: skip
    """Give a grid worker (a row of `grid_workers`) the points of a rule for one matter, as one new line of his ledger.

    `on` is the day the matter happened; `measured` how many units, or what percent, for a rule that counts by them.
    Over a cap of the rule (a day, month or year) or of its group the entry is worth what is left of it.
    `wants_check` is False where a decision on a dispute has checked the matter already.
    Raises PointsRefused, MonthIsClosed, NotPermitted and FileRefused in words for the user.
    """
    plain = rule_queries.plain_rule(rule)
    person = rules.Worker(worker.name, worker.hired_on, worker.left_on)
    rules.refuse_wrong_days(plain, person, on=on, today=today)
    rules.refuse_missing_evidence(plain, matter, file_count=len(evidence))
    with acting_as(by), writing() as session:
        area_code = queries.grid_on(worker, on)
        _refuse_stranger(plain, rule, worker, area_code=area_code, by=by)
        refuse_if_final(area_code, on)
        with beyond_scope():
            head = lock_ledger(session, worker.uid, worker.area_code)
            attempt = _attempt_or_refuse(session, worker, plain, matter)
            group, of_book = rule_with_group(rule)
            full = full_value(of_book, measured)
            check_by = plain.checker or (None if of_book.checker == "none" else of_book.checker)
            earlier = entries_for_caps(worker.uid, group, of_book, on)
            worth = worth_of(of_book, group, earlier, on=on, measured=measured)
            entry = PointsEntry(
                uid=secrets.token_hex(16), worker_uid=worker.uid, worker_id=worker.id, on=on, area_code=area_code,
                rule_id=rule.id, rule_code=plain.code, rule_value=full.points, points=worth.points,
                matter_kind=matter.kind, matter_uid=matter.uid, attempt=attempt, reverses_id=None,
                check_by=check_by if wants_check else None,
            )  # fmt: skip
            files = [attach("points_entries", entry.uid, area_code, file.name, file.data) for file in evidence]
            _append(
                session,
                head,
                entry,
                matter=matter.title,
                note=_note(note, worth),
                by=by,
                files=files,
                measured=measured,
            )
    return Awarded(entry, worth.sentence)


def reverse(entry: PointsEntry, *, reason: str, by: Actor, today: date) -> PointsEntry:
    """Take an entry back by a counter-entry that names it (冲正).

    It stands on the same day as the entry while that month is open, else on `today` (次月更正). Raises PointsRefused
    without a reason, for a counter-entry, and for what was taken back before; MonthIsClosed, NotPermitted.
    """
    if not reason.strip():
        raise PointsRefused("请写明为什么冲正，它会和这条记录一起留下来。")
    with acting_as(by), writing() as session:
        _require_write(entry.area_code, by)
        _refuse_own(entry.worker_uid, by)
        on = _day_of_correction(entry, today)
        with beyond_scope():
            head = lock_ledger(session, entry.worker_uid, entry.area_code)
            _refuse_second_reversal(session, entry)
            text = session.get(PointsText, entry.uid)
            counter = PointsEntry(
                uid=secrets.token_hex(16), worker_uid=entry.worker_uid, worker_id=entry.worker_id, on=on,
                area_code=entry.area_code, rule_id=entry.rule_id, rule_code=entry.rule_code,
                rule_value=entry.rule_value, points=-entry.points, matter_kind=entry.matter_kind,
                matter_uid=entry.matter_uid, attempt=entry.attempt, reverses_id=entry.id,
            )  # fmt: skip
            matter = f"冲正第 {entry.seq} 号：{(text.matter if text else None) or '（内容已清除）'}"
            _append(
                session,
                head,
                counter,
                matter=matter[: rules.LONGEST_MATTER],
                note=reason.strip()[:500],
                by=by,
                files=[],
            )
            waiting.remove(session, entry.id)
    return counter


def _refuse_stranger(plain: Rule, rule: PointsRule, worker: Any, *, area_code: str, by: Actor) -> None:
    if worker.deleted_at is not None:
        raise PointsRefused(f"{worker.name}的登记已删除，不能记分。")
    if worker.name == ERASED_NAME:
        raise PointsRefused("这名网格员的个人信息已依法清除，不能再记分。")
    if rule.deleted_at is not None or not area_code.startswith(rule.area_code):
        raise PointsRefused(f"规则 {plain.code} 不适用于{worker.name}所在的网格。")
    _require_write(area_code, by)
    _refuse_own(worker.uid, by)
    if plain.recorder == "system" and by.user_id is not None:
        raise PointsRefused(f"规则 {plain.code} 只由系统自动记，不能由人记。")
    if plain.recorder == "street" and not by.is_system:
        above = [prefix for prefix in by.prefixes("points_entries", "write") if len(prefix) < COMMUNITY_DIGITS]
        if not any(area_code.startswith(prefix) for prefix in above):
            raise PointsRefused(f"规则 {plain.code} 由街道或网格中心来记，请把情况报给街道。")


def _require_write(area_code: str, by: Actor) -> None:
    if not by.covers("points_entries", "write", area_code):
        raise NotPermitted("这名网格员不在您负责的范围内，或您的岗位不能记分。")


def _refuse_own(worker_uid: str, by: Actor) -> None:
    if by.user_id is not None and not by.is_system and queries.person_uid(by.user_id) == worker_uid:
        raise PointsRefused("不能给自己记分或冲正，请由社区或街道的其他人来办。")


def _day_of_correction(entry: PointsEntry, today: date) -> date:
    try:
        refuse_if_final(entry.area_code, entry.on)
    except MonthIsClosed:
        refuse_if_final(entry.area_code, today)
        return today
    return entry.on


def lock_ledger(session: Session, worker_uid: str, area_code: str) -> PointsHead:
    """The worker's chain, locked until the transaction ends: entries of one worker come one after the other."""
    return locked_head(session, PointsHead, PointsHead.worker_uid, worker_uid, area_code)


def _attempt_or_refuse(session: Session, worker: Any, plain: Rule, matter: Matter) -> int:
    """How often the matter was taken back before. Raises AlreadyRecorded while an entry for it stands."""
    entries = session.execute(
        select(PointsEntry.id, PointsEntry.seq, PointsEntry.on, PointsEntry.reverses_id).where(
            PointsEntry.worker_uid == worker.uid, PointsEntry.rule_code == plain.code,
            PointsEntry.matter_kind == matter.kind, PointsEntry.matter_uid == matter.uid,
        )
    ).all()  # fmt: skip
    reversed_ids = {entry.reverses_id for entry in entries if entry.reverses_id is not None}
    for entry in entries:
        if entry.reverses_id is None and entry.id not in reversed_ids:
            raise AlreadyRecorded(
                f"这件事已经按规则 {plain.code} 给{worker.name}记过（第 {entry.seq} 号，{entry.on}），一件事只记一次。",
                entry_id=entry.id,
            )
    return len(reversed_ids)


def _refuse_second_reversal(session: Session, entry: PointsEntry) -> None:
    if entry.reverses_id is not None:
        raise PointsRefused("这条本身就是冲正记录，不能再冲正。要重新记分，请按原来的事项再记一次。")
    known = session.execute(select(PointsEntry.seq).where(PointsEntry.reverses_id == entry.id)).scalar()
    if known is not None:
        raise PointsRefused(f"第 {entry.seq} 号已经由第 {known} 号冲正，不用再冲。")


def _note(note: str, worth: Worth) -> str:
    return "\n".join(part for part in (note.strip()[:500], worth.sentence) if part)


def _append(
    session: Session, head: PointsHead, entry: PointsEntry, *, matter: str, note: str, by: Actor,
    files: Sequence[Attachment], measured: Decimal | None = None,
) -> None:  # fmt: skip
    """Number the entry, sign it after the one before it, and add it with its words and to the sums."""
    text = PointsText(
        entry_uid=entry.uid, area_code=entry.area_code, matter=matter, note=note or None, measured=measured,
        recorded_by_name=by.name,
    )  # fmt: skip
    entry.text_digest = queries.digest_of(text)
    entry.evidence_digest = rules.evidence_digest([file.digest for file in files])
    entry.evidence_count = len(files)
    entry.recorded_by, entry.created_at = by.user_id, utc_now()
    sums = _sums_around(session, entry)
    year = sum_queries.year_number(entry.on.year)
    before = sum((row.gained + row.deducted for row in sums if row.month == year), rules.ZERO)
    head.seq += 1
    entry.seq, entry.balance = head.seq, before + entry.points
    link = rules.link_bytes([getattr(entry, name) for name in SIGNED])
    entry.mac = head.mac = keyring().sign(link, head.mac)
    session.add_all((entry, text))
    _add_to_sums(session, entry, sums)
    session.flush()
    if entry.check_by is not None:
        waiting.add(session, entry)


def _numbers(entry: PointsEntry) -> tuple[int, int]:
    """Month and year of an entry, as its sums are filed."""
    return sum_queries.month_number(entry.on), sum_queries.year_number(entry.on.year)


def _sums_around(session: Session, entry: PointsEntry) -> Sequence[PointsSum]:
    """The worker's sums of the entry's month and year before it, in every grid; points count anew each year."""
    statement = select(PointsSum).where(PointsSum.worker_uid == entry.worker_uid, PointsSum.month.in_(_numbers(entry)))
    return session.execute(statement.execution_options(populate_existing=True)).scalars().all()


def _add_to_sums(session: Session, entry: PointsEntry, sums: Sequence[PointsSum]) -> None:
    for number in _numbers(entry):
        row = next((each for each in sums if (each.month, each.area_code) == (number, entry.area_code)), None)
        if row is None:
            row = PointsSum(
                worker_uid=entry.worker_uid, month=number, area_code=entry.area_code, worker_id=entry.worker_id,
                gained=rules.ZERO, deducted=rules.ZERO, entry_count=0,
            )  # fmt: skip
            session.add(row)
        if entry.points > 0:
            row.gained += entry.points
        else:
            row.deducted += entry.points
        row.entry_count += 1
