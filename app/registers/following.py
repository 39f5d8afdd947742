"""Rows that lie where another row lies: a home in its building's grid, a resident where his household is.

小区 and 网格 are two groupings over buildings, and the building is what moves; all that hangs on it follows.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.lowcode.register import concerns, register
from app.security.beyond import beyond_scope

FOLLOWERS: dict[str, tuple[tuple[str, str], ...]] = {
    "buildings": (("dwellings", "building"), ("building_heads", "building")),
    "dwellings": (("households", "dwelling"),),
    "households": (("residents", "household"), ("visits", "household")),
    "residents": (
        ("resident_movements", "resident"), ("care_targets", "resident"),
        ("special_population", "resident"), ("key_attention", "resident"),
    ),
    "party_members": (("party_movements", "member"), ("party_dues", "member")),
}  # fmt: skip
"""Register → (follower, the follower's link to it)."""

CHUNK = 500


def lies_with(column: str) -> Callable[[Any], None]:
    """A register's `prepare` step: the row takes the area of the row its link points to, where it points to one."""

    def take_area(row: Any) -> None:
        target_id = getattr(row, column + "_id")
        if target_id is None:
            return
        target = register(register(row.__tablename__).column(column).target)
        with db.session.no_autoflush:
            there = db.session.get(target.model, target_id)
        if there is not None and row.area_code != there.area_code:
            row.area_code = there.area_code

    return take_area


@concerns("area_code")
def pull_along(row: Any, _today: date) -> None:
    """A register's `on_changed` step: every row that lies elsewhere than the row it hangs on comes along.

    Runs beyond the caller's scope: who may move a building moves its residents, those he does not see too.
    """
    with beyond_scope():
        pull_followers(row.__tablename__, [(row.id, row.area_code)])


def pull_followers(name: str, moved: list[tuple[int, str]]) -> int:
    """Bring the followers of (id, area code) rows of a register where these lie; how many came. As the system."""
    count = 0
    for follower, column in FOLLOWERS.get(name, ()):
        model = register(follower).model
        link = getattr(model, column + "_id")
        came: list[tuple[int, str]] = []
        for id_, code in moved:
            while True:
                stray = select(model).where(link == id_, model.area_code != code).limit(CHUNK)
                rows = db.session.execute(stray).scalars().all()
                for row in rows:
                    row.area_code = code
                db.session.flush()
                came += [(row.id, code) for row in rows]
                if len(rows) < CHUNK:
                    break
        count += len(came) + (pull_followers(follower, came) if came else 0)
    return count
