"""What flows ask of somebody: cases he may move on, those due first; wide posts get one line for all that is late."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.clock import local, utc_now
from app.fields.sentence import Sentence
from app.lowcode.flow import asking
from app.lowcode.flow.queries import Asked, Running, listed, person_of
from app.lowcode.flow.versions import attached
from app.lowcode.register import Register
from app.notices.rules import Todo
from app.notices.sources import register_todo_source
from app.security.actor import Actor
from app.settings.queries import has_profile
from app.settings.working_calendar import working_time

MOST_EACH = 8
LOOKED_AT = 60


def waiting(actor: Actor, today: date) -> list[Todo]:
    """Cases that wait for this person."""
    if not has_profile():
        return []
    found: list[Todo] = []
    for reg in attached():
        found += _of_register(reg, actor, today)
    return found


def _of_register(reg: Register, actor: Actor, today: date) -> list[Todo]:
    now, on, person = utc_now(), working_time(), person_of(actor)
    todos: list[Todo] = []
    for row, at in listed(reg, actor, now, Asked(), limit=LOOKED_AT):
        actions = [each for each in asking.may(at.flow, at.case, person, now, on) if each.to != at.case.state]
        if actions:
            todos.append(_todo(reg, row, at, actions[0].name, today))
    if len(todos) <= MOST_EACH:
        return todos
    rest = len(todos) - MOST_EACH
    noun = Sentence(reg.title)
    more = Todo(
        Sentence("%(list)s还有 %(n)s 件等您办", list=noun, n=rest), url=f"/flow/of/{reg.name}/", tone="amber", kind="flow"
    )  # fmt: skip
    return [*todos[:MOST_EACH], more]


def _todo(reg: Register, row: Any, at: Running, action: str, today: date) -> Todo:
    due = at.case.due(working_time())
    state = at.flow.state(at.case.state).name
    return Todo(
        Sentence("“%(name)s”等您%(action)s", name=reg.title_of(row, today), action=action),
        why=Sentence("现在是“%(state)s”", state=state), due_on=local(due.at).date() if due else None,
        url=f"/{reg.name}/show/{row.id}", kind="flow",
    )  # fmt: skip


SOURCE = register_todo_source("lowcode.flow.waiting", waiting)
