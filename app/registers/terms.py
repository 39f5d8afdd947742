"""换届: in what state a term of office is on a day, and what is said about it; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from app.fields.age import months_after, years_after
from app.fields.sentence import Sentence
from app.registers.rules import Finding, in_order

State = Literal["in_term", "soon", "expired", "extended", "none"]

REMIND_MONTHS = 6
"""届满前六个月提醒: the notice practice of party branches and of owners' committees alike."""

TONES: Mapping[str, str] = {"soon": "amber", "expired": "red", "extended": "amber", "in_term": "green"}
"""Colours of the states; the label always says the same."""


@dataclass(frozen=True, slots=True)
class Term:
    """One term of office: its last day, and until when a higher body let it go on (延期批复)."""

    ends_on: date | None
    extended_to: date | None = None

    @property
    def last_day(self) -> date | None:
        """The last day on which the body sits by right."""
        if self.ends_on is None or self.extended_to is None:
            return self.ends_on
        return max(self.ends_on, self.extended_to)


def state_of(term: Term, today: date) -> State:
    """`expired` the day after the last day; `extended` between the first end and the extended one; `soon` from the
    day six months before; `none` where no end is known.
    """
    last = term.last_day
    if term.ends_on is None or last is None:
        return "none"
    if today > last:
        return "expired"
    if today > term.ends_on:
        return "extended"
    return "soon" if today >= months_after(last, -REMIND_MONTHS) else "in_term"


def latest_due(today: date) -> date:
    """The last end of a term that is reminded of on a day; the bound of a database query."""
    return months_after(today, REMIND_MONTHS) + timedelta(days=3)  # months differ in length by three days at most


def is_due(term: Term, today: date) -> bool:
    """Whether somebody should be reminded."""
    return state_of(term, today) in ("soon", "expired", "extended")


def sentence(term: Term, today: date) -> Sentence:
    """What a to-do says about it; "" while nothing is due."""
    state, last = state_of(term, today), term.last_day
    if state == "expired":
        return Sentence("%(day)s 任期届满，还没有换届。请换届，或报上级批准延期。", day=last)
    if state == "extended":
        return Sentence("已批准延期到 %(day)s，请在这之前完成换届。", day=last)
    return Sentence("%(day)s 任期届满，请着手准备换届。", day=last) if state == "soon" else Sentence()


def end_of(began_on: date | None, years: int | None) -> date | None:
    """The last day of a term of so many years, as offices count it: the same day of the last year."""
    return years_after(began_on, years) if began_on and years else None


def days_in_order(values: Mapping[str, Any]) -> Iterator[Finding]:
    """Election before end, end before extended end; an extension names the paper that allowed it."""
    yield from in_order(values, "elected_on", "term_ends_on", labels=("换届日期", "届满日期"), same_day=False)
    yield from in_order(values, "term_ends_on", "extended_to", labels=("届满日期", "延期至"), same_day=False)
    if values.get("extended_to") and not values.get("term_ends_on"):
        yield "term_ends_on", "填了“延期至”，请把原来的“届满日期”也填上。"
    if values.get("extended_to") and not values.get("extension_paper"):
        yield "extension_paper", "延期要有上级批复，请填批复文号。"
