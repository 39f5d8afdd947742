"""Acting in a flow: one step of one case in one transaction; of two people at once one wins and the other is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.clock import local
from app.database.transactions import writing
from app.fields.limits import LimitRefused, WorkingTime, read_limit
from app.fields.sentence import Sentence
from app.files.kinds import is_picture
from app.files.service import attach
from app.lowcode import service as rows
from app.lowcode.flow import asking, moving
from app.lowcode.flow.keeping import remember
from app.lowcode.flow.models import FlowCase, FlowStep
from app.lowcode.flow.queries import Running, person_of, role_names, row_limit, running, units_to_ask, until_its_day
from app.lowcode.flow.rules import Action, Case, Flow, FormField, Person
from app.lowcode.flow.versions import flow_of
from app.lowcode.queries import row_titles
from app.lowcode.register import Register
from app.lowcode.sent import sent_id
from app.security.actor import Actor, NotPermitted, acting_as, current_actor
from app.security.beyond import beyond_scope
from app.security.queries import user_names
from app.settings.working_calendar import working_time

LONGEST_NOTE, LONGEST_VALUE = 1000, 500
_moves_state: ContextVar[bool] = ContextVar("flow_moves_state", default=False)
"""Whether a flow itself is writing the mirrored column: by hand it cannot be changed."""


Filler = Callable[[Register, Any, Action], Mapping[str, str]]
"""(register, row, action) → what the register knows of the action's fields (时限 and 责任单位 of a 小类)."""
Follower = Callable[[Register, Any, "Done"], None]
"""What a step brings about, in its transaction, as the system."""
_FILLERS: list[Filler] = []
_FOLLOWERS: list[Follower] = []


def add_filler(filler: Filler) -> None:
    """Let a room say what it knows of a step's fields: limits stand as it says, the rest is proposed."""
    if filler not in _FILLERS:
        _FILLERS.append(filler)


def add_follower(follower: Follower) -> None:
    """Let a room do its own with every step."""
    if follower not in _FOLLOWERS:
        _FOLLOWERS.append(follower)


@dataclass(frozen=True, slots=True)
class Done:
    """A step as rooms hear of it: the flow, the case before and after, the action, who took it, and its row."""

    flow: Flow
    before: Case
    action: Action
    after: Case
    person: Person
    step: FlowStep

    @property
    def is_handled(self) -> bool:
        """Whether the matter was dealt with by this step: of several units by the last (会签)."""
        return self.action.handles and not (self.action.joint and self.after.state == self.before.state)


def known_values(reg: Register, row: Any, action: Action) -> dict[str, str]:
    """What is known of an action's fields before anybody types."""
    return {name: text for filler in _FILLERS for name, text in filler(reg, row, action).items()}


class StepRefused(ValueError):
    """Why the step was not taken: field → sentence ('' for the whole step)."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("；".join(errors.values()))
        self.errors = dict(errors)


class CaseMoved(RuntimeError):
    """Somebody else acted meanwhile; the message says that nothing was done."""

    def __init__(self) -> None:
        super().__init__(Sentence("刚有人办过这一步，您的操作没有记下。请看最新的情况再办。"))


@dataclass(frozen=True, slots=True)
class Photo:
    """A file that comes with a step: what it shows ('' nothing in particular), its name and content."""

    shows: str
    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Sent:
    """What was filled in with a step. `version` is that of the page it was filled in on."""

    version: int
    values: Mapping[str, str]
    note: str = ""
    photos: tuple[Photo, ...] = ()


def act(reg: Register, row: Any, key: str, sent: Sent, *, by: Actor, now: datetime) -> FlowStep:
    """Take one step. Raises StepRefused with every reason, CaseMoved, NotPermitted, FileRefused."""
    try:
        with acting_as(by), writing() as session:
            fresh = session.get(reg.model, row.id, populate_existing=True)
            if fresh is None or fresh.deleted_at is not None:
                raise NotPermitted("这条记录已不在，可能刚被删除。")
            at = running(reg, fresh, now, is_fresh=True)
            if at is None:
                raise StepRefused({"": Sentence("这本名册没有启用流程。")})
            if at.version != sent.version:
                raise CaseMoved
            return _step(session, reg, fresh, at, _action(at, key), sent, now)
    except (StaleDataError, IntegrityError, rows.RowIsStale) as clash:
        raise CaseMoved from clash


def _action(at: Running, key: str) -> Action:
    try:
        return at.flow.action(key)
    except KeyError:
        raise StepRefused({"": Sentence("流程里没有这个动作，请刷新页面再看。")}) from None


def _step(
    session: Session, reg: Register, row: Any, at: Running, action: Action, sent: Sent, now: datetime
) -> FlowStep:  # fmt: skip
    on, person = working_time(), person_of(current_actor())
    refusal = asking.why_not(at.flow, at.case, action, person, now, on, role_names())
    if refusal:
        raise StepRefused({"": refusal})
    known = known_values(reg, row, action)
    values = {each.name: _value(each, action, sent.values, known) for each in action.fields}
    errors: dict[str, str] = dict(asking.missing(action, values, _photo_counts(sent.photos), sent.note))
    units = askable_units(row, action, known)
    wrong = _too_long(action, values, sent.note) | _unreadable(action, values, units, now)
    errors |= {name: text for name, text in wrong.items() if name not in errors}
    if errors:
        raise StepRefused(errors)
    moved = moving.after(at.flow, at.case, action, person, now, values, on, row_limit(row, action.limits))
    with beyond_scope():
        kept = _kept(session, reg, row, at, now, on)
        files = [
            [photo.shows, each.title, each.digest]
            for photo in sent.photos
            for each in [attach(reg.name, row.uid, row.area_code, photo.name, photo.data)]
        ]
        _write_columns(reg, row, at, action, moved, values, now)
        moved = until_its_day(at.flow, moved, row)
        remember(kept, at.flow, moved, on)
        step = step_row(kept, at, moved, action.key, action.name, row.area_code, now)
        step.note, step.files = sent.note.strip(), files
        step.filled = [
            [each.label, _told(reg, each, values[each.name], units)] for each in action.fields if values[each.name]
        ]
        step.is_same_person = asking.is_same_person(at.case, action, person)
        absent = asking.acts_for(at.case, action, person)
        step.for_name = user_names({absent}).get(absent, "") if absent is not None else ""
        session.add(step)
        session.flush()
        for follower in _FOLLOWERS:
            follower(reg, row, Done(at.flow, at.case, action, moved, person, step))
    return step


def _value(each: FormField, action: Action, sent: Mapping[str, str], known: Mapping[str, str]) -> str:
    """What was filled in; what is known where nobody was asked (REST), or where a limit is not for the person to say."""
    is_given = each.kind == "limit" and each.name == action.limit_field and each.name in known
    if is_given or each.name not in sent:
        return known.get(each.name, "")
    return sent[each.name].strip()


def _too_long(action: Action, values: Mapping[str, str], note: str) -> dict[str, str]:
    """Texts the step itself keeps; one that goes into a column is as long as the column lets it be."""
    texts = [(each.name, each.label, values[each.name], LONGEST_VALUE) for each in action.fields if not each.column]
    return {
        name: Sentence("“%(label)s”最多 %(most)s 个字，请写短些。", label=label, most=most)
        for name, label, text, most in (*texts, ("note", Sentence("说明"), note.strip(), LONGEST_NOTE))
        if len(text) > most
    }


def _photo_counts(photos: Sequence[Photo]) -> dict[str, int]:
    """How many pictures came of what they show; another file shows nothing."""
    return Counter(photo.shows for photo in photos if is_picture(photo.data))


def askable_units(row: Any, action: Action, known: Mapping[str, str]) -> dict[int, str]:
    """Unit id → name for an action that asks units; {} for others."""
    names = [each.name for each in action.fields if each.kind == "units"]
    if not names:
        return {}
    return units_to_ask(row.area_code, known=[id_ for name in names for id_ in moving.unit_ids(known.get(name, ""))])


def target_of(reg: Register, each: FormField) -> str:
    """The register a field's column links to; '' for every other field."""
    column = next((column for column in reg.columns if column.name == each.column), None) if each.column else None
    return column.target if column is not None and column.kind == "link" else ""


def _told(reg: Register, each: FormField, value: str, units: Mapping[int, str]) -> str:
    """What a step remembers of a field: units and rows linked to by the names of that day."""
    if each.kind == "units":
        return "、".join(units[id_] for id_ in moving.unit_ids(value))
    target, id_ = target_of(reg, each), sent_id(value)
    return row_titles(target, {id_}).get(id_, value) if target and id_ else value


def _unreadable(
    action: Action, values: Mapping[str, str], units: Mapping[int, str], now: datetime
) -> dict[str, str]:  # fmt: skip
    """What was filled in and cannot be read: field → sentence."""
    found: dict[str, str] = {}
    for each in action.fields:
        text = values[each.name]
        if not text:
            continue
        if each.kind == "choice" and text not in each.choices:
            found[each.name] = Sentence("“%(label)s”请从选项里选。", label=each.label)
        if each.kind == "units" and not set(moving.unit_ids(text)) <= set(units):
            found[each.name] = Sentence("“%(label)s”请从名单里选。名单里只有开通了账号的单位。", label=each.label)
        if each.kind == "limit":
            try:
                read_limit(text)
            except LimitRefused as refusal:
                found[each.name] = str(refusal)
        if each.kind == "date":
            found |= _unreadable_date(action, each, text, now)
        if each.kind == "number" and not text.replace(".", "", 1).isdecimal():
            found[each.name] = Sentence("“%(label)s”请填数字。", label=each.label)
    return found


def _unreadable_date(action: Action, each: FormField, text: str, now: datetime) -> dict[str, str]:
    try:
        date.fromisoformat(text)
    except ValueError:
        return {each.name: Sentence("“%(label)s”请填日期，例如 2026-05-01。", label=each.label)}
    if each.name == action.limit_field:
        try:
            moving.typed_limit(action, {each.name: text}, now, working_time())
        except LimitRefused:
            return {each.name: Sentence("“%(label)s”要在今天下班以后，一年以内。", label=each.label)}
    return {}


def _kept(session: Session, reg: Register, row: Any, at: Running, now: datetime, on: WorkingTime) -> FlowCase:
    """The row of the case, made where there is none; what the register said otherwise becomes a step first."""
    kept = at.row
    if kept is None:
        kept = FlowCase(register=reg.name, row_id=row.id, flow_key=at.flow.key, flow_number=at.number)
        remember(kept, at.flow, at.case, on)
        session.add(kept)
        session.flush()
        return kept
    if at.is_corrected:
        write_correction(session, row, at, kept, now)
    return kept


def write_correction(session: Session, row: Any, at: Running, kept: FlowCase, now: datetime) -> None:
    """Keep where the register says the case is, with a step that says so."""
    before = kept.state
    remember(kept, at.flow, at.case, working_time())
    step = step_row(kept, at, at.case, "", "随名册更正", row.area_code, now)
    step.from_state, step.from_name = before, at.flow.state(before).name
    session.add(step)
    session.flush()


def step_row(
    kept: FlowCase, at: Running, moved: Case, key: str, name: str, area_code: str, now: datetime
) -> FlowStep:  # fmt: skip
    """The next step of a case, not yet added; the caller fills in what came with it."""
    due, actor = moved.due(working_time()), current_actor()
    kept.step_count += 1
    return FlowStep(
        case_id=kept.id, seq=kept.step_count, action=key, action_name=name, from_state=at.case.state,
        from_name=at.flow.state(at.case.state).name, to_state=moved.state, to_name=at.flow.state(moved.state).name,
        at=now, by_id=actor.user_id, by_name=actor.name, area_code=area_code, note="", filled=[], files=[],
        is_same_person=False, for_name="", due_at=due.at if due is not None else None,
    )  # fmt: skip


def _write_columns(
    reg: Register, row: Any, at: Running, action: Action, moved: Case, values: Mapping[str, str], now: datetime
) -> None:  # fmt: skip
    raw: dict[str, Any] = dict(action.sets) | {each.column: values[each.name] for each in action.fields if each.column}
    said = at.flow.state(moved.state).value
    if at.flow.mirrors and said and said != getattr(row, at.flow.mirrors):
        raw[at.flow.mirrors] = said
    if not raw:
        return
    token = _moves_state.set(True)
    try:
        rows.save(reg, row, raw, by=current_actor(), today=local(now).date())
    except rows.SaveRefused as refused:
        names = {each.column: each.name for each in action.fields if each.column}
        raise StepRefused({names.get(name, ""): text for name, text in refused.errors.items()}) from refused
    finally:
        _moves_state.reset(token)


def is_moving() -> bool:
    """Whether a step of a flow is writing its row, so that guards of what hands may type let it through."""
    return _moves_state.get()


def refuse_state_by_hand(reg: Register, row: Any | None, values: Mapping[str, Any], today: date) -> dict[str, str]:  # noqa: ARG001
    """A guard of `lowcode.service.save`: a column that follows a flow is moved by its actions only."""
    current = flow_of(reg, row) if row is not None and not _moves_state.get() else None
    if current is None or not current[0].mirrors:
        return {}
    column = current[0].mirrors
    if column not in values or values[column] == getattr(row, column):
        return {}
    return {column: Sentence("这一项跟着流程走，不能直接改。请打开这条记录，用“办理”里的按钮。")}
