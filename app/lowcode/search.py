"""Finding rows: our own tokens in an index beside each register.

Chinese is cut into single characters and pairs, since FTS5's trigram finds nothing for two characters and LIKE reads
every row. Area prefixes, filter values and fingerprints are tokens too, so that scope, search and filter are one
lookup whose hits come newest first: the index's rowid is the row's id.

This module sends SQL below the ORM, past the wall, and therefore adds the actor's scope itself (`scope_groups`).
SQLite: one FTS5 table a register. PostgreSQL: a text[] column under GIN.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import event, inspect, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from app.database.after_migration import after_migration
from app.database.scope import BelowAndAbove, ancestors_of
from app.extensions import db
from app.fields.pinyin import initials
from app.lowcode.column import Column, fingerprint
from app.lowcode.register import Register, register, registers
from app.lowcode.roster import RosterRow
from app.security.actor import Actor

COUNT_CAP = 2_000
"""Counting stops here; the page then says 2,000+."""
SORT_CAP = 1_000
"""More hits than these come newest first only."""
MAX_OFFSET = 50_000
"""The deepest row a list pages to; beyond it one filters."""

Groups = tuple[tuple[str, ...], ...]
"""All groups must hit; within a group any one token."""

_CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+")
_NOT_IN_TOKEN = re.compile(r"[^\w.:-]")
_LATIN = re.compile(r"[a-z0-9]+")


def text_tokens(value: str) -> set[str]:
    """Single characters and pairs of Chinese, whole words of Latin and digits with their last four."""
    found: set[str] = set()
    lowered = value.lower()
    for run in _CHINESE.findall(lowered):
        found.update("t" + char for char in run)
        found.update("t" + run[i : i + 2] for i in range(len(run) - 1))
    for word in _LATIN.findall(lowered):
        found.add("w" + word)
        if len(word) >= 7 and word.isdigit():
            found.add("w" + word[-4:])
            found.add("w" + word[:7])
    return found


def pinyin_tokens(name: str) -> set[str]:
    """Every beginning of the name's initials and full pinyin, in each reading: 单文 → s sw, shan shanw …, dan …"""
    found: set[str] = set()
    for key in initials(name):
        found.update("p" + key[:length] for length in range(1, min(len(key), 16) + 1))
    return found


def area_tokens(code: str) -> set[str]:
    """One token for each area the row lies in, and one for exactly where it lies."""
    return {"a" + above for above in (*ancestors_of(code), code)} | {"e" + code}


def tokens_of(reg: Register, row: Any, today: date) -> set[str]:
    """All tokens of a row; a deleted one has none."""
    if row.deleted_at is not None:
        return set()
    found = area_tokens(row.area_code)
    for column in reg.columns:
        if column.kind == "sealed":
            print_ = getattr(row, column.name + "_hash")
            if print_:
                found.add("h" + print_[:24])
            continue
        if not (column.is_searched or column.is_filtered):
            continue
        value = column.get(row, today=today)
        if value is None:
            continue
        if column.is_searched:
            found |= text_tokens(column.type.show(value))
            if column.has_pinyin:
                found |= pinyin_tokens(column.type.show(value))
        if column.is_filtered and column.kind != "place":
            found.add(filter_token(column, value))
    return found


def filter_token(column: Column, value: Any) -> str:
    """The token by which a filter finds a value."""
    raw = value if column.kind == "link" else column.type.json(value)
    return f"f{column.name}=" + _NOT_IN_TOKEN.sub("_", str(raw).lower())


def query_groups(reg: Register, query: str) -> Groups:
    """What must hit for the words somebody typed: each word by characters, by pinyin initials, or by number."""
    groups: list[tuple[str, ...]] = []
    for word in query.lower().split():
        for run in _CHINESE.findall(word):
            pairs = [run[i : i + 2] for i in range(len(run) - 1)] or [run]
            groups += [("t" + pair,) for pair in pairs]
        groups += [_latin_group(reg, latin) for latin in _LATIN.findall(word)]
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
    return [run for run in _CHINESE.findall(query) if len(run) >= 3]


def scope_groups(reg: Register, actor: Actor, permission: str = "read") -> Groups | None:
    """The actor's range as tokens; () is everything, None is nothing."""
    prefixes = actor.prefixes(reg.name, permission)
    if not prefixes:
        return None
    if "" in prefixes:
        return ()
    allowed = ["a" + prefix for prefix in prefixes]
    if permission == "read" and any(isinstance(rule, BelowAndAbove) for rule in reg.model.__scope__):
        allowed += ["e" + above for prefix in prefixes for above in ancestors_of(prefix)]
    return (tuple(dict.fromkeys(allowed)),)


@dataclass(frozen=True, slots=True)
class Hits:
    """Ids of one page, newest first; whether more follow; how many there are, capped."""

    ids: tuple[int, ...]
    has_more: bool
    count: int
    is_capped: bool


def find(reg: Register, groups: Groups | None, *, limit: int, offset: int = 0, exact: Sequence[str] = ()) -> Hits:
    """Rows that every group hits. `groups` already holds the scope; None finds nothing."""
    if groups is None:
        return Hits((), has_more=False, count=0, is_capped=False)
    where, parameters = _where(reg, groups, exact)
    key = _key(reg, is_indexed=bool(groups or exact))
    statement = text(f"SELECT {key} FROM {where} ORDER BY {key} DESC LIMIT :_limit OFFSET :_offset")  # noqa: S608
    ids = tuple(db.session.execute(statement, parameters | {"_limit": limit + 1, "_offset": offset}).scalars().all())
    if len(ids) <= limit and (ids or not offset):
        return Hits(ids, has_more=False, count=offset + len(ids), is_capped=False)
    if offset > COUNT_CAP and ids:
        return Hits(ids[:limit], len(ids) > limit, COUNT_CAP, is_capped=True)
    counted = db.session.execute(
        text(f"SELECT count(*) FROM (SELECT 1 FROM {where} LIMIT :_cap) AS capped"),  # noqa: S608
        parameters | {"_cap": COUNT_CAP + 1},
    ).scalar_one()
    return Hits(ids[:limit], len(ids) > limit, min(counted, COUNT_CAP), is_capped=counted > COUNT_CAP)


def all_ids(reg: Register, groups: Groups | None, *, exact: Sequence[str] = (), limit: int | None = None) -> list[int]:
    """Ids of all hits, newest first: for exports, prints and bulk actions."""
    if groups is None:
        return []
    where, parameters = _where(reg, groups, exact)
    key = _key(reg, is_indexed=bool(groups or exact))
    tail = " LIMIT :_limit" if limit is not None else ""
    rows = db.session.execute(
        text(f"SELECT {key} FROM {where} ORDER BY {key} DESC{tail}"),  # noqa: S608
        parameters | ({"_limit": limit} if limit is not None else {}),
    )
    return list(rows.scalars())


def _is_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


def _key(reg: Register, *, is_indexed: bool = True) -> str:
    if not is_indexed:
        return "i.id"
    return f"{reg.name}_search.rowid" if _is_sqlite() else "i.id"


def _where(reg: Register, groups: Groups, exact: Sequence[str]) -> tuple[str, dict[str, Any]]:
    if not groups and not exact:
        # Everybody's rows in list order need no tokens: the index on deleted_at carries the id behind it.
        return f"{reg.name} AS i WHERE i.deleted_at IS NULL", {}
    table = f"{reg.name}_search"
    source = table if _is_sqlite() else f"{table} AS i"
    conditions: list[str] = []
    parameters: dict[str, Any] = {}
    if groups and _is_sqlite():
        parts = ["(" + " OR ".join(f'"{token}"' for token in group) + ")" for group in groups]
        conditions.append(f"{table} MATCH :_match")
        parameters["_match"] = " AND ".join(parts)
    elif groups:
        for number, group in enumerate(groups):
            conditions.append(f"i.tokens && CAST(:_g{number} AS text[])")
            parameters[f"_g{number}"] = list(group)
    if exact:
        source += f" JOIN {reg.name} AS r ON r.id = {_key(reg)}"
        names = [column.name for column in reg.columns if column.is_searched and column.kind == "stored"]
        for number, run in enumerate(exact):
            conditions.append("(" + " OR ".join(f"r.{name} LIKE :_x{number}" for name in names) + ")")
            parameters[f"_x{number}"] = f"%{run}%"
    return f"{source} WHERE {' AND '.join(conditions)}", parameters


def write_tokens(connection: Connection, reg: Register, rows: Iterable[tuple[int, set[str]]]) -> None:
    """Put rows' tokens into the index, replacing what was there; an empty set takes the row out."""
    items = list(rows)
    if not items:
        return
    table = f"{reg.name}_search"
    is_sqlite = connection.dialect.name == "sqlite"
    key = "rowid" if is_sqlite else "id"
    connection.execute(text(f"DELETE FROM {table} WHERE {key} = :id"), [{"id": id_} for id_, _ in items])  # noqa: S608
    fresh = [
        {"id": id_, "tokens": " ".join(sorted(tokens)) if is_sqlite else sorted(tokens)}
        for id_, tokens in items
        if tokens
    ]
    if fresh:
        connection.execute(text(f"INSERT INTO {table} ({key}, tokens) VALUES (:id, :tokens)"), fresh)  # noqa: S608


@after_migration
def make_tables(connection: Connection) -> None:
    """One index table a register; made when missing."""
    for reg in registers():
        table = f"{reg.name}_search"
        if connection.dialect.name == "sqlite":
            connection.execute(
                text(
                    f"CREATE VIRTUAL TABLE IF NOT EXISTS {table} USING fts5(tokens, detail=none, columnsize=0, "
                    "tokenize=\"ascii tokenchars '=_-.:'\")"
                )
            )
        else:
            connection.execute(
                text(f"CREATE TABLE IF NOT EXISTS {table} (id bigint PRIMARY KEY, tokens text[] NOT NULL)")
            )
            connection.execute(text(f"CREATE INDEX IF NOT EXISTS ix_{table} ON {table} USING gin (tokens)"))


def rebuild(reg: Register, today: date, *, chunk: int = 2_000) -> int:
    """Write the tokens of every row anew; number of rows. For new searched columns and repairs, inside `writing()`."""
    db.session.execute(text(f"DELETE FROM {reg.name}_search"))  # noqa: S608
    last, done = 0, 0
    while True:
        rows = db.session.execute(
            select(reg.model).where(reg.model.id > last).order_by(reg.model.id).limit(chunk)
        ).scalars().all()  # fmt: skip
        if not rows:
            return done
        write_tokens(db.session.connection(), reg, [(row.id, tokens_of(reg, row, today)) for row in rows])
        last, done = rows[-1].id, done + len(rows)
        db.session.expunge_all()


@event.listens_for(Session, "before_flush")
def _note_rows(session: Session, _context: Any, _instances: Any) -> None:
    touched = session.info.setdefault("search_rows", set())
    touched.update(row for row in (*session.new, *session.dirty) if isinstance(row, RosterRow))
    touched.difference_update(session.deleted)
    gone = [row for row in session.deleted if isinstance(row, RosterRow)]
    if gone:
        session.info.setdefault("search_gone", []).extend((type(row).__tablename__, row.id) for row in gone)  # type: ignore[attr-defined]


@event.listens_for(Session, "after_flush_postexec")
def _write_touched(session: Session, _context: Any) -> None:
    touched = session.info.pop("search_rows", None) or ()
    by_table: dict[str, list[tuple[int, set[str]]]] = {}
    for name, id_ in session.info.pop("search_gone", ()):
        by_table.setdefault(name, []).append((id_, set()))
    today = date.min  # tokens hold stored values only, which no day changes
    for row in touched:
        if inspect(row).persistent:
            reg = register(type(row).__tablename__)
            by_table.setdefault(reg.name, []).append((row.id, tokens_of(reg, row, today)))
    for name, items in by_table.items():
        write_tokens(session.connection(), register(name), items)


__all__ = [
    "COUNT_CAP", "MAX_OFFSET", "SORT_CAP", "Hits", "all_ids", "filter_token", "find", "needs_exact_check",
    "query_groups", "rebuild", "scope_groups", "tokens_of", "write_tokens",
]  # fmt: skip
