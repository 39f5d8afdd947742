"""Writing rule books: drafts, parts of a draft, and publishing, which closes the version before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from app.clock import utc_now
from app.database.transactions import writing
from app.files.queries import attachments_of
from app.periods.queries import refuse_if_final
from app.points.books.checking import faults
from app.points.books.models import DRAFT, PUBLISHED, PointsBook
from app.points.books.queries import next_number
from app.points.books.rows import book_of, set_content
from app.points.books.rules import Book, BookRefused
from app.points.books.shipped import add_rules
from app.points.models import PointsEntry, PointsRule
from app.security.actor import Actor, NotPermitted, acting_as
from app.security.beyond import beyond_scope


def add_draft(book: Book, *, area_code: str, by: Actor) -> PointsBook:
    """Keep a book as a draft, the next version of its key in the area. Raises NotPermitted."""
    _require(area_code, by)
    with acting_as(by), writing() as session:
        row = PointsBook(area_code=area_code, number=next_number(area_code, book.key), state=DRAFT)
        set_content(row, replace(book, valid_to=None))
        session.add(row)
        session.flush()
    return row


def change_draft(row: PointsBook, edit: Callable[[Book], Book], *, seen: int | None = None, by: Actor) -> None:
    """Put what `edit` makes of a draft in its place. `seen` is the version (`PointsBook.version`) the change began from.

    Raises BookRefused where the version is no draft, where somebody else saved meanwhile, and what `edit` raises;
    NotPermitted."""
    _require(row.area_code, by)
    if row.state != DRAFT:
        raise BookRefused("已经启用的版本不能改。请先由它出一个新版本，在新版本里改。")
    with acting_as(by), writing() as session:
        session.refresh(row)
        if seen is not None and seen != row.version:
            raise BookRefused("您打开以后，别人改过这份草稿。下面是您填的，核对后再点保存，这一处就以您填的为准。")
        session.add(row)
        set_content(row, edit(book_of(row)))
        session.flush()


def delete_draft(row: PointsBook, *, by: Actor, now: datetime) -> None:
    """Take a draft away; a version that was in force stays for ever. Raises BookRefused, NotPermitted."""
    _require(row.area_code, by)
    if row.state != DRAFT:
        raise BookRefused("启用过的版本要留着，以前的月份才说得清，不能删除。")
    with acting_as(by), writing() as session:
        session.add(row)
        row.deleted_at = now
        session.flush()


def publish(row: PointsBook, *, on: date, by: Actor) -> None:
    """Put a draft in force from a day on; the version before ends the day before.

    Raises BookRefused for a book with faults, a ranking without its document, a day up to which entries were recorded
    under the version before, or codes of another book; MonthIsClosed; NotPermitted.
    """
    _require(row.area_code, by)
    if row.state != DRAFT:
        raise BookRefused("这个版本已经启用了。")
    refuse_if_final(row.area_code, on)
    book = replace(book_of(row), valid_from=on)
    for finding in faults(book):
        raise BookRefused(f"还不能启用。{finding.text}")
    if book.terms.is_ranked and not attachments_of("points_books", row.uid):
        raise BookRefused("还不能启用。细则开了排名，却没有上传要求排名的文件。请先上传，或关掉排名。")
    with acting_as(by), writing() as session, beyond_scope():
        old = session.execute(
            select(PointsBook)
            .where(PointsBook.area_code == row.area_code, PointsBook.key == row.key, PointsBook.state == PUBLISHED)
            .order_by(PointsBook.number.desc())
            .limit(1)
        ).scalar()
        if old is not None:
            _close(old, on)
        _refuse_taken_codes(row, book, on)
        row.state, row.published_at, row.published_by_name = PUBLISHED, utc_now(), by.name
        set_content(row, book)
        session.add(row)
        session.flush()
        add_rules(row, book)


def _close(old: PointsBook, on: date) -> None:
    """The version before ends the day before, with its rules. Raises BookRefused where entries stand on later days."""
    if on <= old.valid_from:
        raise BookRefused(f"第 {old.number} 版从 {old.valid_from} 起用，新版本要比它晚。")
    with writing() as session:
        ids = select(PointsRule.id).where(PointsRule.book_id == old.id)
        last = session.execute(select(func.max(PointsEntry.on)).where(PointsEntry.rule_id.in_(ids))).scalar()
        if last is not None and last >= on:
            raise BookRefused(
                f"{last} 还按第 {old.number} 版记过积分，新版本最早从 {last + timedelta(1)} 起用，以前的才说得清。"
            )
        old.valid_to = on - timedelta(1)
        for rule in session.execute(select(PointsRule).where(PointsRule.book_id == old.id)).scalars():
            if rule.valid_to is None or rule.valid_to >= on:
                rule.valid_to = on - timedelta(1)
        session.flush()


def _refuse_taken_codes(row: PointsBook, book: Book, on: date) -> None:
    codes = [rule.code for _group, rule in book.rules()]
    with writing() as session:
        statement = select(PointsRule.code).where(
            PointsRule.area_code == row.area_code, PointsRule.code.in_(codes), PointsRule.deleted_at.is_(None),
            PointsRule.valid_to.is_(None) | (PointsRule.valid_to >= on),
        )  # fmt: skip
        taken = sorted(set(session.execute(statement).scalars()))
    if taken:
        raise BookRefused(f"编号 {'、'.join(taken[:5])} 在另一本细则里还用着，请换编号，或先停用那一条。")


def _require(area_code: str, by: Actor) -> None:
    if not by.covers("points_rules", "write", area_code):
        raise NotPermitted("积分细则由街道或网格中心来管，您的岗位不能改。")
