"""Numbers as people write them: full-width digits, thousands separators, units, 万, Chinese numerals."""

from __future__ import annotations

import re
from decimal import Decimal

from app.fields.cells import half_width, without_spaces, written
from app.fields.refusal import Refused
from reports.document import round_half_up

LARGEST = 2_147_483_647
"""What an integer column holds on every database."""

UNIT_FAMILIES: tuple[frozenset[str], ...] = (
    frozenset({"户", "户数"}),
    frozenset({"人", "名", "位"}),
    frozenset({"㎡", "平方米", "平米", "平方", "m2", "m²", "M2"}),
    frozenset({"元", "块", "元整", "RMB", "¥"}),
    frozenset({"万元"}),
    frozenset({"%", "％"}),
    frozenset(
        {"元/㎡·月", "元/平方米·月", "元/㎡", "元/平方米", "元/月/平方米", "元/平米", "元/㎡/月", "元/平方米/月"}
        | {"元/㎡.月", "元/平方米.月", "元/月/㎡", "元/月·㎡", "元/月·平方米"}
    ),
    frozenset({"个", "只", "件", "条", "项", "份", "次", "处", "场", "台", "批"}),
    frozenset({"栋", "幢", "座", "号楼"}),
    frozenset({"层", "楼", "F"}),
    frozenset({"单元", "个单元"}),
    frozenset({"岁", "周岁"}),
    frozenset({"年"}),
    frozenset({"月", "个月"}),
    frozenset({"天", "日"}),
    frozenset({"届"}),
    frozenset({"分"}),
    frozenset({"米", "m"}),
    frozenset({"平方公里", "km²", "km2"}),
    frozenset({"亩"}),
    frozenset({"小时", "h"}),
)
"""Spellings of one unit stand in one family; a number in a unit of another family is refused, never taken as it is."""

_NUMBER = re.compile(r"^([+-]?)(\d{1,3}(?:,\d{3})+|\d+)?(\.\d+)?(万|亿)?(.*)$", re.DOTALL)
_TWO_NUMBERS = re.compile(r"\d\s+\d")
_DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2, "○": 0}
_SMALL = {"十": 10, "百": 100, "千": 1000}


def read_number(raw: object, *, unit: str = "") -> Decimal:
    """The number that `raw` says, in `unit`. A percentage is its figure: 77.8% → 77.8.

    12,345 · １２ · 300户 · 89.5㎡ · ¥1200 · 3.5万元 (35000 where the unit is 元, 3.5 where it is 万元) · 十二.
    An Excel float is taken at Excel's fifteen digits, so that 0.1+0.2 is 0.3.
    Raises Refused for anything else, and for a unit that is not `unit`.
    """
    if isinstance(raw, bool):
        raise _not_a_number()
    if isinstance(raw, int):
        return Decimal(raw)
    if isinstance(raw, Decimal):
        if not raw.is_finite():
            raise _not_a_number()
        return raw
    if isinstance(raw, float):
        if raw != raw or raw in (float("inf"), float("-inf")):
            raise _not_a_number()
        return Decimal(f"{raw:.15g}")
    text = half_width(written(raw))
    if _TWO_NUMBERS.search(text):
        raise _not_a_number()
    return _from_text(without_spaces(text), unit)


def read_whole(raw: object, *, unit: str = "", minimum: int | None = None, maximum: int | None = None) -> int:
    """A whole number within its bounds, both included. Raises Refused."""
    number = read_number(raw, unit=unit)
    if number != number.to_integral_value():
        raise Refused("这里只能填整数，不能有小数。", code="not_whole")
    _check_bounds(number, minimum if minimum is not None else -LARGEST, maximum if maximum is not None else LARGEST)
    return int(number)


def read_decimal(
    raw: object,
    *,
    digits: int,
    places: int,
    unit: str = "",
    minimum: Decimal | int | None = None,
    maximum: Decimal | int | None = None,
) -> Decimal:
    """A number with exactly `places` places within its bounds, both included.

    Raises Refused where text has more places; an Excel float, often the result of a formula, is rounded half-up.
    """
    number = read_number(raw, unit=unit)
    limit = Decimal(10) ** (digits - places)
    if abs(number) >= limit:
        raise Refused(f"数字太大，小数点前最多 {digits - places} 位。请核对单位和位数。", code="too_large")
    rounded = round_half_up(number, places)
    if rounded != number and not isinstance(raw, float):
        most = f"最多 {places} 位小数" if places else "不能有小数"
        raise Refused(f"这里{most}。请四舍五入后再填。", code="too_many_places")
    _check_bounds(rounded, minimum, maximum)
    if abs(rounded) >= limit:
        raise Refused(f"数字太大，小数点前最多 {digits - places} 位。请核对单位和位数。", code="too_large")
    return rounded


def _check_bounds(number: Decimal, minimum: Decimal | int | None, maximum: Decimal | int | None) -> None:
    if minimum is not None and number < minimum:
        raise Refused(f"不能小于 {minimum}。请核对。", code="too_small")
    if maximum is not None and number > maximum:
        raise Refused(f"不能大于 {maximum}。请核对。", code="too_large")


def _from_text(text: str, unit: str) -> Decimal:
    text = text.removeprefix("¥").removeprefix("￥").removeprefix("'")
    found = _NUMBER.match(text)
    if not found or (found[2] is None and found[3] is None):
        return Decimal(_from_numerals(text, unit))
    sign, whole, fraction, scale, rest = found.groups()
    number = Decimal(f"{sign}{(whole or '0').replace(',', '')}{fraction or ''}")
    if scale == "万" and unit == "万元" and rest in ("", "元"):
        return number
    if scale:
        number *= 10_000 if scale == "万" else 100_000_000
    _check_unit(rest, unit)
    return number


def _from_numerals(text: str, unit: str) -> int:
    numerals = text[: len(text) - len(text.lstrip("".join(_DIGITS) + "十百千万"))]
    if not numerals:
        raise _not_a_number()
    _check_unit(text[len(numerals) :], unit)
    return read_numerals(numerals)


def _check_unit(rest: str, unit: str) -> None:
    # In a column of 元/月 people write 10元: what it is counted by stands in the header.
    if not rest or rest in (unit, unit.partition("/")[0]):
        return
    family = next((family for family in UNIT_FAMILIES if rest in family), None)
    if family is None:
        raise _not_a_number()
    if unit and unit not in family:
        raise Refused(f"这一栏的单位是“{unit}”，这里写的是“{rest}”。请换算后只填数字。", code="wrong_unit")


def _not_a_number() -> Refused:
    return Refused("这里要填一个数。请只写数字，不要写“约”“余”“多”或一个范围。", code="not_a_number")


def read_numerals(text: str) -> int:
    """一百二十三 → 123, 十二 → 12, 二〇二六 → 2026, 三万 → 30000. Raises Refused for anything else."""
    if not text or any(mark not in _DIGITS and mark not in _SMALL and mark != "万" for mark in text):
        raise _not_a_number()
    if all(mark in _DIGITS for mark in text):
        return int("".join(str(_DIGITS[mark]) for mark in text))
    if text.count("万") > 1:
        raise _not_a_number()
    high, mark, low = text.partition("万")
    if not mark:
        return _below_ten_thousand(text)
    return _below_ten_thousand(high) * 10_000 + (_below_ten_thousand(low) if low else 0)


def _below_ten_thousand(text: str) -> int:
    total, digit, last_weight = 0, None, 10_000
    for mark in text:
        if mark in _DIGITS:
            if digit:
                raise _not_a_number()
            digit = _DIGITS[mark]
            continue
        weight = _SMALL[mark]
        if weight >= last_weight:
            raise _not_a_number()
        # 十二 leaves the one before 十 unsaid.
        total += (1 if digit is None else digit) * weight
        digit, last_weight = None, weight
    if not text:
        raise _not_a_number()
    return total + (digit or 0)
