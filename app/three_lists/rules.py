"""Rules of the three lists: when a project may be opened and closed, what its state makes of its needs, what fits."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from app.fields.sentence import Sentence
from app.periods.rules import Period

STARTED = ("open", "running", "paused", "accepting", "returned", "done", "closed")
"""States of a project that has been opened (立项): it has a lead unit."""
UNDER_WAY = ("open", "running", "paused", "accepting", "returned")
FINISHED = ("done", "closed")
ON_THE_WAY = ("open", "running", "accepting", "returned")
"""States in which a project owes a line of progress each month; one that is put off (暂缓) owes none."""
ASKED_FROM = 25
"""Day of a month from which its line is asked for; before that there is little to tell."""
LONGEST_PROGRESS = 500

UNTOUCHED_NEEDS = ("returned", "cancelled", "unmet", "merged")
"""States of a need that somebody decided by hand; projects do not change them."""
WISH = "wish"
"""Kind of a need that is one person's small wish (微心愿)."""
NEWS: Mapping[str, str] = {
    "claimed": "claimed", "in_project": "claimed", "done": "done", "closed": "done", "returned": "refused",
    "cancelled": "refused", "unmet": "refused",
}  # fmt: skip
"""State of a need → what everybody who proposed it is told of (code list need_news)."""
OPEN_NEEDS = ("collected", "listed", "claimed", "in_project", "unmet")

FITTING: Mapping[str, tuple[str, ...]] = {
    "environment": ("people", "service", "facility", "goods", "money"),
    "parking": ("place", "facility", "policy", "money"),
    "facility": ("facility", "money", "service", "goods"),
    "property": ("service", "people", "policy"),
    "safety": ("facility", "people", "service", "goods"),
    "elderly": ("service", "people", "place", "facility"),
    "child": ("place", "people", "service"),
    "health": ("service", "people", "place"),
    "culture": ("place", "people", "facility", "money"),
    "employment": ("information", "policy", "service"),
    "aid": ("money", "goods", "service"),
    "legal": ("people", "service", "policy"),
    "convenience": ("service", "place", "facility"),
    "policy": ("policy", "information", "people"),
    "wish": ("goods", "money", "people"),
}
"""Kind of a need → kinds of resources that may serve it, likeliest first."""


def check_need(values: Mapping[str, Any], today: date) -> Iterator[tuple[str, str]]:
    """One need: its days in order, a day of solution where it is solved."""
    begun, wanted, solved = values.get("registered_on"), values.get("wanted_by"), values.get("solved_on")
    if begun and begun > today:
        yield "registered_on", "提出日期还没到，请核对。"
    if begun and wanted and wanted < begun:
        yield "wanted_by", "期望时限早于提出日期，请核对。"
    if solved and solved > today:
        yield "solved_on", "解决日期还没到，请核对。"
    if begun and solved and solved < begun:
        yield "solved_on", "解决日期早于提出日期，请核对。"
    if values.get("state") in FINISHED and not solved:
        yield "solved_on", "已办结的要填解决日期。"
    if values.get("state") == "merged" and not values.get("merged_into"):
        yield "merged_into", "已并入的要写明并到哪一条里。"
    if values.get("kind") == WISH and (values.get("beneficiaries") or 1) > 1:
        yield "beneficiaries", "微心愿是一个人的小事；几个人都要的，请改选别的类别。"


def check_project(values: Mapping[str, Any], today: date) -> Iterator[tuple[str, str]]:
    """One project: a lead unit before it is opened, days in order, and what 销号 takes."""
    state = values.get("state") or "planned"
    if state in STARTED and not values.get("lead_unit"):
        yield "lead_unit", "没有牵头单位不能立项。请先定下牵头单位，或把状态改回“待立项”。"
    begin, end = values.get("starts_on"), values.get("ends_on")
    if begin and end and end < begin:
        yield "ends_on", "截止日期早于开始日期，请核对。"
    finished_on, closed_on = values.get("finished_on"), values.get("closed_on")
    if finished_on and finished_on > today:
        yield "finished_on", "完成日期还没到，请核对。"
    if closed_on and closed_on > today:
        yield "closed_on", "销号日期还没到，请核对。"
    if state == "closed":
        yield from _closing_errors(values)
    elif closed_on:
        yield "closed_on", "只有已销号的项目才填销号日期。"


def _closing_errors(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if not values.get("closed_on"):
        yield "closed_on", "销号要填销号日期。"
    evaluator = values.get("evaluator")
    if not evaluator:
        yield "evaluator", "销号要有验收评价人（居民代表或社区），请填姓名。"
    elif evaluator == values.get("person"):
        yield "evaluator", "验收评价人不能就是责任人，请换一位。"
    if not values.get("progress"):
        yield "progress", "销号前请写明完成情况。"


def acceptance_errors(
    *, person: str | None, evaluator: str | None, has_photo: bool, is_same_account: bool, is_in_charge: bool = False
) -> dict[str, str]:  # fmt: skip
    """Why a project may not be passed (验收合格): somebody else looks at it and photos show what was made of it."""
    found: dict[str, str] = {}
    if not evaluator:
        found["evaluator"] = Sentence("验收要有居民代表或社区的人评价，请填姓名。")
    elif evaluator == person:
        found["evaluator"] = Sentence("验收评价人不能就是责任人，请换一位。")
    if not has_photo:
        found["evidence"] = Sentence("验收要有现场照片，证明事情办成了：请先在“佐证”里上传。")
    if is_same_account:
        found[""] = Sentence("提交验收的人不能自己验收，请换一个账号来办。")
    elif is_in_charge:
        found[""] = Sentence("责任人不能验收自己负责的项目，请换一个账号来办。")
    return found


def finishing_errors(opened: date | None, finished: date | None, today: date) -> dict[str, str]:
    """Why a day cannot be that of acceptance."""
    if finished and finished > today:
        return {"finished_on": Sentence("验收日期还没到，请核对。")}
    if finished and opened and finished < opened:
        return {"finished_on": Sentence("验收日期早于立项日期，请核对。")}
    return {}


def publishing_errors(begins: date | None, ends: date | None, today: date) -> dict[str, str]:
    """Why a result may not be made public in these days."""
    found: dict[str, str] = {}
    if begins is None:
        found["published_from"] = Sentence("请填公示开始日期。")
    if ends is None:
        found["published_until"] = Sentence("请填公示结束日期。")
    if begins and ends and ends < begins:
        found["published_until"] = Sentence("公示结束日期早于开始日期，请核对。")
    elif ends and ends < today:
        found["published_until"] = Sentence("公示结束日期已经过了，公示要让大家看得到。")
    return found


def may_not_close_yet(published_until: date | None, today: date) -> Sentence:
    """Why 销号 must wait for 公示; '' where it need not."""
    if published_until is None:
        return Sentence("销号前要先公示办理结果。请先填公示日期，打印公示。")
    if published_until >= today:
        return Sentence("公示到 %(day)s，公示期过了再销号。", day=published_until.isoformat())
    return Sentence()


def need_state(current: str | None, project_states: Sequence[str]) -> str | None:
    """The state a need has by its projects. A need shared with a project that still goes on stays open.

    `project_states` are those of all projects it was put into; () leaves it as it is.
    """
    if current in UNTOUCHED_NEEDS or not project_states:
        return current
    live = [state for state in project_states if state != "cancelled"]
    if not live:
        return "listed"
    if all(state in FINISHED for state in live):
        return "closed" if all(state == "closed" for state in live) else "done"
    return "in_project" if any(state in STARTED for state in live) else "claimed"


def opened_on(state: str | None, known: date | None, today: date) -> date | None:
    """The day a project was opened: kept where it is known, today when it is opened, none before."""
    if state in STARTED:
        return known or today
    return known if state == "cancelled" else None


def finished_on(state: str | None, known: date | None, today: date) -> date | None:
    """The day a project was done or given up."""
    return known or today if state in (*FINISHED, "cancelled") else None


def months_due(opened_on: date, until: date) -> list[date]:
    """First days of the whole months, after the one it was opened in, that were over by the morning of `until`."""
    month, found = Period.of("month", opened_on).following(), []
    while month.last < until:
        found.append(month.first)
        month = month.following()
    return found


def missed_months(
    opened_on: date | None, finished_on: date | None, told: Collection[date], today: date
) -> list[date]:  # fmt: skip
    """First days of months that passed without a line of progress; the one it was finished in needs none."""
    if opened_on is None:
        return []
    until = min(today, finished_on) if finished_on is not None else today
    return [month for month in months_due(opened_on, until) if month not in told]


def may_tell_of(opened_on: date | None, state: str | None, today: date) -> list[date]:
    """First days of the months a project may tell of now, the newest first; () where it is not under way."""
    if opened_on is None or state not in UNDER_WAY or opened_on > today:
        return []
    month, first, found = Period.of("month", today), Period.of("month", opened_on).first, []
    while month.first >= first:
        found.append(month.first)
        month = Period.of("month", month.first - timedelta(days=1))
    return found


def progress_errors(month: date | None, percent: int | None, words: str, allowed: Collection[date]) -> dict[str, str]:
    """Why a line of progress does not stand: a month of this project, and words or a percentage or both."""
    found: dict[str, str] = {}
    if month not in allowed:
        found["month"] = Sentence("只能报立项当月到本月的进展，请重新选月份。")
    if percent is not None and not 0 <= percent <= 100:
        found["percent"] = Sentence("完成百分比填 0 到 100 的整数。")
    if not words and percent is None:
        found["words"] = Sentence("请写明这个月做了什么，或填完成百分比。")
    if len(words) > LONGEST_PROGRESS:
        found["words"] = Sentence("进展最多 %(most)s 个字，请写短些。", most=LONGEST_PROGRESS)
    return found
