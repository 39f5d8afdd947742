"""The list of names a template may use: of the area and period, of every figure in its forms, of columns of rosters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.lowcode.indicators import Indicator, all_indicators
from app.lowcode.register import Register, registers
from app.office_templates.rules import NUMBER

GENERAL: tuple[tuple[str, str, str], ...] = (
    ("社区名称", "area", "打印的社区、街道或区县的名称"),
    ("全称", "full_name", "带上级的名称，如清溪街道桂花社区"),
    ("上级名称", "parent", "上一级的名称"),
    ("办公室名称", "office", "系统设置里的单位名称"),
    ("统计期", "period", "如2026年10月"),
    ("年", "year", "统计期的年份"),
    ("月", "month", "统计期的月份"),
    ("期初", "first_day", "统计期的第一天"),
    ("期末", "last_day", "统计期的最后一天"),
    ("填报日期", "printed_on", "打印这一天"),
    ("填报人", "printed_by", "打印的人"),
)
"""(name, technical name, what it says)."""
FORMS: tuple[tuple[str, str], ...] = (
    ("", ""), ("上期", "previous"), ("环比", "change"), ("上年同期", "last_year"), ("同比", "change_on_year"),
    ("本年累计", "to_date"), ("分子", "numerator"), ("分母", "denominator"), ("单位", "unit"), ("口径", "rule"),
)  # fmt: skip
"""Behind a figure's name and a dot: 【在册党员·环比】, {{ party_members.change }}."""


STRUCTURE: tuple[tuple[str, str, str], ...] = (
    ("每行：网格员名册", "each grid_workers", "写在要重复的那一行，逐条列出名册"),
    (NUMBER, NUMBER, "重复行里的 1、2、3"),
    ("如果：名称", "if name", "有数时才显示下面的行，到【结束】为止"),
    ("如果没有：名称", "unless name", "没有数时才显示"),
    ("结束", "end", "条件到这里为止"),
)


@dataclass(frozen=True, slots=True)
class GeneralName:
    """A name of the area or period."""

    key: str


@dataclass(frozen=True, slots=True)
class FigureName:
    """A figure in one of its forms."""

    indicator: Indicator
    form: str


@dataclass(frozen=True, slots=True)
class Offered:
    """One name in the list people choose from."""

    name: str
    technical: str
    says: str
    group: str


def meant(name: str) -> GeneralName | FigureName | None:
    """What a name outside a repeated row stands for; None where it is not on the list."""
    plain = name.strip()
    for title, key, _says in GENERAL:
        if plain in (title, key):
            return GeneralName(key)
    for dot in ("·", "．", "."):
        head, found, tail = plain.rpartition(dot)
        if found:
            form = next((key for title, key in FORMS if tail.strip() in (title, key) and key), None)
            known = _figure(head.strip())
            if form and known:
                return FigureName(known, form)
    known = _figure(plain)
    return FigureName(known, "") if known else None


def _figure(name: str) -> Indicator | None:
    return next((each for each in all_indicators() if name in (each.title, each.name)), None)


def register_named(name: str) -> Register | None:
    """The register of a repeated row, by its title as the district calls it, as declared, or by its key."""
    return next((reg for reg in registers() if name in (reg.title, reg.declared_title, reg.name)), None)


def column_key(reg: Register, name: str) -> str | None:
    """The column of a repeated row that a name stands for, by label or key; None where the roster has none."""
    return next((column.name for column in reg.columns if name in (column.label, column.name)), None)


def known_in(register_name: str) -> list[str]:
    """Names that may be meant at a place, for suggestions."""
    general = [title for title, _key, _says in GENERAL] + [each.title for each in all_indicators()]
    reg = register_named(register_name) if register_name else None
    return [NUMBER, *(column.label for column in reg.columns), *general] if reg else general


def offered() -> Iterator[Offered]:
    """Every name without its forms, grouped as the list shows it."""
    for title, key, says in GENERAL:
        yield Offered(title, key, says, "单位和统计期")
    for each in all_indicators():
        yield Offered(each.title, each.name, each.rule, "数字")
