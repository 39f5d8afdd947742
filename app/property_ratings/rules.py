"""Rules of ratings: what a row scores, which rating counts for a period, which colour each of a series has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from reports.contents.property_ratings import COLOURS, FULL, Colour, Deduction, Rated, colour_of


def check(values: Mapping[str, Any], today: date) -> Iterator[tuple[str, str]]:  # noqa: ARG001
    """A bonus does not lift a score over the full one by itself."""
    bonus = values.get("bonus")
    if bonus is not None and bonus > FULL:
        yield "bonus", f"加分不能超过 {FULL} 分，请核对。"


def vetoes_of(text: str | None) -> tuple[str, ...]:
    """安全事故、拒不整改 → its parts."""
    return tuple(
        part.strip() for part in (text or "").replace("，", "、").replace("；", "、").split("、") if part.strip()
    )


def scored(row: Any, *, company: str = "", estate: str = "", area: str = "", before: Sequence[str] = ()) -> Rated:
    """A row (`deduction_rows`, `bonus`, `vetoes`) as the paper takes it; `before` are the colours of earlier ratings."""
    return Rated(
        company, estate, area,
        tuple(
            Deduction(line.item, line.points, line.evidence or "", line.mend_by, line.is_mended)
            for line in row.deduction_rows
        ),
        row.bonus or Decimal(0),
        vetoes_of(row.vetoes),
        tuple(_colour(each) for each in before if each in COLOURS),
    )  # fmt: skip


def _colour(text: str) -> Colour:
    return next(colour for colour in COLOURS if colour == text)


def colours(rows: Iterable[Any]) -> list[Colour]:
    """The colour of each rating of one company in one compound, given in the order of their days."""
    found: list[Colour] = []
    for row in rows:
        found.append(colour_of(scored(row, before=found))[0])
    return found


def rectification_state(row: Any, today: date) -> str:
    """已撤销, 已销号 once checked, 待复查 once mended, else 整改中 or 已超期."""
    if row.withdrawn:
        return "已撤销"
    if row.checked_on is not None:
        return "已销号"
    if row.mended_on is not None:
        return "待复查"
    return "已超期" if row.due_on is not None and row.due_on < today else "整改中"


def latest(rows: Iterable[Any]) -> list[Any]:
    """Of several ratings of one company in one compound within a period the last one counts; rows come by day."""
    return list({(row.company_id, row.compound_id): row for row in rows}.values())
