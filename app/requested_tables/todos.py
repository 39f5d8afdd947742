"""What collections ask of somebody: a community to fill and hand in, an office to chase who is late."""

from __future__ import annotations

from collections import Counter
from datetime import date

from app.areas.queries import name_of
from app.notices.rules import Todo
from app.requested_tables.models import RESOURCE, Collection
from app.requested_tables.queries import unfinished
from app.requested_tables.rules import GIVEN_BACK
from app.security.actor import Actor

KIND = "收表"
MOST_WAITING = 300


def address(collection_id: int, area_code: str) -> str:
    """The page of one community's part."""
    return f"/requested_tables/collections/{collection_id}/{area_code}"


def find(actor: Actor, today: date) -> list[Todo]:
    """What is asked of the actor."""
    return [*_to_fill(actor), *_to_chase(actor, today)]


def _to_fill(actor: Actor) -> list[Todo]:
    if actor.is_system:
        return []
    found = []
    for of, part in unfinished(actor.prefixes(RESOURCE, "fill")):
        is_back = part.state == GIVEN_BACK
        title = f"“{of.title}”被退回，改好后重报" if is_back else f"填报“{of.title}”"
        why = part.reason if is_back else f"{name_of(part.area_code)}还没有上报，已有的数据系统会先填好"
        found.append(Todo(title, why=why, due_on=of.due_on, kind=KIND, url=address(of.id, part.area_code)))
    return found


def _to_chase(actor: Actor, today: date) -> list[Todo]:
    if actor.is_system:
        return []
    late: Counter[int] = Counter()
    by_id: dict[int, Collection] = {}
    for of, _ in unfinished(actor.prefixes(RESOURCE, "write"), limit=MOST_WAITING):
        if today > of.due_on and actor.covers(RESOURCE, "write", of.area_code):
            late[of.id] += 1
            by_id[of.id] = of
    return [
        Todo(
            f"“{by_id[id_].title}”还有 {count} 家没报", why="截止日期已过，可以复制催报文字发到群里", tone="red", kind=KIND,
            url=f"/requested_tables/collections/{id_}",
        )
        for id_, count in late.items()
    ]  # fmt: skip
