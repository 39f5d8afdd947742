"""Many figures of many areas at once: one statement for a period, however many communities there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import BigInteger, Select, Table, cast, func, literal, literal_column, select, union_all
from sqlalchemy import Integer as SomeInteger

from app.database.steady import standing_still, steady
from app.extensions import db
from app.lowcode.indicators import Indicator
from app.lowcode.register import register
from app.periods.rules import Period
from app.security.beyond import beyond_scope
from reports.document import ratio

Number = int | Decimal
Sums = dict[str, Number]
Rows = dict[str, tuple[Number, list[int]]]
Nature = Literal["stock", "flow", "now"]
ANY_MONTH = Period.of("month", date(2026, 10, 1))
"""Which tables a statement reads, and how it depends on its period, is the same for every month."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Numerators and denominators of one indicator by area code (as many digits as asked for)."""

    indicator: Indicator
    top: Sums = field(default_factory=dict)
    bottom: Sums = field(default_factory=dict)
    is_split: bool = True
    """False where the rows do not tell their area: only the whole is known then."""

    def whole(self) -> Number | None:
        """The figure of the whole area; None over a zero denominator."""
        return self._figure(sum(self.top.values()), sum(self.bottom.values()))

    def of(self, code: str) -> Number | None:
        """The figure of one area below; None over a zero denominator."""
        return self._figure(self.top.get(code, 0), self.bottom.get(code, 0))

    def _figure(self, top: Number, bottom: Number) -> Number | None:
        return top if self.indicator.denominator is None else ratio(top, bottom, self.indicator.places)


@dataclass(frozen=True, slots=True)
class _Together:
    """Figures already counted for all areas below `code`: by period and digits, then by indicator."""

    code: str
    known: dict[tuple[Period, int], dict[str, Counted]] = field(default_factory=dict)


_together: ContextVar[_Together | None] = ContextVar("counted_together", default=None)


@contextmanager
def counted_together(code: str) -> Iterator[None]:
    """Inside, figures of single areas below `code` are counted for all of them at once, and kept until the end.

    For one paper of each of many areas: 114 communities take as many statements as one. Rows must not change inside.
    """
    token = _together.set(_Together(code))
    try:
        with standing_still():
            yield
    finally:
        _together.reset(token)


def counted_with(code: str) -> str:
    """The larger area whose parts are counted together with `code`; '' where it is counted alone."""
    shared = _together.get()
    return shared.code if shared is not None and code != shared.code and code.startswith(shared.code) else ""


def count(indicators: Sequence[Indicator], code: str, period: Period, *, digits: int) -> dict[str, Counted]:
    """Each indicator in `code`, split by the first `digits` of the rows' area codes.

    Whole numbers go into one statement together; decimals and rows without an area take one each. Counted beyond the
    caller's scope: a paper says the same whoever prints it, and what may be read of it is decided before.
    """
    shared = _together.get()
    if shared is None or digits != len(code) or not counted_with(code):
        return _count(indicators, code, period, digits=digits)
    known = shared.known.setdefault((period, digits), {})
    if unknown := [each for each in indicators if each.name not in known]:
        known |= _count(unknown, shared.code, period, digits=digits)
    return {each.name: _cut_out(known[each.name], code, period) for each in indicators}


def _cut_out(counted: Counted, code: str, period: Period) -> Counted:
    """The figures of one area out of those of all."""
    if not counted.is_split:
        return Counted(counted.indicator, *_alone(counted.indicator, code, period), is_split=False)
    top, bottom = ({code: side[code]} if code in side else {} for side in (counted.top, counted.bottom))
    return Counted(counted.indicator, top, bottom)


def _count(indicators: Sequence[Indicator], code: str, period: Period, *, digits: int) -> dict[str, Counted]:
    found = {each.name: Counted(each) for each in indicators}
    parts: list[Select[Any]] = []
    with beyond_scope():
        for each in indicators:
            for side, statement in _sides(each, code, period):
                split = _with_area(statement)
                if split is None:
                    found[each.name] = Counted(each, *_alone(each, code, period), is_split=False)
                    break
                if _is_exact(statement):
                    getattr(found[each.name], side).update(_amounts(split, digits))
                else:
                    parts.append(_whole_numbers(split, f"{side}:{each.name}", digits))
        for key, area, number in db.session.execute(union_all(*parts)) if parts else ():
            side, _, name = key.partition(":")
            getattr(found[name], side)[area] = number
    return found


def split_rows(each: Indicator, code: str, period: Period, *, digits: int) -> tuple[Rows, Rows]:
    """Numerator and denominator of one indicator by area: the number, and the ids of the rows it is counted from.

    Rows that do not tell their area stand under `code`.
    """
    sides: dict[str, Rows] = {"top": {}, "bottom": {}}
    with beyond_scope():
        for side, statement in _sides(each, code, period):
            is_amount = len(statement.selected_columns) > 1
            split = _with_area(statement)
            for row in db.session.execute(statement if split is None else select(split)):
                area = code if split is None else row[-1][:digits]
                number, ids = sides[side].setdefault(area, (0, []))
                ids.append(row[0])
                sides[side][area] = (number + (_exact(row[1]) if is_amount else 1), ids)
    return sides["top"], sides["bottom"]


def _exact(amount: Any) -> Number:
    return amount if isinstance(amount, int | Decimal) else Decimal(str(amount or 0))


def _sides(each: Indicator, code: str, period: Period) -> Iterator[tuple[str, Select[Any]]]:
    yield "top", each.numerator((code,), period).order_by(None)
    if each.denominator is not None:
        yield "bottom", each.denominator((code,), period).order_by(None)


def _with_area(statement: Any) -> Any:
    """The statement with the area code of the table its ids come from; None where that is not to be had."""
    table = getattr(next(iter(statement.selected_columns)), "table", None)
    if not isinstance(statement, Select) or table is None or "area_code" not in table.c:
        return None
    return statement.add_columns(table.c.area_code.label("area_of_row")).subquery()


def _area(rows: Any, digits: int) -> Any:
    # Digits as a literal: PostgreSQL takes two bound parameters for two different expressions in GROUP BY. Whole codes
    # would lead SQLite to walk all rows in the order of their areas rather than those of the period.
    return func.substr(rows.c.area_of_row, 1, literal_column(str(int(digits))))


def _is_exact(statement: Any) -> bool:
    """Whether its amounts are decimals, whose type a UNION with whole numbers would lose."""
    columns = list(statement.selected_columns)
    return len(columns) > 1 and not isinstance(columns[1].type, SomeInteger)


def _whole_numbers(rows: Any, key: str, digits: int) -> Select[Any]:
    """How many rows, or the sum of whole amounts where they have one, by area."""
    area, amounts = _area(rows, digits), len(rows.c) > 2
    # PostgreSQL sums bigint as numeric; the figure is to stay a whole number.
    number = cast(func.coalesce(func.sum(rows.c[1]), 0), BigInteger) if amounts else func.count()
    return select(literal(key), area, number).select_from(rows).group_by(area)


def _amounts(rows: Any, digits: int) -> Iterator[tuple[str, Number]]:
    area = _area(rows, digits)
    for code, total in db.session.execute(select(area, func.coalesce(func.sum(rows.c[1]), 0)).group_by(area)):
        yield code, total if isinstance(total, int | Decimal) else Decimal(str(total))


def _alone(each: Indicator, code: str, period: Period) -> tuple[Sums, Sums]:
    figure = each.figure((code,), period)
    return {code: figure.numerator}, {code: figure.denominator} if figure.denominator is not None else {}


def with_source(indicators: Iterable[Indicator], code: str) -> list[Indicator]:
    """Those whose tables hold any row of the area at all: what was never kept is left out, not printed as zero.

    Asked are the table the rows come from and that of the indicator's own register (楼栋长到位率 counts buildings, but
    says nothing where nobody keeps 楼栋长).
    """
    needed = {each.name: _tables(each) for each in indicators}
    tables = list(dict.fromkeys(table for group in needed.values() for table in group))
    filled = _filled(tuple(tables), code)
    return [each for each in indicators if filled.issuperset(needed[each.name])]


@steady
def _filled(tables: tuple[Table, ...], code: str) -> frozenset[Table]:
    """Those of the tables that hold a row of the area."""
    if not tables:
        return frozenset()
    checks = [_has_row(table, code).label(f"t{number}") for number, table in enumerate(tables)]
    with beyond_scope():
        answers = db.session.execute(select(*checks)).one()
    return frozenset(table for table, is_there in zip(tables, answers, strict=True) if is_there)


@lru_cache(maxsize=512)
def _tables(each: Indicator) -> tuple[Table, ...]:
    found = []
    rows = getattr(next(iter(each.numerator(("1",), ANY_MONTH).selected_columns)), "table", None)
    # An alias or a part of a statement is not asked: it says nothing of what is kept.
    if isinstance(rows, Table) and "area_code" in rows.c:
        found.append(rows)
    with suppress(KeyError):
        found.append(register(each.resource).model.__table__)
    return tuple(dict.fromkeys(found))


def _has_row(table: Any, code: str) -> Any:
    low, high = code, code + "~"
    return select(table.c.area_code).where(table.c.area_code >= low, table.c.area_code < high).exists()


@lru_cache(maxsize=512)
def nature_of(each: Indicator) -> Nature:
    """How a figure depends on its period, read from its own statement.

    The same rows for another first day: a stock, what there is at the end. Other rows: a flow. The same rows for
    another period altogether: only the state of now is known, and nothing can be compared with the month before.
    """
    later, earlier = ANY_MONTH, ANY_MONTH.previous()
    stretched = Period(earlier.first, later.last, "month")
    asked = _parameters(each, later)
    if not each.has_history or asked == _parameters(each, earlier):
        return "now"
    return "stock" if asked == _parameters(each, stretched) else "flow"


def _parameters(each: Indicator, period: Period) -> list[tuple[str, dict[str, Any]]]:
    sides = (statement.compile() for _side, statement in _sides(each, "1", period))
    return [(str(side), dict(side.params)) for side in sides]
