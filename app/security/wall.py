"""The wall below FAB: every ORM read is cut to the actor's scope, every foreign write is refused.

FAB's own `base_filters` miss actions, choices, moves into another area and downloads; a session listener misses none
of them. Core statements and raw SQL pass by it, so they live in `app.lowcode.search`, `search_index` and `bulk` only.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Table, and_, event, exists, false, inspect, or_, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapper, ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.sql import coercions, roles, visitors
from sqlalchemy.sql.visitors import InternalTraversal

from app.clock import utc_now
from app.database.scope import (
    BelowAndAbove,
    ByUnit,
    Granted,
    OpenToAll,
    Own,
    ScopeRule,
    Writers,
    ancestors_of,
    range_of,
)
from app.security.actor import Actor, NotPermitted, current_actor
from app.security.models import Grant

_BY_TABLE: dict[Table, type] = {}

FAB_TABLES = frozenset(
    {
        "ab_user", "ab_role", "ab_permission", "ab_view_menu", "ab_permission_view", "ab_permission_view_role",
        "ab_user_role", "ab_group", "ab_user_group", "ab_group_role", "ab_register_user", "ab_api_key",
    }
)  # fmt: skip
"""FAB's own tables: read at sign-in before anybody is known. Our pages reach them through app.security.queries only."""


class ScopeIsMissing(RuntimeError):
    """A mapped class does not say whose rows one sees."""


def build(mappers: list[Mapper[Any]]) -> None:
    """Check that every mapped class declares its scope. Raises ScopeIsMissing naming those that do not."""
    missing = []
    for mapper in mappers:
        table = mapper.local_table
        if not isinstance(table, Table) or table.name in FAB_TABLES:
            continue
        if not getattr(mapper.class_, "__scope__", None):
            missing.append(mapper.class_.__name__)
        _BY_TABLE[table] = mapper.class_
    if missing:
        raise ScopeIsMissing(f"Say __scope__ = (below(...),) in: {', '.join(sorted(missing))}")


def scoped_models() -> tuple[type, ...]:
    """All classes behind the wall."""
    return tuple(_BY_TABLE.values())


class InRanges(ColumnElement[bool]):
    """`column` lies in one of the prefix ranges, as one node of the statement.

    A person of fifty communities would otherwise cost a hundred comparisons to build and to hash in every statement.
    The codes stand in the SQL as literals; they are digits only, which the constructor holds.
    """

    inherit_cache = True
    type = Boolean()
    # Without this SQLite gets `(…) = 1`, and no index is used (SQLAlchemy 2.1).
    _is_implicitly_boolean = True
    _traverse_internals = [
        ("column", InternalTraversal.dp_clauseelement),
        ("prefixes", InternalTraversal.dp_plain_obj),
    ]

    def __init__(self, column: Any, prefixes: tuple[str, ...]) -> None:
        if not all(prefix.isascii() and prefix.isdigit() for prefix in prefixes):
            raise ValueError(f"An area code is digits only: {prefixes}")
        self.column = coercions.expect(roles.ExpressionElementRole, column)
        self.prefixes = prefixes


@compiles(InRanges)
def _compile_ranges(element: InRanges, compiler: Any, **options: Any) -> str:
    column = compiler.process(element.column, **options)
    parts = [f"{column} >= '{low}' AND {column} < '{high}'" for low, high in map(range_of, element.prefixes)]
    return "(" + " OR ".join(parts) + ")"


def within(column: Any, prefixes: tuple[str, ...]) -> ColumnElement[bool]:
    """`column` lies in one of the prefix ranges; () is nothing, '' everything.

    A single prefix is bound, so that a hundred communities asked one after another share one compiled statement.
    """
    if not prefixes:
        return false()
    if "" in prefixes:
        return true()
    if len(prefixes) == 1:
        low, high = range_of(prefixes[0])
        return and_(column >= low, column < high)
    return InRanges(column, prefixes)


def criteria(model: Any, actor: Actor, permission: str = "read") -> ColumnElement[bool]:
    """What `actor` may see of `model` under `permission`."""
    if actor.is_system:
        return true()
    if actor.access is None:
        return false()
    return or_(*(_one(model, rule, actor, permission) for rule in model.__scope__))


def _one(model: Any, rule: ScopeRule, actor: Actor, permission: str) -> ColumnElement[bool]:
    if isinstance(rule, OpenToAll):
        return true()
    if isinstance(rule, Own):
        return getattr(model, rule.attribute) == actor.user_id
    if isinstance(rule, Granted):
        return _granted(model, rule, actor)
    if isinstance(rule, ByUnit):
        units = actor.access.units(rule.resource, permission) if actor.access is not None else ()
        return getattr(model, rule.attribute).in_(units) if units else false()
    prefixes = actor.prefixes(rule.resource, permission)
    seen = within(model.area_code, prefixes)
    if isinstance(rule, BelowAndAbove) and permission == "read":
        above = sorted({code for prefix in prefixes for code in ancestors_of(prefix)})
        return or_(seen, model.area_code.in_(above)) if above else seen
    return seen


def _granted(model: Any, rule: Granted, actor: Actor) -> ColumnElement[bool]:
    # False for whoever sees by area, so that his lists keep the index on areas.
    units = actor.access.units(rule.resource, "read") if actor.access is not None else ()
    return granted_to(model, rule.resource, units) if units else false()


def granted_to(model: Any, resource: str, units: Collection[int]) -> ColumnElement[bool]:
    """Rows that one of some units was let into and may see now."""
    now = utc_now()
    return exists().where(
        Grant.unit_id.in_(units),
        Grant.resource == resource,
        Grant.row_uid == model.uid,
        Grant.valid_from <= now,
        Grant.valid_to > now,
    )


@event.listens_for(Session, "do_orm_execute")
def _cut_to_scope(state: ORMExecuteState) -> None:
    if state.is_column_load or not (state.is_select or state.is_update or state.is_delete):
        return
    actor = current_actor()
    if actor.is_system:
        return
    statement: Any = state.statement
    models = (
        {_BY_TABLE[element] for element in visitors.iterate(statement) if element in _BY_TABLE} if _BY_TABLE else set()
    )
    if getattr(statement, "_with_options", ()):
        # A joined eager load brings tables that the statement itself does not show.
        for model in tuple(models):
            models.update(_reachable(model))
    if not models:
        return
    permission = "write" if state.is_update or state.is_delete else "read"
    state.statement = statement.options(*(_option(model, actor, permission) for model in models))


def _option(model: Any, actor: Actor, permission: str) -> Any:
    """The criteria as an option of a statement; kept with the person's rights, since building it anew costs more than
    running it. Grants end by the clock and are not kept."""
    cache = actor.access.__dict__.setdefault("_criteria", {}) if actor.access is not None else {}
    key = (model, permission, actor.user_id)
    if key not in cache:
        option = with_loader_criteria(
            model, criteria(model, actor, permission), include_aliases=True, propagate_to_loaders=False
        )
        if any(isinstance(rule, Granted) for rule in model.__scope__):
            return option
        cache[key] = option
    return cache[key]


def _reachable(model: type) -> set[type]:
    mapper: Mapper[Any] = inspect(model)
    return {relation.mapper.class_ for relation in mapper.relationships if relation.mapper.local_table in _BY_TABLE}


@event.listens_for(Session, "before_flush")
def _refuse_foreign_writes(session: Session, _context: Any, _instances: Any) -> None:
    actor = current_actor()
    if actor.is_system:
        return
    for row in (*session.new, *session.deleted, *(row for row in session.dirty if session.is_modified(row))):
        rules = getattr(type(row), "__scope__", None)
        if rules is not None and not may_write(row, rules, actor):
            raise NotPermitted("这条记录不在您负责的范围内，或您的岗位不能修改它，没有保存。")


def may_write(row: Any, rules: tuple[ScopeRule, ...], actor: Actor) -> bool:
    """Whether the actor may insert, change or delete this row: both where it was and where it goes must be his."""
    if actor.access is None:
        return False
    return any(_one_write(row, rule, actor) for rule in rules)


def _one_write(row: Any, rule: ScopeRule, actor: Actor) -> bool:
    writers: Writers = getattr(rule, "writers", "permission")
    if writers == "services":
        return True
    if writers == "nobody" or isinstance(rule, Granted | ByUnit):
        return False
    if isinstance(rule, Own):
        return getattr(row, rule.attribute) == actor.user_id
    if isinstance(rule, OpenToAll):
        return actor.allows(rule.resource, "write")
    history = inspect(row).attrs.area_code.history
    places = {*(history.deleted or ()), row.area_code}
    return all(actor.covers(rule.resource, "write", place) for place in places)
