"""Reads of every register: one page of a list, one row, choices, history, and the same person's other rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from app.areas.queries import names_of
from app.areas.rules import COMMUNITY_DIGITS
from app.extensions import db
from app.lowcode import beside, search
from app.lowcode.column import Column
from app.lowcode.parts import labels_of_parts
from app.lowcode.register import Register, register, registers
from app.lowcode.sent import sent_id
from app.lowcode.tokens import filter_token
from app.security import bulk_changes
from app.security.actor import Actor, current_actor
from app.security.models import Change
from app.security.permissions import MOST_ID

PAGE_SIZES = (25, 50, 100)
CHOICE_LIMIT = 20
OUTSIDE = "辖区外"


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants of a list: words, filter values by column, area, order and page."""

    words: str = ""
    filters: tuple[tuple[str, str], ...] = ()
    area: str = ""
    sort: str = ""
    is_descending: bool = False
    page: int = 1
    size: int = 25
    beside: beside.Pairs = ()
    """What was chosen of things kept beside the columns (state and lamp of a flow)."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows with what surrounds them."""

    rows: tuple[Any, ...]
    count: int
    is_capped: bool
    has_more: bool
    is_sortable: bool
    """False past 1,000 hits: newest first only."""
    labels: dict[str, dict[Any, str]] = field(default_factory=dict)


def groups_of(reg: Register, wish: Wish, actor: Actor, permission: str = "read") -> search.Groups | None:
    """Scope, area, filters and words as token groups; None finds nothing."""
    # The code becomes part of a full-text expression, in which a quote would end the term and open another scope.
    if wish.area and not (wish.area.isascii() and wish.area.isdigit()):
        return None
    scope = search.scope_groups(reg, actor, permission, within=wish.area)
    if scope is None:
        return None
    groups = list(scope)
    for name, value in wish.filters:
        groups.append((filter_token(reg.column(name), _filter_value(reg.column(name), value)),))
    return (*groups, *search.query_groups(reg, wish.words))


def _filter_value(column: Column, value: str) -> Any:
    if column.kind == "link":
        return sent_id(value) or -1
    try:
        return column.type.parse(value)
    except ValueError:
        return value


def page(reg: Register, wish: Wish, actor: Actor) -> Page:
    """One page of what the actor may see. At most four statements: hits, count, rows, labels."""
    groups = groups_of(reg, wish, actor)
    exact, near = search.needs_exact_check(wish.words), beside.narrowed(reg, wish.beside)
    offset = min((max(wish.page, 1) - 1) * wish.size, search.MAX_OFFSET)
    if wish.sort:
        ids = search.all_ids(reg, groups, exact=exact, limit=search.SORT_CAP + 1, beside=near)
        if len(ids) <= search.SORT_CAP:
            return _sorted_page(reg, wish, ids, offset)
    hits = search.find(reg, groups, limit=wish.size, offset=offset, exact=exact, beside=near)
    rows = rows_by_id(reg, hits.ids)
    return Page(
        rows, hits.count, hits.is_capped, hits.has_more and offset + wish.size <= search.MAX_OFFSET,
        hits.count <= search.SORT_CAP and not hits.is_capped, labels_of(reg.listed, rows),
    )  # fmt: skip


def _sorted_page(reg: Register, wish: Wish, ids: list[int], offset: int) -> Page:
    order = reg.column(wish.sort).sql(reg.model)
    direction = order.desc() if wish.is_descending else order.asc()
    wanted = db.session.execute(
        select(reg.model.id)
        .where(reg.model.id.in_(ids))
        .order_by(order.is_(None), direction, reg.model.id.desc())
        .limit(wish.size)
        .offset(offset)
    ).scalars()
    rows = rows_by_id(reg, tuple(wanted))
    return Page(
        rows, len(ids), is_capped=False, has_more=offset + wish.size < len(ids), is_sortable=True,
        labels=labels_of(reg.listed, rows),
    )  # fmt: skip


def rows_by_id(reg: Register, ids: Sequence[int]) -> tuple[Any, ...]:
    """Rows in the order of `ids`; those outside the scope are left out."""
    if not ids:
        return ()
    found = db.session.execute(select(reg.model).where(reg.model.id.in_(ids), reg.model.deleted_at.is_(None))).scalars()
    by_id = {row.id: row for row in found}
    return tuple(by_id[id_] for id_ in ids if id_ in by_id)


def every_id(reg: Register, wish: Wish, actor: Actor, permission: str = "export") -> list[int]:
    """Ids of all hits under a permission, newest first."""
    return search.all_ids(
        reg, groups_of(reg, wish, actor, permission), exact=search.needs_exact_check(wish.words),
        beside=beside.narrowed(reg, wish.beside),
    )  # fmt: skip


def labels_of(columns: Iterable[Column], rows: Iterable[Any]) -> dict[str, dict[Any, str]]:
    """Names for the places and links of a page: column name → stored value → text. One statement per target."""
    rows, columns = list(rows), list(columns)
    found: dict[str, dict[Any, str]] = labels_of_parts(columns, rows)
    for column in columns:
        if column.kind == "place":
            found[column.name] = area_names({row.area_code for row in rows})
        elif column.kind == "link":
            wanted = {getattr(row, column.name + "_id") for row in rows} - {None}
            found[column.name] = row_titles(column.target, wanted)
    return found


def area_names(codes: set[str]) -> dict[str, str]:
    """Area code → 桂花社区 第一网格 for areas below a community; else the bare name."""
    names = names_of(codes | {code[:COMMUNITY_DIGITS] for code in codes})
    return {
        code: f"{names.get(code[:COMMUNITY_DIGITS], '')} {name}" if len(code) > COMMUNITY_DIGITS else name
        for code, name in names.items()
        if code in codes
    }


def asked_area_name(code: str, actor: Actor) -> str:
    """Name of an area somebody wrote into an address or a form: 辖区外 where he may not see it.

    `area_names` is for the areas of rows one has been shown; a code by itself anybody can guess.
    """
    is_seen = actor.is_system or any(
        code.startswith(prefix) or prefix.startswith(code) for prefix in actor.prefixes("areas", "read")
    )
    return area_names({code}).get(code, code) if is_seen and code else OUTSIDE if code else ""


def row_titles(target: str, ids: set[int]) -> dict[int, str]:
    """Titles of rows of another register, as far as the actor sees them."""
    ids = {id_ for id_ in ids if id_ <= MOST_ID}
    if not ids:
        return {}
    reg = register(target)
    title = getattr(reg.model, reg.row_title)
    return dict(db.session.execute(select(reg.model.id, title).where(reg.model.id.in_(ids))).all())


def get(reg: Register, row_id: int, *, is_deleted: bool = False) -> Any | None:
    """One live (or deleted) row within scope."""
    row = db.session.execute(select(reg.model).where(reg.model.id == row_id)).scalar()
    if row is None or (row.deleted_at is not None) != is_deleted:
        return None
    return row


def deleted(reg: Register, *, limit: int = 200) -> Sequence[Any]:
    """Rows in the recycle bin, latest first."""
    model = reg.model
    return (
        db.session.execute(
            select(model).where(model.deleted_at.is_not(None)).order_by(model.deleted_at.desc()).limit(limit)
        )
        .scalars()
        .all()
    )


def choices(target: str, words: str, actor: Actor, *, area: str = "") -> list[tuple[int, str, str]]:
    """(id, title, area) of rows to choose from, within scope; for AJAX selects."""
    reg = register(target)
    found = page(reg, Wish(words=words, area=area, size=CHOICE_LIMIT), actor)
    names = area_names({row.area_code for row in found.rows})
    return [(row.id, getattr(row, reg.row_title), names.get(row.area_code, "")) for row in found.rows]


def history(reg: Register, row: Any, *, limit: int = 50) -> Sequence[Change]:
    """Changes of a row, latest first; how it was made stands last, whether it was typed or came with an import."""
    found = list(
        db.session.execute(
            select(Change)
            .where(Change.register == reg.name, Change.row_id == row.id)
            .order_by(Change.id.desc())
            .limit(limit)
        ).scalars()
    )
    if len(found) < limit and not any(change.action == "created" for change in found):
        made = bulk_changes.created(reg.name, row.id, by=current_actor())
        found += [made] if made is not None else []
    return found


def same_person(reg: Register, row: Any) -> list[tuple[Register, Any]]:
    """Rows of other registers with the same ID number, within scope."""
    prints = [getattr(row, column.name + "_hash") for column in reg.declared_columns if column.kind == "sealed"]
    wanted = [print_ for print_ in prints if print_]
    found: list[tuple[Register, Any]] = []
    if not wanted:
        return found
    for other in registers():
        for column in other.declared_columns:
            if column.kind != "sealed" or other.is_sensitive:
                continue
            model = other.model
            statement = select(model).where(
                getattr(model, column.name + "_hash").in_(wanted), model.deleted_at.is_(None)
            )
            if other.name == reg.name:
                statement = statement.where(model.id != row.id)
            found += [(other, each) for each in db.session.execute(statement.limit(5)).scalars()]
    return found


def count(reg: Register, actor: Actor, *, area: str = "", filters: tuple[tuple[str, str], ...] = ()) -> int:
    """Exact number of live rows within scope."""
    groups = groups_of(reg, Wish(area=area, filters=filters), actor)
    return len(search.all_ids(reg, groups))


def newest_change(reg: Register) -> Any:
    """When the register was last changed within scope; None for an empty one."""
    return db.session.execute(select(func.max(reg.model.changed_at))).scalar()
