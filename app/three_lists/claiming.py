"""Claiming a need: a unit does it for itself, a clerk for one, or somebody assigns one after seven working days."""

from __future__ import annotations

from typing import Any

from app.clock import today
from app.extensions import db
from app.fields.sentence import Sentence
from app.lowcode.flow.rules import Action, Person
from app.lowcode.flow.service import Done, StepRefused
from app.lowcode.register import Register
from app.security.actor import Actor, current_actor
from app.three_lists import queries
from app.three_lists.models import Need, SharedResource

CLAIM_SELF, ASSIGN, GIVE_UP = "claim_self", "assign", "give_up"
DEPARTMENT = "department"


def known_values(reg: Register, row: Any, action: Action) -> dict[str, str]:
    """Who a need nobody claimed is proposed to: the unit whose resource fits best, within the reader's scope."""
    if reg.name != "needs" or action.key != ASSIGN or not isinstance(row, Need):
        return {}
    best = proposed(row, current_actor())
    return {"unit": str(best.unit_id), "resource": str(best.id)} if best is not None else {}


def proposed(need: Need, actor: Actor) -> SharedResource | None:
    """The best fitting resource that belongs to a unit."""
    found = queries.fitting_resources(need, "", actor, today=today())
    return next((row for row, _match in found if row.unit_id is not None), None)


def unit_of(person: Person, area_code: str) -> int | None:
    """The unit a person of a department acts for where a need lies."""
    own = (post for post in person.posts if post.role == DEPARTMENT and area_code.startswith(post.area_code))
    return next((post.unit_id for post in own if post.unit_id is not None), None)


def follow(reg: Register, row: Any, done: Done) -> None:
    """Write down which unit claimed for itself, and forget who gave it back. Raises StepRefused."""
    if reg.name != "needs":
        return
    if done.action.key == CLAIM_SELF:
        row.claimed_by_id = _own_unit(row, done.person)
        row.offered_id = None
    elif done.action.key == GIVE_UP:
        row.claimed_by_id = row.offered_id = None
    else:
        return
    db.session.flush()


def _own_unit(row: Need, person: Person) -> int:
    unit_id = unit_of(person, row.area_code)
    if unit_id is None:
        raise StepRefused({"": Sentence("您的岗位没有写明单位，不能代表单位认领。请管理员在“账号”里补上单位。")})
    return unit_id
