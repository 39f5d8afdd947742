"""Steps of a collection: sending it down, filling, handing in, giving back, going back to an earlier version."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.areas.queries import name_of
from app.clock import utc_now
from app.database.transactions import writing
from app.lowcode.importing import sheets
from app.lowcode.importing.containers import FileIsRefused
from app.requested_tables import blank_files, checks, contents, editing, kept_layouts
from app.requested_tables.choices import TableChoice
from app.requested_tables.contents import Content
from app.requested_tables.corrections import NOTHING_SAID, BlankCorrection
from app.requested_tables.filling import filled_tables
from app.requested_tables.models import RESOURCE, Collection, ReturnStep, ReturnVersion, TableReturn
from app.requested_tables.queries import (
    Asked,
    content_of,
    draft_of,
    may_fill,
    may_gather,
    may_hand_in,
    may_review,
    version_of,
)
from app.requested_tables.returned_files import Finding, read_returns
from app.requested_tables.rules import Step, StepRefused, check_collection, check_reason, next_state
from app.security import audit
from app.security.actor import Actor, NotPermitted, acting_as, current_actor

LONGEST_TITLE, LONGEST_NOTE = 100, 1000
_CHANGED_MEANWHILE = "这张表刚刚被别人改动过。请刷新页面，看清现在的内容再操作。"


class ContentIsStale(StepRefused):
    """Somebody else saved meanwhile."""


def send_down(
    *, title: str, note: str, due_on: date | None, areas: Sequence[str], blank: bytes, file_name: str,
    choices: Sequence[TableChoice], area_code: str, by: Actor, today: date, said: BlankCorrection = NOTHING_SAID,
) -> Collection:  # fmt: skip
    """下发: a new collection, one part for each area; `said` is how the blank table is to be read.

    Raises StepRefused, FileIsRefused, NotPermitted.
    """
    check_collection(title, due_on, areas, today=today)
    assert due_on is not None
    layout = kept_layouts.to_json(blank_files.tables_of(blank, said=said))
    if not by.covers(RESOURCE, "write", area_code):
        raise NotPermitted("您的岗位不能下发收表，请联系管理员。")
    if any(not (code.startswith(area_code) and by.covers(RESOURCE, "write", code)) for code in areas):
        raise NotPermitted("有一个单位不在您负责的范围内，没有下发。")
    uid = secrets.token_hex(16)
    with acting_as(by), writing() as session:
        made = Collection(
            uid=uid, area_code=area_code, title=" ".join(title.split())[:LONGEST_TITLE], due_on=due_on,
            note=note.strip()[:LONGEST_NOTE], created_at=utc_now(), created_by_id=by.user_id, created_by=by.name,
            file_name=file_name.strip()[-120:] or "表格.xlsx", choices=[choice.as_json() for choice in choices],
            blank_box=blank_files.seal(blank, table=Collection.__tablename__, uid=uid), layout=layout,
            corrections=said.as_json(), is_closed=False,
        )  # fmt: skip
        session.add(made)
        session.flush()
        session.add_all(
            TableReturn(
                uid=secrets.token_hex(16), collection_id=made.id, area_code=code, state="open", totals=[], source="",
                reason="", number=0, changed_by="", handed_in_by="",
            )
            for code in sorted(set(areas))
        )  # fmt: skip
        audit.record("sent_down", RESOURCE, area_code=area_code, row_uid=uid, note=f"{made.title}，{len(areas)} 个单位")
    return made


def close(of: Collection, *, is_closed: bool, by: Actor) -> None:
    """收齐了 (to-dos end), or open again. Raises NotPermitted."""
    if not may_gather(by, of):
        raise NotPermitted("这次收表不在您负责的范围内。")
    with acting_as(by), writing() as session:
        row = session.get_one(Collection, of.id)
        row.is_closed = is_closed
        audit.record("closed" if is_closed else "reopened", RESOURCE, area_code=row.area_code, row_uid=row.uid,
                     note=row.title)  # fmt: skip


def rechoose(of: Collection, choices: Sequence[TableChoice], *, by: Actor) -> None:
    """Say anew from which register the communities' tables are filled. Raises StepRefused once somebody has begun."""
    if not may_gather(by, of):
        raise NotPermitted("这次收表不在您负责的范围内。")
    with acting_as(by), writing() as session:
        begun = select(TableReturn.id).where(TableReturn.collection_id == of.id, TableReturn.state != "open").limit(1)
        if session.execute(begun).scalar() is not None:
            raise StepRefused("已经有社区开始填了，不能再改取数。要改请结束这次收表，另发一张。")
        session.get_one(Collection, of.id).choices = [choice.as_json() for choice in choices]


def begin(of: TableReturn, wish: Asked, *, by: Actor, today: date) -> TableReturn:
    """Fill the table from one's registers, or once more, with what was typed into columns no register has kept."""
    _require_fill(of, by)
    filled = prefilled(of, wish, by, today=today)
    with step_on(of, "save", by) as (_, row):
        before = draft_of(row)
        content = [editing.with_typed(each.rows, each.missing, before, number) for number, each in enumerate(filled)]
        _keep(row, content, by)
        opened = sum(each.opened_count for each in filled)
        if opened:
            audit.record("exported", RESOURCE, area_code=row.area_code, row_uid=row.uid,
                         note=f"填入收表“{wish.collection.title}”，完整号码 {opened} 个")  # fmt: skip
    return row


def prefilled(of: TableReturn, wish: Asked, by: Actor, *, today: date) -> list[Any]:
    """What the registers know for this community's part, in the eyes of the one who fills it."""
    choices = [
        TableChoice(each.register, each.filters, of.area_code, each.order, each.columns) for each in wish.choices
    ]
    with acting_as(by):
        return filled_tables(
            wish.tables, choices, by, today=today, drop_downs=blank_files.drop_downs(wish.blank, wish.tables),
            permission="read",
        )  # fmt: skip


def save(of: TableReturn, changes: editing.Changes, wish: Asked, *, version: int, by: Actor) -> TableReturn:
    """Keep what was typed on the page. Raises ContentIsStale, StepRefused, NotPermitted."""
    _require_fill(of, by)
    with step_on(of, "save", by, version=version) as (_, row):
        content = draft_of(row)
        if not content:
            raise StepRefused("请先点“开始填报”，再改表里的内容。")
        _keep(row, editing.changed(content, changes, wish.tables), by)
        row.source = ""
    return row


def upload(of: TableReturn, data: bytes, file_name: str, wish: Asked, *, by: Actor) -> list[Finding]:
    """Take the community's own Excel as the draft; what was found in it. Raises FileIsRefused, StepRefused."""
    _require_fill(of, by)
    blank_files.refuse_large(data)
    read = read_returns(sheets.read(data), wish.tables)
    if not read:
        raise FileIsRefused("这个文件不是要填的那张表，列名对不上。请下载这里的表，填好后再上传。")
    if len(read) > 1:
        mine = [each for each in read if each.row_count]
        if len(mine) != 1:
            raise FileIsRefused("这个文件里有几张同样的表，不知道要哪一张。请只留您这一张，另存后再上传。")
        read = mine
    with step_on(of, "save", by) as (_, row):
        content = editing.with_hidden_numbers(read[0].content, draft_of(row), wish.tables)
        _keep(row, content, by)
        row.source, row.totals = file_name[-120:], [_keys_as_text(each) for each in read[0].totals]
    return read[0].findings


def hand_in(of: TableReturn, wish: Asked, *, version: int, by: Actor, today: date) -> ReturnVersion:
    """上报: what stands in the draft becomes the next version. Raises StepRefused, NotPermitted."""
    if not may_hand_in(by, of):
        raise NotPermitted("上报由社区书记来做；您填好后请书记打开这张表上报。")
    with step_on(of, "hand_in", by, version=version) as (session, row):
        content = draft_of(row)
        if not content:
            raise StepRefused("这张表还没有开始填。请先点“开始填报”。")
        wrong = checks.faults(wish.tables, wish.choices, content, today=today)
        if wrong:
            raise StepRefused(f"还有 {len(wrong)} 处填得不对，在表里标红了。改好以后再上报。")
        made = freeze(session, row, content, by=by, totals=row.totals, source=row.source)
        note_step(session, row, "hand_in")
    return made


def freeze(
    session: Session, row: TableReturn, content: Content, *, by: Actor, totals: Sequence[Any], source: str
) -> ReturnVersion:
    """Make content the version that counts; in the caller's transaction."""
    last = session.execute(
        select(ReturnVersion.number)
        .where(ReturnVersion.return_id == row.id)
        .order_by(ReturnVersion.number.desc())
        .limit(1)
    ).scalar()
    uid, moment = secrets.token_hex(16), utc_now()
    row.number = (last or 0) + 1
    row.handed_in_at, row.handed_in_by, row.reason = moment, by.name, ""
    row.content_box = contents.seal(content, table=TableReturn.__tablename__, uid=row.uid)
    row.totals, row.source = list(totals), source[-120:]
    made = ReturnVersion(
        uid=uid, return_id=row.id, area_code=row.area_code, number=row.number, totals=list(totals), source=source[-120:],
        content_box=contents.seal(content, table=ReturnVersion.__tablename__, uid=uid), at=moment, by_id=by.user_id,
        by_name=by.name, row_count=sum(len(each.cells) for each in content),
    )  # fmt: skip
    session.add(made)
    audit.record("submitted", RESOURCE, area_code=row.area_code, row_uid=row.uid, note=f"第 {row.number} 稿")
    return made


def give_back(of: TableReturn, *, reason: str, by: Actor) -> TableReturn:
    """退回, with the reason the community reads. Raises StepRefused, NotPermitted."""
    if not may_review(by, of):
        raise NotPermitted("退回由收表的街道来做。")
    words = check_reason(reason)
    with step_on(of, "give_back", by) as (session, row):
        row.reason = words
        note_step(session, row, "give_back", reason=words)
        audit.record("returned", RESOURCE, area_code=row.area_code, row_uid=row.uid, note=words)
    return row


def go_back(of: TableReturn, number: int, *, by: Actor) -> ReturnVersion:
    """Make an earlier version count again, as a new one. Raises StepRefused, NotPermitted."""
    if not may_review(by, of):
        raise NotPermitted("恢复以前的一稿由收表的街道来做。")
    with acting_as(by):
        old = version_of(of, number)
    if old is None:
        raise StepRefused("没有这一稿，请刷新页面再看。")
    with step_on(of, "go_back", by) as (session, row):
        made = freeze(session, row, content_of(old), by=by, totals=old.totals, source=old.source)
        note_step(session, row, "go_back", reason=f"恢复第 {number} 稿")
    return made


@contextmanager
def step_on(
    of: TableReturn, action: Step, by: Actor, *, version: int | None = None
) -> Iterator[tuple[Session, TableReturn]]:
    """One step on a return: state checked first, set last, one transaction."""
    try:
        with acting_as(by), writing() as session:
            row = session.execute(
                select(TableReturn)
                .where(TableReturn.id == of.id)
                .with_for_update()
                .execution_options(populate_existing=True)
            ).scalar()
            if row is None:
                raise NotPermitted("这张表不在您负责的范围内。")
            if version is not None and row.version != version:
                raise ContentIsStale(_CHANGED_MEANWHILE)
            _refuse_closed(session, row)
            state = next_state(row.state, action)
            yield session, row
            row.state = state
    except (StaleDataError, IntegrityError) as clash:
        raise ContentIsStale(_CHANGED_MEANWHILE) from clash


def _refuse_closed(session: Session, row: TableReturn) -> None:
    of = session.get(Collection, row.collection_id)
    if of is not None and of.is_closed:
        raise StepRefused("这次收表已经结束。要再报请先请街道重新打开。")


def _keep(row: TableReturn, content: Content, by: Actor) -> None:
    row.content_box = contents.seal(content, table=TableReturn.__tablename__, uid=row.uid)
    row.changed_at, row.changed_by = utc_now(), by.name
    row.totals = []


def _require_fill(of: TableReturn, by: Actor) -> None:
    if not may_fill(by, of):
        raise NotPermitted(f"{name_of(of.area_code)}的表由社区自己填写，您的岗位不能替它填。")


def note_step(session: Session, row: TableReturn, action: Step, *, reason: str = "") -> None:
    """Write a step down."""
    actor = current_actor()
    session.add(
        ReturnStep(
            return_id=row.id, area_code=row.area_code, action=action, number=row.number, reason=reason, at=utc_now(),
            by_id=actor.user_id, by_name=actor.name,
        )
    )  # fmt: skip


def _keys_as_text(totals: Mapping[int, float]) -> dict[str, float]:
    return {str(position): value for position, value in totals.items()}
