"""What moves with an area here: the posts of people, so that nobody loses his work by a new code."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select

from app.areas.movers import Mover, register_mover
from app.areas.reorganising import Moves
from app.extensions import db
from app.security.models import Account, Post


def _count_posts(codes: Collection[str]) -> dict[str, int]:
    query = select(Post.area_code, func.count()).where(Post.area_code.in_(codes)).group_by(Post.area_code)
    return dict(db.session.execute(query).all())


def _move_posts(moves: Moves) -> int:
    """Posts follow the node, those of a split node into the part that takes the rest; reading looks back anyway."""
    posts = db.session.execute(select(Post).where(Post.area_code.in_(moves.by_area))).scalars().all()
    for post in posts:
        post.area_code = moves.by_area[post.area_code]
    for account in db.session.execute(select(Account).where(Account.area_code.in_(moves.by_area))).scalars():
        account.area_code = moves.by_area[account.area_code]
    return len(posts)


register_mover(Mover("posts", lambda: "岗位", "个", _count_posts, _move_posts))
