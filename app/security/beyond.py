"""Acting beyond the caller's scope, for what a service has already permitted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from app.database.transactions import is_writing
from app.extensions import db
from app.security.actor import Actor, acting_as, current_actor


@contextmanager
def beyond_scope() -> Iterator[Actor]:
    """The system under the caller's name (history and audit keep it), for the length of a block.

    Rows the caller has left unflushed are flushed under his own rights first; else the block's first query would
    flush them as the system and the wall would not have seen them. Rows added inside are flushed at its end.
    """
    if is_writing():
        db.session.flush()
    caller = current_actor()
    with acting_as(Actor(caller.user_id, caller.name, None, is_system=True)) as actor:
        yield actor
        if is_writing():
            db.session.flush()
