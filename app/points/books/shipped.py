"""Rule books out of fixtures/books: read, checked, and put in as first version where an area has none of that name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import yaml
from sqlalchemy import select

from app.clock import utc_now
from app.database.transactions import writing
from app.lowcode.register import register
from app.lowcode.service import apply
from app.points.books.checking import faults
from app.points.books.models import PUBLISHED, PointsBook
from app.points.books.reading import read_book_data
from app.points.books.rows import into_the_book, row_values, set_content
from app.points.books.rules import Book, BookRefused
from app.points.models import PointsRule
from app.settings.profile import Profile

FOLDER = Path(__file__).resolve().parents[3] / "fixtures" / "books"


def known_books(folder: Path = FOLDER) -> tuple[str, ...]:
    """Keys of the books there are."""
    return tuple(sorted(path.stem for path in folder.glob("*.yaml")))


def read_text(text: str, *, source: str) -> Book:
    """A book out of YAML text. Raises BookRefused naming what cannot be read."""
    try:
        data = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError):
        raise BookRefused(f"{source}：文件写法有误，不能读取。") from None
    return read_book_data(data, source=source)


def read_book(key: str, folder: Path = FOLDER) -> Book:
    """A shipped book without fault. Raises BookRefused naming what is wrong."""
    if key not in known_books(folder):
        raise BookRefused(f"没有名为“{key[:40]}”的积分细则。可以用的有：{'、'.join(known_books(folder))}。")
    try:
        text = (folder / f"{key}.yaml").read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise BookRefused(f"积分细则 {key}：文件写法有误，不能读取。") from None
    book = read_text(text, source=f"积分细则 {key}")
    for finding in faults(book):
        raise BookRefused(f"积分细则 {key}，{finding.text}")
    return book


def load_books(keys: Iterable[str], *, area_code: str, folder: Path = FOLDER) -> int:
    """Put books into an area, each as version 1 in force from its own first day; how many rules were added.

    A book that the area has in any version stays as the office made it, and none is put beside another that uses the
    same codes. Rules that were written down before there were books (same code, same first day) join the book with what
    the office changed in them. Raises BookRefused.
    """
    books = [read_book(key, folder) for key in keys]
    with writing():
        known = keys_of(area_code)
        return sum(
            _load(book, area_code) for book in books if book.key not in known and not _codes_taken(book, area_code)
        )


def _codes_taken(book: Book, area_code: str) -> bool:
    codes = [rule.code for _group, rule in book.rules()]
    with writing() as session:
        statement = select(PointsRule.id).where(
            PointsRule.area_code == area_code, PointsRule.book_id.is_not(None), PointsRule.code.in_(codes)
        )
        return session.execute(statement.limit(1)).first() is not None


def _load(book: Book, area_code: str) -> int:
    with writing() as session:
        row = PointsBook(
            area_code=area_code, number=1, state=PUBLISHED, published_at=utc_now(), published_by_name="随系统提供",
        )  # fmt: skip
        set_content(row, book)
        session.add(row)
        session.flush()
        own = PointsRule.area_code == area_code
        written = {
            (rule.code, rule.valid_from): rule for rule in session.execute(select(PointsRule).where(own)).scalars()
        }
        made = add_rules(row, book, list(written))
        for _group, rule in book.rules():
            old = written.get((rule.code, rule.valid_from or book.valid_from))
            if old is not None:
                old.book_id = row.id
                into_the_book(old, is_used=False)
        session.flush()
        return made


def add_rules(row: PointsBook, book: Book, written: Sequence[tuple[str, object]] = ()) -> int:
    """Write the rules of a version into the register; those of `written` (code, first day) are there already."""
    reg = register("points_rules")
    with writing() as session:
        missing = [
            values
            for values in (row_values(book, group, rule) for group, rule in book.rules())
            if (values["code"], values["valid_from"]) not in written
        ]
        for values in missing:
            rule = apply(reg, None, values | {"area": row.area_code})
            rule.book_id = row.id
            session.add(rule)
        session.flush()
        return len(missing)


def load_books_of(of: Profile) -> None:
    """The profile's part of `init`. An office that works by another book keeps to it. Raises BookRefused."""
    if not keys_of(of.top_code) - set(of.books):
        load_books(of.books, area_code=of.top_code)


def keys_of(area_code: str) -> set[str]:
    """Books an area has in any version."""
    with writing() as session:
        return set(session.execute(select(PointsBook.key).where(PointsBook.area_code == area_code)).scalars())
