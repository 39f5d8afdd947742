"""Files that came by chat: dropped in as a pile, read, recognised, and taken in for the communities they belong to."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, select

from app.areas.queries import names_of
from app.clock import utc_now
from app.database.transactions import writing
from app.lowcode.importing import sheets
from app.lowcode.importing.containers import FileIsRefused
from app.requested_tables import blank_files, contents, owners
from app.requested_tables.contents import Content, shown
from app.requested_tables.models import Collection, PileFile
from app.requested_tables.queries import (
    Asked,
    content_of,
    may_gather,
    pile_content,
    pile_of,
    return_of,
    returns_of,
    version_of,
)
from app.requested_tables.returned_files import ReturnedTable, read_returns
from app.requested_tables.rules import HANDED_IN, Candidate, StepRefused, newest
from app.requested_tables.service import freeze, note_step, step_on
from app.requested_tables.summing import community_column, differences
from app.security.actor import Actor, NotPermitted, acting_as

MOST_FILES = 200


@dataclass(frozen=True)
class Upload:
    """A file as it was dropped."""

    name: str
    data: bytes


@dataclass
class Pile:
    """What lies there, sorted: proposed files by community, others for the same one, strangers, and who is missing."""

    proposed: dict[str, PileFile] = field(default_factory=dict)
    older: dict[str, list[tuple[PileFile, list[str]]]] = field(default_factory=dict)
    """Community → (file, how it differs from the proposed one)."""
    strangers: list[PileFile] = field(default_factory=list)
    """Files of no community that was asked, and those that cannot be read."""
    missing: list[str] = field(default_factory=list)
    """Communities with neither a file nor a return."""


def add_files(of: Collection, wish: Asked, files: Sequence[Upload], *, by: Actor) -> int:
    """Read and recognise files; how many tables were put on the pile. Raises StepRefused, NotPermitted."""
    _require_gather(of, by)
    if not files:
        raise StepRefused("请先选要收的文件，可以一次选很多个。")
    if len(files) > MOST_FILES:
        raise StepRefused(f"一次最多放 {MOST_FILES} 个文件，请分几次。")
    with acting_as(by):
        places = names_of(each.area_code for each in returns_of(of))
        names = owners.Names(places)
        with writing() as session:
            made = [row for file in files for row in _rows_of(of, wish, file, names, by)]
            session.add_all(made)
    return len(made)


def _rows_of(of: Collection, wish: Asked, file: Upload, names: owners.Names, by: Actor) -> list[PileFile]:
    try:
        blank_files.refuse_large(file.data)
        read = read_returns(sheets.read(file.data), wish.tables)
    except FileIsRefused as refusal:
        return [_row(of, file, None, owners.Recognised(""), by, [[str(refusal), "red", None]])]
    if not read:
        why = "列名对不上，不是这次要收的表。"
        return [_row(of, file, None, owners.Recognised(""), by, [[why, "red", None]])]
    filled = [each for each in read if each.row_count] or read[:1]
    found = []
    for part in filled:
        who = _owner(wish, part, names, file.name if len(filled) == 1 else "")
        notes = [[each.text, each.tone, each.row] for each in part.findings]
        if who.doubt:
            notes.append([who.doubt, "amber", None])
        if not part.row_count:
            notes.append(["表里没有填内容，按零报告收。", "amber", None])
        found.append(_row(of, file, part, who, by, notes, sheet=part.sheet if len(filled) > 1 else ""))
    return found


def _owner(wish: Asked, part: ReturnedTable, names: owners.Names, file_name: str) -> owners.Recognised:
    column: list[str] = []
    for table, rows in zip(wish.tables, part.content, strict=True):
        place = community_column(table)
        if place is not None and not table.is_statistics:
            column += [shown(cells[place]) for cells in rows.cells]
    return owners.recognise(names, titles=part.titles, column=column, sheet=part.sheet, file_name=file_name)


def _row(
    of: Collection, file: Upload, part: ReturnedTable | None, who: owners.Recognised, by: Actor,
    notes: Sequence[Sequence[object]], *, sheet: str = "",
) -> PileFile:  # fmt: skip
    uid = secrets.token_hex(16)
    box = contents.seal(part.content, table=PileFile.__tablename__, uid=uid) if part is not None else None
    return PileFile(
        uid=uid, collection_id=of.id, area_code=of.area_code, user_id=by.user_id, file_name=file.name.strip()[-120:],
        sheet=sheet.strip()[:80], owner_code=who.code, by=who.by, findings=[list(note) for note in notes],
        content_box=box, totals=_totals_as_text(part), row_count=part.row_count if part else 0,
        saved_at=blank_files.saved_at(file.data), added_at=utc_now(),
    )  # fmt: skip


def _totals_as_text(part: ReturnedTable | None) -> list[dict[str, float]]:
    if part is None:
        return []
    return [{str(position): value for position, value in each.items()} for each in part.totals]


def sorted_pile(of: Collection, wish: Asked) -> Pile:
    """The pile sorted. Of two files for one community the newest is proposed, and what differs is said."""
    found = Pile()
    by_owner: dict[str, list[PileFile]] = {}
    for row in pile_of(of):
        if not row.owner_code or row.content_box is None:
            found.strangers.append(row)
        else:
            by_owner.setdefault(row.owner_code, []).append(row)
    for code, rows in by_owner.items():
        candidates = [
            Candidate(row.uid, row.saved_at, owners.copy_number(row.file_name), number)
            for number, row in enumerate(rows)
        ]
        best = next(row for row in rows if row.uid == newest(candidates))
        found.proposed[code] = best
        others = [row for row in rows if row is not best]
        if others:
            content = pile_content(best)
            found.older[code] = [(row, _differences(wish, content, pile_content(row))) for row in others]
    handed_in = {each.area_code for each in returns_of(of) if each.state == HANDED_IN}
    asked_codes = [each.area_code for each in returns_of(of)]
    found.missing = [code for code in asked_codes if code not in by_owner and code not in handed_in]
    return found


def _differences(wish: Asked, new: Content, old: Content) -> list[str]:
    """What a file says otherwise than the proposed one, in sentences."""
    found = []
    for table, first, other in zip(wish.tables, new, old, strict=False):
        more, less = differences(table, first, other)
        if more:
            found.append(f"只在要收的这份里：{'；'.join(more)}")
        if less:
            found.append(f"只在另一份里：{'；'.join(less)}")
    return found or ["两份内容完全一样"]


def against_return(of: Collection, wish: Asked, row: PileFile) -> list[str]:
    """What a file says otherwise than what its community has already handed in; () where it has not."""
    there = return_of(of, row.owner_code)
    if there is None or there.state != HANDED_IN:
        return []
    version = version_of(there, there.number)
    return _differences(wish, pile_content(row), content_of(version)) if version is not None else []


def assign(of: Collection, owners_by_id: Mapping[int, str], *, by: Actor) -> None:
    """Say by hand whose a file is; "" for nobody's. Codes that were not asked are passed over."""
    _require_gather(of, by)
    with acting_as(by), writing() as session:
        asked_codes = {each.area_code for each in returns_of(of)}
        rows = session.execute(select(PileFile).where(PileFile.collection_id == of.id)).scalars()
        for row in rows:
            code = owners_by_id.get(row.id)
            if code is not None and code != row.owner_code and (code in asked_codes or not code):
                row.owner_code, row.by = code, owners.EVIDENCE[-1] if code else ""


def take_in(of: Collection, ids: Sequence[int], *, by: Actor) -> int:
    """Take chosen files in: each becomes its community's version; how many. The whole pile of those communities goes.

    Raises StepRefused, NotPermitted.
    """
    _require_gather(of, by)
    with acting_as(by), writing() as session:
        rows = session.execute(
            select(PileFile).where(PileFile.collection_id == of.id, PileFile.id.in_(ids), PileFile.owner_code != "")
        ).scalars().all()  # fmt: skip
        chosen = {row.owner_code: row for row in rows if row.content_box is not None}
        if len(chosen) < len(rows):
            raise StepRefused("有一个社区选了两份文件，请只留一份。")
        if not chosen:
            raise StepRefused("没有选要收的文件。请先勾选，或先指定是哪个社区的。")
        for code, row in sorted(chosen.items()):
            there = return_of(of, code)
            if there is None:
                continue
            name = f"{row.file_name}（{row.sheet}）" if row.sheet else row.file_name
            with step_on(there, "take_in", by) as (_, part):
                freeze(session, part, pile_content(row), by=by, totals=row.totals, source=name)
                note_step(session, part, "take_in", reason=name)
        gone = delete(PileFile).where(PileFile.collection_id == of.id, PileFile.owner_code.in_(chosen))
        session.execute(gone, execution_options={"synchronize_session": "fetch"})
    return len(chosen)


def drop(of: Collection, id_: int, *, by: Actor) -> None:
    """Take a file from the pile; nothing of it is kept."""
    _require_gather(of, by)
    with acting_as(by), writing() as session:
        row = session.execute(select(PileFile).where(PileFile.collection_id == of.id, PileFile.id == id_)).scalar()
        if row is not None:
            session.delete(row)


def _require_gather(of: Collection, by: Actor) -> None:
    if not may_gather(by, of):
        raise NotPermitted("这次收表不在您负责的范围内。")
