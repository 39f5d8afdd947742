"""Single values out of what people wrote about a book: read, or refused in words that say where they stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any, TypeVar

from app.points.books.rules import BookRefused

MOST_DAYS = 60
LAST_OF_EVERY_MONTH = 28
NO_WORDS: Mapping[str, str] = MappingProxyType({})
T = TypeVar("T")


class Where:
    """Reads single values and says in refusals where they stand.

    `places` are words for people; `path` are keys and numbers, so that a form finds the field ("groups.0.rules.0.value").
    `called` are words for keys; a key without one is named as it is written.
    """

    def __init__(
        self, source: str, places: tuple[str, ...] = (), path: tuple[str, ...] = (), *,
        called: Mapping[str, str] = NO_WORDS,
    ) -> None:  # fmt: skip
        self.source, self.places, self.path, self.called = source, places, path, called

    def inside(self, place: str) -> Where:
        """The same values, their place told more exactly."""
        return Where(self.source, (*self.places, place), self.path, called=self.called)

    def anew(self, place: str) -> Where:
        """The same values, at a place that says enough by itself."""
        return Where(self.source, (place,), self.path, called=self.called)

    def below(self, *keys: Any) -> Where:
        """Values that stand under a key of these."""
        return Where(self.source, self.places, (*self.path, *map(str, keys)), called=self.called)

    def refused(self, sentence: str, *, key: Any = "") -> BookRefused:
        """The refusal to raise."""
        place = "，".join([self.source, *self.places])
        path = ".".join([*self.path, *([str(key)] if key else [])])
        return BookRefused(f"{place}：{sentence}", sentence=sentence, key=path)

    def name_of(self, key: Any) -> str:
        """“分值”, or the key itself."""
        return f"“{self.called.get(str(key), key)}”"

    def mapping(self, data: Any, known: frozenset[str]) -> Mapping[Any, Any]:
        """A mapping of known keys."""
        if not isinstance(data, Mapping):
            raise self.refused("文件写法有误，不能读取。")
        unknown = sorted(str(key) for key in data if key not in known)
        if unknown:
            raise self.refused(f"不认识“{'、'.join(unknown)[:60]}”这一项，请核对写法。")
        return data

    def each(self, of: Mapping[Any, Any], name: str, read: Callable[[Where, Any], T]) -> tuple[T, ...]:
        """A list, each of its items read at its own place."""
        items = of.get(name) or ()
        if not isinstance(items, Sequence) or isinstance(items, str):
            raise self.refused(f"{self.name_of(name)}写法有误，应是一个列表。", key=name)
        return tuple(read(self.below(name, number), item) for number, item in enumerate(items))

    def text(self, of: Mapping[Any, Any], name: str, *, longest: int, is_required: bool = True) -> str:
        """One line of words; '' where there are none."""
        value = of.get(name)
        text = "" if value is None else str(value).strip()
        if is_required and not text:
            raise self.refused(f"缺少{self.name_of(name)}这一项。", key=name)
        if len(text) > longest:
            raise self.refused(f"{self.name_of(name)}最多写 {longest} 个字，现在是 {len(text)} 个。", key=name)
        return text

    def number(self, of: Mapping[Any, Any], name: Any) -> Decimal | None:
        """A number of at most one place behind the point; None where there is none."""
        value = of.get(name)
        if value is None or value == "":
            return None
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            raise self.refused(
                f"{self.name_of(name)}应是数字，现在是“{str(value)[:20]}”。文件写法有误，不能读取。", key=name
            ) from None
        if not number.is_finite() or abs(number) >= Decimal(100000):
            raise self.refused(f"{self.name_of(name)}的数太大，请核对。", key=name)
        if number != number.quantize(Decimal("0.1")):
            raise self.refused(f"{self.name_of(name)}最多一位小数，现在是 {value}。", key=name)
        return number

    def percent(self, of: Mapping[Any, Any], name: str, usual: Decimal) -> Decimal:
        """A number from 0 to 100, with or without its sign."""
        value = of.get(name)
        found = self.number({name: value.removesuffix("%") if isinstance(value, str) else value}, name)
        if found is not None and not 0 <= found <= 100:
            raise self.refused(f"{self.name_of(name)}填 0 到 100 的数。", key=name)
        return usual if found is None else found

    def flag(self, of: Mapping[Any, Any], name: str) -> bool:
        """Yes or no."""
        value = of.get(name, False)
        if value in (True, False, None):
            return bool(value)
        raise self.refused(f"{self.name_of(name)}只能写 true 或 false。", key=name)

    def choice(self, of: Mapping[Any, Any], name: str, known: Mapping[T, str], usual: T) -> T:
        """One of the known codes."""
        value = of.get(name, usual) or usual
        if value not in known:
            raise self.refused(f"{self.name_of(name)}写了“{value}”，可用的有：{'、'.join(map(str, known))}。", key=name)
        return value

    def days(self, of: Mapping[Any, Any], name: str, usual: int) -> int:
        """A number of working days, 1 to 60."""
        value = of.get(name, usual)
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_DAYS:
            raise self.refused(f"{self.name_of(name)}填 1 到 {MOST_DAYS} 的工作日数。", key=name)
        return value

    def day_of_month(self, of: Mapping[Any, Any], name: str) -> int | None:
        """A day that every month has, 1 to 28; None where there is none."""
        value = of.get(name)
        if value in (None, ""):
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= LAST_OF_EVERY_MONTH:
            raise self.refused(f"{self.name_of(name)}填 1 到 {LAST_OF_EVERY_MONTH} 的数。", key=name)
        return value

    def day(self, of: Mapping[Any, Any], name: str, *, is_required: bool = False) -> date | None:
        """A date; None where there is none."""
        value = of.get(name)
        if value in (None, ""):
            if is_required:
                raise self.refused(f"缺少{self.name_of(name)}（日期）。", key=name)
            return None
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            raise self.refused(f"{self.name_of(name)}应写成 2026-01-01 这样的日期。", key=name) from None
