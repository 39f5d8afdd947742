"""A book between its three forms: what YAML, JSON or a workbook holds (plain dictionaries), and `Book`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from app.points.books.rules import (
    CHECKERS,
    PRO_RATA,
    RECORDERS,
    ZERO,
    Book,
    BookRefused,
    BookRule,
    Grade,
    Group,
    Step,
    Terms,
    Weights,
)  # fmt: skip

MOST_RULES = 300
LONGEST = {"code": 20, "name": 80, "unit": 10, "evidence": 200, "note": 1000, "basis": 100, "consequence": 100}
T = TypeVar("T")

BOOK_KEYS = frozenset(
    {"key", "name", "basis", "valid_from", "valid_to", "base", "groups", "grades", "weights", "terms", "note"}
)
GROUP_KEYS = frozenset({"name", "rules", "base", "cap", "floor", "bonus", "note"})
RULE_KEYS = frozenset(
    {
        "code", "name", "value", "per", "steps", "unit", "otherwise", "cap", "cap_day", "cap_year", "needs_evidence",
        "evidence", "recorder", "checker", "veto", "auto_on", "valid_from", "valid_to", "note",
    }
)  # fmt: skip
GRADE_KEYS = frozenset({"name", "from", "to", "below", "quota", "consequence"})
TERMS_KEYS = frozenset(
    {"ranked", "ranking_basis", "notice_days", "dispute_days", "decide_days", "pro_rata", "pro_rata_note"}
)
MOST_DAYS = 60


def read_book_data(data: Any, *, source: str) -> Book:
    """A book out of plain values (docs/how-to/rule_books.md tells the keys). Raises BookRefused naming `source`, the
    place and what is wrong; what a book says unwisely is the checker's part (`checking.findings`)."""
    where = _Where(source)
    of = where.mapping(data, BOOK_KEYS)
    key = where.text(of, "key", longest=40)
    groups = where.each(of, "groups", _group)
    codes = [rule.code for group in groups for rule in group.rules]
    if len(codes) > MOST_RULES:
        raise where.refused(f"规则有 {len(codes)} 条，一本细则最多 {MOST_RULES} 条。")
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise where.refused(f"编号 {'、'.join(twice)} 用了不止一次，每条规则的编号要不同。")
    return Book(
        key=key,
        name=where.text(of, "name", longest=80, is_required=False) or key,
        basis=where.text(of, "basis", longest=LONGEST["basis"], is_required=False),
        valid_from=where.day(of, "valid_from", is_required=True) or date.min,
        valid_to=where.day(of, "valid_to"),
        base=where.number(of, "base") or ZERO,
        groups=groups,
        grades=where.each(of, "grades", _grade),
        weights=where.each(of, "weights", _weights),
        terms=_terms(where.inside("期限和开关"), of.get("terms") or {}),
        note=where.text(of, "note", longest=LONGEST["note"], is_required=False),
    )


def _group(where: _Where, data: Any) -> Group:
    of = where.mapping(data, GROUP_KEYS)
    name = where.text(of, "name", longest=40)
    inside = where.inside(name)
    return Group(
        name=name,
        rules=inside.each(of, "rules", _rule),
        base=inside.number(of, "base") or ZERO,
        cap=inside.number(of, "cap"),
        floor=inside.number(of, "floor"),
        is_bonus=inside.flag(of, "bonus"),
        note=inside.text(of, "note", longest=LONGEST["note"], is_required=False),
    )


def _rule(where: _Where, data: Any) -> BookRule:
    of = where.mapping(data, RULE_KEYS)
    code = where.text(of, "code", longest=LONGEST["code"])
    inside = _Where(where.source, (f"规则 {code}",))
    steps = inside.each(of, "steps", _step)
    unit = inside.text(of, "unit", longest=LONGEST["unit"], is_required=False)
    per = inside.text(of, "per", longest=LONGEST["unit"], is_required=False)
    if steps and per:
        raise inside.refused("“按数量”和“分档”只能用一种。")
    value = max((step.value for step in steps), default=None) if steps else inside.number(of, "value")
    is_veto = inside.flag(of, "veto")
    if value is None:
        if not is_veto:
            raise inside.refused("没有写分值。")
        value = ZERO
    return BookRule(
        code=code,
        name=inside.text(of, "name", longest=LONGEST["name"]),
        value=value,
        measure="steps" if steps else "per_unit" if per else "fixed",
        unit=per or (unit or "%" if steps else ""),
        steps=tuple(sorted(steps, key=lambda step: step.at_least, reverse=True)),
        otherwise=inside.number(of, "otherwise"),
        cap_day=inside.number(of, "cap_day"),
        cap_month=inside.number(of, "cap"),
        cap_year=inside.number(of, "cap_year"),
        needs_evidence=inside.flag(of, "needs_evidence"),
        evidence=inside.text(of, "evidence", longest=LONGEST["evidence"], is_required=False),
        recorder=inside.choice(of, "recorder", RECORDERS, "any"),
        checker=inside.choice(of, "checker", CHECKERS, "none"),
        is_veto=is_veto,
        auto_on=inside.text(of, "auto_on", longest=40, is_required=False) or None,
        valid_from=inside.day(of, "valid_from"),
        valid_to=inside.day(of, "valid_to"),
        note=inside.text(of, "note", longest=LONGEST["note"], is_required=False),
    )


def _step(where: _Where, data: Any) -> Step:
    of = where.mapping(data, frozenset({"from", "to", "value"}))
    at_least, value = where.number(of, "from"), where.number(of, "value")
    if at_least is None or value is None:
        raise where.refused("分档的每一档都要写从多少起（from）和得几分（value）。")
    return Step(at_least, value, where.number(of, "to"))


def _grade(where: _Where, data: Any) -> Grade:
    of = where.mapping(data, GRADE_KEYS)
    return Grade(
        name=where.text(of, "name", longest=20),
        at_least=where.number(of, "from"),
        up_to=where.number(of, "to"),
        below=where.number(of, "below"),
        quota=where.number(of, "quota"),
        consequence=where.text(of, "consequence", longest=LONGEST["consequence"], is_required=False),
    )


def _weights(where: _Where, data: Any) -> Weights:
    of = where.mapping(data, frozenset({"name", "parts"}))
    name = where.text(of, "name", longest=40)
    parts = of.get("parts")
    if not isinstance(parts, Mapping) or not parts:
        raise where.refused(f"权重“{name}”要写成“名称: 百分数”。")
    read = [(str(part), where.number(parts, part)) for part in parts]
    return Weights(name, tuple((part, percent or ZERO) for part, percent in read))


def _terms(where: _Where, data: Any) -> Terms:
    of = where.mapping(data, TERMS_KEYS)
    return Terms(
        is_ranked=where.flag(of, "ranked"),
        ranking_basis=where.text(of, "ranking_basis", longest=LONGEST["basis"], is_required=False),
        notice_days=where.days(of, "notice_days", 5),
        dispute_days=where.days(of, "dispute_days", 5),
        decide_days=where.days(of, "decide_days", 5),
        pro_rata=where.choice(of, "pro_rata", PRO_RATA, "days"),
        pro_rata_note=where.text(of, "pro_rata_note", longest=200, is_required=False),
    )


class _Where:
    """Reads single values and says in refusals where they stand."""

    def __init__(self, source: str, places: tuple[str, ...] = ()) -> None:
        self.source, self.places = source, places

    def inside(self, place: str) -> _Where:
        return _Where(self.source, (*self.places, place))

    def refused(self, sentence: str) -> BookRefused:
        return BookRefused("，".join([self.source, *self.places]) + f"：{sentence}")

    def mapping(self, data: Any, known: frozenset[str]) -> Mapping[Any, Any]:
        if not isinstance(data, Mapping):
            raise self.refused("文件写法有误，不能读取。")
        unknown = sorted(str(key) for key in data if key not in known)
        if unknown:
            raise self.refused(f"不认识“{'、'.join(unknown)[:60]}”这一项，请核对写法。")
        return data

    def each(self, of: Mapping[Any, Any], name: str, read: Callable[[_Where, Any], T]) -> tuple[T, ...]:
        items = of.get(name) or ()
        if not isinstance(items, Sequence) or isinstance(items, str):
            raise self.refused(f"“{name}”写法有误，应是一个列表。")
        return tuple(read(self, item) for item in items)

    def text(self, of: Mapping[Any, Any], name: str, *, longest: int, is_required: bool = True) -> str:
        value = of.get(name)
        text = "" if value is None else str(value).strip()
        if is_required and not text:
            raise self.refused(f"缺少“{name}”这一项。")
        if len(text) > longest:
            raise self.refused(f"“{name}”最多写 {longest} 个字，现在是 {len(text)} 个。")
        return text

    def number(self, of: Mapping[Any, Any], name: Any) -> Decimal | None:
        value = of.get(name)
        if value is None or value == "":
            return None
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            raise self.refused(f"“{name}”应是数字，现在是“{str(value)[:20]}”。文件写法有误，不能读取。") from None
        if not number.is_finite() or abs(number) >= Decimal(100000):
            raise self.refused(f"“{name}”的数太大，请核对。")
        if number != number.quantize(Decimal("0.1")):
            raise self.refused(f"“{name}”最多一位小数，现在是 {value}。")
        return number

    def flag(self, of: Mapping[Any, Any], name: str) -> bool:
        value = of.get(name, False)
        if value in (True, False, None):
            return bool(value)
        raise self.refused(f"“{name}”只能写 true 或 false。")

    def choice(self, of: Mapping[Any, Any], name: str, known: Mapping[T, str], usual: T) -> T:
        value = of.get(name, usual) or usual
        if value not in known:
            raise self.refused(f"“{name}”写了“{value}”，可用的有：{'、'.join(map(str, known))}。")
        return value

    def days(self, of: Mapping[Any, Any], name: str, usual: int) -> int:
        value = of.get(name, usual)
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_DAYS:
            raise self.refused(f"“{name}”填 1 到 {MOST_DAYS} 的工作日数。")
        return value

    def day(self, of: Mapping[Any, Any], name: str, *, is_required: bool = False) -> date | None:
        value = of.get(name)
        if value in (None, ""):
            if is_required:
                raise self.refused(f"缺少“{name}”（日期）。")
            return None
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            raise self.refused(f"“{name}”应写成 2026-01-01 这样的日期。") from None
