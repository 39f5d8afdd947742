"""The last link of a chain, held while one is added behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

Head = TypeVar("Head")


def locked_head(session: Session, model: Callable[..., Head], column: Any, chain: str, area_code: str) -> Head:
    """The head of the chain that `column` names, made where the chain begins, locked until the transaction ends."""
    statement = (
        select(cast("Any", model)).where(column == chain).with_for_update().execution_options(populate_existing=True)
    )
    head = session.execute(statement).scalar()
    if head is None:
        try:
            with session.begin_nested():
                session.add(model(**{column.key: chain}, area_code=area_code, seq=0, mac=b""))
                session.flush()
        except IntegrityError:
            pass  # another transaction made the chain's first link while we looked (PostgreSQL)
        head = session.execute(statement).scalar_one()
    return head
