"""Reads of cases: that of one row, its steps, and lists by state and lamp; always through the rows one may see."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select

from app.clock import today
from app.database.scope import Granted, range_of
from app.extensions import db
from app.fields.limits import Lamp, Limit, WorkingTime, lamp, read_limit
from app.lowcode.flow import moving
from app.lowcode.flow.keeping import case_value
from app.lowcode.flow.models import FlowCase, FlowStep
from app.lowcode.flow.rules import Case, Flow, LivePost, Person
from app.lowcode.flow.versions import flow_of, flows_of, version, versions_for
from app.lowcode.queries import row_titles
from app.lowcode.register import Register
from app.security.access import is_live
from app.security.actor import Actor
from app.security.beyond import beyond_scope
from app.security.models import Post
from app.security.roles import ROLES
from app.security.wall import granted_to
from app.settings.queries import profile
from app.settings.working_calendar import working_time

MOST_LISTED = 100
StartLimit = Callable[[Any], str]
"""Of a row: the limit of the first state as the row itself has it, '' as the flow says."""
_START_LIMITS: list[StartLimit] = []


def add_start_limit(limit: StartLimit) -> None:
    """Let a room say how long the first state of its rows may take."""
    if limit not in _START_LIMITS:
        _START_LIMITS.append(limit)


@dataclass(frozen=True, slots=True)
class Start:
    """How a row's case begins where the row knows it: since when, and for how long ('' as the flow says)."""

    at: datetime
    limit: str = ""


_STARTS: dict[str, Callable[[Any], Start]] = {}
_UNITS: dict[str, Callable[[Any], tuple[int, ...]]] = {}
_LIMITS: dict[str, Callable[[Any, str], str]] = {}


def set_start(register_name: str, start: Callable[[Any], Start]) -> None:
    """Let the rows of a register say themselves when and with what limit their cases begin."""
    _STARTS[register_name] = start


def set_units(register_name: str, units: Callable[[Any], tuple[int, ...]]) -> None:
    """Let the rows of a register say which units answer for them, whatever a step once said."""
    _UNITS[register_name] = units


def set_limits(register_name: str, limits: Callable[[Any, str], str]) -> None:
    """Let the rows of a register say how long a state may take (row, key of the state), '' as the flow says."""
    _LIMITS[register_name] = limits


def row_limit(row: Any, state: str) -> Limit | None:
    """The limit a row itself gives a state; None where the flow's own counts."""
    text = _LIMITS[row.__tablename__](row, state) if row.__tablename__ in _LIMITS else ""
    return read_limit(text) if text else None


def _start_limit(flow: Flow, row: Any) -> Limit | None:
    """Only where the first state is one in which the matter is handled: a check has the flow's own limit."""
    if flow.start.key not in flow.handled_in:
        return None
    text = next((text for each in _START_LIMITS if (text := each(row))), "")
    return read_limit(text) if text else None


@dataclass(frozen=True)
class Running:
    """A row on its way: its flow, where it stands, and the row of the case (None until its first step)."""

    flow: Flow
    number: int
    case: Case
    row: FlowCase | None
    is_corrected: bool = False
    """The register says another state than the case: an import or a project moved it on."""

    @property
    def version(self) -> int:
        """What a page sends back, so that of two people acting at once one is told."""
        return self.row.version if self.row is not None else 0

    def lamp(self, now: datetime, on: WorkingTime) -> Lamp:
        """The colour now; grey at an end and where no clock runs."""
        due = None if self.flow.state(self.case.state).is_end else self.case.due(on)
        return lamp(due.at, due.warns_at, now) if due is not None else "grey"


def running(reg: Register, row: Any, now: datetime, *, is_fresh: bool = False) -> Running | None:
    """Where a row the caller may see stands; None where its register runs on no flow. `is_fresh`: as others committed it
    since this session read it."""
    current = flow_of(reg, row)
    if current is None:
        return None
    with beyond_scope():
        kept = db.session.execute(
            select(FlowCase).where(FlowCase.register == reg.name, FlowCase.row_id == row.id),
            execution_options={"populate_existing": is_fresh},
        ).scalar()  # fmt: skip
    return joined(current, row, kept, now)


def joined(current: tuple[Flow, int], row: Any, kept: FlowCase | None, now: datetime) -> Running:
    """A row with its case, begun where there is none and moved where the register says another state."""
    flow, number = current
    if kept is not None:
        flow, number = version(kept.flow_key, kept.flow_number), kept.flow_number
        case = case_value(kept, row.area_code)
    else:
        case = _begun(flow, row)
    if row.__tablename__ in _UNITS:
        case = replace(case, unit_ids=_UNITS[row.__tablename__](row))
    stated = stated_by(flow, case.state, row)
    if stated == case.state:
        return Running(flow, number, until_its_day(flow, case, row), kept)
    moved = moving.entered(flow, case, stated, now)
    return Running(flow, number, until_its_day(flow, moved, row), kept, is_corrected=True)


def until_its_day(flow: Flow, case: Case, row: Any) -> Case:
    """The case with the clock of a state that lasts until a day of the row, as the row says it now."""
    column = flow.state(case.state).until
    return moving.until(case, getattr(row, column), working_time()) if column else case


def _begun(flow: Flow, row: Any) -> Case:
    """A case nobody has acted on yet."""
    if row.__tablename__ in _STARTS:
        start = _STARTS[row.__tablename__](row)
        limit = read_limit(start.limit) if start.limit else None
        return moving.begin(flow, area_code=row.area_code, reporter_id=row.created_by, now=start.at, limit=limit)
    return moving.begin(
        flow, area_code=row.area_code, reporter_id=row.created_by, now=row.created_at, limit=_start_limit(flow, row)
    )


def stated_by(flow: Flow, state: str, row: Any) -> str:
    """The state the mirrored column speaks of: the case's own where it fits, else of those with that value the one that lasts
    until a day the row has (公示中), else the first."""
    if not flow.mirrors:
        return state
    said = getattr(row, flow.mirrors, None)
    if said in (None, "", flow.state(state).value):
        return state
    told = [each for each in flow.states if each.value == said]
    lasting = [each.key for each in told if each.until and getattr(row, each.until) is not None]
    return (*lasting, *(each.key for each in told), state)[0]


def person_of(actor: Actor) -> Person:
    """Who acts, as the rules see him."""
    if actor.access is None:
        return Person(actor.user_id, (LivePost("system", ""),) if actor.is_system else ())
    posts = tuple(LivePost(post.role, post.area_code, post.unit_id, post.acts_for) for post in actor.access.posts)
    return Person(actor.user_id, posts)


def role_names() -> dict[str, str]:
    """Role key → what this district calls it."""
    of = profile()
    return {role.key: of.role_name(role.key, role.name) for role in ROLES.values()}


def units_to_ask(area_code: str, *, known: Collection[int] = ()) -> dict[int, str]:
    """Unit id → name of units that could answer for a matter there: somebody holds a live post of theirs.

    `known` are those the register itself proposes (责任单位 of a 小类); they stand whether anybody has an account or not.
    """
    on = today()
    with beyond_scope():
        posts = db.session.execute(
            select(Post.unit_id, Post.area_code, Post.valid_from, Post.valid_to).where(Post.unit_id.is_not(None))
        ).all()
        ids = {
            unit_id
            for unit_id, code, valid_from, valid_to in posts
            if is_live(valid_from, valid_to, on) and (area_code.startswith(code) or code.startswith(area_code))
        }
        return dict(sorted(row_titles("units", ids | set(known)).items(), key=lambda pair: pair[1]))


def steps(case_row: FlowCase | None) -> Sequence[FlowStep]:
    """Steps of a case, latest first."""
    if case_row is None:
        return ()
    with beyond_scope():
        found = select(FlowStep).where(FlowStep.case_id == case_row.id).order_by(FlowStep.seq.desc())
        return db.session.execute(found).scalars().all()


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants of the list of cases: a state, a colour; '' takes all that are not ended.

    `waits_for`: only open cases in states that wait for one of these roles; of those that last until a day of their row,
    none unless `lasting`, and then only those alone whose lamp warns.
    """

    state: str = ""
    lamp: str = ""
    waits_for: frozenset[str] | None = None
    lasting: bool = False


def listed(
    reg: Register, actor: Actor, now: datetime, asked: Asked, *, limit: int = MOST_LISTED
) -> list[tuple[Any, Running]]:  # fmt: skip
    """Rows in the actor's range with where they stand, those due first, then those without a clock, the newest first.

    At most four statements; the rows pass the wall. A row has its case from the first save or import on; one that came
    past both (a migration) stands here from the next sweep.
    """
    current = flow_of(reg)
    if current is None:
        return []
    found = _row_ids(reg, actor, now, asked, limit)
    with beyond_scope():
        wanted = select(FlowCase).where(FlowCase.register == reg.name, FlowCase.row_id.in_(found))
        cases = {case.row_id: case for case in db.session.execute(wanted).scalars()} if found else {}
        rows = {row.id: row for row in _behind_the_wall(reg, found)} if found else {}
    pairs = [(rows[row_id], cases[row_id]) for row_id in found if row_id in rows and row_id in cases]
    return [(row, joined(flow_of(reg, row) or current, row, case, now)) for row, case in pairs]


def _behind_the_wall(reg: Register, ids: Sequence[int]) -> Sequence[Any]:
    return db.session.execute(select(reg.model).where(reg.model.id.in_(ids))).scalars().all()


def _row_ids(reg: Register, actor: Actor, now: datetime, asked: Asked, limit: int) -> list[int]:
    """Open cases from their own index, each then looked up in the register: of 180,000 events 2,000 are on their way.

    With a clock and without are asked apart, so that the index gives the first ones and the rest is never read.
    """
    is_ended = any(state.is_end for flow in flows_of(reg) for state in flow.states if state.key == asked.state)
    statement = _cases_near(reg, actor).where(FlowCase.is_ended.is_(is_ended))
    if asked.state:
        statement = statement.where(FlowCase.state == asked.state)
    if asked.waits_for is not None:
        states = states_waiting_for(reg, asked.waits_for, lasting=asked.lasting)
        if not states:
            return []
        statement = statement.where(FlowCase.state.in_(states))
        if asked.lasting:
            statement = statement.where(FlowCase.warns_at <= now)
    newest = statement.order_by(FlowCase.row_id.desc())
    due = statement.where(FlowCase.due_at.is_not(None)).order_by(FlowCase.due_at, FlowCase.row_id.desc())
    if asked.lamp == "red":
        due = due.where(FlowCase.due_at < now)
    elif asked.lamp == "amber":
        due = due.where(FlowCase.due_at >= now, FlowCase.warns_at <= now)
    with beyond_scope():
        if is_ended:
            return [] if asked.lamp else list(db.session.execute(newest.limit(limit)).scalars())
        found = list(db.session.execute(due.limit(limit)).scalars())
        if not asked.lamp and not asked.lasting and len(found) < limit:
            timeless = newest.where(FlowCase.due_at.is_(None)).limit(limit - len(found))
            found += db.session.execute(timeless).scalars()
    return found


def states_waiting_for(reg: Register, roles: Collection[str], *, lasting: bool = False) -> frozenset[str]:
    """States, of any version a case may still run on, in which somebody of these roles is waited for: those that last until
    a day of the row, or the others."""
    return frozenset(
        state.key
        for flow in versions_for(reg)
        for state in flow.states
        if not state.is_end
        and bool(state.until) == lasting
        and any(set(action.roles) & set(roles) for action in flow.awaited_in(state.key))
    )


def _cases_near(reg: Register, actor: Actor) -> Select[Any]:
    model = reg.model
    places = [model.area_code.between(*range_of(prefix)) for prefix in actor.prefixes(reg.name, "read")]
    units = actor.access.units(reg.name, "read") if actor.access is not None else ()
    if units and hasattr(model, "unit_id"):
        places.append(model.unit_id.in_(units))
    if units and any(isinstance(rule, Granted) for rule in model.__scope__):
        places.append(granted_to(model, reg.name, units))
    is_near = or_(*places) if places else model.id < 0
    statement = select(FlowCase.row_id).join(model, FlowCase.row_id == model.id)
    return statement.where(FlowCase.register == reg.name, model.deleted_at.is_(None), is_near)
