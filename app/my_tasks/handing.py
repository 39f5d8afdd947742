"""What hangs on a person and goes to the successor: notices, cases under way, people in charge in rosters, projects."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import func, select

from app.areas.rules import COMMUNITY_DIGITS
from app.clock import local, today, utc_now
from app.extensions import db
from app.language import gettext as _
from app.lowcode import service as rows
from app.lowcode.flow.handing import cases_on, hand_case
from app.lowcode.flow.queries import Running
from app.lowcode.register import Register, register, registers
from app.notices.models import Notice
from app.security.access import shortest
from app.security.actor import Actor
from app.security.wall import within
from app.three_lists.rules import FINISHED

ENDED_PROJECTS = (*FINISHED, "cancelled")
WORKERS = "grid_workers"


@dataclass(frozen=True, slots=True)
class Holder:
    """A person on one side: account, name, row of the grid workers' roster (None for others), areas of his own posts."""

    user_id: int
    name: str
    worker_id: int | None
    area_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One matter, and how it goes to the other. `hand` runs in the caller's transaction, as the system."""

    kind: str
    title: str
    note: str
    hand: Callable[[Holder, Actor], None]
    needs_worker: bool = False
    """Whether only a grid worker of the roster can take it."""


def items_of(holder: Holder, asker: Actor) -> list[Item]:
    """Everything that hangs on a person, read as the system; what the asker may not see is told without names."""
    cases = cases_on(holder.user_id)
    projects = {row.id: (row, at) for reg, row, at in cases if reg.name == "projects"}
    others = [each for each in cases if each[0].name != "projects"]
    return [*_notices(holder), *_cases(others, holder, asker), *_charges(holder, asker), *_projects(holder, projects)]


def _notices(holder: Holder) -> list[Item]:
    statement = select(Notice).where(Notice.user_id == holder.user_id, Notice.done_at.is_(None)).order_by(Notice.id)
    return [
        Item("待办", row.title, f"期限 {row.due_on}" if row.due_on else "", partial(_send_on, row))
        for row in db.session.execute(statement).scalars()
    ]


def _send_on(notice: Notice, to: Holder, _by: Actor) -> None:
    notice.user_id = to.user_id


def _cases(cases: Sequence[tuple[Register, Any, Running]], holder: Holder, asker: Actor) -> list[Item]:
    found = []
    for reg, row, at in cases:
        due = at.row.due_at if at.row is not None else None
        state = at.flow.state(at.case.state).name
        note = f"{state}，期限 {local(due):%Y-%m-%d %H:%M}" if due else state
        found.append(Item("未办结事项", _title(reg, row, asker), note, partial(_hand_case, holder, row, at)))
    return found


def _hand_case(holder: Holder, row: Any, at: Running, to: Holder, by: Actor) -> None:
    hand_case(row, at, holder.user_id, to.user_id, f"{holder.name} → {to.name}", by=by, now=utc_now())


def _charges(holder: Holder, asker: Actor) -> list[Item]:
    """Rows of rosters that name the worker as the one in charge (责任网格员)."""
    if holder.worker_id is None:
        return []
    found = []
    for reg in registers():
        for column in reg.declared_columns:
            if column.kind != "link" or column.target != WORKERS:
                continue
            statement = select(reg.model).where(
                getattr(reg.model, column.name + "_id") == holder.worker_id, reg.model.deleted_at.is_(None)
            )
            if reg.left_column:
                statement = statement.where(getattr(reg.model, reg.left_column).is_(None))
            for row in db.session.execute(statement.order_by(reg.model.id)).scalars():
                last = getattr(row, "last_visited_on", None)
                hand = partial(_put_in_charge, reg, row, column.name)
                note = f"最近走访 {last}" if last else ""
                found.append(Item("走访对象", _title(reg, row, asker), note, hand, needs_worker=True))
    return found


def _put_in_charge(reg: Register, row: Any, name: str, to: Holder, by: Actor) -> None:
    rows.save(reg, row, {name: str(to.worker_id)}, by=by, today=today())


def _projects(holder: Holder, cases: Mapping[int, tuple[Any, Running]]) -> list[Item]:
    """Projects he is in charge of, and those whose steps he took: whoever follows him shall not pass what he did."""
    reg = register("projects")
    # Projects name their person in words: whoever is so called in the same community is taken to be the same.
    near = shortest(frozenset(code[:COMMUNITY_DIGITS] for code in holder.area_codes))
    statement = select(reg.model).where(
        within(reg.model.area_code, near), reg.model.person == holder.name,
        func.coalesce(reg.model.state, "planned").notin_(ENDED_PROJECTS), reg.model.deleted_at.is_(None),
    )  # fmt: skip
    found = {row.id: row for row in db.session.execute(statement.order_by(reg.model.id)).scalars()}
    found |= {id_: row for id_, (row, _at) in cases.items()}
    return [
        Item("项目", row.name, _standing(reg, row), partial(_hand_project, holder, reg, row, cases.get(row.id)))
        for row in found.values()
    ]


def _standing(reg: Register, row: Any) -> str:
    state = str(reg.column("state").type.show(row.state))
    return "，".join(text for text in (state, f"截止 {row.ends_on}" if row.ends_on else "") if text)


def _hand_project(
    holder: Holder, reg: Register, row: Any, case: tuple[Any, Running] | None, to: Holder, by: Actor
) -> None:  # fmt: skip
    if row.person == holder.name:
        rows.save(reg, row, {"person": to.name}, by=by, today=today())
    if case is not None:
        _hand_case(holder, row, case[1], to, by)


def _title(reg: Register, row: Any, asker: Actor) -> str:
    """A row's name, or only its roster where the asker may not read it (重点关注 without that line)."""
    if asker.covers(reg.name, "read", row.area_code):
        return reg.title_of(row, today())
    return _("%(roster)s 1 条（姓名见名册）", roster=reg.title)
