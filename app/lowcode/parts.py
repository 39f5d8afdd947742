"""Columns of a file beyond a register's own: the parts that name a linked row, and their texts for what is taken out.

A part is called by its path: `household.dwelling.room_number` is the 房号 of the home of a resident's household. It has
no place in the register's table; importing turns the parts of a row into the id of the link they begin with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.lowcode.column import Column
from app.lowcode.naming import Naming
from app.lowcode.register import Register, register

CHUNK = 1_000
Labels = dict[str, dict[Any, str]]


def naming_of(column: Column) -> Naming | None:
    """How the row that a link points to is named by several columns; None for other columns and registers."""
    return register(column.target).naming if column.kind == "link" else None


def file_columns(reg: Register) -> tuple[Column, ...]:
    """What a file may fill: the register's own columns, then the parts that name linked rows."""
    return (*reg.columns, *parts_of(reg))


def parts_of(reg: Register) -> tuple[Column, ...]:
    """The parts of every link of a register, those of one link together.

    One whose heading means something else in this register is not printed, for nobody could read it back.
    """
    found: list[Column] = []
    taken = {word for column in reg.columns for word in (column.label, *column.synonyms)}
    for column in reg.declared_columns:
        if (naming := naming_of(column)) is not None:
            found += _parts(column, column.name, register(column.target), naming)
    return tuple(replace(each, is_exported=each.is_exported and each.label not in taken) for each in found)


def printed_columns(reg: Register) -> tuple[Column, ...]:
    """The register's columns, and behind each link the parts that are printed with it."""
    parts = [part for part in parts_of(reg) if part.is_exported]
    found: list[Column] = []
    for column in reg.columns:
        found += [column, *(part for part in parts if root_of(part.name) == column.name)]
    return tuple(found)


def _parts(link: Column, path: str, target: Register, naming: Naming) -> Iterator[Column]:
    for name in naming.parts:
        column = target.column(name)
        inner = naming_of(column)
        yield Column(
            f"{path}.{name}", column.label, column.type, "part", synonyms=column.synonyms, target=link.target,
            help=f"“{link.label}”不填的，由写明它的这几列对应。",
            is_exported=link.has_parts_exported and inner is None, norm=column.norm,
            split=inner.split if inner is not None else None,
        )  # fmt: skip
        if inner is not None:
            yield from _parts(link, f"{path}.{name}", register(column.target), inner)


def finer(columns: Iterable[Column], matched: Iterable[str]) -> dict[str, str]:
    """Part that names a whole row → the one part of that row which its table has no column for.

    Beside a column 小区 a column 楼栋 says 3幢, and not 富康新村3幢 again.
    """
    names, matched = [column.name for column in columns if column.kind == "part"], set(matched)
    found: dict[str, str] = {}
    for name in matched & set(names):
        inner = [each for each in names if each.rpartition(".")[0] == name]
        rest = [each for each in inner if each not in matched]
        if len(rest) == 1 and len(inner) > 1:
            found[name] = rest[0]
    return found


def root_of(name: str) -> str:
    """The register's own column that a part belongs to; of any other column its own name."""
    return name.partition(".")[0]


def roots_of(names: Iterable[str]) -> frozenset[str]:
    """Names of columns, and of the links that their parts name."""
    names = list(names)
    return frozenset(names) | {root_of(name) for name in names}


def reached(reg: Register) -> frozenset[str]:
    """Names of all registers whose rows a file of this register names."""
    found: set[str] = set()
    waiting = [column.target for column in reg.columns if column.kind == "link"]
    while waiting:
        target = register(waiting.pop())
        if target.name not in found:
            found.add(target.name)
            parts = target.naming.parts if target.naming is not None else ()
            waiting += [column.target for part in parts if (column := target.column(part)).kind == "link"]
    return frozenset(found)


def labels_of_parts(columns: Iterable[Column], rows: Sequence[Any]) -> Labels:
    """Part → id of the link it begins with → text, as far as the actor sees the rows on the way.

    A statement or two for each register on the way, however many parts and rows there are.
    """
    by_root: dict[str, list[Column]] = {}
    for column in columns:
        if column.kind == "part":
            by_root.setdefault(root_of(column.name), []).append(column)
    found: Labels = {}
    for root, parts in by_root.items():
        ids = {id_ for row in rows if (id_ := getattr(row, root + "_id")) is not None}
        found |= _walk(register(parts[0].target), root, ids, {part.name for part in parts})
    return found


def _walk(target: Register, path: str, ids: set[int], wanted: set[str]) -> Labels:
    """Texts of the wanted parts below `path` for rows of one register."""
    naming = target.naming
    if naming is None:
        return {}
    names = [name for name in naming.parts if any(_is_at_or_below(each, f"{path}.{name}") for each in wanted)]
    values = _values(target, names, ids)
    found: Labels = {}
    for number, name in enumerate(names):
        here, column = f"{path}.{name}", target.column(name)
        if column.kind != "link":
            found[here] = {id_: column.type.show(row[number]) for id_, row in values.items() if row[number] is not None}
            continue
        other = register(column.target)
        linked = {row[number] for row in values.values()} - {None}
        below = _walk(other, here, linked, wanted)
        if here in wanted:
            titles = _values(other, [other.row_title], linked)
            below[here] = {id_: str(title or "") for id_, (title,) in titles.items()}
        for part, texts in below.items():
            found[part] = {id_: texts[row[number]] for id_, row in values.items() if row[number] in texts}
    return found


def _is_at_or_below(part: str, path: str) -> bool:
    return part == path or part.startswith(path + ".")


def _values(target: Register, names: Sequence[str], ids: set[int]) -> dict[int, tuple[Any, ...]]:
    """Id → values of key columns of live rows, links as ids."""
    model, found = target.model, dict[int, tuple[Any, ...]]()
    attributes = [getattr(model, target.key_attribute(name)) for name in names]
    ordered = sorted(ids)
    for start in range(0, len(ordered), CHUNK):
        wanted = select(model.id, *attributes).where(
            model.id.in_(ordered[start : start + CHUNK]), model.deleted_at.is_(None)
        )
        found.update((id_, tuple(values)) for id_, *values in db.session.execute(wanted))
    return found
