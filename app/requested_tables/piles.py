"""Files that came by chat: dropped in as a pile, sorted, and taken in for the communities they belong to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, select

from app.areas.queries import names_of
from app.database.transactions import writing
from app.jobs.models import Job
from app.requested_tables import owners, pile_reading
from app.requested_tables.contents import Content
from app.requested_tables.models import Collection, PileFile
from app.requested_tables.pile_reading import Upload
from app.requested_tables.queries import (
    Asked,
    content_of,
    may_gather,
    pile_content,
    pile_of,
    return_of,
    returns_of,
    unread_of,
    version_of,
)
from app.requested_tables.rules import HANDED_IN, Candidate, StepRefused, newest
from app.requested_tables.service import freeze, note_step, step_on
from app.requested_tables.summing import differences
from app.security.actor import Actor, NotPermitted, acting_as

__all__ = ["Pile", "Upload", "add_files", "against_return", "assign", "drop", "drop_unread", "sorted_pile", "take_in"]
MOST_FILES = 200


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


def add_files(of: Collection, wish: Asked, files: Sequence[Upload], *, by: Actor, next_url: str = "") -> Job | None:
    """Put files on the pile. A few small ones are read at once (None); for more the job that reads them is answered,
    whose page goes on to `next_url` when done. Raises StepRefused, NotPermitted.
    """
    _require_gather(of, by)
    if not files:
        raise StepRefused("请先选要收的文件，可以一次选很多个。")
    if len(files) > MOST_FILES:
        raise StepRefused(f"一次最多放 {MOST_FILES} 个文件，请分几次。")
    with acting_as(by):
        if sum(len(file.data) for file in files) >= pile_reading.JOB_FROM_BYTES:
            return pile_reading.leave_to_worker(of, files, by=by, next_url=next_url)
        names = owners.Names(names_of(each.area_code for each in returns_of(of)))
        with writing() as session:
            session.add_all(row for file in files for row in pile_reading.read_file(of, wish, file, names, by))
    return None


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


def drop_unread(of: Collection, *, by: Actor) -> int:
    """Throw away what the worker has not read; how many files."""
    _require_gather(of, by)
    with acting_as(by), writing() as session:
        rows = unread_of(of)
        for row in rows:
            session.delete(row)
    return len(rows)


def _require_gather(of: Collection, by: Actor) -> None:
    if not may_gather(by, of):
        raise NotPermitted("这次收表不在您负责的范围内。")
