"""Rules of points: what may be scored at all, what an entry is worth under its cap, and when it is refused.

Sources: 乾安县 “一事一记、每事积分”; 国办函〔2026〕12号 (no scores for signing in, online time, likes or photographs).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any

from app.points.proposing.rules import unfit

ZERO = Decimal(0)
STEP = Decimal("0.1")
"""Points have one place behind the point."""

FORBIDDEN = (
    ("登录", "登录次数"), ("签到打卡", "打卡"), ("打卡", "打卡"), ("在线时长", "在线时长"), ("在线率", "在线时长"),
    ("上线率", "在线时长"), ("点赞", "点赞转发"), ("转发", "点赞转发"), ("学习时长", "学习时长"), ("浏览量", "浏览量"),
    ("照片数", "照片张数"), ("照片张数", "照片张数"), ("拍照数", "照片张数"), ("轨迹", "行走轨迹"),
    ("步数", "行走轨迹"),
)  # fmt: skip
"""Words that give away what must not be scored, and how that is said."""

LONGEST_MATTER = 200
TEXT_MATTER = "text"
"""Kind of a matter that is told in words and is no record of the system."""


class PointsRefused(ValueError):
    """An entry that cannot be made; the message names the rule that refuses."""


class AlreadyRecorded(PointsRefused):
    """The matter stands in the worker's ledger already, under the same rule; `entry_id` is that entry."""

    def __init__(self, message: str, *, entry_id: int) -> None:
        super().__init__(message)
        self.entry_id = entry_id


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as it stands on one day. `value` carries its sign; `cap` is its most in a month, without sign."""

    code: str
    name: str
    value: Decimal
    cap: Decimal | None = None
    needs_evidence: bool = False
    recorder: str = "any"
    valid_from: date | None = None
    valid_to: date | None = None
    checker: str | None = None
    """Who must check an entry (other: anybody else, street: the street); None where nobody has to."""

    @property
    def text(self) -> str:
        """R02 走访解决问题 +1.0（每月最多 20.0）"""
        cap = f"（每月最多 {signed(self.cap).lstrip('+')}）" if self.cap is not None else ""
        return f"{self.code} {self.name} {signed(self.value)}{cap}"


@dataclass(frozen=True, slots=True)
class Worker:
    """Whose entry it is: the name for sentences, and from when to when he worked."""

    name: str
    hired_on: date | None = None
    left_on: date | None = None


@dataclass(frozen=True, slots=True)
class Matter:
    """What the points are for: a record of the system (`kind` its table, `uid`) or words alone (`in_words`)."""

    kind: str
    uid: str
    title: str

    @classmethod
    def in_words(cls, text: str, *, on: date) -> Matter:
        """A matter told in words; the same words on the same day are the same matter."""
        plain = " ".join(text.split())
        digest = hashlib.sha256(f"{on.isoformat()}\n{''.join(plain.split())}".encode()).hexdigest()
        return cls(TEXT_MATTER, digest[:32], plain)

    @property
    def is_record(self) -> bool:
        """Whether it is a record of the system, which is evidence enough."""
        return self.kind != TEXT_MATTER


@dataclass(frozen=True, slots=True)
class Worth:
    """What an entry is worth under its rule's cap; `sentence` says so where the cap took something off."""

    points: Decimal
    sentence: str = ""


def signed(points: Decimal) -> str:
    """+1.0, −2.0, 0.0 with a real minus."""
    amount = f"{abs(points).quantize(STEP)}"
    return f"+{amount}" if points > 0 else f"−{amount}" if points < 0 else amount


def refuse_wrong_days(rule: Rule, worker: Worker, *, on: date, today: date) -> None:
    """Raises PointsRefused for a day to come, before or after the worker's time, or outside the rule's."""
    if on > today:
        raise PointsRefused("日期还没到，不能提前记分。请填事情发生的那一天。")
    if worker.hired_on is not None and on < worker.hired_on:
        raise PointsRefused(f"{worker.name}是 {worker.hired_on} 聘用的，这一天还没有上岗，不能记分。")
    if worker.left_on is not None and on > worker.left_on:
        raise PointsRefused(f"{worker.name}已在 {worker.left_on} 离岗，之后的日期不能记分。")
    if rule.valid_from is not None and on < rule.valid_from:
        raise PointsRefused(f"规则 {rule.code} 从 {rule.valid_from} 起才用，不能用在更早的日期上。")
    if rule.valid_to is not None and on > rule.valid_to:
        raise PointsRefused(f"规则 {rule.code} 只用到 {rule.valid_to}，请换现在的规则。")


def refuse_missing_evidence(rule: Rule, matter: Matter, *, file_count: int) -> None:
    """Raises PointsRefused where the rule wants evidence and there is neither a file nor a record of the system."""
    if not matter.title.strip():
        raise PointsRefused("请写明是什么事：从系统里选一件，或用一句话写清楚。")
    if len(matter.title) > LONGEST_MATTER:
        raise PointsRefused(f"事项最多写 {LONGEST_MATTER} 个字，现在是 {len(matter.title)} 个，请写短一些。")
    if rule.needs_evidence and not matter.is_record and file_count == 0:
        raise PointsRefused(f"规则 {rule.code} 要有佐证：请从系统里选对应的事项，或上传一份佐证文件。")


def forbidden_measure(text: str) -> str | None:
    """What a rule's words would score although it must not be scored; None where they are in order."""
    return next((what for word, what in FORBIDDEN if word in text), None)


def check_rule(values: Mapping[str, Any], today: date) -> Iterator[tuple[str, str]]:  # noqa: ARG001 - a register's check
    """A rule of the book: its value above zero, its cap not below its value, its days in order, nothing forbidden."""
    value, cap = values.get("value"), values.get("cap")
    if value is not None and (value < 0 or (value == 0 and not values.get("is_veto"))):
        yield "value", "分值填大于 0 的数；扣分请在“加减”里选“扣分”，不要写负数。"
    if cap is not None and value is not None and cap < value:
        yield "cap", "每月封顶分比一次的分值还小，请核对。"
    begin, end = values.get("valid_from"), values.get("valid_to")
    if begin and end and end < begin:
        yield "valid_to", "停用日期早于启用日期，请核对。"
    found = forbidden_measure(f"{values.get('name') or ''}{values.get('note') or ''}")
    if found is not None:
        sentence = (
            f"不能按{found}记分（国办函〔2026〕12号不允许强制打卡签到、计在线时长，也不允许索要不必要的照片和轨迹）。"
            "请改按办成的事来记，例如问题解决、隐患消除、名册核对准确。"
        )
        yield "name", sentence
    if wrong := unfit(
        values.get("auto_on"), is_deduction=values.get("sign") == "minus", recorder=values.get("recorder")
    ):
        yield "auto_on", wrong


def text_digest(parts: Sequence[str]) -> str:
    """SHA-256 (hex) of what stands beside an entry: matter, reason, names of those who recorded."""
    return hashlib.sha256(f"[{','.join(map(encode_basestring, parts))}]".encode()).hexdigest()


def evidence_digest(digests: Sequence[str]) -> str:
    """SHA-256 (hex) over the files' own digests, in any order; '' without files."""
    return hashlib.sha256("\n".join(sorted(digests)).encode()).hexdigest() if digests else ""


def link_bytes(values: Sequence[Any]) -> bytes:
    """What one link of a chain signs: all columns of the row but its id and signature, in fixed order.

    Columns that came later stand last and are None in older rows; Nones at the end are left out, so that those rows
    keep their signatures.
    """
    end = len(values)
    while end and values[end - 1] is None:
        end -= 1
    return f"[{','.join([_AS_JSON[type(value)](value) for value in values[:end]])}]".encode()


@lru_cache(maxsize=4_000)
def points_as_json(points: Decimal) -> str:
    """Points as a link writes them: text with one place."""
    # Nothing is nothing: −0.0 must sign as the 0.0 that the database gives back.
    return f'"{(points + ZERO).quantize(STEP)}"'


# Written by hand, since verifying a year makes a million links: json.dumps builds an encoder for each of them.
_AS_JSON: dict[type, Callable[[Any], str]] = {
    str: encode_basestring,
    int: int.__repr__,
    type(None): lambda _none: "null",
    Decimal: points_as_json,
    date: lambda day: f'"{day.isoformat()}"',
    datetime: lambda moment: f'"{moment.isoformat()}"',
}
