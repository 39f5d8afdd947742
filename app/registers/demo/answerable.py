"""Who answers for each node, taken from the rosters, and whose the demonstration's accounts are."""

from __future__ import annotations

from typing import Any

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select

from app.areas.models import Area
from app.extensions import db
from app.registers.demo.scene import Scene
from app.security.models import Account

ACCOUNTS = (
    ("grid_worker", "grid_workers", "full_time"), ("community_secretary", "community_workers", "secretary"),
    ("community_clerk", "community_workers", "clerk"),
)  # fmt: skip
"""Account → the roster its person stands in, and his post there."""


def fill(scene: Scene) -> None:
    """Nodes that nobody answers for stay so: the page of gaps shows them."""
    heads = _heads(scene)
    for area in db.session.execute(select(Area).where(Area.valid_to.is_(None))).scalars():
        head = heads.get(area.code)
        if head is not None and area.responsible_name is not None:
            area.responsible_name, area.responsible_uid = head
    _give_accounts(scene)


def _heads(scene: Scene) -> dict[str, tuple[str, str | None]]:
    """Code → name and uid: the grid's 网格长, the community's secretary, the street's party secretary."""
    found: dict[str, tuple[str, str | None]] = {}
    for name, post in (("grid_workers", "head"), ("community_workers", "secretary")):
        for row in scene.rows(name):
            if row.post == post and row.left_on is None:
                found.setdefault(row.area_code, (row.name, row.uid))
    members = {(row.area_code, row.name): row.uid for row in scene.rows("party_members") if row.post == "secretary"}
    for row in scene.rows("party_organizations"):
        if row.kind == "working_committee" and row.secretary:
            found[row.area_code] = (row.secretary, members.get((row.area_code, row.secretary)))
    return found


def _give_accounts(scene: Scene) -> None:
    for username, roster, post in ACCOUNTS:
        account = db.session.execute(
            select(Account).join(User, User.id == Account.user_id).where(User.username == username)
        ).scalar()
        if account is not None and account.person_uid is None:
            account.person_uid = _uid_in(scene, roster, post, account.area_code)


def _uid_in(scene: Scene, roster: str, post: str, area_code: str) -> str | None:
    rows: list[Any] = scene.rows(roster)
    return next(
        (row.uid for row in rows if row.post == post and row.left_on is None and row.area_code == area_code), None
    )
