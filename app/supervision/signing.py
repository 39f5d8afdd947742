"""Batches: drafted with a letter and its list, signed by a named leader, or recorded from the sheet he signed.

All in one transaction: every matter takes its step, the letter gets its number, or nothing happens.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.areas.queries import name_of
from app.clock import local
from app.database.transactions import writing
from app.extensions import db
from app.fields.limits import due
from app.fields.sentence import Sentence
from app.letters import service as letters
from app.letters.documents import sender_of
from app.letters.models import Letter
from app.lowcode import service as rows
from app.lowcode.flow import service as flow_service
from app.lowcode.flow.queries import running
from app.lowcode.flow.service import Done, Photo, Sent, StepRefused
from app.lowcode.flow.versions import flow_of
from app.lowcode.register import Register, register
from app.lowcode.service import SaveRefused
from app.registers.units import Unit
from app.security.actor import Actor, NotPermitted, acting_as, current_actor
from app.security.beyond import beyond_scope
from app.security.queries import actor_of, signed_in
from app.settings.working_calendar import working_time
from app.supervision import queries, rules
from app.supervision.models import (
    ITEMS,
    SupervisionBatch,
    SupervisionItem,
    SupervisionOrder,
)

DRAFTING_ROLES = ("street_office", "grid_center")
_signing: ContextVar[bool] = ContextVar("supervision_signing", default=False)
"""Whether a batch is being signed: its matters take their steps together and need no batch of their own."""


@dataclass(frozen=True, slots=True)
class Signed:
    """How a batch was signed: by whoever acts himself, or (with `signatory` and the sheet) recorded for a leader."""

    signed_on: date
    signatory: str = ""
    sheet: Photo | None = None

    @property
    def is_recorded(self) -> bool:
        """代录."""
        return bool(self.signatory)


def draft(item_ids: Sequence[int], *, by: Actor, now: datetime) -> SupervisionBatch:
    """A batch of matters that wait for one supervision of one unit, with its letter as a draft.

    Raises SaveRefused in words, NotPermitted.
    """
    with acting_as(by), writing():
        found = queries.waiting(ids=item_ids)
        fault = rules.batch_fault([each.candidate for each in found])
        if len(found) < len(set(item_ids)) and not fault:
            fault = Sentence("有的事项不在您负责的范围内，或已删除。请刷新后重选。")
        if fault:
            raise SaveRefused({"": fault})
        if not all(may_draft(by, each.item.area_code) for each in found):
            raise NotPermitted("您的岗位不能起草督办，请找街道办、网格中心或督查。")
        known = queries.open_batch_with([each.item.id for each in found])
        if known is not None:
            raise SaveRefused({"": Sentence("有的事项已经在“%(name)s”里起草了，请到那一批签发。", name=known.name)})
        with beyond_scope():
            return _made([each.item for each in found], found[0].level, by, now)


def may_draft(by: Actor, area_code: str) -> bool:
    """Who keeps the ledger of a whole street, or signs for it; a community does not supervise itself."""
    posts = by.access.posts if by.access is not None else ()
    return any(
        post.role in (*queries.SIGNING_ROLES, *DRAFTING_ROLES) and area_code.startswith(post.area_code)
        for post in posts
    )


def _made(items: Sequence[SupervisionItem], level: int, by: Actor, now: datetime) -> SupervisionBatch:
    first = items[0]
    issuer = _issuer_code(by, first.area_code)
    unit = db.session.get(Unit, first.unit_id) if first.unit_id else None
    to_whom, at = (unit.name, unit.area_code) if unit is not None else (name_of(first.area_code), first.area_code)
    about = first.name if len(items) == 1 else f"{first.name[:40]}等{len(items)}件事项"
    new_due = _new_due(level, now)
    letter = _letter(items, rules.letter_kind(issuer, at), to_whom, about, level, issuer, new_due, local(now).date())
    batch = SupervisionBatch(
        name=f"{rules.LEVEL_NAMES[level]} {to_whom[:40]} {about[:50]}", area_code=issuer, unit_id=first.unit_id,
        to_whom=to_whom, level=level, letter_id=letter.id, state="draft", extra={},
    )  # fmt: skip
    db.session.add(batch)
    db.session.flush()
    for position, item in enumerate(items):
        db.session.add(
            SupervisionOrder(
                parent_id=batch.id, area_code=issuer, position=position, item_id=item.id, unit_id=item.unit_id,
                number=item.number, problem=item.name, was_due_on=item.due_on, due_on=new_due,
            )
        )  # fmt: skip
    db.session.flush()
    return batch


def _issuer_code(by: Actor, area_code: str) -> str:
    """The body in whose name the person writes: the lowest area of his posts above the matter that issues papers."""
    posts = by.access.posts if by.access is not None else ()
    codes = {post.area_code for post in posts if area_code.startswith(post.area_code)}
    found = [code for code in sorted(codes, key=len, reverse=True) if sender_of(code) is not None]
    if not found:
        raise SaveRefused(
            {"": Sentence("系统设置里没有登记您这一级的发文单位和机关代字，不能发函。请联系系统管理员补上。")}
        )
    return found[0]


def _new_due(level: int, now: datetime) -> date:
    """The limit of the state that this supervision leads to, as the flow has it today."""
    reg = register(ITEMS)
    flow = flow_of(reg)
    assert flow is not None
    limit = flow[0].state(rules.STEPS[level]).limit
    ends = due(limit, now, working_time()) if limit is not None else None
    return local(ends.at).date() if ends is not None else local(now).date()


def _letter(
    items: Sequence[SupervisionItem], kind: rules.LetterKind, to_whom: str, about: str, level: int, issuer: str,
    new_due: date, on: date,
) -> Letter:  # fmt: skip
    raw: dict[str, Any] = {
        "kind": kind, "name": about[:80], "area": issuer, "addressee": to_whom[:60], "level": str(level),
        "copies_to": rules.COPIED_AT_LAST if level == rules.HIGHEST else "", "reply_by": new_due.isoformat(),
    }  # fmt: skip
    if kind == rules.DIRECTING:
        raw["body"] = "此前已督办，至今没有办结。" if level > 1 else ""
        raw["matters"] = [_matter(each, to_whom, new_due) for each in items]
    else:
        raw["body"] = "\n".join(
            f"{number}．{each.name}（编号{each.number}），原定时限{each.due_on}，"
            f"已逾期{max(0, (on - (each.due_on or on)).days)}天。"
            for number, each in enumerate(items, 1)
        )  # fmt: skip
        raw["asked"] = "抓紧办理以上事项\n按期反馈办理结果"
    saved = rows.save(register("letters"), None, raw, by=current_actor(), today=on)
    assert isinstance(saved, Letter)
    return saved


def _matter(item: SupervisionItem, to_whom: str, new_due: date) -> dict[str, str]:
    return {
        "number": item.number or "", "problem": item.name, "unit": to_whom[:60],
        "assigned_on": item.assigned_on.isoformat() if item.assigned_on else "",
        "was_due_on": item.due_on.isoformat() if item.due_on else "",
        "demand": (item.demand or "")[:120], "due_on": new_due.isoformat(),
    }  # fmt: skip


def sign(batch_id: int, how: Signed, *, by: Actor, now: datetime) -> SupervisionBatch:
    """Sign a drafted batch: each matter takes its step, the letter its number.

    Raises SaveRefused with what is missing, StepRefused where a matter may not be signed so, NotPermitted.
    """
    with acting_as(by), writing() as session:
        batch = session.get(SupervisionBatch, batch_id, populate_existing=True, with_for_update=True)
        if batch is None or batch.deleted_at is not None:
            raise NotPermitted("这一批已不在，可能刚被删除。")
        if batch.state != "draft":
            raise SaveRefused({"": Sentence("这一批已经签发或作废，不能再签发。")})
        orders, level = queries.orders_of(batch.id), batch.level or 1
        with _together():
            for order in orders:
                _issue(order, level, how, by, now)
        with beyond_scope():
            _finish(batch, orders, how.signatory or by.name, how, now)
        batch.recorded_by = by.name if how.is_recorded else None
    return batch


@contextmanager
def _together() -> Iterator[None]:
    token = _signing.set(True)
    try:
        yield
    finally:
        _signing.reset(token)


def _issue(order: SupervisionOrder, level: int, how: Signed, by: Actor, now: datetime) -> None:
    reg = register(ITEMS)
    item = db.session.get(SupervisionItem, order.item_id) if order.item_id is not None else None
    at = running(reg, item, now) if item is not None else None
    if item is None or at is None:
        raise SaveRefused({"": Sentence("“%(name)s”已不在，请作废这一批重新起草。", name=order.problem)})
    key = f"record_{rules.STEPS[level]}" if how.is_recorded else f"issue_{rules.STEPS[level]}"
    values = {"signatory": how.signatory, "signed_on": how.signed_on.isoformat()} if how.is_recorded else {}
    photos = (how.sheet,) if how.sheet is not None else ()
    step = flow_service.act(reg, item, key, Sent(at.version, values, "", photos), by=by, now=now)
    order.due_on = local(step.due_at).date() if step.due_at is not None else order.due_on


def _finish(
    batch: SupervisionBatch, orders: Sequence[SupervisionOrder], signatory: str, how: Signed, now: datetime
) -> None:  # fmt: skip
    """Bring the letter's limits up to the day of signing, number it, keep who signed."""
    letter = db.session.get(Letter, batch.letter_id) if batch.letter_id is not None else None
    if letter is None or letter.deleted_at is not None:
        raise SaveRefused({"": Sentence("这一批的函已不在，请作废这一批重新起草。")})
    _refuse_orders_without_authority(letter, batch)
    day, dues = local(now).date(), [order.due_on for order in orders if order.due_on]
    raw: dict[str, Any] = {"reply_by": max(dues).isoformat() if dues else ""}
    new = {order.number: order.due_on for order in orders}
    if letter.kind == rules.DIRECTING:
        raw["matters"] = [_shown(row, new.get(row.number)) for row in letter.matter_rows]
    rows.save(register("letters"), letter, raw, by=current_actor(), today=day)
    db.session.expire(letter, ["matter_rows"])
    letters.issue(letter.id, signatory=signatory, signed_on=how.signed_on, by=current_actor(), today=day)
    batch.state, batch.signatory, batch.signed_on = "issued", signatory, how.signed_on
    db.session.flush()


def _shown(row: Any, due_on: date | None) -> dict[str, Any]:
    """A line of a letter's list as its form sends it, with the new limit."""
    return {
        "id": str(row.id), "number": row.number or "", "problem": row.problem, "location": row.location or "",
        "unit": row.unit or "", "assigned_on": row.assigned_on.isoformat(), "was_due_on": row.was_due_on.isoformat(),
        "demand": row.demand or "", "due_on": (due_on or row.due_on).isoformat(),
    }  # fmt: skip


def _refuse_orders_without_authority(letter: Letter, batch: SupervisionBatch) -> None:
    """A clerk may turn a 督办函 into a 工作联系函, never the other way without authority."""
    unit = db.session.get(Unit, batch.unit_id) if batch.unit_id else None
    if unit is not None and letter.kind == rules.DIRECTING:
        allowed = rules.letter_kind(batch.area_code, unit.area_code)
        if allowed != rules.DIRECTING:
            raise SaveRefused(
                {"": Sentence("“%(unit)s”不归本单位管，不能发督办函，请把函件种类改成工作联系函。", unit=unit.name)}
            )


def follow(reg: Register, row: Any, done: Done) -> None:
    """A supervision signed on the matter's own page gets a batch of one and its letter, in the same transaction."""
    level = rules.signed_level(done.action.key) if reg.name == ITEMS else 0
    if not level:
        return
    filled = dict(done.step.filled)
    signatory, day = filled.get("签发人", ""), local(done.step.at).date()
    if signatory:
        signed_on = date.fromisoformat(filled["签发日期"]) if _is_day(filled["签发日期"]) else None
        refuse_unknown_signatory(signatory, signed_on, row, day)
    else:
        signed_on = day
    if _signing.get():
        return
    actor = _caller(done)
    try:
        batch = _made([row], level, actor, done.step.at)
        order = queries.orders_of(batch.id)[0]
        order.due_on = local(done.step.due_at).date() if done.step.due_at is not None else order.due_on
        _finish(batch, [order], signatory or done.step.by_name, Signed(signed_on or day), done.step.at)
    except SaveRefused as refused:
        raise StepRefused({"": "".join(refused.errors.values())}) from refused
    batch.recorded_by = done.step.by_name if signatory else None


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _caller(done: Done) -> Actor:
    """Who took the step, with his own posts: the step itself runs as the system in his name."""
    person = signed_in(done.step.by_id) if done.step.by_id is not None else None
    if person is None:
        raise StepRefused({"": Sentence("签发要由有名有姓的领导做。")})
    return actor_of(person, today=local(done.step.at).date())


def refuse_unknown_signatory(name: str, signed_on: date | None, row: SupervisionItem, today: date) -> None:
    """代录 names a leader who may sign there, and a day that is not ahead. Raises StepRefused."""
    errors: dict[str, str] = {}
    known = sorted(set(queries.leaders(row.area_code, today).values()))
    if name not in known:
        errors["signatory"] = (
            Sentence("签发人要是有权签发的领导：%(names)s。", names="、".join(known))
            if known
            else Sentence("这个区域还没有领导的账号，请先在“账号”里开通。")
        )
    if signed_on is None:
        errors["signed_on"] = Sentence("请填签发日期，例：2026-11-22。")
    elif signed_on > today:
        errors["signed_on"] = Sentence("签发日期不能晚于今天。")
    if errors:
        raise StepRefused(errors)


def withdraw(batch_id: int, *, by: Actor) -> None:
    """Throw a drafted batch away with its unsigned letter; its matters wait as before. Raises SaveRefused."""
    with acting_as(by), writing() as session:
        batch = session.get(SupervisionBatch, batch_id, populate_existing=True, with_for_update=True)
        if batch is None or batch.state != "draft":
            raise SaveRefused({"": Sentence("只有没签发的批次才能作废。")})
        if not may_draft(by, batch.area_code):
            raise NotPermitted("这一批不在您负责的范围内，不能作废。")
        with beyond_scope():
            letter = db.session.get(Letter, batch.letter_id)
            if letter is not None and letter.deleted_at is None and not letter.issue:
                rows.delete(register("letters"), letter, by=current_actor())
            batch.state = "void"
            db.session.flush()
