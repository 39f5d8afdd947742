"""Finding rows by the tokens beside each register (`app.lowcode.tokens`, kept by `app.lowcode.search_index`).

Area prefixes, filter values and fingerprints are tokens too, so that scope, search and filter are one lookup whose
hits come newest first.

This module sends SQL below the ORM, past the wall, and therefore adds the actor's scope itself (`scope_groups`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from app.areas.queries import covers_all_areas
from app.database.scope import BelowAndAbove, ByUnit, ancestors_of
from app.extensions import db
from app.lowcode.column import fingerprint
from app.lowcode.register import Register
from app.lowcode.tokens import CHINESE, LATIN, filter_token
from app.security.actor import Actor

COUNT_CAP = 2_000
"""Counting stops here; the page then says 2,000+."""
SORT_CAP = 1_000
"""More hits than these come newest first only."""
MAX_OFFSET = 25_000
"""The deepest row a list pages to; beyond it one filters."""

MOST_AREA_TOKENS = 8
"""More areas than these are looked up in the rows that a word has hit, not in the index."""

Groups = tuple[tuple[str, ...], ...]
"""All groups must hit; within a group any one token."""


def query_groups(reg: Register, query: str) -> Groups:
    """What must hit for the words somebody typed: each word by characters, by pinyin initials, or by number."""
    groups: list[tuple[str, ...]] = []
    for word in query.lower().split():
        for run in CHINESE.findall(word):
            pairs = [run[i : i + 2] for i in range(len(run) - 1)] or [run]
            groups += [("t" + pair,) for pair in pairs]
        groups += [_latin_group(reg, latin) for latin in LATIN.findall(word)]
    return tuple(groups)


def _latin_group(reg: Register, word: str) -> tuple[str, ...]:
    options = ["w" + word]
    if word.isalpha():
        options.append("p" + word[:16])
    for column in reg.columns:
        if column.kind != "sealed":
            continue
        try:
            parsed = column.type.parse(word.upper())
        except ValueError:
            continue
        if parsed:
            options.append("h" + fingerprint(column.type, column.type.show(parsed))[:24])
    if word.isdigit() and len(word) >= 7:
        options.append("w" + word[:7] if len(word) == 7 else "w" + word)
    return tuple(dict.fromkeys(options))


def needs_exact_check(query: str) -> list[str]:
    """Runs of three or more Chinese characters: their pairs may hit in another order, so hits are read again."""
    return [run for run in CHINESE.findall(query) if len(run) >= 3]


def scope_groups(reg: Register, actor: Actor, permission: str = "read", *, within: str = "") -> Groups | None:
    """The actor's range as tokens, narrowed to the area `within`; () is everything, None is nothing."""
    prefixes, units = actor.prefixes(reg.name, permission), _unit_tokens(reg, actor, permission)
    above: tuple[str, ...] = ()
    if permission == "read" and any(isinstance(rule, BelowAndAbove) for rule in reg.model.__scope__):
        above = tuple(code for prefix in prefixes for code in ancestors_of(prefix) if code.startswith(within))
    if any(within.startswith(prefix) for prefix in prefixes):
        prefixes = (within,)
    else:
        prefixes = tuple(prefix for prefix in prefixes if prefix.startswith(within))
    if not (prefixes or above or units):
        return None
    if any(covers_all_areas(prefix) for prefix in prefixes):
        return ()
    return (tuple(dict.fromkeys(["a" + prefix for prefix in prefixes] + ["e" + code for code in above] + units)),)


def _unit_tokens(reg: Register, actor: Actor, permission: str) -> list[str]:
    """Tokens of rows that name a unit of one's posts, for roles that see by unit; wherever these rows lie."""
    if not any(isinstance(rule, ByUnit) for rule in reg.model.__scope__) or actor.access is None:
        return []
    column = next((each for each in reg.columns if each.name == "unit" and each.is_filtered), None)
    units = actor.access.units(reg.name, permission) if column is not None else ()
    return [filter_token(column, unit) for unit in units if column is not None]


@dataclass(frozen=True, slots=True)
class Beside:
    """Rows narrowed by a table beside the register (alias b): how it is joined ({id} is the row's id), a condition."""

    table: str
    on: str
    where: str
    parameters: Mapping[str, Any]
    is_left: bool = False
    """Rows without anything beside them count too."""
    is_few: bool = False
    """The condition leaves few of many: start from there."""

    def join(self, id_: str) -> str:
        """The clause behind the table that holds the rows."""
        return f" {'LEFT ' if self.is_left else ''}JOIN {self.table} AS b ON {self.on.format(id=id_)}"


@dataclass(frozen=True, slots=True)
class Hits:
    """Ids of one page, newest first; whether more follow; how many there are, capped."""

    ids: tuple[int, ...]
    has_more: bool
    count: int
    is_capped: bool


def find(
    reg: Register, groups: Groups | None, *, limit: int, offset: int = 0, exact: Sequence[str] = (),
    beside: Beside | None = None,
) -> Hits:  # fmt: skip
    """Rows that every group hits. `groups` already holds the scope; None finds nothing."""
    if groups is None:
        return Hits((), has_more=False, count=0, is_capped=False)
    where, parameters, (key, order) = _where(reg, groups, exact, beside)
    hits = f"SELECT {key} AS id FROM {where} ORDER BY {order}"  # noqa: S608
    if offset + limit <= COUNT_CAP:
        found = _counted_page(hits, parameters, limit, offset)
    else:
        found = _deep_page(hits, parameters, limit, offset)
    if found.ids or not offset:
        return found
    beyond = _counted_page(hits, parameters, 1, 0)
    return Hits((), has_more=False, count=beyond.count, is_capped=beyond.is_capped)


def _counted_page(hits: str, parameters: dict[str, Any], limit: int, offset: int) -> Hits:
    """A page within the counted part, and the count: a second statement would look all the tokens up again."""
    statement = text(
        f"WITH hits AS MATERIALIZED ({hits} LIMIT :_cap) "  # noqa: S608
        "SELECT id, (SELECT count(*) FROM hits) FROM hits ORDER BY id DESC LIMIT :_limit OFFSET :_offset"
    )
    bounds = {"_cap": COUNT_CAP + 1, "_limit": limit, "_offset": offset}
    rows = db.session.execute(statement, parameters | bounds).all()
    count = rows[0][1] if rows else 0
    ids = tuple(row[0] for row in rows)
    return Hits(ids, count > offset + len(ids), min(count, COUNT_CAP), is_capped=count > COUNT_CAP)


def _deep_page(hits: str, parameters: dict[str, Any], limit: int, offset: int) -> Hits:
    """A page past the counted part: one row more tells whether there is a next page."""
    statement = text(f"{hits} LIMIT :_limit OFFSET :_offset")
    found = db.session.execute(statement, parameters | {"_limit": limit + 1, "_offset": offset})
    ids = tuple(found.scalars().all())
    if len(ids) > limit:
        return Hits(ids[:limit], has_more=True, count=COUNT_CAP, is_capped=True)
    return Hits(ids, has_more=False, count=offset + len(ids), is_capped=False)


def all_ids(
    reg: Register, groups: Groups | None, *, exact: Sequence[str] = (), limit: int | None = None,
    beside: Beside | None = None,
) -> list[int]:  # fmt: skip
    """Ids of all hits, newest first: for exports, prints and bulk actions."""
    if groups is None:
        return []
    where, parameters, (key, order) = _where(reg, groups, exact, beside)
    tail = " LIMIT :_limit" if limit is not None else ""
    rows = db.session.execute(
        text(f"SELECT {key} FROM {where} ORDER BY {order}{tail}"),  # noqa: S608
        parameters | ({"_limit": limit} if limit is not None else {}),
    )
    return list(rows.scalars())


def _is_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


_PLAIN = ("i.id", "i.id DESC")
"""The row's id, and the order that brings the newest first, where the register's own table is read."""


def _key(reg: Register) -> tuple[str, str]:
    """The same where the index of tokens is read."""
    return (f"-{reg.name}_search.rowid", f"{reg.name}_search.rowid") if _is_sqlite() else _PLAIN


def _where(
    reg: Register, groups: Groups, exact: Sequence[str], beside: Beside | None = None
) -> tuple[str, dict[str, Any], tuple[str, str]]:
    """What stands behind FROM, its parameters, and how the row's id and the order of the newest are written."""
    is_area = not exact and all(token[0] == "a" for group in groups for token in group)
    if beside is not None and beside.is_few and is_area:
        return _from_the_few(reg, groups, beside)
    if not groups and not exact:
        # Everybody's rows in list order need no tokens: the index on deleted_at carries the id behind it.
        join, tail = (beside.join(_PLAIN[0]), f" AND {beside.where}") if beside is not None else ("", "")
        parameters = dict(beside.parameters) if beside is not None else {}
        return f"{reg.name} AS i{join} WHERE i.deleted_at IS NULL{tail}", parameters, _PLAIN
    table, key = f"{reg.name}_search", _key(reg)
    source = table if _is_sqlite() else f"{table} AS i"
    groups, areas = _without_many_areas(groups)
    conditions, parameters = _token_conditions(table, groups)
    if areas:
        conditions.append(_lies_in(areas, "r"))
    if exact:
        names = [column.name for column in reg.columns if column.is_searched and column.kind == "stored"]
        for number, run in enumerate(exact):
            conditions.append("(" + " OR ".join(f"r.{name} LIKE :_x{number}" for name in names) + ")")
            parameters[f"_x{number}"] = f"%{run}%"
    if areas or exact:
        source += f" JOIN {reg.name} AS r ON r.id = {key[0]}"
    if beside is not None:
        source += beside.join(key[0])
        conditions.append(beside.where)
        parameters |= beside.parameters
    return f"{source} WHERE {' AND '.join(conditions)}", parameters, key


def _from_the_few(reg: Register, groups: Groups, beside: Beside) -> tuple[str, dict[str, Any], tuple[str, str]]:
    """Those few first, each looked up in the register. SQLite keeps to the order in which a CROSS JOIN is written."""
    conditions = [beside.on.format(id=_PLAIN[0]), beside.where, "i.deleted_at IS NULL"]
    conditions += [_lies_in([token[1:] for token in group], "i") for group in groups]
    source = f"{beside.table} AS b CROSS JOIN {reg.name} AS i"
    return f"{source} WHERE {' AND '.join(conditions)}", dict(beside.parameters), _PLAIN


def _token_conditions(table: str, groups: Groups) -> tuple[list[str], dict[str, Any]]:
    if not groups:
        return [], {}
    if _is_sqlite():
        parts = ["(" + " OR ".join(f'"{token}"' for token in group) + ")" for group in groups]
        return [f"{table} MATCH :_match"], {"_match": " AND ".join(parts)}
    conditions = [f"i.tokens && CAST(:_g{number} AS text[])" for number in range(len(groups))]
    return conditions, {f"_g{number}": list(group) for number, group in enumerate(groups)}


def _without_many_areas(groups: Groups) -> tuple[Groups, tuple[str, ...]]:
    """Beside a word, the areas of somebody with many of them are looked at row by row.

    The index would seek in each area's list for every hit of the word: 10 ms for fifty areas and two hits (FTS5).
    Their few common ancestors stay as tokens, so that a common word does not bring the rows of the whole district.
    """
    many = next((group for group in groups if len(group) > MOST_AREA_TOKENS and {t[0] for t in group} == {"a"}), None)
    if many is None or not any(token[0] in "twph" for group in groups for token in group):
        return groups, ()
    areas = tuple(token[1:] for token in many)
    rest = tuple(group for group in groups if group is not many)
    common = _few_ancestors(areas)
    if common and not any(covers_all_areas(code) for code in common):
        rest = (*rest, tuple("a" + code for code in common))
    return rest, areas


def _few_ancestors(areas: Sequence[str]) -> tuple[str, ...]:
    """The lowest level at which at most MOST_AREA_TOKENS areas hold all of `areas`; () when there is none."""
    for length in (15, 12, 9, 6):
        common = {code[:length] for code in areas}
        if len(common) <= MOST_AREA_TOKENS and all(len(code) >= length for code in areas):
            return tuple(sorted(common))
    return ()


def _lies_in(areas: Sequence[str], alias: str) -> str:
    """Whether a table's area_code lies in one of the areas: a set to look into for each length of code. Digits only."""
    if not all(code.isascii() and code.isdigit() for code in areas):
        raise ValueError(f"An area code is digits only: {areas}")
    by_length: dict[int, list[str]] = {}
    for code in areas:
        by_length.setdefault(len(code), []).append(f"'{code}'")
    parts = [f"substr({alias}.area_code, 1, {length}) IN ({', '.join(codes)})" for length, codes in by_length.items()]
    return "(" + " OR ".join(parts) + ")"
