"""Rules of events: which states count as what, what is late, what two reports have in common. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from app.fields.limits import LimitRefused, read_limit
from app.fields.sentence import Sentence

OWN, UPSTREAM = "own", "upstream"
"""Where the official flow of an event runs: here, or on the platform it was imported from."""
ORDER = "event_order"
"""Paper of one event."""
FILED = ("accepted", "assigned", "handling", "handled", "closed")
"""States of an event that was taken on (立案)."""
DISPATCHED = ("assigned", "handling", "handled", "closed")
DONE = ("handled", "closed")
GONE = ("void", "merged")
"""Not true, or told already: no case of its own."""
VISIT, VISITED = "satisfaction", ("satisfied", "fair", "dissatisfied")
"""Column that a return visit fills, and what counts as reached."""
REPEAT_DAYS = 30
"""The same kind of thing at the same place within so many days is a 重复发案."""
INTERNAL_SHARE = 0.8
"""An imported ticket is due here when so much of its official time is used, so that a reply can still be mended."""
MOST_KEY, LONGEST_NAME = 60, 40

LEVELS = ("grid", "community", "street", "district")
"""办理层级, the lowest first: 小事不出网格、大事不出社区、难事不出街道 (西峰)."""

_NOISE = re.compile(r"[\s，。、,.;；:：（）()【】\[\]\-—_/]+")


def place_key(location: str | None) -> str | None:
    """What of a written place is compared: no spaces, no signs, digits as they are; None for nothing."""
    text = _NOISE.sub("", location or "")
    return text[:MOST_KEY] or None


def check_event(values: Mapping[str, Any], today: date) -> Iterator[tuple[str, str]]:
    """One event: its moments in order, its own main case never itself."""
    reported, due, closed = values.get("reported_at"), values.get("due_at"), values.get("closed_at")
    if reported and reported.date() > today + timedelta(days=1):
        yield "reported_at", "上报时间还没到，请核对。"
    if reported and closed and closed < reported:
        yield "closed_at", "办结时间早于上报时间，请核对。"
    if reported and due and due < reported:
        yield "due_at", "办结时限早于上报时间，请核对。"
    if values.get("handling") == UPSTREAM and not values.get("number"):
        yield "number", "上级平台的工单要有工单号，再次导入时靠它对上。"


def check_category(values: Mapping[str, Any], _today: date) -> Iterator[tuple[str, str]]:
    """One 小类: a limit that can be read."""
    text = values.get("time_limit")
    if text:
        try:
            read_limit(str(text))
        except LimitRefused as refusal:
            yield "time_limit", str(refusal)


def internal_due(reported_at: datetime | None, due_at: datetime | None) -> datetime | None:
    """When an imported ticket is due here, before its official deadline; None where it has none."""
    if due_at is None:
        return None
    if reported_at is None or due_at <= reported_at:
        return due_at
    return reported_at + (due_at - reported_at) * INTERNAL_SHARE


Lamp = Literal["", "期内", "快到总时限", "超总时限"]
"""Of the whole matter; beside it a list shows the lamp of the step it is in."""
LAMP_TONES: Mapping[str, str] = {"期内": "green", "快到总时限": "amber", "超总时限": "red"}


def lamp(state: str | None, internal: date | None, official: date | None, today: date) -> Lamp:
    """The lamp of an event by its deadlines; '' where it is done or none runs."""
    if state in DONE or state in GONE or official is None:
        return ""
    if today > official:
        return "超总时限"
    return "快到总时限" if today >= (internal or official) else "期内"


def named_by_content(rows: Iterable[Any]) -> Iterator[Any]:
    """Records of a workbook that says what happened in one long column only: its beginning names the event."""
    for row in rows:
        content = row.values.get("content")
        if content and not row.values.get("name"):
            row.values["name"] = name_from(str(content))
        yield row


def name_from(content: str) -> str:
    """What an event is called of which only the content is known: its first line, cut."""
    return content.strip().split("\n")[0][:LONGEST_NAME]


@dataclass(frozen=True, slots=True)
class Came:
    """What follows from the state an imported ticket is in."""

    is_filed: bool
    dispatch_count: int
    handled_at: datetime | None
    closed_at: datetime | None
    is_on_time: bool | None


def came(state: str | None, *, closed_at: datetime | None, due_at: datetime | None, has_unit: bool) -> Came:
    """An imported ticket as figures count it: there is no step here, only what the platform says."""
    done = closed_at if state in DONE else None
    return Came(
        is_filed=state in FILED, dispatch_count=int(state in DISPATCHED or (has_unit and state in FILED)),
        handled_at=done, closed_at=closed_at if state == "closed" else None,
        is_on_time=was_on_time(done, due_at) if state == "closed" else None,
    )  # fmt: skip


COUNTED_BY_FLOW: Mapping[str, Sentence] = {
    "due_at": Sentence("办结时限由流程按小类算，不能直接改。要延期，请用“办理”里的按钮。"),
    "closed_at": Sentence("办结时间由办结的那一步记下，不能直接改。办错了，请用“办理”里的按钮退回或重开。"),
    "satisfaction": Sentence("满意度在回访时记，不能直接改。请用“办理”里的回访按钮，回访的人和日子一起留下。"),
}
"""Columns that nobody types over once a flow counts them, with what is said instead."""


def is_same_on_a_form(one: Any, other: Any) -> bool:
    """Whether two values are the same where moments show no seconds."""
    first, second = (
        each.replace(second=0, microsecond=0) if isinstance(each, datetime) else each or None for each in (one, other)
    )
    return bool(first == second)


def condition_for(before: str, after: str) -> str:
    """Which condition of a 小类 a step between two states goes by (column of the category); '' for none."""
    if before in DONE or after in DONE:
        return "closing_rule"
    return "filing_rule" if before not in FILED else ""


def was_on_time(handled_at: datetime | None, due_at: datetime | None) -> bool | None:
    """Whether it was handled within its limit; None where either is not known."""
    return handled_at <= due_at if handled_at is not None and due_at is not None else None


def state_of_word(word: str | None, known: Mapping[str, str]) -> str | None:
    """Our state for what a platform calls it: as the office said, else None (then it is asked)."""
    return known.get((word or "").strip())


@dataclass(frozen=True, slots=True)
class Moved:
    """One step of a flow as figures count it: the mirrored state before and after."""

    before: str
    after: str
    is_return: bool


def is_rework(step: Moved) -> bool:
    """核查不通过, 退回重办, 不满意重办: back from handled."""
    return step.is_return and step.before in DONE


def is_refused(step: Moved) -> bool:
    """退单: the unit sends back what was dispatched to it."""
    return step.is_return and step.before in ("assigned", "handling")


def is_dispatch(step: Moved) -> bool:
    """分拨, 派单: it gets to whoever is to handle it."""
    return not step.is_return and step.before in ("reported", "accepted") and step.after in ("assigned", "handling")


def level_of(digits: int, *, community: int, street: int) -> str:
    """The level of whoever handles it, by how long the code of his area is."""
    if digits > community:
        return "grid"
    if digits == community:
        return "community"
    return "street" if digits >= street else "district"


def risen(level: str | None, to: str) -> str:
    """The level after something reached `to`: it goes up and never down again. An unknown one counts as the lowest."""
    return max(level or to, to, key=lambda each: LEVELS.index(each) if each in LEVELS else -1)


def told_as(step: Moved, *, handles: bool, visits: bool) -> str:
    """What others are told of a step (keys of app.outbox.rules.KINDS); '' for a step of the house's own."""
    if step.after in GONE and step.before not in GONE:
        return f"event.{step.after}"
    if is_rework(step) or is_refused(step):
        return "event.returned"
    if step.before == "closed" and step.after != "closed":
        return "event.reopened"
    if step.after == "closed" and step.before != "closed":
        return "event.closed"
    if visits:
        return "event.visited"
    if is_dispatch(step):
        return "event.dispatched"
    if handles:
        return "event.handled"
    return "event.accepted" if step.before == "reported" and step.after == "accepted" else ""
