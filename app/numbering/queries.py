"""Reading numbers that were given, and proving that none is missing."""

from __future__ import annotations

from sqlalchemy import and_, func, select

from app.extensions import db
from app.numbering.models import IssuedNumber, NumberCounter
from app.security.beyond import beyond_scope


def number_of(record_kind: str, record_uid: str) -> str:
    """The number of a record that counts (the newest, if it got several); "" where it has none.

    Asked for by rooms that hold the record already, so it is not cut to the actor's scope.
    """
    statement = (
        select(IssuedNumber.text)
        .where(
            IssuedNumber.record_kind == record_kind,
            IssuedNumber.record_uid == record_uid,
            IssuedNumber.void_reason == "",
        )
        .order_by(IssuedNumber.id.desc())
        .limit(1)
    )
    with beyond_scope():
        return db.session.execute(statement).scalar() or ""


def numbers_of_year(series: str, year: int, *, word: str = "") -> list[IssuedNumber]:
    """The register of numbers (发文登记) the actor may see, in order, void ones included."""
    statement = (
        select(IssuedNumber)
        .where(IssuedNumber.series == series, IssuedNumber.year == year, IssuedNumber.word == word)
        .order_by(IssuedNumber.area_code, IssuedNumber.number)
    )
    return list(db.session.execute(statement).scalars())


def faults() -> list[str]:
    """Counters that do not agree with the numbers given, in words (for `verify`)."""
    same = and_(
        IssuedNumber.area_code == NumberCounter.area_code,
        IssuedNumber.series == NumberCounter.series,
        IssuedNumber.word == NumberCounter.word,
        IssuedNumber.year == NumberCounter.year,
    )
    statement = (
        select(
            NumberCounter,
            func.count(IssuedNumber.id),
            func.min(IssuedNumber.number),
            func.max(IssuedNumber.number),
        )
        .outerjoin(IssuedNumber, same)
        .group_by(NumberCounter.id)
        .order_by(NumberCounter.id)
    )
    found = []
    with beyond_scope():
        for counter, count, lowest, highest in db.session.execute(statement).all():
            expected = counter.last - counter.first + 1
            if count != expected or (count and (lowest, highest) != (counter.first, counter.last)):
                where = f"{counter.area_code} {counter.series} {counter.word} {counter.year or ''}".replace("  ", " ")
                found.append(f"编号 {where.strip()}：应有 {expected} 个，登记了 {count} 个")
    return found
