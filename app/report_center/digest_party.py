"""党建引领 in the 月报: the books of members as figures, of an area and of each area below."""

from __future__ import annotations

from collections.abc import Sequence

from app.periods.rules import Period
from app.report_center.counting import Number
from app.report_center.party_balance import REGISTERED, RULE, PartyBooks, read_books
from reports.contents.figures import Figure

IN_RULE = "本期转入、发展、恢复的在册党员"
OUT_RULE = "本期转出、出党、停止党籍、去世等的在册党员"
ROSTERS = (("reporting", "在职报到党员", "在职报到"), ("floating_in", "流入党员", "流入"))


def _figures(books: PartyBooks, period: Period) -> list[Figure]:
    year = period.same_last_year()
    so_far = Period(*period.year_to_date(), "year")
    now, past, then = (books.whole(REGISTERED, each) for each in (period, period.previous(), year))
    total = books.whole(REGISTERED, so_far) if so_far.first != period.first else None
    found = [
        Figure("party_members", "在册党员", now.closing, RULE, "名", now.opening, "stock", last_year=then.closing),
        Figure("party_members_in", "增加党员", now.increase, IN_RULE, "名", past.increase, last_year=then.increase,
               to_date=total.increase if total else None),
        Figure("party_members_out", "减少党员", now.decrease, OUT_RULE, "名", past.decrease, last_year=then.decrease,
               to_date=total.decrease if total else None),
    ]  # fmt: skip
    if now.unexplained:
        rule = "在册党员的增减里，没有登记党员变动的人数；请补登变动"
        found.append(Figure("party_members_open", "未登记变动的增减", now.unexplained, rule, "名", past.unexplained))
    for roster, label, word in ROSTERS:
        balance, before = books.whole(roster, period), books.whole(roster, year)
        rule = f"期末“{word}”名册里的党员，与在册党员不相加"
        found.append(
            Figure(f"party_{roster}", label, balance.closing, rule, "名", balance.opening, "stock",
                   last_year=before.closing)
        )  # fmt: skip
    return found


def _values(books: PartyBooks, code: str, period: Period) -> list[Number]:
    balance = books.of(code, REGISTERED, period)
    values: list[Number] = [balance.closing, balance.increase, balance.decrease]
    if books.whole(REGISTERED, period).unexplained:
        values.append(balance.unexplained)
    return values + [books.of(code, roster, period).closing for roster, _label, _word in ROSTERS]


def member_figures(
    code: str, lines: Sequence[str], period: Period, *, digits: int
) -> list[tuple[Figure, tuple[Number | None, ...]]]:
    """Each figure of the books with its values of the areas below (codes in `lines`); [] where nobody is registered."""
    books = read_books(code, digits=digits)
    if books.is_empty:
        return []
    rows = [_values(books, below, period) for below in lines]
    return [(figure, tuple(row[place] for row in rows)) for place, figure in enumerate(_figures(books, period))]
