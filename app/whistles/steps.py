"""What follows from drafting a whistle and from every step of it and of its calls: calls, clocks, doors, letters, scores."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from app.areas.rules import STREET_DIGITS
from app.clock import local, utc_now
from app.events.together import handling_together
from app.extensions import db
from app.fields.limits import NaturalHours, due, read_limit
from app.fields.sentence import Sentence
from app.letters import service as letters
from app.letters.documents import sender_of
from app.letters.models import Letter
from app.letters.rules import names_of
from app.lowcode import service as rows
from app.lowcode.flow import service as flow_service
from app.lowcode.flow.queries import Start, running
from app.lowcode.flow.rules import Action
from app.lowcode.flow.service import Done, Sent, StepRefused
from app.lowcode.flow.sweeping import follow as begin_case
from app.lowcode.register import Register, register
from app.lowcode.service import SaveRefused
from app.registers.unit_names import units_named
from app.registers.units import Unit
from app.security.actor import SYSTEM, acting_as, current_actor
from app.security.beyond import beyond_scope
from app.security.letting_in import close_door, let_in
from app.settings.working_calendar import working_time
from app.whistles import queries, rules
from app.whistles.models import CALLS, WHISTLES, DepartmentGrade, Whistle, WhistleCall, WhistleKind

LEAD, SUPPORT = "主责", "配合"
CALLED = "吹哨"


def refuse_blown(row: Whistle, _day: date) -> None:
    """A whistle that was blown stays as it was called. Undoes the save it follows, save those of its own steps."""
    if (why := rules.blown_reason(row.round)) and not current_actor().is_system:
        raise SaveRefused({"": why})


def refuse_unknown_units(row: Whistle, _day: date) -> None:
    """Only units of the roster can be called: they must be able to sign. Undoes the save."""
    unknown = units_named(names_of(row.partners), row.area_code).unknown
    if unknown:
        raise SaveRefused(
            {"partners": Sentence("单位名册里没有“%(names)s”，请先登记，或改正名称。", names="、".join(unknown))}
        )


def name_grade(row: DepartmentGrade) -> None:
    """综合行政执法队2026年区级考评."""
    if row.unit_id and row.year:
        with db.session.no_autoflush, beyond_scope():
            unit = db.session.get(Unit, row.unit_id)
        row.name = f"{unit.name if unit is not None else ''}{row.year}年区级考评"


def start(row: Any) -> Start:
    """A call's clock runs from the moment of the whistle."""
    return Start(row.called_at or row.created_at, limits(row, "called"))


def units(row: Any) -> tuple[int, ...]:
    """A call is answered by its department."""
    return (row.unit_id,) if row.unit_id else ()


def limits(row: Any, state: str) -> str:
    """How long the kind of its whistle gives a call in a state; '' as the flow says."""
    column = rules.LIMITS.get(state)
    kind = _kind(row.whistle_id) if column is not None else None
    return (getattr(kind, column) or "") if kind is not None and column is not None else ""


def _kind(whistle_id: int | None) -> WhistleKind | None:
    if whistle_id is None:
        return None
    with db.session.no_autoflush, beyond_scope():
        wanted = select(WhistleKind).join(Whistle, Whistle.kind_id == WhistleKind.id).where(Whistle.id == whistle_id)
        return db.session.execute(wanted).scalar()


def known_values(reg: Register, row: Any, action: Action) -> dict[str, str]:
    """Arrival is now, where the whistle said, unless somebody types otherwise."""
    if reg.name != CALLS or action.key != "arrive":
        return {}
    found = {"arrived_at": f"{local(utc_now()):%Y-%m-%d %H:%M}"}
    return found | ({"arrived_place": row.location} if row.location else {})


def follow(reg: Register, row: Any, done: Done) -> None:
    """What a step of a whistle or of a call brings about."""
    if reg.name == WHISTLES:
        _follow_whistle(row, done)
    elif reg.name == CALLS:
        _follow_call(row, done)


def _follow_whistle(row: Whistle, done: Done) -> None:
    key = done.action.key
    if key == "blow":
        _blow(row, done)
    elif key == "blow_again":
        _blow_again(row, done)
    elif key == "attend":
        row.attended_by = done.step.by_name
    elif key == "settle":
        row.settled_on = local(done.step.at).date()
    elif key == "answer":
        row.feedback = done.step.note
    if done.flow.state(done.after.state).is_end or key == "settle":
        _shut(row)
    db.session.flush()


def _blow(row: Whistle, done: Done) -> None:
    now = done.step.at
    kind = _kind(row.id)
    ends = due(read_limit(kind.finish_within), now, working_time()) if kind is not None else None
    row.round, row.blown_at, row.blown_by = 1, now, done.step.by_name
    row.due_on = local(ends.at).date() if ends is not None else None
    letter = _letter(row, kind, now, follows="")
    row.letter_id, row.number = letter.id, letter.number
    called = {row.unit_id: LEAD} | {
        unit_id: SUPPORT
        for unit_id in units_named(names_of(row.partners), row.area_code).units
        if unit_id != row.unit_id
    }
    db.session.flush()
    names = dict(db.session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(list(called)))).all())
    for unit_id, duty in called.items():
        call = WhistleCall(
            name=f"{names.get(unit_id, '')}：{row.name}"[:160], whistle_id=row.id, area_code=street_of(row), unit_id=unit_id,
            duty=duty, problem=row.problem, location=row.location, report_at=row.report_at, called_at=now,
            called_on=local(now).date(), extra={},
        )  # fmt: skip
        db.session.add(call)
        db.session.flush()
        begin_case(register(CALLS), call, now, is_new=True)
    _let_in(row, list(called), now)


def street_of(row: Whistle) -> str:
    """The street that blows, whoever drafted."""
    return row.area_code[:STREET_DIGITS]


def _let_in(row: Whistle, called: list[int], now: datetime) -> None:
    """Until they are scored; where nobody scores them, for some time after the last day a whistle of this kind has."""
    kind = _kind(row.id)
    ends = due(read_limit(kind.finish_within), now, working_time()) if kind is not None else None
    until = (ends.at if ends is not None else now) + rules.GRACE
    event = queries.event_of(row)
    for each in (row, event) if event is not None else (row,):
        let_in(each, called, why=CALLED, until=until)


def _shut(row: Whistle, called: list[int] | None = None) -> None:
    close_door(row, why=CALLED, units=called)
    event = queries.event_of(row)
    if event is not None:
        units = set(called if called is not None else queries.called_units(row.id))
        close_door(event, why=CALLED, units=units - queries.called_besides(row) - handling_together(event))


def _letter(row: Whistle, kind: WhistleKind | None, now: datetime, *, follows: str) -> Letter:
    """The 吹哨单, numbered and signed as the whistle is blown. Raises StepRefused naming what is missing."""
    if sender_of(street_of(row)) is None:
        raise StepRefused(
            {"": Sentence("系统设置里没有登记这个街道的发文单位和机关代字，不能编吹哨单。请联系系统管理员补上。")}
        )
    day = local(now).date()
    reply_by = max(row.due_on, day) if row.due_on else day
    unit = db.session.get(Unit, row.unit_id)
    raw = {
        "kind": "whistle", "name": row.name, "area": street_of(row), "addressee": (unit.name if unit is not None else "")[:60],
        "copies_to": row.partners or "", "body": row.problem, "location": row.location, "report_at": row.report_at,
        "whistle_kind": kind.name if kind is not None else "", "done_so_far": row.done_so_far or "", "follows": follows,
        "source": queries.source_name(row), "reply_by": reply_by.isoformat(),
    }  # fmt: skip
    fixed = {day} if kind is None or not isinstance(read_limit(kind.finish_within), NaturalHours) else {day, reply_by}
    try:
        letter = rows.save(register("letters"), None, raw, by=current_actor(), today=day)
        letters.issue(
            letter.id, signatory=current_actor().name, signed_on=day, by=current_actor(), today=day, fixed=fixed
        )  # fmt: skip
    except SaveRefused as refused:
        raise StepRefused({"": "".join(refused.errors.values())}) from refused
    assert isinstance(letter, Letter)
    return letter


def _blow_again(row: Whistle, done: Done) -> None:
    """Call those again that did not answer or did not solve it; whoever is at work goes on."""
    now, reg = done.step.at, register(CALLS)
    failed = [(call, state) for call, state in queries.calls_with_states(row.id) if state in rules.FAILED]
    if not failed:
        raise StepRefused({"": Sentence("部门都已响应，没有要再吹的。")})
    row.round, row.second_blown_at = 2, now
    letter = _letter(row, _kind(row.id), now, follows=row.number or "")
    row.second_letter_id, row.second_number = letter.id, letter.number
    for call, _state in failed:
        call.called_at, call.is_solved = now, None
        db.session.flush()
        _system_step(reg, call, "call_again", now)
    _let_in(row, [call.unit_id for call, _state in failed], now)


def _system_step(reg: Register, row: Any, key: str, now: datetime) -> None:
    with acting_as(SYSTEM):
        at = running(reg, row, now)
        assert at is not None
        flow_service.act(reg, row, key, Sent(at.version, {}), by=SYSTEM, now=now)


def _follow_call(row: WhistleCall, done: Done) -> None:
    key, now = done.action.key, done.step.at
    if key == "sign":
        row.signed_at = now
    elif key == "arrive":
        _arrived(row, now)
    elif key == "finish":
        row.measures, row.done_at = done.step.note, now
    elif key == "reject":
        row.finding, row.is_solved = done.step.note, False
    elif key in ("score", "score_failed"):
        _scored(row, done, is_solved=key == "score")
    row.is_late_signed = row.is_late_signed or key == "expire_sign"
    row.is_late_arrived = row.is_late_arrived or key == "expire_arrive"
    row.is_late_done = row.is_late_done or key == "expire_finish"
    db.session.flush()
    # Locked, so that of two departments scored at once the second sees the first; not against rows that point here,
    # which both of them hold already (PostgreSQL).
    whistle = db.session.get(Whistle, row.whistle_id, with_for_update={"key_share": True}, populate_existing=True)
    if whistle is None or key == "call_again":
        return
    if key in ("score", "score_failed"):
        _shut(whistle, [row.unit_id])
    _move_whistle(whistle, now)


def _arrived(row: WhistleCall, now: datetime) -> None:
    whistle = db.session.get(Whistle, row.whistle_id)
    fault = rules.arrival_fault(row.arrived_at, whistle.blown_at if whistle is not None else None, now)
    if fault:
        raise StepRefused({"arrived_at": Sentence(fault)})
    row.signed_at = row.signed_at or now


def _scored(row: WhistleCall, done: Done, *, is_solved: bool) -> None:
    assert row.response is not None
    assert row.arrival is not None
    assert row.effect is not None
    row.score, row.scored_on = rules.points(row.response, row.arrival, row.effect), local(done.step.at).date()
    row.is_solved = is_solved
    if done.step.note:
        row.finding = done.step.note


def _move_whistle(whistle: Whistle, now: datetime) -> None:
    """Settle it with the last score, or let it fail with the first call that failed."""
    reg = register(WHISTLES)
    with acting_as(SYSTEM):
        at = running(reg, whistle, now)
    if at is None:
        return
    key = rules.whistle_step(at.case.state, [state for _call, state in queries.calls_with_states(whistle.id)])
    if key:
        _system_step(reg, whistle, key, now)
