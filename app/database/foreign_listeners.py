"""Takes away what other packages hang on every session without being asked."""

from __future__ import annotations

from sqlalchemy import event
from sqlalchemy.orm import Session
from sqlalchemy_utils.aggregates import manager


def remove_aggregates() -> None:
    """Stop sqlalchemy-utils from walking every object of a session after each flush.

    sqlalchemy-utils 0.43 hangs `construct_aggregate_queries` on `after_flush` as soon as it is imported, which FAB 5.3
    does for one column type. It serves `@aggregated` attributes, of which neither FAB nor we have any, and costs 2 ms
    for each 10,000 rows in the session, at each flush. Delete when FAB no longer imports the package.
    """
    if event.contains(Session, "after_flush", manager.construct_aggregate_queries):
        event.remove(Session, "after_flush", manager.construct_aggregate_queries)
