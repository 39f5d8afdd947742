"""一表通: keeping a blank table, the answers about it, and what was typed into columns no register has."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.clock import utc_now
from app.database.transactions import writing
from app.extensions import db
from app.fields import sealing
from app.lowcode import extra
from app.lowcode import service as rows_service
from app.lowcode.importing import sheets
from app.lowcode.register import Register, register
from app.lowcode.roster import RosterRow
from app.requested_tables import blank_files, pouring
from app.requested_tables.blanks import BlankTable, print_of, print_of_cells
from app.requested_tables.choices import TableChoice, choices_from
from app.requested_tables.contents import is_blank
from app.requested_tables.corrections import BlankCorrection
from app.requested_tables.filling import Filled, filled_tables
from app.requested_tables.models import RESOURCE, TableAnswer, TableFilling
from app.requested_tables.proposing import best_offer
from app.requested_tables.queries import answer
from app.requested_tables.rules import StepRefused
from app.security import audit
from app.security.actor import Actor, acting_as
from app.security.keys import keyring

Typed = list[dict[str, dict[str, str]]]
"""For each table: uid of the register's row → heading → what was typed."""
LONGEST = 200
MOST_KEPT = 20_000
MISSING = "名册里没有这一列，请补填。"
EMPTY = "名册里这一条没有填这一项，请补填。"
HIDDEN = "这里打着星号，要完整号码请先选查看原因。"


@dataclass(frozen=True)
class Opened:
    """A filling with its workbook read."""

    filling: TableFilling
    blank: bytes
    tables: tuple[BlankTable, ...]
    choices: list[TableChoice]
    typed: Typed


def start(data: bytes, file_name: str, *, area_code: str, by: Actor) -> TableFilling:
    """Keep a blank table; what the office answered for the same headings is taken over. Where no table was recognised
    and none told, somebody has to point out the header next. Raises FileIsRefused."""
    tables = blank_files.found_tables(data)
    heading_print = print_of(tables) if tables else print_of_cells(sheets.read(data))
    uid = secrets.token_hex(16)
    with acting_as(by), writing() as session:
        known = answer(area_code, heading_print)
        if known is not None and not tables:
            tables = blank_files.found_tables(data, said=BlankCorrection.from_json(known.corrections))
        made = TableFilling(
            uid=uid, area_code=area_code, user_id=by.user_id, user_name=by.name, created_at=utc_now(),
            file_name=file_name.strip()[-120:] or "表格.xlsx", title=tables[0].title[:120] if tables else "",
            heading_print=heading_print, choices=list(known.choices) if known is not None else [],
            corrections=dict(known.corrections) if known is not None else {},
            blank_box=blank_files.seal(data, table=TableFilling.__tablename__, uid=uid),
        )  # fmt: skip
        if known is not None:
            kept = _unseal(known.typed_box, table=TableAnswer.__tablename__, uid=known.uid, count=len(tables))
            made.typed_box = _seal(kept, table=TableFilling.__tablename__, uid=uid)
        session.add(made)
    return made


def opened(filling: TableFilling) -> Opened:
    """The blank workbook read, with the answers so far; without tables while nobody pointed out a header."""
    blank = blank_files.unseal(filling.blank_box, table=TableFilling.__tablename__, uid=filling.uid)
    tables = blank_files.found_tables(blank, said=BlankCorrection.from_json(filling.corrections))
    typed = _unseal(filling.typed_box, table=TableFilling.__tablename__, uid=filling.uid, count=len(tables))
    return Opened(filling, blank, tables, choices_from(filling.choices, len(tables)), typed)


def proposed(tables: Sequence[BlankTable], area_code: str, actor: Actor) -> list[TableChoice]:
    """A first answer for each table: the register that knows most of it."""
    offers = [best_offer(table, actor) for table in tables]
    return [TableChoice(offer.register if offer else "", area=area_code) for offer in offers]


def choose(of: Opened, choices: Sequence[TableChoice], *, by: Actor) -> None:
    """Keep the answers, for this table and for the next one with the same headings."""
    with acting_as(by), writing() as session:
        row = session.get_one(TableFilling, of.filling.id)
        row.choices = [choice.as_json() for choice in choices]
        _remember(row, of.typed, by)


def fill(of: Opened, *, by: Actor, today: date) -> list[Filled]:
    """The tables as they stand: the registers' rows, and what was typed beside them."""
    with acting_as(by):
        filled = filled_tables(
            of.tables, of.choices, by, today=today, drop_downs=blank_files.drop_downs(of.blank, of.tables)
        )
    for table, typed, each in zip(of.tables, of.typed, filled, strict=True):
        for cells, origin in zip(each.rows.cells, each.rows.origins, strict=True):
            for position in table.asked:
                text = typed.get(origin, {}).get(table.columns[position].last, "")
                if text and is_blank(cells[position]):
                    cells[position] = text
    return filled


def keep_typed(of: Opened, typed: Mapping[tuple[int, str, int], str], *, by: Actor) -> None:
    """Keep what was typed: (table, row uid, position) → text."""
    with acting_as(by), writing() as session:
        row = session.get_one(TableFilling, of.filling.id)
        for (number, origin, position), text in typed.items():
            if number >= len(of.tables) or position not in of.tables[number].asked or not origin:
                continue
            heading = of.tables[number].columns[position].last
            of.typed[number].setdefault(origin, {})[heading] = " ".join(text.split())[:LONGEST]
        row.typed_box = _seal(of.typed, table=TableFilling.__tablename__, uid=row.uid)
        _remember(row, of.typed, by)


def workbook(of: Opened, filled: Sequence[Filled], *, by: Actor) -> bytes:
    """The filled workbook, what is lacking in amber; noted as an export."""
    marks = marks_of(of.tables, filled)
    opened_count = sum(each.opened_count for each in filled)
    count = sum(len(each.rows.cells) for each in filled)
    with acting_as(by), writing():
        audit.record(
            "exported", RESOURCE, area_code=of.filling.area_code, row_uid=of.filling.uid,
            note=f"一表通“{of.filling.title}” {count} 条" + (f"（完整号码 {opened_count} 个）" if opened_count else ""),
        )  # fmt: skip
        for choice in of.choices:
            if choice.register:
                audit.record("exported", choice.register, area_code=choice.area or of.filling.area_code,
                             note=f"一表通“{of.filling.title}”")  # fmt: skip
    return pouring.pour(of.blank, of.tables, [each.rows for each in filled], marks=marks)


def marks_of(tables: Sequence[BlankTable], filled: Sequence[Filled]) -> dict[tuple[int, int, int], str]:
    """Every cell that could not be filled, with the reason."""
    found: dict[tuple[int, int, int], str] = {}
    for number, (table, each) in enumerate(zip(tables, filled, strict=True)):
        if table.is_statistics:
            continue
        for line, cells in enumerate(each.rows.cells):
            for position in table.asked:
                cell = cells[position]
                if is_blank(cell):
                    found[number, line, position] = MISSING if position in each.missing else EMPTY
                elif isinstance(cell, str) and "*" in cell:
                    found[number, line, position] = HIDDEN
    return found


def adopt(of: Opened, number: int, position: int, *, by: Actor, today: date) -> str:
    """Make a column nobody has one of the register's, with what was typed; the register's title.

    Raises StepRefused, ColumnRefused, NotPermitted.
    """
    table, choice = of.tables[number], of.choices[number]
    if not choice.register or position not in table.asked:
        raise StepRefused("这张表没有对应的名册，不能加列。")
    reg, heading = register(choice.register), table.columns[position].last
    with acting_as(by):
        column = extra.add_column(
            reg.name, name=_column_name(reg), label=heading[:40], type_key="text", options={"length": LONGEST}
        )
        values = {origin: row[heading] for origin, row in of.typed[number].items() if row.get(heading)}
        _write(reg, column.name, values, by=by, today=today)
    return reg.title


def _column_name(reg: Register) -> str:
    taken = {column.name for column in reg.columns} | {row.name for row in extra.described(reg.name)}
    return next(name for number in range(1, 1000) if (name := f"asked_{number}") not in taken)


def _write(reg: Register, name: str, values: Mapping[str, str], *, by: Actor, today: date) -> None:
    """Put what was typed into the rows it belongs to, as far as the person may change them."""
    model: type[RosterRow] = reg.model
    for uid, text in values.items():
        row = db.session.execute(select(model).where(model.uid == uid, model.deleted_at.is_(None))).scalar()
        if row is None or not by.covers(reg.name, "write", row.area_code):
            continue
        rows_service.save(reg, row, {name: text}, by=by, today=today)


def _remember(row: TableFilling, typed: Typed, by: Actor) -> None:
    session = db.session()
    known = answer(row.area_code, row.heading_print)
    if known is None:
        known = TableAnswer(
            uid=secrets.token_hex(16), area_code=row.area_code, heading_print=row.heading_print, choices=[],
            used_at=utc_now(), by_name=by.name,
        )  # fmt: skip
        try:
            with session.begin_nested():
                session.add(known)
                session.flush()
        except IntegrityError:
            return  # a colleague answers the same table at this moment; one of the two answers is enough
    known.choices, known.used_at, known.by_name = list(row.choices), utc_now(), by.name
    known.corrections = dict(row.corrections)
    known.typed_box = _seal(typed, table=TableAnswer.__tablename__, uid=known.uid)


def _seal(typed: Typed, *, table: str, uid: str) -> bytes | None:
    if not any(typed):
        return None
    text = json.dumps(typed, ensure_ascii=False, separators=(",", ":"))
    return keyring().seal(text, context=sealing.place(table, "typed", uid))


def _unseal(box: bytes | None, *, table: str, uid: str, count: int) -> Typed:
    data: Any = json.loads(keyring().open_box(bytes(box), context=sealing.place(table, "typed", uid))) if box else []
    return [*(data[:count]), *({} for _ in range(count - len(data)))]
