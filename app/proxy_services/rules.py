"""Rules of proxy services: who becomes entitled, who gets the work while somebody is away, and what goes in comes out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.fields.age import years_after
from app.fields.sentence import Sentence

UNFINISHED = ("asked", "appointed", "sealed", "opened", "paused", "resealed")
"""States of orders that still have to be brought back."""
GATES = ("当面封口", "开封前", "重新封口")
"""Photos of the three gates as the flow names them (枫桥)."""
OLDEST = 120
SERVED = ("delivered", "followed")


class EntitlementIsWrong(ValueError):
    """A rule of the profile that cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Entitlement:
    """A service that people become entitled to at an age: 满70周岁 → 老年人优待证."""

    key: str
    name: str
    age: int
    item: str


def read_entitlements(data: Sequence[Mapping[str, Any]]) -> tuple[Entitlement, ...]:
    """The rules of a profile. Raises EntitlementIsWrong."""
    found = []
    for entry in data:
        try:
            rule = Entitlement(str(entry["key"]), str(entry["name"]), int(entry["age"]), str(entry["item"]))
        except (KeyError, TypeError, ValueError):
            raise EntitlementIsWrong("entitlements 的每一条要写 key、name、age、item。") from None
        if not 0 < rule.age <= OLDEST:
            raise EntitlementIsWrong(f"entitlements“{rule.name}”的年龄 {rule.age} 不对。")
        found.append(rule)
    if len({rule.key for rule in found}) != len(found):
        raise EntitlementIsWrong("entitlements 里有两条用了同一个 key。")
    return tuple(found)


def entitled_by(item: str, known: Sequence[Entitlement]) -> str:
    """Key of the rule by which people come to an item; '' where there is none. Who asked himself is served as well."""
    return next((each.key for each in known if each.item == item), "")


def born_by(age: int, day: date) -> date:
    """The last birthday of those who have reached an age on a day."""
    return years_after(day, -age)


def born_window(age: int, first: date, last: date) -> tuple[date, date]:
    """Birthdays (after, up to) of those who reach an age within days."""
    return born_by(age, first - timedelta(days=1)), born_by(age, last)


def assigned(a: int | None, b: int | None, away: Collection[int]) -> int | None:
    """Who gets the work: A, B while A is away, A's again where both are (somebody must be asked), None for nobody."""
    if a is not None and a not in away:
        return a
    if b is not None and b not in away:
        return b
    return a if a is not None else b


def stand_in(
    worker: int, a: int | None, b: int | None, in_place_of: Mapping[int, int | None]
) -> int | None:  # fmt: skip
    """Who goes on with an order whose worker is away: B for A and A for B, else whoever takes his place; None for nobody.

    `in_place_of` are all who are away, each with who takes his place, as rows of the roster of workers.
    """
    of_item = {a: b, b: a}.get(worker)
    for other in (of_item, in_place_of.get(worker)):
        if other is not None and other not in in_place_of and other != worker:
            return other
    return None


def lines_of(text: str | None) -> tuple[str, ...]:
    """Papers in a bag, one a line or set apart by 、 and ；."""
    plain = (text or "").replace("、", "\n").replace("；", "\n").replace(";", "\n")
    return tuple(line.strip() for line in plain.splitlines() if line.strip())


def not_returned(items_in: str | None, items_out: str | None) -> tuple[str, ...]:
    """Papers that went in and do not come out; what was made at the window may come in addition."""
    out = list(lines_of(items_out))
    missing = []
    for item in lines_of(items_in):
        if item in out:
            out.remove(item)
        else:
            missing.append(item)
    return tuple(missing)


def is_on_time(due_on: date | None, delivered_on: date | None) -> bool | None:
    """Whether it came back in time; None while it has not, or had no day."""
    return None if due_on is None or delivered_on is None else delivered_on <= due_on


def standing(state: str | None, due_on: date | None, delivered_on: date | None, today: date) -> str:
    """按时 or 超时 once delivered, 今天到期, 已超期 while the bag is out; '' else."""
    on_time = is_on_time(due_on, delivered_on)
    if on_time is not None:
        return "按时" if on_time else "超时"
    if due_on is None or state in (None, "asked", "appointed", "ended", "paused"):
        return ""
    if due_on < today:
        return "已超期"
    return "今天到期" if due_on == today else ""


def same_photo(digests: Collection[str], new: Sequence[str]) -> Sentence:
    """Why a photo does not show this gate; '' where it is one of its own."""
    if len(set(new)) < len(new) or set(new) & set(digests):
        return Sentence("这张照片前面的关口已经用过。每一关要当时另拍一张。")
    return Sentence()


def check(values: Mapping[str, Any], today: date) -> Iterator[tuple[str, str]]:
    """One order: somebody is named; days in order."""
    if not values.get("resident") and not values.get("person"):
        yield "person", "请选居民；居民名册里没有的，填姓名。"
    asked, sealed, delivered = (values.get(name) for name in ("asked_on", "sealed_on", "delivered_on"))
    if asked and asked > today:
        yield "asked_on", "申请日期还没到，请核对。"
    if sealed and asked and sealed < asked:
        yield "sealed_on", "封口日期早于申请日期，请核对。"
    if delivered and (not sealed or delivered < sealed):
        yield "delivered_on", "送回日期要在封口以后，请核对。"


def check_item(values: Mapping[str, Any], today: date) -> Iterator[tuple[str, str]]:  # noqa: ARG001
    """A and B are two people."""
    if values.get("person_a") and values.get("person_a") == values.get("person_b"):
        yield "person_b", "A岗和B岗要是两个人，请换一位。"
