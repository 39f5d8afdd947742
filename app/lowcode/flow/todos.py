"""What flows ask of somebody: cases that wait for what he may do, those due first."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from app.clock import local, utc_now
from app.fields.sentence import Sentence
from app.lowcode.flow import asking
from app.lowcode.flow.queries import Asked, Running, listed, person_of
from app.lowcode.flow.rules import Action
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
        found += of_register(reg, actor, today, utc_now())
    return found


def of_register(reg: Register, actor: Actor, today: date, now: datetime) -> list[Todo]:
    """Those of one register, at a moment: what waits for him before work that lasts until a day of its own."""
    on, person = working_time(), person_of(actor)
    todos: list[Todo] = []
    roles = frozenset(post.role for post in person.posts)
    found = listed(reg, actor, now, Asked(waits_for=roles), limit=LOOKED_AT)
    known = {row.id for row, _at in found}
    lasting = listed(reg, actor, now, Asked(waits_for=roles, lasting=True), limit=LOOKED_AT)
    found += [pair for pair in lasting if pair[0].id not in known]
    for row, at in found:
        action = next(
            (each for each in _waiting(at, now) if asking.is_open(at.flow, at.case, each, person, now, on)), None
        )
        if action is not None:
            todos.append(_todo(reg, row, at, action.name, today))
    if len(todos) <= MOST_EACH:
        return todos
    rest, noun = len(todos) - MOST_EACH, Sentence(reg.title)
    more = Sentence("%(list)s还有 %(n)s 件等您办", list=noun, n=rest)
    if len(found) >= LOOKED_AT:
        more = Sentence("%(list)s还有 %(n)s 件以上等您办", list=noun, n=rest)
    return [*todos[:MOST_EACH], Todo(more, url=f"/flow/of/{reg.name}/", tone="amber", kind="flow")]


def _waiting(at: Running, now: datetime) -> tuple[Action, ...]:
    """What the case waits for; nothing while it stands and the day to look at it again has not come (挂账)."""
    due = at.case.due(working_time())
    if at.flow.state(at.case.state).stands and due is not None and local(due.at).date() > local(now).date():
        return ()
    return at.flow.awaited_in(at.case.state)


def _todo(reg: Register, row: Any, at: Running, action: str, today: date) -> Todo:
    due = at.case.due(working_time())
    state = at.flow.state(at.case.state).name
    return Todo(
        Sentence("“%(name)s”等您%(action)s", name=reg.title_of(row, today), action=action),
        why=Sentence("现在是“%(state)s”", state=state), due_on=local(due.at).date() if due else None,
        url=f"/{reg.name}/show/{row.id}", kind="flow",
    )  # fmt: skip


SOURCE = register_todo_source("lowcode.flow.waiting", waiting)
