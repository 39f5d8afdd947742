"""State and lamp of each row on the list of its register: two filters, and two cells read for the page at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from app.clock import utc_now
from app.extensions import db
from app.fields.limits import LAMP_WORDS, Lamp, WorkingTime, lamp
from app.language import gettext as _
from app.lowcode.beside import Pairs
from app.lowcode.flow.models import FlowCase
from app.lowcode.flow.queries import joined, stated_by
from app.lowcode.flow.rules import Flow, State
from app.lowcode.flow.versions import flow_of, flows_of, version
from app.lowcode.page_models.lists import CellView, FilterView, HeadColumn
from app.lowcode.page_models.parts import Option
from app.lowcode.register import Register
from app.lowcode.search import Beside
from app.security.beyond import beyond_scope
from app.settings.working_calendar import working_time

STATE, LAMP = "flow_state", "flow_lamp"
LATE: tuple[Lamp, ...] = ("amber", "red")
_ON = "b.register = :_register AND b.row_id = {id}"


class FlowSide:
    """`app.lowcode.beside.Side` of registers that run on a flow."""

    def asked(self, reg: Register, arguments: Mapping[str, str]) -> Pairs:
        """A state of the flow as it is now, a colour."""
        states = {state.key for flow in flows_of(reg) for state in flow.states}
        state, colour = arguments.get(STATE, ""), arguments.get(LAMP, "")
        found = ((STATE, state if state in states else ""), (LAMP, colour if colour in LATE else ""))
        return tuple((name, value) for name, value in found if value)

    def narrowed(self, reg: Register, pairs: Pairs) -> Beside | None:
        """By the case's own columns. A row without a case stands where its flow begins."""
        starts = {flow.start.key for flow in flows_of(reg)}
        if not starts or not pairs:
            return None
        wanted, now = dict(pairs), utc_now()
        parameters: dict[str, Any] = {"_register": reg.name}
        conditions, is_left = [], False
        if state := wanted.get(STATE):
            parameters["_state"] = state
            is_left = state in starts and LAMP not in wanted
            conditions.append("(b.id IS NULL OR b.state = :_state)" if is_left else "b.state = :_state")
        if colour := wanted.get(LAMP):
            parameters["_now"] = _bound(now)
            late = "b.due_at < :_now" if colour == "red" else "b.due_at >= :_now AND b.warns_at <= :_now"
            conditions.append(f"{_is_open()} AND {late}")
        where = "(" + " AND ".join(conditions) + ")"
        return Beside("flow_cases", _ON, where, parameters, is_left=is_left, is_few=LAMP in wanted)

    def filters(self, reg: Register, pairs: Pairs) -> tuple[FilterView, ...]:
        """状态 and 灯, behind 更多筛选."""
        flows, wanted = flows_of(reg), dict(pairs)
        if not flows:
            return ()
        states = list(
            {state.key: (state.key, state.name) for flow in reversed(flows) for state in flow.states}.values()
        )
        lamps = [(key, _(LAMP_WORDS[key])) for key in LATE]
        return tuple(
            FilterView(
                name=name, label=label, value=wanted.get(name, ""),
                options=(Option("", _("不限"), not wanted.get(name)),
                         *(Option(key, text, key == wanted.get(name)) for key, text in choices)),
            )
            for name, label, choices in ((STATE, _("办理状态"), states), (LAMP, _("灯"), lamps))
        )  # fmt: skip

    def covers(self, reg: Register) -> Collection[str]:
        """The mirrored state, where the states of the flows tell every value of its code list."""
        flows = flows_of(reg)
        names = {flow.mirrors for flow in flows} - {""}
        told = {state.value for flow in flows for state in flow.states}
        return {name for name in names if {value for value, _label in reg.column(name).type.choices()} <= told}

    def heads(self, reg: Register) -> tuple[HeadColumn, ...]:
        """Where a row stands, and its lamp."""
        if flow_of(reg) is None:
            return ()
        return (HeadColumn(STATE, _("办理状态")), HeadColumn(LAMP, _("灯")))

    def cells(self, reg: Register, rows: Sequence[Any]) -> Mapping[int, tuple[CellView, ...]]:
        """One statement for the cases of all rows; one without a case is worked out from its flow."""
        current, now, on = flow_of(reg), utc_now(), working_time()
        assert current is not None
        with beyond_scope():
            wanted = select(FlowCase).where(
                FlowCase.register == reg.name, FlowCase.row_id.in_([row.id for row in rows])
            )
            kept = {case.row_id: case for case in db.session.execute(wanted).scalars()} if rows else {}
        found: dict[int, tuple[CellView, ...]] = {}
        for row in rows:
            state, colour = _standing(reg, row, kept.get(row.id), current, now, on)
            # A chip too, since a phone's card shows chips and the first columns; what has ended needs no lamp.
            word = "" if state.is_end else _(LAMP_WORDS[colour])
            found[row.id] = (CellView(state.name, "chip", tone="grey"), CellView(word, "chip", tone=colour))
        return found


def _standing(
    reg: Register, row: Any, case: FlowCase | None, current: tuple[Flow, int], now: datetime, on: WorkingTime
) -> tuple[State, Lamp]:
    """State and lamp of one row. A case that says what its row says tells both by its own columns."""
    if case is not None:
        flow = version(case.flow_key, case.flow_number)
        if stated_by(flow, case.state, row) == case.state:
            state = flow.state(case.state)
            return state, "grey" if state.is_end else lamp(case.due_at, case.warns_at, now)
    at = joined(flow_of(reg, row) or current, row, case, now)
    return at.flow.state(at.case.state), at.lamp(now, on)


def _is_open() -> str:
    """As the index of open cases says it: SQLite takes an index of some rows only where the words are the same."""
    return "b.is_ended IS " + ("0" if db.engine.dialect.name == "sqlite" else "false")


def _bound(moment: datetime) -> Any:
    """A moment for a statement that is text: SQLite keeps moments as text, as SQLAlchemy writes them."""
    utc = moment.astimezone(UTC)
    return f"{utc:%Y-%m-%d %H:%M:%S.%f}" if db.engine.dialect.name == "sqlite" else utc


SIDE = FlowSide()
