"""Which register knows the columns somebody asks for: every register one may take out, by the share it can fill."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app.fields import identity
from app.fields.age import age_on
from app.fields.types import Date, IdNumber, Integer, Text
from app.lowcode.column import Column
from app.lowcode.importing.layout import Table
from app.lowcode.importing.matching import LIKELY, SURE, Match, match
from app.lowcode.importing.vocabulary import vocabulary
from app.lowcode.parts import parts_of
from app.lowcode.register import Register, registers
from app.requested_tables.blanks import BlankTable
from app.security.actor import Actor

BORN, GENDER, AGE = "id_born", "id_gender", "id_age"
"""Columns that follow from an ID number, for registers that keep none of their own."""


@dataclass(frozen=True)
class Offer:
    """A register for a table: position → match, and how many of the asked columns it knows."""

    register: str
    matches: Mapping[int, Match]
    known_count: int
    score: float


def fillable_columns(reg: Register) -> tuple[Column, ...]:
    """What a register can answer: all but child lines, computed ones as well, and what an ID number says."""
    columns = [replace(column, kind="stored") if column.kind == "computed" else column for column in reg.columns]
    columns = [*(column for column in columns if column.kind != "lines"), *parts_of(reg)]
    if id_column(reg) is None:
        return tuple(columns)
    labels = {column.label for column in columns} | {word for column in columns for word in column.synonyms}
    derived = (
        Column(GENDER, "性别", Text(4)),
        Column(BORN, "出生日期", Date(), synonyms=("出生年月", "出生年月日", "生日")),
        Column(AGE, "年龄", Integer(), synonyms=("周岁", "岁数")),
    )
    return (*columns, *(column for column in derived if not {column.label, *column.synonyms[:1]} & labels))


def id_column(reg: Register) -> Column | None:
    """The sealed ID number of a register of persons."""
    return next(
        (column for column in reg.columns if column.kind == "sealed" and isinstance(column.type, IdNumber)), None
    )


def from_id(name: str, number: str, today: date) -> Any:
    """性别, 出生日期 or 年龄 of an ID number; None where it cannot be read."""
    born = identity.birth_of(number)
    if born is None:
        return None
    if name == GENDER:
        return {"1": "男", "2": "女"}[identity.sex(number)]
    return born if name == BORN else age_on(born, today)


def readable_registers(actor: Actor) -> tuple[Register, ...]:
    """Registers somebody may take out, in menu order; sensitive ones last, they are never proposed."""
    mine = [reg for reg in registers() if actor.allows(reg.name, "read") and actor.allows(reg.name, "export")]
    return (*(reg for reg in mine if not reg.is_sensitive), *(reg for reg in mine if reg.is_sensitive))


def known_words(actor: Actor) -> set[str]:
    """Every heading that one of these registers knows, plain."""
    words: set[str] = set()
    for reg in readable_registers(actor):
        words.update(vocabulary(fillable_columns(reg)))
    return words


def offer_of(reg: Register, table: BlankTable, chosen: Mapping[str, str] | None = None) -> Offer:
    """What one register knows of a table. `chosen` are a person's own answers: header → column or ""."""
    columns = fillable_columns(reg)
    found = match(_as_table(table), columns, chosen=chosen)
    by_position = {number: found[cell.index] for number, cell in enumerate(table.columns)}
    names = {column.name: column for column in columns}
    known = [number for number in table.asked if by_position[number].column]
    # Every register has a place, so that a place tells nothing about which one is meant.
    telling = [number for number in known if names[by_position[number].column].kind != "place"]
    sure = sum(1 for number in telling if by_position[number].certainty >= SURE)
    score = sure + 0.6 * (len(telling) - sure) + 0.1 * (len(known) - len(telling))
    if reg.noun_text and reg.noun_text in table.title:
        score += 1.5
    return Offer(reg.name, by_position, len(known), score)


def offers(table: BlankTable, actor: Actor, chosen: Mapping[str, str] | None = None) -> tuple[Offer, ...]:
    """An offer of each register, best first; among equals the order of the menu counts."""
    found = [(offer_of(reg, table, chosen), reg.is_sensitive) for reg in readable_registers(actor)]
    return tuple(offer for offer, _ in sorted(found, key=lambda pair: (pair[1], -pair[0].score)))


def best_offer(table: BlankTable, actor: Actor) -> Offer | None:
    """The register to propose; None where none knows two columns, and for a table of figures."""
    if table.is_statistics:
        return None
    found = offers(table, actor)
    return found[0] if found and found[0].score >= min(2, len(table.asked)) else None


def missing_headers(table: BlankTable, matches: Mapping[int, Match]) -> tuple[str, ...]:
    """Headings of asked columns that the register does not have."""
    return tuple(table.columns[number].last for number in table.asked if not matches[number].column)


def is_unsure(each: Match) -> bool:
    """Whether somebody should look at this match again."""
    return bool(each.column) and each.certainty <= LIKELY


def _as_table(table: BlankTable) -> Table:
    cells: Sequence[Any] = table.columns
    return Table(table.header_rows, tuple(cells), cells[0].index, cells[-1].index + 1)
