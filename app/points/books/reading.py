"""A book between its three forms: what YAML, JSON or a workbook holds (plain dictionaries), and `Book`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.points.books.rules import (
    CHECKERS,
    PRO_RATA,
    QUOTA_PER,
    RECORDERS,
    USUAL_SHARE,
    ZERO,
    Book,
    BookRule,
    Grade,
    Group,
    Step,
    Terms,
    Weights,
)  # fmt: skip
from app.points.books.where import NO_WORDS, Where

MOST_RULES = 300
LONGEST = {"code": 20, "name": 80, "unit": 10, "evidence": 200, "note": 1000, "basis": 100, "consequence": 100}

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
    {
        "ranked",
        "ranking_basis",
        "notice_days",
        "dispute_days",
        "decide_days",
        "show_day",
        "pro_rata",
        "pro_rata_note",
        "least_share",
        "quota_per",
    }
)


def read_book_data(data: Any, *, source: str, called: Mapping[str, str] = NO_WORDS) -> Book:
    """A book out of plain values (docs/how-to/rule_books.md tells the keys). Raises BookRefused naming `source`, the
    place and what is wrong; what a book says unwisely is the checker's part (`checking.findings`).

    `called` are the words for keys in refusals, where people saw words and no keys (forms, workbooks)."""
    where = Where(source, called=called)
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
        terms=_terms(where.inside("期限和开关").below("terms"), of.get("terms") or {}),
        note=where.text(of, "note", longest=LONGEST["note"], is_required=False),
    )


def _group(where: Where, data: Any) -> Group:
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


def _rule(where: Where, data: Any) -> BookRule:
    of = where.mapping(data, RULE_KEYS)
    code = where.text(of, "code", longest=LONGEST["code"])
    inside = where.anew(f"规则 {code}")
    steps = inside.each(of, "steps", _step)
    unit = inside.text(of, "unit", longest=LONGEST["unit"], is_required=False)
    per = inside.text(of, "per", longest=LONGEST["unit"], is_required=False)
    if steps and per:
        raise inside.refused("“按数量”和“分档”只能用一种。", key="per")
    value = max((step.value for step in steps), default=None) if steps else inside.number(of, "value")
    is_veto = inside.flag(of, "veto")
    if value is None:
        if not is_veto:
            raise inside.refused("没有写分值。", key="value")
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


def _step(where: Where, data: Any) -> Step:
    of = where.mapping(data, frozenset({"from", "to", "value"}))
    at_least, value = where.number(of, "from"), where.number(of, "value")
    if at_least is None or value is None:
        raise where.refused("分档的每一档都要写从多少起（from）和得几分（value）。")
    return Step(at_least, value, where.number(of, "to"))


def _grade(where: Where, data: Any) -> Grade:
    of = where.mapping(data, GRADE_KEYS)
    return Grade(
        name=where.text(of, "name", longest=20),
        at_least=where.number(of, "from"),
        up_to=where.number(of, "to"),
        below=where.number(of, "below"),
        quota=where.number(of, "quota"),
        consequence=where.text(of, "consequence", longest=LONGEST["consequence"], is_required=False),
    )


def _weights(where: Where, data: Any) -> Weights:
    of = where.mapping(data, frozenset({"name", "parts"}))
    name = where.text(of, "name", longest=40)
    parts = of.get("parts")
    if not isinstance(parts, Mapping) or not parts:
        raise where.refused(f"权重“{name}”要写成“名称: 百分数”。")
    inside = where.below("parts")
    read = [(str(part), inside.number(parts, part)) for part in parts]
    return Weights(name, tuple((part, percent or ZERO) for part, percent in read))


def _terms(where: Where, data: Any) -> Terms:
    of = where.mapping(data, TERMS_KEYS)
    return Terms(
        is_ranked=where.flag(of, "ranked"),
        ranking_basis=where.text(of, "ranking_basis", longest=LONGEST["basis"], is_required=False),
        notice_days=where.days(of, "notice_days", 5),
        dispute_days=where.days(of, "dispute_days", 5),
        decide_days=where.days(of, "decide_days", 5),
        show_day=where.day_of_month(of, "show_day"),
        pro_rata=where.choice(of, "pro_rata", PRO_RATA, "days"),
        pro_rata_note=where.text(of, "pro_rata_note", longest=200, is_required=False),
        least_share=where.percent(of, "least_share", USUAL_SHARE),
        quota_per=where.choice(of, "quota_per", QUOTA_PER, "community"),
    )
