"""Rules of letters: what each kind is numbered by, what it still lacks before it may be signed, which step follows which."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any, Final

from app.fields.calendar import WorkingCalendar
from app.fields.sentence import Sentence

DRAFT, ISSUED, VOID = "draft", "issued", "void"
SUPERVISION, LIAISON, WHISTLE = "supervision", "liaison", "whistle"

WORDS: Final = {SUPERVISION: "督", LIAISON: "函", WHISTLE: "哨"}
"""What stands behind the office's 机关代字, so that each kind of letter counts by itself: 清街办督〔2026〕1号."""

PAPERS: Final = {SUPERVISION: "supervision_letter", LIAISON: "liaison_letter", WHISTLE: "whistle_order"}
"""Kind → the paper it prints as."""


def lines_of(text: str | None) -> tuple[str, ...]:
    """The filled lines of a text."""
    return tuple(line.strip() for line in (text or "").splitlines() if line.strip())


def names_of(text: str | None) -> tuple[str, ...]:
    """Units parted by commas, 顿号 or lines."""
    parts = (text or "").replace("，", "、").replace(",", "、").replace("；", "、").replace("\n", "、").split("、")
    return tuple(part.strip() for part in parts if part.strip())


def fixed_reason(state: str | None) -> str:
    """Why a letter is not edited; '' of a draft."""
    if state == ISSUED:
        return Sentence("已签发的函件不能直接改或删。请先在“核对和签发”里退回修改，或者作废。")
    return Sentence("已作废的函件不能再改，请另起一份。") if state == VOID else ""


def kept_reason(state: str | None, issue: int, number: str | None) -> str:
    """Why a letter is not deleted; '' of a draft that never had a number."""
    if (fixed := fixed_reason(state)) or not issue:
        return fixed
    return Sentence("%(number)s 已经编号，不能删除。不再用的请作废，文号会留下记录。", number=number)


def check(values: Mapping[str, Any], today: date) -> Iterator[tuple[str, str]]:  # noqa: ARG001
    """A whistle has its place; nothing is asked for a day before the letter's own, which is not known yet."""
    if values.get("kind") == WHISTLE and not values.get("location"):
        yield "location", "吹哨单要写明地点。"


def lacking(letter: Any, matters: int) -> tuple[str, ...]:
    """What a letter of its kind still needs before it can be signed, each in words."""
    found = []
    if letter.kind == SUPERVISION and not matters:
        found.append("督办函至少要有一件督办事项。")
    if letter.kind == LIAISON and not lines_of(letter.body):
        found.append("工作联系函要写正文。")
    if letter.kind == WHISTLE and not lines_of(letter.body):
        found.append("吹哨单要写明问题。")
    if letter.kind == WHISTLE and letter.reply_by is None:
        found.append("吹哨单要有办结时限。")
    return tuple(found)


def directs(issuer_code: str, body_code: str) -> bool:
    """Whether a body is set over another: units and communities in its own area."""
    return body_code.startswith(issuer_code)


def authority_fault(kind: str, issuer_code: str, name: str, body_codes: Collection[str]) -> str:
    """Why a 督办函 may not go to a body it names, whose places are known as `body_codes`; "" where it may. To a name that
    no roster knows nobody can show authority."""
    if kind != SUPERVISION or any(directs(issuer_code, code) for code in body_codes):
        return ""
    if not body_codes:
        return Sentence(
            "“%(name)s”不在单位和物业企业的名册里，看不出归不归发文单位管，不能发督办函。请先登记，或改为工作联系函。",
            name=name,
        )
    return "主送单位不归发文单位管，不能发督办函，请改为工作联系函。"


def limit_fault(letter: Any, signed_on: date, dues: list[date]) -> str:
    """Why the limits do not fit the day of signing; "" where they do."""
    if letter.reply_by is not None and letter.reply_by < signed_on:
        return "答复期限早于签发日期，请先修改期限。"
    if any(due < signed_on for due in dues):
        return "有的督办事项新的时限早于签发日期，请先修改时限。"
    return ""


def days_stated(letter: Any) -> set[date]:
    """Every day by which a letter asks for something."""
    return {day for day in (letter.reply_by, *(row.due_on for row in letter.matter_rows)) if day is not None}


def provisional_fault(days: Collection[date], calendar: WorkingCalendar) -> str:
    """Why a letter may not state these days; "" where no holiday still to be announced can move one of them."""
    open_days = sorted(day for day in days if calendar.is_provisional(day))
    if not open_days:
        return ""
    return Sentence(
        "%(year)s年的放假安排还没有录入，期限 %(day)s 只是暂定，函件不能签发。请系统管理员先在“工作日历”录入%(year)s年。",
        year=open_days[0].year, day=open_days[0],
    )  # fmt: skip
