"""Checks that several rosters share: days in order, what an ID number says, and how full a roster is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from app.fields.age import full_years
from app.fields.identity import birth_of, disagreements

Finding = tuple[str, str]
"""A column's name and the sentence about it."""


def in_order(
    values: Mapping[str, Any], earlier: str, later: str, *, labels: tuple[str, str], same_day: bool = True
) -> Iterator[Finding]:
    """The later day does not lie before the earlier one; equal days pass unless `same_day` is False."""
    first, second = values.get(earlier), values.get(later)
    if first is None or second is None:
        return
    if second < first or (second == first and not same_day):
        yield later, f"“{labels[1]}”（{second}）早于“{labels[0]}”（{first}），请核对。"


def not_ahead(values: Mapping[str, Any], today: date, **labels: str) -> Iterator[Finding]:
    """Days that must have come: `not_ahead(values, today, joined_on="入党时间")`."""
    for name, label in labels.items():
        day = values.get(name)
        if day is not None and day > today:
            yield name, f"“{label}”还没有到（{day}），请核对年份。"


def agrees_with_id(values: Mapping[str, Any], *, born: str = "born_on", sex: str = "sex") -> Iterator[Finding]:
    """出生日期 and 性别 say the same as the ID number, where both are filled."""
    number = values.get("id_number")
    if not number:
        return
    for column, arguments in (
        (born, {"born_on": values.get(born)}),
        (sex, {"sex_code": values.get(sex)}),
    ):
        for sentence in disagreements(number, **arguments):
            yield column, sentence


def birthday(values: Mapping[str, Any], *, born: str = "born_on") -> date | None:
    """The birthday typed, else the one in the ID number, else None."""
    return birth_of(values.get("id_number"), otherwise=values.get(born)) if not values.get(born) else values[born]


def age_at(values: Mapping[str, Any], day: date, *, born: str = "born_on") -> int | None:
    """Full years on `day`; None where the birthday is unknown or lies after it."""
    since = birthday(values, born=born)
    return full_years(since, day) if since is not None and since <= day else None


def not_more_than(values: Mapping[str, Any], part: str, whole: str, *, labels: tuple[str, str]) -> Iterator[Finding]:
    """A part does not exceed its whole (入住户数 of 总户数)."""
    small, large = values.get(part), values.get(whole)
    if small is not None and large is not None and small > large:
        yield part, f"“{labels[0]}”（{small}）多于“{labels[1]}”（{large}），请核对。"
