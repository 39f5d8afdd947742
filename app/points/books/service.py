"""Writing rule books: drafts, one rule of a draft, and publishing, which closes the version before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import func, select

from app.clock import utc_now
from app.database.transactions import writing
from app.files.queries import attachments_of
from app.periods.queries import refuse_if_final
from app.points.books.checking import faults
from app.points.books.models import DRAFT, PUBLISHED, PointsBook
from app.points.books.queries import next_number
from app.points.books.rows import book_of, set_content
from app.points.books.rules import Book, BookRefused, BookRule, Group
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


def change_rule(row: PointsBook, code: str, *, group_name: str, rule: BookRule | None, by: Actor) -> None:
    """Put a rule in the place of the one with `code` ('' adds), or take it out (rule None). Raises BookRefused where
    the version is no draft or the code is taken, NotPermitted."""
    _require(row.area_code, by)
    if row.state != DRAFT:
        raise BookRefused("已经启用的版本不能改。请先由它出一个新版本，在新版本里改。")
    book = book_of(row)
    if rule is not None and rule.code != code and book.find(rule.code) is not None:
        raise BookRefused(f"编号 {rule.code} 已经用了，每条规则的编号要不同。")
    groups = [_without(group, code, rule if group.name == group_name else None) for group in book.groups]
    if rule is not None and not any(rule in group.rules for group in groups):
        groups = [replace(g, rules=(*g.rules, rule)) if g.name == group_name else g for g in groups]
    if rule is not None and group_name not in {group.name for group in groups}:
        groups.append(Group(name=group_name, rules=(rule,)))
    with acting_as(by), writing() as session:
        session.add(row)
        set_content(row, replace(book, groups=tuple(groups)))
        session.flush()


def _without(group: Group, code: str, instead: BookRule | None) -> Group:
    """The group without the rule of a code; with `instead` in its place where it stood here."""
    kept = ((instead if rule.code == code else rule) for rule in group.rules)
    return replace(group, rules=tuple(rule for rule in kept if rule is not None))


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
