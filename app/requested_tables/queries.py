"""Reading collections and returns: what one has to fill, who has returned, what a version held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import defer

from app.areas.queries import AreaRow, below, names_of
from app.clock import local
from app.extensions import db
from app.requested_tables import blank_files, contents, kept_layouts
from app.requested_tables.blanks import BlankTable
from app.requested_tables.choices import TableChoice, choices_from
from app.requested_tables.contents import Content
from app.requested_tables.models import (
    RESOURCE,
    Collection,
    PileFile,
    ReturnStep,
    ReturnVersion,
    TableAnswer,
    TableFilling,
    TableReturn,
)
from app.requested_tables.rules import HANDED_IN, UNFINISHED, Standing, is_late
from app.security.actor import Actor
from app.security.wall import within
from app.settings.queries import profile

RECENT = 30


@dataclass(frozen=True)
class Asked:
    """A collection with its blank workbook read: the tables, and how each is filled beforehand."""

    collection: Collection
    blank: bytes
    tables: tuple[BlankTable, ...]
    choices: list[TableChoice]


@dataclass(frozen=True, slots=True)
class Progress:
    """A collection in a list: how many have returned."""

    collection: Collection
    done: int
    count: int


def asked(collection: Collection) -> Asked:
    """The blank workbook of a collection, opened and read."""
    blank = blank_files.unseal(collection.blank_box, table=Collection.__tablename__, uid=collection.uid)
    tables = kept_layouts.from_json(collection.layout or ()) or blank_files.tables_of(blank)
    return Asked(collection, blank, tables, choices_from(collection.choices, len(tables)))


def collection(id_: int) -> Collection | None:
    """One collection somebody may see."""
    return db.session.execute(select(Collection).where(Collection.id == id_)).scalar()


def may_gather(actor: Actor, of: Collection) -> bool:
    """Whether the actor's office gathers this one."""
    return actor.covers(RESOURCE, "write", of.area_code)


def may_fill(actor: Actor, of: TableReturn) -> bool:
    """Whether the actor fills this community's part; whoever gathers takes in files instead."""
    return actor.covers(RESOURCE, "fill", of.area_code)


def may_hand_in(actor: Actor, of: TableReturn) -> bool:
    """Whether the actor hands it in: as with 报送, the secretary does."""
    return actor.covers(RESOURCE, "submit", of.area_code)


def may_review(actor: Actor, of: TableReturn) -> bool:
    """Whether the actor looks at this return from above it."""
    return actor.is_system or any(
        of.area_code.startswith(prefix) and len(prefix) < len(of.area_code)
        for prefix in actor.prefixes(RESOURCE, "review")
    )


def returns_of(of: Collection) -> Sequence[TableReturn]:
    """The parts of a collection within scope, in the order of the areas."""
    return (
        db.session.execute(
            select(TableReturn).where(TableReturn.collection_id == of.id).order_by(TableReturn.area_code)
        )
        .scalars()
        .all()
    )


def return_of(of: Collection, area_code: str) -> TableReturn | None:
    """One community's part."""
    return db.session.execute(
        select(TableReturn).where(TableReturn.collection_id == of.id, TableReturn.area_code == area_code)
    ).scalar()


def versions_of(of: TableReturn) -> Sequence[ReturnVersion]:
    """What was handed in, latest first."""
    return (
        db.session.execute(
            select(ReturnVersion).where(ReturnVersion.return_id == of.id).order_by(ReturnVersion.number.desc())
        )
        .scalars()
        .all()
    )


def version_of(of: TableReturn, number: int) -> ReturnVersion | None:
    """One version."""
    return db.session.execute(
        select(ReturnVersion).where(ReturnVersion.return_id == of.id, ReturnVersion.number == number)
    ).scalar()


def steps_of(of: TableReturn) -> Sequence[ReturnStep]:
    """What happened, latest first."""
    return (
        db.session.execute(select(ReturnStep).where(ReturnStep.return_id == of.id).order_by(ReturnStep.id.desc()))
        .scalars()
        .all()
    )


def draft_of(of: TableReturn) -> Content:
    """What stands in a return now; () before somebody began."""
    return contents.unseal(of.content_box, table=TableReturn.__tablename__, uid=of.uid)


def content_of(of: ReturnVersion) -> Content:
    """What a version held."""
    return contents.unseal(of.content_box, table=ReturnVersion.__tablename__, uid=of.uid)


def collections_of(actor: Actor) -> tuple[list[Progress], list[tuple[Collection, TableReturn]]]:
    """Collections one's office gathers, and those one has to fill with one's own part; latest first."""
    found = db.session.execute(select(Collection).order_by(Collection.id.desc()).limit(RECENT * 4)).scalars().all()
    gathered = [each for each in found if may_gather(actor, each)][:RECENT]
    states = db.session.execute(
        select(TableReturn.collection_id, TableReturn.state, func.count())
        .where(TableReturn.collection_id.in_([each.id for each in gathered]))
        .group_by(TableReturn.collection_id, TableReturn.state)
    ).all()
    counts: dict[int, dict[str, int]] = {}
    for id_, state, count in states:
        counts.setdefault(id_, {})[state] = count
    progress = [
        Progress(each, counts.get(each.id, {}).get(HANDED_IN, 0), sum(counts.get(each.id, {}).values()))
        for each in gathered
    ]
    prefixes = actor.prefixes(RESOURCE, "fill")
    mine: list[tuple[Collection, TableReturn]] = []
    if prefixes:
        by_id = {each.id: each for each in found}
        rows = db.session.execute(
            select(TableReturn)
            .where(within(TableReturn.area_code, prefixes), TableReturn.collection_id.in_(by_id))
            .order_by(TableReturn.collection_id.desc(), TableReturn.area_code)
            .limit(RECENT * 2)
        ).scalars()
        mine = [(by_id[row.collection_id], row) for row in rows]
    return progress, mine


def unfinished(prefixes: tuple[str, ...], *, limit: int = 20) -> list[tuple[Collection, TableReturn]]:
    """Returns of open collections that still have to come, in and below some areas; the most urgent first."""
    if not prefixes:
        return []
    rows = db.session.execute(
        select(Collection, TableReturn)
        .join(TableReturn, TableReturn.collection_id == Collection.id)
        .where(
            within(TableReturn.area_code, prefixes),
            TableReturn.state.in_(UNFINISHED),
            Collection.is_closed.is_(False),
        )
        .order_by(Collection.due_on, Collection.id)
        .limit(limit)
    ).all()
    return [(row[0], row[1]) for row in rows]


def standings(of: Collection, returns: Sequence[TableReturn], *, today: date) -> list[Standing]:
    """Where each community stands, in words for 催报."""
    names = names_of(each.area_code for each in returns)
    return [
        Standing(
            names.get(each.area_code, each.area_code),
            each.state,
            is_late(
                each.state,
                local(each.handed_in_at).date() if each.handed_in_at else None,
                of.due_on,
                today=today,
            ),
        )
        for each in returns
    ]


def askable_areas(area_code: str, *, today: date) -> list[tuple[str, list[AreaRow]]]:
    """Levels below an office with their areas: 社区 first, then 网格."""
    levels = [level for level in profile().levels if level.digits > len(area_code)]
    found = [(level.name, below(area_code, level.key, today=today)) for level in levels[:2]]
    return [(name, rows) for name, rows in found if rows]


def pile_of(of: Collection) -> Sequence[PileFile]:
    """One's own files of a collection that were read and wait to be taken in, in the order they were dropped."""
    return _pile(of, PileFile.file_box.is_(None))


def unread_of(of: Collection) -> Sequence[PileFile]:
    """One's own files of a collection that the worker has not read yet; the files themselves are read when asked for."""
    return _pile(of, PileFile.file_box.is_not(None))


def _pile(of: Collection, condition: ColumnElement[bool]) -> Sequence[PileFile]:
    wanted = select(PileFile).where(PileFile.collection_id == of.id, condition).order_by(PileFile.id)
    wanted = wanted.options(defer(PileFile.file_box))
    return db.session.execute(wanted).scalars().all()


def pile_content(of: PileFile) -> Content:
    """What a file of the pile holds."""
    return contents.unseal(of.content_box, table=PileFile.__tablename__, uid=of.uid)


def filling(id_: int) -> TableFilling | None:
    """One of one's own fillings."""
    return db.session.execute(select(TableFilling).where(TableFilling.id == id_)).scalar()


def fillings() -> Sequence[TableFilling]:
    """One's own fillings, latest first."""
    return db.session.execute(select(TableFilling).order_by(TableFilling.id.desc()).limit(12)).scalars().all()


def answer(area_code: str, heading_print: str) -> TableAnswer | None:
    """What this office answered for a table of these headings."""
    return db.session.execute(
        select(TableAnswer).where(TableAnswer.area_code == area_code, TableAnswer.heading_print == heading_print)
    ).scalar()
